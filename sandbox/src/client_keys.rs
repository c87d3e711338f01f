//! The key pairs of the one client that every vendor knows. They are published: nothing but a sandbox takes them.

use authsmith_codegen::model::{Algorithm, Provider, Request};

/// What vendors call each of the keys: the header `kid` of a JWT.
pub const CLIENT_KEY_ID: &str = "sandbox-key";

/// The private key, in PEM, with which the client signs what it says of itself at one vendor; `None` where the vendor takes
/// no such thing.
pub fn client_key(provider: &Provider) -> Option<&'static str> {
    let signed = requests(provider).filter_map(|request| request.assertion.as_ref());
    let algorithm = signed.flat_map(|assertion| &assertion.algorithms).find(|algorithm| !algorithm.is_symmetric())?;
    key_for(algorithm.name())
}

/// The private key of the client, in PEM, for an algorithm of JWTs (RFC 7518, section 3.1); `None` for those that take a
/// secret, and for words that are none.
pub fn key_for(algorithm: &str) -> Option<&'static str> {
    Some(match Algorithm::parse(algorithm)? {
        Algorithm::Es256 => include_str!("keys_of_client/p256.pem"),
        Algorithm::Es384 => include_str!("keys_of_client/p384.pem"),
        Algorithm::Es512 => include_str!("keys_of_client/p521.pem"),
        Algorithm::EdDsa => include_str!("keys_of_client/ed25519.pem"),
        algorithm if algorithm.is_symmetric() => return None,
        _ => include_str!("keys_of_client/rsa.pem"),
    })
}

/// Everything that a client of the vendor may send.
fn requests(provider: &Provider) -> impl Iterator<Item = &Request> {
    let grants = provider.grants.iter().map(|grant| &grant.request);
    let calls = provider.calls.iter().map(|call| &call.request);
    let device = provider.device.iter().map(|device| &device.request);
    grants.chain(calls).chain(device).chain(&provider.revoke)
}
