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
