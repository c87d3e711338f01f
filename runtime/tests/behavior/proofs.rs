//! What a client proves itself with: assertions by a clock that is wrong, and secrets and keys that are replaced.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authsmith::codegen::v1 as rt;
use authsmith::{
    Claim, Claimed, Client, Clock, Config, Connection, Error, ErrorKind, Holder, MemoryStore, Request, Store, Tokens,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rt::data::{
    Algorithm, Answer, Assertion, ClientAuth, Expiry, ExpiryUnit, Issued, Operation, Param, Provider, Renew, TokenKind,
};

use crate::acme::{CANARY, HandClock, Notes, Reply, Vendor, assert_no_canary, json, tokens};

const URL: &str = "https://acme.example/token";
const ISSUED: Issued<'static> = Issued::new("access", "/access_token")
    .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds))
    .refresh("/refresh_token", Expiry::unknown());
const REFRESH: Operation<'static> = Operation::post("refresh", URL)
    .params(&[Param::body("refresh_token", "<refresh_token>")])
    .answer(Answer::json().tokens(&[ISSUED]));
const SIGNED_PARAMS: &[Param<'static>] =
    &[Param::body("refresh_token", "<refresh_token>"), Param::body("client_assertion", "<client_assertion>")];
const ACCESS: TokenKind<'static> = TokenKind::new("access").renew(Renew::Refresh("refresh"));

const BY_SECRET: Provider<'static> =
    Provider::new("acme", "Acme").operations(&[REFRESH.client_auth(ClientAuth::Basic)]).tokens(&[ACCESS]);
const BY_SIGNED_SECRET: Provider<'static> = Provider::new("acme", "Acme")
    .operations(&[REFRESH.assertion(Assertion::new(&[Algorithm::Hs256])).params(SIGNED_PARAMS)])
    .tokens(&[ACCESS]);
const BY_KEY: Provider<'static> = Provider::new("acme", "Acme")
    .operations(&[REFRESH.assertion(Assertion::new(&[Algorithm::Es256, Algorithm::EdDsa])).params(SIGNED_PARAMS)])
    .tokens(&[ACCESS]);

#[derive(Debug)]
enum Access {}

impl rt::TokenKind for Access {
    const DATA: rt::TokenKindData<'static> = ACCESS;
    type Claims = authsmith::Extra;
}

/// A client whose token is over, and its clock.
struct Stage {
    vendor: Arc<Vendor>,
    clock: Arc<HandClock>,
    client: Client,
}

impl Stage {
    fn new(provider: &'static Provider<'static>, vendor: Arc<Vendor>, change: impl FnOnce(Config) -> Config) -> Self {
        let clock = HandClock::new();
        let config = Config::new(provider).client_id("app").store(MemoryStore::new());
        let config = config.transport(Arc::clone(&vendor)).clock(Arc::clone(&clock));
        Self { client: change(config).build().unwrap(), vendor, clock }
    }

    async fn connection(&self) -> Connection<Access> {
        let tokens = Tokens::<Access>::new(format!("access-0-{CANARY}"));
        let tokens = tokens.with_refresh_token(format!("refresh-0-{CANARY}")).expires_at(self.clock.now());
        self.client.keep("u", tokens).await.unwrap()
    }

    fn asked(&self) -> usize {
        self.vendor.count("/token")
    }
}

/// The header or the claims of the assertion in a request.
fn said(request: &Request, part: usize) -> serde_json::Value {
    let jwt = form(request, "client_assertion");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(part).unwrap()).unwrap()).unwrap()
}

fn form(request: &Request, name: &str) -> String {
    let body = String::from_utf8(request.body.clone()).unwrap();
    let found = body.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")).map(str::to_owned));
    found.unwrap()
}

