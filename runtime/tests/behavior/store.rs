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
async fn a_record_shows_no_secret_unasked() {
    let (_, record) = kept().await;
    assert!(record.body().expose().contains(CANARY) && record.body().expose().contains(r#""format":1"#));
    acme::assert_no_canary(&format!("{record:?}"));
}

#[tokio::test]
async fn scenario_33_a_record_that_cant_be_read_is_left_alone() {
    let (_, record) = kept().await;
    let text = record.body().expose();
    for (body, message) in
        [(text.replace(r#""format":1"#, r#""format":3"#), "newer"), (text[..40].to_owned(), "can't be read")]
    {
        let store = std::sync::Arc::new(MemoryStore::new());
        let broken = Record::new(record.version(), record.due(), body);
        store.compare_and_set("acme/access/user-42", None, &broken).await.unwrap();
        let (vendor, clock) = (Vendor::new(|_, n| tokens(n)), acme::HandClock::new());
        let client = acme::config(&vendor).store(std::sync::Arc::clone(&store)).clock(clock.clone()).build().unwrap();
        let error = client.resume::<acme::Access>("user-42").await.unwrap_err();
        let told = format!("{error:?}: {}", std::error::Error::source(&error).unwrap());
        assert!(told.contains(message), "{told}");
        acme::assert_no_canary(&told);
        // Not even tokens of a new login are written over what a newer program has written.
        client.keep("user-42", acme::access(&clock)).await.unwrap_err();
        assert_eq!(store.load("acme/access/user-42").await.unwrap().unwrap(), broken);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_holds_to_what_stores_must() {
    authsmith::store::conformance::check(|| async { MemoryStore::new() }).await.unwrap();
}
