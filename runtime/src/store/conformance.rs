//! What every store must hold to, as checks that a store of your own can be run against:
//!
//! ```
//! # async fn example() {
//! authsmith::store::conformance::check(|| async { authsmith::MemoryStore::new() }).await.unwrap();
//! # }
//! ```
//!
//! The checks use real time, and take about two seconds.

mod laws;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Claim, Claimed, Holder, Record, Store, StoreError};
use laws::steps_in_any_order_agree_with_the_model;

/// What a store got wrong.
#[derive(Debug)]
pub struct Violation {
    check: &'static str,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.what)
    }
}

impl std::error::Error for Violation {}

/// Runs every check on stores that `empty` makes. Each must be empty, or at least without keys that begin with
/// `conformance/`.
///
/// # Errors
///
/// The first thing that the store gets wrong.
pub async fn check<S, F>(mut empty: impl FnMut() -> F) -> Result<(), Violation>
where
    S: Store,
    F: Future<Output = S>,
{
    macro_rules! run {
        ($($check:ident),* $(,)?) => {
            $($check(Arc::new(empty().await)).await.map_err(|what| Violation { check: stringify!($check), what })?;)*
        };
    }
    run!(
        a_record_is_written_only_over_the_version_that_was_read,
        a_record_comes_back_as_it_was_written,
        keys_are_kept_apart,
        of_many_writers_one_wins,
        a_lease_has_one_holder,
        a_lease_that_ran_out_can_be_taken,
        a_write_ends_the_lease,
        only_the_holder_confirms_and_releases,
        what_was_confirmed_stays_unsettled_until_a_write,
        due_records_are_claimed_once_oldest_first,
        many_workers_share_what_is_due,
        a_deleted_record_is_gone,
        a_scan_goes_through_all_in_order,
        what_is_burned_stays_burned_until_its_time,
        steps_in_any_order_agree_with_the_model,
    );
    Ok(())
}

type Outcome = Result<(), String>;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(150);

fn says(held: bool, rule: &str) -> Outcome {
    if held { Ok(()) } else { Err(rule.to_owned()) }
}

