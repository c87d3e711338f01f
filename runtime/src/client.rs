//! What all generated clients do, driven by the operations' data.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use authsmith_protocol::operation::Operation;
use authsmith_protocol::provider::Provider;
use authsmith_protocol::{IdTokenError, Secret, Values};
use tokio::sync::watch;
use url::Url;

use crate::answer::Answer;
use crate::authorize::{Authorize, PendingLogin};
use crate::clock::Clock;
use crate::config::Config;
use crate::connection::Connection;
use crate::error::Error;
use crate::events::Listener;
use crate::http::{Limits, Transport};
use crate::inputs::Inputs;
use crate::journal::Journal;
use crate::jwt::jwks::KeyRing;
use crate::keeper::Keeper;
use crate::kept::Kept;
use crate::observer::Observer;
use crate::proofs::Proofs;
use crate::renewal::{Link, Rest};
use crate::settings::{self, Owner};
use crate::store::{Keys, Store, Watched};
use crate::tokens::{AuthorizationCode, Origin, TokenKind, TokenSet, Tokens};
use crate::widget::Widget;

/// A client of one vendor. Generated clients wrap it; clones share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub provider: &'static Provider<'static>,
    /// Settings and credentials, as every request may use them.
    pub values: Values,
    pub proofs: Proofs,
    pub client_id: Option<String>,
    pub redirect_uri: Option<String>,
    pub deployment: String,
    pub server: Option<Url>,
    pub urls: HashMap<String, String>,
    pub store: Arc<dyn Store>,
    pub keys: Option<Keys>,
    pub journal: Option<Journal>,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
    pub observer: Option<Arc<dyn Observer>>,
    pub listener: Option<Arc<Listener>>,
    /// Whether traces leave out the ids of connections.
    pub hides_ids: bool,
    pub limits: Limits,
    pub keep_deadline: Duration,
    pub login_lifetime: Duration,
    /// The links in use, by key, so that every connection of one id shares one renewal.
    links: Mutex<HashMap<String, Weak<Link>>>,
    /// The vendor's keys for ID tokens.
    pub key_ring: KeyRing,
    /// The rest after the vendor has refused the client itself.
    pub rest: Rest,
    /// How many renewals are under way.
    pub flights: watch::Sender<usize>,
    /// Whether the app has ended its use: no renewal begins any more.
    pub closed: watch::Sender<bool>,
}

/// What a configuration holds once it is checked.
pub(crate) struct Parts {
    pub values: Values,
    pub proofs: Proofs,
    pub store: Arc<dyn Store>,
    pub journal: Option<Journal>,
    pub transport: Arc<dyn Transport>,
    pub server: Option<Url>,
    pub urls: HashMap<String, String>,
}

impl Client {
    pub(crate) fn new(config: Config, parts: Parts) -> Self {
        let deployment = config.deployment();
        Self(Arc::new(Inner {
            provider: config.provider,
            values: parts.values,
            proofs: parts.proofs,
            client_id: config.client_id,
            redirect_uri: config.redirect_uri,
            deployment,
            server: parts.server,
            urls: parts.urls,
            store: Arc::new(Watched(parts.store)),
            keys: config.keys,
            journal: parts.journal,
            transport: parts.transport,
            clock: config.clock,
            observer: config.observer,
            listener: config.listener,
            hides_ids: config.hides_ids,
            limits: config.limits,
            keep_deadline: config.keep_deadline,
            login_lifetime: config.login_lifetime,
            links: Mutex::default(),
            key_ring: KeyRing::default(),
            rest: Rest::default(),
            flights: watch::Sender::new(0),
            closed: watch::Sender::new(false),
        }))
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }

    /// The vendor, as data.
    pub fn provider(&self) -> &'static Provider<'static> {
        self.0.provider
    }

