//! What vendors do besides the standard and no spec of `tests/vendors` needs: each a small spec, both directions.
//! `docs/coverage.md` says which row of what vendors do each of them shows.

use std::time::Duration;

use authsmith_protocol::pkce::login_secrets_for;

use crate::literal::{Answer, BASIC, FORM, JSON, now, ok, spec, status};

const TOKEN: &str = "POST https://acme.example/token";
const EXCHANGE: &str = "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback";

/// A spec with an authorization request, a token endpoint, and what `more` says.
fn acme(authorize: &str, token: &str, more: &str) -> crate::literal::Vendor {
    spec(&format!(
        "authorize: {{ url: https://acme.example/authorize, pkce: none{authorize} }}\n\
         token: {{ url: https://acme.example/token{token} }}\n{more}"
    ))
}

/// A spec with one login.
fn login(grant: &str, more: &str) -> crate::literal::Vendor {
    spec(&format!(
        "grants: {{ log_in: {{ kind: custom, client: none, post: https://acme.example/token{grant} }} }}\n{more}"
    ))
}

/// A spec with one call `me`.
fn call(api: &str, call: &str, more: &str) -> crate::literal::Vendor {
    acme("", "", &format!("api: {api}\ncalls: {{ me: {{ get: /me{call} }} }}\n{more}"))
}

#[test]
fn basic_of_other_texts() {
    for (client, credentials) in [
        ("{ basic: \"<client_id>:<client_secret>\" }", "Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ="),
        ("{ basic: \"<client_secret>:\" }", "Q0xJRU5UX1NFQ1JFVDo="),
        ("{ basic: \"<client_id>:<client_secret>:three\" }", "Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ6dGhyZWU="),
    ] {
        let header = format!("authorization: Basic {credentials}");
        acme("", &format!(", client: {client}"), "").sends("exchange_code", &[], &[TOKEN, &header, FORM, EXCHANGE]);
    }
    // A secret with signs of its own: RFC 6749 form-encodes both halves, the raw form doesn't.
    let secret = [("client_secret", "a+b:c")];
    acme("", ", client: { basic: \"<client_id>:<client_secret>\" }", "").sends(
        "exchange_code",
        &secret,
        &[TOKEN, "authorization: Basic Q0xJRU5UX0lEOmErYjpj", FORM, EXCHANGE],
    );
    acme("", "", "").sends(
        "exchange_code",
        &secret,
        &[TOKEN, "authorization: Basic Q0xJRU5UX0lEOmElMkJiJTNBYw==", FORM, EXCHANGE],
    );
}

#[test]
fn basic_and_the_client_id_in_the_body() {
    let vendor = acme("", "", "grants: { exchange_code: { send: { client_id: <client_id> } } }");
    vendor.sends("exchange_code", &[], &[TOKEN, BASIC, FORM, &format!("{EXCHANGE}&client_id=CLIENT_ID")]);
}

#[test]
fn client_credentials_in_headers() {
    let vendor = acme("", ", client: { in: header, id: X-Id, secret: X-Secret }", "");
    vendor.sends("exchange_code", &[], &[TOKEN, "x-id: CLIENT_ID", "x-secret: CLIENT_SECRET", FORM, EXCHANGE]);
}

#[test]
fn a_client_id_under_another_name_without_a_secret() {
    let vendor = acme("", ", client: { in: body, id: app, secret: none }", "");
    vendor.sends("exchange_code", &[], &[TOKEN, FORM, &format!("{EXCHANGE}&app=CLIENT_ID")]);
}

#[test]
fn the_token_request_in_the_query_of_a_post() {
    let vendor = acme("", ", client: body", "grants: { exchange_code: { params_in: query } }");
    let url = format!("{TOKEN}?{EXCHANGE}&client_id=CLIENT_ID&client_secret=CLIENT_SECRET");
    vendor.sends("exchange_code", &[], &[&url]);
}

#[test]
fn headers_and_constants_of_a_token_request() {
    let vendor = acme("", "", "grants: { exchange_code: { headers: { X-Api: '2' }, send: { audience: api } } }");
    vendor.sends("exchange_code", &[], &[TOKEN, BASIC, "x-api: 2", FORM, &format!("{EXCHANGE}&audience=api")]);
}

