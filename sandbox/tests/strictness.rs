//! How strict a vendor is about refresh tokens, as it is told at run time.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_sandbox::{Decision, OldAccess, Options, Renewals, Replay, Rotation, Sandbox, Then, Window};
use common::raw::{PLAIN, call, refresh, refreshed};
use common::{JSON, play_spec, send, start_spec};
use serde_json::json;

/// A vendor with these rules, and the first tokens of a grant.
async fn start(rules: Renewals) -> (Sandbox, String, String, String) {
    let sandbox = start_spec(PLAIN).await;
    sandbox.set_renewals("acme", rules).unwrap();
    let minted = sandbox.mint("acme", 1).unwrap().remove(0);
    let origin = sandbox.origin("acme").unwrap().to_owned();
    (sandbox, origin, minted.tokens[0].1.clone(), minted.refresh_tokens[0].1.clone())
}

fn replay(replay: Replay) -> Renewals {
    Renewals { replay: Some(replay), ..Renewals::default() }
}

fn decisions(sandbox: &Sandbox) -> Vec<Decision> {
    let events = sandbox.events("acme", 0, 1000).unwrap().events;
    events.into_iter().map(|event| event.decision).filter(|one| *one != Decision::Minted).collect()
}

async fn works(origin: &str, token: &str) -> bool {
    call(origin, token).await == 200
}

const WINDOW: Window = Window { seconds: 30, then: Then::Refuse };

#[tokio::test]
async fn rotation() {
    let rotating = |rotation| Renewals { rotation: Some(rotation), ..Renewals::default() };
    let (_sandbox, origin, _, first) = start(rotating(Rotation::Never)).await;
    for _ in 0..3 {
        assert_eq!(refreshed(&origin, &first).await.2, None);
    }
    let (_sandbox, origin, _, mut token) = start(rotating(Rotation::Sometimes)).await;
    for rotates in [true, false, true, false] {
        let (status, _, next) = refreshed(&origin, &token).await;
        assert_eq!((status, next.is_some()), (200, rotates));
        token = next.unwrap_or(token);
    }
    let (_sandbox, origin, _, first) = start(rotating(Rotation::Always)).await;
    let (_, _, second) = refreshed(&origin, &first).await;
    assert_ne!(second.as_deref(), Some(first.as_str()));
    assert_eq!(refreshed(&origin, &first).await.0, 400);
    assert_eq!(refreshed(&origin, &second.unwrap()).await.0, 200);
}

#[tokio::test]
async fn refused() {
    let (sandbox, origin, _, first) = start(replay(Replay::Refuse)).await;
    let (_, access, second) = refreshed(&origin, &first).await;
    assert_eq!(refreshed(&origin, &first).await.0, 400);
    assert!(works(&origin, &access.unwrap()).await, "nothing else is harmed");
    assert_eq!(refreshed(&origin, &second.unwrap()).await.0, 200);
    assert_eq!(decisions(&sandbox), [Decision::Issued, Decision::ReplayRefused, Decision::Issued]);
}

#[tokio::test]
async fn the_family_goes() {
    let (sandbox, origin, _, first) = start(replay(Replay::Family)).await;
    let other = sandbox.mint("acme", 1).unwrap().remove(0);
    let (_, access, second) = refreshed(&origin, &first).await;
    let (access, second) = (access.unwrap(), second.unwrap());
    assert_eq!(refreshed(&origin, &first).await.0, 400);
    assert!(!works(&origin, &access).await);
    assert_eq!(refreshed(&origin, &second).await.0, 400);
    assert_eq!(decisions(&sandbox), [Decision::Issued, Decision::FamilyRevoked, Decision::Refused]);
    assert_eq!(refreshed(&origin, &other.refresh_tokens[0].1).await.0, 200, "another user's grant lives");
    assert_eq!(sandbox.counters("acme").unwrap().families_revoked, 1);

    // The same by the option, until rules say something else.
    let sandbox = play_spec(PLAIN, Options::default().replay_revokes_grant()).await;
    let origin = sandbox.origin("acme").unwrap();
    let lost = async || {
        let first = sandbox.mint("acme", 1).unwrap()[0].refresh_tokens[0].1.clone();
        let (_, _, second) = refreshed(origin, &first).await;
        refreshed(origin, &first).await;
        refreshed(origin, &second.unwrap()).await.0 == 400
    };
    assert!(lost().await);
    sandbox.set_renewals("acme", replay(Replay::Refuse)).unwrap();
    assert!(!lost().await);
}

#[tokio::test]
async fn grace() {
    for (then, after) in [(Then::Refuse, 200), (Then::Family, 400)] {
        let (sandbox, origin, _, first) = start(replay(Replay::Grace(Window { then, ..WINDOW }))).await;
        let (_, _, second) = refreshed(&origin, &first).await;
        sandbox.advance(Duration::from_secs(20));
        let (status, access, third) = refreshed(&origin, &first).await;
        assert_eq!(status, 200);
        assert_ne!(second, third, "another pair");
        assert!(works(&origin, &access.unwrap()).await);
        sandbox.advance(Duration::from_secs(20));
        assert_eq!(refreshed(&origin, &first).await.0, 400, "the window counts from the first use");
        assert_eq!(refreshed(&origin, &second.unwrap()).await.0, after);
        let last = if then == Then::Family { Decision::FamilyRevoked } else { Decision::ReplayRefused };
        assert_eq!(decisions(&sandbox)[..3], [Decision::Issued, Decision::ReplayInGrace, last]);
    }
}

