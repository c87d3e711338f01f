//! Consent on another device (RFC 8628).

use std::sync::Arc;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{Client, ErrorKind, PendingDevice, TransportErrorKind};

use crate::acme::{self, Access, CANARY, HandClock, Notes, Reply, Vendor, assert_no_canary, json, operations, tokens};

mod data {
    use authsmith::codegen::v1::data::*;

    use crate::acme::operations::{ACCESS, PROVIDER as ACME};

    const DEVICE: Device<'static> = Device::new(
        Operation::post("device", "https://acme.example/device")
            .params(&[Param::body("client_id", "<client_id>"), Param::body("scope", "<scope>").optional()])
            .answer(Answer::json().code("/device_code")),
    );

    pub const PROVIDER: Provider<'static> = ACME.device(DEVICE.default_scopes(&["read"])).operations(&[EXCHANGE]);
    /// Another vendor with the same endpoints.
    pub const OTHER: Provider<'static> =
        Provider::new("other", "Other").device(DEVICE).operations(&[EXCHANGE]).tokens(&[ACCESS]);

    pub const EXCHANGE: Operation<'static> = Operation::post("exchange_device_code", "https://acme.example/token")
        .params(&[Param::body("device_code", "<device_code>")])
        .answer(Answer::json().tokens(&[Issued::new("access", "/access_token")]));
}

fn codes() -> Reply {
    let body = format!(
        r#"{{"device_code":"device-{CANARY}","user_code":"WDJB-MJHT","verification_uri":"https://acme.example/tv",
            "expires_in":1800,"interval":5}}"#
    );
    Reply::Answer(200, body)
}

