use std::time::{Duration, UNIX_EPOCH};

use authsmith::{MemoryStore, Record, Store};

use crate::acme::{self, CANARY, Vendor, tokens};

async fn kept() -> (std::sync::Arc<MemoryStore>, Record) {
    let (vendor, clock) = (Vendor::new(|_, n| tokens(n)), acme::HandClock::new());
    let store = std::sync::Arc::new(MemoryStore::new());
    let client = acme::config(&vendor).store(std::sync::Arc::clone(&store)).clock(clock.clone()).build().unwrap();
    client.keep("user-42", acme::access(&clock)).await.unwrap();
    let record = store.load("acme/access/user-42").await.unwrap().unwrap();
    (store, record)
}

#[tokio::test]
async fn a_record_survives_as_text() {
    let (_, record) = kept().await;
    let text = record.expose();
    assert!(text.expose().contains(CANARY) && text.expose().contains(r#""format":1"#));
    let read = Record::parse(text.expose()).unwrap();
    assert_eq!((read.version(), read.expose()), (record.version(), text));
    acme::assert_no_canary(&format!("{read:?}"));
}

#[tokio::test]
async fn a_record_of_a_newer_program_is_left_alone() {
    let (_, record) = kept().await;
    let newer = record.expose().expose().replace(r#""format":1"#, r#""format":3"#);
    assert!(Record::parse(&newer).unwrap_err().to_string().contains("newer"));
    let text = record.expose();
    let torn = &text.expose()[..40];
    acme::assert_no_canary(&format!("{:?}", Record::parse(torn).unwrap_err()));
}

#[tokio::test]
async fn a_record_is_written_only_over_the_version_that_was_read() {
    let (store, record) = kept().await;
    let key = "acme/access/user-42";
    assert!(!store.compare_and_set(key, None, &record).await.unwrap());
    assert!(!store.compare_and_set(key, Some(record.version() + 1), &record).await.unwrap());
    assert!(store.compare_and_set(key, Some(record.version()), &record).await.unwrap());
    store.delete(key).await.unwrap();
    assert!(!store.compare_and_set(key, Some(record.version()), &record).await.unwrap());
}

#[tokio::test]
async fn what_is_burned_stays_burned_until_its_time() {
    let store = MemoryStore::new();
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    assert!(store.burn("a", at(100), at(700)).await.unwrap());
    assert!(!store.burn("a", at(699), at(1300)).await.unwrap());
    assert!(store.burn("b", at(2000), at(2600)).await.unwrap());
    assert!(store.burn("a", at(2000), at(2600)).await.unwrap());
}
