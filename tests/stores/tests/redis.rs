//! Redis, for many machines.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authsmith::store::conformance;
use authsmith::{RedisStore, Store};
use authsmith_store_tests::{Redis, Server};
use libtest_mimic::{Failed, Trial};

use crate::alternating::Alternating;
use crate::common::{CANARY, leave, record, shared, told, trial, trial_on, what_was_left_is_there, without};

pub fn trials() -> Vec<Trial> {
    let Some(redis) = Redis::find() else { return without("Redis", "redis") };
    let server = shared({
        let redis = redis.clone();
        move || redis.start()
    });
    vec![
        trial_on("redis::holds_to_what_stores_must", &server, holds_to_what_stores_must),
        trial_on("redis::two_processes_are_one_store", &server, two_processes_are_one_store),
        trial_on("redis::what_was_answered_outlives_the_process", &server, what_was_answered_outlives_the_process),
        trial_on("redis::a_failure_is_told_without_secrets", &server, a_failure_is_told_without_secrets),
        trial("redis::a_server_that_may_lose_what_it_answered_is_refused", move || forgetful(redis)),
    ]
}

fn new_namespace() -> String {
    static NAMES: AtomicUsize = AtomicUsize::new(0);
    format!("store {}", NAMES.fetch_add(1, Ordering::Relaxed))
}

async fn holds_to_what_stores_must(server: Arc<Server>) -> Result<(), Failed> {
    let new = || async { RedisStore::builder(server.url()).namespace(new_namespace()).connect().await.unwrap() };
    Ok(conformance::check(new).await?)
}

async fn two_processes_are_one_store(server: Arc<Server>) -> Result<(), Failed> {
    let new = || async {
        let namespace = new_namespace();
        let connect = || async { RedisStore::builder(server.url()).namespace(&namespace).connect().await.unwrap() };
        Alternating::new(connect().await, connect().await)
    };
    Ok(conformance::check(new).await?)
}

async fn what_was_answered_outlives_the_process(server: Arc<Server>) -> Result<(), Failed> {
    leave(&RedisStore::connect(server.url()).await?).await;
    what_was_left_is_there(&RedisStore::connect(server.url()).await?).await;
    Ok(())
}

async fn a_failure_is_told_without_secrets(server: Arc<Server>) -> Result<(), Failed> {
    let namespace = new_namespace();
    let store = RedisStore::builder(server.url()).namespace(&namespace).connect().await?;
    let mut client = redis::Client::open(server.url())?.get_connection()?;
    redis::cmd("SET").arg(format!("{{{namespace}}}:record:a")).arg("no hash").exec(&mut client)?;
    let refused = store.compare_and_set("a", None, &record(1)).await.unwrap_err();
    assert!(told(&refused).starts_with("the store couldn't write a record: "), "{}", told(&refused));
    let no_url = RedisStore::connect(&format!("redis://:{CANARY}@[/x")).await.unwrap_err();
    let no_server = RedisStore::connect(&format!("redis://:{CANARY}@127.0.0.1:1/0")).await.unwrap_err();
    let builder = RedisStore::builder(&format!("redis://:{CANARY}@127.0.0.1:1/0"));
    for error in [refused, no_url, no_server] {
        let all = format!("{} {error:?} {store:?} {builder:?}", told(&error));
        assert!(!all.contains(CANARY), "{all}");
    }
    Ok(())
}

async fn forgetful(installed: Redis) -> Result<(), Failed> {
    let always = ["--appendonly", "yes", "--appendfsync", "always"];
    for (arguments, what) in [
        (vec![], "`appendonly no`"),
        (vec!["--appendonly", "yes"], "`appendfsync everysec`"),
        ([&always[..], &["--maxmemory-policy", "allkeys-lru"]].concat(), "`maxmemory-policy allkeys-lru`"),
        ([&always[..], &["--rename-command", "CONFIG", ""]].concat(), "doesn't say its `appendonly`"),
    ] {
        let server = installed.start_with(&arguments)?;
        let error = RedisStore::connect(server.url()).await.unwrap_err();
        assert!(told(&error).contains(what), "{}", told(&error));
        let store = RedisStore::builder(server.url()).accept_volatile().connect().await?;
        assert!(store.compare_and_set("a", None, &record(1)).await?);
    }
    let server = installed.start()?;
    let mut client = redis::Client::open(server.url())?.get_connection()?;
    redis::cmd("REPLICAOF").arg("127.0.0.1").arg("1").exec(&mut client)?;
    let error = RedisStore::builder(server.url()).accept_volatile().connect().await.unwrap_err();
    assert!(told(&error).contains("is a replica"), "{}", told(&error));
    Ok(())
}
