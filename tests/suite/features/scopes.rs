//! The scopes of grants.

use crate::literal::{FORM, JSON, golden, ok};

const TOKEN: &str = "POST https://scoped.example/token";

#[test]
fn scopes_of_a_grant() {
    let vendor = golden("scoped-grants");
    let machine = |scope: &str| {
        format!("grant_type=client_credentials&permissions={scope}&client_id=CLIENT_ID&client_secret=CLIENT_SECRET")
    };
    vendor.sends("machine", &[("scope", "read,steps:write")], &[TOKEN, FORM, &machine("read%2Csteps%3Awrite")]);
    let log_in = |scope: &str| {
        format!(
            "grant_type=password&username=USERNAME&password=PASSWORD{scope}&client_id=CLIENT_ID\
             &client_secret=CLIENT_SECRET"
        )
    };
    let user = [("username", "USERNAME"), ("password", "PASSWORD"), ("scope", "offline")];
    vendor.sends("log_in", &user, &[TOKEN, FORM, &log_in("&scope=offline")]);
    vendor.sends(
        "by_ticket",
        &[("ticket", "t1"), ("scope", "all")],
        &[TOKEN, JSON, r#"{"ticket":"t1","wants":"all"}"#],
    );
    let answer = r#"{"access_token":"T1","token_type":"Bearer","scope":"offline"}"#;
    vendor.reads("log_in", ok(answer), "access T1");
}

#[test]
fn scope_and_state_of_the_login_in_the_exchange() {
    let body = "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER&client_id=CLIENT_ID&client_secret=CLIENT_SECRET&scope=read&state=STATE";
    golden("scoped-grants").sends("exchange_code", &[("scope", "read")], &[TOKEN, FORM, body]);
}

#[test]
fn scopes_that_the_spec_does_not_name() {
    let vendor = golden("open_scopes");
    let url = |scope: &str, more: &str| {
        format!(
            "GET https://open.example/authorize?response_type=code&client_id=CLIENT_ID\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Fstate%3DSTATE&scope={scope}\
             &code_challenge=CODE_CHALLENGE&code_challenge_method=S256{more}"
        )
    };
    let given = [("scope", "a:b,c"), ("user_scope", "d,e")];
    vendor.sends("authorize", &given, &[&url("a%3Ab%2Cc", "&user_scope=d%2Ce")]);
    vendor.data(|data| assert_eq!(data.authorization().unwrap().scopes_by_default(), ["basic"]));
    let app = "grant_type=client_credentials&scope=x%7Cy&client_id=CLIENT_ID&client_secret=CLIENT_SECRET";
    vendor.sends("client_credentials", &[("scope", "x|y")], &["POST https://open.example/token", FORM, app]);
    vendor.sends(
        "device",
        &[("scope", "z")],
        &["POST https://open.example/device", FORM, "scope=z&client_id=CLIENT_ID&client_secret=CLIENT_SECRET"],
    );
    vendor.reads("client_credentials", ok(r#"{"access_token":"T1","scope":"x|y"}"#), "access T1");
}

#[test]
fn state_in_the_redirect_uri() {
    let vendor = golden("open_scopes");
    let body = "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Fstate%3DSTATE\
                &code_verifier=CODE_VERIFIER&client_id=CLIENT_ID&client_secret=CLIENT_SECRET";
    vendor.sends("exchange_code", &[], &["POST https://open.example/token", FORM, body]);
    vendor.comes_back("https://app.example/back?state=STATE&code=c1", "code c1");
    vendor.comes_back("?state=OTHER&code=c1", "the callback's state is not the one of this login");
    vendor.data(|data| {
        let authorize = data.authorization().unwrap();
        let of = |uri| authorize.redirect_uri_of(uri, "a b").into_owned();
        assert_eq!(of("https://app.example/back?tenant=1"), "https://app.example/back?tenant=1&state=a+b");
        assert_eq!(of("app:/back"), "app:/back?state=a+b");
    });
}
