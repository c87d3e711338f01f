//! A client of the interpreter that plays any vendor from its spec: every login, every grant, every renewal, every call,
//! every documented failure and the revocation, and holds the vendor to what the spec says.

mod beginnings;
mod ends;
mod identity;
mod renewals;
mod spent;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use authsmith_codegen::lower::lower;
use authsmith_codegen::model::{self, Provider, Yields};
use authsmith_protocol::provider::{Provider as Data, Renew};
use authsmith_protocol::{
    BuildError, ReadError, ReadToken, Reading, Response, Secret, SecretBytes, Value, Values, build,
};
use authsmith_sandbox::{CLIENT_ID, REDIRECT_URI, Sandbox, client_secret};

use super::given::Given;
use super::outline;
use super::signing::with_assertion;
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
        for grant in self.provider.grants.iter().filter(|grant| grant.from.is_some()) {
            let connection = self.derived(grant, &connections).await?;
            connections.push(connection);
        }
        for call in &self.provider.calls {
            for _ in 0..self.given.call_rounds.get(&call.name.wire).copied().unwrap_or(1) {
                self.call_of(call, &connections).await?;
            }
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
        self.lives(&connections).await?;
        self.spent(&connections).await?;
        self.idle(&connections).await
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
        let claims = request.assertion.iter().flat_map(|assertion| assertion.templates());
        let mut open: Vec<_> = params.chain(claims).chain(body).chain(&request.basic).chain([&request.url]).collect();
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
        let found = self.data.operation(operation).unwrap();
        let request = build(found, &with_assertion(found, self.complete(own))?)?;
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
        let codes = &self.provider.codes;
        let codes = codes.terminal.iter().chain(&codes.transient).chain(&codes.config).filter(|_| call.is_none());
        let documented = documented.chain(codes.map(String::as_str));
        // Each place where a vendor may ask to wait has its turn.
        let limits = std::iter::repeat_n("limited", self.provider.waits.len().max(1));
        for failure in documented.chain(["invalid_request", "unauthorized_client", "429"]).chain(limits) {
            if let Err(error) = self.vendor.fail_next(&self.provider.name.wire, operation, failure, 1) {
                return Ok(Err(format!("{operation}: {error}")));
            }
            let response = self.send(operation, own).await?;
            let refusal = match self.read(operation, &response) {
                Err(ReadError::Refused(refusal)) => refusal,
                other => return Ok(Err(format!("{operation} should be refused with {failure}: {other:?}"))),
            };
            let waits = refusal.retry_after.map(how_long);
            let told = self.tell(format!(
                "{operation} fails with {failure}: {} {:?} {:?} {:?} {waits:?} {} {:?}",
                refusal.status, refusal.code, refusal.text, refusal.failure, refusal.limited, refusal.meaning
            ));
            if told.is_err() {
                return Ok(told);
            }
        }
        Ok(Ok(()))
    }

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
        let may_lack = |grant: &model::Grant| match &grant.yields {
            Yields::Tokens(issued) => issued.iter().any(|one| one.kind == call.token && one.optional),
            Yields::Code(_) => false,
        };
        let is_given = connections.iter().any(|one| one.tokens.iter().any(|token| token.kind == call.token));
        match !is_given && self.provider.grants.iter().any(may_lack) {
            true => self.tell(format!("{}: no token of kind `{}` was given", call.name.wire, call.token)),
            false => Err(wrong),
        }
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

/// How long a wait is, as far as it doesn't depend on when it was asked for: moments are told in whole seconds.
fn how_long(wait: Duration) -> String {
    match wait.as_millis() {
        0..500 => "at once".to_owned(),
        500..3_000 => "soon".to_owned(),
        _ => format!("{} s", wait.as_secs()),
    }
}
