//! How the client shows who it is.

use crate::literal::{BASIC, FORM, golden};

const TOKEN: &str = "POST https://client-auth.example/token";
const GRANT: &str = "grant_type=client_credentials";

#[test]
fn client_credentials_in_headers() {
    let vendor = golden("client_auth");
    vendor.sends("by_header", &[], &[TOKEN, "x-client: CLIENT_ID", "x-secret: CLIENT_SECRET", FORM, GRANT]);
}

#[test]
fn a_client_id_under_another_name() {
    let vendor = golden("client_auth");
    vendor.sends("by_names", &[], &[TOKEN, FORM, &format!("{GRANT}&key=CLIENT_ID&pin=CLIENT_SECRET")]);
    vendor.sends("by_query", &[], &[&format!("{TOKEN}?client_id=CLIENT_ID"), FORM, GRANT]);
}

#[test]
fn basic_of_other_texts() {
    let vendor = golden("client_auth");
    for (grant, credentials) in [
        ("by_raw_basic", "Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ="),
        ("by_secret_alone", "Q0xJRU5UX1NFQ1JFVDo="),
        ("by_three_parts", "Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ6dGhyZWU="),
    ] {
        vendor.sends(grant, &[], &[TOKEN, &format!("authorization: Basic {credentials}"), FORM, GRANT]);
    }
}

#[test]
fn basic_with_halves_encoded_or_raw() {
    // RFC 6749, section 2.3.1, form-encodes both halves; the raw form doesn't.
    let (vendor, secret) = (golden("client_auth"), [("client_secret", "a+b:c")]);
    vendor.sends("by_standard", &[], &[TOKEN, BASIC, FORM, GRANT]);
    vendor.sends("by_standard", &secret, &[TOKEN, "authorization: Basic Q0xJRU5UX0lEOmElMkJiJTNBYw==", FORM, GRANT]);
    vendor.sends("by_raw_basic", &secret, &[TOKEN, "authorization: Basic Q0xJRU5UX0lEOmErYjpj", FORM, GRANT]);
}

#[test]
fn credentials_in_both_places() {
    let body = format!("{GRANT}&client_id=CLIENT_ID&client_secret=CLIENT_SECRET");
    golden("client_auth").sends("by_both", &[], &[TOKEN, BASIC, FORM, &body]);
}

#[test]
fn credentials_in_the_body() {
    let body = "grant_type=client_credentials&client_id=CLIENT_ID&client_secret=CLIENT_SECRET\
                &audience=https%3A%2F%2Fmachine.example%2Fapi";
    golden("client_credentials").sends("client_credentials", &[], &["POST https://machine.example/token", FORM, body]);
}

#[test]
fn parameters_in_the_query() {
    let url = format!("{TOKEN}?{GRANT}&tenant=t1");
    golden("client_auth").sends("by_query_params", &[("tenant", "t1")], &[&url, BASIC]);
}

#[test]
fn a_public_client() {
    let vendor = golden("public_client");
    let authorize = "GET https://public.example/authorize?response_type=code&client_key=CLIENT_ID\
                     &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE&code_challenge=CODE_CHALLENGE\
                     &code_challenge_method=S256&access_type=offline";
    vendor.sends("authorize", &[], &[authorize]);
    let exchange = "grant_type=authorization_code&code=CODE&code_verifier=CODE_VERIFIER&client_id=CLIENT_ID";
    vendor.sends("exchange_code", &[], &["POST https://public.example/token", FORM, exchange]);
    let refresh = "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID";
    vendor.sends("refresh", &[], &["POST https://public.example/refresh", FORM, refresh]);
}
