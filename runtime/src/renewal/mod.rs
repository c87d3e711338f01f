//! One id's tokens, shared by all connections of that id: handed out without a lock while they are valid, and renewed
//! once, however many callers wait.
//!
//! The order that keeps a grant: what a renewal gives is written to the store, over the version that the renewal began
//! with, and published only then. A renewal is a task of its own, so that a caller who loses patience takes nothing
//! with it.

mod boarding;
mod flights;
mod flying;
mod keeping;
mod kept;
mod rest;
mod spilling;
mod sync;
mod telling;
mod windows;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;
use authsmith_protocol::operation::Meaning;
use authsmith_protocol::provider::{Renew, Replay, TokenKind as TokenKindData};
use authsmith_protocol::{Secret, Value, Values};

use crate::call::show;
use crate::client::Client;
use crate::clock::epoch_millis;
use crate::error::{Error, ErrorKind, is_temporary};
use crate::grant::Grant;
use crate::grants::renewed;
use crate::left::Left;
use crate::store::Holder;
use crate::tokens::{Origin, TokenSet};
use flights::Slot;
pub(crate) use kept::Renewed;
pub(crate) use rest::{Rest, jittered};
pub(crate) use windows::Windows;

/// How often a renewal starts over because another process was faster.
const ROUNDS: usize = 3;

/// The tokens of one id.
pub(crate) struct Link {
    client: Client,
    id: String,
    key: String,
    kind: TokenKindData<'static>,
    current: ArcSwapOption<Snapshot>,
    /// This link's own part of the jitter.
    share: u8,
    slot: Arc<Slot<Outcome>>,
    rest: Rest,
    /// The lease of the renewal under way, and whether it was confirmed. What is here when the next begins was cut off.
    lease: Mutex<Option<(Holder, bool)>>,
    /// What a renewal gave when others had written before it: perhaps the only tokens that work.
    candidate: Mutex<Option<TokenSet>>,
    /// Held while the store is written or read and the outcome published, so that the published tokens are never older
    /// than the stored ones.
    writer: tokio::sync::Mutex<()>,
    /// The journal's entry of tokens that the store has not taken.
    spilled: Mutex<Option<PathBuf>>,
    /// Whether the renewal under way gave tokens that stand in the store, or will.
    gave: AtomicBool,
    /// The version for which was told that nothing renews it.
    stuck: AtomicU64,
    /// The end of a refresh token that was told of, in milliseconds since 1970.
    warned: AtomicU64,
    /// What calls have heard of the vendor's rate limit.
    pub(crate) left: Left,
}

/// What a renewal gives to everyone who waits for it.
type Outcome = Result<Arc<Snapshot>, Error>;

/// The tokens as they were last stored.
pub(crate) struct Snapshot {
    grant: Grant,
    windows: Windows,
    /// The stored version that the grant must still replace, when the store has failed.
    unsaved_over: Option<u64>,
}

impl Snapshot {
    pub(crate) fn tokens(&self) -> &TokenSet {
        &self.grant.tokens
    }

    pub(crate) fn token(&self) -> &Secret {
        &self.grant.tokens.value
    }

    pub(crate) fn is_saved(&self) -> bool {
        self.unsaved_over.is_none()
    }

    /// Whether this is another token, or the same with another life.
    fn differs_from(&self, other: &Self) -> bool {
        // A store keeps whole milliseconds.
        let millis = |snapshot: &Self| snapshot.tokens().expires_at.map(epoch_millis::to_millis);
        self.token() != other.token() || millis(self) != millis(other)
    }

    /// Whether callers need not wait for another.
    fn is_fresh(&self, now: SystemTime) -> bool {
        self.windows.mandatory.is_none_or(|mandatory| now < mandatory)
    }

    /// Whether it is time to renew it.
    fn is_due(&self, now: SystemTime) -> bool {
        self.windows.due().is_some_and(|due| due <= now)
    }
}

/// Why a token is not good enough.
#[derive(Clone)]
pub(crate) enum Reason {
    /// It will be over soon.
    Due,
    /// Its time is over.
    Expired,
    /// The vendor has refused it: any token but this one will do, and this one when its life was made longer meanwhile.
    Refused(Arc<Snapshot>),
    /// The app asks for another than this one.
    Asked(Arc<Snapshot>),
    /// A keeper has found this version due.
    Kept(u64),
}

impl Reason {
    fn is_met_by(&self, snapshot: &Snapshot, now: SystemTime) -> bool {
        match self {
            Self::Due => !snapshot.is_due(now),
            Self::Expired => snapshot.is_fresh(now),
            Self::Kept(version) => snapshot.grant.version != *version && snapshot.is_fresh(now),
            Self::Refused(old) | Self::Asked(old) => snapshot.differs_from(old) && snapshot.is_fresh(now),
        }
    }
}

