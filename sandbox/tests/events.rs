//! The log by which clients are judged, and grants made up by the thousand.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use authsmith_sandbox::{Decision, Fault, Fingerprint, Misdeed, Renewals, Replay, Sandbox};
use common::raw::{PLAIN, call, raw, refresh, refreshed};
use common::{JSON, send, start_spec};
use serde_json::{Value, json};

async fn start() -> (Sandbox, String) {
    let sandbox = start_spec(PLAIN).await;
    let origin = sandbox.origin("acme").unwrap().to_owned();
    (sandbox, origin)
}

#[tokio::test]
async fn what_was_decided() {
    let (sandbox, origin) = start().await;
    sandbox.set_renewals("acme", Renewals { replay: Some(Replay::Family), ..Renewals::default() }).unwrap();
    let minted = sandbox.mint("acme", 1).unwrap().remove(0);
    let first = &minted.refresh_tokens[0].1;
    let (_, access, second) = refreshed(&origin, first).await;
    let (access, second) = (access.unwrap(), second.unwrap());
    sandbox.add_fault("acme", Fault::new(Misdeed::drop_after()).times(1)).unwrap();
    raw(&origin, &refresh(&second), Duration::from_millis(300), 1).await;
    sandbox.fail_next("acme", "refresh", "server_error", 1).unwrap();
    refreshed(&origin, &second).await;
    refreshed(&origin, &second).await;
    refreshed(&origin, "unknown").await;
    send(&origin, &refresh(&second).replace("Basic ", "Basic x")).await;
    assert_eq!(call(&origin, &access).await, 401);

    let log = sandbox.events("acme", 0, 100).unwrap();
    let told: Vec<_> = log.events.iter().map(|e| (e.decision, e.code.as_deref())).collect();
    let expected = [
        (Decision::Minted, None),
        (Decision::Issued, None),
        (Decision::Issued, None),
        (Decision::Failed, Some("server_error")),
        (Decision::FamilyRevoked, Some("invalid_grant")),
        (Decision::Refused, Some("invalid_grant")),
        (Decision::Refused, Some("invalid_client")),
    ];
    assert_eq!(told, expected);
    assert_eq!(log.events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=7).collect::<Vec<_>>());
    let [mint, one, two, ..] = log.events.as_slice() else { panic!("{log:?}") };
    assert_eq!((mint.family, mint.refresh_tokens[0]), (Some(minted.family), Fingerprint::of(first)));
    assert_eq!((one.operation.as_str(), one.family, one.shown), ("refresh", mint.family, Some(Fingerprint::of(first))));
    assert_eq!((one.refresh_tokens[0], one.tokens[0]), (Fingerprint::of(&second), Fingerprint::of(&access)));
    assert_eq!((one.client, log.events[6].client), (Some("sandbox-client"), None));
    assert_eq!((two.shown, two.fault), (Some(Fingerprint::of(&second)), Some(1)));
    assert!(one.at_ms >= mint.at_ms && one.real_ms > 1_600_000_000_000);
    let counters = sandbox.counters("acme").unwrap();
    assert_eq!((counters.minted, counters.issued, counters.refreshed, counters.undelivered), (1, 2, 2, 1));
    assert_eq!((counters.families_revoked, counters.failed, counters.refused), (1, 1, 2));
    assert_eq!((counters.calls, counters.calls_refused), (0, 1));

    let over_http = send(&origin, "GET /_sandbox/events").await;
    assert_eq!((over_http.header("x-cursor"), over_http.header("x-lost")), (Some("7"), Some("0")));
    let lines: Vec<Value> = over_http.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(serde_json::to_value(&log.events).unwrap(), Value::from(lines));
    for secret in [first, &second, &access] {
        assert!(!over_http.body.contains(secret.as_str()) && !format!("{log:?}{minted:?}").contains(secret.as_str()));
    }
    let page = send(&origin, "GET /_sandbox/events?after=4&limit=2").await;
    assert_eq!((page.body.lines().count(), page.header("x-cursor")), (2, Some("6")));
    let none = send(&origin, "GET /_sandbox/events?after=7").await;
    assert_eq!((none.body.as_str(), none.header("x-cursor")), ("", Some("7")));
    assert_eq!(send(&origin, "GET /_sandbox/events?after=x").await.status, 400);
    let counted = send(&origin, "GET /_sandbox/counters").await.json();
    assert_eq!(counted, serde_json::to_value(counters).unwrap());
}

