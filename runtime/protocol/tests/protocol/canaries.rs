//! No `Debug` and no `Display` shows a secret.

use std::fmt::{Debug, Display};

use authsmith_protocol::operation::{ClientAuth, Encoding, Operation, Param};
use authsmith_protocol::{ReadError, Secret, SecretBytes, Value, Values, build, read, read_callback};
use serde_json::json;

use crate::operations::{CREATE_USER, EXCHANGE_CODE, ISSUE_CODE, USERINFO};
use crate::{now, params, response};

const CANARY: &str = "CANARY-s3cr3t";

/// Also as Basic and as a query would spell it.
fn assert_quiet(shown: &str) {
    for spelling in ["CANARY", "Q0FOQVJZ", "s3cr3t"] {
        assert!(!shown.contains(spelling), "{shown}");
    }
}

fn quiet(value: &impl Debug) {
    assert_quiet(&format!("{value:?}"));
    assert_quiet(&format!("{value:#?}"));
}

fn quiet_error(error: &(impl Debug + Display)) {
    quiet(error);
    assert_quiet(&format!("{error} {error:#}"));
}

fn secrets() -> Values {
    ["client_secret", "code", "token", "username", "password", "email"]
        .into_iter()
        .fold(Values::new().with("client_id", "app"), |values, name| values.with(name, Secret::from(CANARY)))
}

#[test]
fn values_are_quiet() {
    let secret = Secret::from(CANARY);
    assert_eq!(format!("{secret} {secret:?} {secret:>20}"), "[redacted] [redacted] [redacted]");
    quiet(&Value::from(CANARY));
    quiet(&Value::from(json!({ "a": CANARY })));
    quiet(&secrets().with("json", CANARY));
    assert_quiet(&secrets().hide_in(&format!("a {CANARY} b")));
    let mut values = secrets();
    values.define("credentials", "<client_id>:<client_secret>");
    for echo in [
        "a CANARY-s3cr3t",
        "a Q0FOQVJZLXMzY3IzdA==",
        "a Q0FOQVJZLXMzY3IzdA.",
        "Basic YXBwOkNBTkFSWS1zM2NyM3Q=",
        "app:CANARY-s3cr3t",
    ] {
        let hidden = values.hide_in(echo);
        assert_quiet(&hidden);
        assert!(hidden.contains("[redacted]") && !hidden.contains("YXBw"), "{hidden}");
    }
    quiet(&SecretBytes::from(CANARY.as_bytes().to_vec()));
    quiet(&Value::from(SecretBytes::from(CANARY.as_bytes().to_vec())));
    assert_eq!(Secret::from(CANARY), secret.clone());
    assert_ne!(Secret::from("CANARY-s3cr3u"), secret);
}

#[test]
fn a_secret_deserializes_from_text_and_its_errors_quote_nothing() {
    assert_eq!(serde_json::from_value::<Secret>(json!(CANARY)).unwrap().expose(), CANARY);
    assert_eq!(serde_json::from_str::<Secret>("\"a\\u0062\"").unwrap().expose(), "ab");
    for value in [json!(987_654_321), json!(-987_654_321), json!(987_654_321.5), json!([CANARY]), json!({ CANARY: 1 })]
    {
        let error = serde_json::from_value::<Secret>(value).unwrap_err();
        quiet_error(&error);
        assert!(!error.to_string().contains("987654321"), "{error}");
    }
}

#[test]
fn requests_are_quiet() {
    let in_path = Operation::get("revoke", "https://api.example/tokens/<token>");
    let everywhere = Operation::post("all", "https://api.example/x?t=<token>")
        .client_auth(ClientAuth::Basic)
        .encoding(Encoding::Json)
        .params(params([Param::header("X", "<token>"), Param::query("q", "<token>"), Param::body("b", "<token>")]));
    for operation in [EXCHANGE_CODE, USERINFO, CREATE_USER, ISSUE_CODE, in_path, everywhere] {
        let request = build(&operation, &secrets()).unwrap();
        quiet(&request);
        for (name, value) in &request.headers {
            assert_eq!(
                value.is_sensitive(),
                value.to_str().unwrap().contains("CANARY") || name == "authorization",
                "{name}"
            );
        }
        let shown = build(&operation, &secrets().redacted()).unwrap();
        assert_quiet(&crate::wire(&shown));
    }
    let request = build(&USERINFO, &secrets()).unwrap();
    let expected =
        r#"Request { method: GET, url: https://vitaldb.net/oauth2/userinfo, headers: ["accept"], body: 0 bytes }"#;
    assert_eq!(format!("{request:?}"), expected);
}

#[test]
fn build_errors_are_quiet() {
    let hostile = format!("{CANARY}\r\n@evil");
    let header = Operation::get("a", "https://api.example/").params(params([Param::header("X", "<v>")]));
    for operation in
        [header, Operation::get("a", "https://<v>/"), Operation::get("a", "<v>/x"), Operation::get("a", "<v>")]
    {
        for value in
            [Value::from(hostile.as_str()), Value::from(Secret::from(hostile.as_str())), Value::from(json!([CANARY]))]
        {
            quiet_error(&build(&operation, &Values::new().with("v", value)).unwrap_err());
        }
    }
}

#[test]
fn answers_are_quiet() {
    let whole = json!({ "access_token": CANARY, "refresh_token": CANARY, "pin": CANARY, "guid": "g" }).to_string();
    let answer = response(200, &[("set-cookie", CANARY)], &whole);
    quiet(&answer);
    let reading = read(&CREATE_USER, &answer, now()).unwrap();
    quiet(&reading);
    assert!(!reading.body.as_object().unwrap().contains_key("access_token"));
    quiet(
        &read(&ISSUE_CODE, &response(200, &[], json!({ "code": CANARY, "userId": "u" }).to_string()), now()).unwrap(),
    );

    let broken = [
        json!({ "access_token": CANARY, "refresh_token": CANARY, "guid": [CANARY] }).to_string(),
        json!({ "access_token": [CANARY], "guid": "g" }).to_string(),
        format!("{{\"access_token\":\"{CANARY}\""),
        CANARY.to_owned(),
    ];
    for body in broken {
        match read(&CREATE_USER, &response(200, &[], &body), now()) {
            Err(error @ ReadError::Unreadable(_)) => quiet_error(&error),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn callbacks_are_quiet() {
    let state = Secret::from(CANARY);
    for query in [
        format!("code={CANARY}&state=x"),
        format!("code={CANARY}"),
        format!("code={CANARY}&code={CANARY}&state={CANARY}"),
        format!("code={CANARY}&error=x&state={CANARY}"),
        format!("state={CANARY}"),
        format!("code={}&state={CANARY}", CANARY.repeat(2000)),
    ] {
        quiet_error(&read_callback(&query, &state, false).unwrap_err());
    }
    quiet(&read_callback(&format!("code={CANARY}&state={CANARY}"), &state, false).unwrap());
}
