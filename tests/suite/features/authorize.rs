//! The way to a code: the authorization request, and the callback.

use authsmith_protocol::pkce::login_secrets_for;

use crate::literal::{BASIC, FORM, Vendor, golden, ok};

const BACK: &str = "redirect_uri=https%3A%2F%2Fapp.example%2Fback";

#[test]
fn a_vendor_of_the_standards() {
    let vendor = golden("standard");
    let url = format!(
        "GET https://standard.example/oauth/authorize?response_type=code&client_id=CLIENT_ID&{BACK}&scope=profile+steps\
         &state=STATE&code_challenge=CODE_CHALLENGE&code_challenge_method=S256"
    );
    vendor.sends("authorize", &[("scope", "profile steps")], &[&url]);
    vendor.comes_back("?code=c1&state=STATE", "code c1");
    let token = "POST https://standard.example/oauth/token";
    let exchange = format!("grant_type=authorization_code&code=CODE&{BACK}&code_verifier=CODE_VERIFIER");
    vendor.sends("exchange_code", &[], &[token, BASIC, FORM, &exchange]);
    let answer = r#"{"access_token":"T1","token_type":"Bearer","expires_in":3600,"refresh_token":"R1"}"#;
    vendor.reads("exchange_code", ok(answer), "access T1 for 3600 s, refresh R1");
    vendor.sends("refresh", &[], &[token, BASIC, FORM, "grant_type=refresh_token&refresh_token=REFRESH_TOKEN"]);
    vendor.sends("me", &[], &["GET https://standard.example/v1/me", "authorization: Bearer TOKEN"]);
}

#[test]
fn another_response_type_inputs_and_constants() {
    let vendor = golden("requests");
    let url = |more: &str| {
        format!(
            "GET https://requests.example/authorize?response_type=code+id_token&client_id=CLIENT_ID&{BACK}\
             &state=STATE{more}&tenant=t1&response_mode=query&prompt=consent"
        )
    };
    vendor.sends("authorize", &[("tenant", "t1")], &[&url("")]);
    vendor.sends("authorize", &[("tenant", "t1"), ("login_hint", "ann")], &[&url("&login_hint=ann")]);
}

#[test]
fn a_nonce() {
    let nonce = "07".repeat(32);
    let url = format!(
        "GET https://functions.example/authorize?response_type=code&client_id=CLIENT_ID&{BACK}&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256&nonce={nonce}"
    );
    golden("functions").sends("authorize", &[], &[&url]);
}

#[test]
fn authorize_behind_a_route_with_lists_of_scopes() {
    let vendor = golden("logins");
    let given = [("realm", "r1"), ("scope", "read,write"), ("user_scope", "profile,mail")];
    let url = format!(
        "GET https://logins.example/#/login?response_type=code&client_id=CLIENT_ID&{BACK}&scope=read%2Cwrite\
         &state=STATE&code_challenge=CODE_CHALLENGE&code_challenge_method=S256&realm=r1&user_scope=profile%2Cmail"
    );
    vendor.sends("authorize", &given, &[&url]);
    let defaults = |vendor: &Vendor| vendor.0.authorize.as_ref().unwrap().default_scopes.clone();
    assert_eq!(format!("{:?}", defaults(vendor)).matches("read").count(), 1);
}

#[test]
fn standard_parameters_dropped() {
    let url = format!("GET https://callbacks.example/authorize?client_id=CLIENT_ID&{BACK}&state=STATE");
    golden("callbacks").sends("authorize", &[], &[&url]);
}

#[test]
fn a_callback_with_names_of_its_own() {
    let vendor = golden("callbacks");
    vendor.comes_back("?auth=c1&customState=STATE&shop=s1", "code c1; shop = s1");
    vendor.comes_back("?auth=c1&customState=STATE", "code c1; shop = none");
    vendor.comes_back("?err=no&why=later&customState=STATE", "the vendor gave no code: no (later)");
    vendor.comes_back("auth=posted&customState=STATE", "code posted; shop = none");
    let body = format!("grant_type=authorization_code&code=CODE&{BACK}&shop=s1");
    vendor.sends("exchange_code", &[("shop", "s1")], &["POST https://callbacks.example/token", BASIC, FORM, &body]);
}

#[test]
fn the_issuer_must_be_the_one() {
    let vendor = golden("logins");
    let callback = |issuer: &str| format!("?auth_code=c1&custom=STATE&shard=eu{issuer}");
    vendor.comes_back(&callback("&iss=https%3A%2F%2Flogins.example"), "code c1; shard = eu");
    for issuer in ["&iss=https%3A%2F%2Fevil.example", "&iss=https%3A%2F%2Flogins.example%2F"] {
        vendor.comes_back(&callback(issuer), "the callback comes from another authorization server");
    }
    vendor.comes_back(&callback(""), "the callback doesn't say which authorization server it comes from");
    let body = format!("grant_type=authorization_code&code=CODE&{BACK}&code_verifier=CODE_VERIFIER");
    vendor.sends("exchange_code", &[("shard", "eu")], &["POST https://logins.example/eu/token", BASIC, FORM, &body]);
}

#[test]
fn scopes_under_another_name() {
    let url = format!(
        "GET https://code.example/authorize?response_type=code&client_id=CLIENT_ID&{BACK}&permissions=read+write\
         &state=STATE&code_challenge=CODE_CHALLENGE&code_challenge_method=S256"
    );
    golden("code_only").sends("authorize", &[("scope", "read write")], &[&url]);
}

#[test]
fn a_state_that_does_not_come_back() {
    let vendor = golden("code_only");
    vendor.comes_back("?code=c1", "code c1");
    vendor.comes_back("?code=c1&state=OTHER", "the callback's state is not the one of this login");
}

#[test]
fn a_denial_by_absence() {
    golden("logins")
        .comes_back("?custom=STATE&iss=https%3A%2F%2Flogins.example", "the vendor gave no code: access_denied");
}

#[test]
fn a_state_of_a_form_of_its_own() {
    let alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (name, length, allowed) in
        [("callbacks", 32, "0123456789abcdef"), ("requests", 32, "0123456789"), ("logins", 24, alphanumeric)]
    {
        golden(name).data(|data| {
            let (state, _) = login_secrets_for(&data.authorization().unwrap(), &[9; 64]);
            let (other, _) = login_secrets_for(&data.authorization().unwrap(), &[8; 64]);
            assert!(state.expose().len() == length && state.expose().chars().all(|c| allowed.contains(c)), "{name}");
            assert_ne!(state, other);
        });
    }
}
