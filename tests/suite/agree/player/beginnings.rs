//! How a connection begins.

use authsmith_codegen::lower::DEVICE;
use authsmith_codegen::model::GrantKind;
use authsmith_protocol::provider::Pkce;
use authsmith_protocol::{CallbackError, Expected, Reading, Secret, Values, build, pkce, read_arrival, read_device};
use authsmith_sandbox::{PASSWORD, REDIRECT_URI, USERNAME};

use super::{Connection, Consent, Player, Start, Told, hear, posted};
use crate::agree::outline;
use crate::agree::signing::with_assertion;

impl Player<'_> {
    pub(super) async fn start(&mut self, start: &Start) -> Told<Connection> {
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
        self.identity(grant, &reading, &values).await?;
        let mut connection = Connection { start: start.clone(), values, tokens: reading.tokens };
        hear(&mut connection.values, reading.kept);
        Ok(connection)
    }

    /// Asks for consent on another device, whose user then types the code.
    pub(super) async fn device(&mut self) -> Told<Values> {
        let device = self.data.device_authorization().ok_or("no device can ask")?;
        let mut values = self.connection_settings()?;
        let mut own = values.clone();
        self.given.device_scopes(self.provider, &mut own)?;
        let inputs = &self.provider.device.as_ref().unwrap().request.inputs;
        self.given.inputs(DEVICE, self.provider, inputs, &mut own)?;
        let own = self.complete(&own);
        let request = with_assertion(&device.request(), own).and_then(|own| build(&device.request(), &own));
        let request = request.map_err(|error| format!("device: {error}"))?;
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

    pub(super) fn connection_settings(&self) -> Told<Values> {
        self.given.settings(self.provider, &self.data, true)
    }

    pub(super) fn with_inputs(&self, grant: &str, values: &Values) -> Told<Values> {
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

    pub(super) fn outline_of(&self, grant: &str, reading: &Reading) -> String {
        let grant = self.grant(grant);
        outline::reading(reading, &grant.fields, &self.provider.types, self.now())
    }

    /// Sends a user to the vendor, and gives the callback, with what the exchange of its code needs.
    pub(super) async fn visit(&mut self) -> Told<(String, Secret, Values)> {
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
        let nonce = self.data.id_tokens().map(|_| Secret::from(pkce::challenge(&state)));
        if let Some(nonce) = &nonce {
            own.set("login_nonce", nonce.clone());
        }
        let shown = authorize.redirect_uri_of(REDIRECT_URI, state.expose()).into_owned();
        own.set("redirect_uri", shown.clone());
        let mut values = connection.with("state", state.clone()).with("redirect_uri", shown);
        if let Some(nonce) = nonce {
            values.set("login_nonce", nonce);
        }
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
    pub(super) async fn consent(&mut self) -> Told<Told<Consent>> {
        let (location, state, values) = self.visit().await?;
        Ok(self.arrival(&location, &state, values).map_err(|error| format!("{location}: {error}")))
    }

    pub(super) fn arrival(&self, location: &str, state: &Secret, mut values: Values) -> Result<Consent, CallbackError> {
        let authorize = self.data.authorization().unwrap();
        let known = { self.values.clone() };
        let may_lack_state = !authorize.is_state_documented();
        let expected = Expected { state, may_lack_state, values: &known };
        let arrival = read_arrival(&authorize.callback_data(), location, &expected)?;
        hear(&mut values, arrival.kept.clone());
        Ok(Consent { code: arrival.code, values, kept: arrival.kept })
    }

    /// A user says no; the vendor says no; the vendor forgets the state.
    pub(super) async fn denials(&mut self) -> Told<()> {
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

    pub(super) async fn no_consent(&mut self, why: &str) -> Told<()> {
        let (location, state, values) = self.visit().await?;
        match self.arrival(&location, &state, values) {
            Err(error @ CallbackError::Denied { .. }) => self.tell(format!("consent, {why}: {error}"))?,
            Err(error) => return Err(format!("consent, {why}: {error}")),
            Ok(_) => return Err(format!("consent, {why}: there is a code")),
        }
        Ok(())
    }
}
