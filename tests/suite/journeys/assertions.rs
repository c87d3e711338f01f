use authsmith::{Config, ErrorKind, MemoryStore};
use authsmith_sandbox::{CLIENT_ID, CLIENT_KEY_ID, CLIENT_SECRET, Options, key_for};
use authsmith_tests::{assertion_choice, assertions};
use std::time::Duration;

use super::{CALLBACK, Vendor};
use crate::literal::golden;

async fn vendor(name: &'static str) -> Vendor {
    Vendor::of(name, golden(name).0.clone(), Options::default()).await
}

fn choosing(vendor: &Vendor, key: impl Into<assertion_choice::ClientKey>) -> assertion_choice::Client {
    try_choosing(vendor, key, |config| config).unwrap()
}

fn try_choosing(
    vendor: &Vendor,
    key: impl Into<assertion_choice::ClientKey>,
    change: impl FnOnce(Config) -> Config,
) -> Result<assertion_choice::Client, authsmith::Error> {
    let builder = assertion_choice::Client::builder().client_id(CLIENT_ID).client_key(key);
    let builder = builder.redirect_uri(CALLBACK).store(MemoryStore::new());
    builder.configure(|config| change(vendor.configure(config))).build().map_err(other)
}

async fn log_in(
    vendor: &Vendor,
    client: &assertion_choice::Client,
) -> Result<assertion_choice::Connection, authsmith::Error> {
    let login = client.authorize().start()?;
    let callback = vendor.consent(login.url()).await;
    let tokens = client.exchange_code(login.into_pending(), &callback).await.map_err(other)?;
    client.keep("user", tokens).await.map_err(other)
}

fn other(error: assertion_choice::Error) -> authsmith::Error {
    match error {
        assertion_choice::Error::Other(error) => error,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_key_of_each_kind_logs_in_and_renews() {
    for algorithm in ["RS384", "ES256", "ES384", "ES512", "EdDSA"] {
        let vendor = vendor("assertion_choice").await;
        let key = assertion_choice::ClientKey::new(key_for(algorithm).unwrap()).id(CLIENT_KEY_ID);
        let connection = log_in(&vendor, &choosing(&vendor, key)).await.unwrap();
        connection.me().send().await.unwrap();
        vendor.advance(Duration::from_secs(2 * 3600));
        connection.me().send().await.unwrap();
        assert_eq!(
            (vendor.statuses("exchange_code"), vendor.statuses("refresh")),
            (vec![200], vec![200]),
            "{algorithm}"
        );
        assert!(!vendor.recorded("refresh")[0].body.contains("client_id="));
    }
}

#[tokio::test]
async fn every_request_is_signed_anew() {
    let vendor = vendor("assertions").await;
    let client = assertions::Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .client_key(key_for("RS256").unwrap())
        .team("T1")
        .region("eu")
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap();
    for _ in 0..2 {
        client.by_key().await.unwrap();
        client.by_longer_hash().await.unwrap();
        client.by_pss().await.unwrap();
        client.by_secret().await.unwrap();
        client.by_longer_secret().await.unwrap();
        client.in_query().await.unwrap();
    }
    let tokens = client.in_json().await.unwrap();
    client.revoke(&tokens).await.unwrap();
    assert_eq!(vendor.statuses("by_key"), [200, 200]);
}

#[tokio::test]
async fn another_key_is_told_so_and_costs_nothing() {
    let vendor = vendor("assertion_choice").await;
    let key = assertion_choice::ClientKey::new(key_for("ES256").unwrap()).id("unknown");
    let error = log_in(&vendor, &choosing(&vendor, key)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("invalid_client")));
    assert!(!error.needs_consent() && error.to_string().contains("names a key that is not known here"), "{error}");
}

#[tokio::test]
async fn keys_that_cant_be_used_are_refused_before_anything_is_sent() {
    let vendor = vendor("assertion_choice").await;
    let rsa = key_for("RS256").unwrap();
    for (key, due) in [
        ("key.pem", "was a path given in its place?"),
        ("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----", "it is the public half"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----",
            "it is encrypted; decrypt it",
        ),
        ("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----", "it must be an RSA key of 2048 to 8192 bits"),
        ("-----BEGIN RSA PRIVATE KEY-----\n*\n-----END RSA PRIVATE KEY-----", "`RSA PRIVATE KEY` isn't base64"),
        ("{}", "`kty` must be"),
        ("{\"kty\":", "no JWK"),
        (r#"{"kty":"oct","k":"AA"}"#, "give it as the client's secret"),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, "has no `d`"),
    ] {
        let error = try_choosing(&vendor, key, |config| config).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains(due), "{key}: {error}");
    }
    let certificate = assertion_choice::ClientKey::new(rsa).certificate("no PEM");
    let error = try_choosing(&vendor, certificate, |config| config).unwrap_err();
    assert!(error.to_string().contains("the certificate isn't one in PEM"), "{error}");
    // Both lines of a vendor's own variable may have become one.
    try_choosing(&vendor, rsa.replace('\n', "\\n"), |config| config).unwrap();
    let error = assertions::Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .client_key(key_for("ES256").unwrap())
        .team("T1")
        .store(MemoryStore::new())
        .build()
        .unwrap_err();
    let due = "the client key is a key on the curve P-256, and Assertions takes RS256 for `by_key`";
    assert_eq!(error.to_string(), due);
    let shown = format!("{:?}", assertion_choice::ClientKey::new(rsa).id("k"));
    assert!(!shown.contains("BEGIN"), "{shown}");
}
