//! What a client is built from, and the checks that it must pass.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use authsmith_protocol::operation::{Body, ClientAuth, Operation};
use authsmith_protocol::provider::Provider;
use authsmith_protocol::template::{Part, parts};
use authsmith_protocol::{Secret, UrlError, Values, check_url};
use url::{Host, Url};

use crate::client::{Client, Parts};
use crate::client_key::ClientKey;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind};
use crate::events::{Event, Listener};
use crate::http::{HttpTransport, Limits, Transport};
use crate::journal::Journal;
use crate::jwt::{Signer, jwks::JWKS, verify::CAN_VERIFY};
use crate::kept::Kept;
use crate::observer::Observer;
use crate::proofs::Proofs;
use crate::settings::{self, Owner};
use crate::store::{Keys, Store};

/// What a client of one vendor is built from. Generated builders are typed fronts of it, and hand it out for what
/// every vendor has in common.
pub struct Config {
    pub(crate) provider: &'static Provider<'static>,
    pub(crate) client_id: Option<String>,
    /// The present one first.
    client_secrets: Vec<Secret>,
    client_keys: Vec<ClientKey>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) keys: Option<Keys>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) listener: Option<Arc<Listener>>,
    pub(crate) hides_ids: bool,
    pub(crate) limits: Limits,
    pub(crate) keep_deadline: Duration,
    pub(crate) login_lifetime: Duration,
    pub(crate) journal: Option<PathBuf>,
    settings: Vec<(String, String)>,
    server: Option<String>,
    urls: Vec<(String, String)>,
}

impl Config {
    /// Nothing given yet.
    pub fn new(provider: &'static Provider<'static>) -> Self {
        Self {
            provider,
            client_id: None,
            client_secrets: Vec::new(),
            client_keys: Vec::new(),
            redirect_uri: None,
            store: None,
            keys: None,
            transport: None,
            clock: Arc::new(SystemClock),
            observer: None,
            listener: None,
            hides_ids: false,
            limits: Limits::new(Duration::from_secs(30), 8 * 1024 * 1024),
            keep_deadline: Duration::from_secs(30),
            login_lifetime: Duration::from_secs(10 * 60),
            journal: None,
            settings: Vec::new(),
            server: None,
            urls: Vec::new(),
        }
    }

    /// The identifier that the vendor has given to the app (RFC 6749, section 2.2).
    #[must_use]
    pub fn client_id(mut self, value: impl Into<String>) -> Self {
        self.client_id = Some(value.into());
        self
    }

    /// The secret that the vendor has given to the app (RFC 6749, section 2.3.1).
    #[must_use]
    pub fn client_secret(mut self, value: impl Into<Secret>) -> Self {
        self.client_secrets.insert(0, value.into());
        self
    }

    /// Another secret that the vendor may take, for the time in which one replaces the other. When the vendor refuses the
    /// client, the next is tried at once, and the one that it takes is shown from then on; a grant is as good as before.
    /// It can be called several times.
    #[must_use]
    pub fn further_client_secret(mut self, value: impl Into<Secret>) -> Self {
        self.client_secrets.push(value.into());
        self
    }

    /// The private key with which the client signs what it says of itself, where the vendor takes that (RFC 7523, section
    /// 2.2).
    #[must_use]
    pub fn client_key(mut self, key: impl Into<ClientKey>) -> Self {
        self.client_keys.insert(0, key.into());
        self
    }

    /// Another key, as [`Config::further_client_secret`].
    #[must_use]
    pub fn further_client_key(mut self, key: impl Into<ClientKey>) -> Self {
        self.client_keys.push(key.into());
        self
    }

    /// Where the vendor sends the user back to, exactly as it is registered there: `https`, a scheme of the app's own
    /// (RFC 8252, section 7.1), or `http` on loopback.
    #[must_use]
    pub fn redirect_uri(mut self, value: impl Into<String>) -> Self {
        self.redirect_uri = Some(value.into());
        self
    }

