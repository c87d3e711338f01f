//! Each way to misbehave, as it looks at the socket.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_sandbox::{Canned, Decision, Delivery, Edit, Event, Fault, Misdeed, Sandbox};
use common::raw::{End, PLAIN, Raw, call, open, raw, refresh, refreshed};
use common::{Answer, JSON, send, start_spec};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_millis(300);

/// A vendor with one grant, and the refresh token of it.
async fn start() -> (Sandbox, String, String) {
    let sandbox = start_spec(PLAIN).await;
    let origin = sandbox.origin("acme").unwrap().to_owned();
    let token = sandbox.mint("acme", 1).unwrap()[0].refresh_tokens[0].1.clone();
    (sandbox, origin, token)
}

fn strike(sandbox: &Sandbox, does: Misdeed) {
    sandbox.add_fault("acme", Fault::new(does).on("refresh").times(1)).unwrap();
}

async fn played(origin: &str, token: &str) -> Raw {
    raw(origin, &refresh(token), PATIENCE, 1 << 20).await
}

fn last(sandbox: &Sandbox) -> Event {
    sandbox.events("acme", 0, 1000).unwrap().events.last().unwrap().clone()
}

#[tokio::test]
async fn dropped_before_anything_is_done() {
    for (reset, end) in [(false, End::Closed), (true, End::Reset)] {
        let (sandbox, origin, token) = start().await;
        strike(&sandbox, Misdeed::Drop { processed: false, reset });
        let raw = played(&origin, &token).await;
        assert_eq!((raw.text().as_str(), raw.end), ("", end));
        let event = last(&sandbox);
        assert_eq!((event.decision, event.delivery), (Decision::NotProcessed, Delivery::Dropped));
        assert_eq!(sandbox.requests("acme").unwrap().last().unwrap().status, 0);
        assert_eq!(refreshed(&origin, &token).await.0, 200, "the token is still good");
    }
}

#[tokio::test]
async fn dropped_after_everything_was_done() {
    for (reset, end) in [(false, End::Closed), (true, End::Reset)] {
        let (sandbox, origin, token) = start().await;
        strike(&sandbox, Misdeed::Drop { processed: true, reset });
        let raw = played(&origin, &token).await;
        assert_eq!((raw.text().as_str(), raw.end), ("", end));
        let event = last(&sandbox);
        assert_eq!((event.decision, event.delivery, event.fault), (Decision::Issued, Delivery::Dropped, Some(1)));
        assert_eq!(event.refresh_tokens.len(), 1);
        assert_eq!(sandbox.counters("acme").unwrap().undelivered, 1);
        assert_eq!(refreshed(&origin, &token).await.0, 400, "the token is spent");
    }
}

#[tokio::test]
async fn cut_short() {
    for (reset, end) in [(false, End::Closed), (true, End::Reset)] {
        let (sandbox, origin, token) = start().await;
        strike(&sandbox, Misdeed::Truncate { after: 20, reset });
        let raw = played(&origin, &token).await;
        assert_eq!((raw.body().len(), raw.end), (20, end), "{}", raw.text());
        assert!(raw.length() > 100 && raw.body().starts_with(b"{\"access_token\""), "{}", raw.text());
        assert_eq!((last(&sandbox).decision, last(&sandbox).delivery), (Decision::Issued, Delivery::Cut));
    }
    // Even a body that is there whole ends too soon.
    let (sandbox, origin, token) = start().await;
    strike(&sandbox, Misdeed::Truncate { after: 9999, reset: false });
    let raw = played(&origin, &token).await;
    assert!(serde_json::from_slice::<Value>(raw.body()).is_ok() && raw.length() > raw.body().len(), "{}", raw.text());
}

