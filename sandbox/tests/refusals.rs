//! What a sandbox refuses, for every vendor it applies to.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::Duration;

use authsmith_sandbox::Sandbox;
use common::vendors::{CARDIOGRAM, CARDIOMOOD, CODE_VENDORS, HEALTHTAP, VITALDB, Vendor};
use common::{Answer, BASIC, FORM, FORM_SECRET, JSON, RAW_BASIC, SECRET, encode, send, start};

/// That an answer refuses with this status, code and explanation, and repeats no secret.
fn refused(what: &str, answer: &Answer, status: u16, code: &str, says: &str) {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    let body = answer.json();
    assert_eq!(body["error"], code, "{what}: {body}");
    let text = body.get("error_description").or(body.get("message")).and_then(|text| text.as_str()).unwrap();
    assert!(text.contains(says), "{what}: {text}");
    for secret in [SECRET, FORM_SECRET, "c2FuZGJveC"] {
        assert!(!answer.body.contains(secret), "{what}: {text}");
    }
}

/// Sends the vendor's own exchange, with a fresh code, after `change`.
async fn changed(sandbox: &Sandbox, vendor: &Vendor, change: impl Fn(String) -> String) -> Answer {
    let sound = vendor.sound_exchange(sandbox).await;
    let request = change(sound.clone());
    assert_ne!(request, sound, "{}: the change changed nothing", vendor.name);
    vendor.send(sandbox, &request).await
}

/// The members of a JSON request as a form.
fn as_form(request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let pairs = body.as_object().unwrap().iter();
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value.as_str().unwrap()))).collect();
    format!("{}\n\n{}", head.replace(JSON, FORM), pairs.join("&"))
}

/// The parameters of a form request as JSON.
fn as_json(request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap();
    let pairs = form_urlencoded::parse(body.as_bytes());
    let body: serde_json::Map<_, _> =
        pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
    format!("{}\n\n{}", head.replace(FORM, JSON), serde_json::Value::Object(body))
}

/// Adds a parameter to the body.
fn with(request: &str, name: &str, value: &str) -> String {
    if request.contains(FORM) {
        return format!("{request}&{name}={}", encode(value));
    }
    let (head, body) = request.rsplit_once('}').unwrap();
    format!("{head}, \"{name}\": \"{value}\"}}{body}")
}

