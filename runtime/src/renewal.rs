//! One id's tokens, shared by all connections of that id: handed out without a lock while they are valid, and renewed
//! once, however many callers wait.
//!
//! The order that keeps a grant: what a renewal gives is written to the store, over the version that the renewal began
//! with, and published only then. A renewal is a task of its own, so that a caller who loses patience takes nothing
//! with it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;
use authsmith_protocol::provider::{Renew, TokenKind as TokenKindData};
use authsmith_protocol::{Secret, Value, Values};
use tokio::sync::watch;

use crate::authorize::fill_random;
use crate::client::{Client, renewed};
use crate::error::{Error, ErrorKind, ends_grant, is_temporary};
use crate::store::{Record, StoreError};
use crate::tokens::{Origin, TokenSet};

/// How often a write is tried before the tokens are served from memory alone, and how long after the first failure the
/// second try comes; the wait doubles each time.
const SAVE_ATTEMPTS: u32 = 5;
const SAVE_WAIT: Duration = Duration::from_millis(50);

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

/// Where the callers of one renewal wait for its outcome.
type Flight = watch::Receiver<Option<Outcome>>;
type Outcome = Result<Arc<Snapshot>, Error>;

/// The tokens as they were last stored.
pub(crate) struct Snapshot {
    record: Record,
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

    fn is_fresh(&self, now: SystemTime) -> bool {
        self.stale_at.is_none_or(|stale_at| now < stale_at)
    }
}

/// Why a token is not good enough.
#[derive(Clone)]
pub(crate) enum Reason {
    /// Its time is over.
    Expired,
    /// The vendor has refused it, or the app asks for another: any token but this one will do.
    Not(Secret),
}

