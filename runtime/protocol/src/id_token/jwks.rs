//! The keys that a vendor publishes (RFC 7517), as far as signatures need them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::error::IdTokenError;
use super::jws::{JwsAlgorithm, SignedToken};

/// How many keys are looked at.
const MOST: usize = 100;

/// The public keys of a vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

/// One public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    kid: Option<String>,
    alg: Option<String>,
    material: Material,
}

/// The numbers of a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Material {
    /// RSA: modulus and exponent, big-endian (RFC 7518, section 6.3).
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The exponent.
        e: Vec<u8>,
    },
    /// A point on a curve, uncompressed: 4, x, y (RFC 7518, section 6.2).
    Ec {
        /// The curve.
        curve: Curve,
        /// The point.
        point: Vec<u8>,
    },
    /// Ed25519: 32 bytes (RFC 8037, section 2).
    Ed25519(Vec<u8>),
}

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// P-256.
    P256,
    /// P-384.
    P384,
    /// P-521.
    P521,
}

impl Curve {
    /// How many bytes a coordinate has.
    const fn bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl JwkSet {
    /// Reads a set. Keys of other kinds and for other uses are left out, as keys that can't be read are (RFC 7517,
    /// section 5); of more than a hundred the first are taken. Nothing when it is no set.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let set: Value = serde_json::from_slice(bytes).ok()?;
        let keys = set.get("keys")?.as_array()?;
        Some(Self { keys: keys.iter().take(MOST).filter_map(Jwk::read).collect() })
    }

    /// The key that a token is signed with, by its name; of a token that names none, the only one that fits.
    ///
    /// # Errors
    ///
    /// When there is none, or more than one.
    pub fn key_of(&self, token: &SignedToken, algorithm: JwsAlgorithm) -> Result<&Jwk, IdTokenError> {
        let named = token.key_id()?;
        let fitting = || self.keys.iter().filter(|key| key.fits(algorithm));
        let mut found: Vec<&Jwk> = match named {
            Some(kid) => fitting().filter(|key| key.kid.as_deref() == Some(kid)).collect(),
            None => fitting().collect(),
        };
        // A vendor with one key may not have named it.
        if found.is_empty() && self.keys.iter().all(|key| key.kid.is_none()) {
            found = fitting().collect();
        }
        match found.as_slice() {
            [key] => Ok(key),
            [] => Err(IdTokenError::UnknownKey(token.shown_key_id())),
            _ => Err(IdTokenError::AmbiguousKey),
        }
    }
}

impl Jwk {
    fn read(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|what| what != "sig") {
            return None;
        }
        let verifies = |operations: &Vec<Value>| operations.iter().any(|one| one.as_str() == Some("verify"));
        if key.get("key_ops").and_then(Value::as_array).is_some_and(|operations| !verifies(operations)) {
            return None;
        }
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?.trim_end_matches('=')).ok();
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => Material::Rsa { n: without_zeros(bytes("n")?), e: without_zeros(bytes("e")?) },
            ("EC", Some("P-256")) => point(Curve::P256, &bytes("x")?, &bytes("y")?)?,
            ("EC", Some("P-384")) => point(Curve::P384, &bytes("x")?, &bytes("y")?)?,
            ("EC", Some("P-521")) => point(Curve::P521, &bytes("x")?, &bytes("y")?)?,
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes("x")?),
            _ => return None,
        };
        let owned = |name: &str| text(name).map(str::to_owned);
        Some(Self { kid: owned("kid"), alg: owned("alg"), material })
    }

    /// Whether it is a key for this algorithm: RFC 8725, section 3.1.
    fn fits(&self, algorithm: JwsAlgorithm) -> bool {
        use JwsAlgorithm as A;
        let is_its_own = self.alg.as_deref().is_none_or(|name| name == algorithm.name());
        let fits = match self.material {
            Material::Rsa { .. } => {
                matches!(algorithm, A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512)
            }
            Material::Ec { curve: Curve::P256, .. } => algorithm == A::Es256,
            Material::Ec { curve: Curve::P384, .. } => algorithm == A::Es384,
            Material::Ec { curve: Curve::P521, .. } => algorithm == A::Es512,
            Material::Ed25519(_) => algorithm == A::EdDsa,
        };
        is_its_own && fits
    }

    /// Its numbers.
    pub fn material(&self) -> &Material {
        &self.material
    }
}

/// Some vendors write a number with a sign byte.
fn without_zeros(number: Vec<u8>) -> Vec<u8> {
    number.into_iter().skip_while(|byte| *byte == 0).collect()
}

fn point(curve: Curve, x: &[u8], y: &[u8]) -> Option<Material> {
    let fits = x.len() == curve.bytes() && y.len() == curve.bytes();
    fits.then(|| Material::Ec { curve, point: [&[4], x, y].concat() })
}