/// Drops the line of a header.
fn without_header(request: &str, name: &str) -> String {
    request.lines().filter(|line| !line.starts_with(name)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_wrong_encoding() {
    let sandbox = start().await;
    for vendor in [&CARDIOMOOD, &HEALTHTAP] {
        let answer = changed(&sandbox, vendor, |request| as_form(&request)).await;
        refused(vendor.name, &answer, 400, "invalid_request", "the body must be application/json, not a form");
    }
    for vendor in [&CARDIOGRAM, &VITALDB] {
        let answer = changed(&sandbox, vendor, |request| as_json(&request)).await;
        let says = "the body must be application/x-www-form-urlencoded, not JSON";
        refused(vendor.name, &answer, 400, "invalid_request", says);
    }
    for vendor in CODE_VENDORS {
        let answer = changed(&sandbox, vendor, |request| without_header(&request, "Content-Type")).await;
        refused(vendor.name, &answer, 400, "invalid_request", "not of an unnamed type");
    }
    let session = as_form(&human(&["client_user_id", "client_user_email"], "session"));
    let answer = send(sandbox.origin("humanapi").unwrap(), &session).await;
    refused("humanapi", &answer, 400, "invalid_request", "the body must be application/json, not a form");
}

#[tokio::test]
async fn credentials_in_the_wrong_place() {
    let sandbox = start().await;
    let body = |request: &str| {
        let request = if request.contains("\"client_id\"") {
            request.to_owned()
        } else {
            with(request, "client_id", "sandbox-client")
        };
        with(&request, "client_secret", SECRET)
    };
    for vendor in [&CARDIOGRAM, &HEALTHTAP] {
        let answer = changed(&sandbox, vendor, |request| body(&without_header(&request, "Authorization"))).await;
        refused(vendor.name, &answer, 401, "invalid_client", "must authenticate by HTTP Basic");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic "));
        let answer = changed(&sandbox, vendor, |request| body(&request)).await;
        refused(vendor.name, &answer, 401, "invalid_client", "`client_secret` does not belong");
        let answer = changed(&sandbox, vendor, |request| without_header(&request, "Authorization")).await;
        refused(vendor.name, &answer, 401, "invalid_client", "must authenticate by HTTP Basic");
        let answer = changed(&sandbox, vendor, |request| request.replace(BASIC, RAW_BASIC)).await;
        refused(vendor.name, &answer, 401, "invalid_client", "form-encoded first");
        let answer =
            changed(&sandbox, vendor, |request| request.replace(BASIC, "Basic c2FuZGJveC1jbGllbnQ6eA==")).await;
        refused(vendor.name, &answer, 401, "invalid_client", "secret is wrong");
    }
    for vendor in [&CARDIOMOOD, &VITALDB] {
        let basic =
            |request: String| request.replace("\nContent-Type", &format!("\nAuthorization: {BASIC}\nContent-Type"));
        let answer = changed(&sandbox, vendor, basic).await;
        refused(vendor.name, &answer, 401, "invalid_client", "belong in the body, not in the `Authorization` header");
        let wrong = |request: String| request.replace(SECRET, "wrong").replace(FORM_SECRET, "wrong");
        let answer = changed(&sandbox, vendor, wrong).await;
        refused(vendor.name, &answer, 401, "invalid_client", "`client_secret` is wrong");
    }
    let log_in = format!("POST /oauth2/token\nContent-Type: {FORM}\n\nid=sandbox-user&pw=x&client_id=sandbox-client");
    let answer = VITALDB.send(&sandbox, &log_in).await;
    refused("log_in", &answer, 400, "invalid_request", "`client_id` does not belong");
}

#[tokio::test]
async fn codes_used_expired_or_made_up() {
    for vendor in CODE_VENDORS {
        let sandbox = start().await;
        let exchange = vendor.sound_exchange(&sandbox).await;
        let first = vendor.send(&sandbox, &exchange).await;
        assert_eq!(first.status, 200, "{first:?}");
        let again = vendor.send(&sandbox, &exchange).await;
        refused(vendor.name, &again, 400, "invalid_grant", "the code was used before");
        if let Some(call) = vendor.call {
            // RFC 6749, section 4.1.2: what the code gave is revoked.
            let call = vendor.fill(call, "access_token", &first.text("access_token"));
            refused(vendor.name, &vendor.send(&sandbox, &call).await, 401, "invalid_token", "revoked");
        }
        let answer = vendor.send(&sandbox, &vendor.fill(vendor.exchange, "code", "made-up")).await;
        refused(vendor.name, &answer, 400, "invalid_grant", "not issued here");

        let late = vendor.sound_exchange(&sandbox).await;
        let lives = if vendor.name == "vitaldb" { 180 } else { 600 };
        sandbox.advance(Duration::from_secs(lives - 10));
        assert_eq!(vendor.send(&sandbox, &vendor.sound_exchange(&sandbox).await).await.status, 200);
        sandbox.advance(Duration::from_secs(10));
        let answer = vendor.send(&sandbox, &late).await;
        refused(vendor.name, &answer, 400, "invalid_grant", "the code expired");
    }
}

#[tokio::test]
async fn refresh_tokens_spent_revoked_or_expired() {
    for vendor in CODE_VENDORS {
        let Some(refresh) = vendor.refresh else { continue };
        let sandbox = start().await;
        let tokens = vendor.tokens(&sandbox).await;
        let request = vendor.fill(refresh, "refresh_token", tokens["refresh_token"].as_str().unwrap());
        // Of two at once, one succeeds.
        let (one, other) = tokio::join!(vendor.send(&sandbox, &request), vendor.send(&sandbox, &request));
        let (good, bad) = if one.status == 200 { (one, other) } else { (other, one) };
        assert_eq!(good.status, 200, "{}: {good:?}", vendor.name);
        refused(vendor.name, &bad, 400, "invalid_grant", "the refresh token was spent before");
        if let Some(call) = vendor.call {
            let old = vendor.fill(call, "access_token", tokens["access_token"].as_str().unwrap());
            let dies = vendor.name == "cardiomood";
            assert_eq!(vendor.send(&sandbox, &old).await.status, if dies { 401 } else { 200 }, "{}", vendor.name);
            let new = vendor.fill(call, "access_token", &good.text("access_token"));
            // Whoever shows a spent one ends the login, its spec says.
            assert_eq!(vendor.send(&sandbox, &new).await.status, if dies { 401 } else { 200 }, "{}", vendor.name);
        }
        let next = vendor.fill(refresh, "refresh_token", &good.text("refresh_token"));
        if vendor.name == "healthtap" {
            sandbox.advance(Duration::from_secs(30 * 86_400));
            refused(vendor.name, &vendor.send(&sandbox, &next).await, 400, "invalid_grant", "expired");
        } else {
            sandbox.revoke_refresh_tokens(vendor.name).unwrap();
            refused(vendor.name, &vendor.send(&sandbox, &next).await, 400, "invalid_grant", "revoked");
        }
        let access = vendor.fill(refresh, "refresh_token", &good.text("access_token"));
        refused(vendor.name, &vendor.send(&sandbox, &access).await, 400, "invalid_grant", "not issued here");
    }
}

#[tokio::test]
async fn parameters_extra_missing_renamed_or_repeated() {
    let sandbox = start().await;
    for vendor in CODE_VENDORS {
        let answer = changed(&sandbox, vendor, |request| with(&request, "audience", "x")).await;
        refused(vendor.name, &answer, 400, "invalid_request", "`audience` does not belong in the body");
        let rename = |request: String| request.replace("code=", "auth_code=").replace("\"code\"", "\"auth_code\"");
        let answer = changed(&sandbox, vendor, rename).await;
        refused(vendor.name, &answer, 400, "invalid_request", "`code` is missing in the body");
        assert!(answer.body.contains("`auth_code` does not belong"), "{}", answer.body);
        let answer = changed(&sandbox, vendor, |request| with(&request, "code", "x")).await;
        refused(vendor.name, &answer, 400, "invalid_request", "`code` stands in the body more than once");
        let answer = changed(&sandbox, vendor, |request| request.replace("/token\n", "/token?audience=x\n")).await;
        refused(vendor.name, &answer, 400, "invalid_request", "`audience` does not belong in the query");
        let answer = changed(&sandbox, vendor, |request| request.replacen("POST", "PUT", 1)).await;
        refused(vendor.name, &answer, 405, "invalid_request", "the method must be POST");
        if vendor.name != "vitaldb" {
            let answer = changed(&sandbox, vendor, |request| request.replace("authorization_code", "code")).await;
            refused(vendor.name, &answer, 400, "unsupported_grant_type", "`grant_type` must be");
        }
    }
    let vital = changed(&sandbox, &VITALDB, |request| with(&request, "grant_type", "authorization_code")).await;
    refused("vitaldb", &vital, 400, "invalid_request", "`grant_type` does not belong in the body");
    let cardiogram =
        changed(&sandbox, &CARDIOGRAM, |request| with(&request, "redirect_uri", "https://a.example")).await;
    refused("cardiogram", &cardiogram, 400, "invalid_request", "`redirect_uri` does not belong in the body");
    let renamed = format!("POST /oauth2/token\nContent-Type: {FORM}\n\nusername=sandbox-user&password=x");
    let answer = VITALDB.send(&sandbox, &renamed).await;
    refused(
        "vitaldb",
        &answer,
        400,
        "invalid_request",
        "`username` must be called `id`; `password` must be called `pw`",
    );
    let wrong = format!("POST /oauth2/token\nContent-Type: {FORM}\n\nid=sandbox-user&pw=x");
    refused("vitaldb", &VITALDB.send(&sandbox, &wrong).await, 400, "invalid_grant", "password is wrong");
    let typed = changed(&sandbox, &HEALTHTAP, |request| request.replace("\"sandbox-client\"", "7")).await;
    refused("healthtap", &typed, 400, "invalid_request", "`client_id` must be a string");
}

/// A token request of Human API.
fn human(inputs: &[&str], kind: &str) -> String {
    let inputs: String = inputs.iter().map(|name| format!("\"{name}\": \"u-1\", ")).collect();
    format!(
        "POST /v1/connect/token\nContent-Type: {JSON}\nCache-Control: no-cache\n\n\
         {{ \"client_id\": \"sandbox-client\", {inputs}\"client_secret\": \"{SECRET}\", \"type\": \"{kind}\" }}"
    )
}

#[tokio::test]
async fn three_grants_on_one_url() {
    let sandbox = start().await;
    let origin = sandbox.origin("humanapi").unwrap();
    let sound = human(&["client_user_id", "client_user_email"], "session");
    assert_eq!(send(origin, &sound).await.status, 200);
    let cases = [
        (
            human(&["client_user_id", "client_user_email"], "access"),
            400,
            "invalid_request",
            "`client_user_email` does not belong",
        ),
        (human(&["client_user_id"], "session"), 400, "invalid_request", "`client_user_email` is missing"),
        (human(&["client_user_id"], "refresh"), 400, "invalid_request", "`type` must be"),
        (sound.replace("\"u-1\"", "1"), 400, "invalid_request", "`client_user_id` must be a string"),
        (without_header(&sound, "Cache-Control"), 400, "invalid_request", "`Cache-Control` is missing in the headers"),
        (sound.replace("no-cache", "no-store"), 400, "invalid_request", "`Cache-Control` must be `no-cache`"),
        (sound.replace(SECRET, "wrong"), 401, "invalid_client", "`client_secret` is wrong"),
        (sound.replace("sandbox-client", "other"), 401, "invalid_client", "`client_id` names no client"),
        (sound.replace(" }", ""), 400, "invalid_request", "not one JSON object"),
    ];
    for (request, status, code, says) in cases {
        refused(says, &send(origin, &request).await, status, code, says);
    }
    let fallback = sandbox.fail_when("humanapi", "session_token", "source_already_connected", "client_user_id", "u-1");
    fallback.unwrap();
    assert_eq!(send(origin, &sound).await.status, 403);
    assert_eq!(send(origin, &sound.replace("\"u-1\"", "\"u-2\"")).await.status, 200);
    assert_eq!(send(origin, &human(&["client_user_id"], "id")).await.status, 200);
}

#[tokio::test]
async fn redirect_uris() {
    let sandbox = start().await;
    for (vendor, known) in
        [(&CARDIOMOOD, "http://localhost/oauth-redirect"), (&HEALTHTAP, "http://127.0.0.1:8910/callback")]
    {
        let answer = changed(&sandbox, vendor, |request| request.replace(known, "http://localhost/elsewhere")).await;
        refused(vendor.name, &answer, 400, "invalid_grant", "not the one that the code was issued for");
    }
    for vendor in [&CARDIOMOOD, &HEALTHTAP, &VITALDB] {
        let (path, query) = vendor.authorize.split_once('?').unwrap();
        let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("redirect_uri")).collect();
        let origin = sandbox.origin(vendor.name).unwrap();
        for uri in
            ["https://evil.example/", "javascript:alert(1)", "http://localhost/#x", "http://127.0.0.1.evil.example/"]
        {
            let request = format!("GET {path}?{}&redirect_uri={}", pairs.join("&"), encode(uri));
            let answer = send(origin, &request).await;
            assert!(answer.header("location").is_none());
            refused(uri, &answer, 400, "invalid_request", "`redirect_uri` is not registered");
        }
        let missing = send(origin, &format!("GET {path}?{}", pairs.join("&"))).await;
        refused(vendor.name, &missing, 400, "invalid_request", "`redirect_uri` is missing in the query");
        let custom = format!("GET {path}?{}&redirect_uri=cardiomood%3A%2F%2Fexample%2Fredirect", pairs.join("&"));
        assert!(
            send(origin, &custom).await.header("location").unwrap().starts_with("cardiomood://example/redirect?code=")
        );
    }
}

#[tokio::test]
async fn tokens_of_the_wrong_place_kind_or_age() {
    for vendor in [&CARDIOGRAM, &CARDIOMOOD, &VITALDB] {
        let sandbox = start().await;
        let token = vendor.tokens(&sandbox).await["access_token"].as_str().unwrap().to_owned();
        let sound = vendor.fill(vendor.call.unwrap(), "access_token", &token);
        assert_eq!(vendor.send(&sandbox, &sound).await.status, 200);
        let (line, _) = sound.split_once('\n').unwrap_or((&sound, ""));
        let (bare, _) = line.split_once('?').unwrap_or((line, ""));
        let places = [
            format!("{bare}\nAuthorization: Bearer {token}"),
            format!("{bare}\nAuthentication: Bearer {token}"),
            format!("{bare}?access_token={}", encode(&token)),
        ];
        for place in places.iter().filter(|place| vendor.name != "cardiomood" || !place.contains("\nAuthorization")) {
            let answer = vendor.send(&sandbox, place).await;
            if *place != sound {
                refused(place, &answer, 401, "invalid_token", "is missing in the");
                assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "));
            }
        }
        let answer = vendor.send(&sandbox, bare).await;
        refused(vendor.name, &answer, 401, "invalid_token", "is missing in the");
        let answer = vendor.send(&sandbox, &vendor.fill(vendor.call.unwrap(), "access_token", "made-up")).await;
        refused(vendor.name, &answer, 401, "invalid_token", "not issued here");
        sandbox.advance(Duration::from_secs(3600));
        refused(vendor.name, &vendor.send(&sandbox, &sound).await, 401, "invalid_token", "the token expired 0 s ago");
    }
    let sandbox = start().await;
    let token = VITALDB.tokens(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let twice = format!("GET /oauth2/userinfo?access_token={}\nAuthorization: Bearer {token}", encode(&token));
    let answer = VITALDB.send(&sandbox, &twice).await;
    refused("both places", &answer, 400, "invalid_request", "nothing belongs in the `Authorization` header");
}

#[tokio::test]
async fn types_of_inputs() {
    let sandbox = start().await;
    let token = CARDIOGRAM.tokens(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let post = |path: &str, body: &str| {
        format!("POST /heart/oauth/users/u1/{path}\nAuthentication: Bearer {token}\nContent-Type: {JSON}\n\n{body}")
    };
    let cases = [
        (
            post("beats", r#"{"beats": [{"start": "1", "end": 2, "value": 60}]}"#),
            "`beats` /0/start must be a whole number",
        ),
        (post("beats", r#"{"beats": [{"start": 1, "value": 60}]}"#), "`beats` /0 lacks `end`"),
        (post("beats", r#"{"beats": {}}"#), "`beats` must be an array"),
        (post("beats", r#"{"beats": [], "steps": []}"#), "`steps` does not belong in the body"),
        (post("covariates", r#"{"dateOfBirth": "1990-02-30"}"#), "`dateOfBirth` must be a date"),
        (post("covariates", r#"{"isOnBetaBlocker": "true"}"#), "`isOnBetaBlocker` must be true or false"),
    ];
    for (request, says) in cases {
        refused(says, &CARDIOGRAM.send(&sandbox, &request).await, 400, "invalid_request", says);
    }
    assert_eq!(CARDIOGRAM.send(&sandbox, &post("beats", r#"{"beats": []}"#)).await.status, 200);
    let token = CARDIOMOOD.tokens(&sandbox).await["access_token"].as_str().unwrap().to_owned();
    let call = |query: &str| format!("GET /user-summaries?{query}\nAuthorization: Bearer {token}");
    for (query, says) in [
        ("date_from=yesterday", "`date_from` must be a date"),
        ("per_page=many", "`per_page` must be a whole number"),
        ("from_date=2024-01-01", "`from_date` does not belong in the query"),
        ("page=%zz", "the query has broken percent-encoding"),
    ] {
        refused(query, &CARDIOMOOD.send(&sandbox, &call(query)).await, 400, "invalid_request", says);
    }
    assert_eq!(CARDIOMOOD.send(&sandbox, &call("per_page=10&page=2")).await.status, 200);
}
