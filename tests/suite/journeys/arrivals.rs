use authsmith::{HttpTransport, Limits, MemoryStore, Method, Request, Transport};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options};
use authsmith_tests::{arrivals, posted};
use std::time::Duration;

use super::{CALLBACK, Vendor};
use crate::literal::golden;

async fn vendor(name: &'static str) -> Vendor {
    Vendor::of(name, golden(name).0.clone(), Options::default()).await
}

#[tokio::test]
async fn what_stands_for_a_code_comes_behind_a_hash_and_goes_into_a_path() {
    let vendor = vendor("arrivals").await;
    let client = arrivals::Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(CALLBACK)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap();
    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    assert!(callback.starts_with(&format!("{CALLBACK}#tenant=")));
    let tokens = client.exchange_code(login.into_pending(), &callback).await.unwrap();
    let connection = client.keep("tenant", tokens).await.unwrap();
    connection.me().send().await.unwrap();
    let sent = &vendor.recorded("exchange_code")[0];
    assert!(sent.path.ends_with("/oauth2/token") && !sent.body.contains("tenant=") && !sent.body.contains("&code="));
    client.by_webhook("one/two", "code-1").await.unwrap();
    assert_eq!(vendor.recorded("by_webhook")[0].path, "/installations/one%2Ftwo/authorizations");

    let login = client.authorize().start().unwrap();
    vendor.sandbox.deny_next_consent("arrivals").unwrap();
    let callback = vendor.consent(login.url()).await;
    let error = client.exchange_code(login.into_pending(), &callback).await.unwrap_err();
    assert!(error.to_string().contains("access_denied"), "{error}");
}

#[tokio::test]
async fn a_form_that_the_browser_posts() {
    let vendor = vendor("posted").await;
    let client = posted::Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(CALLBACK)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap();
    let login = client.authorize().start().unwrap();
    let request = Request::new(Method::GET, login.url().parse().unwrap());
    let page = HttpTransport::new().send(request, Limits::new(Duration::from_secs(10), 1 << 20)).await.unwrap();
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(page.status == 200 && html.contains(&format!("action=\"{CALLBACK}\"")));
    let values = html.split("type=\"hidden\" name=\"").skip(1).map(|input| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        (name, rest.split_once('"').unwrap().0)
    });
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(values).finish();
    client.exchange_code(login.into_pending(), &body).await.unwrap();
}
