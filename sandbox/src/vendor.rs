//! One vendor being played.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use authsmith_codegen::model::Provider;

use crate::authorize::Consents;
use crate::choose::{Choice, choose};
use crate::control::Recorded;
use crate::decode::Decoded;
use crate::events::{Fate, Log};
use crate::failures::Failures;
use crate::faults::Armed;
use crate::id_tokens::Minting;
use crate::incoming::Incoming;
use crate::options::{Options, Settings};
use crate::refusals::Refusal;
use crate::renewals::Renewals;
use crate::reply::Reply;
use crate::routes::{Operation, Route, Unroutable, operations};
use crate::store::Store;
use crate::{REDIRECT_URI, authorize, page, perform};

/// How many requests are remembered at most.
const LOGGED: usize = 20_000;

/// The clock of a sandbox: the real time, and what it was moved by.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    moved: Mutex<Duration>,
}

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        let real = SystemTime::now();
        real.checked_add(*locked(&self.moved)).unwrap_or(real)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut moved = locked(&self.moved);
        *moved = moved.saturating_add(by);
    }
}

/// A vendor.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) provider: Provider,
    pub(crate) routes: Vec<Route>,
    pub(crate) origin: String,
    pub(crate) clock: Arc<Clock>,
    /// How many seconds the vendor's clock is ahead of that of the sandbox.
    skew: AtomicI64,
    pub(crate) registered_only: bool,
    pub(crate) replay_revokes: bool,
    pub(crate) sparse: bool,
    pub(crate) settings: Settings,
    redirect_uris: Mutex<Vec<String>>,
    store: Mutex<Store>,
    consents: Mutex<Consents>,
    failures: Mutex<Failures>,
    faults: Mutex<Armed>,
    renewals: Mutex<Arc<Renewals>>,
    id_tokens: Mutex<Minting>,
    events: Mutex<Log>,
    log: Mutex<Vec<Recorded>>,
    refusals: AtomicUsize,
    codes: AtomicUsize,
    waits: AtomicUsize,
}

impl Vendor {
    pub(crate) fn new(provider: Provider, options: &Options, clock: Arc<Clock>) -> Result<Self, (String, Unroutable)> {
        let settings = Settings::new(&provider, options);
        let route = |operation: Operation| {
            let name = operation.name().to_owned();
            Route::new(operation, &settings, &provider.values).map_err(|why| (name, why))
        };
        let routes = operations(&provider).into_iter().map(route).collect::<Result<_, _>>()?;
        let name = &provider.name.wire;
        let registered = options.redirect_uris.iter().filter(|(of, _)| of == name).map(|(_, uri)| uri.clone());
        let redirect_uris = std::iter::once(REDIRECT_URI.to_owned()).chain(registered).collect();
        Ok(Self {
            routes,
            origin: String::new(),
            clock,
            skew: AtomicI64::new(0),
            registered_only: options.registered_only,
            replay_revokes: options.replay_revokes,
            sparse: options.sparse,
            settings,
            redirect_uris: Mutex::new(redirect_uris),
            store: Mutex::default(),
            consents: Mutex::default(),
            failures: Mutex::default(),
            faults: Mutex::default(),
            renewals: Mutex::default(),
            id_tokens: Mutex::default(),
            events: Mutex::default(),
            log: Mutex::default(),
            refusals: AtomicUsize::default(),
            codes: AtomicUsize::default(),
            waits: AtomicUsize::default(),
            provider,
        })
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        locked(&self.store)
    }

