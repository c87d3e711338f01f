//! Asking a user for consent, and what must be remembered until the answer comes.

use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

use authsmith_protocol::operation::Body;
use authsmith_protocol::provider::{Authorize as AuthorizeData, Pkce, Provider};
use authsmith_protocol::{Arrival, CallbackError, Expected, Secret, Value, Values, pkce, read_arrival};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::client::{Client, Inner};
use crate::clock::epoch_millis;
use crate::error::{Error, ErrorKind};
use crate::inputs::Inputs;
use crate::kept::Kept;
use crate::settings::{self, Owner};

/// The vendor says that it returns `state`.
#[derive(Debug)]
pub enum StateReturned {}

/// The vendor doesn't say whether it returns `state`.
#[derive(Debug)]
pub enum StateUndocumented {}

/// An authorization request in the making (RFC 6749, section 4.1.1). `S` says what the vendor's page says of `state`.
#[derive(Debug)]
#[must_use = "nothing happens before `start`"]
pub struct Authorize<'c, S = StateReturned> {
    client: &'c Client,
    scopes: Vec<String>,
    scope_lists: Vec<(&'static str, Vec<String>)>,
    inputs: Inputs,
    may_lack_state: bool,
    state: PhantomData<fn() -> S>,
}

impl<'c, S> Authorize<'c, S> {
    pub(crate) fn new(client: &'c Client) -> Self {
        Self {
            client,
            scopes: Vec::new(),
            scope_lists: Vec::new(),
            inputs: Inputs::new(),
            may_lack_state: false,
            state: PhantomData,
        }
    }

    /// Adds scopes to ask for (RFC 6749, section 3.3).
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Adds scopes of a further list, by the name of the parameter that carries it.
    pub fn scope_list(mut self, name: &'static str, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes = scopes.into_iter().map(Into::into);
        match self.scope_lists.iter_mut().find(|(known, _)| *known == name) {
            Some((_, list)) => list.extend(scopes),
            None => self.scope_lists.push((name, scopes.collect())),
        }
        self
    }

    /// Adds an input of the request.
    pub fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.inputs = self.inputs.with(name, value);
        self
    }

    /// Adds an input of the request, when there is one.
    pub fn maybe(mut self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        self.inputs = self.inputs.maybe(name, value);
        self
    }

    /// Sets an input to anything that serializes.
    pub fn set_json(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.inputs = self.inputs.json(name, value);
        self
    }

    /// Adds a setting of the connection that the login begins. It is checked by [`Authorize::start`], and kept with the
    /// tokens.
    pub fn setting(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.inputs = self.inputs.setting(name, value);
        self
    }

    /// Adds a setting of the connection that the login begins, when there is one.
    pub fn maybe_setting(mut self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        self.inputs = self.inputs.maybe_setting(name, value);
        self
    }

    #[doc(hidden)]
    pub fn change_inputs(mut self, change: impl FnOnce(Inputs) -> Inputs) -> Self {
        self.inputs = change(self.inputs);
        self
    }

    /// Makes `state` and, where the vendor takes it, the PKCE pair, and with them the URL.
    ///
    /// # Errors
    ///
    /// When the vendor has no authorization request, a setting of the connection is missing or not allowed, an input
    /// doesn't fit its place in the URL, or the operating system gives no randomness.
    pub fn start(self) -> Result<Login, Error> {
        let inner = self.client.inner();
        let authorize = inner.provider.authorization();
        let title = inner.provider.title();
        let authorize =
            authorize.ok_or_else(|| Error::new(ErrorKind::Config, format!("{title} asks no user for consent")))?;
        let settings = settings::checked(inner.provider, Owner::Connection, self.inputs.settings())?;
        let (state, verifier) = login_secrets(&authorize)?;
        let mut values = inner.values.clone();
        settings.add_to(&mut values);
        values.merge(self.inputs.values()?);
        values.set("state", state.clone());
        show_state(inner, &mut values, &state);
        let scope = match self.scopes.as_slice() {
            [] => authorize.scopes_by_default().join(authorize.separator()),
            scopes => scopes.join(authorize.separator()),
        };
        if !scope.is_empty() {
            values.set("scope", scope.clone());
        }
        for (name, scopes) in &self.scope_lists {
            if !scopes.is_empty() {
                values.set(*name, scopes.join(authorize.separator()));
            }
        }
        let nonce = inner.provider.id_tokens().is_some_and(|data| data.has_nonce()).then(fresh_nonce).transpose()?;
        if let Some(nonce) = &nonce {
            values.set("login_nonce", nonce.clone());
        }
        let code_verifier = (authorize.pkce_method() != Pkce::None).then_some(verifier);
        if let Some(verifier) = &code_verifier {
            values.set("code_challenge", pkce::challenge(verifier));
        }
        let values = inner.for_request(&values)?;
        let now = inner.clock.now();
        let url = inner.prepare(&authorize.request(), &values)?.url;
        let pending = PendingLogin {
            provider: inner.provider.name().to_owned(),
            client_id: inner.client_id.clone(),
            redirect_uri: inner.redirect_uri.clone(),
            deployment: inner.deployment.clone(),
            state,
            code_verifier,
            nonce,
            scope: Some(scope).filter(|scope| !scope.is_empty() && repeats_scope(inner.provider)),
            may_lack_state: self.may_lack_state,
            kept: settings,
            expires_at: now.checked_add(inner.login_lifetime).unwrap_or(now),
        };
        Ok(Login { url: String::from(url).into(), pending })
    }
}