fn failed(error: StoreError) -> String {
    match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

fn record(version: u64) -> Record {
    Record::new(version, Some(at(1_700_000_000_123 + version)), format!("body {version}"))
}

fn claim(holder: &str, length: Duration) -> Claim {
    Claim { holder: Holder::new(holder), length }
}

async fn put(store: &impl Store, key: &str, record: &Record) -> Outcome {
    let written = store.compare_and_set(key, None, record).await.map_err(failed)?;
    says(written, "a first record must be written where there is none")
}

async fn granted(store: &impl Store, key: &str, by: &Claim) -> Result<Option<(Holder, Duration)>, String> {
    match store.claim(key, by).await.map_err(failed)? {
        Claimed::Granted { unsettled, .. } => Ok(unsettled.map(|unsettled| (unsettled.holder, unsettled.age))),
        other => Err(format!("the lease is free, and the claim must be granted: {other:?}")),
    }
}

async fn is_held(store: &impl Store, key: &str) -> Result<bool, String> {
    let outcome = store.claim(key, &claim("probe", Duration::ZERO)).await.map_err(failed)?;
    Ok(matches!(outcome, Claimed::Held { .. }))
}

async fn a_record_is_written_only_over_the_version_that_was_read(store: Arc<impl Store>) -> Outcome {
    let key = "conformance/versions";
    says(store.load(key).await.map_err(failed)?.is_none(), "an empty store has no record")?;
    let over_nothing = store.compare_and_set(key, Some(1), &record(2)).await.map_err(failed)?;
    says(!over_nothing, "nothing can be written over a version that isn't there")?;
    put(&*store, key, &record(1)).await?;
    says(!store.compare_and_set(key, None, &record(2)).await.map_err(failed)?, "a record is there already")?;
    says(!store.compare_and_set(key, Some(2), &record(3)).await.map_err(failed)?, "another version is there")?;
    says(store.load(key).await.map_err(failed)? == Some(record(1)), "a refused write must change nothing")?;
    says(store.compare_and_set(key, Some(1), &record(2)).await.map_err(failed)?, "the version is the one expected")?;
    says(store.load(key).await.map_err(failed)? == Some(record(2)), "what was written must be there")
}

async fn a_record_comes_back_as_it_was_written(store: Arc<impl Store>) -> Outcome {
    let versions = [0, 1, i64::MAX as u64];
    let moments = [None, Some(at(0)), Some(at(1)), Some(at(4_102_444_800_999))];
    let bodies = ["", "{}", "äöü 漢字 \u{1F511} ' \" \\ % _ \u{0} \r\n", &"x".repeat(300_000)];
    for (n, version) in versions.into_iter().enumerate() {
        for (m, due) in moments.into_iter().enumerate() {
            for (b, body) in bodies.into_iter().enumerate() {
                let (key, record) = (format!("conformance/same/{n}{m}{b}"), Record::new(version, due, body));
                put(&*store, &key, &record).await?;
                let loaded = store.load(&key).await.map_err(failed)?;
                says(loaded.as_ref() == Some(&record), "version, moment and body must come back unchanged")?;
            }
        }
    }
    Ok(())
}

async fn keys_are_kept_apart(store: Arc<impl Store>) -> Outcome {
    let keys =
        ["a", "A", "a ", "a%", "a_", "ab", "a'b", "a\"b", "a\\b", "a/b", "ä", "a\u{308}", "漢", "a\n", "*", "a?"];
    for (n, key) in keys.into_iter().enumerate() {
        put(&*store, &format!("conformance/keys/{key}"), &record(n as u64 + 1)).await?;
    }
    for (n, key) in keys.into_iter().enumerate() {
        let loaded = store.load(&format!("conformance/keys/{key}")).await.map_err(failed)?;
        says(loaded == Some(record(n as u64 + 1)), "keys that differ in a sign are different keys")?;
    }
    let some = store.scan("conformance/keys/a%", None, 100).await.map_err(failed)?;
    says(some.len() == 1, "a prefix is plain text, without wildcards")?;
    let all = store.scan("conformance/keys/", None, 100).await.map_err(failed)?;
    let seen: Vec<&str> = all.iter().filter_map(|(key, _)| key.strip_prefix("conformance/keys/")).collect();
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    says(seen == sorted, &format!("keys are compared byte by byte, in every language: {seen:?}"))
}

async fn of_many_writers_one_wins(store: Arc<impl Store>) -> Outcome {
    let key = "conformance/race";
    put(&*store, key, &record(1)).await?;
    let writers: Vec<_> = (0..32)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.compare_and_set(key, Some(1), &record(100 + n)).await })
        })
        .collect();
    let mut winners = 0;
    for writer in writers {
        let written = writer.await.map_err(|error| error.to_string())?.map_err(failed)?;
        winners += usize::from(written);
    }
    says(winners == 1, &format!("of 32 writers over one version one must win, and {winners} did"))
}

async fn a_lease_has_one_holder(store: Arc<impl Store>) -> Outcome {
    let key = "conformance/lease";
    let gone = store.claim(key, &claim("a", LONG)).await.map_err(failed)?;
    says(gone == Claimed::Gone, "there is nothing to lease without a record")?;
    put(&*store, key, &record(1)).await?;
    let first = store.claim(key, &claim("a", LONG)).await.map_err(failed)?;
    says(first == Claimed::Granted { record: record(1), unsettled: None }, "the first claim must be granted")?;
    for holder in ["b", "a"] {
        match store.claim(key, &claim(holder, LONG)).await.map_err(failed)? {
            Claimed::Held { record: seen, remaining } => {
                says(seen == record(1), "who is turned away must see the record")?;
                says(remaining <= LONG && remaining > LONG / 2, "and how long the lease lasts yet")?;
            }
            other => return Err(format!("a lease has one holder, and isn't taken twice: {other:?}")),
        }
    }
    says(store.load(key).await.map_err(failed)? == Some(record(1)), "a lease changes no version")
}

async fn a_lease_that_ran_out_can_be_taken(store: Arc<impl Store>) -> Outcome {
    let key = "conformance/expiry";
    put(&*store, key, &record(1)).await?;
    granted(&*store, key, &claim("a", SHORT)).await?;
    says(is_held(&*store, key).await?, "the lease lasts as long as it was asked for")?;
    tokio::time::sleep(SHORT * 2).await;
    let unsettled = granted(&*store, key, &claim("b", LONG)).await?;
    says(unsettled.is_none(), "a holder that confirmed nothing leaves nothing unsettled")?;
    let late = store.confirm(key, &Holder::new("a"), LONG).await.map_err(failed)?;
    says(!late, "who was overtaken must learn of it before it sends")
}

