//! A client of the interpreter that plays any vendor from its spec: every login, every grant, every renewal, every call,
//! every documented failure and the revocation, and holds the vendor to what the spec says.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use authsmith_codegen::lower::{DEVICE, REVOKE, lower};
use authsmith_codegen::model::{self, GrantKind, Provider, Yields};
use authsmith_protocol::provider::{Pkce, Provider as Data, Renew};
use authsmith_protocol::{
    BuildError, CallbackError, Expected, ReadError, ReadToken, Reading, Response, Secret, SecretBytes, Value, Values,
    build, pkce, read_arrival, read_device,
};
use authsmith_sandbox::{CLIENT_ID, PASSWORD, REDIRECT_URI, Sandbox, USERNAME, client_secret};

use super::given::Given;
use super::outline;
use super::wire::Wire;

/// Why the two don't agree, in words.
pub type Told<T> = Result<T, String>;

/// Plays `provider` against a vendor and tells what an app would see, one line a step, nothing random in it.
///
/// # Errors
///
/// The first step in which the two don't agree, or that differs from what is due.
pub async fn walk(provider: &Provider, vendor: &Sandbox, given: &Given, due: Option<&[String]>) -> Told<Vec<String>> {
    let arena = bumpalo::Bump::new();
    let data = lower(provider, &arena);
    let mut values = given.settings(provider, &data, false)?;
    values.set("client_id", CLIENT_ID);
    values.set("client_secret", Secret::from(client_secret(provider)));
    values.set("redirect_uri", REDIRECT_URI);
    for (name, template) in data.named_values() {
        values.define((*name).to_owned(), (*template).to_owned());
    }
    let wire = Wire::new(vendor.origin(&provider.name.wire).map_err(|error| error.to_string())?);
    let (told, probed, moved) = (Vec::new(), BTreeSet::new(), Duration::ZERO);
    let mut player = Player { provider, data, vendor, given, values, wire, told, due, probed, moved, draws: 0 };
    player.play().await?;
    match due.is_some_and(|due| due.len() != player.told.len()) {
        true => Err("it ends too soon".to_owned()),
        false => Ok(player.told),
    }
}

struct Player<'a> {
    provider: &'a Provider,
    data: Data<'a>,
    vendor: &'a Sandbox,
    given: &'a Given,
    /// What every request may use.
    values: Values,
    wire: Wire,
    told: Vec<String>,
    /// What is expected to be told.
    due: Option<&'a [String]>,
    /// The operations whose failures were looked at.
    probed: BTreeSet<String>,
    /// By how much the vendor's clock was moved.
    moved: Duration,
    draws: u8,
}

/// The form that a page posts to the app.
fn posted(page: &str) -> Option<String> {
    let (_, form) = page.split_once(&format!("<form method=\"post\" action=\"{REDIRECT_URI}\">"))?;
    let members = form.split("type=\"hidden\" name=\"").skip(1).filter_map(|member| {
        let (name, rest) = member.split_once("\" value=\"")?;
        Some((name, rest.split_once('"')?.0))
    });
    Some(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish())
}

/// What an app keeps of one connection.
#[derive(Clone)]
struct Connection {
    start: Start,
    /// Its settings and what the vendor told.
    values: Values,
    tokens: Vec<ReadToken>,
}

/// How a connection begins; the last is the name of the grant that gives the tokens.
#[derive(Clone)]
enum Start {
    Login(String),
    Device(String),
    Grant(String),
    CodeOf(String, String),
}

/// A consent that was given.
struct Consent {
    code: Secret,
    values: Values,
    /// What the callback says of the connection.
    kept: Vec<(String, String)>,
}

