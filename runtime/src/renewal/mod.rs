//! One id's tokens, shared by all connections of that id: handed out without a lock while they are valid, and renewed
//! once, however many callers wait.
//!
//! The order that keeps a grant: what a renewal gives is written to the store, over the version that the renewal began
//! with, and published only then. A renewal is a task of its own, so that a caller who loses patience takes nothing
//! with it.

mod flight;
mod keeping;

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use arc_swap::ArcSwapOption;
use authsmith_protocol::provider::{Renew, TokenKind as TokenKindData};
use authsmith_protocol::{Secret, Value, Values};

use crate::call::show;
use crate::client::Client;
use crate::error::{Error, ErrorKind, ends_grant, is_temporary};
use crate::grant::Grant;
use crate::grants::renewed;
use crate::tokens::{Origin, TokenSet};
use flight::Flight;

/// How often a renewal starts over because another process was faster.
const ROUNDS: usize = 3;

/// The tokens of one id.
pub(crate) struct Link {
    client: Client,
    id: String,
    key: String,
    kind: TokenKindData<'static>,
    current: ArcSwapOption<Snapshot>,
    flight: Mutex<Option<Flight>>,
    /// Held while the store is written or read and the outcome published, so that the published tokens are never older
    /// than the stored ones.
    writer: tokio::sync::Mutex<()>,
}

/// What a renewal gives to everyone who waits for it.
type Outcome = Result<Arc<Snapshot>, Error>;

/// The tokens as they were last stored.
pub(crate) struct Snapshot {
    record: Grant,
    stale_at: Option<SystemTime>,
    /// The stored version that the record must still replace, when the store has failed.
    unsaved_over: Option<u64>,
}

impl Snapshot {
    pub(crate) fn tokens(&self) -> &TokenSet {
        &self.record.tokens
    }

    pub(crate) fn token(&self) -> &Secret {
        &self.record.tokens.value
    }

    /// Whether this is another token, or the same with another life.
    fn differs_from(&self, other: &Self) -> bool {
        self.token() != other.token() || self.tokens().expires_at != other.tokens().expires_at
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        self.stale_at.is_none_or(|stale_at| now < stale_at)
    }
}

/// Why a token is not good enough.
#[derive(Clone)]
pub(crate) enum Reason {
    /// Its time is over.
    Expired,
    /// The vendor has refused it, or the app asks for another: any token but this one will do, and this one when its
    /// life was made longer meanwhile.
    Not(Arc<Snapshot>),
}

impl Reason {
    fn is_met_by(&self, snapshot: &Snapshot, now: SystemTime) -> bool {
        match self {
            Self::Expired => snapshot.is_fresh(now),
            Self::Not(refused) => snapshot.differs_from(refused) && snapshot.is_fresh(now),
        }
    }
}

impl Link {
    pub(crate) fn new(client: Client, id: String, key: String, kind: TokenKindData<'static>) -> Self {
        let (current, flight, writer) = (ArcSwapOption::empty(), Mutex::new(None), tokio::sync::Mutex::new(()));
        Self { client, id, key, kind, current, flight, writer }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn kind(&self) -> TokenKindData<'static> {
        self.kind
    }

    fn now(&self) -> SystemTime {
        self.client.inner().clock.now()
    }

    /// The tokens as they are, stale or not.
    pub(crate) fn current(&self) -> Result<Arc<Snapshot>, Error> {
        self.current.load_full().ok_or_else(|| self.not_kept())
    }

    /// Tokens that are good for a request.
    pub(crate) async fn fresh(self: &Arc<Self>) -> Outcome {
        let current = self.current()?;
        if current.is_fresh(self.now()) { Ok(current) } else { self.renew(Reason::Expired).await }
    }

    async fn fly(&self, reason: &Reason) -> Outcome {
        let mut base = self.reread().await?;
        for _ in 0..ROUNDS {
            if reason.is_met_by(&base, self.now()) {
                return Ok(base);
            }
            match self.attempt(&base.record).await {
                Ok(tokens) => return self.settle(&base.record, tokens).await,
                Err(error) if error.refusal().is_some_and(ends_grant) => base = self.bury(&base.record, error).await?,
                Err(error) => {
                    // The vendor has spent the old refresh token, and gave only another: the next renewal needs it.
                    if let Some(tokens) = error.rescued_set(self.kind.name()) {
                        let _ = self.settle(&base.record, tokens.clone()).await;
                    }
                    return Err(error);
                }
            }
        }
        Err(Error::new(ErrorKind::Store, "others keep renewing the same tokens"))
    }

    /// What the store has, which another process may have renewed.
    async fn reread(&self) -> Outcome {
        let _writing = self.writer.lock().await;
        self.save_unsaved().await?;
        let stored = self.load().await?;
        self.publish_stored(stored)
    }

