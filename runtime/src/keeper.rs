//! Renews what falls due, for apps that keep very many grants.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::renewal::{Renewed, jittered};
use crate::store::{Claim, Claimed, Holder, StoreError};

/// How long the keeper pauses when nothing but failures comes back: first, twice as long each time, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long a grant is left alone after an answer was lost, or while another's is.
const AFTER_UNSETTLED: Duration = Duration::from_secs(5);

/// A keeper that has not begun yet. It renews every grant of the client's vendor that falls due, whoever kept it in the
/// store, those that have been due longest first. Any number of workers may run one over the same store: the leases of
/// the store see to it that a grant is renewed by one of them.
#[must_use]
pub struct Keeper {
    client: Client,
    at_once: usize,
    per_second: Option<f64>,
    look_every: Duration,
}

impl Keeper {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, at_once: 16, per_second: None, look_every: Duration::from_secs(5) }
    }

    /// How many renewals this worker has under way at once; 16 by default, at least one. It takes no more leases than it
    /// can begin with.
    pub fn at_once(mut self, renewals: usize) -> Self {
        self.at_once = renewals.max(1);
        self
    }

    /// How many renewals this worker begins in a second at most; as many as it can by default. Several workers share
    /// a vendor's rate limit, so each gets its part. Whatever is said here, the keeper pauses when the vendor says that
    /// there were too many.
    pub fn per_second(mut self, renewals: f64) -> Self {
        self.per_second = Some(renewals).filter(|renewals| renewals.is_finite() && *renewals > 0.0);
        self
    }

    /// How long it waits until it looks again when nothing is due; 5 seconds by default, less by a random part.
    pub fn look_every(mut self, wait: Duration) -> Self {
        self.look_every = wait.max(Duration::from_millis(10));
        self
    }

    /// Begins. The keeper ends when it is stopped, when what this returns is dropped, and when the client is closed.
    ///
    /// # Errors
    ///
    /// When there is no Tokio runtime ([`ErrorKind::System`](crate::ErrorKind::System)).
    pub fn start(self) -> Result<Keeping, Error> {
        let runtime = tokio::runtime::Handle::try_current();
        let runtime = runtime.map_err(|_| Error::new(ErrorKind::System, "there is no Tokio runtime to renew in"))?;
        let (stop, stopping) = watch::channel(false);
        let counters = Arc::new(Counters::default());
        let worker = Worker {
            room: Arc::new(Semaphore::new(self.at_once)),
            keeper: self,
            counters: Arc::clone(&counters),
            stopping,
            running: JoinSet::new(),
            aside: HashMap::new(),
            failures: 0,
            next: Instant::now(),
        };
        let task = runtime.spawn(worker.run());
        Ok(Keeping { stop, counters, task })
    }
}

/// A keeper at work. Dropped, it begins no more renewals; those under way end by themselves.
pub struct Keeping {
    stop: watch::Sender<bool>,
    counters: Arc<Counters>,
    task: JoinHandle<()>,
}

impl Keeping {
    /// What it has done so far.
    pub fn counts(&self) -> KeeperCounts {
        self.counters.read()
    }

    /// Begins no more renewals, waits for those under way, and says what was done.
    pub async fn stop(self) -> KeeperCounts {
        self.stop.send_replace(true);
        // A worker that was cut off has its runtime shut down, and nothing is under way then.
        let _ = self.task.await;
        self.counters.read()
    }
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeping").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

/// What a keeper has done since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeeperCounts {
    /// Grants with new tokens.
    pub renewed: u64,
    /// Grants that need the user's consent again.
    pub ended: u64,
    /// Attempts that failed for a reason that passes; the grant is tried again later.
    pub failed: u64,
    /// Grants that were somebody else's turn after all.
    pub left: u64,
    /// Failures of the store to say what is due.
    pub store_failures: u64,
}

#[derive(Default)]
struct Counters {
    renewed: AtomicU64,
    ended: AtomicU64,
    failed: AtomicU64,
    left: AtomicU64,
    store_failures: AtomicU64,
}

