//! Fingerprints of keys, against what OpenSSL says; `tests/keys/README.md` has its commands.

use authsmith_protocol::operation::{Encoding, Operation};
use authsmith_protocol::{BuildError, Secret, Values, build};

const RSA: &str = "0dc6b293ba6097f0769c8f02184da6d58995b88ce27bfe5e19f2d39f85b63dc8";
const ON_A_CURVE: &str = "10816b7abe5f84ddec1e43a17198209624a7910c45cf5df2527395336418e169";
const CERTIFICATE: &str = "1fd579518b7552c227c0fade65c6d4be71f0fdae3420b6b26dc4c47acbc8561f";

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/keys/", $name, ".pem"))
    };
}

fn fingerprint(pem: &str) -> Result<String, BuildError> {
    let operation = Operation::post("a", "https://api.example/x")
        .encoding(Encoding::Text { content_type: "text/plain" })
        .body_text("<key | fingerprint | hex>");
    let request = build(&operation, &Values::new().with("key", Secret::from(pem.to_owned())))?;
    Ok(String::from_utf8(request.body).unwrap())
}

#[test]
fn fingerprints_agree_with_openssl() {
    let table = [
        ("PKCS #1", key!("rsa-pkcs1"), RSA),
        ("PKCS #8", key!("rsa-pkcs8"), RSA),
        ("SubjectPublicKeyInfo", key!("rsa-public"), RSA),
        ("public PKCS #1", key!("rsa-public-pkcs1"), RSA),
        ("SEC 1, behind the parameters of its curve", key!("ec-sec1"), ON_A_CURVE),
        ("PKCS #8 on a curve", key!("ec-pkcs8"), ON_A_CURVE),
        ("SubjectPublicKeyInfo on a curve", key!("ec-public"), ON_A_CURVE),
        ("a certificate", key!("certificate"), CERTIFICATE),
    ];
    for (what, pem, expected) in table {
        assert_eq!(fingerprint(pem).unwrap(), expected, "{what}");
        assert_eq!(fingerprint(&pem.replace('\n', "\r\n")).unwrap(), expected, "{what} of Windows");
        assert_eq!(fingerprint(&format!("\n  {}", pem.trim_end())).unwrap(), expected, "{what} with blanks around");
    }
}

#[test]
fn what_tells_no_key_is_refused_and_not_shown() {
    let cut = key!("rsa-public").replace("MIGf", "MIGe");
    let table = [
        ("nothing", ""),
        ("a text", "CANARY"),
        ("encrypted", key!("encrypted")),
        ("a key that doesn't say its public half", key!("ed25519-without-public")),
        ("a broken length", cut.as_str()),
        ("another label", &key!("rsa-public").replace("PUBLIC KEY", "PRIVATE KEY")),
        ("a request", "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"),
        ("no end", key!("rsa-public").split("-----END").next().unwrap()),
    ];
    for (what, pem) in table {
        let error = fingerprint(pem).unwrap_err();
        assert!(matches!(error, BuildError::Unfit { .. }), "{what}: {error}");
        let says = error.to_string();
        assert!(says.contains("a key or certificate in PEM") && !says.contains("CANARY"), "{what}: {says}");
    }
}