    /// Asks the vendor for other tokens.
    async fn attempt(&self, base: &Grant) -> Result<TokenSet, Error> {
        if base.needs_consent {
            return Err(self.needs_consent("the vendor has ended the grant; the user must log in again"));
        }
        let outcome = match self.kind.renewal() {
            Renew::Refresh(operation) => {
                let operation = self.operation(operation)?;
                self.client.inner().refresh(operation, self.kind.name(), &base.tokens).await
            }
            Renew::Reissue => self.reissue(&base.tokens).await,
            Renew::Extend(operation) => {
                let operation = self.operation(operation)?;
                self.client.inner().extend(operation, self.kind.name(), &base.tokens).await
            }
            Renew::Exchange(operation) => {
                let operation = self.operation(operation)?;
                self.client.inner().exchange_token(operation, self.kind.name(), &base.tokens).await
            }
            _ => Err(self.needs_consent("the token is over and can't be renewed; the user must log in again")),
        };
        outcome.map_err(|error| {
            let passes = error.refusal().is_some_and(|refusal| is_temporary(refusal, true));
            let broke = matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Interrupted);
            let retryable = error.is_retryable() || passes || broke;
            let error = error.retryable(retryable);
            // A token that can't prove itself any more can't be renewed by itself either.
            let by_itself = matches!(self.kind.renewal(), Renew::Extend(_) | Renew::Exchange(_));
            if by_itself && error.status() == Some(401) { error.needing_consent() } else { error }
        })
    }

    /// Repeats the grant that gave the tokens.
    async fn reissue(&self, old: &TokenSet) -> Result<TokenSet, Error> {
        let Some(Origin { grant, inputs, repeatable: true }) = &old.origin else {
            return Err(self.needs_consent("the grant can't be repeated: its secret inputs are not kept"));
        };
        let operation = self.operation(grant)?;
        let mut values = Values::new();
        old.kept.add_to(&mut values);
        for (name, value) in inputs {
            values.set(name.clone(), Value::Json(value.clone()));
        }
        let outcome = self.client.inner().perform(operation, &values).await;
        renewed(operation, self.kind.name(), old, outcome)
    }

    fn operation(&self, name: &str) -> Result<&'static authsmith_protocol::operation::Operation<'static>, Error> {
        let operation = self.client.provider().operation(name);
        operation.ok_or_else(|| Error::new(ErrorKind::Config, format!("there is no operation `{name}`")))
    }

    /// Saves renewed tokens, then publishes them. When others were faster, theirs hold.
    async fn settle(&self, base: &Grant, tokens: TokenSet) -> Outcome {
        let record = base.followed_by(tokens);
        let _writing = self.writer.lock().await;
        match self.write(base.version, &record).await {
            Ok(None) => {
                // The user has logged out meanwhile, and nobody keeps what the vendor has given.
                self.revoke_behind(record.tokens);
                self.publish_stored(None)
            }
            Ok(stored) => self.publish_stored(stored),
            Err(_) if self.current.load().is_none() => Err(self.not_kept()),
            // The vendor has spent the old tokens, so these are all there is: serve them, and save them later.
            Err(_) => Ok(self.publish(record, Some(base.version))),
        }
    }

    /// The vendor says that the grant is over. Perhaps only because another process has renewed it: then its tokens
    /// are given. Otherwise this is remembered.
    async fn bury(&self, base: &Grant, error: Error) -> Outcome {
        let _writing = self.writer.lock().await;
        let stored = self.load().await?;
        match stored {
            Some(stored) if stored.version == base.version => {
                let ended = base.ended();
                if let Ok(stored) = self.write(base.version, &ended).await {
                    self.publish_stored(stored)?;
                }
                Err(error.needing_consent().retryable(false))
            }
            stored => self.publish_stored(stored),
        }
    }

    /// Makes the call that proves that the tokens work.
    pub(crate) async fn verify(self: &Arc<Self>) -> Result<(), Error> {
        let provider = self.client.provider();
        let operation = provider.verification().and_then(|name| provider.operation(name));
        let operation = operation.filter(|operation| operation.token_kind() == Some(self.kind.name()));
        let Some(operation) = operation else {
            let (title, kind) = (provider.title(), self.kind.name());
            let message = format!("the spec of {title} names no call that verifies a connection of the kind `{kind}`");
            return Err(Error::new(ErrorKind::Config, message));
        };
        let (answered, values) = show(self, operation, &Values::new(), None).await?;
        self.client.inner().read(operation, &values, &answered).map(drop)
    }

    fn not_kept(&self) -> Error {
        Error::new(ErrorKind::NotKept, "nothing is kept under this id; the user must log in")
    }

    fn needs_consent(&self, message: &str) -> Error {
        Error::new(ErrorKind::NeedsConsent, message)
    }
}
