//! A vendor that does what the RFCs say, and departures that none of the five vendors has.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_sandbox::{Options, Sandbox};
use common::{BASIC, FORM, JSON, encode, play_spec, send, start_spec};
use serde_json::json;

const STANDARD: &str = "
provider: acme
authorize: { url: https://acme.example/authorize, scopes: [read, write] }
token: { url: https://acme.example/token }
api: https://api.acme.example/v2
calls:
  me:
    get: /users/me
    returns: { id: string, born: date?, email: string }
  user:
    get: /users/<id>
    inputs: { id: integer }
    returns: { id: integer, friends: [integer] }
  forget: { delete: /users/me }
";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn authorize(challenge: &str) -> String {
    format!(
        "GET /authorize?response_type=code&client_id=sandbox-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb\
         &scope=read+write&state=s&code_challenge={challenge}&code_challenge_method=S256"
    )
}

fn exchange(code: &str, verifier: &str) -> String {
    format!(
        "POST /token\nAuthorization: {BASIC}\nContent-Type: {FORM}\n\ngrant_type=authorization_code&code={}\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&code_verifier={verifier}",
        encode(code)
    )
}

fn refresh(token: &str) -> String {
    format!(
        "POST /token\nAuthorization: {BASIC}\nContent-Type: {FORM}\n\ngrant_type=refresh_token&refresh_token={}",
        encode(token)
    )
}

async fn code(origin: &str) -> String {
    send(origin, &authorize(CHALLENGE)).await.callback("code").unwrap()
}

async fn tokens(origin: &str) -> serde_json::Value {
    let answer = send(origin, &exchange(&code(origin).await, VERIFIER)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn acme(sandbox: &Sandbox) -> &str {
    sandbox.origin("acme").unwrap()
}

#[tokio::test]
async fn proof_of_the_key() {
    let sandbox = start_spec(STANDARD).await;
    let origin = acme(&sandbox);
    let code = code(origin).await;
    let other = send(origin, &exchange(&code, &VERIFIER.replace('d', "e"))).await;
    assert_eq!((other.status, other.text("error").as_str()), (400, "invalid_grant"));
    let missing = exchange(&code, VERIFIER).replace(&format!("&code_verifier={VERIFIER}"), "");
    assert!(send(origin, &missing).await.text("error_description").contains("`code_verifier` is missing"));
    assert_eq!(send(origin, &exchange(&code, VERIFIER)).await.status, 200);
    for (challenge, says) in [("short", "not the base64url of a SHA-256"), ("", "`code_challenge` must not be empty")] {
        let back = send(origin, &authorize(challenge)).await;
        assert!(back.callback("error_description").unwrap().contains(says), "{back:?}");
    }
    let plain = send(origin, &authorize(CHALLENGE).replace("S256", "plain")).await;
    assert!(plain.callback("error_description").unwrap().contains("`code_challenge_method` must be `S256`"));
}

#[tokio::test]
async fn calls() {
    let sandbox = start_spec(STANDARD).await;
    let origin = acme(&sandbox);
    let token = tokens(origin).await["access_token"].as_str().unwrap().to_owned();
    let call = async |line: &str| send(origin, &format!("{line}\nAuthorization: Bearer {token}")).await;
    let me = call("GET /v2/users/me").await.json();
    assert_eq!(me, json!({ "id": "sample id", "born": "2024-02-29", "email": "user@example.com" }));
    assert_eq!(call("GET /v2/users/17").await.json(), json!({ "id": 1, "friends": [1] }));
    assert_eq!(call("GET /v2/users/you").await.status, 400);
    assert_eq!(call("DELETE /v2/users/me").await.status, 204);
    assert_eq!(call("GET /v2/users/").await.status, 404);
    let patched = call("PATCH /v2/users/me").await;
    assert_eq!((patched.status, patched.header("allow")), (405, Some("GET, DELETE")));
    let recorded = sandbox.requests("acme").unwrap();
    assert_eq!(recorded.last().unwrap().operation, None);
}

#[tokio::test]
async fn a_spent_refresh_token_may_cost_the_grant() {
    for (revokes, status) in [(false, 200), (true, 400)] {
        let options = if revokes { Options::default().replay_revokes_grant() } else { Options::default() };
        let sandbox = play_spec(STANDARD, options).await;
        let origin = acme(&sandbox);
        let first = tokens(origin).await["refresh_token"].as_str().unwrap().to_owned();
        let second = send(origin, &refresh(&first)).await.text("refresh_token");
        assert_eq!(send(origin, &refresh(&first)).await.status, 400);
        assert_eq!(send(origin, &refresh(&second)).await.status, status);
    }
}

#[tokio::test]
async fn refresh_tokens_that_stay() {
    for (renew, again) in [
        ("{ by: refresh, rotation: never }", 200),
        ("{ by: refresh, rotation: always, replay: free }", 200),
        ("{ by: refresh, rotation: always, replay: fatal }", 400),
    ] {
        let sandbox = start_spec(&format!("{STANDARD}\ntokens: {{ access: {{ renew: {renew} }} }}\n")).await;
        let origin = acme(&sandbox);
        let token = tokens(origin).await["refresh_token"].as_str().unwrap().to_owned();
        let first = send(origin, &refresh(&token)).await;
        assert_eq!((first.status, first.json().get("refresh_token").is_none()), (200, renew.contains("never")));
        assert_eq!(send(origin, &refresh(&token)).await.status, again, "{renew}");
    }
}

const KINDS: &str = r#"
provider: acme
token: { url: https://acme.example/token, client: body, encoding: json }
grants:
  client_credentials: { yields: app, errors: { bad_client: { status: 403, code: unknown_app } } }
  add_user:
    kind: custom
    post: https://acme.example/users
    inputs: { name: string, tags: "[string]?", plan: Plan?, address: Address? }
    yields: user
    fields: { name: string, joined: timestamp }
    errors: { invalid: { status: 400, code: E17 } }
tokens:
  app: { lifetime: 30d, expires: { field: /meta/ttl, as: ms }, present: { header: X-App-Token } }
  user: { expires: { field: until, as: epoch }, value: /data/token }
errors: { code: /problem/code, text: /problem/message }
calls:
  stats: { get: https://acme.example/stats, token: app }
  me: { get: https://acme.example/me, token: user }
types:
  Address: { street: string, zip: string? }
enums:
  Plan: [free, paid]
"#;

#[tokio::test]
async fn kinds_of_token() {
    let sandbox = start_spec(KINDS).await;
    let origin = acme(&sandbox);
    let credentials = json!({ "client_id": "sandbox-client", "client_secret": authsmith_sandbox::CLIENT_SECRET });
    let mut body = credentials.clone();
    body["grant_type"] = json!("client_credentials");
    let post = |path: &str, body: &serde_json::Value| format!("POST {path}\nContent-Type: {JSON}\n\n{body}");
    let answer = send(origin, &post("/token", &body)).await.json();
    assert_eq!(answer["meta"]["ttl"], 30 * 86_400_000_u64);
    assert!(answer.get("refresh_token").is_none(), "no grant takes one: {answer}");
    let app = answer["access_token"].as_str().unwrap().to_owned();

    let mut body = credentials;
    body["name"] = json!("Ada");
    body["tags"] = json!(["a"]);
    body["address"] = json!({ "street": "1", "zip": null });
    let answer = send(origin, &post("/users", &body)).await.json();
    assert_eq!((&answer["name"], &answer["joined"]), (&json!("Ada"), &json!("2024-02-29T12:00:00Z")));
    assert!(answer["until"].as_u64().unwrap() > 1_700_000_000);
    let user = answer.pointer("/data/token").unwrap().as_str().unwrap().to_owned();

    assert_eq!(send(origin, &format!("GET /stats\nX-App-Token: {app}")).await.status, 204);
    assert_eq!(send(origin, &format!("GET /me\nAuthorization: Bearer {user}")).await.status, 204);
    for request in [format!("GET /stats\nX-App-Token: {user}"), format!("GET /me\nAuthorization: Bearer {app}")] {
        let answer = send(origin, &request).await;
        let problem = answer.json()["problem"].clone();
        assert_eq!((answer.status, &problem["code"]), (401, &json!("invalid_token")));
        assert!(problem["message"].as_str().unwrap().contains("the token is of kind"), "{problem}");
    }

    // Refusals take the code that the vendor documents for their status.
    body["address"]["city"] = json!("Here");
    let answer = send(origin, &post("/users", &body)).await;
    assert_eq!((answer.status, &answer.json()["problem"]["code"]), (400, &json!("E17")));
    sandbox.fail_next("acme", "client_credentials", "bad_client", 1).unwrap();
    let mut body = json!({ "client_id": "sandbox-client", "client_secret": authsmith_sandbox::CLIENT_SECRET });
    body["grant_type"] = json!("client_credentials");
    let answer = send(origin, &post("/token", &body)).await;
    assert_eq!((answer.status, &answer.json()["problem"]["code"]), (403, &json!("unknown_app")));
    sandbox.advance(Duration::from_secs(3600));
    assert_eq!(send(origin, &format!("GET /stats\nX-App-Token: {app}")).await.status, 204);
    assert_eq!(send(origin, &format!("GET /me\nAuthorization: Bearer {user}")).await.status, 401);
}
