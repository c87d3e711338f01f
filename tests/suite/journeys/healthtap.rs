use std::time::Duration;

use authsmith::{CallbackError, ErrorKind, MemoryStore};
use authsmith_healthtap::{Client, Error, Scope};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET};

use super::{CALLBACK, Vendor};

fn client(vendor: &Vendor) -> Client {
    Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(CALLBACK)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_user_consents_and_is_renewed() {
    let vendor = Vendor::start("healthtap").await;
    let client = client(&vendor);
    let login = client.authorize([Scope::ProfileWrite, Scope::Other("new_one".into())]).start().unwrap();
    assert!(login.url().contains("scope=profile_write+new_one"), "{}", login.url());
    let callback = vendor.consent(login.url()).await;
    let tokens = client.exchange_code(login.into_pending(), &callback).await.unwrap();
    let user = client.keep("user-42", tokens).await.unwrap();
    let before = user.token().await.unwrap();
    vendor.advance(Duration::from_secs(7200));
    assert!(user.token().await.unwrap() != before);
    assert_eq!(vendor.statuses("refresh"), [200]);
}

#[tokio::test]
async fn a_denial_is_typed() {
    let vendor = Vendor::start("healthtap").await;
    let client = client(&vendor);
    vendor.sandbox.deny_next_consent("healthtap").unwrap();
    let login = client.authorize([Scope::ProfileRead]).start().unwrap();
    let callback = vendor.consent(login.url()).await;
    assert!(callback.contains("error=access_denied"), "{callback}");
    let Error::Other(error) = client.exchange_code(login.into_pending(), &callback).await.unwrap_err() else {
        panic!("HealthTap documents no failures by name")
    };
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert!(matches!(error.callback(), Some(CallbackError::Denied { code, .. }) if code == "access_denied"), "{error}");
    assert!(vendor.statuses("exchange_code").is_empty());
}

#[tokio::test]
async fn a_created_user_comes_with_tokens() {
    let vendor = Vendor::start("healthtap").await;
    let client = client(&vendor);
    let created = client.create_user("internal-1", "a random password").await.unwrap();
    assert_eq!(created.fields.guid, "f01bdaf185154a4fa694f90a334104b8");
    assert_eq!(created.fields.created_at, Some(1_478_054_227));
    assert_eq!(created.tokens.scope(), Some("member_public"));
    assert_eq!(created.tokens.extra().get("guid"), Some(&"f01bdaf185154a4fa694f90a334104b8".into()));
    client.keep("internal-1", created.tokens).await.unwrap();
    let kept = client.resume("internal-1").await.unwrap().tokens().unwrap();
    assert!(kept.extra().get("guid").is_some() && kept.extra().get("access_token").is_none());
}
