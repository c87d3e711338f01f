//! Consent on another device (RFC 8628): what is refused, and how the user decides.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_sandbox::Sandbox;
use common::{Answer, FORM, JSON, send, start_spec};

const SPEC: &str = "
provider: acme
device: { url: https://acme.example/device, client: public, scopes: [read, write], default_scopes: [read] }
token: { url: https://acme.example/token, client: public }
";

const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=sandbox-client";

async fn post(sandbox: &Sandbox, path: &str, body: &str) -> Answer {
    let origin = sandbox.origin("acme").unwrap();
    send(origin, &format!("POST {path}\nContent-Type: {FORM}\n\n{body}")).await
}

async fn ask(sandbox: &Sandbox) -> Answer {
    let answer = post(sandbox, "/device", "scope=read&client_id=sandbox-client").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

async fn poll(sandbox: &Sandbox, device_code: &str) -> Answer {
    post(sandbox, "/token", &format!("{GRANT}&device_code={}", common::encode(device_code))).await
}

#[track_caller]
fn refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.text("error").as_str()), (400, code), "{answer:?}");
}

#[tokio::test]
async fn a_request_is_read_strictly() {
    let sandbox = start_spec(SPEC).await;
    let wrong = [
        ("scope=read", 401, "invalid_client"),
        ("client_id=sandbox-client", 400, "invalid_scope"),
        ("scope=read++write&client_id=sandbox-client", 400, "invalid_scope"),
        ("scope=read&client_id=sandbox-client&response_type=device_code", 400, "invalid_request"),
        ("scopes=read&client_id=sandbox-client", 400, "invalid_request"),
        ("scope=read&client_id=other", 401, "invalid_client"),
    ];
    for (body, status, code) in wrong {
        let answer = post(&sandbox, "/device", body).await;
        assert_eq!((answer.status, answer.text("error").as_str()), (status, code), "{body}: {answer:?}");
    }
    let origin = sandbox.origin("acme").unwrap();
    let json = format!("POST /device\nContent-Type: {JSON}\n\n{{\"scope\":\"read\",\"client_id\":\"sandbox-client\"}}");
    assert_eq!(send(origin, &json).await.status, 400);
}

#[tokio::test]
async fn polls_are_answered_as_the_user_decides() {
    let sandbox = start_spec(SPEC).await;
    let asked = ask(&sandbox).await;
    let (device, user) = (asked.text("device_code"), asked.text("user_code"));
    assert_eq!((asked.json()["expires_in"].as_u64(), asked.json()["interval"].as_u64()), (Some(600), Some(2)));
    refused(&poll(&sandbox, &device).await, "authorization_pending");
    refused(&poll(&sandbox, &device).await, "slow_down");
    sandbox.advance(Duration::from_secs(3));
    refused(&poll(&sandbox, &device).await, "slow_down");
    sandbox.advance(Duration::from_secs(13));
    refused(&poll(&sandbox, &device).await, "authorization_pending");
    refused(&poll(&sandbox, "other").await, "invalid_grant");
    // However it is typed.
    sandbox.decide_device("acme", &user.to_lowercase().replace('-', " "), true).unwrap();
    let tokens = poll(&sandbox, &device).await;
    assert_eq!((tokens.status, tokens.text("scope").as_str()), (200, "read"), "{tokens:?}");
    let refresh = |token: &str| {
        format!("grant_type=refresh_token&client_id=sandbox-client&refresh_token={}", common::encode(token))
    };
    let renewed = post(&sandbox, "/token", &refresh(&tokens.text("refresh_token"))).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    refused(&poll(&sandbox, &device).await, "invalid_grant");
    // What a code that is used twice has given is taken back.
    refused(&post(&sandbox, "/token", &refresh(&renewed.text("refresh_token"))).await, "invalid_grant");
}

#[tokio::test]
async fn a_denial_and_an_end() {
    let sandbox = start_spec(SPEC).await;
    let denied = ask(&sandbox).await;
    sandbox.decide_device("acme", &denied.text("user_code"), false).unwrap();
    refused(&poll(&sandbox, &denied.text("device_code")).await, "access_denied");
    assert!(sandbox.decide_device("acme", &denied.text("user_code"), true).is_err(), "typed before");
    assert!(sandbox.decide_device("acme", "BBBB-BBBB", true).is_err());
    let late = ask(&sandbox).await;
    sandbox.advance(Duration::from_secs(601));
    refused(&poll(&sandbox, &late.text("device_code")).await, "expired_token");
    assert!(sandbox.decide_device("acme", &late.text("user_code"), true).is_err());
}

#[tokio::test]
async fn the_user_has_a_page() {
    let sandbox = start_spec(SPEC).await;
    let origin = sandbox.origin("acme").unwrap();
    let asked = ask(&sandbox).await;
    let path = asked.text("verification_uri_complete");
    let path = path.strip_prefix(origin).unwrap();
    let page = send(origin, &format!("GET {path}\nAccept: text/html")).await;
    assert!(page.status == 200 && page.body.contains(&asked.text("user_code")), "{page:?}");
    refused(&poll(&sandbox, &asked.text("device_code")).await, "authorization_pending");
    let form = format!("user_code={}&decision=allow", asked.text("user_code"));
    assert_eq!(post(&sandbox, "/_sandbox/device", &form).await.status, 200);
    assert_eq!(post(&sandbox, "/_sandbox/device", &form).await.status, 400, "a code is typed once");
    assert_eq!(poll(&sandbox, &asked.text("device_code")).await.status, 200);

    // A program follows the link, or tells the control.
    let asked = ask(&sandbox).await;
    let path = asked.text("verification_uri_complete").replace(origin, "");
    sandbox.deny_next_consent("acme").unwrap();
    assert_eq!(send(origin, &format!("GET {path}")).await.status, 200);
    refused(&poll(&sandbox, &asked.text("device_code")).await, "access_denied");
    let asked = ask(&sandbox).await;
    let action = format!("{{\"user_code\":\"{}\"}}", asked.text("user_code"));
    let told = send(origin, &format!("POST /_sandbox/decide_device\nContent-Type: {JSON}\n\n{action}")).await;
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(poll(&sandbox, &asked.text("device_code")).await.status, 200);
}