#[tokio::test]
async fn how_grants_stand() {
    let (sandbox, origin) = start().await;
    sandbox.set_renewals("acme", Renewals { replay: Some(Replay::Family), ..Renewals::default() }).unwrap();
    let minted = sandbox.mint("acme", 3).unwrap();
    let first = |at: usize| minted[at].refresh_tokens[0].1.as_str();
    let (_, _, second) = refreshed(&origin, first(1)).await;
    refreshed(&origin, first(2)).await;
    refreshed(&origin, first(2)).await;
    let standings = sandbox.grants("acme", 0, 10).unwrap();
    let told: Vec<_> = standings.iter().map(|one| (one.family, one.refreshes, one.revoked)).collect();
    assert_eq!(told, [(1, 0, false), (2, 1, false), (3, 1, true)]);
    let good: Vec<&[Fingerprint]> = standings.iter().map(|one| one.refresh_tokens.as_slice()).collect();
    assert_eq!(good, [&[Fingerprint::of(first(0))] as &[_], &[Fingerprint::of(&second.unwrap())], &[]]);
    let over_http = send(&origin, "GET /_sandbox/grants?after=1&limit=1").await;
    assert_eq!(serde_json::to_value(&standings[1]).unwrap(), over_http.json());
    assert_eq!(sandbox.grants("acme", 3, 10).unwrap(), []);
    assert_eq!(sandbox.grants("acme", u64::MAX, 10).unwrap(), []);
}

#[tokio::test]
async fn of_many_at_once_one_is_first() {
    let (sandbox, origin) = start().await;
    let token = sandbox.mint("acme", 1).unwrap()[0].refresh_tokens[0].1.clone();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (origin, token) = (origin.clone(), token.clone());
            tokio::spawn(async move { refreshed(&origin, &token).await.0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let events = sandbox.events("acme", 1, 100).unwrap().events;
    assert_eq!(events[0].decision, Decision::Issued);
    assert!(events[1..].iter().all(|event| event.decision == Decision::ReplayRefused));
}

#[tokio::test]
async fn very_many_grants() {
    let (sandbox, origin) = start().await;
    let start = Instant::now();
    let minted = sandbox.mint("acme", 20_000).unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let tokens: HashSet<&str> = minted.iter().map(|one| one.refresh_tokens[0].1.as_str()).collect();
    assert_eq!((minted.len(), tokens.len()), (20_000, 20_000));
    let [first, .., last] = minted.as_slice() else { panic!() };
    let answer: Value = serde_json::from_str(&first.answer).unwrap();
    assert_eq!((&answer["refresh_token"], &answer["scope"]), (&json!(first.refresh_tokens[0].1), &json!("read write")));
    assert_eq!(call(&origin, &last.tokens[0].1).await, 200);
    assert_eq!(refreshed(&origin, &last.refresh_tokens[0].1).await.0, 200);
    let mut cursor = 0;
    let mut seen = 0;
    loop {
        let page = sandbox.events("acme", cursor, 7_000).unwrap();
        seen += page.events.len();
        cursor = page.cursor;
        if page.events.is_empty() {
            break;
        }
    }
    assert_eq!((seen, cursor), (20_001, 20_001));

    let mint = |body: &Value| format!("POST /_sandbox/mint\nContent-Type: {JSON}\n\n{body}");
    let over_http = send(&origin, &mint(&json!({ "count": 3 }))).await;
    let lines: Vec<Value> = over_http.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(refreshed(&origin, lines[2]["refresh_tokens"][0][1].as_str().unwrap()).await.0, 200);
    for wrong in [json!({}), json!({ "count": -1 }), json!({ "count": 1_000_001 })] {
        assert_eq!(send(&origin, &mint(&wrong)).await.status, 400, "{wrong}");
    }
}
