//! Proof Key for Code Exchange (RFC 7636) and the random parts of a login.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::provider::{Alphabet, Authorize};
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

/// The `state` and the verifier of one login, as [`login_secrets`], with a `state` of the form that the vendor takes.
pub fn login_secrets_for(authorize: &Authorize<'_>, random: &[u8; 64]) -> (Secret, Secret) {
    let (state, verifier) = login_secrets(random);
    match authorize.state_form() {
        Some((length, alphabet)) => (spell(random, length, alphabet), verifier),
        None => (state, verifier),
    }
}

/// `length` characters, each as likely as the others: random bytes beyond the last whole multiple of the alphabet are
/// thrown away, and new ones come from SHA-256 over the secret half of the random bytes and a counter.
fn spell(random: &[u8; 64], length: u16, alphabet: Alphabet) -> Secret {
    let letters: &[u8] = match alphabet {
        Alphabet::Digits => b"0123456789",
        Alphabet::Hex => b"0123456789abcdef",
        Alphabet::Alphanumeric => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        Alphabet::UrlSafe => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_",
    };
    let fair = 256 - 256 % letters.len();
    let (seed, _) = random.split_at(32);
    let blocks =
        (0_u64..).map(|counter| Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize());
    let spelled = blocks
        .flatten()
        .map(usize::from)
        .filter(|byte| *byte < fair)
        .filter_map(|byte| letters.get(byte % letters.len()).copied().map(char::from));
    Secret::from(spelled.take(usize::from(length)).collect::<String>())
}