#[test]
fn functions_of_templates() {
    for (template, value) in [
        ("<client_id | sha256 | hex>", "e9d1c0ad4bd6ae3bb5bd2efb3fee4a3e"),
        ("<client_id | base64>", "Q0xJRU5UX0lE"),
        ("<credentials | base64>", "Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ="),
        ("<client_id | lower>", "client_id"),
        ("<client_id | prefix(3)>", "CLI"),
        ("<client_id | after(_)>", "ID"),
        ("<client_id | before(_)>", "CLIENT"),
        ("<now | epoch>", "1700000000"),
        ("<now | epoch_ms>", "1700000000000"),
        ("<now | plus(300) | epoch>", "1700000300"),
        ("<now | iso>", "2023-11-14T22:13:20Z"),
        ("<random | uuid>", "07070707-0707-4707-8707-070707070707"),
        ("<place | after_last(/)>", "me"),
        ("<place | host>", "api.acme.example"),
        ("<nickname ?? client_id>", "CLIENT_ID"),
    ] {
        let vendor = login(
            &format!(", inputs: {{ place: string, nickname: string? }}, headers: {{ X-Value: \"{template}\" }}"),
            "values: { credentials: \"<client_id>:<client_secret>\" }",
        );
        let reading = vendor.request("log_in", &[("place", "https://api.acme.example/users/me")]);
        let header = reading.headers["x-value"].to_str().unwrap();
        match template.contains("sha256") {
            true => assert_eq!(header.len(), 64, "{template}"),
            false => assert_eq!(header, value, "{template}"),
        }
    }
}