    /// Where connections are kept.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// What seals connections before they are kept; without it the store holds tokens in the clear.
    #[must_use]
    pub fn keys(mut self, keys: Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// A folder on a local disk, for this user alone, where a renewed grant is written when the store fails after the vendor
    /// has answered: one file each, sealed when there are [keys](Config::keys), until the store takes it. It is made when it
    /// is missing, and any number of the user's processes may share it. Call
    /// [`Client::replay_journal`](crate::Client::replay_journal) when the program starts. Without it such a grant is in the
    /// memory of the process alone, and ends with it.
    #[must_use]
    pub fn journal(mut self, folder: impl Into<PathBuf>) -> Self {
        self.journal = Some(folder.into());
        self
    }

    /// The value of one of the vendor's settings. Those of a connection are given when a login or a grant begins.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// What sends the requests; [`HttpTransport`] when left out.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// What tells the time; the operating system when left out.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who watches the requests and answers, redacted.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Who is told of what happens to connections: that one was renewed, needs consent, has less scope, and the rest of
    /// [`Happening`](crate::Happening). It is called on the way of a renewal, so it should return at once.
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Leaves the ids of connections out of traces, where they are something about a user.
    #[must_use]
    pub fn hide_ids(mut self) -> Self {
        self.hides_ids = true;
        self
    }

    /// Sends every request to this origin instead of the vendor's: scheme, host and port are swapped, the path stays.
    /// For sandboxes; the authorize URL changes with the rest.
    #[must_use]
    pub fn server(mut self, origin: impl Into<String>) -> Self {
        self.server = Some(origin.into());
        self
    }

    /// Another URL for one operation (`authorize` and `device` are some too, and `jwks` for the vendor's keys): a template that may name the settings and inputs that
    /// the operation's own URL names.
    #[must_use]
    pub fn url(mut self, operation: impl Into<String>, template: impl Into<String>) -> Self {
        self.urls.push((operation.into(), template.into()));
        self
    }

    /// The most that a request may take in all; 30 seconds when left out.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = deadline;
        self
    }

    /// How long the store may take to keep what a renewal gave; 30 seconds when left out. A lease lasts as long as a
    /// request and this together: so long others wait for a renewal whose process was killed.
    #[must_use]
    pub fn keep_deadline(mut self, deadline: Duration) -> Self {
        self.keep_deadline = deadline;
        self
    }

    /// The longest answer that is read, in bytes; 8 MiB when left out.
    #[must_use]
    pub fn longest_answer(mut self, bytes: usize) -> Self {
        self.limits.body_bytes = bytes;
        self
    }

