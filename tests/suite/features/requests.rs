//! Token requests: their parameters, their bodies, their grants.

use crate::literal::{BASIC, FORM, JSON, golden, ok};

const TOKEN: &str = "POST https://requests.example/token";

#[test]
fn headers_and_constants_of_a_token_request_in_the_query_of_a_post() {
    let url = format!(
        "{TOKEN}?grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &client_id=CLIENT_ID&client_secret=CLIENT_SECRET&audience=api"
    );
    golden("requests").sends("exchange_code", &[], &[&url, "x-api: 2"]);
}

#[test]
fn refresh_with_constants_basic_and_the_client_id_in_the_body() {
    let body = "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&type=refresh&client_id=CLIENT_ID";
    golden("requests").sends("refresh", &[], &[TOKEN, BASIC, FORM, body]);
}

#[test]
fn standard_parameters_renamed_and_dropped() {
    let given = [("username", "ann"), ("password", "p w")];
    let body = r#"{"id":"ann","password":"p w","client_id":"CLIENT_ID"}"#;
    golden("requests").sends("log_in", &given, &["PUT https://requests.example/sessions", JSON, body]);
}

#[test]
fn bodies_of_text() {
    let vendor = golden("requests");
    let body = "mutation { signIn(user: \"ann\") { token } }";
    let url = "PATCH https://requests.example/sessions";
    vendor.sends("change", &[("user", "ann")], &[url, "content-type: application/graphql", body]);
    let hostile = "mutation { signIn(user: \"\\\"){token} a(b:\\\"\") { token } }";
    vendor.sends("change", &[("user", "\"){token} a(b:\"")], &[url, "content-type: application/graphql", hostile]);
    vendor.reads("change", ok(r#"{"data":{"signIn":{"token":"T1"}}}"#), "access T1");
    let statement = [
        "POST https://bodies.example/v1/query",
        "authorization: Bearer TOKEN",
        "content-type: application/sql",
        "select * from steps",
    ];
    golden("bodies").sends("query", &[("table", "steps")], &statement);
}

#[test]
fn a_value_in_the_path() {
    golden("requests").sends("leave", &[("id", "a/b c")], &["GET https://requests.example/sessions/a%2Fb%20c"]);
}

#[test]
fn bodies_of_xml() {
    let vendor = golden("bodies");
    let body = "<login><user>a&lt;b&amp;c</user><pin>p</pin></login>";
    vendor.sends(
        "sign_in_by_xml",
        &[("user", "a<b&c"), ("pin", "p")],
        &["POST https://bodies.example/xml", "content-type: application/xml", body],
    );
}

#[test]
fn a_json_body_keeps_types_and_drops_what_is_absent() {
    let vendor = golden("bodies");
    let url = "POST https://bodies.example/token";
    let body = r#"{"credentials":{"name":"ann","password":"p","site":{}},"kind":["session",2]}"#;
    vendor.sends("sign_in", &[("user", "ann"), ("pin", "p")], &[url, JSON, body]);
    let body = r#"{"credentials":{"name":"ann","password":"p","site":{"contentUrl":"s"}},"kind":["session",2]}"#;
    vendor.sends("sign_in", &[("user", "ann"), ("pin", "p"), ("site", "s")], &[url, JSON, body]);
    let graph = ["POST https://bodies.example/v1/graph", "authorization: Bearer TOKEN", JSON];
    let body = r#"{"query":"{ items }","variables":{"first":7,"deep":[1,true,"a-7"]}}"#;
    vendor.sends("graph", &[("first", "7")], &[graph[0], graph[1], graph[2], body]);
}

#[test]
fn standard_grants_of_other_kinds() {
    let vendor = golden("exchanges");
    let sends = |operation, given: &[(&'static str, &str)], body: &str| {
        vendor.sends(operation, given, &["POST https://exchanges.example/token", BASIC, FORM, body]);
    };
    sends("log_in", &[("username", "ann"), ("password", "p w")], "grant_type=password&username=ann&password=p+w");
    sends(
        "swap",
        &[("subject_token", "S"), ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"), ("audience", "api")],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=S\
         &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&audience=api",
    );
    sends(
        "assert",
        &[("assertion", "a.b.c")],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c",
    );
    sends("account", &[("account_id", "A1")], "account_id=A1&grant_type=account_credentials");
    sends("given", &[("user_token", "R1")], "refresh_token=R1&grant_type=refresh_token");
    vendor.reads("account", ok(r#"{"access_token":"T1","expires_in":60}"#), "access T1 for 60 s");
}

#[test]
fn operations_on_one_url() {
    let vendor = golden("widgets");
    for (grant, ty) in [("first_session", "session"), ("next_session", "id")] {
        let body = format!("client_id=CLIENT_ID&client_secret=CLIENT_SECRET&user=u1&type={ty}");
        vendor.sends(grant, &[("user", "u1")], &["POST https://widgets.example/token", FORM, &body]);
    }
    vendor.reads("first_session", ok(r#"{"session_token":"S1"}"#), "session S1 for 3600 s");
    vendor.reads("next_session", ok(r#"{"id_token":"I1"}"#), "id I1 for 86400 s");
}

#[test]
fn a_grant_that_gives_a_code() {
    let vendor = golden("code_only");
    let account = ["POST https://code.example/accounts", BASIC, FORM, "email=ann%40code.example"];
    vendor.sends("open_account", &[("email", "ann@code.example")], &account);
    let reading = vendor.reading("open_account", &ok(r#"{"code":"C1"}"#)).unwrap();
    assert_eq!(reading.code.unwrap().expose(), "C1");
}

#[test]
fn a_token_for_the_app_itself() {
    let vendor = golden("client_credentials");
    vendor.reads("client_credentials", ok(r#"{"access_token":"T1","token_type":"bearer"}"#), "access T1 for 600 s");
    let patients = ["GET https://machine.example/api/patients?page=2", "authorization: Bearer TOKEN"];
    vendor.sends("patients", &[("page", "2")], &patients);
}
