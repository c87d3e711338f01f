use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{CallbackError, Client, ErrorKind, MemoryStore, PendingLogin};

use crate::acme::{self, Access, CANARY, HandClock, Vendor, operations, tokens};

fn query(url: &str) -> HashMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

async fn exchange(
    client: &Client,
    pending: PendingLogin,
    callback: &str,
) -> Result<rt::Tokens<Access>, authsmith::Error> {
    client.exchange_code(&operations::EXCHANGE_CODE, pending, callback).await?.tokens()
}

fn copy(pending: &PendingLogin) -> PendingLogin {
    serde_json::from_str(&serde_json::to_string(pending).unwrap()).unwrap()
}

#[tokio::test]
async fn a_login_goes_out_with_state_and_pkce_and_comes_back() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let login = client.authorize::<rt::StateReturned>().scopes(["read", "write"]).start().unwrap();
    let sent = query(login.url());
    assert!(login.url().starts_with("https://acme.example/eu/authorize?response_type=code&client_id=app&"));
    assert_eq!((sent["scope"].as_str(), sent["state"].len()), ("read write", 43));
    let callback = format!("https://app.example/callback?code=c-{CANARY}&state={}", sent["state"]);
    let tokens = exchange(&client, login.into_pending(), &callback).await.unwrap();
    assert_eq!(tokens.token().expose(), format!("access-0-{CANARY}"));
    let body: HashMap<String, String> = url::form_urlencoded::parse(&vendor.last().body).into_owned().collect();
    let verifier = rt::Secret::from(body["code_verifier"].as_str());
    assert_eq!(authsmith_protocol::pkce::challenge(&verifier), sent["code_challenge"]);
    assert_eq!(body["redirect_uri"], "https://app.example/callback");
    assert_eq!(*vendor.fresh.lock().unwrap(), [true]);
}

#[tokio::test]
async fn two_logins_share_nothing() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let login = || query(client.authorize::<rt::StateReturned>().start().unwrap().url());
    let (first, second) = (login(), login());
    assert_ne!(first["state"], second["state"]);
    assert_ne!(first["code_challenge"], second["code_challenge"]);
}

#[tokio::test]
async fn without_pkce_no_challenge_and_no_verifier_is_sent() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config_of(&operations::QUIET, &vendor).build().unwrap();
    let login = client.authorize::<rt::StateUndocumented>().start().unwrap();
    let sent = query(login.url());
    assert!(!sent.contains_key("code_challenge"));
    let callback = format!("?code=1&state={}", sent["state"]);
    exchange(&client, login.into_pending(), &callback).await.unwrap();
    assert!(!vendor.last_body().contains("code_verifier"));
}

#[tokio::test]
async fn input_22_another_state_is_refused_and_nothing_is_sent() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    for (callback, expected) in [
        ("?code=1&state=other", CallbackError::StateMismatch),
        ("?code=1", CallbackError::StateMissing),
        ("?code=1&state=a&state=b", CallbackError::Repeated("state")),
    ] {
        let pending = client.authorize::<rt::StateReturned>().start().unwrap().into_pending();
        let error = exchange(&client, pending, callback).await.unwrap_err();
        assert_eq!((error.kind(), error.callback()), (ErrorKind::Callback, Some(&expected)));
        assert!(!error.is_retryable());
    }
    assert_eq!(vendor.count("/token"), 0);
}

#[tokio::test]
async fn a_missing_state_is_taken_only_when_the_app_says_so() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config_of(&operations::QUIET, &vendor).build().unwrap();
    let pending = || client.authorize::<rt::StateUndocumented>();
    let strict = pending().start().unwrap().into_pending();
    let error = exchange(&client, strict, "?code=1").await.unwrap_err();
    assert_eq!(error.callback(), Some(&CallbackError::StateMissing));
    let lenient = pending().accept_missing_state().start().unwrap().into_pending();
    exchange(&client, copy(&lenient), "?code=1").await.unwrap();
    assert_eq!(exchange(&client, lenient, "?code=1").await.unwrap_err().kind(), ErrorKind::LoginUsed);
    let lenient = pending().accept_missing_state().start().unwrap().into_pending();
    let error = exchange(&client, lenient, "?code=1&state=other").await.unwrap_err();
    assert_eq!(error.callback(), Some(&CallbackError::StateMismatch));
}

#[tokio::test]
async fn a_session_cant_talk_a_documented_vendor_out_of_its_state() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let pending = client.authorize::<rt::StateReturned>().start().unwrap().into_pending();
    let forged =
        serde_json::to_string(&pending).unwrap().replace(r#""may_lack_state":false"#, r#""may_lack_state":true"#);
    let error = exchange(&client, serde_json::from_str(&forged).unwrap(), "?code=1").await.unwrap_err();
    assert_eq!(error.callback(), Some(&CallbackError::StateMissing));
}

