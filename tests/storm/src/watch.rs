//! A store and a transport that write down how far a renewal has come, and end their process there when they are told to.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use authsmith::{
    BoxFuture, Claim, Claimed, Holder, HttpTransport, Limits, Record, Request, Response, Store, StoreError, Transport,
    TransportError,
};
use authsmith_sandbox::Fingerprint;

use crate::dice::Dice;
use crate::marks::{Mark, Marks, Phase};

/// Where a process ends itself.
#[derive(Clone, Debug)]
pub enum Death {
    /// Nowhere.
    Never,
    /// At each point with this chance.
    Chance(f64),
    /// When it comes so far, for the first time or another.
    At(Phase, u64),
}

/// What one task of a process does.
#[derive(Debug)]
pub struct Watch {
    task: usize,
    marks: Arc<Marks>,
    death: Death,
    dice: Arc<Dice>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    grant: String,
    shown: Option<String>,
    /// How often the phase of [`Death::At`] was reached.
    reached: u64,
}

impl Watch {
    /// Watches a task that has done nothing yet.
    pub fn new(task: usize, marks: Arc<Marks>, death: Death, dice: Arc<Dice>) -> Arc<Self> {
        Arc::new(Self { task, marks, death, dice, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The task turns to the grant under this key.
    fn begin(&self, key: &str) {
        let mut state = self.state();
        key.rsplit('/').next().unwrap_or_default().clone_into(&mut state.grant);
        state.shown = None;
    }

    /// Writes down how far the task has come. This may be the last thing that the process does.
    pub fn mark(&self, phase: Phase) {
        self.note(phase, None);
    }

    /// The same, with what the library says about a lost answer.
    pub fn note(&self, phase: Phase, answer_lost: Option<Duration>) {
        let mut state = self.state();
        let (grant, shown) = (state.grant.clone(), state.shown.clone());
        // Without the file the run can't be judged.
        if self.marks.write(&Mark { task: self.task, phase, grant, shown, answer_lost }).is_err() {
            die();
        }
        let strikes = match &self.death {
            Death::Never => false,
            // Half of what the vendor did not carry out: there is not much of it.
            Death::Chance(_) if phase == Phase::Unanswered => self.dice.strikes(0.5),
            Death::Chance(chance) => is_point(phase) && self.dice.strikes(*chance),
            Death::At(at, nth) => {
                state.reached += u64::from(*at == phase);
                *at == phase && state.reached >= *nth
            }
        };
        if strikes {
            die();
        }
    }

    /// Does something during which the process may end.
    async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        match self.death {
            Death::Chance(chance) if self.dice.strikes(chance) => {
                let end = tokio::time::sleep(Duration::from_millis(self.dice.below(6)));
                tokio::select! { outcome = work => outcome, () = end => die() }
            }
            _ => work.await,
        }
    }
}

/// Where a process may end by [`Death::Chance`], besides what is going on between.
fn is_point(phase: Phase) -> bool {
    matches!(phase, Phase::Claiming | Phase::Claimed | Phase::Confirmed | Phase::Answered | Phase::Stored)
}

/// Ends the process as `kill -9` does.
fn die() -> ! {
    #[cfg(unix)]
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}

/// A store that is watched.
pub struct WatchedStore {
    watch: Arc<Watch>,
    store: Arc<dyn Store>,
    /// The longest that a lease of somebody else may last for the task to wait for it; a task with other work goes on.
    patience: Duration,
    /// Whether writes fail, and arrive nowhere.
    fails: bool,
}

impl WatchedStore {
    /// Watches a store.
    pub fn new(watch: Arc<Watch>, store: Arc<dyn Store>, patience: Duration) -> Self {
        Self { watch, store, patience, fails: false }
    }

    /// Lets all writes fail from now on.
    #[must_use]
    pub fn failing(mut self, fails: bool) -> Self {
        self.fails = fails;
        self
    }
}

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl Store for WatchedStore {
    fn load<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Record>> {
        self.store.load(key)
    }

    fn compare_and_set<'a>(&'a self, key: &'a str, expected: Option<u64>, record: &'a Record) -> Answer<'a, bool> {
        Box::pin(async move {
            self.watch.mark(Phase::Storing);
            if self.fails {
                return Err(StoreError::new("the disk is away"));
            }
            let written = self.watch.during(self.store.compare_and_set(key, expected, record)).await;
            if matches!(written, Ok(true)) {
                self.watch.mark(Phase::Stored);
            }
            written
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Answer<'a, ()> {
        self.store.delete(key)
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> Answer<'a, Claimed> {
        Box::pin(async move {
            self.watch.begin(key);
            self.watch.mark(Phase::Claiming);
            let claimed = self.store.claim(key, claim).await?;
            match &claimed {
                Claimed::Granted { .. } => self.watch.mark(Phase::Claimed),
                Claimed::Held { remaining, .. } if *remaining > self.patience => {
                    return Err(StoreError::new("another holds the lease, and this task has other work"));
                }
                _ => {}
            }
            Ok(claimed)
        })
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> Answer<'a, Vec<(String, Claimed)>> {
        self.store.claim_due(prefix, before, limit, claim)
    }

    fn confirm<'a>(&'a self, key: &'a str, holder: &'a Holder, length: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let confirmed = self.store.confirm(key, holder, length).await?;
            if confirmed && !length.is_zero() {
                self.watch.mark(Phase::Confirmed);
            }
            Ok(confirmed)
        })
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> Answer<'a, ()> {
        self.store.release(key, holder)
    }

    fn scan<'a>(&'a self, prefix: &'a str, after: Option<&'a str>, limit: usize) -> Answer<'a, Vec<(String, Record)>> {
        self.store.scan(prefix, after, limit)
    }

    fn burn<'a>(&'a self, hash: &'a str, now: SystemTime, until: SystemTime) -> Answer<'a, bool> {
        self.store.burn(hash, now, until)
    }
}

/// The way to the vendor, watched.
pub struct WatchedTransport {
    watch: Arc<Watch>,
    transport: Arc<HttpTransport>,
}

impl WatchedTransport {
    /// Watches a transport.
    pub fn new(watch: Arc<Watch>, transport: Arc<HttpTransport>) -> Self {
        Self { watch, transport }
    }
}

impl Transport for WatchedTransport {
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let mut pairs = form_urlencoded::parse(&request.body);
            let shown = pairs.find(|(name, _)| name == "refresh_token").map(|(_, token)| Fingerprint::of(&token));
            self.watch.state().shown = shown.map(|shown| shown.to_string());
            self.watch.mark(Phase::Sent);
            let outcome = self.watch.during(self.transport.send(request, limits)).await;
            self.watch.mark(if outcome.is_ok() { Phase::Answered } else { Phase::Unanswered });
            outcome
        })
    }
}
