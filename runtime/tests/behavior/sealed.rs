//! Records that only who has the key can read.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use authsmith::store::{Resealed, reseal, sealed_with};
use authsmith::{Claim, Claimed, Client, Holder, Keys, MemoryStore, Record, Store, StoreError};

use crate::acme::{self, CANARY, Vendor, tokens};

const NAME: &str = "acme/access/user-42";

fn first() -> Keys {
    Keys::new("first", [1; 32])
}

fn second() -> Keys {
    Keys::new("second", [2; 32])
}

/// A client on `store`, and the vendor's clock.
fn client(store: &Arc<MemoryStore>, keys: Option<Keys>) -> (Client, Arc<acme::HandClock>) {
    let (vendor, clock) = (Vendor::new(|_, n| tokens(n)), acme::HandClock::new());
    let config = acme::config(&vendor).store(Arc::clone(store)).clock(clock.clone());
    let config = match keys {
        Some(keys) => config.keys(keys),
        None => config,
    };
    (config.build().unwrap(), clock)
}

async fn kept(keys: Option<Keys>) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::new());
    let (client, clock) = client(&store, keys);
    client.keep("user-42", acme::access(&clock)).await.unwrap();
    store
}

async fn record(store: &MemoryStore) -> Record {
    store.load(NAME).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_store_sees_no_token() {
    let store = kept(Some(first())).await;
    let kept = record(&store).await;
    acme::assert_no_canary(kept.body().expose());
    assert_eq!(sealed_with(&kept), Some("first"));
    assert!(kept.due().is_some(), "a keeper must find what is due");
    let (client, clock) = client(&store, Some(first()));
    let connection = client.resume::<acme::Access>("user-42").await.unwrap();
    assert!(connection.token().await.unwrap().expose().contains(CANARY));
    clock.advance(100_000);
    connection.token().await.unwrap();
    let renewed = record(&store).await;
    assert_ne!(renewed.version(), kept.version());
    acme::assert_no_canary(renewed.body().expose());
    assert_eq!(sealed_with(&renewed), Some("first"));
}

#[tokio::test]
async fn scenario_31_without_the_right_key_a_record_is_refused_and_left_alone() {
    let sealed = kept(Some(first())).await;
    let plain = kept(None).await;
    for (store, keys, what) in [
        (&sealed, None, "sealed with the key `first`, and the client has no keys"),
        (&sealed, Some(second()), "sealed with the key `first`, which isn't given"),
        (&sealed, Some(second().also("first", [3; 32])), "doesn't open with the key `first`"),
        (&sealed, Some(Keys::new("first", [3; 32]).also_plain()), "doesn't open with the key `first`"),
        (&plain, Some(first()), "isn't sealed"),
    ] {
        let before = record(store).await;
        let (client, clock) = client(store, keys);
        let unread = client.resume::<acme::Access>("user-42").await.unwrap_err();
        let unwritten = client.keep("user-42", acme::access(&clock)).await.unwrap_err();
        for told in [unread.source().unwrap().to_string(), unwritten.source().unwrap().to_string()] {
            assert!(told.contains(what), "{told}");
            acme::assert_no_canary(&told);
        }
        acme::assert_no_canary(&format!("{unread:?} {unwritten:?}"));
        assert_eq!(record(store).await, before);
    }
    let (client, _) = client(&plain, Some(first().also_plain()));
    client.resume::<acme::Access>("user-42").await.unwrap();
}

#[tokio::test]
async fn a_sealed_record_opens_only_where_it_was_put() {
    let record = Record::new(7, None, "{}");
    let sealed = first().seal(NAME, &record).unwrap();
    assert_eq!(first().open(NAME, &sealed).unwrap(), record);
    assert!(first().open("acme/access/user-43", &sealed).is_err(), "another's name");
    let older = Record::new(6, None, sealed.body().clone());
    assert!(first().open(NAME, &older).is_err(), "another version");
    let text = sealed.body().expose();
    let renamed = text.replace("first", "second");
    let renamed = Record::new(7, None, renamed);
    assert!(Keys::new("second", [1; 32]).open(NAME, &renamed).is_err(), "another key's id");
    for n in 0..text.len() {
        let mut bytes = text.as_bytes().to_vec();
        bytes[n] = if bytes[n] == b'A' { b'B' } else { b'A' };
        let changed = Record::new(7, None, String::from_utf8(bytes).unwrap());
        assert!(first().open(NAME, &changed).is_err(), "{n}");
        let cut = Record::new(7, None, &text[..n]);
        assert!(first().open(NAME, &cut).is_err(), "{n}");
    }
    let again = first().seal(NAME, &record).unwrap();
    assert_ne!(again.body(), sealed.body(), "no nonce is used twice");
}

/// Made with another implementation of XChaCha20-Poly1305 from what `docs/stores.md` says.
#[test]
fn the_form_of_what_is_sealed_stays() {
    let text = "authsmith-sealed:1:2026:a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYX0zXf4IJoeZ8HBCVlm4pdVUI60ryRFnQkVpO85Xc";
    let opened = Keys::new("2026:a", [7; 32]).open(NAME, &Record::new(7, None, text)).unwrap();
    assert_eq!(opened.body().expose(), r#"{"text":"ä"}"#);
}

#[test]
fn keys_are_not_shown() {
    let text = format!("{:?}", first().also("second", [2; 32]));
    assert_eq!(text, r#"Keys { ids: ["first", "second"], takes_plain: false, .. }"#);
}

fn told(error: &StoreError) -> String {
    error.to_string()
}

#[tokio::test]
async fn all_records_go_over_to_another_key() {
    let store = MemoryStore::new();
    for n in 0..250 {
        let (name, record) = (format!("acme/access/{n:03}"), Record::new(5, None, format!("{n}")));
        let keys = if n % 2 == 0 { first() } else { second() };
        let kept = if n == 7 { record } else { keys.seal(&name, &record).unwrap() };
        assert!(store.compare_and_set(&name, None, &kept).await.unwrap());
    }
    let short = Claim { holder: Holder::new("a"), length: Duration::from_millis(1) };
    let long = Claim { holder: Holder::new("b"), length: Duration::from_secs(60) };
    // One is being renewed, and of one nobody knows whether it was.
    store.claim("acme/access/000", &long).await.unwrap();
    store.claim("acme/access/002", &short).await.unwrap();
    assert!(store.confirm("acme/access/002", &short.holder, short.length).await.unwrap());
    tokio::time::sleep(Duration::from_millis(10)).await;

    let strict = second().also("first", [1; 32]);
    let refused = reseal(&store, &strict, "acme/").await.unwrap_err();
    assert!(told(&refused).contains("isn't sealed"), "{refused}");
    assert_eq!(store.load("acme/access/007").await.unwrap().unwrap().body().expose(), "7");
    let both = strict.also_plain();
    assert_eq!(reseal(&store, &both, "other/").await.unwrap(), Resealed::default());
    let done = reseal(&store, &both, "acme/").await.unwrap();
    // Two were written before the one that was refused, and two are in use.
    assert_eq!(done, Resealed { written: 125 + 1 - 4, left: 2 });
    for (name, kept) in store.scan("", None, 1000).await.unwrap() {
        let is_left = name.ends_with("/000") || name.ends_with("/002");
        assert_eq!(sealed_with(&kept), Some(if is_left { "first" } else { "second" }), "{name}");
        let opened = both.open(&name, &kept).unwrap();
        assert_eq!(format!("{:03}", opened.body().expose().parse::<u32>().unwrap()), name[name.len() - 3..]);
    }
    let Claimed::Granted { unsettled: Some(_), .. } = store.claim("acme/access/002", &long).await.unwrap() else {
        panic!("what was unsettled stays so")
    };
    assert!(store.confirm("acme/access/000", &long.holder, long.length).await.unwrap(), "its lease is left alone");
    let claimed = store.claim("acme/access/004", &long).await.unwrap();
    assert!(matches!(claimed, Claimed::Granted { unsettled: None, .. }), "no lease stays behind");
    let claimed = store.claim("acme/access/007", &long).await.unwrap();
    assert!(matches!(claimed, Claimed::Granted { .. }));
}
