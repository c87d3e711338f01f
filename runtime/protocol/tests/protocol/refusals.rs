//! Refusals.

use std::time::Duration;

use authsmith_protocol::operation::{Operation, Refusals};
use authsmith_protocol::{ReadError, Refusal, Secret, Values, printable, read};
use serde_json::json;

use crate::operations::{CREATE_USER, EXCHANGE_CODE, ISSUE_CODE, USERINFO};
use crate::{now, response};

fn refusal_of(operation: &Operation<'_>, status: u16, body: &str) -> Refusal {
    match read(operation, &response(status, &[], body), now()) {
        Err(ReadError::Refused(refusal)) => refusal,
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn input_12_code_and_text_come_from_where_vendors_put_them() {
    let table: &[(&str, Option<&str>, Option<&str>)] = &[
        (r#"{"error":"invalid_grant","error_description":"gone"}"#, Some("invalid_grant"), Some("gone")),
        (r#"{"error":"invalid_grant","message":"gone"}"#, Some("invalid_grant"), Some("gone")),
        (r#"{"error":{"code":190,"message":"gone"}}"#, Some("190"), Some("gone")),
        (r#"{"error":{"type":"OAuth"}}"#, Some("OAuth"), None),
        (r#"{"error":17}"#, Some("17"), None),
        (r#"{"error":["a"]}"#, None, None),
        (r#"{"error":"failed: invalid_grant"}"#, Some("failed: invalid_grant"), None),
        (r#"{"error":"","error_description":null}"#, None, None),
        ("<html>", None, None),
        ("", None, None),
        ("\u{feff}{\"error\":\"x\"}", Some("x"), None),
    ];
    for (body, code, text) in table {
        let refusal = refusal_of(&EXCHANGE_CODE, 400, body);
        assert_eq!((refusal.code.as_deref(), refusal.text.as_deref()), (*code, *text), "{body}");
        assert_eq!(refusal.status, 400);
    }
}

#[test]
fn a_spec_says_where_else_they_stand() {
    let operation = USERINFO.refusal(Refusals::rfc().code("/meta/reason").text("/meta/words"));
    let refusal = refusal_of(&operation, 403, r#"{"meta":{"reason":"r","words":"w"},"error":"e","message":"m"}"#);
    assert_eq!((refusal.code.as_deref(), refusal.text.as_deref()), (Some("r"), Some("w")));
    let refusal = refusal_of(&operation, 403, r#"{"error":"e","message":"m"}"#);
    assert_eq!((refusal.code.as_deref(), refusal.text.as_deref()), (Some("e"), Some("m")));
}

#[test]
fn documented_failures_have_names() {
    let table = [
        (409, "{}", Some("taken")),
        (400, r#"{"error":"user_blocked"}"#, Some("blocked")),
        (422, r#"{"error":7}"#, Some("bad_name")),
        (422, r#"{"error":8}"#, None),
        (400, r#"{"error":7}"#, None),
    ];
    for (status, body, expected) in table {
        assert_eq!(refusal_of(&CREATE_USER, status, body).failure.as_deref(), expected, "{status} {body}");
    }
}

#[test]
fn input_05_a_success_without_a_token_and_with_an_error_is_a_refusal() {
    for body in [r#"{"error":"invalid_grant"}"#, r#"{"ok":false,"error":"x"}"#] {
        assert_eq!(refusal_of(&EXCHANGE_CODE, 200, body).status, 200);
        assert_eq!(refusal_of(&ISSUE_CODE, 200, body).status, 200);
    }
    // Tokens in a refusal aren't taken, and redirects aren't followed.
    assert_eq!(refusal_of(&EXCHANGE_CODE, 400, r#"{"access_token":"A"}"#).status, 400);
    assert_eq!(refusal_of(&EXCHANGE_CODE, 307, "").status, 307);
    // A call's answer may well have a field of that name.
    let body = json!({ "userid": "u", "email": "e", "error": "none" });
    assert!(read(&USERINFO, &response(200, &[], body.to_string()), now()).is_ok());
    assert!(matches!(
        read(&EXCHANGE_CODE, &response(200, &[], r#"{"error":null}"#), now()),
        Err(ReadError::Unreadable(_))
    ));
}

#[test]
fn input_11_retry_after_in_both_forms() {
    let day = Duration::from_secs(86_400);
    let table = [
        ("2", Some(Duration::from_secs(2))),
        ("0", Some(Duration::ZERO)),
        (" 30 ", Some(Duration::from_secs(30))),
        ("1000000000", Some(day)),
        ("99999999999999999999999", Some(day)),
        ("Thu, 01 Jan 2026 00:01:30 GMT", Some(Duration::from_secs(90))),
        ("Thursday, 01-Jan-26 00:01:30 GMT", Some(Duration::from_secs(90))),
        ("Thu Jan  1 00:01:30 2026", Some(Duration::from_secs(90))),
        ("Sun, 01 Jan 2040 00:00:00 GMT", Some(day)),
        ("Wed, 31 Dec 2025 23:59:59 GMT", None),
        ("-5", None),
        ("1e9", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
    ];
    for (header, expected) in table {
        let result = read(&EXCHANGE_CODE, &response(429, &[("retry-after", header)], ""), now());
        let Err(ReadError::Refused(refusal)) = result else { panic!("{header}") };
        assert_eq!(refusal.retry_after, expected, "{header:?}");
    }
}

#[test]
fn input_13_a_vendor_s_words_are_printable_and_short() {
    let body = json!({ "error": "e\u{1b}[31m".repeat(100), "error_description": "é\r\n\u{1b}[2J\u{202e}".to_owned() + &"ü".repeat(1_000_000) });
    let refusal = refusal_of(&EXCHANGE_CODE, 400, &body.to_string());
    let (code, text) = (refusal.code.clone().unwrap(), refusal.text.clone().unwrap());
    assert!(text.starts_with(r"é\r\n\u{1b}[2J\u{202e}üü"), "{text}");
    assert!(text.ends_with("ü…"));
    assert_eq!(text.chars().count(), 300);
    assert!(code.starts_with(r"e\u{1b}[31me") && code.chars().count() <= 100, "{code}");
    let shown = refusal.to_string();
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(shown.starts_with(r"the vendor refused with status 400 (e\u{1b}"), "{shown}");
}

#[test]
fn printable_cuts_between_characters_and_escapes() {
    let table = [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("äöüß", 3, "äö…"),
        ("a\u{1b}b", 7, "a\\u{1b}"),
        ("a\nb", 3, "a…"),
        ("abc", 0, ""),
        ("", 5, ""),
        ("abc", 1, "…"),
    ];
    for (text, limit, expected) in table {
        let shown = printable(text, limit);
        assert!(shown.chars().count() <= limit, "{text:?} {shown:?}");
        if text != "a\u{1b}b" {
            assert_eq!(shown, expected, "{text:?} {limit}");
        }
    }
    assert_eq!(printable("a\u{1b}b", 7), "a…");
    assert_eq!(printable("a\u{1b}b", 8), "a\\u{1b}b");
}

#[test]
fn input_13_what_was_sent_is_taken_out_of_the_vendor_s_words() {
    let sent = Values::new()
        .with("refresh_token", Secret::from("CANARY+refresh/token"))
        .with("pin", Secret::from("abc"))
        .with("username", "kai");
    let hidden = |text: &str| {
        let mut refusal =
            refusal_of(&EXCHANGE_CODE, 400, &json!({ "error": text, "error_description": text }).to_string());
        refusal.hide(&sent);
        refusal.text.unwrap()
    };
    assert_eq!(hidden("token CANARY+refresh/token of kai, abc"), "token [redacted] of kai, abc");
    assert_eq!(hidden("CANARY%2Brefresh%2Ftoken"), "[redacted]");
    let cut = hidden(&("x".repeat(290) + "CANARY+refresh/token"));
    assert!(!cut.contains("CANARY") && cut.chars().count() <= 300, "{cut}");
    assert!(!hidden(&"CANARY+refresh/token".repeat(50)).contains("CANARY"));
}

#[test]
fn a_refusal_of_nothing_but_a_status() {
    let refusal = Refusal::new(503);
    assert_eq!(refusal.to_string(), "the vendor refused with status 503");
}