    /// How long a user may take to log in; 10 minutes when left out.
    #[must_use]
    pub fn login_lifetime(mut self, lifetime: Duration) -> Self {
        self.login_lifetime = lifetime;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// When something that the vendor needs is missing, or a value can't work; nothing is sent to find out.
    pub fn build(self) -> Result<Client, Error> {
        if self.provider.id_tokens().is_some() && !CAN_VERIFY {
            return Err(config(
                "nothing can verify this vendor's ID tokens: give `authsmith` the feature `jwt` in Cargo.toml",
            ));
        }
        let mut values = self.checked_settings()?;
        self.add_credentials(&mut values)?;
        let proofs = Proofs::new(self.client_secrets.clone(), self.signers()?);
        let server = self.server.as_deref().map(checked_origin).transpose()?;
        let urls = self.checked_urls()?;
        let store = self.store.clone().ok_or_else(|| config("the store is missing"))?;
        let transport = self.transport.clone().unwrap_or_else(|| Arc::new(HttpTransport::new()));
        let journal = self.journal.as_deref().map(Journal::open).transpose();
        let journal = journal.map_err(|error| config("the journal can't be used").with_source(error))?;
        Ok(Client::new(self, Parts { values, proofs, store, journal, transport, server, urls }))
    }

    fn checked_settings(&self) -> Result<Values, Error> {
        let mut given = Kept::default();
        for (name, value) in &self.settings {
            given.set(name, value);
        }
        let mut values = Values::new();
        settings::checked(self.provider, Owner::Client, &given)?.add_to(&mut values);
        for (name, template) in self.provider.named_values() {
            values.define(*name, *template);
        }
        Ok(values)
    }

    fn add_credentials(&self, values: &mut Values) -> Result<(), Error> {
        let needs = |name| needs(self.provider, name);
        match &self.client_id {
            Some(id) => values.set("client_id", id.as_str()),
            None if needs("client_id") => return Err(config("the client id is missing")),
            None => {}
        }
        match self.client_secrets.first() {
            Some(secret) => values.set("client_secret", secret.clone()),
            None if needs("client_secret") => return Err(config("the client secret is missing")),
            None => {}
        }
        match &self.redirect_uri {
            Some(uri) => {
                check_redirect_uri(uri)?;
                values.set("redirect_uri", uri.as_str());
            }
            None if needs("redirect_uri") => return Err(config("the redirect URI is missing")),
            None => {}
        }
        Ok(())
    }

    /// The client's keys, each fit for whatever it is to sign.
    fn signers(&self) -> Result<Vec<Signer>, Error> {
        let signed = self.provider.every_operation().into_iter().filter_map(|operation| {
            let assertion = operation.client_assertion().filter(|assertion| !assertion.is_symmetric())?;
            Some((operation, assertion.accepted()))
        });
        let signed: Vec<_> = signed.collect();
        if !signed.is_empty() && self.client_keys.is_empty() {
            return Err(config("the client key is missing"));
        }
        let read = |key| Signer::read(key).map_err(|why| config(format!("the client key can't be used: {why}")));
        let signers = self.client_keys.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        for signer in &signers {
            if let Some((operation, algorithms)) = signed.iter().find(|(_, taken)| signer.fitting(taken).is_none()) {
                let algorithms: Vec<_> = algorithms.iter().map(|algorithm| algorithm.name()).collect();
                let (kind, title, name) = (signer.kind(), self.provider.title(), operation.name());
                let taken = algorithms.join(" or ");
                return Err(config(format!("the client key is {kind}, and {title} takes {taken} for `{name}`")));
            }
        }
        Ok(signers)
    }

    fn checked_urls(&self) -> Result<HashMap<String, String>, Error> {
        for (operation, _) in &self.urls {
            let is_authorize = operation == "authorize" && self.provider.authorization().is_some();
            let is_device = operation == "device" && self.provider.device_authorization().is_some();
            let is_jwks = operation == JWKS && self.provider.id_tokens().is_some();
            if !is_authorize && !is_device && !is_jwks && self.provider.operation(operation).is_none() {
                return Err(config(format!("{} has no operation `{operation}`", self.provider.title())));
            }
        }
        Ok(self.urls.iter().cloned().collect())
    }

    /// What tells deployments of one vendor apart: a login begun with one set of endpoints must not end with another
    /// (RFC 9700, section 4.4.2).
    pub(crate) fn deployment(&self) -> String {
        let (mut settings, mut urls) = (self.settings.clone(), self.urls.clone());
        settings.sort();
        urls.sort();
        let text = format!("{settings:?} {:?} {urls:?}", self.server);
        crate::authorize::sha256_hex(text.as_bytes())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("provider", &self.provider.name()).finish_non_exhaustive()
    }
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}

/// Whether any request of the vendor's has this variable.
fn needs(provider: &Provider<'_>, variable: &str) -> bool {
    // An ID token is for the client, whatever else needs its id.
    let is_audience = variable == "client_id" && provider.id_tokens().is_some();
    is_audience || provider.every_operation().iter().any(|operation| uses(provider, operation, variable))
}

/// Whether a request can't do without this variable.
pub(crate) fn uses(provider: &Provider<'_>, operation: &Operation<'_>, variable: &str) -> bool {
    let is_basic = operation.auth() == ClientAuth::Basic && matches!(variable, "client_id" | "client_secret");
    let assertion = operation.client_assertion();
    let is_signed = assertion.is_some_and(|assertion| match variable {
        "client_id" => true,
        "client_secret" => assertion.is_symmetric(),
        _ => false,
    });
    let claims = assertion.iter().flat_map(|assertion| {
        let claims = assertion.further().iter().map(|(_, template)| *template);
        claims.chain(assertion.audience_template())
    });
    let basic = match operation.auth() {
        ClientAuth::BasicOf(template) => Some(template),
        _ => None,
    };
    let body = match operation.whole_body() {
        Some(Body::Json(template) | Body::Text(template)) => Some(template),
        _ => None,
    };
    let required = operation.parameters().iter().filter(|param| !param.is_optional()).map(|param| param.value());
    let mut templates = std::iter::once(operation.url()).chain(required).chain(basic).chain(body).chain(claims);
    let is_optional = operation.optional_variables().contains(&variable);
    is_basic
        || is_signed
        || (!is_optional && templates.any(|template| stands_in(provider, template, variable, DEEPEST_VALUE)))
}

/// How deep one named value may stand in another here; the generator knows no cycles, but data can be written by hand.
const DEEPEST_VALUE: usize = 16;

/// Whether a template can't do without the variable, by itself or by a named value that it uses.
fn stands_in(provider: &Provider<'_>, template: &str, variable: &str, depth: usize) -> bool {
    let named = |name: &str| provider.named_values().iter().find(|(known, _)| *known == name);
    let needed = parts(template).into_iter().flat_map(|part| match part {
        Part::Variable(name) => vec![name],
        // Of alternatives, each can do without the others.
        Part::Expression(expression) if expression.alternatives.len() == 1 => expression.variables().collect(),
        _ => Vec::new(),
    });
    needed.into_iter().any(|name| {
        let is_in_value = |value: &(&str, &str)| depth > 0 && stands_in(provider, value.1, variable, depth - 1);
        name == variable || named(name).is_some_and(is_in_value)
    })
}

/// The origin that stands in for the vendor's.
fn checked_origin(text: &str) -> Result<Url, Error> {
    let url = check_url(text).map_err(|error| config(format!("the server can't be used: {error}")))?;
    if url.path() != "/" || url.query().is_some() {
        return Err(config("the server must be an origin: scheme, host and port, without a path"));
    }
    Ok(url)
}

/// Schemes under which a browser runs or shows what it was given, and reaches no app.
const NO_REDIRECT_SCHEMES: &[&str] = &["about", "blob", "data", "file", "filesystem", "ftp", "javascript", "vbscript"];

/// RFC 6749, section 3.1.2: absolute and without a fragment. RFC 8252 adds an app's own scheme and http on loopback.
fn check_redirect_uri(uri: &str) -> Result<(), Error> {
    let wrong = |what: &str| Err(config(format!("the redirect URI {what}")));
    if !uri.chars().all(|character| character.is_ascii_graphic()) {
        return wrong("has characters that don't belong in a URI");
    }
    let Ok(url) = Url::parse(uri) else { return wrong("is not absolute") };
    if url.fragment().is_some() {
        return wrong("must not have a fragment");
    }
    match url.scheme() {
        "http" | "https" => match check_url(uri) {
            Ok(_) => Ok(()),
            Err(UrlError::Scheme) => wrong("must be https; http is for loopback only"),
            Err(error) => wrong(&format!("can't be used: {error}")),
        },
        scheme if NO_REDIRECT_SCHEMES.contains(&scheme) => wrong("has a scheme that leads to no app"),
        _ => Ok(()),
    }
}

/// Whether requests to `url` stay on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
