//! Answers in every format and at every place, what counts as success, and how expiry is counted.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::{SystemTime, UNIX_EPOCH};

use authsmith_sandbox::Options;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Answer, play_spec, send, start_spec};
use serde_json::{Value, json};

/// A vendor with one login, and what is special about it.
fn spec(grant: &str, kind: &str, more: &str) -> String {
    format!(
        "provider: acme\ngrants: {{ log_in: {{ kind: custom, post: 'https://acme.example/login', client: none {grant} }} }}\n\
         tokens: {{ access: {{ renew: none {kind} }} }}\n\
         api: https://acme.example\ncalls: {{ me: {{ get: /me, returns: {{ id: string }} }} }}\n{more}\n"
    )
}

async fn log_in(grant: &str, kind: &str) -> Answer {
    let sandbox = start_spec(&spec(grant, kind, "")).await;
    let answer = send(sandbox.origin("acme").unwrap(), "POST /login").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[tokio::test]
async fn formats() {
    let form = log_in(", answers: form", "").await;
    assert_eq!(form.header("content-type"), Some("application/x-www-form-urlencoded"));
    let pairs: Vec<String> = form.body.split('&').map(|pair| pair.split('=').next().unwrap().to_owned()).collect();
    assert_eq!(pairs, ["access_token", "expires_in", "token_type"]);

    let text = log_in(", answers: text", ", value: ''").await;
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(text.body.starts_with("access.") && text.body.ends_with("+/="), "{text:?}");

    let xml =
        log_in(", answers: xml", ", value: /response/session/@id, expires: { field: /response/until, as: iso }").await;
    assert_eq!(xml.header("content-type"), Some("application/xml"));
    assert!(
        xml.body.contains("<response><session id=\"access.") && xml.body.ends_with("Z</until></response>"),
        "{xml:?}"
    );

    let whole = log_in("", ", value: ''").await;
    assert!(whole.json().as_str().unwrap().starts_with("access."), "{whole:?}");
}

#[tokio::test]
async fn places() {
    let header = log_in("", ", value: { header: X-Token }").await;
    assert!(header.header("x-token").unwrap().starts_with("access."), "{header:?}");
    assert_eq!(header.json().get("access_token"), None);
    let several = log_in("", ", value: [/user/access_token, access_token]").await;
    assert!(several.json()["user"]["access_token"].is_string(), "{several:?}");
    assert_eq!(several.json().get("access_token"), None);
}

#[tokio::test]
async fn cookies() {
    let sandbox = start_spec(&spec("", ", value: { cookie: SESSION }, present: { cookie: SESSION }", "")).await;
    let origin = sandbox.origin("acme").unwrap();
    let answer = send(origin, "POST /login").await;
    let (name, token) = answer.header("set-cookie").unwrap().split(';').next().unwrap().split_once('=').unwrap();
    assert_eq!(name, "SESSION");
    assert_eq!(send(origin, &format!("GET /me\nCookie: SESSION={token}")).await.status, 200);
    assert_eq!(send(origin, &format!("GET /me\nCookie: OTHER={token}")).await.status, 401);
    assert_eq!(send(origin, &format!("GET /me\nAuthorization: Bearer {token}")).await.status, 401);
}

#[tokio::test]
async fn expiry() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let told = async |expires: &str| {
        let answer = log_in("", &format!(", lifetime: 26h, expires: {expires}")).await.json();
        (answer["until"].clone(), answer["access_token"].as_str().unwrap().to_owned())
    };
    assert_eq!(told("{ field: until, as: dhms }").await.0, "1:02:00:00");
    let (iso, _) = told("{ field: until, as: iso }").await;
    let iso = iso.as_str().unwrap();
    assert!(iso.len() == 20 && iso.ends_with('Z') && iso.contains('T'), "{iso}");
    let exp = |token: &str| {
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&payload).unwrap()["exp"].as_u64().unwrap()
    };
    let (until, _) = told("{ field: until, as: jwt }").await;
    assert!(exp(until.as_str().unwrap()).abs_diff(now + 26 * 3600) < 60);
    let (until, token) = told("{ field: access_token, as: jwt }").await;
    assert!(until.is_null() && exp(&token).abs_diff(now + 26 * 3600) < 60);
}