impl Counters {
    fn read(&self) -> KeeperCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        KeeperCounts {
            renewed: read(&self.renewed),
            ended: read(&self.ended),
            failed: read(&self.failed),
            left: read(&self.left),
            store_failures: read(&self.store_failures),
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

struct Worker {
    keeper: Keeper,
    counters: Arc<Counters>,
    stopping: watch::Receiver<bool>,
    room: Arc<Semaphore>,
    running: JoinSet<(String, Renewed)>,
    /// Grants that are due and must wait all the same, until when.
    aside: HashMap<String, Instant>,
    /// How many attempts have failed since the last that did not.
    failures: u32,
    /// Before this, nothing begins.
    next: Instant,
}

impl Worker {
    async fn run(mut self) {
        while !self.is_over() {
            self.round().await;
        }
        while let Some(ended) = self.running.join_next().await {
            self.note(ended.ok());
        }
    }

    fn is_over(&self) -> bool {
        // An error is that the owner was dropped.
        *self.stopping.borrow() || self.stopping.has_changed().is_err() || self.keeper.client.is_closed()
    }

    /// Looks what is due, as far as there is room, and begins with it; or waits until there is something to do.
    async fn round(&mut self) {
        while let Some(ended) = self.running.try_join_next() {
            self.note(ended.ok());
        }
        if self.room.available_permits() == 0 {
            let ended = self.running.join_next().await;
            return self.note(ended.and_then(Result::ok));
        }
        if Instant::now() < self.next {
            return self.wait_until(self.next).await;
        }
        self.aside.retain(|_, until| *until > Instant::now());
        match self.due().await {
            Err(_) => {
                count(&self.counters.store_failures);
                self.failed();
            }
            Ok((_, due)) if due.is_empty() => self.look_later().await,
            Ok((holder, due)) => self.begin(holder, due).await,
        }
    }

    /// What is due, with its leases: no more than can begin within a second.
    async fn due(&self) -> Result<(Holder, Vec<(String, Claimed)>), StoreError> {
        let holder = Holder::random().map_err(|error| StoreError::new(error.to_string()))?;
        let inner = self.keeper.client.inner();
        let claim = Claim { holder: holder.clone(), length: inner.lease_length() };
        let prefix = format!("{}/", inner.provider.name());
        let room = self.room.available_permits();
        let most = self.keeper.per_second.map_or(room, |most| room.min(most.ceil() as usize));
        let due = inner.store.claim_due(&prefix, inner.clock.now(), most + self.aside.len(), &claim).await?;
        Ok((holder, due))
    }

    async fn begin(&mut self, holder: Holder, due: Vec<(String, Claimed)>) {
        let mut idle = true;
        for (key, claimed) in due {
            let room = Arc::clone(&self.room).try_acquire_owned().ok().filter(|_| !self.aside.contains_key(&key));
            if room.is_some() {
                self.wait_until(self.next).await;
            }
            let Some(room) = room.filter(|_| !self.is_over()) else {
                // A lease that can't be given back runs out by itself.
                let _ = self.keeper.client.inner().store.release(&key, &holder).await;
                continue;
            };
            idle = false;
            if let Some(most) = self.keeper.per_second {
                self.next = self.next.max(Instant::now()) + Duration::from_secs_f64(most.recip());
            }
            self.renew(key, holder.clone(), claimed, room);
        }
        if idle {
            self.look_later().await;
        }
    }

    fn renew(&mut self, key: String, holder: Holder, claimed: Claimed, room: OwnedSemaphorePermit) {
        let client = self.keeper.client.clone();
        self.running.spawn(async move {
            let _room = room;
            let renewed = match client.kept_link(&key) {
                Some(link) => link.renew_claimed(holder, claimed).await,
                // Of a kind that the spec doesn't have, or has no more.
                None => {
                    let _ = client.inner().store.release(&key, &holder).await;
                    Renewed::Left
                }
            };
            (key, renewed)
        });
    }

    fn note(&mut self, ended: Option<(String, Renewed)>) {
        let Some((key, renewed)) = ended else { return };
        match renewed {
            Renewed::Anew => {
                self.failures = 0;
                count(&self.counters.renewed);
            }
            Renewed::Ended => count(&self.counters.ended),
            Renewed::Failed { unsettled, wait } => {
                count(&self.counters.failed);
                self.failed();
                self.pause(wait);
                if unsettled {
                    self.aside.insert(key, Instant::now() + AFTER_UNSETTLED);
                }
            }
            Renewed::Left => {
                count(&self.counters.left);
                self.aside.insert(key, Instant::now() + AFTER_UNSETTLED);
            }
        }
    }

    /// Pauses when nothing but failures comes back, and when the vendor refuses the client itself.
    fn failed(&mut self) {
        let inner = self.keeper.client.inner();
        let refused = inner.rest.remaining(inner.clock.now());
        self.pause(refused);
        self.failures = self.failures.saturating_add(1);
        let at_once = u32::try_from(self.keeper.at_once).unwrap_or(u32::MAX);
        if self.failures.is_multiple_of(at_once) {
            let pause = FIRST_PAUSE * 2_u32.saturating_pow((self.failures / at_once).min(7) - 1);
            self.pause(Some(jittered(pause)));
        }
    }

    fn pause(&mut self, wait: Option<Duration>) {
        let Some(wait) = wait else { return };
        self.next = self.next.max(Instant::now() + wait.min(LONGEST_PAUSE));
    }

    async fn look_later(&mut self) {
        self.wait_until(Instant::now() + jittered(self.keeper.look_every)).await;
    }

    /// Waits, unless the keeper is stopped.
    async fn wait_until(&mut self, moment: Instant) {
        // An error is that the owner was dropped.
        let stopped = self.stopping.wait_for(|stop| *stop);
        let _ = tokio::time::timeout_at(moment, stopped).await;
    }
}
