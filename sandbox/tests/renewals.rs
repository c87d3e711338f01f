//! Renewal by extension and exchange, revocation, and headers that every call sends.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_sandbox::Sandbox;
use common::{BASIC, FORM, FORM_SECRET, encode, send, start_spec};
use serde_json::Value;

const EXTEND: &str = "
provider: acme
token: { url: https://acme.example/token, client: body }
grants:
  client_credentials: {}
  extend:
    kind: custom
    post: https://acme.example/extend
    send: { grant_type: refresh_token, refresh_token: <refresh_token> }
    succeeds: { result: '0000' }
tokens: { access: { lifetime: 2h, refresh_token: refresh_token, renew: { by: extend, grant: extend } } }
api: { url: https://acme.example, headers: { X-Version: '3' }, send: { app: <client_id> } }
calls: { me: { get: /me, returns: { id: string } } }
revoke: { post: https://acme.example/revoke }
";

async fn granted(sandbox: &Sandbox) -> Value {
    let body = format!("grant_type=client_credentials&client_id=sandbox-client&client_secret={FORM_SECRET}");
    let request = format!("POST /token\nContent-Type: {FORM}\n\n{body}");
    let answer = send(sandbox.origin("acme").unwrap(), &request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn call(token: &str) -> String {
    format!("GET /me?app=sandbox-client\nX-Version: 3\nAuthorization: Bearer {token}")
}

#[tokio::test]
async fn extension_keeps_the_token() {
    let sandbox = start_spec(EXTEND).await;
    let origin = sandbox.origin("acme").unwrap();
    let tokens = granted(&sandbox).await;
    let (token, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    sandbox.advance(Duration::from_secs(3 * 3600));
    assert_eq!(send(origin, &call(token)).await.status, 401);
    let extend = |token: &str| {
        format!(
            "POST /extend\nContent-Type: {FORM}\n\ngrant_type=refresh_token&refresh_token={}\
             &client_id=sandbox-client&client_secret={FORM_SECRET}",
            encode(token)
        )
    };
    let answer = send(origin, &extend(refresh)).await;
    assert_eq!((answer.status, answer.text("result").as_str()), (200, "0000"), "{answer:?}");
    assert_eq!(answer.json().get("access_token"), None, "{answer:?}");
    assert_eq!(send(origin, &call(token)).await.status, 200, "the same token lives on");
    let unknown = send(origin, &extend("x")).await;
    assert_eq!(unknown.status, 200);
    assert_ne!(unknown.text("result"), "0000");
    assert_eq!(unknown.text("error"), "invalid_grant");
}

#[tokio::test]
async fn every_call_sends_what_the_api_asks() {
    let sandbox = start_spec(EXTEND).await;
    let origin = sandbox.origin("acme").unwrap();
    let token = granted(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let cases = [
        (call(&token), 200),
        (call(&token).replace("X-Version: 3", "X-Version: 2"), 400),
        (call(&token).replace("\nX-Version: 3", ""), 400),
        (call(&token).replace("?app=sandbox-client", ""), 401),
    ];
    for (request, status) in cases {
        assert_eq!(send(origin, &request).await.status, status, "{request}");
    }
}

const EXCHANGE: &str = "
provider: acme
token: { url: https://acme.example/token, client: body }
grants:
  client_credentials: {}
  lengthen:
    kind: custom
    get: https://acme.example/lengthen
    client: none
    send: { type: long, token: <token> }
tokens: { access: { renew: { by: exchange, grant: lengthen, when: demand } } }
calls: { me: { get: https://acme.example/me } }
";

#[tokio::test]
async fn exchange_shows_the_token() {
    let sandbox = start_spec(EXCHANGE).await;
    let origin = sandbox.origin("acme").unwrap();
    let token = granted(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let lengthen = |token: &str| format!("GET /lengthen?type=long&token={}", encode(token));
    let longer = send(origin, &lengthen(&token)).await;
    assert_eq!(longer.status, 200, "{longer:?}");
    assert_ne!(longer.text("access_token"), token);
    let me = format!("GET /me\nAuthorization: Bearer {}", longer.text("access_token"));
    assert_eq!(send(origin, &me).await.status, 204);
    assert_eq!(send(origin, &lengthen("x")).await.status, 401);
    assert_eq!(send(origin, &lengthen(&token).replace("long&", "short&")).await.status, 400);
}

#[tokio::test]
async fn revocation() {
    let revoke = |body: &str| {
        format!("POST /revoke\nContent-Type: {FORM}\n\n{body}&client_id=sandbox-client&client_secret={FORM_SECRET}")
    };
    let sandbox = start_spec(EXTEND).await;
    let origin = sandbox.origin("acme").unwrap();
    let tokens = granted(&sandbox).await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    assert_eq!(send(origin, &call(&text("access_token"))).await.status, 200);
    assert_eq!(send(origin, &revoke("token=unknown")).await.status, 200, "RFC 7009, section 2.2");
    assert_eq!(send(origin, &call(&text("access_token"))).await.status, 200);
    assert_eq!(send(origin, &revoke(&format!("token={}", encode(&text("access_token"))))).await.status, 200);
    assert_eq!(send(origin, &call(&text("access_token"))).await.status, 401);

    let tokens = granted(&sandbox).await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let gone = format!("token={}", encode(&text("refresh_token")));
    assert_eq!(send(origin, &revoke(&gone)).await.status, 200);
    assert_eq!(send(origin, &call(&text("access_token"))).await.status, 401, "all that it gave is gone");
    let wrong = revoke(&gone).replace("sandbox-client", "stranger");
    assert_eq!(send(origin, &wrong).await.status, 401);
    assert_eq!(send(origin, &revoke("other=1")).await.status, 400);
}

#[tokio::test]
async fn revocation_in_a_header_or_the_path() {
    let cases = [
        ("{ delete: 'https://acme.example/tokens/<token>', client: none, omit: [token] }", "DELETE /tokens/{token}"),
        (
            "{ get: https://acme.example/out, client: none, omit: [token], headers: { Cookie: S=<token> } }",
            "GET /out\nCookie: S={token}",
        ),
        (
            "{ post: https://acme.example/out, client: basic, omit: [token], send: { t: '<refresh_token ?? token>' } }",
            "POST /out\nAuthorization: {basic}\nContent-Type: application/x-www-form-urlencoded\n\nt={form}",
        ),
    ];
    for (revoke, request) in cases {
        let spec = EXTEND.replace("{ post: https://acme.example/revoke }", revoke);
        let sandbox = start_spec(&spec).await;
        let origin = sandbox.origin("acme").unwrap();
        let token = granted(&sandbox).await["access_token"].as_str().unwrap().to_owned();
        let in_path = token.replace('/', "%2F");
        let token_there = if request.starts_with("DELETE") { &in_path } else { &token };
        let request = request.replace("{token}", token_there).replace("{form}", &encode(&token));
        let answer = send(origin, &request.replace("{basic}", BASIC)).await;
        assert_eq!(answer.status, 200, "{revoke}: {answer:?}");
        assert_eq!(send(origin, &call(&token)).await.status, 401, "{revoke}");
    }
}

#[tokio::test]
async fn a_revocation_names_the_sort_of_its_token() {
    let revoke = |body: &str| {
        format!("POST /revoke\nContent-Type: {FORM}\n\n{body}&client_id=sandbox-client&client_secret={FORM_SECRET}")
    };
    let hinted = "revoke: { post: https://acme.example/revoke, send: { token_type_hint: <token_type_hint> } }";
    let of_access = "revoke: { post: https://acme.example/revoke, send: { token: <access_token> } }";
    let spec = |revoke: &str| EXTEND.replace("revoke: { post: https://acme.example/revoke }", revoke);

    let sandbox = start_spec(&spec(hinted)).await;
    let origin = sandbox.origin("acme").unwrap();
    let tokens = granted(&sandbox).await;
    let text = |name: &str| encode(tokens[name].as_str().unwrap());
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    for (token, hint, status) in [
        (access.as_str(), "refresh_token", 400),
        (&refresh, "access_token", 400),
        (&access, "bearer", 400),
        ("unknown", "other", 400),
        ("unknown", "access_token", 200),
        (&access, "access_token", 200),
        (&refresh, "refresh_token", 200),
    ] {
        let answer = send(origin, &revoke(&format!("token={token}&token_type_hint={hint}"))).await;
        assert_eq!(answer.status, status, "{hint}: {answer:?}");
    }
    assert_eq!(send(origin, &revoke(&format!("token={access}"))).await.status, 400, "the hint is missing");

    let sandbox = start_spec(&spec(of_access)).await;
    let origin = sandbox.origin("acme").unwrap();
    let tokens = granted(&sandbox).await;
    let text = |name: &str| encode(tokens[name].as_str().unwrap());
    assert_eq!(send(origin, &revoke(&format!("token={}", text("refresh_token")))).await.status, 400);
    assert_eq!(send(origin, &revoke(&format!("token={}", text("access_token")))).await.status, 200);
    assert_eq!(send(origin, &call(tokens["access_token"].as_str().unwrap())).await.status, 401);
}