    /// Begins to ask a user for consent.
    pub fn authorize<S>(&self) -> Authorize<'_, S> {
        Authorize::new(self)
    }

    /// Exchanges the code that a callback brings (RFC 6749, section 4.1.3). `callback` is the URL that the user agent
    /// came to, or its query.
    ///
    /// # Errors
    ///
    /// When the callback is a denial or isn't this login's ([`ErrorKind::Callback`](crate::ErrorKind::Callback)), when
    /// the login is another client's, too old or used already, when the exchange fails, and when the ID token of its
    /// answer can't be believed ([`Error::id_token`]). The pending login is spent in every case; none of these is
    /// retryable, the user starts again.
    pub async fn exchange_code(
        &self,
        operation: &Operation<'_>,
        pending: PendingLogin,
        callback: &str,
    ) -> Result<Answer, Error> {
        let returned = pending.finish(&self.0, callback).await;
        let returned = returned.map_err(|error| error.during(operation.name()).retryable(false))?;
        let outcome = self.perform_login(operation, returned.kept, &returned.values, returned.nonce).await;
        outcome.map_err(|error| error.retryable(false))
    }

    /// Exchanges a code that the vendor gave without a browser.
    ///
    /// # Errors
    ///
    /// When the vendor refuses, or can't be reached. The code is spent.
    pub async fn exchange_issued_code(
        &self,
        operation: &Operation<'_>,
        code: AuthorizationCode,
    ) -> Result<Answer, Error> {
        let (code, kept) = code.into_parts();
        let kept = settings::checked_kept(self.0.provider, &kept).map_err(|error| error.during(operation.name()))?;
        let values = Values::new().with("code", code);
        self.perform(operation, kept, &values).await.map_err(|error| error.retryable(false))
    }

    /// Makes a grant.
    ///
    /// # Errors
    ///
    /// When an input is missing or can't be sent, when the vendor refuses, or can't be reached.
    pub async fn grant(&self, operation: &Operation<'_>, inputs: Inputs) -> Result<Answer, Error> {
        let inputs = inputs.for_operation(operation);
        let values = inputs.values().map_err(|error| error.during(operation.name()))?;
        let settings = settings::checked(self.0.provider, Owner::Connection, inputs.settings());
        let settings = settings.map_err(|error| error.during(operation.name()))?;
        let mut answer = self.perform(operation, settings, values).await?;
        let (kept, repeatable) = inputs.keepable();
        answer.origin = Some(Origin { grant: operation.name().to_owned(), inputs: kept, repeatable });
        Ok(answer)
    }

    /// Makes a grant that shows a token which was given before (`<token>`, `<refresh_token>`), and whatever is kept
    /// with it.
    ///
    /// # Errors
    ///
    /// As [`Client::grant`].
    pub async fn grant_with<K: TokenKind>(
        &self,
        operation: &Operation<'_>,
        tokens: &Tokens<K>,
        inputs: Inputs,
    ) -> Result<Answer, Error> {
        let inputs = inputs.for_operation(operation);
        let mut set = tokens.set.clone();
        set.kept.merge(inputs.settings());
        let set = self.checked(set).map_err(|error| error.during(operation.name()))?;
        let mut values = set.variables();
        values.merge(inputs.values().map_err(|error| error.during(operation.name()))?);
        self.perform(operation, set.kept, &values).await
    }

    /// Renews tokens by their refresh token (RFC 6749, section 6) and keeps what the answer doesn't repeat. A
    /// [`Connection`] does this by itself, once for all its users, and saves what it gets.
    ///
    /// # Errors
    ///
    /// When there is no refresh token, when the vendor refuses, or can't be reached.
    pub async fn refresh<K: TokenKind>(
        &self,
        operation: &Operation<'_>,
        tokens: Tokens<K>,
    ) -> Result<Tokens<K>, Error> {
        let old = self.checked(tokens.set).map_err(|error| error.during(operation.name()))?;
        let renewed = self.0.refresh(operation, K::DATA.name(), &old).await?;
        same_user(operation, K::DATA.name(), &old, renewed)
    }

    /// Makes a token live longer: the vendor's answer gives no other. A [`Connection`] does this by itself.
    ///
    /// # Errors
    ///
    /// When the vendor refuses, or can't be reached.
    pub async fn extend<K: TokenKind>(&self, operation: &Operation<'_>, tokens: Tokens<K>) -> Result<Tokens<K>, Error> {
        let old = self.checked(tokens.set).map_err(|error| error.during(operation.name()))?;
        let extended = self.0.extend(operation, K::DATA.name(), &old).await?;
        Ok(Tokens::from_set(extended))
    }

    /// Shows a token and gets another for it, which lives longer. A [`Connection`] does this by itself.
    ///
    /// # Errors
    ///
    /// When the vendor refuses, or can't be reached.
    pub async fn exchange<K: TokenKind>(
        &self,
        operation: &Operation<'_>,
        tokens: Tokens<K>,
    ) -> Result<Tokens<K>, Error> {
        let old = self.checked(tokens.set).map_err(|error| error.during(operation.name()))?;
        let exchanged = self.0.exchange_token(operation, K::DATA.name(), &old).await?;
        same_user(operation, K::DATA.name(), &old, exchanged)
    }

    /// Tells the vendor that the tokens are no longer wanted (RFC 7009): the refresh token, or the token itself when
    /// there is none. Tokens that are kept are revoked by [`Connection::disconnect`].
    ///
    /// # Errors
    ///
    /// When the spec describes no revocation ([`ErrorKind::Config`](crate::ErrorKind::Config)), when the vendor
    /// refuses, or can't be reached.
    pub async fn revoke<K: TokenKind>(&self, tokens: &Tokens<K>) -> Result<(), Error> {
        self.0.revoke(K::DATA, &self.checked(tokens.set.clone())?).await
    }

    /// Keeps tokens under an id of the app's choice, over whatever was kept there.
    ///
    /// # Errors
    ///
    /// When the store fails, or tokens from elsewhere lack a setting of their connection. The tokens aren't lost: see
    /// [`Error::rescued_tokens`].
    pub async fn keep<K: TokenKind>(&self, id: impl Into<String>, tokens: Tokens<K>) -> Result<Connection<K>, Error> {
        let link = self.link(id.into(), K::DATA);
        let mut set = self.checked(tokens.set.clone()).map_err(|error| error.returning(K::DATA.name(), tokens.set))?;
        // Who the user is stays, and nothing else that the vendor has signed.
        set.identity = None;
        link.keep(set).await?;
        Ok(Connection::new(link))
    }

    /// The connection that was kept under an id, by this process or another.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotKept`](crate::ErrorKind::NotKept) when nothing is kept there,
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the store fails.
    pub async fn resume<K: TokenKind>(&self, id: impl Into<String>) -> Result<Connection<K>, Error> {
        let link = self.link(id.into(), K::DATA);
        link.resume().await?;
        Ok(Connection::new(link))
    }

    /// Renews whatever falls due in the store, for apps that keep very many grants: see [`Keeper`].
    pub fn keeper(&self) -> Keeper {
        Keeper::new(self.clone())
    }

    /// A page that opens one of the vendor's widgets: `script` is the template of its script's URL, `open` the
    /// JavaScript function, as a dotted path.
    ///
    /// # Errors
    ///
    /// When the URL or the path can't be used.
    pub fn widget(&self, name: &str, script: &str, open: &str) -> Result<Widget, Error> {
        let values = self.0.for_request(&self.0.values)?;
        let url = self.0.prepare(&Operation::get(name, script), &values)?.url;
        Widget::new(url.as_str(), open).map_err(|error| error.during(name))
    }

    /// Begins no more renewals and waits for those under way, so that no answer of a vendor is lost. Call it before the
    /// process ends.
    ///
    /// # Errors
    ///
    /// When tokens that could not be saved before still can't be saved.
    pub async fn close(&self) -> Result<(), Error> {
        self.0.closed.send_replace(true);
        let mut flights = self.0.flights.subscribe();
        // The sender lives in `self`, so this ends only when none is under way.
        let _ = flights.wait_for(|flights| *flights == 0).await;
        let links: Vec<_> = self.0.links().values().filter_map(Weak::upgrade).collect();
        for link in links {
            link.save().await?;
        }
        Ok(())
    }

    /// Tokens that may be from elsewhere, with the settings of their connection checked and complete.
    fn checked(&self, mut set: TokenSet) -> Result<TokenSet, Error> {
        set.kept = settings::checked_kept(self.0.provider, &set.kept)?;
        Ok(set)
    }

    pub(crate) fn is_closed(&self) -> bool {
        *self.0.closed.borrow()
    }

    /// What is kept under a key of the store; nothing when the key is not of this vendor and one of its kinds.
    pub(crate) fn kept_link(&self, key: &str) -> Option<Arc<Link>> {
        let (kind, id) = key.strip_prefix(self.0.provider.name())?.strip_prefix('/')?.split_once('/')?;
        let kind = self.0.provider.all_tokens().iter().find(|data| data.name() == kind).copied()?;
        Some(self.link(id.to_owned(), kind))
    }

    fn link(&self, id: String, kind: authsmith_protocol::provider::TokenKind<'static>) -> Arc<Link> {
        let key = format!("{}/{}/{id}", self.0.provider.name(), kind.name());
        let mut links = self.0.links();
        if let Some(link) = links.get(&key).and_then(Weak::upgrade) {
            return link;
        }
        let link = Arc::new(Link::new(self.clone(), id, key.clone(), kind));
        // Gone through only when it has doubled, so that very many cost no more each than few.
        if links.len() == links.capacity() {
            links.retain(|_, link| link.strong_count() > 0);
            let live = links.len();
            links.reserve(live + 16);
        }
        links.insert(key, Arc::downgrade(&link));
        link
    }

    /// The link that a record belongs to, when it is one of this vendor's.
    pub(crate) fn link_of(&self, key: &str) -> Option<Arc<Link>> {
        let (provider, rest) = key.split_once('/')?;
        let (kind, id) = rest.split_once('/')?;
        let kind = self.0.provider.all_tokens().iter().find(|known| known.name() == kind)?;
        (provider == self.0.provider.name()).then(|| self.link(id.to_owned(), *kind))
    }

    /// Makes a grant that begins a connection with these settings.
    pub(crate) async fn perform(
        &self,
        operation: &Operation<'_>,
        kept: Kept,
        inputs: &Values,
    ) -> Result<Answer, Error> {
        self.perform_login(operation, kept, inputs, None).await
    }

    /// Makes a grant that begins a connection with these settings, and a login with this nonce.
    async fn perform_login(
        &self,
        operation: &Operation<'_>,
        mut kept: Kept,
        inputs: &Values,
        nonce: Option<Secret>,
    ) -> Result<Answer, Error> {
        self.0.expect_id_token(operation, &kept).await?;
        let mut values = Values::new();
        kept.add_to(&mut values);
        values.merge(inputs);
        match self.0.perform(operation, &values).await {
            Ok((mut reading, started)) => {
                kept.hear(std::mem::take(&mut reading.kept));
                let identity = self.0.identified(operation, &kept, reading.id_token.take(), nonce).await?;
                Ok(Answer { operation: operation.name().to_owned(), reading, started, origin: None, kept, identity })
            }
            // What nobody has vouched for isn't handed out this way either.
            Err(error) if operation.answers().is_id_token_due() => Err(error.rescuing_nothing()),
            Err(error) => Err(error.sparing_alone(self.0.clock.now()).keeping(&kept)),
        }
    }
}

/// Tokens of a renewal, unless they are another user's (OpenID Connect Core, section 12.2).
fn same_user<K: TokenKind>(
    operation: &Operation<'_>,
    kind: &str,
    old: &TokenSet,
    new: TokenSet,
) -> Result<Tokens<K>, Error> {
    if new.is_of_another_user_than(old) {
        let error = Error::from_id_token(IdTokenError::Subject).during(operation.name()).needing_consent();
        return Err(error.returning(kind, new));
    }
    Ok(Tokens::from_set(new))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("provider", &self.0.provider.name()).finish_non_exhaustive()
    }
}

impl Inner {
    /// How long the lease of one renewal lasts: its request, those that may follow when the vendor refuses the client, and
    /// time to keep what that gives.
    pub(crate) fn lease_length(&self) -> Duration {
        let signs = self.provider.all_operations().iter().any(|operation| operation.client_assertion().is_some());
        let requests = 1 + u32::try_from(self.proofs.most_repeats(signs)).unwrap_or(u32::MAX - 1);
        self.limits.deadline.saturating_mul(requests).saturating_add(self.keep_deadline)
    }

    fn links(&self) -> std::sync::MutexGuard<'_, HashMap<String, Weak<Link>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
