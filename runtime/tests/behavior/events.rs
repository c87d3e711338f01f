//! What an app is told of its connections: one event a happening, and no secret in any.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use authsmith::{Client, Clock, Connection, Consent, Event, Happening, MemoryStore, Tokens, TransportErrorKind};

use crate::acme::{self, Access, CANARY, HandClock, Reply, Vendor, assert_no_canary, json, tokens};

struct Stage {
    clock: Arc<HandClock>,
    told: Arc<Mutex<Vec<Event>>>,
    store: Arc<MemoryStore>,
    client: Client,
}

impl Stage {
    fn new(vendor: &Arc<Vendor>) -> Self {
        let clock = HandClock::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
        let ear = Arc::clone(&told);
        let config = acme::config(vendor).clock(Arc::clone(&clock)).store(Arc::clone(&store));
        let client = config.on_event(move |event| ear.lock().unwrap().push(event.clone())).build().unwrap();
        Self { clock, told, store, client }
    }

    async fn connection(&self) -> Connection<Access> {
        self.client.keep("u", acme::access(&self.clock)).await.unwrap()
    }

    /// What was told since this was asked last.
    fn told(&self) -> Vec<Happening> {
        let told = std::mem::take(&mut *self.told.lock().unwrap());
        for event in &told {
            assert_eq!((event.provider, event.kind, event.id.as_str()), ("acme", "access", "u"));
            assert_no_canary(&format!("{event} {event:?}"));
        }
        told.into_iter().map(|event| event.what).collect()
    }
}

#[tokio::test]
async fn a_renewal_is_told_once_however_many_wait() {
    let vendor = Vendor::slow(Duration::from_millis(20), |_, n| tokens(n + 1));
    let stage = Stage::new(&vendor);
    let connection = stage.connection().await;
    assert_eq!(stage.told(), []);
    stage.clock.advance(3600);
    let _ = tokio::join!(connection.token(), connection.token(), connection.token());
    let expires_at = connection.tokens().unwrap().expiry();
    assert_eq!(stage.told(), [Happening::Renewed { expires_at }]);
}