async fn a_write_ends_the_lease(store: Arc<impl Store>) -> Outcome {
    let key = "conformance/write";
    put(&*store, key, &record(1)).await?;
    granted(&*store, key, &claim("a", LONG)).await?;
    let refused = store.compare_and_set(key, Some(7), &record(8)).await.map_err(failed)?;
    says(!refused && is_held(&*store, key).await?, "a refused write ends no lease")?;
    // Not the holder of the lease: whoever has a newer record must be able to write it.
    says(store.compare_and_set(key, Some(1), &record(2)).await.map_err(failed)?, "a lease keeps nobody from writing")?;
    let confirmed = store.confirm(key, &Holder::new("a"), LONG).await.map_err(failed)?;
    says(!confirmed, "after a write by others the holder must not send")?;
    granted(&*store, key, &claim("b", LONG)).await.map(drop)
}

async fn only_the_holder_confirms_and_releases(store: Arc<impl Store>) -> Outcome {
    let (key, a, b) = ("conformance/holder", Holder::new("a"), Holder::new("b"));
    put(&*store, key, &record(1)).await?;
    says(!store.confirm(key, &a, LONG).await.map_err(failed)?, "there is no lease to confirm")?;
    granted(&*store, key, &claim("a", SHORT)).await?;
    says(!store.confirm(key, &b, LONG).await.map_err(failed)?, "another's lease can't be confirmed")?;
    store.release(key, &b).await.map_err(failed)?;
    says(store.confirm(key, &a, LONG).await.map_err(failed)?, "another's lease can't be given back")?;
    tokio::time::sleep(SHORT * 2).await;
    says(is_held(&*store, key).await?, "confirming makes the lease last from then on")?;
    store.release(key, &a).await.map_err(failed)?;
    let unsettled = granted(&*store, key, &claim("b", LONG)).await?;
    says(unsettled.is_none(), "who gives its lease back has settled what it confirmed")
}

async fn what_was_confirmed_stays_unsettled_until_a_write(store: Arc<impl Store>) -> Outcome {
    let (key, a, b) = ("conformance/unsettled", Holder::new("a"), Holder::new("b"));
    put(&*store, key, &record(1)).await?;
    granted(&*store, key, &claim("a", SHORT)).await?;
    says(store.confirm(key, &a, SHORT).await.map_err(failed)?, "the holder confirms")?;
    tokio::time::sleep(SHORT * 2).await;
    let rule = "a confirmed lease that ran out leaves a request unsettled, with its age";
    let (holder, age) = granted(&*store, key, &claim("b", LONG)).await?.ok_or(rule)?;
    says(holder == a && age >= SHORT && age < LONG, rule)?;
    store.release(key, &b).await.map_err(failed)?;
    let rule = "what others have left unsettled outlives the leases of those who send nothing";
    let (holder, _) = granted(&*store, key, &claim("c", SHORT)).await?.ok_or(rule)?;
    says(holder == a, rule)?;
    says(store.confirm(key, &Holder::new("c"), SHORT).await.map_err(failed)?, "the third confirms")?;
    tokio::time::sleep(SHORT * 2).await;
    let (holder, _) = granted(&*store, key, &claim("d", LONG)).await?.ok_or(rule)?;
    says(holder == a, "of several unsettled requests the first is told")?;
    says(store.compare_and_set(key, Some(1), &record(2)).await.map_err(failed)?, "a write")?;
    says(granted(&*store, key, &claim("e", LONG)).await?.is_none(), "a write settles what was unsettled")
}

