//! A vendor that follows the standards: a few lines of YAML, no Rust, and every flow works.

use std::time::Duration;

use authsmith::{HttpTransport, Limits, MemoryStore, Method, Request, Transport};
use authsmith_codegen::{SourceFile, load};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options, Sandbox};

#[allow(deprecated, reason = "so the warning is told that the file isn't called after the provider")]
mod acme {
    authsmith_macros::provider!("sixth.yaml");
}

const SPEC: &str = include_str!("../sixth.yaml");

#[test]
fn it_is_at_most_fifteen_lines() {
    assert!(SPEC.lines().count() <= 15, "{SPEC}");
}

#[tokio::test]
async fn it_has_consent_exchange_renewal_and_a_call() {
    let source = SourceFile { path: "sixth.yaml".into(), text: SPEC.into() };
    let sandbox = Sandbox::start(load(&[source]).unwrap(), Options::default()).await.unwrap();
    let client = acme::Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri("http://127.0.0.1:8910/callback")
        .store(MemoryStore::new())
        .configure(|config| config.server(sandbox.origin("acme").unwrap()))
        .build()
        .unwrap();

    let login = client.authorize([acme::Scope::Profile]).start().unwrap();
    assert!(login.url().contains("code_challenge_method=S256"), "{}", login.url());
    let visit = Request::new(Method::GET, login.url().parse().unwrap());
    let answer = HttpTransport::new().send(visit, Limits::new(Duration::from_secs(10), 1 << 20)).await.unwrap();
    let callback = answer.headers["location"].to_str().unwrap().to_owned();

    let tokens = client.exchange_code(login.into_pending(), callback).await.unwrap();
    let connection = client.keep("user-42", tokens).await.unwrap();
    connection.renew().await.unwrap();
    let me = client.resume("user-42").await.unwrap().me().send().await.unwrap();
    assert!(!me.id.is_empty());
}
