//! Whether a signature holds. Which key and which algorithm it must be has been decided before.

use authsmith_protocol::id_token::{JwsAlgorithm, Material};

/// Whether this runtime can verify signatures at all.
pub(crate) const CAN_VERIFY: bool = cfg!(feature = "jwt");

/// Whether `signature` is of `message` by `key`. RSA keys of fewer than 2048 bits are refused (RFC 7518, section 3.3).
#[cfg(feature = "jwt")]
pub(crate) fn holds(algorithm: JwsAlgorithm, key: &Material, message: &[u8], signature: &[u8]) -> bool {
    use authsmith_protocol::id_token::JwsAlgorithm as A;
    use aws_lc_rs::signature as s;

    let rsa = |parameters, n: &[u8], e: &[u8]| {
        s::RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
    };
    let raw = |algorithm: &'static dyn s::VerificationAlgorithm, key: &[u8]| {
        s::UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
    };
    match (algorithm, key) {
        (A::Rs256, Material::Rsa { n, e }) => rsa(&s::RSA_PKCS1_2048_8192_SHA256, n, e),
        (A::Rs384, Material::Rsa { n, e }) => rsa(&s::RSA_PKCS1_2048_8192_SHA384, n, e),
        (A::Rs512, Material::Rsa { n, e }) => rsa(&s::RSA_PKCS1_2048_8192_SHA512, n, e),
        (A::Ps256, Material::Rsa { n, e }) => rsa(&s::RSA_PSS_2048_8192_SHA256, n, e),
        (A::Ps384, Material::Rsa { n, e }) => rsa(&s::RSA_PSS_2048_8192_SHA384, n, e),
        (A::Ps512, Material::Rsa { n, e }) => rsa(&s::RSA_PSS_2048_8192_SHA512, n, e),
        (A::Es256, Material::Ec { point, .. }) => raw(&s::ECDSA_P256_SHA256_FIXED, point),
        (A::Es384, Material::Ec { point, .. }) => raw(&s::ECDSA_P384_SHA384_FIXED, point),
        (A::Es512, Material::Ec { point, .. }) => raw(&s::ECDSA_P521_SHA512_FIXED, point),
        (A::EdDsa, Material::Ed25519(key)) => raw(&s::ED25519, key),
        _ => false,
    }
}

/// Without the feature nothing is believed.
#[cfg(not(feature = "jwt"))]
pub(crate) fn holds(_: JwsAlgorithm, _: &Material, _: &[u8], _: &[u8]) -> bool {
    false
}