#[tokio::test]
async fn idempotent() {
    let (sandbox, origin, _, first) = start(replay(Replay::Idempotent(WINDOW))).await;
    let once = send(&origin, &refresh(&first)).await;
    let again = send(&origin, &refresh(&first)).await;
    assert_eq!((once.status, &once.body), (again.status, &again.body), "the same pair");
    assert_eq!(decisions(&sandbox), [Decision::Issued, Decision::ReplayRepeated]);
    let second = once.text("refresh_token");
    assert_eq!(refreshed(&origin, &second).await.0, 200);
    assert_eq!(refreshed(&origin, &first).await.0, 400, "a pair that was spent is not given again");

    let (sandbox, origin, _, first) = start(replay(Replay::Idempotent(WINDOW))).await;
    refreshed(&origin, &first).await;
    sandbox.advance(Duration::from_secs(31));
    assert_eq!(refreshed(&origin, &first).await.0, 400, "too late");
}

#[tokio::test]
async fn use_triggered() {
    for use_token in [true, false] {
        let (sandbox, origin, _, first) = start(replay(Replay::UseTriggered)).await;
        refreshed(&origin, &first).await;
        let (status, access, second) = refreshed(&origin, &first).await;
        assert_eq!(status, 200, "a lost answer costs nothing");
        if use_token {
            assert!(works(&origin, &access.unwrap()).await);
        } else {
            assert_eq!(refreshed(&origin, &second.unwrap()).await.0, 200);
        }
        assert_eq!(refreshed(&origin, &first).await.0, 400, "the first use of what it gave spends it");
        assert_eq!(decisions(&sandbox).last(), Some(&Decision::ReplayRefused));
    }
}

#[tokio::test]
async fn old_access_tokens() {
    for (old_access, lives) in [(OldAccess::Kept, true), (OldAccess::Revoked, false)] {
        let rules = Renewals { old_access: Some(old_access), ..Renewals::default() };
        let (_sandbox, origin, access, first) = start(rules).await;
        let (_, newer, _) = refreshed(&origin, &first).await;
        assert_eq!(works(&origin, &access).await, lives);
        assert!(works(&origin, &newer.unwrap()).await);
    }
}

#[tokio::test]
async fn lifetimes_of_refresh_tokens() {
    let rules = Renewals { idle_seconds: Some(100), absolute_seconds: Some(250), ..Renewals::default() };
    for rotation in [Rotation::Always, Rotation::Never] {
        let (sandbox, origin, _, mut token) = start(Renewals { rotation: Some(rotation), ..rules.clone() }).await;
        for _ in 0..3 {
            sandbox.advance(Duration::from_secs(80));
            let (status, _, next) = refreshed(&origin, &token).await;
            assert_eq!(status, 200, "{rotation:?}");
            token = next.unwrap_or(token);
        }
        sandbox.advance(Duration::from_secs(20));
        assert_eq!(refreshed(&origin, &token).await.0, 400, "{rotation:?}: 260 s are more than 250 s");
        let idle = sandbox.mint("acme", 1).unwrap()[0].refresh_tokens[0].1.clone();
        sandbox.advance(Duration::from_secs(101));
        assert_eq!(refreshed(&origin, &idle).await.0, 400, "{rotation:?}: nobody used it");
    }
}

#[tokio::test]
async fn lifetimes_of_tokens() {
    let rules = Renewals { token_seconds: Some(7), ..Renewals::default() };
    let (sandbox, origin, access, first) = start(rules.clone()).await;
    assert!(works(&origin, &access).await);
    sandbox.advance(Duration::from_secs(7));
    assert!(!works(&origin, &access).await);
    assert_eq!(send(&origin, &refresh(&first)).await.json()["expires_in"], 7);
    sandbox.set_renewals("acme", Renewals { hides_expiry: true, ..rules }).unwrap();
    let token = sandbox.mint("acme", 1).unwrap()[0].refresh_tokens[0].1.clone();
    assert_eq!(send(&origin, &refresh(&token)).await.json().get("expires_in"), None);
}

#[tokio::test]
async fn over_http() {
    let (_sandbox, origin, ..) = start(Renewals::default()).await;
    let post = async |body: &serde_json::Value| {
        send(&origin, &format!("POST /_sandbox/renewals\nContent-Type: {JSON}\n\n{body}")).await
    };
    let rules = json!({ "rotation": "always", "replay": { "grace": { "seconds": 30, "then": "family" } },
        "old_access": "revoked", "idle_seconds": 100 });
    assert_eq!(post(&rules).await.status, 200);
    let known = send(&origin, "GET /_sandbox/renewals").await.json();
    assert_eq!((&known["replay"]["grace"]["then"], &known["token_seconds"]), (&json!("family"), &json!(null)));
    for replay in [json!("free"), json!("use_triggered"), json!({ "idempotent": { "seconds": 5 } })] {
        assert_eq!(post(&json!({ "replay": replay })).await.status, 200, "{replay}");
    }
    let cases = [
        (json!({ "rotaton": "always" }), "unknown field `rotaton`"),
        (json!({ "replay": "forgive" }), "unknown variant `forgive`"),
        (json!({ "replay": { "grace": {} } }), "missing field `seconds`"),
        (json!({ "idle_seconds": -1 }), "invalid value"),
    ];
    for (rules, says) in cases {
        let answer = post(&rules).await;
        assert!(answer.status == 400 && answer.text("error").contains(says), "{answer:?}");
    }
}
