use std::time::Duration;

use authsmith::{ErrorKind, MemoryStore};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME};
use authsmith_vitaldb::{Client, Error};

use super::{CALLBACK, Vendor};

fn client(vendor: &Vendor, secret: &str) -> Client {
    Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(secret)
        .redirect_uri(CALLBACK)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_user_logs_in_and_is_read() {
    let vendor = Vendor::start("vitaldb").await;
    let client = client(&vendor, CLIENT_SECRET);
    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    let tokens = client.exchange_code(login.into_pending(), &callback).await.unwrap();
    let connection = client.keep("user-42", tokens).await.unwrap();
    let user = connection.userinfo().send().await.unwrap();
    assert_eq!((user.userid.as_str(), user.email.as_str()), ("sample-user", "user@example.com"));
    let again = client.resume("user-42").await.unwrap().userinfo().send().await.unwrap();
    assert_eq!(again.userid, "sample-user");
}

#[tokio::test]
async fn an_expired_connection_needs_consent_and_asks_the_vendor_nothing() {
    let vendor = Vendor::start("vitaldb").await;
    let client = client(&vendor, CLIENT_SECRET);
    let tokens = client.log_in(USERNAME, PASSWORD).await.unwrap();
    let connection = client.keep("user-42", tokens).await.unwrap();
    vendor.advance(Duration::from_secs(3601));
    let error = connection.userinfo().send().await.unwrap_err();
    assert!(error.needs_consent() && !error.is_retryable(), "{error}");
    assert!(vendor.statuses("userinfo").is_empty());
}

#[tokio::test]
async fn a_code_lives_three_minutes_and_is_used_once() {
    let vendor = Vendor::start("vitaldb").await;
    let client = client(&vendor, CLIENT_SECRET);
    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    vendor.advance(Duration::from_secs(181));
    let error = client.exchange_code(login.into_pending(), &callback).await.unwrap_err();
    assert_eq!(
        (error.status(), error.refusal().and_then(|refusal| refusal.code.as_deref())),
        (Some(400), Some("invalid_grant"))
    );

    let login = client.authorize().start().unwrap();
    let copy = serde_json::to_string(login.pending()).unwrap();
    let callback = vendor.consent(login.url()).await;
    client.exchange_code(login.into_pending(), &callback).await.unwrap();
    let error = client.exchange_code(serde_json::from_str(&copy).unwrap(), &callback).await.unwrap_err();
    let Error::Other(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), ErrorKind::LoginUsed);
    assert_eq!(vendor.statuses("exchange_code"), [400, 200]);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_as_such() {
    let vendor = Vendor::start("vitaldb").await;
    let client = client(&vendor, "wrong");
    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    let error = client.exchange_code(login.into_pending(), &callback).await.unwrap_err();
    assert_eq!(error.refusal().and_then(|refusal| refusal.code.as_deref()), Some("invalid_client"), "{error}");
    assert!(!error.needs_consent(), "a wrong secret says nothing about the user's grant");
}

#[tokio::test]
async fn a_foreign_state_is_refused_before_anything_is_sent() {
    let vendor = Vendor::start("vitaldb").await;
    let client = client(&vendor, CLIENT_SECRET);
    let (mine, other) = (client.authorize().start().unwrap(), client.authorize().start().unwrap());
    let callback = vendor.consent(other.url()).await;
    let error = client.exchange_code(mine.into_pending(), &callback).await.unwrap_err();
    let Error::Other(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert!(vendor.statuses("exchange_code").is_empty());
}
