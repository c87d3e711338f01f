//! Places and forms of requests beyond the standard: client authentication, queries, whole bodies.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{FORM, FORM_SECRET, JSON, RAW_BASIC, SECRET, send, send_to, start_spec};

/// Sends requests to one vendor; each is taken, or refused with these words.
async fn table(spec: &str, cases: &[(&str, Option<&str>)]) {
    let sandbox = start_spec(spec).await;
    for (request, refusal) in cases {
        let answer = send(sandbox.origin("acme").unwrap(), request).await;
        match refusal {
            None => assert_eq!(answer.status, 200, "{request}: {answer:?}"),
            Some(says) => {
                assert!(matches!(answer.status, 400 | 401), "{request}: {answer:?}");
                let text = answer.text("error_description");
                assert!(text.contains(says), "{request}: {text}");
                assert!(!answer.body.contains(SECRET), "{request}: {text}");
            }
        }
    }
}

fn client(client: &str, more: &str) -> String {
    format!(
        "provider: acme\ntoken: {{ url: https://acme.example/token, client: {client} {more} }}\n\
         grants: {{ client_credentials: {{}} }}\n"
    )
}

#[tokio::test]
async fn basic_of_other_texts() {
    let post = |basic: &str| {
        format!("POST /token\nAuthorization: {basic}\nContent-Type: {FORM}\n\ngrant_type=client_credentials")
    };
    let cases = [
        ("<client_id>:<client_secret>", RAW_BASIC),
        ("<client_secret>:", "Basic c2FuZGJveC1zZWNyZXQgd2l0aDpvZGQrY2hhcnMlJsOpOg=="),
        (
            "<client_id>:<client_secret>:zone",
            "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQgd2l0aDpvZGQrY2hhcnMlJsOpOnpvbmU=",
        ),
    ];
    for (text, basic) in cases {
        let none = format!("POST /token\nContent-Type: {FORM}\n\ngrant_type=client_credentials");
        let in_body = format!("{}&client_id=sandbox-client", post(basic));
        let requests = [
            (post(basic), None),
            (post(common::BASIC), Some("HTTP Basic")),
            (post("Bearer x"), Some("not by another scheme")),
            (none, Some("must authenticate by HTTP Basic")),
            (in_body, Some("`client_id` does not belong")),
        ];
        let requests: Vec<(&str, Option<&str>)> = requests.iter().map(|(r, says)| (r.as_str(), *says)).collect();
        table(&client(&format!("{{ basic: \"{text}\" }}"), ""), &requests).await;
    }
}

#[tokio::test]
async fn credentials_under_other_names_and_at_other_places() {
    let form = |body: &str| format!("POST /token\nContent-Type: {FORM}\n\ngrant_type=client_credentials{body}");
    let renamed = "{ in: body, id: client_key, secret: app_secret }";
    table(
        &client(renamed, ""),
        &[
            (&form(&format!("&client_key=sandbox-client&app_secret={FORM_SECRET}")), None),
            (
                &form(&format!("&client_id=sandbox-client&app_secret={FORM_SECRET}")),
                Some("must be called `client_key`"),
            ),
            (&form("&client_key=sandbox-client&app_secret=x"), Some("`app_secret` is wrong")),
            (&form("&client_key=sandbox-client"), Some("`app_secret` is missing")),
        ],
    )
    .await;
    let query = format!(
        "POST /token?client_id=sandbox-client&secret={FORM_SECRET}\nContent-Type: {FORM}\n\ngrant_type=client_credentials"
    );
    let spec = client("{ in: query, id: client_id, secret: secret }", "");
    table(&spec, &[(&query, None), (&form(""), Some("`secret` is missing in the query"))]).await;
    let header = form("").replace("\nContent", "\nX-Client: sandbox-client\nContent");
    let spec = client("{ in: header, id: X-Client, secret: none }", "");
    table(&spec, &[(&header, None), (&form(""), Some("`X-Client` is missing in the headers"))]).await;
}

#[tokio::test]
async fn parameters_in_the_query() {
    let spec = client("basic", ", params_in: query");
    let authorization = format!("Authorization: {}", common::BASIC);
    table(
        &spec,
        &[
            (&format!("POST /token?grant_type=client_credentials\n{authorization}"), None),
            (
                &format!("POST /token\n{authorization}\nContent-Type: {FORM}\n\ngrant_type=client_credentials"),
                Some("`grant_type` is missing in the query"),
            ),
        ],
    )
    .await;
}