impl Link {
    pub(crate) fn new(client: Client, id: String, key: String, kind: TokenKindData<'static>) -> Self {
        Self {
            client,
            id,
            key,
            kind,
            current: ArcSwapOption::empty(),
            share: rest::random_share(),
            slot: Slot::new(),
            rest: Rest::default(),
            lease: Mutex::default(),
            candidate: Mutex::default(),
            writer: tokio::sync::Mutex::new(()),
            spilled: Mutex::default(),
            gave: AtomicBool::default(),
            stuck: AtomicU64::default(),
            warned: AtomicU64::default(),
            left: Left::default(),
        }
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

    /// The tokens as they are, stale or not, unless they are another user's.
    pub(crate) fn current(&self) -> Result<Arc<Snapshot>, Error> {
        let current = self.current.load_full().ok_or_else(|| self.not_kept())?;
        if current.grant.quarantined { Err(self.ended(&current.grant)) } else { Ok(current) }
    }

    /// Tokens that are good for a request. While they are, this takes no lock and waits for nothing.
    pub(crate) async fn fresh(self: &Arc<Self>) -> Outcome {
        let (current, now) = (self.current()?, self.now());
        if !current.is_fresh(now) {
            return self.renew(Reason::Expired).await;
        }
        if current.is_due(now) {
            self.renew_behind();
        }
        self.warn(&current);
        Ok(current)
    }

    /// Asks the vendor for other tokens.
    async fn attempt(&self, base: &Grant) -> Result<TokenSet, Error> {
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
            let is_over = by_itself && error.status() == Some(401) && !error.is_rate_limit();
            let is_over = is_over && error.meaning() != Meaning::Config;
            if is_over { error.needing_consent() } else { error }
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
    async fn settle(&self, base: &Grant, mut tokens: TokenSet) -> Outcome {
        let id_token = tokens.unverified.take();
        let grant = base.renewed_by(tokens);
        let _writing = self.writer.lock().await;
        match self.write_or_spill(base.version, &grant).await {
            Ok(None) => {
                // The user has logged out meanwhile, and nobody keeps what the vendor has given.
                self.revoke_behind(grant.tokens);
                self.publish_stored(None)
            }
            Ok(Some(stored)) => {
                let lost = stored.tokens.value != grant.tokens.value;
                let published = self.publish(stored, None);
                if !lost {
                    self.tell_renewed(&base.tokens, &grant);
                    self.verify_behind(id_token.filter(|_| !grant.quarantined), &grant.tokens.kept);
                }
                *self.candidate.lock().unwrap_or_else(PoisonError::into_inner) = lost.then_some(grant.tokens);
                self.served(published)
            }
            Err(_) if self.current.load().is_none() => Err(self.not_kept()),
            // The vendor has spent the old tokens, so these are all there is: serve them, and save them later.
            Err(_) => {
                let published = self.publish(grant, Some(base.version));
                self.tell_renewed(&base.tokens, &published.grant);
                self.verify_behind(id_token.filter(|_| !published.grant.quarantined), &published.tokens().kept);
                self.served(published)
            }
        }
    }

    /// Whatever is published, unless it is another user's.
    fn served(&self, published: Arc<Snapshot>) -> Outcome {
        if published.grant.quarantined { Err(self.ended(&published.grant)) } else { Ok(published) }
    }

    /// The vendor says that the grant is over. Perhaps only because another process has renewed it: then there is another
    /// round. Otherwise this is remembered.
    async fn bury(&self, base: &Grant, error: Error, answer_lost: Option<Duration>) -> Option<Outcome> {
        let candidate = self.candidate.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tokens) = candidate.filter(|_| self.kind.replayed() != Replay::Fatal) {
            return Some(self.settle(base, tokens).await);
        }
        let _writing = self.writer.lock().await;
        let stored = match self.load().await {
            Ok(stored) => stored,
            Err(error) => return Some(Err(error)),
        };
        match stored {
            Some(stored) if stored.version == base.version => {
                let error = error.needing_consent().retryable(false).after_lost_answer(answer_lost);
                if let Ok(stored) = self.write(base.version, &base.ended(answer_lost)).await {
                    match self.publish_stored(stored) {
                        Ok(published) if published.grant.needs_consent => self.tell_ended(&error),
                        Ok(_) => {}
                        Err(error) => return Some(Err(error)),
                    }
                }
                Some(Err(error))
            }
            stored => self.publish_stored(stored).map_or_else(|error| Some(Err(error)), |_| None),
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

    /// Why a grant can't be used that the vendor has ended, or whose tokens are another user's.
    fn ended(&self, grant: &Grant) -> Error {
        if grant.quarantined {
            let message =
                "a renewal gave tokens of another user, which are kept and not served; the user must log in again";
            return self.needs_consent(message);
        }
        let error = self.needs_consent("the vendor has ended the grant; the user must log in again");
        error.after_lost_answer(grant.answer_lost)
    }

    fn not_kept(&self) -> Error {
        Error::new(ErrorKind::NotKept, "nothing is kept under this id; the user must log in")
    }

    fn needs_consent(&self, message: &str) -> Error {
        Error::new(ErrorKind::NeedsConsent, message)
    }
}