fn says(code: &str) -> Reply {
    json(400, &format!(r#"{{"error":"{code}"}}"#))
}

/// A client of a vendor that answers polls as `script` says, and a device that was begun.
async fn begun(
    script: impl Fn(usize) -> Reply + Send + Sync + 'static,
) -> (Arc<Vendor>, Arc<HandClock>, Client, PendingDevice) {
    let vendor = Vendor::new(move |request, n| match request.url.path() {
        "/device" => codes(),
        _ => script(n),
    });
    let clock = HandClock::new();
    let client = acme::config_of(&data::PROVIDER, &vendor).clock(Arc::clone(&clock)).build().unwrap();
    let pending = client.device(rt::inputs()).start().await.unwrap();
    (vendor, clock, client, pending)
}

async fn poll(client: &Client, pending: &mut PendingDevice) -> Result<Option<String>, authsmith::Error> {
    let answer = client.poll_device_code(&data::EXCHANGE, pending).await?;
    Ok(answer.map(|answer| answer.tokens::<Access>().unwrap().token().expose().to_owned()))
}

#[tokio::test]
async fn a_device_gets_what_the_user_types_and_asks_when_it_may() {
    let (vendor, clock, client, mut pending) = begun(tokens).await;
    assert_eq!(vendor.last_body(), "client_id=app&scope=read");
    assert_eq!((pending.user_code(), pending.verification_uri()), ("WDJB-MJHT", "https://acme.example/tv"));
    assert_eq!((pending.verification_uri_complete(), pending.interval()), (None, Duration::from_secs(5)));
    assert_no_canary(&format!("{pending:?}"));
    clock.advance(4);
    assert_eq!(poll(&client, &mut pending).await.unwrap(), None);
    assert_eq!(vendor.count("/token"), 0, "it is too early");
    clock.advance(1);
    assert_eq!(poll(&client, &mut pending).await.unwrap(), Some(format!("access-0-{CANARY}")));
    assert_eq!(vendor.last_body(), format!("device_code=device-{CANARY}"));
}

#[tokio::test]
async fn scopes_of_the_app_are_joined() {
    let (vendor, _, client, _) = begun(tokens).await;
    client.device(rt::inputs()).scopes(["read", "write"]).start().await.unwrap();
    assert_eq!(vendor.last_body(), "client_id=app&scope=read+write");
}

#[tokio::test]
async fn input_28_a_vendor_that_is_asked_too_often_is_asked_less() {
    let (_, clock, client, mut pending) = begun(|n| match n {
        0 => says("authorization_pending"),
        1 => says("slow_down"),
        2 => Reply::Headed(429, ("retry-after", "60"), "{}".to_owned()),
        _ => tokens(n),
    })
    .await;
    clock.advance(5);
    assert_eq!(poll(&client, &mut pending).await.unwrap(), None);
    assert_eq!(pending.interval(), Duration::from_secs(5));
    clock.advance(5);
    assert_eq!(poll(&client, &mut pending).await.unwrap(), None);
    assert_eq!((pending.interval(), pending.wait(rt_now(&clock))), (Duration::from_secs(10), Duration::from_secs(10)));
    // What was asked for outlives the process.
    let text = serde_json::to_string(&pending).unwrap();
    let mut pending: PendingDevice = serde_json::from_str(&text).unwrap();
    clock.advance(10);
    assert!(poll(&client, &mut pending).await.unwrap_err().is_retryable());
    assert_eq!(pending.wait(rt_now(&clock)), Duration::from_secs(60));
    clock.advance(60);
    assert!(poll(&client, &mut pending).await.unwrap().is_some());
}

#[tokio::test]
async fn input_28_a_vendor_that_cant_be_reached_is_asked_more_and_more_slowly() {
    let (_, clock, client, mut pending) = begun(|n| match n {
        0 => Reply::Fail(TransportErrorKind::Timeout),
        1 => json(502, "no"),
        2 => says("authorization_pending"),
        _ => tokens(n),
    })
    .await;
    for wait in [10, 20] {
        clock.advance(60);
        let error = poll(&client, &mut pending).await.unwrap_err();
        assert!(error.is_retryable() && !error.needs_consent(), "{error:?}");
        assert_eq!(pending.wait(rt_now(&clock)), Duration::from_secs(wait));
    }
    clock.advance(60);
    assert_eq!(poll(&client, &mut pending).await.unwrap(), None);
    assert_eq!(pending.wait(rt_now(&clock)), Duration::from_secs(5), "an answer ends that");
}

#[tokio::test]
async fn refusals_end_it() {
    for (code, kind, consent) in [
        ("access_denied", ErrorKind::LoginDenied, true),
        ("expired_token", ErrorKind::LoginExpired, true),
        ("invalid_grant", ErrorKind::Refused, true),
        ("invalid_client", ErrorKind::Refused, false),
    ] {
        let (_, clock, client, mut pending) = begun(move |_| says(code)).await;
        clock.advance(5);
        let error = poll(&client, &mut pending).await.unwrap_err();
        assert_eq!((error.kind(), error.needs_consent(), error.is_retryable()), (kind, consent, false), "{code}");
        assert_eq!((error.code(), error.operation()), (Some(code), Some("exchange_device_code")));
    }
}

#[tokio::test]
async fn input_28_codes_that_are_over_are_not_shown() {
    let (vendor, clock, client, mut pending) = begun(tokens).await;
    clock.advance(1800);
    let error = poll(&client, &mut pending).await.unwrap_err();
    assert_eq!((error.kind(), error.needs_consent(), vendor.count("/token")), (ErrorKind::LoginExpired, true, 0));
    let error = client.exchange_device_code(&data::EXCHANGE, pending).await.unwrap_err();
    assert_eq!((error.kind(), vendor.count("/token")), (ErrorKind::LoginExpired, 0));
}

#[tokio::test]
async fn input_28_intervals_and_ends_of_every_sort() {
    let table = [
        (r#","expires_in":1800"#, 5, 1800),
        (r#","expires_in":1800,"interval":0"#, 1, 1800),
        (r#","expires_in":1800,"interval":"7""#, 7, 1800),
        (r#","expires_in":1800,"interval":1000000000"#, 365 * 86_400, 1800),
        (r#","expires_in":0"#, 5, 0),
    ];
    for (members, interval, life) in table {
        let body = format!(
            r#"{{"device_code":"d","user_code":"WDJB","verification_uri":"https://acme.example/tv"{members}}}"#
        );
        let vendor = Vendor::new(move |_, _| Reply::Answer(200, body.clone()));
        let clock = HandClock::new();
        let client = acme::config_of(&data::PROVIDER, &vendor).clock(Arc::clone(&clock)).build().unwrap();
        let mut pending = client.device(rt::inputs()).start().await.unwrap();
        let now = rt_now(&clock);
        assert_eq!((pending.interval().as_secs(), pending.expires_at()), (interval, now + Duration::from_secs(life)));
        assert!(pending.wait(now) <= Duration::from_secs(life), "nobody waits longer than the codes live");
        clock.advance(life);
        assert_eq!(poll(&client, &mut pending).await.unwrap_err().kind(), ErrorKind::LoginExpired);
    }
    // Five times too often: five seconds more each time.
    let (_, clock, client, mut pending) = begun(|_| says("slow_down")).await;
    for times in 1..=5 {
        clock.advance(60);
        assert_eq!(poll(&client, &mut pending).await.unwrap(), None);
        assert_eq!(pending.interval(), Duration::from_secs(5 + 5 * times));
    }
}

#[tokio::test]
async fn another_client_gets_nothing() {
    let (vendor, clock, _, mut pending) = begun(tokens).await;
    clock.advance(5);
    let other = acme::config_of(&data::OTHER, &vendor).clock(Arc::clone(&clock)).build().unwrap();
    let error = poll(&other, &mut pending).await.unwrap_err();
    assert_eq!((error.kind(), vendor.count("/token")), (ErrorKind::LoginForeign, 0));
}

#[tokio::test]
async fn nobody_sees_the_device_code() {
    let vendor = Vendor::new(|request, n| if request.url.path() == "/device" { codes() } else { tokens(n) });
    let (notes, clock) = (Arc::new(Notes::default()), HandClock::new());
    let config = acme::config_of(&data::PROVIDER, &vendor).clock(Arc::clone(&clock)).observer(Arc::clone(&notes));
    let client = config.build().unwrap();
    let mut pending = client.device(rt::inputs()).start().await.unwrap();
    clock.advance(5);
    poll(&client, &mut pending).await.unwrap();
    assert!(notes.text().contains("/device"));
    assert_no_canary(&notes.text());
}

#[tokio::test]
async fn a_vendor_without_devices_says_so() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config_of(&operations::PROVIDER, &vendor).build().unwrap();
    assert_eq!(client.device(rt::inputs()).start().await.unwrap_err().kind(), ErrorKind::Config);
}

fn rt_now(clock: &HandClock) -> std::time::SystemTime {
    authsmith::Clock::now(clock)
}
