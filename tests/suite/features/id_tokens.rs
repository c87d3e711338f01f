//! ID tokens: what is sent for them, and where they are read.

use crate::literal::{BASIC, FORM, golden, ok};

const BACK: &str = "redirect_uri=https%3A%2F%2Fapp.example%2Fback";

#[test]
fn a_login_with_an_id_token() {
    let vendor = golden("id_token");
    let url = format!(
        "GET https://id.example/authorize?response_type=code&client_id=CLIENT_ID&{BACK}&scope=openid\
         &state=STATE&code_challenge=CODE_CHALLENGE&code_challenge_method=S256&nonce=LOGIN_NONCE"
    );
    vendor.sends("authorize", &[("scope", "openid")], &[&url]);
    let exchange = format!("grant_type=authorization_code&code=CODE&{BACK}&code_verifier=CODE_VERIFIER");
    vendor.sends("exchange_code", &[], &["POST https://id.example/token", BASIC, FORM, &exchange]);
    let id_token = |operation: &str, body: &str| {
        let reading = vendor.reading(operation, &ok(body)).unwrap();
        assert!(!reading.body.to_string().contains("e30"), "it is a secret");
        reading.id_token.map(|token| token.expose().to_owned())
    };
    for operation in ["exchange_code", "refresh"] {
        let first = r#"{"access_token":"T1","id_token":"e30.e30.","data":{"id_token":"other.e30."}}"#;
        assert_eq!(id_token(operation, first).as_deref(), Some("e30.e30."));
        let second = r#"{"access_token":"T1","data":{"id_token":"e30.e30."}}"#;
        assert_eq!(id_token(operation, second).as_deref(), Some("e30.e30."));
        assert_eq!(id_token(operation, r#"{"access_token":"T1"}"#), None);
    }
    vendor.data(|data| {
        let id_token = data.id_tokens().unwrap();
        assert_eq!(id_token.all_issuers(), ["https://id.example/<tenant>", "id.example"]);
        let names = id_token.allowed_algorithms().iter().map(|algorithm| algorithm.name());
        assert_eq!(names.collect::<Vec<_>>(), ["RS256", "ES256"]);
        assert_eq!((id_token.jwks_url(), id_token.has_nonce()), ("https://id.example/<tenant>/jwks", true));
        assert_eq!(id_token.further_audiences(), ["<tenant>-project"]);
        let is_due = |name| data.operation(name).unwrap().answers().is_id_token_due();
        assert!(is_due("exchange_code") && !is_due("refresh"));
    });
}

#[test]
fn a_login_that_may_have_none() {
    let vendor = golden("id_token_optional");
    let url = format!(
        "GET https://t1.id.example/authorize?response_type=code&client_id=CLIENT_ID&{BACK}\
         &state=STATE&code_challenge=CODE_CHALLENGE&code_challenge_method=S256&once=LOGIN_NONCE"
    );
    vendor.sends("authorize", &[], &[&url]);
    vendor.data(|data| {
        for name in ["exchange_code", "exchange_device_code"] {
            let answer = data.operation(name).unwrap().answers();
            assert_eq!((answer.id_token_at(), answer.is_id_token_due()), (&["/id_token"][..], false));
        }
    });
}
