//! Successful answers.

use std::time::Duration;

use authsmith_protocol::operation::{Answer, Expiry, ExpiryUnit, Issued, Operation};
use authsmith_protocol::shape::Shape;
use authsmith_protocol::{ReadError, Reading, Unreadable, read, redact};
use serde_json::{Value, json};

use crate::operations::{CREATE_USER, EXCHANGE_CODE, ISSUE_CODE, USERINFO};
use crate::{now, response};

fn answer(operation: &Operation<'_>, body: &Value) -> Reading {
    read(operation, &response(200, &[], body.to_string()), now()).unwrap()
}

fn unreadable(operation: &Operation<'_>, body: impl AsRef<[u8]>) -> Unreadable {
    match read(operation, &response(200, &[], body), now()) {
        Err(ReadError::Unreadable(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tokens_fields_and_the_rest() {
    let body = json!({
        "access_token": "A", "token_type": "BEARER", "expires_in": "7199", "refresh_token": "R",
        "refresh_token_expires_in": 100, "scope": "member_public", "created_at": "1478054227", "guid": "g", "new": [1],
    });
    let reading = read(&CREATE_USER, &response(201, &[], body.to_string()), now()).unwrap();
    let [token] = reading.tokens.as_slice() else { panic!("{reading:?}") };
    assert_eq!((token.kind.as_str(), token.value.expose()), ("access", "A"));
    assert_eq!(token.token_type.as_deref(), Some("BEARER"));
    assert_eq!(token.scope.as_deref(), Some("member_public"));
    assert_eq!(token.expires_at, Some(now() + Duration::from_secs(7199)));
    assert_eq!(token.refresh_token.as_ref().unwrap().expose(), "R");
    assert_eq!(token.refresh_expires_at, Some(now() + Duration::from_secs(100)));
    assert_eq!(reading.code, None);
    // The tokens have left the body; what nobody described is still there.
    let rest = json!({
        "token_type": "BEARER", "expires_in": "7199", "refresh_token_expires_in": 100, "scope": "member_public",
        "created_at": 1_478_054_227, "guid": "g", "new": [1],
    });
    assert_eq!(reading.body, rest);
}

#[test]
fn odd_members_never_cost_the_token() {
    let scopes = [
        (json!("a b"), Some("a b")),
        (json!(["a", "b"]), Some("a b")),
        (json!([]), Some("")),
        (json!(""), Some("")),
        (json!(["a", 1]), None),
        (json!(null), None),
        (json!(7), None),
    ];
    for (scope, expected) in scopes {
        let reading = answer(&EXCHANGE_CODE, &json!({ "access_token": "A", "scope": scope }));
        assert_eq!(reading.tokens[0].scope.as_deref(), expected, "{scope}");
    }
    for refresh in [json!(""), json!(null), json!(1)] {
        let reading = answer(
            &EXCHANGE_CODE,
            &json!({ "access_token": "A", "refresh_token": refresh, "refresh_token_expires_in": 5 }),
        );
        assert_eq!(
            (&reading.tokens[0].refresh_token, reading.tokens[0].refresh_expires_at),
            (&None, None),
            "{refresh}"
        );
    }
    let reading = answer(&EXCHANGE_CODE, &json!({ "access_token": "A", "token_type": 1, "error": "odd" }));
    assert_eq!(reading.tokens[0].token_type, None);
    assert_eq!(reading.tokens[0].expires_at, Some(now() + Duration::from_secs(3600)), "the lifetime of the spec");
}

#[test]
fn places_are_pointers() {
    const NESTED: Operation<'static> =
        Operation::post("nested", "https://api.example/token").answer(Answer::json().tokens(&[
            Issued::new("bot", "/data/0/token").expires(Expiry::field("/data/0/until", ExpiryUnit::EpochMilliseconds)),
            Issued::new("user", "/user/token").refresh("/user~1refresh", Expiry::unknown().or_seconds(9)),
        ]));
    let body = json!({
        "data": [{ "token": "B", "until": 1_547_163_941_452_u64, "scope": ["x", "y"] }],
        "user": { "token": "U", "token_type": "user" }, "user/refresh": "R", "token_type": "bearer",
    });
    let reading = answer(&NESTED, &body);
    assert_eq!(reading.tokens[0].scope.as_deref(), Some("x y"));
    assert_eq!(reading.tokens[0].token_type.as_deref(), Some("bearer"), "what isn't beside the token is at the top");
    assert_eq!(reading.tokens[1].token_type.as_deref(), Some("user"));
    assert_eq!(reading.tokens[1].refresh_token.as_ref().unwrap().expose(), "R");
    assert_eq!(reading.tokens[1].refresh_expires_at, Some(now() + Duration::from_secs(9)));
    let rest = json!({
        "data": [{ "until": 1_547_163_941_452_u64, "scope": ["x", "y"] }], "user": { "token_type": "user" }, "token_type": "bearer",
    });
    assert_eq!(reading.body, rest);
}

#[test]
fn a_code_is_read_like_a_token() {
    let reading = answer(&ISSUE_CODE, &json!({ "userId": "u", "code": "C" }));
    assert_eq!(reading.code.unwrap().expose(), "C");
    assert_eq!(reading.body, json!({ "userId": "u" }));
    let error = unreadable(&ISSUE_CODE, r#"{"code": ""}"#);
    assert_eq!((error.at.as_str(), error.expected), ("/code", "an authorization code"));
}

#[test]
fn bodies_that_hold_no_token() {
    let table: &[(&str, &str, &str)] = &[
        ("", "", "JSON"),
        ("<html>", "", "JSON"),
        ("access_token=A", "", "JSON"),
        (r#"{"access_token":"A""#, "", "JSON"),
        ("[]", "/access_token", "a token"),
        ("null", "/access_token", "a token"),
        (r#""{\"access_token\":\"A\"}""#, "/access_token", "a token"),
        (r#"{"access_token":""}"#, "/access_token", "a token"),
        (r#"{"access_token":null}"#, "/access_token", "a token"),
        (r#"{"access_token":1}"#, "/access_token", "a token"),
        (r#"{"data":{"access_token":"A"}}"#, "/access_token", "a token"),
    ];
    for (body, at, expected) in table {
        let error = unreadable(&EXCHANGE_CODE, body);
        assert_eq!((error.at.as_str(), error.expected, error.status), (*at, *expected, 200), "{body}");
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(unreadable(&EXCHANGE_CODE, &deep).expected, "JSON");
    assert_eq!(unreadable(&USERINFO, format!(r#"{{"userid":{deep}}}"#)).expected, "JSON");
}

#[test]
fn input_04_json_is_read_whatever_it_is_called_and_a_form_only_by_its_name() {
    let json = "\u{feff}{\"access_token\":\"A\",\"expires_in\":5}";
    let form = "access_token=A&expires_in=5&scope=a+b";
    let form_type = "Application/X-WWW-Form-Urlencoded; charset=utf-8";
    let read_as =
        |content_type, body: &str| read(&EXCHANGE_CODE, &response(200, &[("content-type", content_type)], body), now());
    for reading in [read_as("text/html", json), read_as(form_type, json), read_as(form_type, form)] {
        let token = &reading.unwrap().tokens[0];
        assert_eq!(token.value.expose(), "A");
        assert_eq!(token.expires_at, Some(now() + Duration::from_secs(5)));
    }
    assert_eq!(read_as(form_type, form).unwrap().tokens[0].scope.as_deref(), Some("a b"));
    assert!(read_as("text/plain", form).is_err());
}

#[test]
fn input_08_of_two_members_with_one_name_the_last_holds() {
    let body = r#"{"access_token":"A","access_token":"B"}"#;
    let reading = read(&EXCHANGE_CODE, &response(200, &[], body), now()).unwrap();
    assert_eq!(reading.tokens[0].value.expose(), "B");
}

#[test]
fn empty_bodies() {
    const CALL: Operation<'static> = Operation::post("call", "https://api.example/");
    let empty = |shape| read(&CALL.answer(Answer::json().shape(shape)), &response(204, &[], " \r\n"), now());
    assert_eq!(empty(Shape::Json).unwrap().body, json!(null));
    assert_eq!(empty(Shape::Nothing).unwrap().body, json!(null));
    assert_eq!(empty(Shape::Object(&[])).unwrap().body, json!({}));
    assert!(empty(Shape::List(&Shape::Json)).is_err());
    let Err(ReadError::Unreadable(error)) = read(&USERINFO, &response(200, &[], ""), now()) else { panic!() };
    assert_eq!(error.to_string(), "the answer (status 200) can't be read: expected text at `/userid`");
    // What nobody reads may be anything.
    let html = response(200, &[], "<html>");
    assert_eq!(read(&CALL.answer(Answer::json().shape(Shape::Nothing)), &html, now()).unwrap().body, json!(null));
}

#[test]
fn tokens_survive_a_field_that_is_wrong() {
    let error = unreadable(&CREATE_USER, json!({ "access_token": "A", "refresh_token": "R" }).to_string());
    assert_eq!((error.at.as_str(), error.expected), ("/guid", "text"));
    assert_eq!(error.salvaged[0].refresh_token.as_ref().unwrap().expose(), "R");
    let error = unreadable(&ISSUE_CODE, json!({ "code": "C" }).to_string());
    assert_eq!((error.at.as_str(), error.salvaged_code.unwrap().expose()), ("/userId", "C"));
}

#[test]
fn a_body_for_people_has_no_secrets() {
    let body = json!({
        "access_token": "A", "refresh_token": "R", "guid": "g", "pin": "1234", "nested": [{ "id_token": "I", "password": {} }],
        "code": "kept: no code is expected",
    });
    let shown = redact(&CREATE_USER, body.to_string().as_bytes());
    let expected = r#"{"access_token":"[redacted]","refresh_token":"[redacted]","guid":"g","pin":"[redacted]","nested":[{"id_token":"[redacted]","password":"[redacted]"}],"code":"kept: no code is expected"}"#;
    assert_eq!(shown, expected);
    assert_eq!(redact(&ISSUE_CODE, br#"{"code":"C","userId":"u"}"#), r#"{"code":"[redacted]","userId":"u"}"#);
    assert_eq!(redact(&ISSUE_CODE, b"access_token=A"), "[14 bytes that are not JSON]");
    assert_eq!(redact(&ISSUE_CODE, b""), "");
}