#[tokio::test]
async fn success_is_what_the_vendor_says() {
    let errors = "errors: { succeeds: { ok: true, result: '0000', code: '0' }, code: [code, other], text: message }";
    let sandbox = start_spec(&spec("", "", errors)).await;
    let origin = sandbox.origin("acme").unwrap();
    let answer = send(origin, "POST /login").await;
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["ok"], &body["result"], &body["code"]),
        (200, &json!(true), &json!("0000"), &json!(0))
    );
    let call = format!("GET /me\nAuthorization: Bearer {}", answer.text("access_token"));
    assert_eq!(send(origin, &call).await.json(), json!({ "id": "sample id", "ok": true, "result": "0000", "code": 0 }));

    let refused = send(origin, "GET /me\nAuthorization: Bearer x").await;
    let body = refused.json();
    assert_eq!((refused.status, &body["ok"], &body["code"]), (200, &json!(false), &json!("invalid_token")));
    assert_ne!(body["result"], "0000");
    assert!(body["message"].as_str().unwrap().contains("not issued here"), "{body}");
    sandbox.fail_next("acme", "log_in", "503", 1).unwrap();
    assert_eq!(send(origin, "POST /login").await.status, 503, "a status that was asked for stays");
}

#[tokio::test]
async fn success_is_a_status_a_word_of_several_or_an_absence() {
    let errors = "errors: { succeeds: { error: absent, state: [done, '1'] }, success_status: [201, 203] }";
    let sandbox = start_spec(&spec("", "", errors)).await;
    let origin = sandbox.origin("acme").unwrap();
    let mut told = Vec::new();
    for _ in 0..4 {
        let answer = send(origin, "POST /login").await;
        assert!(answer.json().get("error").is_none() && answer.json()["access_token"].is_string(), "{answer:?}");
        told.push((answer.status, answer.json()["state"].clone()));
    }
    let turns = [(201, json!("done")), (203, json!(1))];
    assert_eq!(told, [&turns[..], &turns[..]].concat());

    // What isn't shown as it must be is refused: by another status, and by what the body says.
    let refused = async || send(origin, "GET /me\nAuthorization: Bearer x").await;
    let (one, two) = (refused().await, refused().await);
    assert_eq!((one.status, two.status), (200, 201));
    for body in [one.json(), two.json()] {
        assert_eq!((&body["error"], &body["state"]), (&json!("invalid_token"), &json!("not done nor 1")), "{body}");
    }
}

#[tokio::test]
async fn each_place_of_an_expiry_has_its_turn() {
    let kind = ", lifetime: 1h, expires: [expires_in, { field: until, as: iso }]";
    let sandbox = start_spec(&spec("", kind, "")).await;
    for turn in 0..4 {
        let answer = send(sandbox.origin("acme").unwrap(), "POST /login").await.json();
        assert_eq!(answer.get("expires_in").is_some(), turn % 2 == 0, "{answer}");
        assert_eq!(answer.get("until").is_some(), turn % 2 == 1, "{answer}");
    }
}

#[tokio::test]
async fn a_token_that_may_lack_does_where_options_are_left_out() {
    let spec = "provider: acme\n\
        grants: { log_in: { kind: custom, post: 'https://acme.example/login', client: none, yields: [access, user?] } }\n\
        tokens: { access: { renew: none }, user: { renew: none, value: /user/token, refresh_token: /user/again } }\n\
        api: https://acme.example\ncalls: { me: { get: /me, token: user, returns: { id: string } } }\n";
    for (options, is_given) in [(Options::default(), true), (Options::default().leave_out_optional(), false)] {
        let sandbox = play_spec(spec, options).await;
        let origin = sandbox.origin("acme").unwrap();
        let answer = send(origin, "POST /login").await.json();
        assert_eq!((answer["access_token"].is_string(), answer["user"].is_object()), (true, is_given), "{answer}");
        // Another token doesn't stand in for it.
        let call = format!("GET /me\nAuthorization: Bearer {}", answer["access_token"].as_str().unwrap());
        assert_eq!(send(origin, &call).await.status, 401);
    }
}

