//! Refusals, and pages that look like them.

use super::*;

/// The outcome of a renewal that is answered so, and whether the grant is over by then.
async fn refused(
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: &'static str,
) -> (authsmith::Error, bool) {
    let stage = Stage::new(Vendor::new(move |_, _| match header {
        Some(header) => Reply::Headed(status, header, body.to_owned()),
        None => json(status, body),
    }));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let error = connection.token().await.unwrap_err();
    (error, stage.stored().await["needs_consent"] == true)
}

#[tokio::test]
async fn input_11_how_long_to_wait_in_every_spelling() {
    let day = Duration::from_secs(86_400);
    let table = [
        ("2", Some(Duration::from_secs(2))),
        // Twenty minutes after the moment of the test's clock, less what it counts finer than seconds.
        ("Tue, 14 Nov 2023 23:33:20 GMT", Some(Duration::from_secs(1200) - Duration::from_nanos(1_234))),
        ("-5", None),
        ("1e9", None),
        ("1000000000", Some(day)),
        ("99999999999999999999999", Some(day)),
        ("soon", None),
        ("", None),
    ];
    for (text, expected) in table {
        let (error, ended) = refused(429, Some(("retry-after", text)), "{}").await;
        assert_eq!((error.retry_after(), error.is_retryable(), ended), (expected, true, false), "{text}");
    }
    for (status, body) in [(502, "<html>Bad gateway</html>"), (403, "<html>Denied</html>"), (429, "")] {
        let (error, ended) = refused(status, None, body).await;
        assert!(!ended && !error.needs_consent(), "{status} {error:?}");
    }
}

#[tokio::test]
async fn input_12_an_error_of_every_sort_ends_only_the_grant_that_it_names() {
    let table = [
        (400, r#"{"error":"invalid_grant"}"#, true),
        (401, r#"{"error":"invalid_grant"}"#, true),
        (400, r#"{"error":{"code":"invalid_grant"}}"#, true),
        (400, r#"{"error":["invalid_grant"]}"#, false),
        (400, r#"{"error":17}"#, false),
        (400, r#"{"error":"failed: invalid_grant"}"#, false),
        (400, r#"{"error":"E_4711"}"#, false),
        (400, r#"{"error":null}"#, false),
        (400, r#""invalid_grant""#, false),
        (500, r#"{"error":"invalid_grant"}"#, false),
        (429, r#"{"error":"invalid_grant"}"#, false),
    ];
    for (status, body, ends) in table {
        let (error, ended) = refused(status, None, body).await;
        assert_eq!((error.needs_consent(), ended), (ends, ends), "{status} {body}");
    }
}

#[tokio::test]
async fn input_13_a_vendors_words_are_escaped_cut_and_without_secrets() {
    let words = format!("no\r\n\u{1b}[31m refresh-0-{CANARY} client-secret-{CANARY} {}", "x".repeat(1_000_000));
    let body = serde_json::json!({ "error": "invalid_request", "error_description": words }).to_string();
    let notes = Arc::new(acme::Notes::default());
    let vendor = Vendor::new(move |_, _| json(400, &body));
    let client = acme::config(&vendor).observer(Arc::clone(&notes)).build().unwrap();
    let connection = client.keep("u", acme::access(&acme::HandClock::new())).await.unwrap();
    let error = connection.renew().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.chars().any(char::is_control) && shown.len() < 2000, "{shown}");
    assert!(shown.contains("[redacted]"));
    acme::assert_no_canary(&format!("{shown}{}", notes.text()));
}
