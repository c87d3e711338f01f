//! A signed token in its compact form (RFC 7515, section 7.1), taken apart within bounds and believed in nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::IdTokenError;
use crate::text::printable;

/// The longest token that is looked into, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// How much of a name that a token gives is told.
const SHOWN: usize = 60;

/// An algorithm of a signature with a public key (RFC 7518, section 3.1; RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwsAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519.
    EdDsa,
}

impl JwsAlgorithm {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// As the header's `alg` spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm that `alg` names, in exactly this spelling (RFC 7515, section 4.1.1).
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

/// A token that claims to be signed. Keys that its header brings along (`jwk`, `jku`, `x5u`, `x5c`) are never looked at
/// (RFC 8725, section 3.10). There is no `Debug`.
#[derive(Clone)]
pub struct SignedToken {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signed: String,
    signature: Vec<u8>,
}

impl SignedToken {
    /// Takes a token apart. Of two members with one name the last holds (RFC 7515, section 4).
    ///
    /// # Errors
    ///
    /// When it is longer than [`LONGEST`], or no such token.
    pub fn parse(token: &str) -> Result<Self, IdTokenError> {
        if token.len() > LONGEST {
            return Err(IdTokenError::TooLong);
        }
        let mut parts = token.splitn(4, '.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(IdTokenError::Malformed("it hasn't three parts"));
        };
        let signed = format!("{header}.{claims}");
        let decoded = |part: &str, what| URL_SAFE_NO_PAD.decode(part).map_err(|_| IdTokenError::Malformed(what));
        Ok(Self {
            header: object(&decoded(header, "its header isn't base64url")?, "its header isn't a JSON object")?,
            claims: object(&decoded(claims, "its claims aren't base64url")?, "its claims aren't a JSON object")?,
            signature: decoded(signature, "its signature isn't base64url")?,
            signed,
        })
    }

    /// The algorithm, when it is one of `allowed` and the header says nothing that would have to be understood.
    ///
    /// # Errors
    ///
    /// When the token isn't signed, or otherwise than allowed, or says that it is no ID token.
    pub fn algorithm(&self, allowed: &[JwsAlgorithm]) -> Result<JwsAlgorithm, IdTokenError> {
        let name = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if name.eq_ignore_ascii_case("none") {
            return Err(IdTokenError::Unsigned);
        }
        let known = JwsAlgorithm::of(name).filter(|algorithm| allowed.contains(algorithm));
        let algorithm = known.ok_or_else(|| IdTokenError::Algorithm(printable(name, SHOWN)))?;
        if self.header.contains_key("crit") {
            return Err(IdTokenError::Critical);
        }
        let kind = self.header.get("typ").and_then(Value::as_str).unwrap_or_default();
        // `JWT` says nothing; what has a type of its own is another kind of token, such as `at+jwt`.
        if kind.to_ascii_lowercase().ends_with("+jwt") {
            return Err(IdTokenError::Type(printable(kind, SHOWN)));
        }
        Ok(algorithm)
    }

    /// The name of the key.
    ///
    /// # Errors
    ///
    /// When it is there and no text.
    pub fn key_id(&self) -> Result<Option<&str>, IdTokenError> {
        match self.header.get("kid") {
            None | Some(Value::Null) => Ok(None),
            Some(kid) => kid.as_str().map(Some).ok_or(IdTokenError::Malformed("`kid` isn't text")),
        }
    }

    /// The name of the key as it may be told.
    pub(crate) fn shown_key_id(&self) -> Option<String> {
        self.header.get("kid").and_then(Value::as_str).map(|kid| printable(kid, SHOWN))
    }

    /// What the signature is over (RFC 7515, section 5.2).
    pub fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The claims. Nothing is verified.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The claims. Nothing is verified.
    pub fn into_claims(self) -> Map<String, Value> {
        self.claims
    }
}

fn object(bytes: &[u8], what: &'static str) -> Result<Map<String, Value>, IdTokenError> {
    serde_json::from_slice(bytes).map_err(|_| IdTokenError::Malformed(what))
}