#[tokio::test]
async fn late() {
    let (sandbox, origin, token) = start().await;
    sandbox.add_fault("acme", Fault::late(Duration::from_millis(150)).times(1)).unwrap();
    let raw = played(&origin, &token).await;
    assert!(raw.took >= Duration::from_millis(150) && raw.text().starts_with("HTTP/1.1 200"), "{raw:?}");
    let token = serde_json::from_slice::<Value>(raw.body()).unwrap()["refresh_token"].as_str().unwrap().to_owned();

    // A vendor doesn't notice that nobody waits any more.
    let fault = Fault { wait_before_ms: 150, ..Fault::new(Misdeed::Nothing) };
    sandbox.add_fault("acme", fault.times(1)).unwrap();
    let before = last(&sandbox).seq;
    let impatient = open(&origin, &refresh(&token)).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(impatient);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if last(&sandbox).seq > before {
            break;
        }
    }
    assert_eq!((last(&sandbox).seq, last(&sandbox).decision), (before + 1, Decision::Issued));
    assert_eq!(refreshed(&origin, &token).await.0, 400);
}

#[tokio::test]
async fn drop_by_drop() {
    let (sandbox, origin, token) = start().await;
    strike(&sandbox, Misdeed::Drip { every_ms: 5, bytes: 10 });
    let raw = played(&origin, &token).await;
    assert_eq!((raw.length(), raw.end), (raw.body().len(), End::Closed));
    assert!(raw.took >= Duration::from_millis(5 * u64::try_from(raw.length() / 10).unwrap()), "{raw:?}");
    assert!(serde_json::from_slice::<Value>(raw.body()).unwrap()["refresh_token"].is_string());
    assert_eq!(last(&sandbox).delivery, Delivery::Whole);
}

#[tokio::test]
async fn without_end() {
    let (sandbox, origin, token) = start().await;
    strike(&sandbox, Misdeed::Endless { processed: true });
    let endless = played(&origin, &token).await;
    assert_eq!((endless.bytes.len() >= 1 << 20, endless.end), (true, End::Open));
    assert!(endless.text().contains("transfer-encoding: chunked\r\n"));
    assert_eq!((last(&sandbox).decision, last(&sandbox).delivery), (Decision::Issued, Delivery::Replaced));

    let (sandbox, origin, token) = start().await;
    strike(&sandbox, Misdeed::Gzip { bytes: 10 << 20, processed: false });
    let packed = played(&origin, &token).await;
    assert!(packed.text().contains("content-encoding: gzip\r\n") && packed.body().starts_with(&[0x1f, 0x8b, 8]));
    assert!(packed.body().len() == packed.length() && packed.length() < 70_000, "{}", packed.length());
    assert_eq!(last(&sandbox).decision, Decision::NotProcessed);

    strike(&sandbox, Misdeed::Hang { processed: false });
    let hung = played(&origin, &token).await;
    assert_eq!((hung.bytes.len(), hung.end), (0, End::Open));
    strike(&sandbox, Misdeed::Hang { processed: false });
    let stopping = tokio::spawn(async move { raw(&origin, &refresh(&token), Duration::from_secs(5), 1).await });
    tokio::time::sleep(PATIENCE).await;
    drop(sandbox);
    let stopped = stopping.await.unwrap();
    assert_eq!((stopped.bytes.len(), stopped.end == End::Open), (0, false), "what hangs ends with the sandbox");
}

#[tokio::test]
async fn other_answers() {
    let (sandbox, origin, token) = start().await;
    strike(&sandbox, Misdeed::html(502));
    let answer = send(&origin, &refresh(&token)).await;
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html; charset=utf-8")));
    for status in [302, 307, 308] {
        strike(&sandbox, Misdeed::redirect(status, "http://10.0.0.1/elsewhere"));
        let answer = send(&origin, &refresh(&token)).await;
        assert_eq!((answer.status, answer.header("location")), (status, Some("http://10.0.0.1/elsewhere")));
    }
    for wait in ["2", "-5", "1000000000", "soon"] {
        strike(&sandbox, Misdeed::limited(wait));
        let answer = send(&origin, &refresh(&token)).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some(wait)));
    }
    sandbox.skew("acme", -3600).unwrap();
    strike(&sandbox, Misdeed::Answer(Canned { status: 503, retry_at: Some(0), ..Canned::default() }));
    let answer = send(&origin, &refresh(&token)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, answer.header("date")), "{answer:?}");
    assert!(answer.header("date").unwrap().ends_with(" GMT"));

    let body = r#"{"error":{"code":"failed: invalid_grant"}}"#.to_owned();
    strike(&sandbox, Misdeed::Answer(Canned { status: 200, body, processed: true, ..Canned::default() }));
    let answer = send(&origin, &refresh(&token)).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (200, &json!("failed: invalid_grant")));
    assert_eq!((last(&sandbox).decision, last(&sandbox).delivery), (Decision::Issued, Delivery::Replaced));
    assert_eq!(refreshed(&origin, &token).await.0, 400, "it was carried out");
}

