//! A client's signature, made with the key pairs that the sandbox has published.

use authsmith_protocol::assertion::{CLIENT_ASSERTION, KeyHint, Unsigned, signed};
use authsmith_protocol::operation::{Algorithm, Operation};
use authsmith_protocol::{BuildError, Secret, Value, Values};
use authsmith_sandbox::{CLIENT_KEY_ID, key_for};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The values, and the assertion of an operation that sends one.
pub fn with_assertion(operation: &Operation<'_>, mut values: Values) -> Result<Values, BuildError> {
    let Some(assertion) = operation.client_assertion() else { return Ok(values) };
    let unsigned = Unsigned::of(operation, &values)?.unwrap();
    let algorithm = assertion.accepted()[0];
    let id = Some(CLIENT_KEY_ID).filter(|_| !algorithm.is_symmetric());
    let text = unsigned.signing_input(algorithm, KeyHint { id, certificate: None });
    let Some(Value::Secret(secret)) = values.get("client_secret") else { unreachable!("the client has a secret") };
    let signature = sign(algorithm, secret, text.expose().as_bytes());
    values.set(CLIENT_ASSERTION, signed(&text, &signature));
    Ok(values)
}

fn sign(algorithm: Algorithm, secret: &Secret, text: &[u8]) -> Vec<u8> {
    let hmac = |hash| {
        let key = aws_lc_rs::hmac::Key::new(hash, secret.expose().as_bytes());
        aws_lc_rs::hmac::sign(&key, text).as_ref().to_vec()
    };
    match algorithm {
        Algorithm::Hs256 => hmac(aws_lc_rs::hmac::HMAC_SHA256),
        Algorithm::Hs384 => hmac(aws_lc_rs::hmac::HMAC_SHA384),
        Algorithm::Hs512 => hmac(aws_lc_rs::hmac::HMAC_SHA512),
        Algorithm::Rs256 => rsa(&signature::RSA_PKCS1_SHA256, text),
        Algorithm::Rs384 => rsa(&signature::RSA_PKCS1_SHA384, text),
        Algorithm::Rs512 => rsa(&signature::RSA_PKCS1_SHA512, text),
        Algorithm::Ps256 => rsa(&signature::RSA_PSS_SHA256, text),
        Algorithm::Ps384 => rsa(&signature::RSA_PSS_SHA384, text),
        Algorithm::Ps512 => rsa(&signature::RSA_PSS_SHA512, text),
        Algorithm::Es256 => on_curve(algorithm, &signature::ECDSA_P256_SHA256_FIXED_SIGNING, text),
        Algorithm::Es384 => on_curve(algorithm, &signature::ECDSA_P384_SHA384_FIXED_SIGNING, text),
        Algorithm::Es512 => on_curve(algorithm, &signature::ECDSA_P521_SHA512_FIXED_SIGNING, text),
        _ => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(algorithm)).unwrap();
            pair.sign(text).as_ref().to_vec()
        }
    }
}

fn der(algorithm: Algorithm) -> Vec<u8> {
    let pem = key_for(algorithm.name()).unwrap();
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap()
}

fn rsa(padding: &'static dyn RsaEncoding, text: &[u8]) -> Vec<u8> {
    let pair = RsaKeyPair::from_pkcs8(&der(Algorithm::Rs256)).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &SystemRandom::new(), text, &mut signature).unwrap();
    signature
}

fn on_curve(algorithm: Algorithm, curve: &'static EcdsaSigningAlgorithm, text: &[u8]) -> Vec<u8> {
    let pair = EcdsaKeyPair::from_pkcs8(curve, &der(algorithm)).unwrap();
    pair.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec()
}
