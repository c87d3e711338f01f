//! What tests tell a sandbox, through the library and over HTTP.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_codegen::SourceFile;
use authsmith_sandbox::{ControlError, Options, Sandbox, StartError};
use common::vendors::{CARDIOMOOD, HEALTHTAP, VITALDB};
use common::{Answer, JSON, send, start, start_with};
use serde_json::{Value, json};

async fn post(sandbox: &Sandbox, name: &str, action: &str, body: &Value) -> Answer {
    let request = format!("POST /_sandbox/{action}\nContent-Type: {JSON}\n\n{body}");
    send(sandbox.origin(name).unwrap(), &request).await
}

#[tokio::test]
async fn failures_on_demand() {
    let sandbox = start().await;
    sandbox.fail_next("cardiomood", "exchange_code", "invalid_grant", 1).unwrap();
    sandbox.fail_next("cardiomood", "exchange_code", "503", 2).unwrap();
    let mut statuses = Vec::new();
    let exchange = CARDIOMOOD.sound_exchange(&sandbox).await;
    for _ in 0..4 {
        statuses.push(CARDIOMOOD.send(&sandbox, &exchange).await.status);
    }
    assert_eq!(statuses, [400, 503, 503, 200], "a failure on demand uses no code up");

    sandbox.fail_next("vitaldb", "authorize", "temporarily_unavailable", 1).unwrap();
    let back = VITALDB.authorize(&sandbox).await;
    assert_eq!(back.callback("error").as_deref(), Some("temporarily_unavailable"));

    let token = CARDIOMOOD.tokens(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let call = CARDIOMOOD.fill(CARDIOMOOD.call.unwrap(), "access_token", &token);
    sandbox.fail_when("cardiomood", "user_summaries", "429", "include_slots", "1").unwrap();
    let limited = CARDIOMOOD.send(&sandbox, &call).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("1")));
    assert_eq!(CARDIOMOOD.send(&sandbox, &call.replace("slots=1", "slots=0")).await.status, 200);
    sandbox.clear_failures("cardiomood").unwrap();
    assert_eq!(CARDIOMOOD.send(&sandbox, &call).await.status, 200);
    sandbox.revoke_access_tokens("cardiomood").unwrap();
    assert_eq!(CARDIOMOOD.send(&sandbox, &call).await.status, 401);
}

#[tokio::test]
async fn what_it_was_asked() {
    let sandbox = start().await;
    let exchange = HEALTHTAP.sound_exchange(&sandbox).await;
    HEALTHTAP.send(&sandbox, &exchange).await;
    HEALTHTAP.send(&sandbox, "GET /nowhere%20?x=%20y").await;
    let log = sandbox.requests("healthtap").unwrap();
    let names: Vec<_> = log.iter().map(|one| (one.operation.as_deref(), one.status)).collect();
    assert_eq!(names, [(Some("authorize"), 302), (Some("exchange_code"), 200), (None, 404)]);
    assert_eq!((log[1].method.as_str(), log[1].header("content-type")), ("POST", Some(JSON)));
    assert!(exchange.ends_with(&log[1].body));
    assert_eq!((log[2].path.as_str(), log[2].query.as_deref()), ("/nowhere%20", Some("x=%20y")));
    let over_http = send(sandbox.origin("healthtap").unwrap(), "GET /_sandbox/requests").await;
    assert_eq!(over_http.json(), serde_json::to_value(&log).unwrap());
}

