use authsmith::codegen::v1 as rt;
use authsmith::{AuthorizationCode, Connection, Error, ErrorKind, Json, Method, PendingLogin, Record, Store, Tokens};
use std::sync::Arc;

use crate::acme::{self, CANARY, Vendor, json};
use crate::globex::{self, Access, AuthorizeRequest, callback, granted, inputs, operations, pairs};

const CAME_BACK: &str = "auth_code=1&realmId=77&iss=https://initech.globex.example";

/// Grants give tokens, everything else an empty object.
fn vendor() -> Arc<Vendor> {
    Vendor::new(|request, n| match request.url.path() {
        "/token" | "/login" => granted(n),
        _ => json(200, "{}"),
    })
}

async fn consent(client: &authsmith::Client) -> Tokens<Access> {
    let login = AuthorizeRequest::new(client, "initech").start().unwrap();
    let callback = callback(&login, CAME_BACK);
    // The session keeps it as text.
    let text = serde_json::to_string(&login.into_pending()).unwrap();
    let pending: PendingLogin = serde_json::from_str(&text).unwrap();
    client.exchange_code(&operations::EXCHANGE_CODE, pending, &callback).await.unwrap().tokens().unwrap()
}

async fn me(connection: &Connection<Access>) -> Result<Json, Error> {
    connection.call(&operations::ME, rt::inputs()).send().await
}

#[tokio::test]
async fn what_a_login_is_begun_with_and_brings_reaches_exchange_calls_and_renewal() {
    let vendor = vendor();
    let (client, clock) = globex::client(&vendor);
    let tokens = consent(&client).await;
    let exchange = vendor.last();
    assert_eq!(exchange.url.as_str(), "https://initech.globex.example/token");
    let sent = pairs(&vendor.last_body());
    assert_eq!((sent["realm"].as_str(), sent["zone"].as_str()), ("77", "eu"));
    assert_eq!(
        (tokens.kept("domain"), tokens.kept("api_host")),
        (Some("initech.globex.example"), Some("api-0.globex.example"))
    );
    assert_eq!(tokens.kept("desk"), None);

    let connection = client.keep("u", tokens).await.unwrap();
    me(&connection).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://api-0.globex.example/eu/me");
    clock.advance(3600);
    me(&connection).await.unwrap();
    // The renewal says where the API is now.
    assert_eq!(vendor.last().url.as_str(), "https://api-1.globex.example/eu/me");
    let kept = connection.tokens().unwrap();
    assert_eq!((kept.kept("realm_id"), kept.kept("api_host")), (Some("77"), Some("api-1.globex.example")));
    assert!(vendor.log.lock().unwrap().iter().any(|request| {
        let sent = pairs(std::str::from_utf8(&request.body).unwrap());
        sent.contains_key("refresh_token") && sent.get("realm").map(String::as_str) == Some("77")
    }));
}

