//! Signatures of a client's own (RFC 7515, RFC 7518).

use authsmith_protocol::operation::Algorithm;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};

use super::keys;
use crate::client_key::ClientKey;

/// A key that is ready to sign.
pub(crate) struct Signer {
    pair: Pair,
    id: Option<String>,
    thumbprint: Option<String>,
}

/// A private key of one of the kinds that JWTs are signed with.
pub(super) enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    P521(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// Reads a key, or says what to do.
    pub(crate) fn read(key: &ClientKey) -> Result<Self, String> {
        let read = keys::read(key.text.expose())?;
        let thumbprint = match &key.certificate {
            Some(pem) => Some(keys::thumbprint(pem.expose()).ok_or("the certificate isn't one in PEM")?),
            None => keys::thumbprint(key.text.expose()),
        };
        Ok(Self { pair: read.pair, id: key.id.clone().or(read.id), thumbprint })
    }

    /// What it is, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "an RSA key",
            Pair::P256(_) => "a key on the curve P-256",
            Pair::P384(_) => "a key on the curve P-384",
            Pair::P521(_) => "a key on the curve P-521",
            Pair::Ed25519(_) => "an Ed25519 key",
        }
    }

    /// The first of these algorithms that the key can do.
    pub(crate) fn fitting(&self, algorithms: &[Algorithm]) -> Option<Algorithm> {
        let fits = |algorithm: &Algorithm| match self.pair {
            Pair::Rsa(_) => padding(*algorithm).is_some(),
            Pair::P256(_) => *algorithm == Algorithm::Es256,
            Pair::P384(_) => *algorithm == Algorithm::Es384,
            Pair::P521(_) => *algorithm == Algorithm::Es512,
            Pair::Ed25519(_) => *algorithm == Algorithm::EdDsa,
        };
        algorithms.iter().copied().find(fits)
    }

    /// What the vendor calls the key.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The SHA-256 of its certificate, in base64url.
    pub(crate) fn thumbprint(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }

    /// The signature of a text, by an algorithm that fits.
    pub(crate) fn sign(&self, algorithm: Algorithm, text: &[u8]) -> Result<Vec<u8>, String> {
        let failed = |_| "the key can't sign".to_owned();
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let padding = padding(algorithm).ok_or("an RSA key can't do that")?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, text, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            // r and s, one behind the other (RFC 7518, section 3.4).
            Pair::P256(pair) | Pair::P384(pair) | Pair::P521(pair) => {
                Ok(pair.sign(&random, text).map_err(failed)?.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => Ok(pair.sign(text).as_ref().to_vec()),
        }
    }
}

fn padding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_SHA512,
        Algorithm::Ps256 => &RSA_PSS_SHA256,
        Algorithm::Ps384 => &RSA_PSS_SHA384,
        Algorithm::Ps512 => &RSA_PSS_SHA512,
        _ => return None,
    })
}

/// The signature of a text under a secret (RFC 7518, section 3.2).
pub(crate) fn hmac(algorithm: Algorithm, secret: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
    use aws_lc_rs::hmac::{HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, Key, sign};
    let hash = match algorithm {
        Algorithm::Hs256 => HMAC_SHA256,
        Algorithm::Hs384 => HMAC_SHA384,
        Algorithm::Hs512 => HMAC_SHA512,
        _ => return Err(format!("{} needs a key, not a secret", algorithm.name())),
    };
    Ok(sign(&Key::new(hash, secret), text).as_ref().to_vec())
}
