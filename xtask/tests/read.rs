//! `read`: the sample answers of the vendors' pages, and refusals.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::with_input;
use serde_json::{Value, json};

fn read(spec: &str, operation: &str, arguments: &[&str], body: &str) -> (i32, Value) {
    let spec = format!("specs/{spec}.yaml");
    let ran =
        with_input(&[&["read", &spec, operation, "--format", "json", "--now", "1547160000"], arguments].concat(), body);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.err);
    (ran.code, ran.json())
}

fn token(kind: &str, value: &str, expires: Value) -> Value {
    json!({ "kind": kind, "value": value, "expires_in_seconds": expires })
}

#[test]
fn sample_answers_give_their_tokens() {
    let tables = [
        (
            "cardiogram",
            "exchange_code",
            r#"{"access_token":"a1","refresh_token":"r1","token_type":"Bearer","expires_in":1547163941452}"#,
            vec![token("access", "a1", json!(3941)), token("refresh", "r1", Value::Null)],
            json!({ "token_type": "Bearer" }),
        ),
        (
            "cardiogram",
            "create_user",
            r#"{"userId":"u1","code":"c1"}"#,
            vec![token("code", "c1", Value::Null)],
            json!({ "userId": "u1" }),
        ),
        (
            "cardiomood",
            "exchange_code",
            r#"{"token_type":"Bearer","expires_in":31536000,"access_token":"eyJ0","refresh_token":"def5"}"#,
            vec![token("access", "eyJ0", json!(31_536_000)), token("refresh", "def5", Value::Null)],
            json!({ "token_type": "Bearer" }),
        ),
        (
            "humanapi",
            "session_token",
            r#"{"session_token":"--SESSION_TOKEN--","human_id":"70a1fd8fb4935296647f340dddf7dad6","expires_in":3600}"#,
            vec![token("session", "--SESSION_TOKEN--", json!(3600))],
            json!({ "human_id": "70a1fd8fb4935296647f340dddf7dad6" }),
        ),
        (
            "humanapi",
            "id_token",
            r#"{"token_type":"Bearer","id_token":"ee08","id_refresh_token":"idrt-bos","expires_in":86400}"#,
            vec![token("id", "ee08", json!(86400)), token("id_refresh", "idrt-bos", Value::Null)],
            json!({ "token_type": "Bearer" }),
        ),
        (
            "humanapi",
            "access_token",
            r#"{"access_token":"access-token","expires_in":86400,"token_type":"Bearer","refresh_token":"atrt-zr5"}"#,
            vec![token("access", "access-token", json!(86400)), token("refresh", "atrt-zr5", Value::Null)],
            json!({ "token_type": "Bearer" }),
        ),
        (
            "healthtap",
            "create_user",
            r#"{"access_token":"697e","token_type":"bearer","expires_in":7199,"refresh_token":"2387","scope":"member_public","created_at":1478054227,"guid":"f01b"}"#,
            vec![token("access", "697e", json!(7199)), token("refresh", "2387", Value::Null)],
            json!({ "token_type": "bearer", "scope": "member_public", "created_at": 1_478_054_227, "guid": "f01b" }),
        ),
        (
            "vitaldb",
            "exchange_code",
            r#"{"access_token":"v1","expires_in":"3600"}"#,
            vec![token("access", "v1", json!(3600))],
            json!({}),
        ),
    ];
    for (spec, operation, body, tokens, fields) in tables {
        let (code, shown) = read(spec, operation, &["--show-secrets"], body);
        let expected = json!({ "ok": true, "tokens": tokens, "fields": fields, "error": null });
        assert_eq!((code, &shown), (0, &expected), "{spec} {operation}");
        let (_, hidden) = read(spec, operation, &[], body);
        for token in &tokens {
            assert!(!hidden.to_string().contains(token["value"].as_str().unwrap()), "{hidden}");
        }
        assert_eq!(hidden["fields"], fields);
        assert_eq!(hidden["tokens"][0]["value"], "[redacted]");
    }
}

#[test]
fn a_refresh_token_has_its_own_expiry() {
    let body = r#"{"access_token":"a","expires_in":7199,"refresh_token":"r","refresh_token_expires_in":86400}"#;
    let (_, read) = read("healthtap", "exchange_code", &["--show-secrets"], body);
    assert_eq!(read["tokens"], json!([token("access", "a", json!(7199)), token("refresh", "r", json!(86400))]));
    assert_eq!(read["fields"], json!({}));
}