impl Player<'_> {
    async fn play(&mut self) -> Told<()> {
        let starts = self.starts();
        let mut connections = Vec::new();
        for round in 0..self.given.rounds {
            for start in &starts {
                let connection = self.start(start).await?;
                if round == 0 {
                    connections.push(connection);
                }
            }
        }
        for call in &self.provider.calls {
            self.call_of(call, &connections).await?;
        }
        for connection in &mut connections {
            self.renewals(connection).await?;
        }
        for grant in &self.provider.grants {
            self.further(grant, &connections).await?;
        }
        self.denials().await?;
        if let (Some(start), Some(_)) = (starts.first(), &self.provider.revoke) {
            let mut connection = self.start(start).await?;
            self.revocation(&mut connection).await?;
        }
        self.late_code(&starts).await?;
        self.lives(&connections).await
    }

    // ---- what is there to play

    fn starts(&self) -> Vec<Start> {
        let mut starts = Vec::new();
        let takes_code = |grant: &&model::Grant| self.uses(&grant.request).contains("code");
        let name = |grant: &model::Grant| grant.name.wire.clone();
        for grant in self.provider.grants.iter().filter(takes_code) {
            if self.provider.authorize.is_some() {
                starts.push(Start::Login(name(grant)));
            }
        }
        for grant in &self.provider.grants {
            let uses = self.uses(&grant.request);
            if uses.contains("device_code") {
                starts.push(Start::Device(name(grant)));
                continue;
            }
            if ["code", "refresh_token", "token"].iter().any(|name| uses.contains(*name)) {
                continue;
            }
            match &grant.yields {
                Yields::Tokens(_) => starts.push(Start::Grant(name(grant))),
                Yields::Code(_) => {
                    let exchanges = self.provider.grants.iter().filter(takes_code);
                    starts.extend(exchanges.map(|exchange| Start::CodeOf(name(grant), name(exchange))));
                }
            }
        }
        starts
    }

    /// The variables that a request names, those of named values included.
    fn uses(&self, request: &model::Request) -> BTreeSet<String> {
        let params = request.params.iter().chain(&request.credentials).map(|param| &param.value);
        let body = request.body.iter().flat_map(|body| match body {
            model::Body::Json(node) => node.templates(),
            model::Body::Text(text) => vec![text],
        });
        let mut open: Vec<_> = params.chain(body).chain(&request.basic).chain([&request.url]).collect();
        let mut uses = BTreeSet::new();
        while let Some(template) = open.pop() {
            for variable in template.variables() {
                let named = self.provider.values.iter().find(|value| value.name.wire == variable.name());
                if uses.insert(variable.name().to_owned()) {
                    open.extend(named.map(|named| &named.value));
                }
            }
        }
        uses
    }

    fn grant(&self, name: &str) -> &model::Grant {
        self.provider.grants.iter().find(|grant| grant.name.wire == name).unwrap()
    }

    fn now(&self) -> SystemTime {
        SystemTime::now() + self.moved
    }

    fn advance(&mut self, by: Duration) {
        self.vendor.advance(by);
        self.moved += by;
    }

    fn tell(&mut self, line: String) -> Told<()> {
        let due = self.due.map(|due| due.get(self.told.len()));
        if due.is_some_and(|due| due != Some(&line)) {
            return Err(format!("{line}, where {due:?} is due"));
        }
        self.told.push(line);
        Ok(())
    }

    // ---- requests

    fn random(&mut self) -> u8 {
        self.draws = self.draws.wrapping_add(1);
        self.draws
    }

    /// Everything that a request may use.
    fn complete(&mut self, own: &Values) -> Values {
        let mut values = self.values.clone();
        values.merge(own);
        values.set("now", self.now());
        let seed = self.random();
        values.set("random", SecretBytes::from([seed; 32]));
        values
    }

    async fn send(&mut self, operation: &str, own: &Values) -> Result<Response, BuildError> {
        let values = self.complete(own);
        let request = build(self.data.operation(operation).unwrap(), &values)?;
        Ok(self.wire.send(&request).await)
    }

    fn read(&self, operation: &str, response: &Response) -> Result<Reading, ReadError> {
        let found = self.data.operation(operation).unwrap();
        let quiet = found.answer(found.answers().tokens(&[]));
        let extends = self.data.all_tokens().iter().any(|kind| kind.renewal() == Renew::Extend(operation));
        authsmith_protocol::read(if extends { &quiet } else { found }, response, self.now())
    }

    /// One request and its answer; before the first of an operation, its failures.
    async fn perform(&mut self, operation: &str, own: &Values) -> Told<Reading> {
        let unbuilt = |error: BuildError| format!("{operation} can't be asked for: {error}");
        if self.probed.insert(operation.to_owned()) {
            self.failures(operation, own).await.map_err(unbuilt)??;
        }
        let response = self.send(operation, own).await.map_err(unbuilt)?;
        self.read(operation, &response)
            .map_err(|error| format!("{operation}: {error}; {}", String::from_utf8_lossy(&response.body)))
    }

    /// The failures of an operation: those that the spec documents, one of the standard's, and one about the rate.
    async fn failures(&mut self, operation: &str, own: &Values) -> Result<Told<()>, BuildError> {
        let grant = self.provider.grants.iter().find(|grant| grant.name.wire == operation);
        let call = self.provider.calls.iter().find(|call| call.name.wire == operation);
        let documented = grant.map(|grant| &grant.failures).or(call.map(|call| &call.failures));
        let documented = documented.into_iter().flatten().map(|failure| failure.name.wire.as_str());
        for failure in documented.chain(["invalid_request", "unauthorized_client", "429", "limited"]) {
            if let Err(error) = self.vendor.fail_next(&self.provider.name.wire, operation, failure, 1) {
                return Ok(Err(format!("{operation}: {error}")));
            }
            let response = self.send(operation, own).await?;
            let refusal = match self.read(operation, &response) {
                Err(ReadError::Refused(refusal)) => refusal,
                other => return Ok(Err(format!("{operation} should be refused with {failure}: {other:?}"))),
            };
            let waits = refusal.retry_after.map(|wait| wait.as_secs());
            let told = self.tell(format!(
                "{operation} fails with {failure}: {} {:?} {:?} {:?} {waits:?} {}",
                refusal.status, refusal.code, refusal.text, refusal.failure, refusal.limited
            ));
            if told.is_err() {
                return Ok(told);
            }
        }
        Ok(Ok(()))
    }

    // ---- beginnings

    async fn start(&mut self, start: &Start) -> Told<Connection> {
        let (values, grant) = match start {
            Start::Login(grant) => {
                let consent = self.consent().await??;
                self.tell(format!("a callback keeps {:?}", consent.kept))?;
                (consent.values.with("code", consent.code), grant)
            }
            Start::Device(grant) => (self.device().await?, grant),
            Start::Grant(grant) => (self.connection_settings()?, grant),
            Start::CodeOf(giver, taker) => {
                let mut values = self.connection_settings()?;
                let with_inputs = self.with_inputs(giver, &values)?;
                let reading = self.perform(giver, &with_inputs).await?;
                values.set("code", reading.code.ok_or_else(|| format!("{giver} gave no code"))?);
                (values, taker)
            }
        };
        let asked = self.with_inputs(grant, &values)?;
        let reading = self.perform(grant, &asked).await?;
        self.tell(format!("{grant}: {}", self.outline_of(grant, &reading)))?;
        let mut connection = Connection { start: start.clone(), values, tokens: reading.tokens };
        hear(&mut connection.values, reading.kept);
        Ok(connection)
    }

    /// Asks for consent on another device, whose user then types the code.
    async fn device(&mut self) -> Told<Values> {
        let device = self.data.device_authorization().ok_or("no device can ask")?;
        let mut values = self.connection_settings()?;
        let mut own = values.clone();
        self.given.device_scopes(self.provider, &mut own)?;
        let inputs = &self.provider.device.as_ref().unwrap().request.inputs;
        self.given.inputs(DEVICE, self.provider, inputs, &mut own)?;
        let own = self.complete(&own);
        let request = build(&device.request(), &own).map_err(|error| format!("device: {error}"))?;
        let answer = self.wire.send(&request).await;
        let codes = read_device(&device, &answer, self.now())
            .map_err(|error| format!("device: {error}; {}", String::from_utf8_lossy(&answer.body)))?;
        let page = format!("{}?user_code={}", codes.verification_uri, codes.user_code);
        let complete = codes.verification_uri_complete.map(|complete| complete == page);
        let (life, interval) = (codes.expires_in.as_secs(), codes.interval.as_secs());
        self.tell(format!("device: for {life} s, every {interval} s, a whole link: {complete:?}"))?;
        let page = url::Url::parse(&page).map_err(|error| format!("device: {error}"))?;
        let visited = self.wire.visit(&page[url::Position::BeforePath..url::Position::AfterQuery]).await;
        if visited.status != 200 {
            return Err(format!("device: the code is not taken: {}", visited.status));
        }
        values.set("device_code", codes.device_code);
        Ok(values)
    }

    fn connection_settings(&self) -> Told<Values> {
        self.given.settings(self.provider, &self.data, true)
    }

    fn with_inputs(&self, grant: &str, values: &Values) -> Told<Values> {
        let grant = self.grant(grant);
        let mut values = values.clone();
        self.given.scopes_of(grant, &mut values)?;
        self.given.inputs(&grant.name.wire, self.provider, &grant.request.inputs, &mut values)?;
        if grant.kind == GrantKind::Password {
            values.set("username", USERNAME);
            values.set("password", Secret::from(PASSWORD));
        }
        Ok(values)
    }

    fn outline_of(&self, grant: &str, reading: &Reading) -> String {
        let grant = self.grant(grant);
        outline::reading(reading, &grant.fields, &self.provider.types, self.now())
    }

    /// Sends a user to the vendor, and gives the callback, with what the exchange of its code needs.
    async fn visit(&mut self) -> Told<(String, Secret, Values)> {
        let authorize = self.data.authorization().ok_or("nobody asks for consent")?;
        let mut own = self.connection_settings()?;
        let connection = own.clone();
        self.given.scopes(self.provider, &mut own)?;
        let inputs = &self.provider.authorize.as_ref().unwrap().request.inputs;
        self.given.inputs("authorize", self.provider, inputs, &mut own)?;
        let seed = self.random();
        let random = std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add(u8::try_from(at).unwrap()));
        let (state, verifier) = pkce::login_secrets_for(&authorize, &random);
        own.set("state", state.clone());
        let mut values = connection.with("state", state.clone());
        if let Some(scope) = own.get("scope").cloned() {
            values.set("scope", scope);
        }
        if authorize.pkce_method() != Pkce::None {
            own.set("code_challenge", pkce::challenge(&verifier));
            values.set("code_verifier", verifier);
        }
        let own = self.complete(&own);
        let request = build(&authorize.request(), &own).map_err(|error| format!("authorize: {error}"))?;
        let mut answer = self.wire.send(&request).await;
        if let Some(fragment) = request.url.fragment().filter(|_| answer.status == 200) {
            // The vendor's page has a script that tells what stands behind the `#`.
            let told = [("path", request.url.path()), ("fragment", fragment)];
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish();
            answer = self.wire.visit(&format!("/_sandbox/fragment?{query}")).await;
        }
        let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let location = location.filter(|location| answer.status == 302 && location.starts_with(REDIRECT_URI));
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let location = location.or_else(|| posted(&body));
        let location = location.ok_or(format!("authorize sends nobody back: {} {body}", answer.status))?;
        Ok((location, state, values))
    }

    /// A user says yes, as far as the vendor lets them.
    async fn consent(&mut self) -> Told<Told<Consent>> {
        let (location, state, values) = self.visit().await?;
        Ok(self.arrival(&location, &state, values).map_err(|error| format!("{location}: {error}")))
    }

    fn arrival(&self, location: &str, state: &Secret, mut values: Values) -> Result<Consent, CallbackError> {
        let authorize = self.data.authorization().unwrap();
        let known = { self.values.clone() };
        let may_lack_state = !authorize.is_state_documented();
        let expected = Expected { state, may_lack_state, values: &known };
        let arrival = read_arrival(&authorize.callback_data(), location, &expected)?;
        hear(&mut values, arrival.kept.clone());
        Ok(Consent { code: arrival.code, values, kept: arrival.kept })
    }

    /// A user says no; the vendor says no; the vendor forgets the state.
    async fn denials(&mut self) -> Told<()> {
        if self.data.authorization().is_none() {
            return Ok(());
        }
        let name = self.provider.name.wire.clone();
        self.vendor.deny_next_consent(&name).unwrap();
        self.no_consent("no").await?;
        self.vendor.fail_next(&name, "authorize", "server_error", 1).unwrap();
        self.no_consent("server_error").await?;
        self.vendor.drop_state(&name, true).unwrap();
        let (location, state, values) = self.visit().await?;
        let outcome = self.arrival(&location, &state, values).map(|_| "taken");
        self.tell(format!("a callback without state: {outcome:?}"))?;
        self.vendor.drop_state(&name, false).unwrap();
        Ok(())
    }

    async fn no_consent(&mut self, why: &str) -> Told<()> {
        let (location, state, values) = self.visit().await?;
        match self.arrival(&location, &state, values) {
            Err(error @ CallbackError::Denied { .. }) => self.tell(format!("consent, {why}: {error}"))?,
            Err(error) => return Err(format!("consent, {why}: {error}")),
            Ok(_) => return Err(format!("consent, {why}: there is a code")),
        }
        Ok(())
    }

    // ---- calls

    async fn call_of(&mut self, call: &model::Call, connections: &[Connection]) -> Told<()> {
        let mut wrong = format!("no grant gives a token of kind `{}`", call.token);
        for connection in connections {
            let Some(token) = connection.tokens.iter().find(|token| token.kind == call.token) else { continue };
            let values = self.call_values(call, connection, &token.value)?;
            match self.perform(&call.name.wire, &values).await {
                Ok(reading) => {
                    let shown = outline::value(&reading.body, &call.returns, &self.provider.types);
                    self.tell(format!("{}: {shown}", call.name.wire))?;
                    return Ok(());
                }
                // Another connection may have been told what this one was not.
                Err(error) if error.contains("can't be asked for") => {
                    self.probed.remove(&call.name.wire);
                    wrong = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(wrong)
    }

    fn call_values(&self, call: &model::Call, connection: &Connection, token: &Secret) -> Told<Values> {
        let mut values = connection.values.clone().with("token", token.clone());
        self.given.inputs(&call.name.wire, self.provider, &call.request.inputs, &mut values)?;
        Ok(values)
    }

    /// Whether the vendor takes a token; `None` when no call can show it.
    async fn is_taken(&mut self, connection: &Connection, kind: &str, token: &Secret) -> Option<bool> {
        let provider = self.provider;
        for call in provider.calls.iter().filter(|call| call.token == kind) {
            let Ok(values) = self.call_values(call, connection, token) else { continue };
            if let Ok(response) = self.send(&call.name.wire, &values).await {
                return Some(self.read(&call.name.wire, &response).is_ok());
            }
        }
        None
    }

    async fn expect_taken(&mut self, connection: &Connection, token: &ReadToken, due: bool, when: &str) -> Told<()> {
        match self.is_taken(connection, &token.kind, &token.value).await {
            Some(taken) if taken != due => {
                let not = if due { "not " } else { "" };
                Err(format!("a token of kind `{}` is {not}taken {when}", token.kind))
            }
            _ => Ok(()),
        }
    }

    // ---- renewals

    async fn renewals(&mut self, connection: &mut Connection) -> Told<()> {
        // Each place where an answer may keep something has its turn.
        let rounds = self.given.rounds;
        for at in (0..connection.tokens.len()).flat_map(|at| std::iter::repeat_n(at, rounds)) {
            let old = connection.tokens[at].clone();
            let kind = self.data.token(&old.kind).ok_or_else(|| format!("`{}` is no kind of token", old.kind))?;
            let values = tokens_of(connection, &old);
            match kind.renewal() {
                Renew::Refresh(grant) => {
                    let Some(shown) = &old.refresh_token else {
                        self.tell(format!("{}: no refresh token", old.kind))?;
                        continue;
                    };
                    let new = self.renewed(grant, &old, &values, connection).await?;
                    self.rotation(grant, shown, &old, &new, connection).await?;
                    connection.tokens[at] = ReadToken {
                        refresh_expires_at: new.refresh_expires_at.or(old.refresh_expires_at),
                        refresh_token: new.refresh_token.clone().or(old.refresh_token),
                        ..new
                    };
                }
                Renew::Exchange(grant) => {
                    connection.tokens[at] = self.renewed(grant, &old, &values, connection).await?;
                }
                Renew::Extend(grant) => {
                    let reading = self.perform(grant, &self.with_inputs(grant, &values)?).await?;
                    let end = self.extended(grant, &old.kind, &reading);
                    let life = outline::life(end, self.now());
                    self.tell(format!("{grant} extends `{}`{life}", old.kind))?;
                    hear(&mut connection.values, reading.kept);
                    connection.tokens[at].expires_at = end;
                }
                Renew::Reissue => {
                    let again = self.start(&connection.start.clone()).await?;
                    connection.values.merge(&again.values);
                    let new = again.tokens.into_iter().find(|token| token.kind == old.kind);
                    connection.tokens[at] = new.ok_or_else(|| format!("`{}` is not issued again", old.kind))?;
                }
                _ => self.tell(format!("{}: not renewed", old.kind))?,
            }
            let new = connection.tokens[at].clone();
            self.expect_taken(connection, &new, true, "once renewed").await?;
        }
        Ok(())
    }

    async fn renewed(
        &mut self,
        grant: &str,
        old: &ReadToken,
        values: &Values,
        connection: &mut Connection,
    ) -> Told<ReadToken> {
        let reading = self.perform(grant, &self.with_inputs(grant, values)?).await?;
        self.tell(format!("{grant}: {}", self.outline_of(grant, &reading)))?;
        hear(&mut connection.values, reading.kept);
        let new = reading.tokens.into_iter().find(|token| token.kind == old.kind);
        new.ok_or_else(|| format!("{grant} gives no token of kind `{}`", old.kind))
    }

    fn replays_free(&self, kind: &str) -> bool {
        let kind = self.provider.tokens.iter().find(|known| known.name.wire == kind).unwrap();
        matches!(&kind.renew, model::Renew::Refresh { replay: model::Replay::Free, .. } | model::Renew::Exchange(_))
    }

    /// What the spec says that a refresh does to the old tokens.
    async fn rotation(
        &mut self,
        grant: &str,
        shown: &Secret,
        old: &ReadToken,
        new: &ReadToken,
        connection: &Connection,
    ) -> Told<()> {
        let kind = self.provider.tokens.iter().find(|kind| kind.name.wire == old.kind).unwrap();
        let model::Renew::Refresh { rotation, old_access_revoked, .. } = &kind.renew else { return Ok(()) };
        let replaced = new.refresh_token.as_ref().is_some_and(|token| token != shown);
        let fits = match rotation {
            model::Rotation::Always => replaced,
            model::Rotation::Never => !replaced,
            model::Rotation::Sometimes => true,
        };
        if !fits {
            return Err(format!("{grant}: the refresh token should rotate {rotation:?}"));
        }
        self.expect_taken(connection, old, !old_access_revoked, "after the next was given").await?;
        if replaced {
            let values = self.with_inputs(grant, &tokens_of(connection, old))?;
            let response = self.send(grant, &values).await.map_err(|error| error.to_string())?;
            let replayed = self.read(grant, &response).is_ok();
            if replayed != self.replays_free(&old.kind) {
                return Err(format!("{grant}: a spent refresh token is taken: {replayed}"));
            }
        }
        Ok(())
    }

    /// When a token that was extended expires: as the grant says, else as any that gives such a token.
    fn extended(&self, grant: &str, kind: &str, reading: &Reading) -> Option<SystemTime> {
        let own = self.data.operation(grant).into_iter();
        let expiry = own.chain(self.data.all_operations()).find_map(|operation| {
            operation.answers().issued().iter().find(|issued| issued.kind() == kind).map(|issued| issued.expiry())
        });
        authsmith_protocol::expiry::expires_at(expiry?, &reading.body, self.now())
    }

    /// A grant that begins nothing and renews nothing, and shows a token of a connection.
    async fn further(&mut self, grant: &model::Grant, connections: &[Connection]) -> Told<()> {
        let name = &grant.name.wire;
        let uses = self.uses(&grant.request);
        let renews = self.data.all_tokens().iter().any(|kind| match kind.renewal() {
            Renew::Refresh(by) | Renew::Extend(by) | Renew::Exchange(by) => by == name,
            _ => false,
        });
        if renews || uses.contains("code") || !(uses.contains("token") || uses.contains("refresh_token")) {
            return Ok(());
        }
        let needs = |token: &&ReadToken| token.refresh_token.is_some() || !uses.contains("refresh_token");
        let shown = connections.iter().find_map(|one| Some((one, one.tokens.iter().find(needs)?)));
        let (connection, token) = shown.ok_or_else(|| format!("{name}: there is no token to show"))?;
        let values = self.with_inputs(name, &tokens_of(connection, token))?;
        let reading = self.perform(name, &values).await?;
        self.tell(format!("{name}: {}", self.outline_of(name, &reading)))?;
        Ok(())
    }

    // ---- ends

    async fn revocation(&mut self, connection: &mut Connection) -> Told<()> {
        let Some(token) = connection.tokens.first().cloned() else { return Ok(()) };
        self.expect_taken(connection, &token, true, "before it is revoked").await?;
        let mut values = tokens_of(connection, &token).with("access_token", token.value.clone());
        if let Some(refresh) = &token.refresh_token {
            values.set("token", refresh.clone());
        }
        values.set("token_type_hint", if token.refresh_token.is_some() { "refresh_token" } else { "access_token" });
        self.perform(REVOKE, &values).await?;
        self.expect_taken(connection, &token, false, "after it is revoked").await
    }

    /// A code is taken as long as the spec says that it lives, and no longer.
    async fn late_code(&mut self, starts: &[Start]) -> Told<()> {
        let seconds = self.data.authorization().and_then(|authorize| authorize.code_seconds());
        let (Some(Start::Login(grant)), Some(seconds)) = (starts.first(), seconds) else { return Ok(()) };
        for (wait, due) in [(seconds.saturating_sub(20), true), (seconds + 20, false)] {
            let consent = self.consent().await??;
            self.advance(Duration::from_secs(wait));
            let values = self.with_inputs(grant, &consent.values.with("code", consent.code))?;
            let response = self.send(grant, &values).await.map_err(|error| error.to_string())?;
            let taken = self.read(grant, &response).is_ok();
            if taken != due {
                return Err(format!("a code {wait} s old is taken: {taken}"));
            }
        }
        self.tell(format!("a code lives {seconds} s"))?;
        Ok(())
    }

    /// A token is taken as long as the answer says that it lives, and no longer.
    async fn lives(&mut self, connections: &[Connection]) -> Told<()> {
        let tokens =
            connections.iter().flat_map(|connection| connection.tokens.iter().map(move |one| (connection, one)));
        let mut ends: Vec<_> =
            tokens.filter_map(|(connection, one)| Some((one.expires_at?, connection, one))).collect();
        ends.sort_by_key(|(end, ..)| *end);
        for (end, connection, token) in ends {
            let left = end.duration_since(self.now()).unwrap_or_default();
            if left > Duration::from_secs(365 * 86_400) {
                return Err(format!("a token of kind `{}` lives for years", token.kind));
            }
            if left > Duration::from_secs(30) {
                self.advance(left - Duration::from_secs(20));
                self.expect_taken(connection, token, true, "until it expires").await?;
            }
            self.advance(Duration::from_secs(40));
            self.expect_taken(connection, token, false, "after it expired").await?;
        }
        Ok(())
    }
}

/// What a connection holds for a request that shows one of its tokens.
fn tokens_of(connection: &Connection, token: &ReadToken) -> Values {
    let mut values = connection.values.clone().with("token", token.value.clone());
    if let Some(refresh) = &token.refresh_token {
        values.set("refresh_token", refresh.clone());
    }
    values
}

fn hear(values: &mut Values, kept: Vec<(String, String)>) {
    for (name, value) in kept {
        values.set(name, Value::from(value));
    }
}
