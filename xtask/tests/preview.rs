//! `preview`: requests as the vendors' pages show them.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::xtask;
use serde_json::{Value, json};

const CARDIOGRAM: &str = "specs/cardiogram.yaml";
const CARDIOMOOD: &str = "specs/cardiomood.yaml";
const HEALTHTAP: &str = "specs/healthtap.yaml";
const HUMANAPI: &str = "specs/humanapi.yaml";
const VITALDB: &str = "specs/vitaldb.yaml";
const BACK: &str = "redirect_uri=https://app.example/callback";
const TOKEN_URL: [&str; 2] = ["--setting", "token_url=https://mood.example/oauth/token"];
/// base64 of `CLIENT_ID:CLIENT_SECRET`
const BASIC: &str = "Basic Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ=";

fn preview(spec: &str, operation: &str, arguments: &[&str]) -> Value {
    let ran = xtask(&[&["preview", spec, operation, "--format", "json"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json()
}

fn header<'v>(request: &'v Value, name: &str) -> Option<&'v str> {
    let headers = request["headers"].as_array().unwrap();
    headers
        .iter()
        .find(|header| header[0].as_str().unwrap().eq_ignore_ascii_case(name))
        .and_then(|header| header[1].as_str())
}

#[test]
fn token_requests_are_those_of_the_pages() {
    let form = "application/x-www-form-urlencoded";
    let json = "application/json";
    for (spec, operation, arguments, url, authorization, content_type, body) in [
        (
            CARDIOGRAM,
            "exchange_code",
            &["code=abc"][..],
            "https://cardiogr.am/heart/oauth/token",
            Some(BASIC),
            form,
            "grant_type=authorization_code&code=abc",
        ),
        (
            CARDIOGRAM,
            "create_user",
            &["email=a@b.example", "memberId=kai123"],
            "https://cardiogr.am/heart/oauth/users/new",
            Some(BASIC),
            form,
            "email=a%40b.example&memberId=kai123",
        ),
        (
            CARDIOMOOD,
            "exchange_code",
            &[&TOKEN_URL[..], &[BACK, "code=abc"]].concat(),
            "https://mood.example/oauth/token",
            None,
            json,
            r#"{"grant_type":"authorization_code","code":"abc","redirect_uri":"https://app.example/callback","client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET"}"#,
        ),
        (
            CARDIOMOOD,
            "refresh",
            &[&TOKEN_URL[..], &["--setting", "token_encoding=form"]].concat(),
            "https://mood.example/oauth/token",
            None,
            form,
            "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ),
        (
            HEALTHTAP,
            "exchange_code",
            &[BACK, "code=abc"],
            "https://api.healthtap.com/oauth/token",
            Some(BASIC),
            json,
            r#"{"grant_type":"authorization_code","code":"abc","redirect_uri":"https://app.example/callback","client_id":"CLIENT_ID"}"#,
        ),
        (
            HEALTHTAP,
            "create_user",
            &["username=u1", "password=p1"],
            "https://api.healthtap.com/api/v2.1/users.json",
            Some(BASIC),
            json,
            r#"{"username":"u1","password":"p1"}"#,
        ),
        (
            HUMANAPI,
            "access_token",
            &["client_user_id=u1"],
            "https://auth.humanapi.co/v1/connect/token",
            None,
            json,
            r#"{"client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET","client_user_id":"u1","type":"access"}"#,
        ),
        (
            VITALDB,
            "exchange_code",
            &["code=abc"],
            "https://vitaldb.net/oauth2/token",
            None,
            form,
            "code=abc&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ),
        (
            VITALDB,
            "log_in",
            &["id=user", "pw=secret"],
            "https://vitaldb.net/oauth2/token",
            None,
            form,
            "id=user&pw=secret",
        ),
    ] {
        let request = preview(spec, operation, arguments);
        let place = format!("{spec} {operation}: {request}");
        assert_eq!(request["method"], "POST", "{place}");
        assert_eq!(request["url"], url, "{place}");
        assert_eq!(header(&request, "authorization"), authorization, "{place}");
        assert_eq!(header(&request, "content-type"), Some(content_type), "{place}");
        assert_eq!(header(&request, "accept"), Some("application/json"), "{place}");
        match content_type == json {
            true => {
                let decoded = |body: &str| serde_json::from_str::<Value>(body).unwrap();
                assert_eq!(decoded(request["body"].as_str().unwrap()), decoded(body), "{place}");
            }
            false => assert_eq!(request["body"], body, "{place}"),
        }
    }
}

#[test]
fn tokens_stand_where_the_page_has_them() {
    let request = preview(VITALDB, "userinfo", &[]);
    assert_eq!(request["url"], "https://vitaldb.net/oauth2/userinfo?access_token=ACCESS_TOKEN");
    assert_eq!(request["body"], Value::Null);
    let request = preview(CARDIOGRAM, "metrics", &["userId=u1"]);
    assert_eq!(request["url"], "https://cardiogr.am/oauth/users/u1/metrics");
    assert_eq!(header(&request, "authentication"), Some("Bearer ACCESS_TOKEN"));
    let request = preview(CARDIOGRAM, "metrics", &["user_id=u1", "token=t1"]);
    assert_eq!(header(&request, "authentication"), Some("Bearer t1"));
}

#[test]
fn typed_inputs_are_json() {
    let beats = r#"beats=[{"start":1,"end":2,"value":61.5}]"#;
    let request = preview(CARDIOGRAM, "post_beats", &["userId=u1", beats]);
    let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({ "beats": [{ "start": 1, "end": 2, "value": 61.5 }] }));
    for (value, complaint) in [
        ("beats=61", "beats is a list of Reading"),
        (r#"beats=[{"start":1}]"#, "beats [0] lacks `end`"),
        ("beats=[", "JSON"),
    ] {
        let ran = xtask(&["preview", CARDIOGRAM, "post_beats", "userId=u1", value]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(complaint), "{}", ran.err);
    }
}

#[test]
fn authorize_is_a_url_with_a_state_from_the_random_bytes() {
    let random = "00".repeat(64);
    let request = preview(HEALTHTAP, "authorize", &[BACK, "scope=profile_read pay", "--random", &random]);
    assert_eq!(
        request["url"],
        format!(
            "https://developers.healthtap.com/oauth/authorize?response_type=code&client_id=CLIENT_ID\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=profile_read+pay&state={}",
            "A".repeat(43)
        )
    );
    assert_eq!((&request["headers"], &request["body"]), (&json!([]), &Value::Null));
    let fresh = || preview(VITALDB, "authorize", &[BACK])["url"].clone();
    assert_ne!(fresh(), fresh());
    assert_eq!(xtask(&["preview", VITALDB, "authorize", BACK, "--random", "00"]).code, 2);
}

#[test]
fn pkce_challenge_and_verifier_belong_together() {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("acme.yaml");
    std::fs::write(&spec, "provider: acme\nauthorize: { url: https://acme.example/authorize }\ntoken: { url: https://acme.example/token }\n").unwrap();
    let spec = spec.to_str().unwrap();
    let random = ["--random", &"00".repeat(64)];
    let url = preview(spec, "authorize", &[&[BACK][..], &random].concat())["url"].as_str().unwrap().to_owned();
    // SHA-256 of 43 times `A`, in base64url
    assert!(
        url.contains("&code_challenge=DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo&code_challenge_method=S256"),
        "{url}"
    );
    let exchange = preview(spec, "exchange_code", &[&[BACK, "code=abc"][..], &random].concat());
    assert!(exchange["body"].as_str().unwrap().contains(&format!("code_verifier={}", "A".repeat(43))), "{exchange}");
    let ran = xtask(&["preview", spec, "exchange_code", BACK, "code=abc"]);
    assert!(ran.code == 2 && ran.err.contains("code_verifier=..."), "{}", ran.err);
}

#[test]
fn everything_missing_is_named_at_once() {
    let ran = xtask(&["preview", CARDIOMOOD, "exchange_code"]);
    assert_eq!(ran.code, 2);
    for name in ["code=", "redirect_uri=", "--setting token_url="] {
        assert!(ran.err.contains(name), "{name}: {}", ran.err);
    }
    assert!(!ran.err.contains("client_id"), "{}", ran.err);
}

#[test]
fn unknown_names_are_told_with_what_is_meant() {
    for (arguments, meant) in [
        (&[VITALDB, "exchange_cod"][..], "did you mean `exchange_code`?"),
        (&[VITALDB, "exchange_code", "cod=1"], "did you mean `code`?"),
        (&[VITALDB, "exchange_code", "code=1", "redirect_uri=x"], "client_secret"),
        (&[CARDIOMOOD, "refresh", "--setting", "token_ur=x"], "did you mean `token_url`?"),
        (&[CARDIOMOOD, "refresh", "--setting", "token_encoding=xml"], "json, form"),
        (&[CARDIOMOOD, "refresh", "--setting", "token_url=http://mood.example"], "https"),
        (&["specs/none.yaml", "refresh"], "specs/none.yaml"),
    ] {
        let ran = xtask(&[&["preview"], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains(meant), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_value_stays_in_its_place() {
    let request = preview(CARDIOGRAM, "metrics", &["userId=a/b?c"]);
    assert_eq!(request["url"], "https://cardiogr.am/oauth/users/a%2Fb%3Fc/metrics");
    assert_eq!(xtask(&["preview", CARDIOGRAM, "metrics", "userId=.."]).code, 2);
}

#[test]
fn requests_are_written_as_http_and_for_a_shell() {
    let http = xtask(&["preview", VITALDB, "exchange_code", "code=it's"]).out;
    assert_eq!(
        http,
        "POST /oauth2/token HTTP/1.1\nhost: vitaldb.net\naccept: application/json\n\
         content-type: application/x-www-form-urlencoded\n\ncode=it%27s&client_id=CLIENT_ID&client_secret=CLIENT_SECRET\n"
    );
    let curl = xtask(&["preview", HEALTHTAP, "create_user", "username=it's", "password=p", "--format", "curl"]).out;
    assert!(curl.starts_with("curl \\\n  -X POST \\\n  -H 'accept: application/json'"), "{curl}");
    assert!(curl.contains(r#"--data-raw '{"username":"it'\''s","password":"p"}'"#), "{curl}");
    assert!(curl.ends_with("'https://api.healthtap.com/api/v2.1/users.json'\n"), "{curl}");
}

#[test]
fn settings_kept_values_moments_and_bases_are_given() {
    let crm = "tests/vendors/zoho-crm.yaml";
    let request = preview(crm, "users", &["--setting", "api_domain=https://www.zohoapis.in"]);
    assert_eq!(request["url"], "https://www.zohoapis.in/crm/v2/users");
    let missing = xtask(&["preview", crm, "users"]);
    assert!(missing.code == 2 && missing.err.contains("--setting api_domain="), "{}", missing.err);
    for shop in ["shop=acme", "shop=acme.myshopify.com"] {
        let request = preview("tests/vendors/shopify.yaml", "shop", &["--setting", shop]);
        assert_eq!(request["url"], "https://acme.myshopify.com/admin/api/2025-01/shop.json");
    }
    let wrong = xtask(&["preview", "tests/vendors/shopify.yaml", "shop", "--setting", "shop=a/b"]);
    assert!(
        wrong.code == 2 && wrong.err.contains("the setting `shop` must match `[a-z0-9_-]+\\.myshopify\\.com`"),
        "{}",
        wrong.err
    );
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("acme.yaml");
    let grant = "{ kind: custom, client: none, post: https://acme.example/in, send: { at: <now | epoch>, id: <random | uuid> } }";
    std::fs::write(&spec, format!("provider: acme\ngrants: {{ log_in: {grant} }}\n")).unwrap();
    let random = "00".repeat(64);
    let request = preview(spec.to_str().unwrap(), "log_in", &["--now", "60", "--random", &random]);
    assert_eq!(request["body"], "at=60&id=00000000-0000-4000-8000-000000000000");
}

#[test]
fn devices_are_previewed_and_read() {
    let spec = "tests/goldens/device.yaml";
    let asked = preview(spec, "device", &["screen=s1"]);
    assert_eq!((asked["method"].as_str(), asked["url"].as_str()), (Some("POST"), Some("https://tv.example/eu/device")));
    let body = r#"{"scopes":"history","client_id":"CLIENT_ID","screen":"s1","response_type":"device_code"}"#;
    assert_eq!(asked["body"].as_str(), Some(body));
    let exchange = preview(spec, "exchange_device_code", &["device_code=X"]);
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=X\
                &client_id=CLIENT_ID&client_secret=CLIENT_SECRET";
    assert_eq!(exchange["body"].as_str(), Some(form));
    let missing = xtask(&["preview", spec, "exchange_device_code"]);
    assert!(missing.code != 0 && missing.err.contains("device_code=..."), "{}", missing.err);

    let answer =
        r#"{"data":{"device_code":"D3v1ce","user_code":"U-1","verification_uri":"https://a.example/d","expires":900}}"#;
    let read = common::with_input(&["read", spec, "device", "--format", "json"], answer);
    assert_eq!(read.code, 0, "{}", read.all());
    let told = read.json();
    assert_eq!(told["tokens"][0], json!({ "kind": "device_code", "value": "[redacted]", "expires_in_seconds": 900 }));
    let fields = json!({ "user_code": "U-1", "verification_uri": "https://a.example/d", "interval": 5 });
    assert_eq!(told["fields"], fields);
    let lost = common::with_input(&["read", spec, "device", "--format", "json"], "{}");
    assert!(lost.code == 1 && lost.json()["error"]["kind"] == "unreadable", "{}", lost.all());
}

#[test]
fn whoever_stops_reading_has_read_enough() {
    for arguments in [&["preview", VITALDB, "exchange_code", "code=c"][..], &["check", VITALDB]] {
        let ran = common::unread(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn what_would_be_signed_is_shown() {
    let spec = "tests/goldens/assertions.yaml";
    let at = ["--now", "1700000000", "--random", &"07".repeat(64)];
    let request = preview(spec, "by_longer_hash", &at);
    let body = request["body"].as_str().unwrap();
    assert!(body.ends_with("&client_assertion=CLIENT_ASSERTION"), "{body}");
    let due = json!({
        "algorithms": ["RS384"],
        "claims": {
            "iss": "CLIENT_ID",
            "sub": "CLIENT_ID",
            "aud": "https://assertions.example/token",
            "exp": 1_700_000_300,
            "iat": 1_700_000_000,
            "jti": "07070707-0707-4707-8707-070707070707",
        },
    });
    assert_eq!(request["client_assertion"], due);
    for (format, line) in
        [("http", "  \"aud\": \"https://assertions.example/token\","), ("curl", "#   \"exp\": 1700000300,")]
    {
        let ran = xtask(&[&["preview", spec, "by_longer_hash", "--format", format], &at[..]].concat());
        assert!(ran.out.lines().any(|shown| shown == line), "{}", ran.out);
    }
    // Who has an assertion sees the request with it.
    let request = preview(spec, "by_longer_hash", &["client_assertion=a.b.c"]);
    assert!(
        request["body"].as_str().unwrap().ends_with("&client_assertion=a.b.c")
            && request.get("client_assertion").is_none()
    );
    // What a claim needs is asked for like any other value.
    let ran = xtask(&["preview", spec, "by_claims"]);
    assert!(ran.code != 0 && ran.err.contains("tenant=..."), "{}", ran.err);
}