#[tokio::test]
async fn waiting() {
    for (errors, header) in
        [("errors: { retry_after: X-Wait }", "x-wait"), ("errors: { reset: X-Reset }", "x-reset"), ("", "retry-after")]
    {
        let sandbox = start_spec(&spec("", "", errors)).await;
        sandbox.fail_next("acme", "log_in", "429", 1).unwrap();
        let answer = send(sandbox.origin("acme").unwrap(), "POST /login").await;
        let wait: u64 = answer.header(header).unwrap_or_else(|| panic!("{answer:?}")).parse().unwrap();
        assert!(wait == 1 || header == "x-reset", "{answer:?}");
    }
}

#[tokio::test]
async fn rate_limits_by_the_first_sign_of_the_spec() {
    let errors = "errors: { code: /code, text: /text, retry_after: [{ header: X-Ms, as: ms }, \
                  { field: /text, after: 'again at ', before: '!', as: http_date }], limited: LIMITED }";
    let by_status = "{ status: 403, remaining: X-Left, code: slow }";
    let sandbox = start_spec(&spec("", "", &errors.replace("LIMITED", by_status))).await;
    let origin = sandbox.origin("acme").unwrap();
    let call = format!("GET /me\nAuthorization: Bearer {}", send(origin, "POST /login").await.text("access_token"));
    let left: u64 = send(origin, &call).await.header("x-left").unwrap().parse().unwrap();
    sandbox.fail_next("acme", "me", "limited", 2).unwrap();
    // The places where it says how long to wait have their turns.
    let limited = send(origin, &call).await;
    assert_eq!((limited.status, limited.header("x-left"), limited.header("x-ms")), (403, Some("0"), Some("1000")));
    assert_eq!((limited.json().get("code"), limited.header("retry-after")), (None, None));
    assert!(!limited.text("text").starts_with("again at "), "{limited:?}");
    let limited = send(origin, &call).await;
    let text = limited.text("text");
    assert!(text.starts_with("again at ") && text.ends_with(" GMT!"), "{text}");
    assert_eq!((limited.status, limited.header("x-ms")), (403, None));
    sandbox.fail_next("acme", "me", "403", 1).unwrap();
    let refused = send(origin, &call).await;
    assert!(refused.header("x-left").unwrap() != "0" && refused.header("x-ms").is_none(), "no limit: {refused:?}");
    assert!(send(origin, &call).await.header("x-left").unwrap().parse::<u64>().unwrap() < left);

    let sandbox = start_spec(&spec("", "", &errors.replace("LIMITED", "{ code: slow }"))).await;
    let origin = sandbox.origin("acme").unwrap();
    sandbox.fail_next("acme", "log_in", "limited", 1).unwrap();
    let limited = send(origin, "POST /login").await;
    assert_eq!((limited.status, limited.text("code").as_str()), (400, "slow"), "{limited:?}");

    let sandbox = start_spec(&spec("", "", "")).await;
    sandbox.fail_next("acme", "log_in", "limited", 1).unwrap();
    let limited = send(sandbox.origin("acme").unwrap(), "POST /login").await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("1")), "{limited:?}");
}

#[tokio::test]
async fn answers_of_calls() {
    let calls = "
  note: { get: /note, returns: text }
  file: { get: /file, returns: bytes }
  day: { get: /day, inputs: { on: yyyymmdd, at: epoch? }, returns: { on: yyyymmdd, at: epoch, ms: epoch_ms } }
";
    let spec =
        spec("", "", "").replace("calls: { me: { get: /me, returns: { id: string } } }", &format!("calls: {calls}"));
    let sandbox = start_spec(&spec).await;
    let origin = sandbox.origin("acme").unwrap();
    let token = send(origin, "POST /login").await.text("access_token");
    let call = async |path: &str| send(origin, &format!("GET {path}\nAuthorization: Bearer {token}")).await;
    let note = call("/note").await;
    assert_eq!((note.header("content-type"), note.body.as_str()), (Some("text/plain; charset=utf-8"), "sample note"));
    assert_eq!(call("/file").await.header("content-type"), Some("application/octet-stream"));
    let day = call("/day?on=20240229&at=1709208000").await;
    let expected = json!({ "on": "20240229", "at": 1_709_208_000_u64, "ms": 1_709_208_000_000_u64 });
    assert_eq!(day.json(), expected);
    for wrong in ["/day?on=2024-02-29", "/day?on=20230229", "/day?on=20240229&at=noon"] {
        assert_eq!(call(wrong).await.status, 400, "{wrong}");
    }
}
