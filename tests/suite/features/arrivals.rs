//! Callbacks that come in other ways than in a query, and without a code.

use crate::literal::{BASIC, FORM, golden, ok};

#[test]
fn what_stands_for_a_code() {
    let vendor = golden("arrivals");
    vendor.sends(
        "authorize",
        &[],
        &["GET https://arrivals.example/adminconsent?client_id=CLIENT_ID&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &state=STATE&response_mode=fragment"],
    );
    vendor.comes_back("https://app.example/back#tenant=t1&state=STATE", "code t1");
    let body = "grant_type=client_credentials&client_id=CLIENT_ID&client_secret=CLIENT_SECRET&scope=.default";
    vendor.sends("exchange_code", &[], &["POST https://arrivals.example/CODE/oauth2/token", FORM, body]);
    vendor.sends(
        "exchange_code",
        &[("code", "../a b")],
        &["POST https://arrivals.example/..%2Fa%20b/oauth2/token", FORM, body],
    );
    vendor.reads("exchange_code", ok(r#"{"access_token":"T1","token_type":"Bearer"}"#), "access T1 for 3600 s");
}

#[test]
fn a_code_that_a_webhook_tells() {
    golden("arrivals").sends(
        "by_webhook",
        &[("installation", "i1"), ("grant_code", "c1")],
        &[
            "POST https://arrivals.example/installations/i1/authorizations",
            FORM,
            "client_id=CLIENT_ID&client_secret=CLIENT_SECRET&code=c1&grant_type=authorization_code",
        ],
    );
}

#[test]
fn a_callback_that_is_posted() {
    let vendor = golden("posted");
    vendor.sends(
        "authorize",
        &[],
        &["GET https://posted.example/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE&code_challenge=CODE_CHALLENGE\
         &code_challenge_method=S256&response_mode=form_post"],
    );
    vendor.comes_back("code=c1&state=STATE", "code c1");
    let body = "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER";
    vendor.sends("exchange_code", &[], &["POST https://posted.example/token", BASIC, FORM, body]);
}