    pub(crate) fn consents(&self) -> MutexGuard<'_, Consents> {
        locked(&self.consents)
    }

    pub(crate) fn failures(&self) -> MutexGuard<'_, Failures> {
        locked(&self.failures)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Armed> {
        locked(&self.faults)
    }

    /// The log of what was decided. Who holds the store may take it; who holds it takes nothing else.
    pub(crate) fn events(&self) -> MutexGuard<'_, Log> {
        locked(&self.events)
    }

    pub(crate) fn renewals(&self) -> Arc<Renewals> {
        Arc::clone(&locked(&self.renewals))
    }

    pub(crate) fn set_renewals(&self, renewals: Renewals) {
        *locked(&self.renewals) = Arc::new(renewals);
    }

    /// What ID tokens are made with. Who holds the store may take it; who holds it takes nothing else.
    pub(crate) fn id_tokens(&self) -> MutexGuard<'_, Minting> {
        locked(&self.id_tokens)
    }

    /// What time it is for the vendor.
    pub(crate) fn now(&self) -> SystemTime {
        self.skewed(self.clock.now())
    }

    /// A moment by the vendor's clock.
    fn skewed(&self, now: SystemTime) -> SystemTime {
        let skew = self.skew.load(Ordering::Relaxed);
        let by = Duration::from_secs(skew.unsigned_abs());
        let moved = if skew < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        moved.unwrap_or(now)
    }

    pub(crate) fn skew(&self, seconds: i64) {
        self.skew.store(seconds, Ordering::Relaxed);
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Vec<Recorded>> {
        locked(&self.log)
    }

    /// The registered redirect URIs; the newest is the last.
    pub(crate) fn redirect_uris(&self) -> MutexGuard<'_, Vec<String>> {
        locked(&self.redirect_uris)
    }

    /// How often the vendor looked for a code of its own before.
    pub(crate) fn turn_of_code(&self) -> usize {
        self.codes.fetch_add(1, Ordering::Relaxed)
    }

    /// How often the vendor refused something before.
    pub(crate) fn turn_of_refusal(&self) -> usize {
        self.refusals.fetch_add(1, Ordering::Relaxed)
    }

    /// How often the vendor asked to wait before.
    pub(crate) fn turn_of_wait(&self) -> usize {
        self.waits.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.routes.iter().map(|route| &route.operation).find(|operation| operation.name() == name)
    }

    /// What a request means.
    pub(crate) fn choose(&self, incoming: &Incoming) -> Choice<'_> {
        let store = self.store();
        let takes = |route: &Route, read: &Decoded| store.takes(&self.provider, &route.operation, read);
        let (now, unmoved) = (self.now(), self.skewed(SystemTime::now()));
        choose(&self.routes, &self.settings, &self.provider, now, unmoved, incoming, &takes)
    }

    /// Answers a request as the vendor, and remembers it.
    pub(crate) fn answer(&self, incoming: &Incoming) -> Reply {
        self.answer_as(incoming, self.choose(incoming), Fate::default())
    }

    /// Answers a request that means this. What a fault does to the answer afterwards is in the log only.
    pub(crate) fn answer_as(&self, incoming: &Incoming, choice: Choice<'_>, fate: Fate) -> Reply {
        let operation = choice.operation().map(str::to_owned);
        let reply = match choice {
            Choice::Found(route, _) if route.fragment.is_some() && incoming.fragment.is_none() => {
                Reply::html(200, page::fragment(&incoming.path))
            }
            Choice::Found(route, mut decoded) => match &route.operation {
                operation @ Operation::Authorize(_) => authorize::begin(self, operation, incoming, &mut decoded),
                operation => perform::perform(self, operation, decoded, fate),
            },
            Choice::OtherMethods(methods) => self.other_methods(&methods),
            Choice::Nowhere => self.nowhere(),
        };
        self.remember(Recorded::new(operation, incoming, reply.status));
        reply
    }

    /// Remembers a request that a fault keeps from being carried out.
    pub(crate) fn leave(&self, incoming: &Incoming, choice: &Choice<'_>, fate: Fate) {
        if let Choice::Found(route, decoded) = choice {
            perform::leave(self, &route.operation, decoded, fate);
        }
        self.remember(Recorded::new(choice.operation().map(str::to_owned), incoming, 0));
    }

    fn remember(&self, record: Recorded) {
        let mut log = self.log();
        if log.len() >= LOGGED {
            log.drain(..LOGGED / 2);
        }
        log.push(record);
    }

    fn other_methods(&self, methods: &[&str]) -> Reply {
        let allowed = methods.join(", ");
        let text = format!("the method must be {}", methods.join(" or "));
        let refusal = Refusal { status: 405, ..Refusal::new("invalid_request", text) };
        refusal.reply(self, None).with("allow", allowed)
    }

    fn nowhere(&self) -> Reply {
        let text = format!("no operation of `{}` has this path", self.provider.name.wire);
        Refusal { status: 404, code: Some("not_found".to_owned()), text, challenge: None, exact: true, limited: false }
            .reply(self, None)
    }
}

/// A lock that a panicking holder does not spoil: nothing here is left half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
