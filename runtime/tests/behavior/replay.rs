//! A lost answer, and a vendor who takes a refresh token that is shown twice for a stolen one.

use std::sync::Arc;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{Claim, Connection, Holder, MemoryStore, Store, Tokens, TransportErrorKind};

use crate::acme::{self, CANARY, HandClock, Reply, Vendor, json, operations, tokens};

#[derive(Debug)]
enum Strict {}

impl rt::TokenKind for Strict {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ACCESS.replay(rt::data::Replay::Fatal);
}

async fn token(connection: &Connection<Strict>) -> String {
    connection.token().await.unwrap().expose().to_owned()
}

async fn until(vendor: &Vendor, requests: usize) {
    while vendor.count("/token") < requests {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Long enough for what has begun to end, and for what must not begin to show.
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn scenario_06_a_lost_answer_is_not_asked_for_again_while_the_token_serves() {
    let vendor = Vendor::new(|_, n| match n {
        1 => Reply::Fail(TransportErrorKind::Timeout),
        n => tokens(n + 1),
    });
    let clock = HandClock::new();
    let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
    let client = |store| acme::config(&vendor).clock(Arc::clone(&clock)).store(store).build().unwrap();
    let first = client(Arc::clone(&store));
    let given = Tokens::<Strict>::new("t").with_refresh_token("r");
    let connection = first.keep("u", given).await.unwrap();
    connection.renew().await.unwrap();

    clock.advance(3400);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    until(&vendor, 2).await;
    // Neither here, when the rest after the failure is over, nor in a process that knows only what the store says.
    clock.advance(70);
    let other: Connection<Strict> = client(store).resume("u").await.unwrap();
    for connection in [&connection, &other] {
        assert_eq!(token(connection).await, format!("access-1-{CANARY}"));
    }
    until(&vendor, 2).await;
    assert_eq!(vendor.count("/token"), 2);

    // In its last minute there is nothing to lose by asking.
    clock.advance(70);
    assert_eq!(token(&other).await, format!("access-3-{CANARY}"));
    assert_eq!(vendor.count("/token"), 3);
}

/// A process that was killed after it had said that it sends, as the store tells of it.
async fn cut_off(store: &MemoryStore, clock: &HandClock) {
    let holder = Holder::new("of a process that was killed");
    let claim = Claim { holder: holder.clone(), length: Duration::from_secs(60) };
    store.claim("acme/access/u", &claim).await.unwrap();
    assert!(store.confirm("acme/access/u", &holder, claim.length).await.unwrap());
    clock.advance(90);
}

#[tokio::test]
async fn who_meets_a_grant_that_a_killed_process_has_lost_is_told_so() {
    let vendor = Vendor::new(|_, _| json(400, r#"{"error":"invalid_grant"}"#));
    let clock = HandClock::new();
    let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
    let client = || acme::config(&vendor).clock(Arc::clone(&clock)).store(Arc::clone(&store)).build().unwrap();
    let given = Tokens::<Strict>::new("t").with_refresh_token(format!("r-{CANARY}"));
    let connection = client().keep("u", given).await.unwrap();
    cut_off(&store, &clock).await;
    let error = connection.renew().await.unwrap_err();
    assert!(error.needs_consent() && error.code() == Some("invalid_grant"), "{error:?}");
    let age = error.answer_lost().unwrap();
    assert!((Duration::from_secs(90)..Duration::from_secs(95)).contains(&age), "{age:?}");
    assert!(error.to_string().contains("was never received or kept: it was sent 90."), "{error}");
    // Who comes later learns the same, from the store.
    let later: Connection<Strict> = client().resume("u").await.unwrap();
    let error = later.renew().await.unwrap_err();
    assert!(error.needs_consent() && error.answer_lost().is_some_and(|same| same.as_secs() == 90), "{error:?}");
    assert_eq!(vendor.count("/token"), 1);
    acme::assert_no_canary(&format!("{error} {error:?}"));
}

#[tokio::test]
async fn an_answer_that_the_same_process_lost_is_told_too_and_none_is_made_up() {
    for (lost, told) in [(true, true), (false, false)] {
        let vendor = Vendor::new(move |_, n| match n {
            0 if lost => Reply::Fail(TransportErrorKind::Interrupted),
            _ => json(400, r#"{"error":"invalid_grant"}"#),
        });
        let client = acme::config(&vendor).build().unwrap();
        let given = Tokens::<Strict>::new("t").with_refresh_token("r");
        let error = client.keep("u", given).await.unwrap().renew().await.unwrap_err();
        assert!(error.needs_consent(), "{error:?}");
        assert_eq!(error.answer_lost().is_some(), told, "{error}");
    }
}
