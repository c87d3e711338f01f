use std::time::Duration;

use authsmith::MemoryStore;
use authsmith_cardiomood::{Client, TokenEncoding};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options};

use super::Vendor;

const REDIRECT: &str = "cardiomood://example/redirect";
const ROOT: &str = "https://api.health.cloud.cardiomood.com";

fn client(vendor: &Vendor, encoding: TokenEncoding) -> Client {
    Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(REDIRECT)
        .authorize_url(format!("{ROOT}/oauth/authorize"))
        .token_url(format!("{ROOT}/oauth/token"))
        .api_url(ROOT)
        .token_encoding(encoding)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap()
}

async fn connected(vendor: &Vendor, client: &Client) -> authsmith_cardiomood::Connection {
    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    assert!(callback.starts_with(REDIRECT), "{callback}");
    let tokens = client.exchange_code(login.into_pending(), &callback).await.unwrap();
    client.keep("member", tokens).await.unwrap()
}

#[tokio::test]
async fn a_member_is_connected_in_either_encoding() {
    for (encoding, word, content_type) in [
        (TokenEncoding::Json, "json", "application/json"),
        (TokenEncoding::Form, "form", "application/x-www-form-urlencoded"),
    ] {
        let options = Options::default().setting("cardiomood", "token_encoding", word);
        let vendor = Vendor::start_with("cardiomood", options).await;
        let client = client(&vendor, encoding);
        let member = connected(&vendor, &client).await;
        member.raw_metrics("heart-rate-variability").from_date("2024-01-01T00:00:00.000+02:00").send().await.unwrap();
        member
            .user_summaries()
            .date_from("2024-01-01".parse::<authsmith::Date>().unwrap())
            .per_page(10)
            .send()
            .await
            .unwrap();
        let exchange = &vendor.recorded("exchange_code")[0];
        assert_eq!(exchange.header("content-type"), Some(content_type));
        assert_eq!(vendor.recorded("user_summaries")[0].query.as_deref(), Some("date_from=2024-01-01&per_page=10"));
    }
}

#[tokio::test]
async fn many_callers_at_expiry_make_one_refresh() {
    let vendor = Vendor::start("cardiomood").await;
    let client = client(&vendor, TokenEncoding::Json);
    let member = connected(&vendor, &client).await;
    vendor.advance(Duration::from_secs(40_000_000));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let member = member.clone();
        callers.spawn(async move { member.user_summaries().send().await.map(drop) });
    }
    for outcome in callers.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(vendor.statuses("refresh"), [200]);
}

#[tokio::test]
async fn a_401_is_answered_by_one_renewal_and_then_typed() {
    let vendor = Vendor::start("cardiomood").await;
    let client = client(&vendor, TokenEncoding::Json);
    let member = connected(&vendor, &client).await;
    vendor.sandbox.revoke_access_tokens("cardiomood").unwrap();
    member.user_summaries().send().await.unwrap();
    assert_eq!(vendor.statuses("user_summaries"), [401, 200]);
    assert_eq!(vendor.statuses("refresh"), [200]);

    vendor.sandbox.revoke_access_tokens("cardiomood").unwrap();
    vendor.sandbox.revoke_refresh_tokens("cardiomood").unwrap();
    let error = member.user_summaries().send().await.unwrap_err();
    assert!(error.needs_consent(), "{error}");
    let error = member.user_summaries().send().await.unwrap_err();
    assert!(error.needs_consent(), "{error}");
    assert_eq!(vendor.statuses("refresh"), [200, 400], "a dead grant is not tried again");
}
