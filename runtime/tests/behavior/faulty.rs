//! A store that does each step as a test says, and a vendor that takes each refresh token once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use authsmith::{BoxFuture, Claim, Claimed, Holder, MemoryStore, Record, Request, Store, StoreError};
use url::form_urlencoded;

use crate::acme::{Reply, json, tokens};

/// One method of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Load,
    Write,
    Delete,
    Claim,
    Confirm,
    Release,
    Burn,
}

/// What becomes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Done,
    /// It fails, and nothing is done.
    Refused,
    /// It is done, and nobody hears of it.
    Unheard,
    /// It never ends.
    Never,
    /// It is done, and the process is paused before it hears of it.
    Late,
}

type Script = Box<dyn Fn(Step, usize) -> Fate + Send + Sync>;

/// A memory whose steps meet the fate that a closure gives them, told the step and how many of all there were before.
pub struct Faulty {
    pub memory: Arc<MemoryStore>,
    steps: AtomicUsize,
    script: Script,
    /// What happens while the process is paused.
    pause: Mutex<Option<BoxFuture<'static, ()>>>,
    /// Whether leases are worth nothing: everyone gets them.
    free_for_all: bool,
}

impl Faulty {
    pub fn new(memory: &Arc<MemoryStore>, script: impl Fn(Step, usize) -> Fate + Send + Sync + 'static) -> Self {
        Self {
            memory: Arc::clone(memory),
            steps: AtomicUsize::new(0),
            script: Box::new(script),
            pause: Mutex::default(),
            free_for_all: false,
        }
    }

    /// The same with leases that everyone gets.
    pub fn without_leases(memory: &Arc<MemoryStore>) -> Self {
        Self { free_for_all: true, ..Self::new(memory, |_, _| Fate::Done) }
    }

    /// The same, and what happens during the first [`Fate::Late`].
    pub fn pausing(self, pause: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { pause: Mutex::new(Some(Box::pin(pause))), ..self }
    }

    /// Every step gives others a turn before and after it, so that a caller can leave there.
    async fn step<T>(&self, step: Step, done: BoxFuture<'_, Result<T, StoreError>>) -> Result<T, StoreError> {
        tokio::task::yield_now().await;
        let fate = (self.script)(step, self.steps.fetch_add(1, Ordering::SeqCst));
        match fate {
            Fate::Refused => return Err(StoreError::new("the disk is away")),
            Fate::Never => std::future::pending().await,
            Fate::Done | Fate::Unheard | Fate::Late => {}
        }
        let outcome = done.await;
        let pause = (fate == Fate::Late).then(|| self.pause.lock().unwrap().take()).flatten();
        if let Some(pause) = pause {
            pause.await;
        }
        tokio::task::yield_now().await;
        if fate == Fate::Unheard { Err(StoreError::new("the disk didn't answer")) } else { outcome }
    }
}

impl Store for Faulty {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(self.step(Step::Load, self.memory.load(key)))
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.step(Step::Write, self.memory.compare_and_set(key, expected, record)))
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.step(Step::Delete, self.memory.delete(key)))
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        let granted = async {
            let record = self.memory.load(key).await?;
            Ok(record.map_or(Claimed::Gone, |record| Claimed::Granted { record, unsettled: None }))
        };
        let claimed: BoxFuture<'a, _> =
            if self.free_for_all { Box::pin(granted) } else { self.memory.claim(key, claim) };
        Box::pin(self.step(Step::Claim, claimed))
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> BoxFuture<'a, Result<Vec<(String, Claimed)>, StoreError>> {
        Box::pin(self.step(Step::Claim, self.memory.claim_due(prefix, before, limit, claim)))
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let confirmed: BoxFuture<'a, _> = match self.free_for_all {
            true => Box::pin(async { Ok(true) }),
            false => self.memory.confirm(key, holder, length),
        };
        Box::pin(self.step(Step::Confirm, confirmed))
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.step(Step::Release, self.memory.release(key, holder)))
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        Box::pin(self.step(Step::Load, self.memory.scan(prefix, after, limit)))
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.step(Step::Burn, self.memory.burn(hash, now, until)))
    }
}

/// What the vendor knows of one grant: it takes each refresh token once.
#[derive(Default)]
pub struct Rotation {
    /// The number of the refresh token that works.
    live: AtomicUsize,
    /// Every refresh token that was shown.
    pub shown: Mutex<Vec<String>>,
    /// How many spent ones were shown.
    reused: AtomicUsize,
}

impl Rotation {
    /// The refresh token that works yet.
    pub fn live(&self) -> String {
        format!("refresh-{}-{}", self.live.load(Ordering::SeqCst), crate::acme::CANARY)
    }

    /// How many spent refresh tokens were shown.
    pub fn reused(&self) -> usize {
        self.reused.load(Ordering::SeqCst)
    }

    /// Answers a request for a refresh.
    pub fn refresh(&self, request: &Request) -> Reply {
        let shown = form_urlencoded::parse(&request.body).find(|(name, _)| name == "refresh_token");
        let shown = shown.map(|(_, value)| value.into_owned()).unwrap_or_default();
        let is_live = shown == self.live();
        self.shown.lock().unwrap().push(shown);
        if !is_live {
            self.reused.fetch_add(1, Ordering::SeqCst);
            return json(400, r#"{"error":"invalid_grant"}"#);
        }
        tokens(self.live.fetch_add(1, Ordering::SeqCst) + 1)
    }
}