#[tokio::test]
async fn another_process_finds_all_of_it_in_the_store() {
    let (vendor, store) = (vendor(), Arc::new(authsmith::MemoryStore::new()));
    let client = globex::config(&vendor).store(Arc::clone(&store)).build().unwrap();
    let tokens = consent(&client).await;
    client.keep("u", tokens).await.unwrap();
    let kept = store.load("globex/access/u").await.unwrap().unwrap();
    assert!(kept.body().expose().starts_with(r#"{"format":2,"#), "a program of before would drop what is kept");
    let record = Record::new(kept.version(), kept.due(), kept.body().expose());
    store.delete("globex/access/u").await.unwrap();
    store.compare_and_set("globex/access/u", None, &record).await.unwrap();
    let elsewhere = globex::config(&vendor).store(store).build().unwrap();
    me(&elsewhere.resume("u").await.unwrap()).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://api-0.globex.example/eu/me");
}

#[tokio::test]
async fn a_record_of_before_is_still_read() {
    let store = Arc::new(authsmith::MemoryStore::new());
    let record = Record::new(3, None, r#"{"format":1,"tokens":{"value":"t"}}"#);
    store.compare_and_set("globex/access/u", None, &record).await.unwrap();
    let client = globex::config(&vendor()).store(store).build().unwrap();
    let connection: Connection<globex::Access> = client.resume("u").await.unwrap();
    assert_eq!(connection.token().await.unwrap().expose(), "t");
}

#[test]
fn a_pending_login_of_before_still_parses() {
    let (client, _) = globex::client(&vendor());
    let login = AuthorizeRequest::new(&client, "initech").start().unwrap();
    let mut text: Json = serde_json::to_value(login.pending()).unwrap();
    text.as_object_mut().unwrap().remove("kept").unwrap();
    text["format"] = 1.into();
    serde_json::from_value::<PendingLogin>(text).unwrap();
}

#[tokio::test]
async fn a_grant_takes_settings_too() {
    let vendor = vendor();
    let (client, _) = globex::client(&vendor);
    let desk = "0188e1c2-7a3b-4c5d-8e9f-0123456789ab";
    let inputs = inputs().setting("desk", desk).maybe_setting("zone", Some("us"));
    let tokens: Tokens<Access> = client.grant(&operations::LOG_IN, inputs).await.unwrap().tokens().unwrap();
    assert_eq!((tokens.kept("desk"), tokens.kept("zone")), (Some(desk), Some("us")));
    assert_eq!(pairs(&vendor.last_body())["desk"], desk);
}

#[tokio::test]
async fn settings_are_checked_before_anything_is_sent() {
    let vendor = vendor();
    let (client, _) = globex::client(&vendor);
    for (inputs, message) in [
        (rt::inputs(), "log_in: the setting `domain` is missing"),
        (
            rt::inputs().setting("domain", "evil.example/x"),
            r"log_in: the setting `domain` must match `[a-z0-9-]+\.globex\.example`",
        ),
        (
            rt::inputs().setting("domain", "Initech"),
            r"log_in: the setting `domain` must match `[a-z0-9-]+\.globex\.example`",
        ),
        (rt::inputs().setting("domain", "a").setting("desk", "1"), "log_in: the setting `desk` must be a UUID"),
        (
            rt::inputs().setting("domain", "a").setting("edition", "y"),
            "log_in: the setting `edition` is given to the client, not to one connection",
        ),
        (
            rt::inputs().setting("domain", "a").setting("realm", "y"),
            "log_in: Globex has no setting `realm`; its settings are: domain, desk, zone",
        ),
    ] {
        let error = client.grant(&operations::LOG_IN, inputs.with("user", "ada")).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Input, message));
    }
    let error = client.authorize::<rt::StateReturned>().start().unwrap_err();
    assert_eq!(error.to_string(), "the setting `domain` is missing");
    assert_eq!(vendor.log.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_suffix_that_is_there_is_not_put_twice() {
    let vendor = vendor();
    let (client, _) = globex::client(&vendor);
    let inputs = rt::inputs().setting("domain", "initech.globex.example").with("user", "ada");
    client.grant(&operations::LOG_IN, inputs).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://initech.globex.example/login");
}

#[tokio::test]
async fn tokens_from_elsewhere_bring_their_settings_and_are_given_back_when_one_is_missing() {
    let vendor = vendor();
    let (client, _) = globex::client(&vendor);
    let tokens = Tokens::<Access>::new(format!("own-{CANARY}"));
    let error = client.keep("u", tokens.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Input, "the setting `domain` is missing"));
    assert_eq!(error.rescued_tokens::<Access>().unwrap().token(), tokens.token());
    let tokens = tokens.with_kept("domain", "initech").with_kept("api_host", "api.globex.example");
    let connection = client.keep("u", tokens).await.unwrap();
    assert_eq!(connection.tokens().unwrap().kept("domain"), Some("initech.globex.example"));
    me(&connection).await.unwrap();
}

#[tokio::test]
async fn a_code_without_a_browser_remembers_its_connection() {
    let vendor = Vendor::new(|request, n| match request.url.path() {
        "/invite" => json(200, r#"{"code":"c"}"#),
        _ => granted(n),
    });
    let (client, _) = globex::client(&vendor);
    let code: AuthorizationCode =
        client.grant(&operations::INVITE, inputs()).await.unwrap().code::<Json>().unwrap().code;
    let code = code.with_kept("realm_id", "5");
    client.exchange_issued_code(&operations::EXCHANGE_CODE, code).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://initech.globex.example/token");
}

#[tokio::test]
async fn a_custom_request_uses_them_and_what_every_call_sends() {
    let vendor = vendor();
    let (client, _) = globex::client(&vendor);
    let connection = client.keep("u", consent(&client).await).await.unwrap();
    let _: Json = connection.request(Method::GET, "/things").send().await.unwrap();
    let request = vendor.last();
    assert_eq!(request.url.as_str(), "https://api-0.globex.example/v1/things?edition=x");
    assert_eq!(request.headers["x-zone"], "eu");
}

#[tokio::test]
async fn moments_and_random_bytes_are_new_for_every_request() {
    let vendor = vendor();
    let (client, clock) = globex::client(&vendor);
    let mut sent = Vec::new();
    for _ in 0..2 {
        client.grant(&operations::LOG_IN, inputs()).await.unwrap();
        let headers = vendor.last().headers;
        sent.push((headers["x-sent"].to_str().unwrap().to_owned(), headers["x-request"].to_str().unwrap().to_owned()));
        clock.advance(5);
    }
    assert_eq!((sent[0].0.as_str(), sent[1].0.as_str()), ("1700000000", "1700000005"));
    assert_eq!((sent[0].1.len(), sent[0].1 == sent[1].1), (36, false));
    // `app:client-secret-k4n4ry`, joined by a named value.
    assert_eq!(vendor.last().headers["authorization"], "Basic YXBwOmNsaWVudC1zZWNyZXQtazRuNHJ5");
}

#[tokio::test]
async fn nobody_sees_what_is_kept() {
    let (client, _) = globex::client(&vendor());
    let tokens = consent(&client).await;
    for text in [format!("{tokens:?}"), format!("{:?}", client.keep("u", tokens).await.unwrap())] {
        assert!(!text.contains("initech"), "{text}");
        acme::assert_no_canary(&text);
    }
}

#[tokio::test]
async fn bytes_come_as_they_are() {
    let vendor = Vendor::new(|request, n| match request.url.path() {
        "/file" => json(200, "\u{1}{not json"),
        _ => granted(n),
    });
    let (client, _) = globex::client(&vendor);
    let connection = client.keep("u", consent(&client).await).await.unwrap();
    let bytes: Vec<u8> = connection.call::<_, Error>(&operations::DOWNLOAD, rt::inputs()).send().await.unwrap();
    assert_eq!(bytes, b"\x01{not json");
}

#[tokio::test]
async fn a_url_without_its_value_says_what_gives_it() {
    let vendor = vendor();
    let (client, _) = globex::client(&vendor);
    let tokens: Tokens<Access> = Tokens::new("t").with_kept("domain", "initech");
    let connection = client.keep("u", tokens).await.unwrap();
    let error = me(&connection).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    let why = "me: `api_host` has no value, and the URL needs it; the answer to `exchange_code` gives it";
    assert_eq!(error.to_string(), why);
}
