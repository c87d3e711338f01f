//! What calls show and send.

use authsmith_protocol::ReadError;
use serde_json::json;

use crate::literal::{FORM, JSON, golden, ok, status};

const BEARER: &str = "authorization: Bearer TOKEN";

#[test]
fn tokens_in_places_of_every_sort() {
    let vendor = golden("presentations");
    let me = |query: &str| format!("GET https://presentations.example/v1/me?{query}");
    let every = ["x-api-key: CLIENT_ID", "api-version: 2026-01-01"];
    vendor.sends("me", &[], &[&me("v=2"), BEARER, every[0], every[1]]);
    vendor.sends("header", &[], &[&me("v=2"), "x-token: TOKEN", every[0], every[1]]);
    vendor.sends("scheme", &[], &[&me("v=3"), "authentication: Token TOKEN", every[0], every[1]]);
    vendor.sends("query", &[], &[&me("access_token=TOKEN&v=2"), every[0], every[1]]);
    vendor.sends("cookie", &[], &[&me("v=2"), every[0], every[1], "cookie: SESSION=TOKEN"]);
    let url = "POST https://presentations.example/v1/send?v=2";
    vendor.sends("send", &[("text", "hi")], &[url, every[0], every[1], FORM, "key=TOKEN&text=hi"]);
}

#[test]
fn the_client_on_calls() {
    let me = ["GET https://client-auth.example/v1/me", BEARER, "api-key: CLIENT_ID"];
    golden("client_auth").sends("me", &[], &me);
}

#[test]
fn a_call_that_verifies() {
    for name in ["requests", "connections"] {
        golden(name).data(|data| assert_eq!(data.verification(), Some("me")));
    }
    golden("requests").sends("me", &[], &["GET https://requests.example/v1/me", BEARER]);
}

#[test]
fn methods_and_inputs_in_every_place() {
    let vendor = golden("methods");
    let url = |method: &str, rest: &str| format!("{method} https://methods.example/v1{rest}");
    vendor.sends("read_note", &[("id", "7")], &[&url("GET", "/notes/7"), BEARER]);
    vendor.sends(
        "search_notes",
        &[("text", "a b"), ("limit", "3"), ("request", "r1")],
        &[&url("GET", "/notes?q=a+b&limit=3"), BEARER, "x-request-id: r1"],
    );
    vendor.sends("change_note", &[("id", "7"), ("title", "T")], &[&url("PATCH", "/notes/7"), BEARER, FORM, "title=T"]);
    vendor.sends("delete_note", &[("id", "7"), ("why", "old")], &[&url("DELETE", "/notes/7?why=old"), BEARER]);
    vendor.sends("ping", &[], &[&url("POST", "/ping"), BEARER, "x-kind: ping", JSON, r#"{"kind":"ping"}"#]);
}

#[test]
fn answers_of_every_type() {
    let vendor = golden("types");
    let body = json!({
        "text": "a", "hidden": "b", "count": "7", "ratio": "1.5", "flag": "true", "any": [null], "day": "2024-03-01",
        "moment": "2024-03-01T12:00:00Z", "plan": "new-plan", "plans": ["free"], "grid": [[1, "2"]],
        "by_day": { "2024-03-01": [{ "value": "3" }] }, "by_name": { "x": "4" },
        "place": { "position": { "lat": "5", "lon": 6 } }
    });
    let read = vendor.reading("receive_everything", &ok(&body.to_string())).unwrap().body;
    assert_eq!((&read["count"], &read["ratio"], &read["flag"]), (&json!(7), &json!(1.5), &json!(true)));
    assert_eq!((&read["grid"], &read["by_name"]["x"]), (&json!([[1, 2]]), &json!(4)));
    assert_eq!((&read["by_day"]["2024-03-01"][0]["value"], &read["plan"]), (&json!(3), &json!("new-plan")));
    let wrong = body.to_string().replace("2024-03-01T12:00:00Z", "noon");
    assert!(matches!(vendor.reading("receive_everything", &ok(&wrong)), Err(ReadError::Unreadable { .. })));
    assert_eq!(vendor.reading("one_word", &ok("\"paid\"")).unwrap().body, "paid");
}

#[test]
fn answers_that_are_not_json() {
    let vendor = golden("answers");
    assert_eq!(vendor.reading("page", &ok("{hello")).unwrap().body, "{hello");
    assert!(vendor.reading("image", &ok("\u{1}PNG")).is_ok());
    assert!(golden("presentations").reading("send", &status(204, "")).is_ok());
}

#[test]
fn failures_told_apart() {
    let vendor = golden("code_only");
    let failure = |operation: &str, answer| match vendor.reading(operation, &answer) {
        Err(ReadError::Refused(refusal)) => refusal.failure,
        other => panic!("{other:?}"),
    };
    assert_eq!(failure("me", status(410, "{}")).as_deref(), Some("gone"));
    assert_eq!(failure("me", status(404, "{}")), None);
    assert_eq!(failure("open_account", status(409, r#"{"error":"exists"}"#)).as_deref(), Some("account_exists"));
    assert_eq!(failure("open_account", status(409, r#"{"error":"other"}"#)), None);
}