#[test]
fn an_expiry_that_cannot_be_read_is_noted() {
    let body = r#"{"access_token":"a","expires_in":-5,"refresh_token":"r","refresh_token_expires_in":"soon"}"#;
    let (code, odd) = read("healthtap", "exchange_code", &[], body);
    assert_eq!((code, &odd["tokens"][0]["expires_in_seconds"]), (0, &Value::Null));
    assert_eq!(
        odd["notes"],
        json!([
            "expires_in: can't be read as seconds: -5",
            "refresh_token_expires_in: can't be read as seconds: a text of 4 characters"
        ])
    );
    let ran = with_input(&["read", "specs/healthtap.yaml", "exchange_code"], body);
    assert!(ran.out.contains("notes\n  expires_in: can't be read as seconds: -5\n"), "{}", ran.out);
    let (_, plain) = read("healthtap", "exchange_code", &[], r#"{"access_token":"a","expires_in":5}"#);
    assert_eq!(plain.get("notes"), None);
}

#[test]
fn calls_give_the_whole_body() {
    let body = r#"{"userid":"u1","email":"a@b.example","new":1}"#;
    let (code, read_object) = read("vitaldb", "userinfo", &[], body);
    assert_eq!((code, &read_object["fields"]), (0, &json!({ "userid": "u1", "email": "a@b.example", "new": 1 })));
    let (_, list) = read("cardiogram", "risk_scores", &[], "[]");
    assert_eq!(list["fields"], json!({ "value": [] }));
}

#[test]
fn refusals_are_typed() {
    let (code, read_403) = read("humanapi", "session_token", &["--status", "403"], "");
    assert_eq!((code, read_403["ok"].as_bool()), (1, Some(false)));
    let error = &read_403["error"];
    assert_eq!(
        (&error["kind"], &error["status"], &error["failure"]),
        (&json!("refused"), &json!(403), &json!("source_already_connected"))
    );
    let (_, read_400) = read(
        "vitaldb",
        "exchange_code",
        &["--status", "400"],
        r#"{"error":"invalid_grant","error_description":"used"}"#,
    );
    let error = &read_400["error"];
    assert_eq!(
        (&error["code"], &error["text"], &error["retryable"], &error["means"]),
        (&json!("invalid_grant"), &json!("used"), &json!(false), &json!("terminal"))
    );
    let (_, read_503) = read("vitaldb", "userinfo", &["--status", "503", "--header", "Retry-After: 5"], "");
    assert_eq!(read_503["error"]["retryable"], true);
}

#[test]
fn what_cannot_be_read_names_its_place() {
    let (code, read_wrong) = read("vitaldb", "userinfo", &[], r#"{"userid":5,"email":"a@b.example"}"#);
    assert_eq!((code, &read_wrong["error"]["kind"]), (1, &json!("unreadable")));
    assert!(read_wrong["error"]["message"].as_str().unwrap().contains("/userid"), "{read_wrong}");
    // The token survives a field that is not what it should be.
    let (_, salvaged) = read("healthtap", "create_user", &["--show-secrets"], r#"{"access_token":"a"}"#);
    assert_eq!((&salvaged["ok"], &salvaged["tokens"][0]["value"]), (&json!(false), &json!("a")));
}

#[test]
fn people_get_lines() {
    let ran = with_input(
        &["read", "specs/vitaldb.yaml", "exchange_code"],
        r#"{"access_token":"v1-secret","expires_in":3600,"scope":"a\u001b[31m"}"#,
    );
    assert_eq!(ran.code, 0);
    assert_eq!(ran.out, "ok\ntokens\n  access: [redacted] (expires in 3600 seconds)\nfields\n  scope: a\\u{1b}[31m\n");
}

#[test]
fn wrong_arguments_are_usage_errors() {
    for arguments in [
        &["specs/vitaldb.yaml", "none"][..],
        &["specs/vitaldb.yaml", "authorize"],
        &["specs/vitaldb.yaml", "userinfo", "--status", "9"],
        &["specs/vitaldb.yaml", "userinfo", "--header", "x"],
    ] {
        assert_eq!(with_input(&[&["read"], arguments].concat(), "").code, 2, "{arguments:?}");
    }
}
