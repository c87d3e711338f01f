//! What deployments and connections supply, and what templates make of it.

use crate::literal::{BASIC, FORM, JSON, Vendor, golden, ok};

#[test]
fn settings_in_urls_and_values() {
    let vendor = golden("settings");
    let given = [("region", "us-east"), ("tenant", "a b")];
    let url = "GET https://login.settings.example/authorize?response_type=code&client_id=CLIENT_ID\
               &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE&code_challenge=CODE_CHALLENGE\
               &code_challenge_method=S256&tenant=a+b&region=us-east";
    vendor.sends("authorize", &given, &[url]);
    let refresh = "grant_type=refresh_token&refresh_token=REFRESH_TOKEN";
    let token = "POST https://tenant.settings.example/token";
    vendor.sends("refresh", &[], &[token, BASIC, FORM, refresh]);
    let json = r#"{"grant_type":"refresh_token","refresh_token":"REFRESH_TOKEN"}"#;
    vendor.sends("refresh", &[("flavor", "json")], &[token, BASIC, JSON, json]);
    let me = ["GET https://tenant.settings.example/api/a%20b/me", "authorization: Bearer TOKEN"];
    vendor.sends("me", &given, &me);
    vendor.reads("refresh", ok(r#"{"access_token":"T1"}"#), "access T1");
}

#[test]
fn what_connections_give_and_keep() {
    let vendor = golden("connections");
    let url = "GET https://tea.connections.example/authorize?response_type=code&client_id=CLIENT_ID\
               &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=read&state=STATE\
               &code_challenge=CODE_CHALLENGE&code_challenge_method=S256&region=eu";
    vendor.sends("authorize", &[("scope", "read"), ("shop", "tea")], &[url]);
    vendor.comes_back("?code=c1&state=STATE&realmId=r1", "code c1; realm = r1");
    let exchange = "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
                    &code_verifier=CODE_VERIFIER&realm=r1";
    vendor.sends(
        "exchange_code",
        &[("realm", "r1")],
        &["POST https://tea.connections.example/token", BASIC, FORM, exchange],
    );
    let answer = r#"{"access_token":"T1","plan":{"name":"free"}}"#;
    vendor.reads("exchange_code", ok(answer), "access T1; api = https://api.connections.example; plan = free");
    let answer = r#"{"access_token":"T1","api_domain":"https://eu.connections.example","plan":{"name":"free"}}"#;
    vendor.reads("exchange_code", ok(answer), "access T1; api = https://eu.connections.example; plan = free");
    vendor.sends(
        "me",
        &[("realm", "r1"), ("plan", "free"), ("app", "7"), ("contact", "ann@connections.example")],
        &[
            "GET https://tea.connections.example/api/realms/r1/me?plan=free",
            "authorization: Bearer TOKEN",
            "app: app-7",
            "contact: ann@connections.example",
        ],
    );
}

#[test]
fn a_spec_that_extends_another() {
    let vendor = golden("extended");
    let url = "GET https://family.example/authorize?response_type=code&client_id=CLIENT_ID\
               &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=read+write&state=STATE\
               &code_challenge=CODE_CHALLENGE&code_challenge_method=S256&prompt=consent";
    vendor.sends("authorize", &[("scope", "read write")], &[url]);
    vendor.sends("mine", &[], &["GET https://family.example/v1/mine", "authorization: Bearer TOKEN"]);
    vendor.data(|data| assert!(data.operation("me").is_some() && data.operation("gone").is_none()));
}

#[test]
fn an_api_that_the_answer_names() {
    let vendor = golden("kept_host");
    let answer = r#"{"access_token":"T1","instance_url":"https://na1.kept.example"}"#;
    vendor.reads("exchange_code", ok(answer), "access T1; instance_url = https://na1.kept.example");
    let me = ["GET https://na1.kept.example/services/v60.0/me", "authorization: Bearer TOKEN"];
    vendor.sends("me", &[("instance_url", "https://na1.kept.example")], &me);
}

#[test]
fn material_derived_from_a_secret() {
    // printf CLIENT_SECRET | sha256sum
    let digest = "C4375C52A7D804E5EA784B21A9772A768CD179463E868C5D13AF5F9F6E7FE9A6";
    let body = format!("grant_type=refresh_token&refresh_token=REFRESH_TOKEN&secret={digest}&short=refresh_");
    golden("templates").sends("refresh", &[], &["POST https://templates.example/token", FORM, &body]);
}

/// A header of the one request that goes through every function.
fn header(vendor: &Vendor, name: &str, given: &[(&'static str, &str)]) -> String {
    let mut all = vec![("place", "https://api.acme.example/users/Me"), ("first", "what do ya want")];
    all.retain(|(name, _)| given.iter().all(|(other, _)| other != name));
    all.extend(given);
    let request = vendor.request("log_in", &all);
    request.headers[name].to_str().unwrap().to_owned()
}

#[test]
fn functions_of_templates() {
    for (name, value) in [
        ("x-sha256", "16e802e5e765dc4c3cb1188e87ebf369a7c37bc8060ba4cdb4ac91a05da2a856"),
        ("x-base64", "Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ="),
        ("x-base64url", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"),
        // openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64
        ("x-key", "SHA256:EIFrer5fhN3sHkOhcZggliSnkQxFz13yUnOVM2QY4Wk="),
        ("x-raw", "https://api.acme.example/users/Me"),
        ("x-upper", "HTTPS://API.ACME.EXAMPLE/USERS/ME"),
        ("x-lower", "client_id"),
        ("x-prefix", "CLI"),
        ("x-after", "ID"),
        ("x-before", "CLIENT"),
        ("x-last", "Me"),
        ("x-host", "api.acme.example"),
        ("x-epoch", "1700000000"),
        ("x-epoch-ms", "1700000000000"),
        ("x-later", "1700000300"),
        ("x-iso", "2023-11-14T22:13:20Z"),
        ("x-day", "20231114"),
        ("x-id", "07070707-0707-4707-8707-070707070707"),
        ("x-name", "CLIENT_ID"),
    ] {
        assert_eq!(header(golden("functions"), name, &[]), value, "{name}");
    }
    assert_eq!(header(golden("functions"), "x-name", &[("nickname", "ann")]), "ann");
    assert_eq!(header(golden("functions"), "x-json", &[("nickname", "a\"b\\")]), r#""a\"b\\""#);
}

#[test]
fn hmac_of_what_is_joined() {
    // RFC 4231, test case 2: the key `Jefe` and `what do ya want for nothing?`; RFC 2202 for SHA-1.
    for (name, digest) in [
        ("x-hmac-sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ("x-hmac-sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    ] {
        assert_eq!(header(golden("functions"), name, &[("client_secret", "Jefe")]), digest);
    }
}

#[test]
fn values_over_inputs_and_a_token_shown_through_one() {
    let vendor = golden("values");
    let token = "POST https://values.example/token";
    let given = [("user", "ann"), ("password", "p:w"), ("pin", "7"), ("company", "c9")];
    let body = "pin=7&audience=api&scope=all";
    let headers = ["authorization: ID YW5uOnA6dw==", "x-api: 2", "x-client: CLIENT_ID"];
    vendor.sends("log_in", &given, &[token, headers[0], headers[1], headers[2], FORM, body]);
    let bearer = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c";
    let sent = format!("{bearer}&scope=some&audience=api");
    let given_jwt = [("assertion", "a.b.c")];
    vendor.sends("log_in_by_code", &given_jwt, &[token, "x-client: CLIENT_ID", "x-api: 1", FORM, &sent]);
    vendor.sends("me", &given, &["GET https://values.example/v1/me", "authorization: Basic Yzk6VE9LRU4="]);
    vendor.reads("log_in", ok(r#"{"access_token":"T1","expires_in":60}"#), "access T1 for 60 s");
}
