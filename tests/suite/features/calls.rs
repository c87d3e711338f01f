//! What calls show and send.

use crate::literal::{FORM, JSON, golden};

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