const NESTED: &str = "
provider: acme
settings: { region: { enum: [eu, us], default: eu } }
grants:
  sign_in:
    kind: custom
    post: https://acme.example/signin
    client: none
    inputs: { name: string, secret: secret, count: integer, site: string? }
    body:
      credentials: { name: <name>, secret: <secret>, in: r-<region>, site: { url: <site> } }
      list: [<count>, 7, true]
      version: 2
";

#[tokio::test]
async fn nested_json() {
    let sound =
        r#"{"credentials":{"name":"n","secret":"s","in":"r-us","site":{"url":"x"}},"list":[3,7,true],"version":2}"#;
    let post = |body: &str| format!("POST /signin\nContent-Type: {JSON}\n\n{body}");
    let changed = |from: &str, to: &str| post(&sound.replace(from, to));
    table(
        NESTED,
        &[
            (&post(sound), None),
            (&changed(r#""site":{"url":"x"}"#, r#""site":{}"#), None),
            (&changed(r#","in":"r-us""#, ""), Some("`/credentials/in` is missing")),
            (&changed("r-us", "r-asia"), Some("is not what the setting `region` says")),
            (&changed("[3,", "[\"3\","), Some("`/list/0` in the body must be a whole number")),
            (&changed("[3,", "["), Some("must have 3 items")),
            (&changed("7", "8"), Some("`/list/1` in the body must be 7")),
            (&changed(r#""version":2"#, r#""version":"2""#), Some("`/version` in the body must be 2")),
            (&changed(r#""version":2"#, r#""version":2,"more":1"#), Some("`more` does not belong in the body")),
            (&changed(r#"{"url":"x"}"#, "1"), Some("must be an object")),
            (&post("x"), Some("the body is not JSON")),
            (&post(sound).replace(JSON, FORM), Some("the body must be application/json, not a form")),
        ],
    )
    .await;
}

const XML: &str = "
provider: acme
grants:
  session:
    kind: custom
    post: https://acme.example/xml
    client: none
    encoding: xml
    inputs: { user: string, company: string }
    body: \"<<login><<user>u-<user><</user><<company><company><</company><</login>\"
  ping:
    kind: custom
    post: https://acme.example/xml
    client: none
    encoding: text
    content_type: text/x-ping; charset=utf-8
    inputs: { user: string }
    body: ping <user | raw>
";

#[tokio::test]
async fn text_and_xml() {
    let xml = "<login><user>u-a&amp;b</user><company>&#x41;</company></login>";
    let post = |media_type: &str, body: &str| format!("POST /xml\nContent-Type: {media_type}\n\n{body}");
    table(
        XML,
        &[
            (&post("application/xml", xml), None),
            (&post("application/xml", &xml.replace("&amp;", "&")), Some("is not escaped as XML asks")),
            (&post("application/xml", &xml.replace("u-", "")), Some("is not the text that the spec writes")),
            (&post("text/xml", xml), Some("the body must be application/xml")),
            (&post("text/x-ping", "ping me & <you>"), None),
            (&post("text/x-ping", "ping "), Some("is not the text that the spec writes")),
        ],
    )
    .await;
}

#[tokio::test]
async fn tokens_exchanged_and_assertions() {
    let spec = "
provider: acme
token: { url: https://acme.example/token, client: public }
grants:
  trade: { kind: token_exchange }
  assert: { kind: jwt_bearer }
";
    let post = |body: &str| format!("POST /token\nContent-Type: {FORM}\n\n{body}&client_id=sandbox-client");
    let trade =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=x&subject_token_type=t";
    let assert = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c";
    table(
        spec,
        &[
            (&post(trade), None),
            (&post(assert), None),
            (&post(&trade.replace("&subject_token=x", "")), Some("`subject_token` is missing")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_that_is_named_must_be_that_of_the_operation() {
    let spec = "provider: acme\nsettings: { shop: { of: connection, pattern: \"[a-z]+\" } }\n\
                token: { url: https://login.acme.example/token, client: body }\ngrants: { client_credentials: {} }\n\
                calls: { me: { get: \"https://<shop>.acme.example/me\", headers: { Shop: <shop> }, returns: json } }\n";
    let sandbox = start_spec(spec).await;
    let origin = sandbox.origin("acme").unwrap();
    let body = format!("grant_type=client_credentials&client_id=sandbox-client&client_secret={FORM_SECRET}");
    let grant = format!("POST /token\nContent-Type: {FORM}\n\n{body}");
    for (host, status) in [("", 200), ("login.acme.example", 200), ("evil.example", 400), ("acme.example", 400)] {
        let answer = send_to(origin, host, &grant).await;
        assert_eq!(answer.status, status, "{host}: {answer:?}");
    }
    let token = send(origin, &grant).await.text("access_token");
    for (host, status) in
        [("tea.acme.example", 200), ("coffee.acme.example", 400), ("tea.acme.example.evil.example", 400)]
    {
        let call = format!("GET /me\nAuthorization: Bearer {token}\nShop: tea");
        let answer = send_to(origin, host, &call).await;
        assert_eq!(answer.status, status, "{host}: {answer:?}");
    }
}

#[tokio::test]
async fn headers_that_no_spec_asks_for_are_refused() {
    let spec = client("body", "");
    let body = format!("grant_type=client_credentials&client_id=sandbox-client&client_secret={FORM_SECRET}");
    let with = |header: &str| format!("POST /token\nContent-Type: {FORM}\n{header}\n\n{body}");
    let cases = [
        (with("User-Agent: acme/1"), None),
        (with("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), None),
        (with("X-Tenant: t"), Some("`x-tenant` does not belong in the headers")),
        (with("Cookie: a=b"), Some("`cookie` does not belong in the headers")),
    ];
    let cases: Vec<_> = cases.iter().map(|(request, refusal)| (request.as_str(), *refusal)).collect();
    table(&spec, &cases).await;
}

#[tokio::test]
async fn each_place_has_its_turn() {
    let spec =
        client("body", "").replace("client_credentials: {}", "client_credentials: { value: [token, /user/token] }");
    let sandbox = start_spec(&spec).await;
    let body = format!("grant_type=client_credentials&client_id=sandbox-client&client_secret={FORM_SECRET}");
    let request = format!("POST /token\nContent-Type: {FORM}\n\n{body}");
    for at in ["/token", "/user/token", "/token"] {
        let answer = send(sandbox.origin("acme").unwrap(), &request).await;
        assert!(answer.json().pointer(at).is_some_and(serde_json::Value::is_string), "{at}: {answer:?}");
    }
}

#[tokio::test]
async fn parts_of_a_body() {
    let sandbox = common::start_spec(
        "
provider: acme
grants: { log_in: { kind: password, post: https://acme.example/login, client: none } }
api: https://acme.example
calls: { upload: { post: /files, encoding: multipart, inputs: { size: integer, file: file, note: string? }, send: { kind: a } } }
",
    )
    .await;
    let origin = sandbox.origin("acme").unwrap();
    let password = common::encode(authsmith_sandbox::PASSWORD);
    let login = format!("username=sandbox-user&password={password}");
    let login = format!("POST /login\nContent-Type: {FORM}\n\ngrant_type=password&{login}");
    let token = send(origin, &login).await.text("access_token");
    let part = |name: &str, more: &str, text: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n")
    };
    let file = "; filename=\"f\"\r\nContent-Type: text/plain";
    let (size, upload, kind) = (part("size", "", "1"), part("file", file, "x"), part("kind", "", "a"));
    let note_file = part("note", file, "x");
    for (parts, says) in [
        ([&size, &upload, &kind], ""),
        ([&size, &upload, &part("kind", "", "b")], "`kind` must be `a`"),
        ([&part("size", "", "one"), &upload, &kind], "`size` must be a whole number"),
        ([&size, &part("file", "", "x"), &kind], "`file` must be a file"),
        ([&size, &kind, &kind], "`file` is missing in the body"),
        ([&size, &part("other", "", "1"), &kind], "`other` does not belong in the body"),
        ([&note_file, &upload, &kind], "`note` must be a string"),
    ] {
        let body = format!("{}--B--\r\n", parts.map(String::as_str).concat());
        let head = format!("POST /files\nAuthorization: Bearer {token}\nContent-Type: multipart/form-data; boundary=B");
        let answer = send(origin, &format!("{head}\n\n{body}")).await;
        match says {
            "" => assert_eq!(answer.status, 204, "{answer:?}"),
            says => assert!(answer.text("error_description").contains(says), "{says}: {answer:?}"),
        }
        let broken = send(origin, &format!("{head}\n\n{}", body.replace("--B--", "--C--"))).await;
        assert!(broken.text("error_description").contains("no multipart body"), "{broken:?}");
    }
    let form = format!("POST /files\nAuthorization: Bearer {token}\nContent-Type: {FORM}\n\nsize=1&kind=a&file=x");
    assert!(send(origin, &form).await.text("error_description").contains("must be multipart/form-data"));
}
