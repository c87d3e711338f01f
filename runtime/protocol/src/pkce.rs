//! Proof Key for Code Exchange (RFC 7636) and the random parts of a login.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// The S256 challenge of a verifier: base64url of its SHA-256, without padding (RFC 7636, section 4.2).
pub fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

/// The `state` and the PKCE verifier of one login, made of 64 bytes from a cryptographic random source: 32 bytes and 43
/// characters of base64url each (RFC 7636, section 4.1). The bytes must not be used again.
pub fn login_secrets(random: &[u8; 64]) -> (Secret, Secret) {
    let (state, verifier) = random.split_at(32);
    (Secret::from(URL_SAFE_NO_PAD.encode(state)), Secret::from(URL_SAFE_NO_PAD.encode(verifier)))
}