fn seconds(moment: SystemTime) -> i64 {
    i64::try_from(moment.duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// `Date` of a vendor whose clock is so far ahead of the hand's.
fn date(clock: i64, ahead: i64) -> &'static str {
    let moment = authsmith::Timestamp::from_second(clock + ahead).unwrap();
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string().leak()
}

/// A vendor whose clock is ahead, and that refuses assertions by another with `code`.
fn by_the_clock(ahead: i64, code: &'static str) -> Arc<Vendor> {
    const START: i64 = 1_700_000_000;
    Vendor::new(move |request, n| {
        let made = said(request, 1)["iat"].as_i64().unwrap();
        match made.abs_diff(START + ahead) <= 2 {
            true => tokens(n),
            false => Reply::Headed(400, ("date", date(START, ahead)), format!(r#"{{"error":"{code}"}}"#)),
        }
    })
}

fn secret(config: Config) -> Config {
    config.client_secret(format!("client-secret-{CANARY}"))
}

async fn renewal(connection: &Connection<Access>) -> Result<(), Error> {
    connection.renew().await
}

#[tokio::test]
async fn scenario_22_an_assertion_by_a_wrong_clock_is_made_again_by_the_vendors() {
    for (ahead, code) in
        [(600, "invalid_client"), (-600, "invalid_client"), (600, "invalid_grant"), (7, "invalid_grant")]
    {
        let stage = Stage::new(&BY_SIGNED_SECRET, by_the_clock(ahead, code), secret);
        let connection = stage.connection().await;
        renewal(&connection).await.unwrap();
        assert_eq!(stage.asked(), 2, "{ahead} {code}");
        let ids: Vec<_> = stage.vendor.log.lock().unwrap().iter().map(|sent| said(sent, 1)["jti"].clone()).collect();
        assert_ne!(ids[0], ids[1], "a vendor takes no assertion twice");
        // From then on the vendor's clock counts.
        renewal(&connection).await.unwrap();
        assert_eq!(stage.asked(), 3, "{ahead} {code}");
        let made = said(&stage.vendor.last(), 1)["iat"].as_i64().unwrap();
        assert_eq!(made - seconds(stage.clock.now()), ahead);
    }
}

#[tokio::test]
async fn scenario_22_while_the_clocks_differ_no_grant_is_over() {
    for code in ["invalid_grant", "invalid_client"] {
        let now = 1_700_000_000;
        let vendor =
            Vendor::new(move |_, _| Reply::Headed(400, ("date", date(now, 600)), format!(r#"{{"error":"{code}"}}"#)));
        let stage = Stage::new(&BY_SIGNED_SECRET, vendor, secret);
        let connection = stage.connection().await;
        let error = renewal(&connection).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code(), error.meaning()),
            (ErrorKind::Refused, Some(code), authsmith::Meaning::Config)
        );
        assert!(
            !error.needs_consent()
                && error.to_string().ends_with("this machine's clock is 600 s behind the vendor's: set it"),
            "{error}"
        );
        assert_eq!(stage.asked(), 2, "once more, and no more");
        // The grant is as good as before, and no clock was believed that led nowhere.
        stage.clock.advance(120);
        assert!(!renewal(&connection).await.unwrap_err().needs_consent());
        let first = stage.vendor.log.lock().unwrap()[2].clone();
        assert_eq!(said(&first, 1)["iat"].as_i64().unwrap(), seconds(stage.clock.now()));
    }
}

#[tokio::test]
async fn scenario_22_a_vendor_whose_clock_agrees_is_believed() {
    // Without a date nobody can know; with one that agrees the assertion was good.
    let agreeing = || {
        Vendor::new(|_, _| Reply::Headed(400, ("date", date(1_700_000_000, 3)), r#"{"error":"invalid_grant"}"#.into()))
    };
    let silent = || Vendor::new(|_, _| json(400, r#"{"error":"invalid_grant"}"#));
    let broken =
        || Vendor::new(|_, _| Reply::Headed(400, ("date", "yesterday"), r#"{"error":"invalid_grant"}"#.into()));
    for vendor in [agreeing(), silent(), broken()] {
        let stage = Stage::new(&BY_SIGNED_SECRET, vendor, secret);
        let error = renewal(&stage.connection().await).await.unwrap_err();
        assert!(error.needs_consent(), "{error:?}");
        assert_eq!(stage.asked(), 1);
    }
    // Who shows a secret has nothing to do with clocks.
    let vendor = Vendor::new(|_, _| {
        Reply::Headed(400, ("date", date(1_700_000_000, 600)), r#"{"error":"invalid_grant"}"#.into())
    });
    let stage = Stage::new(&BY_SECRET, vendor, secret);
    assert!(renewal(&stage.connection().await).await.unwrap_err().needs_consent());
    assert_eq!(stage.asked(), 1);
}

/// A vendor that knows the client by one of these in the `Authorization` header, the last of what was shown here.
fn knowing(known: &Arc<Mutex<&'static str>>) -> Arc<Vendor> {
    let known = Arc::clone(known);
    Vendor::new(move |request, n| {
        let shown = request.headers.get("authorization").unwrap().to_str().unwrap().to_owned();
        let due = base64::engine::general_purpose::STANDARD.encode(format!("app:{}-{CANARY}", *known.lock().unwrap()));
        match shown == format!("Basic {due}") {
            true => tokens(n),
            false => json(401, &format!(r#"{{"error":"invalid_client","error_description":"not {shown}"}}"#)),
        }
    })
}

fn rotating(config: Config) -> Config {
    let named = |name: &str| format!("{name}-{CANARY}");
    config.client_secret(named("old")).further_client_secret(named("new")).further_client_secret(named("newer"))
}

#[tokio::test]
async fn scenario_23_a_second_secret_is_tried_and_then_kept_to() {
    let known = Arc::new(Mutex::new("old"));
    let notes = Arc::new(Notes::default());
    let stage = Stage::new(&BY_SECRET, knowing(&known), |config| rotating(config).observer(Arc::clone(&notes)));
    let connection = stage.connection().await;
    for (secret, requests) in [("old", 1), ("new", 2), ("new", 1), ("newer", 2), ("old", 2), ("newer", 3), ("newer", 1)]
    {
        *known.lock().unwrap() = secret;
        let before = stage.asked();
        renewal(&connection).await.unwrap();
        assert_eq!(stage.asked() - before, requests, "{secret}");
    }
    assert_no_canary(&notes.text());
}

#[tokio::test]
async fn scenario_23_when_all_are_refused_the_circuit_opens_and_no_grant_is_lost() {
    let known = Arc::new(Mutex::new("neither"));
    let stage = Stage::new(&BY_SECRET, knowing(&known), rotating);
    let connection = stage.connection().await;
    let error = renewal(&connection).await.unwrap_err();
    assert_eq!((error.code(), error.needs_consent(), stage.asked()), (Some("invalid_client"), false, 3));
    assert_no_canary(&format!("{error} {error:?} {:?}", error.refusal()));
    // Until the rest is over nobody asks.
    connection.token().await.unwrap_err();
    assert_eq!(stage.asked(), 3);
    *known.lock().unwrap() = "new";
    stage.clock.advance(120);
    renewal(&connection).await.unwrap();
    assert_eq!(stage.asked(), 5);
}

#[tokio::test]
async fn scenario_23_other_refusals_try_no_further_secret() {
    for code in ["invalid_grant", "unauthorized_client", "invalid_request", "temporarily_unavailable"] {
        let vendor = Vendor::new(move |_, _| json(400, &format!(r#"{{"error":"{code}"}}"#)));
        let stage = Stage::new(&BY_SECRET, vendor, rotating);
        renewal(&stage.connection().await).await.unwrap_err();
        let log = stage.vendor.log.lock().unwrap().clone();
        assert!(log.iter().all(|sent| sent.headers["authorization"] == log[0].headers["authorization"]), "{code}");
    }
}

#[tokio::test]
async fn scenario_23_a_second_key_is_tried_and_then_kept_to() {
    let known = Arc::new(Mutex::new("first"));
    let vendor = Vendor::new({
        let known = Arc::clone(&known);
        move |request, n| match said(request, 0)["kid"] == *known.lock().unwrap() {
            true => tokens(n),
            false => json(401, r#"{"error":"invalid_client"}"#),
        }
    });
    let stage = Stage::new(&BY_KEY, vendor, |config| {
        config.client_key(key(P256).id("first")).further_client_key(key(ED25519).id("second"))
    });
    let connection = stage.connection().await;
    for (id, requests, algorithm) in
        [("first", 1, "ES256"), ("second", 2, "EdDSA"), ("second", 1, "EdDSA"), ("first", 2, "ES256")]
    {
        *known.lock().unwrap() = id;
        let before = stage.asked();
        renewal(&connection).await.unwrap();
        assert_eq!(stage.asked() - before, requests, "{id}");
        assert_eq!(said(&stage.vendor.last(), 0)["alg"], algorithm);
    }
}

const P256: &str = include_str!("../../../sandbox/src/keys_of_client/p256.pem");
const ED25519: &str = include_str!("../../../sandbox/src/keys_of_client/ed25519.pem");

fn key(pem: &str) -> authsmith::ClientKey {
    authsmith::ClientKey::new(pem)
}

const BY_ANY: Provider<'static> = Provider::new("acme", "Acme")
    .operations(&[REFRESH
        .assertion(Assertion::new(&[
            Algorithm::Rs256,
            Algorithm::Es256,
            Algorithm::Es384,
            Algorithm::Es512,
            Algorithm::EdDsa,
        ]))
        .params(SIGNED_PARAMS)])
    .tokens(&[ACCESS]);

/// The public half of one of the sandbox's keys, and the rules of its algorithm.
fn public(algorithm: &str) -> (Vec<u8>, &'static dyn aws_lc_rs::signature::VerificationAlgorithm) {
    use aws_lc_rs::signature as s;
    use aws_lc_rs::signature::KeyPair as _;
    let der = |pem: &str| {
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        base64::engine::general_purpose::STANDARD.decode(text).unwrap()
    };
    let on = |curve, pem| s::EcdsaKeyPair::from_pkcs8(curve, &der(pem)).unwrap().public_key().as_ref().to_vec();
    match algorithm {
        "ES256" => (on(&s::ECDSA_P256_SHA256_FIXED_SIGNING, P256), &s::ECDSA_P256_SHA256_FIXED),
        "ES384" => {
            let pem = include_str!("../../../sandbox/src/keys_of_client/p384.pem");
            (on(&s::ECDSA_P384_SHA384_FIXED_SIGNING, pem), &s::ECDSA_P384_SHA384_FIXED)
        }
        "ES512" => {
            let pem = include_str!("../../../sandbox/src/keys_of_client/p521.pem");
            (on(&s::ECDSA_P521_SHA512_FIXED_SIGNING, pem), &s::ECDSA_P521_SHA512_FIXED)
        }
        "EdDSA" => {
            let pair = s::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(ED25519)).unwrap();
            (pair.public_key().as_ref().to_vec(), &s::ED25519)
        }
        _ => {
            let pair = s::RsaKeyPair::from_pkcs8(&der(RSA)).unwrap();
            (pair.public_key().as_ref().to_vec(), &s::RSA_PKCS1_2048_8192_SHA256)
        }
    }
}

const RSA: &str = include_str!("../../../sandbox/src/keys_of_client/rsa.pem");

#[tokio::test]
async fn a_key_signs_in_whatever_form_it_is_written() {
    let both =
        concat!(include_str!("../../../sandbox/src/keys_of_client/rsa.pem"), include_str!("keys/rsa-certificate.pem"));
    let thumbprint = "VDeGBVHUTSKfmyZIDBDBJ05VWiMLyLNokVibI17-_Q0";
    let certificate = include_str!("keys/rsa-certificate.pem");
    for (what, key, algorithm, id, x5t) in [
        ("PKCS #8", key(RSA), "RS256", None, None),
        ("PKCS #1", key(include_str!("keys/rsa-pkcs1.pem")), "RS256", None, None),
        ("with a certificate", key(both), "RS256", None, Some(thumbprint)),
        ("and one beside it", key(RSA).certificate(certificate), "RS256", None, Some(thumbprint)),
        ("SEC 1, P-256", key(include_str!("keys/p256-sec1.pem")), "ES256", None, None),
        ("SEC 1, with parameters", key(include_str!("keys/p256-openssl.pem")), "ES256", None, None),
        ("SEC 1, P-384", key(include_str!("keys/p384-sec1.pem")), "ES384", None, None),
        ("SEC 1, P-521", key(include_str!("keys/p521-sec1.pem")), "ES512", None, None),
        ("JWK, RSA", key(include_str!("keys/rsa.jwk.json")), "RS256", Some("jwk-rsa"), None),
        ("JWK, P-256", key(include_str!("keys/p256.jwk.json")), "ES256", Some("jwk-256"), None),
        ("JWK, P-384", key(include_str!("keys/p384.jwk.json")), "ES384", Some("jwk-384"), None),
        ("JWK, P-521", key(include_str!("keys/p521.jwk.json")), "ES512", Some("jwk-521"), None),
        ("JWK, Ed25519", key(include_str!("keys/ed25519.jwk.json")), "EdDSA", Some("jwk-ed"), None),
        ("an id of the app's", key(include_str!("keys/ed25519.jwk.json")).id("mine"), "EdDSA", Some("mine"), None),
        ("a service account", key(include_str!("keys/account.json")), "RS256", Some("account"), None),
    ] {
        let stage = Stage::new(&BY_ANY, Vendor::new(|_, n| tokens(n)), |config| config.client_key(key));
        renewal(&stage.connection().await).await.unwrap();
        let sent = stage.vendor.last();
        let head = said(&sent, 0);
        assert_eq!((head["alg"].as_str(), head["kid"].as_str()), (Some(algorithm), id), "{what}");
        assert_eq!(head["x5t#S256"].as_str(), x5t, "{what}");
        let jwt = form(&sent, "client_assertion");
        let (text, signature) = jwt.rsplit_once('.').unwrap();
        let (public, rules) = public(algorithm);
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = aws_lc_rs::signature::UnparsedPublicKey::new(rules, public);
        key.verify(text.as_bytes(), &signature).unwrap_or_else(|_| panic!("{what}: another signature"));
    }
}

#[tokio::test]
async fn what_proves_the_client_is_taken_out_of_the_vendors_words() {
    let echoing = |shown: fn(&Request) -> String| {
        Vendor::new(move |request, _| {
            let words = format!("I don't know {}", shown(request));
            json(401, &serde_json::json!({ "error": "invalid_client", "error_description": words }).to_string())
        })
    };
    let secret = |request: &Request| {
        let shown = request.headers["authorization"].to_str().unwrap().trim_start_matches("Basic ").to_owned();
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(shown).unwrap()).unwrap()
    };
    let stage = Stage::new(&BY_SECRET, echoing(secret), rotating);
    let error = renewal(&stage.connection().await).await.unwrap_err();
    assert!(stage.asked() == 3 && error.to_string().contains("[redacted]"), "{error}");
    assert_no_canary(&format!("{error} {error:?} {:?}", error.refusal()));

    let notes = Arc::new(Notes::default());
    let stage = Stage::new(&BY_KEY, echoing(|request| form(request, "client_assertion")), |config| {
        config.client_key(key(ED25519)).observer(Arc::clone(&notes))
    });
    let error = renewal(&stage.connection().await).await.unwrap_err();
    let jwt = form(&stage.vendor.last(), "client_assertion");
    let told = format!("{error} {error:?} {:?} {}", error.refusal(), notes.text());
    for part in jwt.split('.') {
        assert!(!told.contains(&part[..12]), "a part of the assertion shows in: {told}");
    }
    assert!(told.contains("client_assertion=[redacted]"), "{told}");
}

/// Whoever waits for a renewal must wait for every request that it may make.
#[tokio::test]
async fn a_lease_lasts_for_every_request_of_a_renewal() {
    let vendor = Vendor::slow(Duration::from_millis(300), |_, n| tokens(n));
    for (further, most) in [(0, 2), (3, 5)] {
        let store = Arc::new(MemoryStore::new());
        let stage = Stage::new(&BY_SECRET, Arc::clone(&vendor), |config| {
            let config = config.store(Arc::clone(&store)).client_secret("s");
            let config = config.deadline(Duration::from_secs(10)).keep_deadline(Duration::from_secs(10));
            (0..further).fold(config, |config, at| config.further_client_secret(format!("s{at}")))
        });
        let connection = stage.connection().await;
        let renewing = tokio::spawn(async move { connection.renew().await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let claim = Claim { holder: Holder::new("another"), length: Duration::from_secs(1) };
        let Claimed::Held { remaining, .. } = store.claim("acme/access/u", &claim).await.unwrap() else {
            panic!("nobody renews")
        };
        let due = Duration::from_secs(10 * most);
        assert!(remaining <= due && remaining > due - Duration::from_secs(5), "{further} further: {remaining:?}");
        renewing.await.unwrap().unwrap();
    }
}