#[test]
fn hmac_of_what_is_joined() {
    // RFC 4231, test case 2: the key `Jefe` and `what do ya want for nothing?`; RFC 2202 for SHA-1.
    for (function, digest) in [
        ("hmac_sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ("hmac_sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    ] {
        let vendor = login(
            &format!(", headers: {{ X-Value: \"<signed | {function}(client_secret) | hex>\" }}"),
            "settings: { first: { about: What comes first. } }\nvalues: { signed: \"<first> for nothing?\" }",
        );
        let request = vendor.request("log_in", &[("first", "what do ya want"), ("client_secret", "Jefe")]);
        assert_eq!(request.headers["x-value"], digest);
    }
}

#[test]
fn a_claim_of_a_token() {
    // {"sub":"u1","tenant":"t9"}
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSIsInRlbmFudCI6InQ5In0.";
    let revoke =
        "revoke: { delete: \"https://acme.example/tenants/<token | claim(tenant)>\", client: none, omit: [token] }";
    acme("", "", revoke).sends("revoke", &[("token", token)], &["DELETE https://acme.example/tenants/t9"]);
}

#[test]
fn authorize_behind_a_route() {
    let vendor = spec(
        "authorize: { url: \"https://acme.example/#/oauth/authorize\", params_in: fragment, pkce: none }\n\
         token: { url: https://acme.example/token }",
    );
    vendor.sends(
        "authorize",
        &[],
        &["GET https://acme.example/#/oauth/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE"],
    );
}

#[test]
fn authorize_with_inputs_constants_and_a_nonce() {
    let authorize =
        ", inputs: { login_hint: string?, tenant: string }, send: { response_mode: query, nonce: <random | hex> }";
    let vendor = acme(authorize, "", "");
    let url = "GET https://acme.example/authorize?response_type=code&client_id=CLIENT_ID\
               &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE";
    let nonce = "07".repeat(32);
    let sent = format!("{url}&tenant=t1&response_mode=query&nonce={nonce}");
    vendor.sends("authorize", &[("tenant", "t1")], &[&sent]);
    let sent = format!("{url}&login_hint=ann&tenant=t1&response_mode=query&nonce={nonce}");
    vendor.sends("authorize", &[("tenant", "t1"), ("login_hint", "ann")], &[&sent]);
}

#[test]
fn a_callback_with_names_of_its_own() {
    let vendor = acme(
        ", callback: { code: auth, state: customState, error: err, error_text: why, keep: { shop: { field: shop, default: none } } }",
        "",
        "grants: { exchange_code: { send: { shop: <shop> } } }",
    );
    vendor.comes_back("?auth=c1&customState=STATE&shop=s1", "code c1; shop = s1");
    vendor.comes_back("?auth=c1&customState=STATE", "code c1; shop = none");
    vendor.comes_back("?err=no&why=later&customState=STATE", "the vendor gave no code: no (later)");
    vendor.comes_back("auth=posted&customState=STATE", "code posted; shop = none");
    vendor.sends("exchange_code", &[("shop", "s1")], &[TOKEN, BASIC, FORM, &format!("{EXCHANGE}&shop=s1")]);
}

#[test]
fn the_issuer_must_be_the_one() {
    let vendor = acme(", callback: { issuer: https://acme.example }", "", "");
    vendor.comes_back("?code=c1&state=STATE&iss=https%3A%2F%2Facme.example", "code c1");
    for callback in [
        "?code=c1&state=STATE&iss=https%3A%2F%2Fevil.example",
        "?code=c1&state=STATE&iss=https%3A%2F%2Facme.example%2F",
    ] {
        vendor.comes_back(callback, "the callback comes from another authorization server");
    }
    vendor.comes_back("?code=c1&state=STATE", "the callback doesn't say which authorization server it comes from");
}

#[test]
fn bodies_of_xml_and_text() {
    let vendor = login(
        ", inputs: { user: string, password: secret }, encoding: xml, answers: xml,\n   \
         body: \"<<login><<user><user><</user><<pw><password><</pw><</login>\"",
        "tokens: { access: { value: /response/session/id, lifetime: 1h, renew: none } }\n\
         errors: { code: /response/error/@code, text: /response/error/text }",
    );
    vendor.sends(
        "log_in",
        &[("user", "a<b&c"), ("password", "p")],
        &[TOKEN, "content-type: application/xml", "<login><user>a&lt;b&amp;c</user><pw>p</pw></login>"],
    );
    vendor.reads(
        "log_in",
        ok("<?xml version=\"1.0\"?><response><session><id>S1</id></session></response>"),
        "access S1 for 3600 s",
    );
    let refusal = "<response><error code=\"7\"><text>no such user</text></error></response>";
    vendor.is_refused("log_in", status(401, refusal), "7", Some("no such user"));
    let vendor = login(
        ", inputs: { user: string }, encoding: text, content_type: application/graphql,\n   \
         body: 'mutation { signIn(user: \"<user>\") { token } }'",
        "tokens: { access: { value: /data/signIn/token, renew: none } }",
    );
    vendor.sends(
        "log_in",
        &[("user", "ann")],
        &[TOKEN, "content-type: application/graphql", "mutation { signIn(user: \"ann\") { token } }"],
    );
    vendor.reads("log_in", ok(r#"{"data":{"signIn":{"token":"T1"}}}"#), "access T1");
}

#[test]
fn a_json_body_keeps_types_and_drops_what_is_absent() {
    let vendor = login(
        ", inputs: { user: string, pin: integer?, note: string? }, encoding: json,\n   \
         body: { query: \"mutation\", variables: { user: \"u-<user>\", pin: <pin>, note: <note>, deep: [1, true, <user>] } }",
        "tokens: { access: { value: /data/token, renew: none } }",
    );
    vendor.sends(
        "log_in",
        &[("user", "ann"), ("pin", "7")],
        &[TOKEN, JSON, r#"{"query":"mutation","variables":{"user":"u-ann","pin":7,"deep":[1,true,"ann"]}}"#],
    );
}

#[test]
fn standard_grants_of_other_kinds() {
    let vendor = spec(
        "token: { url: https://acme.example/token }\n\
         grants:\n  \
           password: { kind: password }\n  \
           exchange: { kind: token_exchange }\n  \
           bearer: { kind: jwt_bearer }\n  \
           account: { kind: custom, inputs: { account_id: string }, send: { grant_type: account_credentials } }\n  \
           given: { kind: custom, inputs: { user_token: { is: secret, wire: refresh_token } }, send: { grant_type: refresh_token } }\n\
         tokens: { access: { renew: none } }",
    );
    let sends = |operation, given: &[(&'static str, &str)], body: &str| {
        vendor.sends(operation, given, &[TOKEN, BASIC, FORM, body]);
    };
    sends("password", &[("username", "ann"), ("password", "p w")], "grant_type=password&username=ann&password=p+w");
    sends(
        "exchange",
        &[("subject_token", "S"), ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=S\
         &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt",
    );
    sends(
        "bearer",
        &[("assertion", "a.b.c")],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c",
    );
    sends("account", &[("account_id", "A1")], "account_id=A1&grant_type=account_credentials");
    sends("given", &[("user_token", "R1")], "refresh_token=R1&grant_type=refresh_token");
}

#[test]
fn tokens_in_places_of_every_sort() {
    for (keys, kind, answer, expected) in [
        ("", "value: \"\"", ok("\"T1\""), "access T1"),
        ("answers: text", "value: \"\"", ok(" T1\n"), "access T1"),
        ("answers: form", "value: access_token", ok("access_token=T1&expires_in=60"), "access T1 for 60 s"),
        ("", "value: { header: X-Token }", Answer { headers: &[("x-token", "T1")], ..ok("{}") }, "access T1"),
        ("", "value: [/a/token, token]", ok(r#"{"token":"T1"}"#), "access T1"),
        ("", "value: /tokens/0/id", ok(r#"{"tokens":[{"id":"T1"}]}"#), "access T1"),
        ("", "value: token", status(201, r#"{"token":"T1"}"#), "access T1"),
    ] {
        let vendor = login(
            &if keys.is_empty() { String::new() } else { format!(", {keys}") },
            &format!("tokens: {{ access: {{ {kind}, renew: none }} }}"),
        );
        vendor.reads("log_in", answer, expected);
    }
}

#[test]
fn moments_of_expiry() {
    // {"exp":1700003600}
    let jwt = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDM2MDB9.";
    for (expires, body, seconds) in [
        ("{ field: ms, as: ms }", r#"{"access_token":"T","ms":1800000}"#, Some(1800)),
        ("{ field: at, as: epoch }", r#"{"access_token":"T","at":"1700000060"}"#, Some(60)),
        ("{ field: at, as: epoch_ms }", r#"{"access_token":"T","at":1700000060000}"#, Some(60)),
        ("{ field: at, as: iso }", r#"{"access_token":"T","at":"2023-11-14T23:13:20Z"}"#, Some(3600)),
        ("{ field: at, as: iso }", r#"{"access_token":"T","at":"2023-11-14T23:13:20+01:00"}"#, None),
        ("{ field: left, as: dhms }", r#"{"access_token":"T","left":"1:02:03"}"#, Some(93_780)),
        ("{ field: access_token, as: jwt }", &format!(r#"{{"access_token":"{jwt}"}}"#), Some(3600)),
        ("seconds", r#"{"access_token":"T","seconds":"599"}"#, Some(599)),
        ("expires_in", r#"{"access_token":"T","expires_in":16768.5}"#, Some(16768)),
        ("expires_in", r#"{"access_token":"T"}"#, None),
    ] {
        let vendor = login("", &format!("tokens: {{ access: {{ expires: {expires}, renew: none }} }}"));
        let reading = vendor.reading("log_in", &ok(body)).unwrap();
        let left = reading.tokens[0].expires_at.map(|then| then.duration_since(now()).unwrap_or_default().as_secs());
        assert_eq!(left.filter(|left| *left > 0), seconds, "{expires}: {body}");
    }
}

#[test]
fn a_margin_of_its_own() {
    let vendor = acme("", "", "tokens: { access: { renew: { by: refresh, early: 30s } } }");
    vendor.data(|data| assert_eq!(data.all_tokens()[0].early_seconds(), Some(30)));
}

#[test]
fn revocation_in_other_shapes() {
    let url = "https://acme.example/revoke";
    let vendor = acme("", "", &format!("revoke: {{ post: {url} }}"));
    vendor.sends("revoke", &[], &[&format!("POST {url}"), BASIC, FORM, "token=TOKEN"]);
    let vendor = acme("", "", "revoke: { delete: https://acme.example/tokens/<token>, client: none, omit: [token] }");
    vendor.sends("revoke", &[], &["DELETE https://acme.example/tokens/TOKEN"]);
    let vendor = acme(
        "",
        "",
        &format!(
            "revoke: {{ get: {url}, client: none, omit: [token], headers: {{ Authorization: Bearer <refresh_token> }} }}"
        ),
    );
    vendor.sends("revoke", &[], &[&format!("GET {url}"), "authorization: Bearer REFRESH_TOKEN"]);
    let vendor = acme("", "", &format!("revoke: {{ get: {url}, client: none, rename: {{ token: access_token }} }}"));
    vendor.sends("revoke", &[], &[&format!("GET {url}?access_token=TOKEN")]);
}

#[test]
fn tokens_in_the_body_and_credentials_of_the_client_on_calls() {
    let vendor = acme(
        "",
        "",
        "tokens: { access: { present: { body: key } } }\napi: https://acme.example\n\
         calls: { send: { post: /send, encoding: form, inputs: { text: string } } }",
    );
    vendor.sends("send", &[("text", "hi")], &["POST https://acme.example/send", FORM, "key=TOKEN&text=hi"]);
    let vendor = call("{ url: https://acme.example, headers: { X-Api-Key: <client_id> }, send: { v: '2' } }", "", "");
    vendor.sends(
        "me",
        &[],
        &["GET https://acme.example/me?v=2", "authorization: Bearer TOKEN", "x-api-key: CLIENT_ID"],
    );
}

#[test]
fn answers_of_calls() {
    let vendor = call("https://acme.example", ", returns: text", "");
    assert_eq!(vendor.reading("me", &ok("hello")).unwrap().body, "hello");
    let vendor = call("https://acme.example", ", returns: { at: epoch, day: yyyymmdd, ms: epoch_ms? }", "");
    vendor.reading("me", &ok(r#"{"at":1700000000,"day":"20240301"}"#)).unwrap();
    assert!(vendor.reading("me", &ok(r#"{"at":"then","day":"20240301"}"#)).is_err());
}

#[test]
fn when_to_come_back() {
    let waits = |errors: &str, headers: &'static [(&'static str, &'static str)]| {
        let vendor = call("https://acme.example", "", &format!("errors: {{ {errors} }}"));
        match vendor.reading("me", &Answer { headers, ..status(429, "{}") }) {
            Err(authsmith_protocol::ReadError::Refused(refusal)) => refusal.retry_after,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(waits("code: error", &[("retry-after", "7")]), Some(Duration::from_secs(7)));
    assert_eq!(waits("retry_after: X-Wait", &[("x-wait", "8")]), Some(Duration::from_secs(8)));
    assert_eq!(waits("reset: X-Reset", &[("x-reset", "1700000009")]), Some(Duration::from_secs(9)));
}

#[test]
fn another_response_type() {
    acme(", send: { response_type: code id_token }", "", "").sends(
        "authorize",
        &[],
        &["GET https://acme.example/authorize?response_type=code+id_token&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE"],
    );
}

#[test]
fn a_state_of_a_form_of_its_own() {
    for (alphabet, allowed) in [("hex", "0123456789abcdef"), ("digits", "0123456789")] {
        let vendor = acme(&format!(", state: {{ length: 32, alphabet: {alphabet} }}"), "", "");
        vendor.data(|data| {
            let (state, _) = login_secrets_for(&data.authorization().unwrap(), &[9; 64]);
            let (other, _) = login_secrets_for(&data.authorization().unwrap(), &[8; 64]);
            assert!(state.expose().len() == 32 && state.expose().chars().all(|c| allowed.contains(c)), "{alphabet}");
            assert_ne!(state, other);
        });
    }
}

#[test]
fn refresh_with_constants() {
    let vendor = acme("", "", "grants: { exchange_code: {}, refresh: { send: { type: refresh } } }");
    vendor.sends(
        "refresh",
        &[],
        &[TOKEN, BASIC, FORM, "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&type=refresh"],
    );
}

#[test]
fn a_call_that_verifies() {
    call("https://acme.example", "", "verify: me").data(|data| assert_eq!(data.verification(), Some("me")));
}
