//! Functions in templates: what the sandbox takes for each, and what it refuses.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::{SystemTime, UNIX_EPOCH};

use common::{FORM, encode, send, start_spec};

const CREDENTIALS: &str = "c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQgd2l0aDpvZGQrY2hhcnMlJsOp";
const SECRET_SHA256: &str = "4c244a072094c62c018d1394d4338e6a4bae06e907b0745e81584b7e408501de";
const ABC_HMAC_SHA256: &str = "ebe3510776dd335427a6fb2d06897ecc040dee934981e256daef15768788e5f6";
/// Of `abc.00112233aabbccdd`.
const SIGNED_SHA256: &str = "b41f0ad8ef34aff8d449627302f63806c0333a71947ed250e0fb8b3c74142db0";
const UUID: &str = "30313233-3435-4637-b839-616263646566";

/// A login with the template in a header. What the template works on stands in the body, too.
fn spec(template: &str) -> String {
    format!(
        "
provider: acme
settings:
  key: {{ of: connection }}
  word: {{ of: connection, optional: true }}
  url: {{ of: connection, optional: true }}
  date: {{ of: connection, optional: true }}
values:
  credentials: <client_id>:<client_secret>
  pair: <key>:<word>
  nonce: <random | hex | prefix(16)>
  signed: <key>.<nonce>
grants:
  log_in:
    kind: custom
    post: https://acme.example/login
    client: none
    send: {{ key: <key>, url: <url>, date: <date> }}
    headers: {{ X-Word: <word>, X-Check: \"{template}\", X-Nonce: \"<nonce>\" }}
"
    )
}

/// Sends a login with this header, `key=abc` and what `more` adds, and gives the status and the explanation.
async fn log_in(template: &str, header: &str, more: &str) -> (u16, String) {
    let sandbox = start_spec(&spec(template)).await;
    let request =
        format!("POST /login\nX-Check: {header}\nX-Nonce: 00112233aabbccdd\nContent-Type: {FORM}\n\nkey=abc{more}");
    let answer = send(sandbox.origin("acme").unwrap(), &request).await;
    (answer.status, answer.json()["error_description"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn what_can_be_worked_out_is_worked_out() {
    let url = format!("&url={}", encode("https://www.acme.eu/a/b"));
    let cases: &[(&str, &str, &str)] = &[
        ("<client_secret | sha256 | hex>", SECRET_SHA256, ""),
        ("<client_secret | sha256 | hex | upper>", &SECRET_SHA256.to_uppercase(), ""),
        ("<client_secret | sha256 | hex | prefix(8)>", "4c244a07", ""),
        ("<key | hmac_sha256(client_secret) | hex>", ABC_HMAC_SHA256, ""),
        ("<key | hmac_sha1(client_secret) | base64>", "FxwghLLf2HgJyDZfjMdKBzEEqFY=", ""),
        ("Custom <credentials | base64>", &format!("Custom {CREDENTIALS}"), ""),
        ("<credentials | base64url>", CREDENTIALS, ""),
        ("<key | upper>", "ABC", ""),
        ("<url | host>", "www.acme.eu", &url),
        ("<url | after(acme.) | before(/)>", "eu", &url),
        ("<url | after_last(/)>", "b", &url),
        ("<url ?? key>", "https://www.acme.eu/a/b", &url),
        ("<url | after(none) ?? key>", "abc", &url),
        ("<date | yyyymmdd>", "20240229", "&date=2024-02-29"),
        ("<signed | sha256 | hex>", SIGNED_SHA256, ""),
        ("id=<client_id>;key=<key>", "id=sandbox-client;key=abc", ""),
    ];
    for (template, header, more) in cases {
        assert_eq!(log_in(template, header, more).await, (200, String::new()), "{template}");
        let mut wrong = (*header).to_owned();
        let last = wrong.pop().unwrap();
        wrong.push(if last == '1' { '2' } else { '1' });
        let (status, says) = log_in(template, &wrong, more).await;
        assert!(matches!(status, 400 | 401), "{template}: {says}");
        assert!(
            (header.len() < 8 || !says.contains(header)) && (says.contains("X-Check") || says.contains("`key`")),
            "{template}: {says}"
        );
    }
}

#[tokio::test]
async fn functions_are_gone_back_through() {
    let sandbox = start_spec(&spec("<pair | base64>")).await;
    let origin = sandbox.origin("acme").unwrap();
    let request = |header: &str| {
        format!(
            "POST /login\nX-Check: {header}\nX-Word: pw\nX-Nonce: 00112233aabbccdd\nContent-Type: {FORM}\n\nkey=abc"
        )
    };
    assert_eq!(send(origin, &request("YWJjOnB3")).await.status, 200);
    let other = send(origin, &request("YWJkOnB3")).await;
    assert!(other.text("error_description").contains("another `key` than elsewhere"), "{other:?}");
    for broken in ["YWJjOnB3=", "YWJj"] {
        assert_eq!(send(origin, &request(broken)).await.status, 400);
    }
}

#[tokio::test]
async fn moments_are_of_now() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let cases = [
        ("<now | epoch>", now.to_string(), 200),
        ("<now | epoch>", (now - 60).to_string(), 200),
        ("<now | epoch>", (now - 3600).to_string(), 400),
        ("<now | epoch>", "soon".to_owned(), 400),
        ("<now | epoch_ms>", (now * 1000).to_string(), 200),
        ("<now | epoch_ms>", now.to_string(), 400),
        ("<now | plus(300) | epoch>", (now + 300).to_string(), 200),
        ("<now | plus(300) | epoch>", now.to_string(), 400),
        ("<now | iso>", "2024-02-29T12:00:00Z".to_owned(), 400),
        ("<now | iso>", "today".to_owned(), 400),
    ];
    for (template, header, status) in cases {
        let (given, says) = log_in(template, &header, "").await;
        assert_eq!(given, status, "{template} {header}: {says}");
    }
}

#[tokio::test]
async fn random_values_have_the_right_form() {
    let hex = "00".repeat(32);
    let cases: &[(&str, &str, u16)] = &[
        ("<random | hex>", &hex, 200),
        ("<random | hex>", &hex.replace("00", "0"), 400),
        ("<random | hex>", "not hex", 400),
        ("<random | uuid>", UUID, 200),
        ("<random | uuid>", "30313233-3435-1637-b839-616263646566", 400),
        ("<random | base64url>", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 200),
        ("<random | base64url>", "AAAA", 400),
        // The nonce stands in another header, too.
        ("<nonce>", "00112233aabbccdd", 200),
        ("<nonce>", "10112233aabbccdd", 400),
        ("<random | hex | prefix(16)>", "00112233aabbccdd0", 400),
    ];
    for (template, header, status) in cases {
        let (given, says) = log_in(template, header, "").await;
        assert_eq!(given, *status, "{template} {header}: {says}");
    }
}

#[tokio::test]
async fn keys_are_told_by_their_fingerprints() {
    let spec = "
provider: acme
grants:
  log_in:
    kind: custom
    post: https://acme.example/login
    client: none
    encoding: json
    inputs: { key: string }
    send: { key: <key>, print: <key | fingerprint | base64> }
";
    let rsa = "Dcayk7pgl/B2nI8CGE2m1YmVuIzie/5eGfLTn4W2Pcg=";
    let on_a_curve = "EIFrer5fhN3sHkOhcZggliSnkQxFz13yUnOVM2QY4Wk=";
    let keys = [
        ("rsa-pkcs1", rsa),
        ("rsa-pkcs8", rsa),
        ("rsa-public", rsa),
        ("rsa-public-pkcs1", rsa),
        ("ec-sec1", on_a_curve),
        ("ec-pkcs8", on_a_curve),
        ("ec-public", on_a_curve),
        ("certificate", "H9V5UYt1UsInwPreZcbUvnHw/a40ILaybcTEesvIVh8="),
    ];
    let sandbox = start_spec(spec).await;
    for (name, print) in keys {
        let pem = std::fs::read_to_string(format!("{}/../tests/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for (print, status) in [(print, 200), ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 400)] {
            let body = serde_json::json!({ "key": pem, "print": print });
            let request = format!("POST /login\nContent-Type: application/json\n\n{body}");
            let answer = send(sandbox.origin("acme").unwrap(), &request).await;
            assert_eq!(answer.status, status, "{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_json_string_is_one_string() {
    let sandbox = start_spec(
        "
provider: acme
grants:
  log_in:
    kind: custom
    post: https://acme.example/login
    client: none
    encoding: text
    content_type: application/graphql
    inputs: { user: string, hint: string }
    body: \"mutation { signIn(user: <user | json>) { token } } # <hint | raw>\"
",
    )
    .await;
    for (user, status) in
        [(r#""ann""#, 200), (r#""a\"b\u00e9\\""#, 200), ("ann", 400), (r#""a"b""#, 400), (r#""a" b: "c""#, 400)]
    {
        let request = format!(
            "POST /login\nContent-Type: application/graphql\n\nmutation {{ signIn(user: {user}) {{ token }} }} # \"as it is\""
        );
        let answer = send(sandbox.origin("acme").unwrap(), &request).await;
        assert_eq!(answer.status, status, "{user}: {answer:?}");
    }
}