impl Authorize<'_, StateUndocumented> {
    /// Takes a callback that has no `state`. Then nothing shows that the callback belongs to this user's login, and an
    /// attacker can connect an account of their own to the user's session (RFC 9700, section 4.7): ask the user
    /// whether the account is theirs. A callback with another state is refused all the same.
    pub fn accept_missing_state(mut self) -> Self {
        self.may_lack_state = true;
        self
    }
}

/// A login that was started: where to send the user, and what to remember until they come back.
#[must_use = "send the user to the URL and keep the pending login in their session"]
pub struct Login {
    url: Secret,
    pending: PendingLogin,
}

impl Login {
    /// Where to send the user agent.
    pub fn url(&self) -> &str {
        self.url.expose()
    }

    /// What to keep in the user's own session.
    pub fn pending(&self) -> &PendingLogin {
        &self.pending
    }

    /// What to keep in the user's own session.
    pub fn into_pending(self) -> PendingLogin {
        self.pending
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("pending", &self.pending).finish_non_exhaustive()
    }
}

/// A login between the user's leaving and coming back.
///
/// A web app serializes it into the user's own session. It holds secrets: the session must be kept by the server or
/// encrypted, and belong to one browser. It is exchanged once; no copy of it works a second time, because its state is
/// burned in the client's store.
pub struct PendingLogin {
    provider: String,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    deployment: String,
    state: Secret,
    code_verifier: Option<Secret>,
    /// What the ID token of this login must repeat.
    nonce: Option<Secret>,
    scope: Option<String>,
    may_lack_state: bool,
    kept: Kept,
    expires_at: SystemTime,
}

/// What a callback has given: everything that the exchange of the code needs.
pub(crate) struct Returned {
    pub values: Values,
    /// The settings of the connection that begins, and what is kept of the callback.
    pub kept: Kept,
    /// What the ID token must repeat.
    pub nonce: Option<Secret>,
}

impl PendingLogin {
    /// The moment after which the login can't be finished any more.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Checks that the login is this client's, is the callback's, and wasn't used before. The state is burned before
    /// anything is sent, and by a denial too.
    pub(crate) async fn finish(self, inner: &Inner, callback: &str) -> Result<Returned, Error> {
        self.check_origin(inner)?;
        let now = inner.clock.now();
        if now >= self.expires_at {
            return Err(Error::new(ErrorKind::LoginExpired, "the login took too long; start another"));
        }
        let answer = self.read(inner, callback);
        if matches!(answer, Ok(_) | Err(CallbackError::Denied { .. })) {
            self.burn(inner, now).await?;
        }
        let mut values = Values::new().with("state", self.state.clone());
        show_state(inner, &mut values, &self.state);
        if let Some(nonce) = &self.nonce {
            values.set("login_nonce", nonce.clone());
        }
        let arrival = answer.map_err(|error| Error::from_callback(without_secrets(error, &values)))?;
        values.set("code", arrival.code);
        if let Some(verifier) = self.code_verifier {
            values.set("code_verifier", verifier);
        }
        if let Some(scope) = self.scope {
            values.set("scope", scope);
        }
        let mut kept = self.kept;
        kept.hear(arrival.kept);
        Ok(Returned { values, kept, nonce: self.nonce })
    }

    fn read(&self, inner: &Inner, callback: &str) -> Result<Arrival, CallbackError> {
        let authorize = inner.provider.authorization();
        let documented = authorize.is_none_or(|authorize| authorize.is_state_documented());
        let mut values = inner.values.clone();
        self.kept.add_to(&mut values);
        let may_lack_state = self.may_lack_state && !documented;
        let expected = Expected { state: &self.state, may_lack_state, values: &values };
        let names = authorize.map(|authorize| authorize.callback_data()).unwrap_or_default();
        read_arrival(&names, callback, &expected)
    }

    fn check_origin(&self, inner: &Inner) -> Result<(), Error> {
        let same = self.provider == inner.provider.name()
            && self.client_id == inner.client_id
            && self.redirect_uri == inner.redirect_uri
            && self.deployment == inner.deployment;
        let has_nonce = self.nonce.is_some() || !inner.provider.id_tokens().is_some_and(|data| data.has_nonce());
        match same && has_nonce {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::LoginForeign, "the login was started by another client")),
        }
    }

    async fn burn(&self, inner: &Inner, now: SystemTime) -> Result<(), Error> {
        let hash = sha256_hex(self.state.expose().as_bytes());
        match inner.store.burn(&hash, now, self.expires_at).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::new(ErrorKind::LoginUsed, "the login was used already; start another")),
            Err(error) => Err(Error::from_store(error)),
        }
    }
}

