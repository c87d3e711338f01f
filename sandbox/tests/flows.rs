//! Each vendor's whole flow, with requests as the vendor's page writes them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::vendors::{CARDIOGRAM, CARDIOMOOD, HEALTHTAP, VITALDB, Vendor};
use common::{BASIC, FORM, SECRET, encode, send, start};
use serde_json::json;

/// Consent, exchange, a call with the token.
async fn consent_to_call(vendor: &Vendor) -> (authsmith_sandbox::Sandbox, serde_json::Value) {
    let sandbox = start().await;
    let tokens = vendor.tokens(&sandbox).await;
    if let Some(call) = vendor.call {
        let call = vendor.fill(call, "access_token", tokens["access_token"].as_str().unwrap());
        let answer = vendor.send(&sandbox, &call).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    (sandbox, tokens)
}

/// A refresh that gives a whole new set of tokens.
async fn refreshed(sandbox: &authsmith_sandbox::Sandbox, vendor: &Vendor, tokens: &serde_json::Value) {
    let old = tokens["refresh_token"].as_str().unwrap();
    let answer = vendor.send(sandbox, &vendor.fill(vendor.refresh.unwrap(), "refresh_token", old)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_ne!(answer.text("refresh_token"), old);
    assert_ne!(answer.text("access_token"), tokens["access_token"].as_str().unwrap());
}

#[tokio::test]
async fn cardiogram() {
    let (sandbox, tokens) = consent_to_call(&CARDIOGRAM).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let expires_at = u128::from(tokens["expires_in"].as_u64().unwrap());
    assert!(expires_at.abs_diff(now + 3_600_000) < 60_000, "an absolute epoch in milliseconds: {tokens}");
    refreshed(&sandbox, &CARDIOGRAM, &tokens).await;

    let new_user = format!(
        "POST /heart/oauth/users/new\nContent-Type: {FORM}\nAuthorization: {BASIC}\n\n\
         email=kai%40example.com&memberId=kai123"
    );
    let user = CARDIOGRAM.send(&sandbox, &new_user).await;
    assert_eq!(user.status, 200, "{user:?}");
    assert!(!user.text("userId").is_empty());
    let exchange = CARDIOGRAM.fill(CARDIOGRAM.exchange, "code", &user.text("code"));
    let answer = CARDIOGRAM.send(&sandbox, &exchange).await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let token = answer.text("access_token");
    let beats = format!(
        "POST /heart/oauth/users/u1/beats\nAuthentication: Bearer {token}\nContent-Type: application/json\n\n{}",
        json!({ "beats": [{ "start": 1, "end": 2, "value": 61.5 }] })
    );
    let answer = CARDIOGRAM.send(&sandbox, &beats).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "success": true })));
    let covariates = format!(
        "POST /heart/oauth/users/u1/covariates\nAuthentication: Bearer {token}\nContent-Type: application/json\n\n{}",
        json!({ "dateOfBirth": "1990-01-31", "height": "5'9\"", "heightUnit": "ft/in", "isOnBetaBlocker": false })
    );
    assert_eq!(CARDIOGRAM.send(&sandbox, &covariates).await.status, 200);
    for (path, sample) in [("basic_info", json!({})), ("risk_scores", json!("afib"))] {
        let call = format!("GET /oauth/users/u1/{path}\nAuthentication: Bearer {token}");
        let answer = CARDIOGRAM.send(&sandbox, &call).await;
        let body = answer.json();
        assert_eq!((answer.status, body.pointer("/0/condition").unwrap_or(&body)), (200, &sample));
    }
}

#[tokio::test]
async fn cardiomood() {
    let (sandbox, tokens) = consent_to_call(&CARDIOMOOD).await;
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    refreshed(&sandbox, &CARDIOMOOD, &tokens).await;
}

#[tokio::test]
async fn humanapi() {
    let sandbox = start().await;
    let origin = sandbox.origin("humanapi").unwrap();
    let ask = async |kind: &str, mut body: serde_json::Value| {
        body["type"] = json!(kind);
        body["client_id"] = json!("sandbox-client");
        body["client_secret"] = json!(SECRET);
        let head = "POST /v1/connect/token\nContent-Type: application/json\nCache-Control: no-cache";
        let answer = send(origin, &format!("{head}\n\n{body}")).await;
        assert_eq!(answer.status, 200, "{kind}: {answer:?}");
        answer.json()
    };
    let session = ask("session", json!({ "client_user_id": "u-1 é", "client_user_email": "user@example.com" })).await;
    assert_eq!(session["human_id"], "70a1fd8fb4935296647f340dddf7dad6");
    assert_eq!(session["expires_in"], 3600);
    assert_ne!(session["session_token"], "--SESSION_TOKEN--");
    assert!(session.get("refresh_token").is_none() && session.get("token_type").is_none(), "{session}");

    let id = ask("id", json!({ "client_user_id": "u-1" })).await;
    assert_eq!((&id["token_type"], &id["expires_in"]), (&json!("Bearer"), &json!(86_400)));
    assert!(id["id_token"].is_string() && id["id_refresh_token"].is_string(), "{id}");

    let access = ask("access", json!({ "client_user_id": "u-1" })).await;
    assert_eq!((&access["token_type"], &access["expires_in"]), (&json!("Bearer"), &json!(86_400)));
    assert!(access["access_token"].is_string() && access["refresh_token"].is_string(), "{access}");
}

#[tokio::test]
async fn healthtap() {
    let (sandbox, tokens) = consent_to_call(&HEALTHTAP).await;
    assert_eq!(tokens["refresh_token_expires_in"], 30 * 86_400);
    assert_eq!(tokens["scope"], "profile_write");
    refreshed(&sandbox, &HEALTHTAP, &tokens).await;

    let new_user = format!(
        "POST /api/v2.1/users.json\nAuthorization: {BASIC}\nContent-Type: application/json\n\n\
         {{ \n   \"username\":\"YOUR_INTERNAL_ID\",\n   \"password\":\"RANDOM_PASSWORD_FOR_YOUR_USER\"\n}}"
    );
    let user = HEALTHTAP.send(&sandbox, &new_user).await;
    assert_eq!(user.status, 200, "{user:?}");
    let user = user.json();
    assert_eq!((&user["expires_in"], &user["scope"]), (&json!(7199), &json!("member_public")));
    assert_eq!(user["guid"], "f01bdaf185154a4fa694f90a334104b8");
    assert_ne!(user["access_token"], "697e9298cc055e8b570b70141e1e7b39ee6c025fe9329de0197f1986042396b0");
    refreshed(&sandbox, &HEALTHTAP, &user).await;
}

#[tokio::test]
async fn vitaldb() {
    let (sandbox, tokens) = consent_to_call(&VITALDB).await;
    assert_eq!(tokens["expires_in"], 3600);
    assert!(tokens.get("refresh_token").is_none(), "{tokens}");
    assert_eq!(VITALDB.authorize(&sandbox).await.callback("state").unwrap(), "s +1");

    let log_in = format!(
        "POST /oauth2/token\nContent-Type: {FORM}\n\nid=sandbox-user&pw={}",
        encode(authsmith_sandbox::PASSWORD)
    );
    let answer = VITALDB.send(&sandbox, &log_in).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let call = VITALDB.fill(VITALDB.call.unwrap(), "access_token", &answer.text("access_token"));
    let userinfo = VITALDB.send(&sandbox, &call).await;
    assert_eq!(userinfo.json(), json!({ "userid": "sample-user", "email": "user@example.com" }));

    sandbox.advance(Duration::from_secs(3601));
    assert_eq!(VITALDB.send(&sandbox, &call).await.status, 401);
}
