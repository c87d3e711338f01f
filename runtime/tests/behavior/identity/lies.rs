//! ID tokens that lie.

use std::time::{Duration, Instant};

use super::*;

/// One row a case: what is wrong with the ID token of a login, and what the client says of it.
fn lies() -> Vec<(&'static str, Make, IdTokenError)> {
    use IdTokenError as E;
    let mut rows = of_its_header();
    rows.extend(of_its_claims());
    rows.extend([
        ("none at all", make(|_, _, _| None), E::Missing),
        ("1 MB", claim("pad", "x".repeat(1 << 20)), E::TooLong),
        ("10^6 dots", make(|_, _, _| Some(".".repeat(1_000_000))), E::TooLong),
        ("60,000 dots", make(|_, _, _| Some(".".repeat(60_000))), E::Malformed("it hasn't three parts")),
        ("encrypted", make(|_, _, _| Some("a.b.c.d.e".to_owned())), E::Malformed("it hasn't three parts")),
        ("opaque", make(|_, _, _| Some("0123456789abcdef".repeat(2))), E::Malformed("it hasn't three parts")),
        (
            "deep",
            make(|_, _, _| Some(format!("{}.e30.", encode("[".repeat(40_000))))),
            E::Malformed("its header isn't a JSON object"),
        ),
        ("no signature", make(|_, header, claims| Some(unsigned(&header, &claims))), E::Signature),
        (
            "changed",
            make(|key, header, claims| {
                let signed = key.sign(&header, &claims);
                let (begin, signature) = signed.rsplit_once('.').unwrap();
                let header = begin.split_once('.').unwrap().0;
                Some(format!("{header}.{}.{signature}", encode(with(claims, "sub", "eve".into()).to_string())))
            }),
            E::Signature,
        ),
    ]);
    rows
}

fn of_its_header() -> Vec<(&'static str, Make, IdTokenError)> {
    use IdTokenError as E;
    let none = |spelled: &'static str| {
        make(move |_, header, claims| Some(unsigned(&with(header, "alg", spelled.into()), &claims)))
    };
    let by_another = |name: &'static str, value: fn(&Key) -> Json| {
        make(move |_, header, claims| {
            let own = Key::new("one");
            Some(own.sign(&with(header, name, value(&own)), &claims))
        })
    };
    vec![
        ("alg none", none("none"), E::Unsigned),
        ("alg nOnE", none("nOnE"), E::Unsigned),
        ("no alg", header("alg", Json::Null), E::Algorithm(String::new())),
        ("a symmetric key", header("alg", "HS256"), E::Algorithm("HS256".into())),
        ("an algorithm that isn't allowed", header("alg", "RS256"), E::Algorithm("RS256".into())),
        ("a key in its header", by_another("jwk", Key::public), E::Signature),
        ("a key at a URL of its own", by_another("jku", |_| "https://evil.example/jwks".into()), E::Signature),
        ("a certificate at a URL of its own", by_another("x5u", |_| "https://evil.example/x".into()), E::Signature),
        ("no kid, another's key", by_another("kid", |_| Json::Null), E::Signature),
        ("a wrong kid", header("kid", "../\n"), E::UnknownKey(Some("../\\n".into()))),
        ("a kid that is no text", header("kid", 1), E::Malformed("`kid` isn't text")),
        ("crit", header("crit", json!(["b64"])), E::Critical),
        ("an access token", header("typ", "at+jwt"), E::Type("at+jwt".into())),
    ]
}

fn of_its_claims() -> Vec<(&'static str, Make, IdTokenError)> {
    use IdTokenError as E;
    vec![
        ("expired", moment("exp", -60.5), E::Expired),
        ("no exp", claim("exp", Json::Null), E::Claim("exp")),
        ("exp as text", claim("exp", "9999999999"), E::Claim("exp")),
        ("issued in the future", moment("iat", 120.0), E::IssuedInFuture),
        ("no iat", claim("iat", Json::Null), E::Claim("iat")),
        ("not yet", moment("nbf", 120.0), E::NotYet),
        ("a wrong aud", claim("aud", "other"), E::Audience),
        ("a further aud", claim("aud", json!(["app", "other"])), E::Audience),
        ("no aud", claim("aud", Json::Null), E::Claim("aud")),
        ("aud of something else", claim("aud", json!([{}])), E::Claim("aud")),
        ("a wrong azp", claim("azp", "other"), E::AuthorizedParty),
        ("two aud, no azp", claim("aud", json!(["app", "project"])), E::AuthorizedParty),
        ("a wrong iss", claim("iss", "https://signed.example/"), E::Issuer),
        ("no iss", claim("iss", Json::Null), E::Claim("iss")),
        ("a wrong nonce", claim("nonce", "x"), E::Nonce),
        ("no nonce", claim("nonce", Json::Null), E::Nonce),
        ("no sub", claim("sub", Json::Null), E::Claim("sub")),
        ("an empty sub", claim("sub", ""), E::Claim("sub")),
        ("a long sub", claim("sub", "s".repeat(256)), E::Claim("sub")),
    ]
}

#[tokio::test]
async fn input_27_an_id_token_that_lies_gives_no_tokens_and_the_reason() {
    for (name, make, expected) in lies() {
        let stage = Stage::new();
        let began = Instant::now();
        let error = stage.login(make).await.unwrap_err();
        assert_eq!((error.kind(), error.id_token()), (ErrorKind::IdToken, Some(&expected)), "{name}");
        assert!(!error.is_retryable() && error.rescued_tokens::<Access>().is_none(), "{name}");
        assert!(began.elapsed() < Duration::from_secs(5), "{name}");
        // At most the keys were asked for once more, and nobody else.
        assert!(stage.vendor.count("/jwks") <= 2, "{name}");
        let hosts =
            stage.vendor.log.lock().unwrap().iter().map(|r| r.url.host_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert!(hosts.iter().all(|host| host == "signed.example"), "{name}: {hosts:?}");
        let shown = format!("{error} {error:?} {}", stage.notes.text());
        assert!(!shown.contains(CANARY) && !shown.contains("eyJ"), "{name}: {shown}");
    }
}

#[tokio::test]
async fn input_27_of_several_keys_without_a_name_none_is_tried() {
    let stage = Stage::new();
    stage.says(|says| says.keys.push(Key::new("two").public()));
    let error =
        stage.login(|key, header, claims| Some(key.sign(&with(header, "kid", Json::Null), &claims))).await.unwrap_err();
    assert_eq!(error.id_token(), Some(&IdTokenError::AmbiguousKey));
    // Keys for other things don't count.
    let stage = Stage::new();
    stage.says(|says| {
        let other = Key::new("two").public();
        says.keys.push(with(other.clone(), "use", "enc".into()));
        says.keys.push(with(other.clone(), "key_ops", json!(["encrypt"])));
        says.keys.push(with(other.clone(), "alg", "ES384".into()));
        says.keys.push(with(other, "x", "AA".into()));
    });
    stage.login(|key, header, claims| Some(key.sign(&with(header, "kid", Json::Null), &claims))).await.unwrap();
}
