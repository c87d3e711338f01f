//! What a spec says of refresh tokens and of codes, and what a connection does about it.

use std::sync::Arc;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{Connection, Meaning, MemoryStore, Store, Tokens};

use crate::acme::{self, CANARY, HandClock, Vendor, json, operations, tokens};

mod spec {
    use authsmith::codegen::v1::data::*;

    use super::operations;

    pub const ACCESS: TokenKind<'static> = operations::ACCESS.refresh_idle(60 * DAY);
    pub const DAY: u64 = 86_400;

    const REFRESH: Operation<'static> = operations::REFRESH.refusal(
        Refusals::rfc()
            .failures(&[Failure::new("gone").status(410).means(Meaning::Terminal)])
            .terminal(&["BAD_REFRESH_TOKEN"])
            .transient(&["busy"])
            .config(&["wrong_app"]),
    );

    pub const PROVIDER: Provider<'static> =
        operations::PROVIDER.operations(&[REFRESH, operations::ME]).tokens(&[ACCESS]);
}

#[derive(Debug)]
enum Access {}

impl rt::TokenKind for Access {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = spec::ACCESS;
}

/// A connection whose vendor answers renewals so, at the end of its token.
async fn expired(status: u16, body: &'static str) -> (Arc<Vendor>, Arc<HandClock>, Connection<Access>) {
    let vendor = Vendor::new(move |_, n| if n == 0 { json(status, body) } else { tokens(n) });
    let clock = HandClock::new();
    let config = acme::config_of(&spec::PROVIDER, &vendor).clock(Arc::clone(&clock)).store(MemoryStore::new());
    let now = authsmith::Clock::now(&clock);
    let given = Tokens::new("t").with_refresh_token("r").expires_at(now + Duration::from_secs(3600));
    let connection = config.build().unwrap().keep("u", given).await.unwrap();
    clock.advance(3600);
    (vendor, clock, connection)
}

#[tokio::test]
async fn codes_mean_what_the_spec_says() {
    // Status, body, the meaning, whether the user must consent anew, and how often the vendor was asked at once.
    let cases = [
        (400, r#"{"error":"invalid_grant"}"#, Meaning::Terminal, true, 1),
        (400, r#"{"error":"BAD_REFRESH_TOKEN"}"#, Meaning::Terminal, true, 1),
        (410, "{}", Meaning::Terminal, true, 1),
        (401, r#"{"error":"wrong_app"}"#, Meaning::Config, false, 1),
        (400, r#"{"error":"unsupported_grant_type"}"#, Meaning::Config, false, 1),
        (400, r#"{"error":"invalid_scope"}"#, Meaning::Unknown, false, 1),
        (400, r#"{"error":"bad_refresh_token"}"#, Meaning::Unknown, false, 1),
        (500, r#"{"error":"BAD_REFRESH_TOKEN"}"#, Meaning::Unknown, false, 2),
        (400, r#"{"error":"busy"}"#, Meaning::Unknown, false, 2),
    ];
    for (status, body, meaning, consent, asked) in cases {
        let (vendor, _, connection) = expired(status, body).await;
        // What passes was asked for once more, and given.
        match connection.token().await {
            Ok(_) => assert_eq!(asked, 2, "{body}"),
            Err(error) => assert_eq!((error.meaning(), error.needs_consent()), (meaning, consent), "{body}"),
        }
        assert_eq!(vendor.count("/token"), asked, "{body}");
    }
}

#[tokio::test]
async fn what_passes_by_itself_may_be_tried_again() {
    for (code, retryable) in [("busy", true), ("server_error", true), ("invalid_scope", false), ("wrong_app", false)] {
        let vendor = Vendor::new(move |_, _| json(400, &format!(r#"{{"error":"{code}"}}"#)));
        let config = acme::config_of(&spec::PROVIDER, &vendor).store(MemoryStore::new());
        let given = Tokens::<Access>::new("t").with_refresh_token("r");
        let connection = config.build().unwrap().keep("u", given).await.unwrap();
        assert_eq!(connection.renew().await.unwrap_err().is_retryable(), retryable, "{code}");
    }
}

#[tokio::test]
async fn an_app_that_is_refused_asks_for_no_other_connection_either() {
    let vendor = Vendor::new(|_, _| json(400, r#"{"error":"wrong_app"}"#));
    let clock = HandClock::new();
    let config = acme::config_of(&spec::PROVIDER, &vendor).clock(Arc::clone(&clock)).store(MemoryStore::new());
    let client = config.build().unwrap();
    let given = |id: &'static str| client.keep(id, Tokens::<Access>::new("t").with_refresh_token("r"));
    let (one, other) = (given("one").await.unwrap(), given("other").await.unwrap());
    assert!(!one.renew().await.unwrap_err().needs_consent());
    assert!(other.renew().await.is_err());
    assert_eq!(vendor.count("/token"), 1);
    clock.advance(61);
    assert!(other.renew().await.is_err());
    assert_eq!(vendor.count("/token"), 2);
}

#[tokio::test]
async fn a_refresh_token_is_used_before_it_dies_of_being_idle() {
    // A token that lives for ever, or at least doesn't say otherwise.
    let vendor = Vendor::new(|_, n| {
        json(200, &format!(r#"{{"access_token":"access-{n}-{CANARY}","refresh_token":"refresh-{n}-{CANARY}"}}"#))
    });
    let clock = HandClock::new();
    let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
    let config = acme::config_of(&spec::PROVIDER, &vendor).clock(Arc::clone(&clock)).store(Arc::clone(&store));
    let client = config.build().unwrap();
    let connection = client.keep("u", Tokens::<Access>::new("t").with_refresh_token("r")).await.unwrap();
    connection.renew().await.unwrap();
    let due = store.load("acme/access/u").await.unwrap().unwrap().due().unwrap();
    let after = due.duration_since(authsmith::Clock::now(&clock)).unwrap().as_secs() / spec::DAY;
    assert!((48..54).contains(&after), "in the first half of the last fifth of 60 days: {after}");

    clock.advance(47 * spec::DAY);
    connection.token().await.unwrap();
    assert_eq!(vendor.count("/token"), 1, "it is not idle for long yet");
    clock.advance(8 * spec::DAY);
    assert_eq!(connection.token().await.unwrap().expose(), format!("access-0-{CANARY}"), "nobody waits");
    client.close().await.unwrap();
    assert_eq!(vendor.count("/token"), 2);
}
