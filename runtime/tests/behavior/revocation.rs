use std::sync::Arc;
use std::time::Duration;

use authsmith::{Connection, ErrorKind, MemoryStore, Store, Tokens, TransportErrorKind};

use crate::acme::{self, CANARY, Notes, Reply, Vendor, json};
use crate::globex::{self, Access, Extended, granted};

fn vendor(revoke: impl Fn() -> Reply + Send + Sync + 'static) -> Arc<Vendor> {
    Vendor::new(move |request, n| match request.url.path() {
        "/revoke" => revoke(),
        "/eu/me" => json(200, "{}"),
        _ => granted(n),
    })
}

async fn connection(client: &authsmith::Client) -> Connection<Access> {
    let tokens = globex::log_in::<Access>(client).await.with_kept("api_host", "api.globex.example");
    client.keep("u", tokens).await.unwrap()
}

#[tokio::test]
async fn the_refresh_token_is_revoked_or_the_token_without_one() {
    let vendor = vendor(|| json(200, ""));
    let (client, _) = globex::client(&vendor);
    let tokens = globex::log_in::<Access>(&client).await;
    client.revoke(&tokens).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://initech.globex.example/revoke");
    assert_eq!(vendor.last_body(), format!("token=refresh-0-{CANARY}"));
    let said = |name: &str| vendor.last().headers[name].to_str().unwrap().to_owned();
    assert_eq!((said("x-hint"), said("x-access")), ("refresh_token".to_owned(), format!("access-0-{CANARY}")));
    client.revoke(&Tokens::<Access>::new("t").with_kept("domain", "initech")).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://initech.globex.example/revoke");
    assert_eq!(vendor.last_body(), "token=t");
    assert_eq!((said("x-hint").as_str(), said("x-access").as_str()), ("access_token", "t"));
    let foreign = Tokens::<Access>::new("t").with_kept("domain", "evil.example/");
    assert_eq!(client.revoke(&foreign).await.unwrap_err().kind(), ErrorKind::Input);
}

#[tokio::test]
async fn a_refused_revocation_is_told() {
    let vendor = vendor(|| json(400, r#"{"error":"unsupported_token_type"}"#));
    let (client, _) = globex::client(&vendor);
    let error = client.revoke(&globex::log_in::<Access>(&client).await).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("unsupported_token_type")));
}

#[tokio::test]
async fn without_a_revocation_there_is_none() {
    let vendor = vendor(|| json(200, ""));
    let (client, _) = globex::client(&vendor);
    let error = client.revoke(&globex::log_in::<Extended>(&client).await).await.unwrap_err();
    assert_eq!(error.to_string(), "the spec of Globex describes no revocation");
}

#[tokio::test]
async fn disconnecting_deletes_at_once_and_revokes_behind() {
    let vendor = Vendor::slow(Duration::from_millis(30), |request, n| match request.url.path() {
        "/revoke" => json(200, ""),
        _ => granted(n),
    });
    let store = Arc::new(MemoryStore::new());
    let client = globex::config(&vendor).store(Arc::clone(&store)).build().unwrap();
    let connection = connection(&client).await;
    connection.disconnect().await.unwrap();
    assert!(store.load("globex/access/u").await.unwrap().is_none());
    assert_eq!(connection.token().await.unwrap_err().kind(), ErrorKind::NotKept);
    client.close().await.unwrap();
    assert_eq!((vendor.count("/revoke"), vendor.last_body()), (1, format!("token=refresh-0-{CANARY}")));
}

#[tokio::test]
async fn input_29_a_vendor_that_is_away_keeps_nobody_from_logging_out() {
    let vendor = vendor(|| Reply::Fail(TransportErrorKind::Unreachable));
    let notes = Arc::new(Notes::default());
    let client = globex::config(&vendor).observer(Arc::clone(&notes)).build().unwrap();
    connection(&client).await.disconnect().await.unwrap();
    client.close().await.unwrap();
    assert_eq!(vendor.count("/revoke"), 2, "once more before the process ends");
    acme::assert_no_canary(&notes.text());
}

#[tokio::test]
async fn input_29_a_revocation_that_fails_is_tried_again_when_that_can_help() {
    let later = || Reply::Headed(503, ("retry-after", "0"), String::new());
    let refused = || json(400, r#"{"error":"unsupported_token_type"}"#);
    let hung = || Reply::Fail(TransportErrorKind::Timeout);
    for (case, before_close, times) in [("later", 4, 4), ("refused", 1, 1), ("hung", 1, 2)] {
        let vendor = vendor(match case {
            "later" => later,
            "refused" => refused,
            _ => hung,
        });
        let (client, _) = globex::client(&vendor);
        connection(&client).await.disconnect().await.unwrap();
        let until = async {
            while vendor.count("/revoke") < before_close {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), until).await.expect(case);
        client.close().await.unwrap();
        assert_eq!(vendor.count("/revoke"), times, "{case}");
    }
}

#[tokio::test]
async fn input_31_tokens_that_come_after_the_logout_are_revoked() {
    let vendor = Vendor::slow(Duration::from_millis(30), |request, n| match request.url.path() {
        "/revoke" => json(200, ""),
        _ => granted(n + 5),
    });
    let (client, clock) = globex::client(&vendor);
    let connection = connection(&client).await;
    clock.advance(3600);
    let renewing = connection.clone();
    let renewal = tokio::spawn(async move { renewing.token().await });
    tokio::time::sleep(Duration::from_millis(5)).await;
    connection.disconnect().await.unwrap();
    assert_eq!(renewal.await.unwrap().unwrap_err().kind(), ErrorKind::NotKept);
    client.close().await.unwrap();
    assert_eq!(vendor.count("/revoke"), 2);
}

#[tokio::test]
async fn a_connection_is_verified_by_the_call_that_the_spec_names() {
    let vendor = vendor(|| json(200, ""));
    let (client, _) = globex::client(&vendor);
    let connection = connection(&client).await;
    connection.verify().await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://api.globex.example/eu/me");
    let other = client.keep("o", globex::log_in::<Extended>(&client).await).await.unwrap();
    assert_eq!(other.verify().await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_connection_that_is_over_is_not_verified() {
    let vendor = Vendor::new(|request, n| match (request.url.path(), n) {
        ("/login", n) => granted(n),
        ("/token", _) => json(400, r#"{"error":"invalid_grant"}"#),
        _ => json(401, "{}"),
    });
    let (client, _) = globex::client(&vendor);
    let error = connection(&client).await.verify().await.unwrap_err();
    assert!(error.needs_consent(), "{error:?}");
}