#[tokio::test]
async fn altered_answers() {
    let (sandbox, origin, token) = start().await;
    let edit = |edit: Value| Misdeed::Edit(Box::new(serde_json::from_value(edit).unwrap()));
    strike(&sandbox, edit(json!({ "set": { "/scope": "read", "/user_id": "other" }, "remove": ["/token_type"] })));
    let answer = send(&origin, &refresh(&token)).await.json();
    assert_eq!(
        (&answer["scope"], &answer["user_id"], answer.get("token_type")),
        (&json!("read"), &json!("other"), None)
    );
    assert_eq!(last(&sandbox).delivery, Delivery::Altered);
    let token = answer["refresh_token"].as_str().unwrap();

    strike(&sandbox, edit(json!({ "repeat": { "access_token": "x" }, "nested": 5, "content_type": "text/html" })));
    let answer = send(&origin, &refresh(token)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html")));
    assert_eq!(answer.body.matches("\"access_token\"").count(), 2, "{}", answer.body);
    assert!(answer.body.starts_with(r#"{"nested":[[[[[]]]]],"access_token":"#), "{}", answer.body);
    let given = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(given, "x", "the last of two is what this reader takes");
}

#[tokio::test]
async fn in_order_by_operation() {
    let (sandbox, origin, token) = start().await;
    let access = sandbox.mint("acme", 1).unwrap()[0].tokens[0].1.clone();
    sandbox.add_fault("acme", Fault::new(Misdeed::html(503)).on("me").skip(1).times(2)).unwrap();
    sandbox.add_fault("acme", Fault::new(Misdeed::html(502)).skip(1).times(1)).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(call(&origin, &access).await);
    }
    assert_eq!(statuses, [200, 503, 503, 502, 200]);
    assert_eq!(refreshed(&origin, &token).await.0, 200);
    let struck: Vec<_> = sandbox.faults("acme").unwrap().iter().map(|one| (one.id, one.seen, one.struck)).collect();
    assert_eq!(struck, [(1, 3, 2), (2, 2, 1)]);
    sandbox.add_fault("acme", Fault::new(Misdeed::html(500))).unwrap();
    assert_eq!(send(&origin, "GET /nowhere").await.status, 500, "every request is every request");
    sandbox.clear_faults("acme").unwrap();
    assert_eq!(call(&origin, &access).await, 200);
}

async fn post(origin: &str, action: &str, body: &Value) -> Answer {
    send(origin, &format!("POST /_sandbox/{action}\nContent-Type: {JSON}\n\n{body}")).await
}

#[tokio::test]
async fn the_same_over_http() {
    let (sandbox, origin, token) = start().await;
    let fault = json!({ "operation": "refresh", "times": 1, "does": { "drop": { "processed": true } } });
    assert_eq!(post(&origin, "add_fault", &fault).await.json(), json!({ "id": 1 }));
    assert_eq!(played(&origin, &token).await.text(), "");
    let list = send(&origin, "GET /_sandbox/faults").await.json();
    assert_eq!((&list[0]["struck"], &list[0]["fault"]["times"]), (&json!(1), &json!(1)));
    assert_eq!(serde_json::to_value(sandbox.faults("acme").unwrap()).unwrap(), list);
    let forms = [
        json!({ "wait_before_ms": 1 }),
        json!({ "does": { "truncate": { "after": 3, "reset": true } } }),
        json!({ "does": { "answer": { "status": 429, "headers": [["retry-after", "-5"]], "body": "x" } } }),
        json!({ "does": { "edit": { "set": { "/expires_in": 1e300 } } }, "probability": 0.5, "seed": 3 }),
        json!({ "does": { "drip": { "every_ms": 1 } }, "skip": 2 }),
        json!({ "does": { "endless": {} } }),
        json!({ "does": { "gzip": { "bytes": 1000 } } }),
        json!({ "does": { "hang": { "processed": true } } }),
    ];
    for form in &forms {
        let answer = post(&origin, "add_fault", form).await;
        assert_eq!(answer.status, 200, "{form}: {answer:?}");
    }
    assert_eq!(post(&origin, "clear_faults", &json!({})).await.status, 200);
    assert_eq!(send(&origin, "GET /_sandbox/faults").await.json(), json!([]));
    assert_eq!(post(&origin, "skew", &json!({ "seconds": 86_400 })).await.status, 200);
    let now = send(&origin, "GET /_sandbox/info").await.json()["now"].as_u64().unwrap();
    let real = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(real + 86_400) < 60, "{now} {real}");
    assert_eq!(post(&origin, "skew", &json!({ "seconds": 1.5 })).await.status, 400);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let (sandbox, origin, _) = start().await;
    let cases = [
        (json!({}), "the fault does nothing"),
        (json!({ "does": "explode" }), "unknown variant `explode`"),
        (json!({ "does": { "drop": { "procesed": true } } }), "unknown field `procesed`"),
        (json!({ "time": 1, "does": { "hang": {} } }), "unknown field `time`"),
        (json!({ "operation": "refesh", "does": { "hang": {} } }), "there is no operation `refesh`, only authorize"),
        (json!({ "times": 0, "does": { "hang": {} } }), "`times` must be 1 or more"),
        (json!({ "times": -1, "does": { "hang": {} } }), "invalid value"),
        (json!({ "probability": 1.5, "does": { "hang": {} } }), "`probability` must be a number from 0 to 1"),
        (json!({ "wait_after_ms": 3_600_001 }), "an hour at most"),
        (json!({ "does": { "answer": { "status": 99 } } }), "99 is no status of an answer"),
        (json!({ "does": { "answer": { "status": 204, "body": "x" } } }), "status 204 has no body"),
        (json!({ "does": { "answer": { "headers": [["a b", "c"]] } } }), "`a b` is no name of a header"),
        (json!({ "does": { "answer": { "headers": [["a", "b\r\nc: d"]] } } }), "can't have this value"),
        (json!({ "does": { "answer": { "headers": [["Content-Length", "9"]] } } }), "is the server's own"),
        (json!({ "does": { "edit": {} } }), "must say what is altered"),
        (json!({ "does": { "edit": { "set": { "scope": 1 } } } }), "a JSON Pointer begins with `/`"),
        (json!({ "does": { "edit": { "nested": 10_000_001 } } }), "`nested` must be 10000000 at most"),
        (json!({ "does": { "drip": { "every_ms": 1, "bytes": 0 } } }), "`drip` needs 1 byte"),
        (json!({ "does": { "gzip": { "bytes": 2_000_000_000_u64 } } }), "can't unpack to more than"),
    ];
    for (fault, says) in cases {
        let answer = post(&origin, "add_fault", &fault).await;
        assert_eq!(answer.status, 400, "{fault}");
        assert!(answer.text("error").contains(says), "{fault}: {answer:?}");
    }
    let nan = Fault::new(Misdeed::drop_before()).chance(f64::NAN, 0);
    assert!(sandbox.add_fault("acme", nan).is_err());
    assert!(sandbox.add_fault("acme", Fault::new(Misdeed::Edit(Box::default()))).is_err());
    assert!(sandbox.add_fault("nobody", Fault::new(Misdeed::drop_before())).is_err());
    assert_eq!(sandbox.faults("acme").unwrap(), []);

    // An edit that can't be made is seen.
    let edit = Edit { remove: vec!["/x".into()], ..Edit::default() };
    sandbox.add_fault("acme", Fault::new(Misdeed::Edit(Box::new(edit)))).unwrap();
    let answer = send(&origin, "GET /authorize?x=1\nAccept: text/html").await;
    assert_eq!((answer.status, answer.body.contains("no JSON object")), (500, true));
}