/// The redirect URI with the state in it, where that is its place: the exchange shows the one of the request (RFC 6749,
/// section 4.1.3).
fn show_state(inner: &Inner, values: &mut Values, state: &Secret) {
    let authorize = inner.provider.authorization().filter(AuthorizeData::is_state_in_redirect_uri);
    if let (Some(authorize), Some(uri)) = (authorize, &inner.redirect_uri) {
        values.set("redirect_uri", Secret::from(authorize.redirect_uri_of(uri, state.expose()).into_owned()));
    }
}

/// A vendor that says no may echo what it was sent.
fn without_secrets(error: CallbackError, sent: &Values) -> CallbackError {
    match error {
        CallbackError::Denied { code, text } => {
            CallbackError::Denied { code: sent.hide_in(&code), text: text.map(|text| sent.hide_in(&text)) }
        }
        error => error,
    }
}

impl fmt::Debug for PendingLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin")
            .field("provider", &self.provider)
            .field("redirect_uri", &self.redirect_uri)
            .field("state", &self.state)
            .field("code_verifier", &self.code_verifier)
            .field("nonce", &self.nonce)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// How a pending login is written into a session.
#[derive(Serialize, Deserialize)]
struct PendingText {
    format: u32,
    provider: String,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    deployment: String,
    state: String,
    code_verifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    may_lack_state: bool,
    #[serde(default, skip_serializing_if = "Kept::is_empty")]
    kept: Kept,
    expires_at: u64,
}

/// The newest form, and those without a nonce and without kept values, which programs of before read too.
const PENDING_FORMAT: u32 = 3;
const PENDING_FORMAT_WITHOUT_NONCE: u32 = 2;
const PENDING_FORMAT_WITHOUT_KEPT: u32 = 1;

impl Serialize for PendingLogin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PendingText {
            format: match (&self.nonce, self.kept.is_empty()) {
                (Some(_), _) => PENDING_FORMAT,
                (None, false) => PENDING_FORMAT_WITHOUT_NONCE,
                (None, true) => PENDING_FORMAT_WITHOUT_KEPT,
            },
            provider: self.provider.clone(),
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            deployment: self.deployment.clone(),
            state: self.state.expose().to_owned(),
            code_verifier: self.code_verifier.as_ref().map(|verifier| verifier.expose().to_owned()),
            nonce: self.nonce.as_ref().map(|nonce| nonce.expose().to_owned()),
            scope: self.scope.clone(),
            may_lack_state: self.may_lack_state,
            kept: self.kept.clone(),
            expires_at: epoch_millis::to_millis(self.expires_at),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PendingLogin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let text = PendingText::deserialize(deserializer)?;
        if !(PENDING_FORMAT_WITHOUT_KEPT..=PENDING_FORMAT).contains(&text.format) {
            return Err(D::Error::custom("the pending login was written by another version"));
        }
        Ok(Self {
            provider: text.provider,
            client_id: text.client_id,
            redirect_uri: text.redirect_uri,
            deployment: text.deployment,
            state: text.state.into(),
            code_verifier: text.code_verifier.map(Secret::from),
            nonce: text.nonce.map(Secret::from),
            scope: text.scope,
            may_lack_state: text.may_lack_state,
            kept: text.kept,
            expires_at: epoch_millis::from_millis(text.expires_at)
                .ok_or_else(|| D::Error::custom("the pending login expires at no moment that this machine knows"))?,
        })
    }
}

/// Whether some request that isn't consent itself sends `<scope>`; else it isn't worth a place in a session.
fn repeats_scope(provider: &Provider<'_>) -> bool {
    let sends = |template: &str| template.contains("<scope");
    provider.all_operations().iter().any(|operation| {
        let body = match operation.whole_body() {
            Some(Body::Json(text) | Body::Text(text)) => sends(text),
            _ => false,
        };
        body || sends(operation.url()) || operation.parameters().iter().any(|param| sends(param.value()))
    }) || provider.named_values().iter().any(|(_, template)| sends(template))
}

fn login_secrets(authorize: &AuthorizeData<'_>) -> Result<(Secret, Secret), Error> {
    let mut random = [0; 64];
    fill_random(&mut random)?;
    Ok(pkce::login_secrets_for(authorize, &random))
}

/// 256 bits, as many as nobody guesses (OpenID Connect Core, section 15.5.2).
fn fresh_nonce() -> Result<Secret, Error> {
    let mut random = [0; 32];
    fill_random(&mut random)?;
    Ok(Secret::from(URL_SAFE_NO_PAD.encode(random)))
}

pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|_| Error::new(ErrorKind::System, "the operating system gives no randomness"))
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
