//! Signed assertions: what a vendor takes, and everything that it refuses.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::time::SystemTime;

use authsmith_sandbox::{CLIENT_ID, CLIENT_KEY_ID, key_for};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{Answer, FORM, SECRET, send, start_spec};
use serde_json::{Value, json};

const SPEC: &str = "
provider: acme
token: { url: https://acme.example/token, client: { jwt: private_key_jwt, algorithm: RS384, claims: { tenant: acme } } }
grants: { get: { kind: client_credentials } }
";
const KIND: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

fn header() -> Value {
    json!({ "alg": "RS384", "typ": "JWT", "kid": CLIENT_KEY_ID })
}

fn claims(id: &str) -> Value {
    json!({
        "iss": CLIENT_ID, "sub": CLIENT_ID, "aud": "https://acme.example/token", "tenant": "acme",
        "iat": now(), "exp": now() + 180, "jti": id,
    })
}

/// Some of the members of an object others, or gone where they are null.
fn but(mut object: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            value => object[name] = value.clone(),
        }
    }
    object
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn sign(header: &Value, claims: &Value, padding: &'static dyn RsaEncoding) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let pem = key_for("RS384").unwrap();
    let der = STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
    let pair = RsaKeyPair::from_pkcs8(&der).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn signed(header: &Value, claims: &Value) -> String {
    sign(header, claims, &RSA_PKCS1_SHA384)
}

async fn show(origin: &str, proof: &str) -> Answer {
    send(origin, &format!("POST /token\nContent-Type: {FORM}\n\ngrant_type=client_credentials{proof}")).await
}

fn proof(jwt: &str) -> String {
    format!("&client_assertion_type={KIND}&client_assertion={jwt}")
}

#[tokio::test]
async fn whatever_an_assertion_lacks_is_refused_and_named() {
    let sandbox = start_spec(SPEC).await;
    let origin = sandbox.origin("acme").unwrap();
    let claiming = |changes: Value| signed(&header(), &but(claims("j"), changes));
    let headed = |changes: Value| signed(&but(header(), changes), &claims("j"));
    let sound = signed(&header(), &claims("sound"));
    let [head, body, signature] = sound.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let hs256 = {
        let text = format!("{}.{body}", part(&json!({ "alg": "HS256" })));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()).as_ref()))
    };
    let other = part(&but(claims("j"), json!({ "tenant": "other" })));
    let cases = [
        ("no JWT", "x".to_owned(), "three parts"),
        ("two parts", format!("{head}.{body}"), "three parts"),
        ("four parts", format!("{sound}.x"), "three parts"),
        ("padding", format!("{head}=.{body}.{signature}"), "header that is not base64url"),
        ("no signature", format!("{head}.{body}."), "not signed with the client's key"),
        ("another body", format!("{head}.{other}.{signature}"), "not signed with the client's key"),
        ("another signature", sign(&header(), &claims("j"), &RSA_PKCS1_SHA256), "not signed with the client's key"),
        ("alg none", format!("{}.{body}.", part(&json!({ "alg": "none" }))), "must be signed by RS384"),
        ("alg of a secret", hs256, "must be signed by RS384"),
        ("another alg", headed(json!({ "alg": "RS256" })), "must be signed by RS384"),
        ("another kid", headed(json!({ "kid": "k" })), "names a key that is not known here"),
        ("a key of its own", headed(json!({ "jwk": {} })), "header that no vendor asks for"),
        ("another typ", headed(json!({ "typ": "at+jwt" })), "another type"),
        ("another iss", claiming(json!({ "iss": "x" })), "the client's id as `iss`"),
        ("no sub", claiming(json!({ "sub": null })), "the client's id as `sub`"),
        ("another aud", claiming(json!({ "aud": "https://acme.example" })), "as `aud`"),
        ("no aud", claiming(json!({ "aud": null })), "lacks `aud`"),
        ("over", claiming(json!({ "iat": now() - 200, "exp": now() - 20 })), "does not hold now"),
        ("too long", claiming(json!({ "exp": now() + 600 })), "does not hold now"),
        ("not yet", claiming(json!({ "iat": now() + 100 })), "does not hold now"),
        ("no exp", claiming(json!({ "exp": null })), "lacks `exp`"),
        ("exp as text", claiming(json!({ "exp": (now() + 100).to_string() })), "lacks `exp`"),
        ("no iat", claiming(json!({ "iat": null })), "lacks `iat`"),
        ("no jti", claiming(json!({ "jti": null })), "lacks a `jti`"),
        ("an empty jti", claiming(json!({ "jti": "" })), "lacks a `jti`"),
        ("no claim of the vendor's", claiming(json!({ "tenant": null })), "lacks `tenant`"),
        ("another claim of the vendor's", claiming(json!({ "tenant": "other" })), "must have `acme` as `tenant`"),
        ("a claim more", claiming(json!({ "admin": true })), "claims that the vendor does not ask for"),
    ];
    for (what, jwt, says) in cases {
        let answer = show(origin, &proof(&jwt)).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["error"]), (401, &json!("invalid_client")), "{what}: {body}");
        assert!(body["error_description"].as_str().unwrap().contains(says), "{what}: {body}");
    }
    assert_eq!(show(origin, &proof(&sound)).await.status, 200);
    let again = show(origin, &proof(&sound)).await;
    assert!(again.status == 401 && again.body.contains("shown before"), "{again:?}");
}

#[tokio::test]
async fn nothing_takes_the_place_of_an_assertion() {
    let sandbox = start_spec(SPEC).await;
    let origin = sandbox.origin("acme").unwrap();
    for (what, shown, code, says) in [
        ("nothing", String::new(), "invalid_client", "`client_assertion` is missing"),
        (
            "a secret",
            format!("&client_id={CLIENT_ID}&client_secret=x"),
            "invalid_client",
            "`client_assertion` is missing",
        ),
        ("no type", format!("&client_assertion={}", signed(&header(), &claims("a"))), "invalid_request", "is missing"),
        (
            "both",
            format!("{}&client_secret=x", proof(&signed(&header(), &claims("b")))),
            "invalid_client",
            "the client authenticates by a signed assertion",
        ),
    ] {
        let answer = show(origin, &shown).await;
        let body = answer.json();
        assert_eq!(body["error"], code, "{what}: {body}");
        assert!(body["error_description"].as_str().unwrap().contains(says), "{what}: {body}");
    }
}

#[tokio::test]
async fn a_vendor_counts_by_its_own_clock() {
    let sandbox = start_spec(SPEC).await;
    let origin = sandbox.origin("acme").unwrap();
    for seconds in [-600, 600] {
        sandbox.skew("acme", seconds).unwrap();
        let answer = show(origin, &proof(&signed(&header(), &claims("skewed")))).await;
        assert!(answer.status == 401 && answer.body.contains("does not hold now"), "{answer:?}");
        assert!(answer.header("date").is_some());
    }
}