#[tokio::test]
async fn the_same_over_http() {
    let sandbox = start().await;
    let exchange = VITALDB.sound_exchange(&sandbox).await;
    assert_eq!(post(&sandbox, "vitaldb", "advance", &json!({ "seconds": 180 })).await.status, 200);
    assert_eq!(VITALDB.send(&sandbox, &exchange).await.status, 400);
    let failing = json!({ "operation": "exchange_code", "failure": "server_error", "times": 1 });
    assert_eq!(post(&sandbox, "vitaldb", "fail_next", &failing).await.status, 200);
    let exchange = VITALDB.sound_exchange(&sandbox).await;
    assert_eq!(VITALDB.send(&sandbox, &exchange).await.status, 500);
    assert_eq!(VITALDB.send(&sandbox, &exchange).await.status, 200);
    let failing = json!({ "operation": "session_token", "failure": "source_already_connected",
        "input": "client_user_id", "value": "u-1" });
    assert_eq!(post(&sandbox, "humanapi", "fail_when", &failing).await.status, 200);
    for action in ["deny_next_consent", "drop_state"] {
        assert_eq!(post(&sandbox, "vitaldb", action, &json!({})).await.status, 200);
    }
    let denied = VITALDB.authorize(&sandbox).await;
    assert_eq!((denied.callback("error").as_deref(), denied.callback("state")), (Some("access_denied"), None));
    let uri = json!({ "redirect_uri": "https://app.example/back" });
    for (action, body) in [
        ("clear_failures", json!({})),
        ("revoke_access_tokens", json!({})),
        ("revoke_refresh_tokens", json!({})),
        ("register_redirect_uri", uri),
    ] {
        assert_eq!(post(&sandbox, "cardiogram", action, &body).await.status, 200, "{action}");
    }
    let info = send(sandbox.origin("cardiogram").unwrap(), "GET /_sandbox/info").await.json();
    assert_eq!(
        (&info["provider"], &info["redirect_uris"][1]),
        (&json!("cardiogram"), &json!("https://app.example/back"))
    );
    let page = send(sandbox.origin("cardiogram").unwrap(), "GET /_sandbox").await;
    assert!(page.body.contains("post_covariates") && page.body.contains("https://cardiogr.am/auth"), "{}", page.body);

    assert_eq!(post(&sandbox, "vitaldb", "explode", &json!({})).await.status, 400);
    assert_eq!(post(&sandbox, "vitaldb", "advance", &json!({ "seconds": "1" })).await.status, 400);
    let simple = "POST /_sandbox/advance\nContent-Type: text/plain\n\n{\"seconds\": 1}";
    assert_eq!(send(sandbox.origin("vitaldb").unwrap(), simple).await.status, 415, "any page could post that");
}

#[tokio::test]
async fn names_that_nobody_has() {
    let sandbox = start().await;
    assert!(matches!(sandbox.origin("nobody"), Err(ControlError::UnknownVendor(..))));
    let unknown = sandbox.fail_next("vitaldb", "refresh", "invalid_grant", 1);
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "there is no operation `refresh`, only authorize, exchange_code, log_in, userinfo"
    );
    let unknown = sandbox.fail_next("vitaldb", "userinfo", "source_already_connected", 1);
    assert!(matches!(unknown, Err(ControlError::UnknownFailure(_))));
    let unknown = sandbox.fail_when("vitaldb", "userinfo", "invalid_token", "userid", "x");
    assert!(matches!(unknown, Err(ControlError::UnknownInput(_))));
}

#[tokio::test]
async fn settings() {
    let sandbox = start_with(Options::default().setting("cardiomood", "token_encoding", "form")).await;
    let answer = CARDIOMOOD.send(&sandbox, &CARDIOMOOD.sound_exchange(&sandbox).await).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.text("error_description").contains("must be application/x-www-form-urlencoded, not JSON"));
    let moved = Options::default().setting("cardiomood", "token_url", "https://other.example/elsewhere");
    let sandbox = start_with(moved).await;
    let exchange = CARDIOMOOD.sound_exchange(&sandbox).await;
    assert_eq!(CARDIOMOOD.send(&sandbox, &exchange).await.status, 404);
    assert_eq!(CARDIOMOOD.send(&sandbox, &exchange.replace("/oauth/token", "/elsewhere")).await.status, 200);

    let text = "provider: acme\nsettings: { base: { format: url } }\napi: <base>\n\
                authorize: { url: <base>/authorize }\ntoken: { url: <base>/token }\n";
    let sources = [SourceFile { path: "acme.yaml".into(), text: text.into() }];
    let providers = || authsmith_codegen::load(&sources).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    let error = Sandbox::start(providers(), Options::default()).await.unwrap_err();
    assert!(matches!(&error, StartError::UnknownSetting { setting, .. } if setting == "base"), "{error}");
    let known = Options::default().setting("acme", "base", "https://acme.example/v1");
    assert!(Sandbox::start(providers(), known).await.is_ok());
    let twice = providers().into_iter().chain(providers()).collect();
    let known = Options::default().setting("acme", "base", "https://acme.example/v1");
    assert!(matches!(Sandbox::start(twice, known).await, Err(StartError::Repeated(_))));
}

#[tokio::test]
async fn it_stops_when_dropped() {
    let sandbox = start().await;
    let address = sandbox.origin("vitaldb").unwrap().strip_prefix("http://").unwrap().to_owned();
    assert!(sandbox.table().contains(&address));
    drop(sandbox);
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(&address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{address} still answers");
}