async fn due_records_are_claimed_once_oldest_first(store: Arc<impl Store>) -> Outcome {
    for (key, due) in [("c", Some(30)), ("a", Some(10)), ("n", None), ("d", Some(40)), ("b", Some(20)), ("z", Some(99))]
    {
        put(&*store, &format!("conformance/due/{key}"), &Record::new(1, due.map(at), key)).await?;
    }
    put(&*store, "conformance/other/a", &Record::new(1, Some(at(1)), "a")).await?;
    granted(&*store, "conformance/due/b", &claim("b", LONG)).await?;
    let mut seen = Vec::new();
    for (limit, holder) in [(2, "first"), (9, "second"), (9, "third")] {
        let claims = store.claim_due("conformance/due/", at(40), limit, &claim(holder, LONG)).await.map_err(failed)?;
        for (key, claimed) in claims {
            says(matches!(claimed, Claimed::Granted { .. }), "whatever is given is leased")?;
            says(store.confirm(&key, &Holder::new(holder), LONG).await.map_err(failed)?, "by whoever asked for it")?;
            seen.push(key.rsplit('/').next().unwrap_or_default().to_owned());
        }
        seen.push("-".to_owned());
    }
    let rule = "what is due up to the moment is given once, oldest first, but for what others hold";
    says(seen.join("") == "ac-d--", &format!("{rule}: {}", seen.join("")))
}

async fn many_workers_share_what_is_due(store: Arc<impl Store>) -> Outcome {
    for n in 0..60 {
        put(&*store, &format!("conformance/many/{n}"), &Record::new(1, Some(at(n)), "")).await?;
    }
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let (mut mine, by) = (Vec::new(), claim(&format!("worker {worker}"), LONG));
                loop {
                    let some = store.claim_due("conformance/many/", at(1000), 7, &by).await.map_err(failed)?;
                    if some.is_empty() {
                        return Ok::<_, String>(mine);
                    }
                    mine.extend(some.into_iter().map(|(key, _)| key));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.map_err(|error| error.to_string())??);
    }
    let given = all.len();
    all.sort();
    all.dedup();
    says(
        given == 60 && all.len() == 60,
        "workers that claim at once must get everything between them, and nothing twice",
    )
}

async fn a_deleted_record_is_gone(store: Arc<impl Store>) -> Outcome {
    let key = "conformance/delete";
    store.delete(key).await.map_err(failed)?;
    put(&*store, key, &record(1)).await?;
    granted(&*store, key, &claim("a", LONG)).await?;
    store.delete(key).await.map_err(failed)?;
    says(store.load(key).await.map_err(failed)?.is_none(), "a deleted record is gone")?;
    says(
        !store.compare_and_set(key, Some(1), &record(2)).await.map_err(failed)?,
        "a late write must not bring it back",
    )?;
    says(!store.confirm(key, &Holder::new("a"), LONG).await.map_err(failed)?, "its lease is gone with it")?;
    let due = store.claim_due(key, at(u64::from(u32::MAX) * 1000), 9, &claim("b", LONG)).await.map_err(failed)?;
    says(due.is_empty(), "and it is never due again")?;
    put(&*store, key, &record(5)).await?;
    granted(&*store, key, &claim("b", LONG)).await.map(drop)
}

async fn a_scan_goes_through_all_in_order(store: Arc<impl Store>) -> Outcome {
    for key in ["b", "a", "d", "c", "e"] {
        put(&*store, &format!("conformance/scan/{key}"), &Record::new(1, None, key)).await?;
    }
    put(&*store, "conformance/scan", &record(1)).await?;
    put(&*store, "conformance/scanned", &record(1)).await?;
    let (mut seen, mut after) = (String::new(), None::<String>);
    loop {
        let page = store.scan("conformance/scan/", after.as_deref(), 2).await.map_err(failed)?;
        says(page.len() <= 2, "a page is no longer than asked for")?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        seen.extend(page.iter().map(|(_, record)| record.body().expose()));
    }
    says(seen == "abcde", &format!("pages go through all keys of the prefix in order: {seen}"))
}

async fn what_is_burned_stays_burned_until_its_time(store: Arc<impl Store>) -> Outcome {
    let burn = |hash: &'static str, now, until| {
        let store = Arc::clone(&store);
        async move { store.burn(hash, at(now), at(until)).await.map_err(failed) }
    };
    says(burn("conformance-a", 100, 700).await?, "what comes for the first time is taken")?;
    says(!burn("conformance-a", 699, 1300).await?, "what comes for the second time is turned away")?;
    says(burn("conformance-b", 2000, 2600).await?, "another is another")?;
    let racers: Vec<_> = (0..16).map(|_| tokio::spawn(burn("conformance-c", 100, 700))).collect();
    let mut taken = 0;
    for racer in racers {
        taken += usize::from(racer.await.map_err(|error| error.to_string())??);
    }
    says(taken == 1, "of many that bring the same at once one is taken")
}
