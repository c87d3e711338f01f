use std::time::Duration;

use authsmith::MemoryStore;
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options, PASSWORD, USERNAME};
use authsmith_tests::scoped_grants::{Client, Scope};

use super::{CALLBACK, Vendor};
use crate::literal::golden;

async fn vendor() -> (Vendor, Client) {
    let vendor = Vendor::of("scoped-grants", golden("scoped-grants").0.clone(), Options::default()).await;
    let client = Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(CALLBACK)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap();
    (vendor, client)
}

#[tokio::test]
async fn a_grant_is_repeated_with_the_scopes_that_were_asked_for() {
    let (vendor, client) = vendor().await;
    let tokens = client.machine([Scope::Read, Scope::StepsWrite]).await.unwrap();
    let connection = client.keep("job", tokens).await.unwrap();
    vendor.advance(Duration::from_secs(3601));
    connection.status().send().await.unwrap();
    client.machine([]).await.unwrap();
    let sent: Vec<_> = vendor.recorded("machine").iter().map(|request| request.body.clone()).collect();
    let scopes = ["permissions=read%2Csteps%3Awrite&", "permissions=read%2Csteps%3Awrite&", "permissions=read&"];
    assert_eq!(sent.len(), scopes.len());
    for (body, scope) in sent.iter().zip(scopes) {
        assert!(body.contains(scope), "{scope}");
    }
}

#[tokio::test]
async fn no_scope_is_sent_where_none_is_named() {
    let (vendor, client) = vendor().await;
    client.log_in(USERNAME, PASSWORD, []).await.unwrap();
    client.by_ticket("t1", []).await.unwrap();
    assert!(!vendor.recorded("log_in")[0].body.contains("scope"));
    assert_eq!(vendor.recorded("by_ticket")[0].body, r#"{"ticket":"t1"}"#);
}

#[tokio::test]
async fn an_exchange_repeats_scope_and_state_of_its_login() {
    let (vendor, client) = vendor().await;
    let login = client.authorize([Scope::Read]).start().unwrap();
    let kept = serde_json::to_string(login.pending()).unwrap();
    let callback = vendor.consent(login.url()).await;
    client.exchange_code(serde_json::from_str(&kept).unwrap(), &callback).await.unwrap();
    assert!(vendor.recorded("exchange_code")[0].body.contains("&scope=read&state="));
}

#[tokio::test]
async fn the_vendor_refuses_scopes_that_it_can_not_read() {
    let (vendor, client) = vendor().await;
    let error = client.log_in(USERNAME, PASSWORD, [Scope::Other("a\\b".to_owned())]).await.unwrap_err();
    assert_eq!(error.refusal().and_then(|refusal| refusal.code.as_deref()), Some("invalid_scope"), "{error}");
    assert_eq!(vendor.statuses("log_in"), [400]);
}
