//! A lost answer, and a vendor who takes a refresh token that is shown twice for a stolen one.

use std::sync::Arc;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{Connection, MemoryStore, Tokens, TransportErrorKind};

use crate::acme::{self, CANARY, HandClock, Reply, Vendor, operations, tokens};

#[derive(Debug)]
enum Strict {}

impl rt::TokenKind for Strict {
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
async fn a_lost_answer_is_not_asked_for_again_while_the_token_serves() {
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