impl Reason {
    fn is_met_by(&self, snapshot: &Snapshot, now: SystemTime) -> bool {
        match self {
            Self::Expired => snapshot.is_fresh(now),
            Self::Not(token) => snapshot.token() != token && snapshot.is_fresh(now),
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

    /// Joins the renewal under way, or begins one.
    pub(crate) async fn renew(self: &Arc<Self>, reason: Reason) -> Outcome {
        let mut flight = match self.board(&reason)? {
            Boarded::Settled(snapshot) => return Ok(snapshot),
            Boarded::Waiting(flight) => flight,
        };
        let landed = flight.wait_for(Option::is_some).await;
        match landed.ok().and_then(|outcome| outcome.clone()) {
            Some(outcome) => outcome,
            None => {
                Err(Error::new(ErrorKind::System, "the renewal was cut off with its async runtime").retryable(true))
            }
        }
    }

    fn board(self: &Arc<Self>, reason: &Reason) -> Result<Boarded, Error> {
        let mut slot = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        // The renewal that was under way when the caller looked may have landed meanwhile.
        let current = self.current()?;
        if reason.is_met_by(&current, self.now()) {
            return Ok(Boarded::Settled(current));
        }
        if let Some(flight) = &*slot {
            return Ok(Boarded::Waiting(flight.clone()));
        }
        let airborne = Airborne::new(&self.client);
        // Counted before this is asked, so that `close` either waits for the renewal or stops it here.
        if self.client.inner().closed.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Closed, "the client was closed and renews no tokens"));
        }
        let runtime = tokio::runtime::Handle::try_current();
        let runtime = runtime.map_err(|_| Error::new(ErrorKind::System, "there is no Tokio runtime to renew in"))?;
        let (sender, flight) = watch::channel(None);
        *slot = Some(flight.clone());
        // A runtime that is shutting down drops the task at once, and its landing takes the lock.
        drop(slot);
        let landing = Landing { link: Arc::clone(self), sender, landed: false, _airborne: airborne };
        let reason = reason.clone();
        runtime.spawn(async move {
            let outcome = landing.link.fly(&reason).await;
            landing.land(outcome);
        });
        Ok(Boarded::Waiting(flight))
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
                Err(error) => return Err(error),
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
    async fn attempt(&self, base: &Record) -> Result<TokenSet, Error> {
        if base.needs_consent {
            return Err(self.needs_consent("the vendor has ended the grant; the user must log in again"));
        }
        let outcome = match self.kind.renewal() {
            Renew::Refresh(operation) => {
                let operation = self.operation(operation)?;
                self.client.inner().refresh(operation, self.kind.name(), &base.tokens).await
            }
            Renew::Reissue => self.reissue(&base.tokens).await,
            _ => Err(self.needs_consent("the token is over and can't be renewed; the user must log in again")),
        };
        outcome.map_err(|error| {
            let passes = error.refusal().is_some_and(|refusal| is_temporary(refusal, true));
            let broke = matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Interrupted);
            let retryable = error.is_retryable() || passes || broke;
            error.retryable(retryable)
        })
    }

    /// Repeats the grant that gave the tokens.
    async fn reissue(&self, old: &TokenSet) -> Result<TokenSet, Error> {
        let Some(Origin { grant, inputs, repeatable: true }) = &old.origin else {
            return Err(self.needs_consent("the grant can't be repeated: its secret inputs are not kept"));
        };
        let operation = self.operation(grant)?;
        let mut values = Values::new();
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
    async fn settle(&self, base: &Record, tokens: TokenSet) -> Outcome {
        let record = base.followed_by(tokens);
        let _writing = self.writer.lock().await;
        match self.write(base.version, &record).await {
            Ok(stored) => self.publish_stored(stored),
            // The vendor has spent the old tokens, so these are all there is: serve them, and save them later.
            Err(_) => Ok(self.publish(record, Some(base.version))),
        }
    }

    /// The vendor says that the grant is over. Perhaps only because another process has renewed it: then its tokens
    /// are given. Otherwise this is remembered.
    async fn bury(&self, base: &Record, error: Error) -> Outcome {
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

    /// Keeps tokens over whatever was kept.
    pub(crate) async fn keep(&self, tokens: TokenSet) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        for _ in 0..ROUNDS {
            let stored = self.load().await?;
            let record = match &stored {
                Some(stored) => stored.followed_by(tokens.clone()),
                None => Record { version: first_version()?, needs_consent: false, tokens: tokens.clone() },
            };
            let expected = stored.map(|stored| stored.version);
            let store = &self.client.inner().store;
            if store.compare_and_set(&self.key, expected, &record).await.map_err(Error::from_store)? {
                self.publish(record, None);
                return Ok(());
            }
        }
        Err(Error::new(ErrorKind::Store, "others keep writing under the same id"))
    }

    /// Takes up what the store has.
    pub(crate) async fn resume(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        // Tokens that the store has refused so far are newer than what it has.
        if self.current.load().as_ref().is_some_and(|current| current.unsaved_over.is_some()) {
            return Ok(());
        }
        let stored = self.load().await?;
        self.publish_stored(stored).map(drop)
    }

    /// Forgets the tokens.
    pub(crate) async fn delete(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        self.client.inner().store.delete(&self.key).await.map_err(Error::from_store)?;
        self.current.store(None);
        Ok(())
    }

    /// Saves what could not be saved before.
    pub(crate) async fn save(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        self.save_unsaved().await
    }

    async fn save_unsaved(&self) -> Result<(), Error> {
        let Some(current) = self.current.load_full() else { return Ok(()) };
        let Some(base) = current.unsaved_over else { return Ok(()) };
        let stored = self.write(base, &current.record).await.map_err(Error::from_store)?;
        self.publish_stored(stored).map(drop)
    }

    /// Writes `record` over the version `base`, and gives what the store has then: `record`, or what others have
    /// written. A write whose outcome was unclear is recognized when it is tried again.
    async fn write(&self, base: u64, record: &Record) -> Result<Option<Record>, StoreError> {
        let mut attempt = 0;
        loop {
            match self.write_once(base, record).await {
                Err(_) if attempt + 1 < SAVE_ATTEMPTS => {
                    tokio::time::sleep(SAVE_WAIT * 2_u32.pow(attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn write_once(&self, base: u64, record: &Record) -> Result<Option<Record>, StoreError> {
        let store = &self.client.inner().store;
        if store.compare_and_set(&self.key, Some(base), record).await? {
            return Ok(Some(record.clone()));
        }
        let stored = store.load(&self.key).await?;
        let Some(ended) = stored.as_ref().filter(|stored| stored.needs_consent && !record.needs_consent) else {
            return Ok(stored);
        };
        // Another process has shown the refresh token that this renewal has spent, and was told that the grant is over.
        // It is not: its tokens are here.
        let revived = ended.followed_by(record.tokens.clone());
        match store.compare_and_set(&self.key, Some(ended.version), &revived).await? {
            true => Ok(Some(revived)),
            false => store.load(&self.key).await,
        }
    }

    async fn load(&self) -> Result<Option<Record>, Error> {
        self.client.inner().store.load(&self.key).await.map_err(Error::from_store)
    }

    /// Publishes what the store has; `None` is that somebody has deleted it.
    fn publish_stored(&self, stored: Option<Record>) -> Outcome {
        match stored {
            Some(record) => Ok(self.publish(record, None)),
            None => {
                self.current.store(None);
                Err(self.not_kept())
            }
        }
    }

    fn publish(&self, record: Record, unsaved_over: Option<u64>) -> Arc<Snapshot> {
        let stale_at = record.tokens.stale_at(self.kind.renewal());
        let snapshot = Arc::new(Snapshot { record, stale_at, unsaved_over });
        self.current.store(Some(Arc::clone(&snapshot)));
        snapshot
    }

    fn not_kept(&self) -> Error {
        Error::new(ErrorKind::NotKept, "nothing is kept under this id; the user must log in")
    }

    fn needs_consent(&self, message: &str) -> Error {
        Error::new(ErrorKind::NeedsConsent, message)
    }
}

enum Boarded {
    Settled(Arc<Snapshot>),
    Waiting(Flight),
}

/// Counts a renewal among those under way.
struct Airborne(Client);

impl Airborne {
    fn new(client: &Client) -> Self {
        client.inner().flights.send_modify(|flights| *flights += 1);
        Self(client.clone())
    }
}

impl Drop for Airborne {
    fn drop(&mut self) {
        self.0.inner().flights.send_modify(|flights| *flights = flights.saturating_sub(1));
    }
}

/// Ends a flight however its task ends: the slot becomes free, and the callers learn of it.
struct Landing {
    link: Arc<Link>,
    sender: watch::Sender<Option<Outcome>>,
    landed: bool,
    _airborne: Airborne,
}

impl Landing {
    fn land(mut self, outcome: Outcome) {
        self.free();
        self.sender.send_replace(Some(outcome));
    }

    /// Once only: the slot may hold the next flight already.
    fn free(&mut self) {
        if !std::mem::replace(&mut self.landed, true) {
            *self.link.flight.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.free();
    }
}

/// The version of the first record under an id. It is random, so that a record that was deleted and kept anew is never
/// taken for the old one.
fn first_version() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    fill_random(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes) >> 2)
}