#[tokio::test]
async fn input_22_no_copy_of_a_login_works_twice() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let login = client.authorize::<rt::StateReturned>().start().unwrap();
    let callback = format!("?code=1&state={}", query(login.url())["state"]);
    let stolen = copy(login.pending());
    exchange(&client, login.into_pending(), &callback).await.unwrap();
    let error = exchange(&client, stolen, &callback).await.unwrap_err();
    assert_eq!((error.kind(), vendor.count("/token")), (ErrorKind::LoginUsed, 1));
}

#[tokio::test]
async fn a_login_is_burned_before_the_vendor_answers_and_in_every_process() {
    let store = Arc::new(MemoryStore::new());
    let vendor = Vendor::new(|_, _| acme::json(503, "{}"));
    let client = acme::config(&vendor).store(Arc::clone(&store)).build().unwrap();
    let elsewhere = acme::config(&vendor).store(store).build().unwrap();
    let login = client.authorize::<rt::StateReturned>().start().unwrap();
    let callback = format!("?code=1&state={}", query(login.url())["state"]);
    let twin = copy(login.pending());
    let error = exchange(&client, login.into_pending(), &callback).await.unwrap_err();
    assert_eq!((error.status(), error.is_retryable()), (Some(503), false));
    assert_eq!(exchange(&elsewhere, twin, &callback).await.unwrap_err().kind(), ErrorKind::LoginUsed);
}

#[tokio::test]
async fn a_denial_is_typed_and_spends_the_login() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let login = client.authorize::<rt::StateReturned>().start().unwrap();
    let state = query(login.url())["state"].clone();
    let twin = copy(login.pending());
    let denial = format!("?error=access_denied&error_description=not+{state}&state={state}");
    let error = exchange(&client, login.into_pending(), &denial).await.unwrap_err();
    let expected = CallbackError::Denied { code: "access_denied".into(), text: Some("not [redacted]".into()) };
    assert_eq!(error.callback(), Some(&expected));
    let late = exchange(&client, twin, &format!("?code=1&state={state}")).await.unwrap_err();
    assert_eq!((late.kind(), vendor.count("/token")), (ErrorKind::LoginUsed, 0));
}

#[tokio::test]
async fn a_login_ends_with_the_client_that_began_it() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let others = [
        acme::config_of(&operations::OTHER, &vendor),
        acme::config(&vendor).client_id("another"),
        acme::config(&vendor).redirect_uri("https://app.example/other"),
        acme::config(&vendor).setting("region", "us"),
        acme::config(&vendor).server("http://127.0.0.1:1"),
    ];
    for other in others {
        let login = client.authorize::<rt::StateReturned>().start().unwrap();
        let callback = format!("?code=1&state={}", query(login.url())["state"]);
        let error = exchange(&other.build().unwrap(), login.into_pending(), &callback).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LoginForeign);
    }
    assert_eq!(vendor.count("/token"), 0);
}

#[tokio::test]
async fn a_login_expires() {
    let (vendor, clock) = (Vendor::new(|_, n| tokens(n)), HandClock::new());
    let client = acme::config(&vendor).clock(Arc::clone(&clock)).build().unwrap();
    let login = client.authorize::<rt::StateReturned>().start().unwrap();
    let callback = format!("?code=1&state={}", query(login.url())["state"]);
    clock.advance(600);
    assert_eq!(exchange(&client, login.into_pending(), &callback).await.unwrap_err().kind(), ErrorKind::LoginExpired);
    let patient = acme::config(&vendor).clock(Arc::clone(&clock)).login_lifetime(Duration::from_secs(3600));
    let client = patient.build().unwrap();
    let login = client.authorize::<rt::StateReturned>().start().unwrap();
    let callback = format!("?code=1&state={}", query(login.url())["state"]);
    clock.advance(600);
    exchange(&client, login.into_pending(), &callback).await.unwrap();
}

#[tokio::test]
async fn a_user_can_be_created_without_a_browser() {
    let vendor = Vendor::new(|_, _| acme::json(200, r#"{"access_token":"t","guid":"g","more":1}"#));
    let client = acme::config(&vendor).build().unwrap();
    #[derive(Debug, serde::Deserialize)]
    struct Fields {
        guid: String,
        #[serde(flatten)]
        extra: rt::Extra,
    }
    let inputs = rt::inputs().with("email", "a@b.example");
    let answer = client.grant(&operations::CREATE_USER, inputs).await.unwrap();
    let granted: rt::Granted<Access, Fields> = answer.granted().unwrap();
    assert_eq!((granted.fields.guid.as_str(), granted.tokens.token().expose()), ("g", "t"));
    assert_eq!(format!("{:?}", granted.fields.extra), r#"{"more"}"#);
    assert_eq!(granted.fields.extra.get("more"), Some(&1.into()));
}
