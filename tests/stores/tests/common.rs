//! What the tests of all stores share.

use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authsmith::{Claim, Claimed, Holder, Record, Store, StoreError};
use authsmith_store_tests::{REQUIRE, Server, are_required};
use libtest_mimic::{Failed, Trial};

pub const LONG: Duration = Duration::from_secs(60);

/// The marker that no message may have.
pub const CANARY: &str = "c4n4ry";

/// A test that is a future.
pub fn trial<F>(name: &str, test: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: Future<Output = Result<(), Failed>>,
{
    Trial::test(name, move || {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test())
    })
}

/// A server that is started for the first test that needs it, and stopped after the last.
pub struct Shared {
    start: Box<dyn Fn() -> Result<Server, String> + Send + Sync>,
    running: Mutex<Option<Arc<Server>>>,
}

pub fn shared(start: impl Fn() -> Result<Server, String> + Send + Sync + 'static) -> Arc<Shared> {
    Arc::new(Shared { start: Box::new(start), running: Mutex::default() })
}

impl Shared {
    fn get(&self) -> Result<Arc<Server>, Failed> {
        let mut running = self.running.lock().unwrap();
        if let Some(server) = &*running {
            return Ok(Arc::clone(server));
        }
        let server = Arc::new((self.start)()?);
        Ok(Arc::clone(running.insert(server)))
    }
}

/// A test that needs a server.
pub fn trial_on<F>(name: &str, shared: &Arc<Shared>, test: impl FnOnce(Arc<Server>) -> F + Send + 'static) -> Trial
where
    F: Future<Output = Result<(), Failed>>,
{
    let shared = Arc::clone(shared);
    trial(name, move || async move { test(shared.get()?).await })
}

/// Stands for the tests of a server that the machine doesn't have: left out, or a failure.
pub fn without(server: &str, name: &str) -> Vec<Trial> {
    let why = format!("{server} isn't installed");
    let fail = format!("{why}; without {REQUIRE} these tests are left out");
    vec![Trial::test(format!("{name} ({why})"), || Err(fail.into())).with_ignored_flag(!are_required())]
}

pub fn record(version: u64) -> Record {
    Record::new(version, Some(at(1_700_000_000_000 + version)), format!("{CANARY} {version}"))
}

pub fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

pub fn claim(holder: &str, length: Duration) -> Claim {
    Claim { holder: Holder::new(holder), length }
}

/// An error with its causes.
pub fn told(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Leaves a record, a lease that was confirmed, and a burned state, for [`what_was_left_is_there`].
pub async fn leave(store: &impl Store) {
    assert!(store.compare_and_set("left", None, &record(1)).await.unwrap());
    let claimed = store.claim("left", &claim("a", LONG)).await.unwrap();
    assert!(matches!(claimed, Claimed::Granted { unsettled: None, .. }));
    assert!(store.confirm("left", &Holder::new("a"), Duration::from_secs(4)).await.unwrap());
    assert!(store.burn("hash", SystemTime::now(), SystemTime::now() + LONG).await.unwrap());
}

pub async fn what_was_left_is_there(store: &impl Store) {
    assert_eq!(store.load("left").await.unwrap(), Some(record(1)));
    assert!(!store.burn("hash", SystemTime::now(), SystemTime::now() + LONG).await.unwrap());
    let held = store.claim("left", &claim("b", LONG)).await.unwrap();
    let Claimed::Held { record: seen, remaining } = held else { panic!("the lease lasts: {held:?}") };
    assert!(seen == record(1) && remaining <= Duration::from_secs(4));
    tokio::time::sleep(remaining + Duration::from_millis(20)).await;
    let free = store.claim("left", &claim("b", LONG)).await.unwrap();
    let Claimed::Granted { unsettled: Some(unsettled), .. } = free else {
        panic!("its request is unsettled: {free:?}")
    };
    assert_eq!(unsettled.holder, Holder::new("a"));
    assert!(unsettled.age >= Duration::from_secs(4));
}
