//! The keys that vendors sign ID tokens with, and the form in which they publish them (RFC 7517). Nothing here is shared with a
//! client.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Keys are made once for all vendors of a process: the first of each sort is every vendor's first.
static MADE: Mutex<Vec<(Sort, u64, Arc<Key>)>> = Mutex::new(Vec::new());

/// What kind of key an algorithm needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
}

enum Key {
    Rsa(RsaKeyPair),
    Curve(EcdsaKeyPair),
    Edwards(Ed25519KeyPair),
}

impl Sort {
    fn of(alg: &str) -> Option<Self> {
        Some(match alg {
            "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => Self::Rsa,
            "ES256" => Self::P256,
            "ES384" => Self::P384,
            "ES512" => Self::P521,
            "EdDSA" => Self::Ed25519,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The `number`th key of this sort.
    fn key(self, number: u64) -> Option<Arc<Key>> {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., key)) = made.iter().find(|(sort, at, _)| *sort == self && *at == number) {
            return Some(Arc::clone(key));
        }
        let curve = |algorithm: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::generate(algorithm).map(Key::Curve);
        let key = match self {
            Self::Rsa => RsaKeyPair::generate(KeySize::Rsa2048).map(Key::Rsa),
            Self::P256 => curve(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Self::P384 => curve(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Self::P521 => curve(&ECDSA_P521_SHA512_FIXED_SIGNING),
            Self::Ed25519 => Ed25519KeyPair::generate().map(Key::Edwards),
        };
        let key = Arc::new(key.ok()?);
        made.push((self, number, Arc::clone(&key)));
        Some(key)
    }
}

/// The name of the `number`th key for an algorithm.
pub(crate) fn kid(alg: &str, number: u64) -> Option<String> {
    Some(format!("{}-{number}", Sort::of(alg)?.name()))
}

/// The signature of `message` with the `number`th key for an algorithm.
pub(crate) fn sign(alg: &str, number: u64, message: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    match &*Sort::of(alg)?.key(number)? {
        Key::Curve(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
        Key::Edwards(pair) => Some(pair.sign(message).as_ref().to_vec()),
        Key::Rsa(pair) => {
            let padding: &dyn RsaEncoding = match alg {
                "RS256" => &RSA_PKCS1_SHA256,
                "RS384" => &RSA_PKCS1_SHA384,
                "RS512" => &RSA_PKCS1_SHA512,
                "PS256" => &RSA_PSS_SHA256,
                "PS384" => &RSA_PSS_SHA384,
                _ => &RSA_PSS_SHA512,
            };
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(padding, &random, message, &mut signature).ok()?;
            Some(signature)
        }
    }
}

/// The public keys for these algorithms, those of these numbers, as a vendor publishes them.
pub(crate) fn published(algorithms: &[&str], numbers: &[u64]) -> Value {
    let mut sorts: Vec<Sort> = Vec::new();
    for sort in algorithms.iter().filter_map(|alg| Sort::of(alg)) {
        if !sorts.contains(&sort) {
            sorts.push(sort);
        }
    }
    let all = numbers.iter().flat_map(|number| sorts.iter().map(move |sort| (*sort, *number)));
    let keys: Vec<Value> = all.filter_map(|(sort, number)| public(sort, number)).collect();
    json!({ "keys": keys })
}

fn public(sort: Sort, number: u64) -> Option<Value> {
    let key = sort.key(number)?;
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut public = match &*key {
        Key::Rsa(pair) => {
            let (n, e) = numbers(pair.public_key().as_ref())?;
            json!({ "kty": "RSA", "n": text(n), "e": text(e) })
        }
        Key::Curve(pair) => {
            // 4, then both coordinates.
            let point = pair.public_key().as_ref().get(1..)?;
            let (x, y) = point.split_at_checked(point.len() / 2)?;
            let curve = sort.name().replace('p', "P-");
            json!({ "kty": "EC", "crv": curve, "x": text(x), "y": text(y) })
        }
        Key::Edwards(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }),
    };
    let members = public.as_object_mut()?;
    members.insert("kid".into(), Value::from(format!("{}-{number}", sort.name())));
    members.insert("use".into(), Value::from("sig"));
    Some(public)
}

/// Modulus and exponent of a key as RFC 8017, appendix A.1.1, writes it: a sequence of two integers.
fn numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (n, rest) = element(sequence, 2)?;
    let (e, _) = element(rest, 2)?;
    Some((n.strip_prefix(&[0]).unwrap_or(n), e.strip_prefix(&[0]).unwrap_or(e)))
}

/// The content of the first element, which has this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first().filter(|_| found == tag)?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        _ => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    rest.split_at_checked(length)
}