#[tokio::test]
async fn an_ended_grant_is_told_once_with_its_reason() {
    let vendor = Vendor::new(|_, _| json(400, r#"{"error":"invalid_grant"}"#));
    let stage = Stage::new(&vendor);
    let connection = stage.connection().await;
    for _ in 0..3 {
        assert!(connection.renew().await.unwrap_err().needs_consent());
    }
    let why = Consent::Ended { code: Some("invalid_grant".to_owned()) };
    assert_eq!(stage.told(), [Happening::NeedsConsent { why }]);
}

#[tokio::test]
async fn a_grant_that_a_lost_answer_has_cost_says_so() {
    let vendor = Vendor::new(|_, n| match n {
        0 => Reply::Fail(TransportErrorKind::Timeout),
        _ => json(400, r#"{"error":"invalid_grant"}"#),
    });
    let stage = Stage::new(&vendor);
    let connection = stage.connection().await;
    assert!(connection.renew().await.unwrap_err().needs_consent());
    match stage.told().as_slice() {
        [Happening::NeedsConsent { why: Consent::AnswerLost { ago } }] => assert!(*ago < Duration::from_secs(5)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_that_nothing_renews_is_told_once() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let stage = Stage::new(&vendor);
    let connection: Connection<Access> = stage.client.keep("u", Tokens::new("t")).await.unwrap();
    for _ in 0..3 {
        assert!(connection.renew().await.unwrap_err().needs_consent());
    }
    assert_eq!(stage.told(), [Happening::NeedsConsent { why: Consent::NotRenewable }]);
}

#[tokio::test]
async fn less_scope_is_told_and_kept() {
    let scopes = ["read write admin", "write,read", "read write"];
    let vendor = Vendor::new(move |_, n| {
        let scope = scopes[n];
        json(200, &format!(r#"{{"access_token":"a{n}","refresh_token":"r{n}","expires_in":3600,"scope":"{scope}"}}"#))
    });
    let stage = Stage::new(&vendor);
    let connection = stage.connection().await;
    let mut reduced = Vec::new();
    for _ in scopes {
        connection.renew().await.unwrap();
        let told = stage.told();
        assert!(matches!(told[0], Happening::Renewed { .. }));
        reduced.push(told[1..].to_vec());
    }
    let lost = vec!["admin".to_owned()];
    assert_eq!(reduced, [vec![], vec![Happening::ScopeReduced { lost }], vec![]]);
    assert_eq!(connection.tokens().unwrap().scope(), Some("read write"));
}

/// An ID token of somebody.
fn id_token(subject: &str) -> String {
    use std::fmt::Write;
    let json = format!(r#"{{"sub":"{subject}"}}"#);
    // base64url, by hand: three bytes are four letters.
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for bytes in json.as_bytes().chunks(3) {
        let bits = bytes.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - bytes.len()));
        for place in 0..=bytes.len() {
            write!(text, "{}", letters[(bits >> (18 - 6 * place) & 63) as usize] as char).unwrap();
        }
    }
    format!("eyJhbGciOiJub25lIn0.{text}.{CANARY}")
}

#[tokio::test]
async fn tokens_of_another_user_are_kept_and_never_served() {
    let vendor = Vendor::new(|_, n| {
        let id = id_token(if n < 2 { "ada" } else { "eve" });
        let body = format!(r#"{{"access_token":"a{n}","refresh_token":"r{n}","expires_in":3600,"id_token":"{id}"}}"#);
        json(200, &body)
    });
    let stage = Stage::new(&vendor);
    let connection = stage.connection().await;
    connection.renew().await.unwrap();
    connection.renew().await.unwrap();
    assert_eq!(connection.token().await.unwrap().expose(), "a1");
    stage.told();

    let error = connection.renew().await.unwrap_err();
    assert!(error.needs_consent() && !error.is_retryable(), "{error}");
    assert_eq!(stage.told(), [Happening::SubjectChanged]);
    let record = authsmith::Store::load(&stage.store, "acme/access/u").await.unwrap().unwrap();
    assert!(record.body().expose().contains("\"r2\"") && record.due().is_none());

    // Neither here nor anywhere.
    let vendor_of_others = acme::config(&vendor).clock(Arc::clone(&stage.clock)).store(Arc::clone(&stage.store));
    let other: Connection<Access> = vendor_of_others.build().unwrap().resume("u").await.unwrap();
    for connection in [&connection, &other] {
        assert!(connection.token().await.unwrap_err().needs_consent());
        assert!(connection.renew().await.unwrap_err().needs_consent());
        assert!(connection.tokens().is_err());
    }
    assert_eq!((stage.told(), vendor.count("/token")), (vec![], 3));
    stage.client.keep("u", acme::access(&stage.clock)).await.unwrap();
    assert_eq!(connection.token().await.unwrap().expose(), format!("access-0-{CANARY}"));
}

#[tokio::test]
async fn a_failure_says_when_it_is_tried_again() {
    let headed = || Reply::Headed(429, ("retry-after", "30"), "{}".to_owned());
    let stage = Stage::new(&Vendor::new(move |_, n| if n == 0 { headed() } else { tokens(n) }));
    let connection = stage.connection().await;
    let now = stage.clock.now();
    assert!(connection.renew().await.is_err());
    let retry_at = now + Duration::from_secs(30);
    assert_eq!(stage.told(), [Happening::RenewalFailed { code: None, status: Some(429), retry_at }]);
}

#[tokio::test]
async fn a_refused_app_is_told_once_and_so_is_its_end() {
    let refused = || json(401, r#"{"error":"invalid_client"}"#);
    let stage = Stage::new(&Vendor::new(move |_, n| if n < 2 { refused() } else { tokens(n) }));
    let connection = stage.connection().await;
    for _ in 0..2 {
        assert!(connection.renew().await.is_err());
        stage.clock.advance(120);
    }
    match stage.told().as_slice() {
        [Happening::ConfigurationRefused { code, .. }] => assert_eq!(code.as_deref(), Some("invalid_client")),
        other => panic!("{other:?}"),
    }
    connection.renew().await.unwrap();
    let told = stage.told();
    assert_eq!((told.len(), told.last()), (2, Some(&Happening::ConfigurationAccepted)));
}

#[tokio::test]
async fn a_refresh_token_near_its_end_is_told_once() {
    let day = 86_400;
    let stage = Stage::new(&Vendor::new(|_, n| tokens(n)));
    let connection: Connection<Access> = {
        let given = acme::access(&stage.clock).expires_at(stage.clock.now() + Duration::from_secs(400 * day));
        let ends = stage.clock.now() + Duration::from_secs(30 * day);
        stage.client.keep("u", given.refresh_expires_at(ends)).await.unwrap()
    };
    connection.token().await.unwrap();
    assert_eq!(stage.told(), []);
    stage.clock.advance(24 * day);
    for _ in 0..3 {
        connection.token().await.unwrap();
    }
    let ends_at = connection.tokens().unwrap().refresh_expiry().unwrap();
    assert_eq!(stage.told(), [Happening::RefreshTokenEnding { ends_at }]);
}
