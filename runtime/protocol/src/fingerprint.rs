//! The fingerprint of a key: the SHA-256 of its public half, or of a whole certificate.

use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode, ErrorKind, Tag, Tagged as _};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::PrivateKeyInfoRef;
use sec1::EcPrivateKey;
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

/// RFC 5480, section 2.1.1.
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const EC_LABEL: &str = "-----BEGIN EC PRIVATE KEY-----";

/// The SHA-256 of a key's SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) in DER, or of a whole certificate; of a
/// private key, that of its public half. `None` when the PEM (RFC 7468) holds nothing of the kind, or is encrypted.
pub(crate) fn fingerprint(pem: &str) -> Option<[u8; 32]> {
    // OpenSSL writes the parameters of a curve before the key.
    let from = pem.find(EC_LABEL).unwrap_or_default();
    let (label, der) = pem_rfc7468::decode_vec(pem.get(from..)?.trim().as_bytes()).ok()?;
    let der = Zeroizing::new(der);
    let identifies = match label {
        "CERTIFICATE" => certificate(&der),
        "PUBLIC KEY" => SubjectPublicKeyInfoRef::from_der(&der).and_then(|key| key.to_der()),
        "RSA PUBLIC KEY" => RsaPublicKeyRef::from_der(&der).and_then(|key| rsa(&key, pkcs1::ALGORITHM_ID)),
        "RSA PRIVATE KEY" => {
            RsaPrivateKeyRef::from_der(&der).and_then(|key| rsa(&key.public_key(), pkcs1::ALGORITHM_ID))
        }
        "EC PRIVATE KEY" => EcPrivateKey::from_der(&der).and_then(|key| curve(&key)),
        "PRIVATE KEY" => PrivateKeyInfoRef::from_der(&der).and_then(|key| of_any_kind(&key)),
        _ => return None,
    };
    Some(Sha256::digest(identifies.ok()?).into())
}

fn certificate(der: &[u8]) -> der::Result<Vec<u8>> {
    let whole = AnyRef::from_der(der)?;
    whole.tag().assert_eq(Tag::Sequence)?;
    Ok(der.to_vec())
}

fn rsa(key: &RsaPublicKeyRef<'_>, algorithm: AlgorithmIdentifierRef<'_>) -> der::Result<Vec<u8>> {
    public_key(algorithm, BitStringRef::from_bytes(&key.to_der()?)?)
}

/// A key of SEC 1, which names its curve itself.
fn curve(key: &EcPrivateKey<'_>) -> der::Result<Vec<u8>> {
    let curve = key.parameters.and_then(|parameters| parameters.named_curve()).ok_or(ErrorKind::Failed)?;
    let algorithm = AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some((&curve).into()) };
    public_key(algorithm, BitStringRef::from_bytes(key.public_key.ok_or(ErrorKind::Failed)?)?)
}

/// A key of PKCS #8: an RSA key holds its public half, and so may a key on a curve; for other kinds the key says it
/// beside itself (RFC 5958, section 2).
fn of_any_kind(key: &PrivateKeyInfoRef<'_>) -> der::Result<Vec<u8>> {
    let own = key.private_key.as_bytes();
    if key.algorithm.oid == pkcs1::ALGORITHM_OID {
        return rsa(&RsaPrivateKeyRef::from_der(own)?.public_key(), key.algorithm);
    }
    let on_curve = Some(()).filter(|()| key.algorithm.oid == EC_PUBLIC_KEY);
    let inside = on_curve.map(|()| EcPrivateKey::from_der(own)).transpose()?.and_then(|own| own.public_key);
    let inside = inside.map(BitStringRef::from_bytes).transpose()?;
    public_key(key.algorithm, inside.or(key.public_key).ok_or(ErrorKind::Failed)?)
}

fn public_key(algorithm: AlgorithmIdentifierRef<'_>, subject_public_key: BitStringRef<'_>) -> der::Result<Vec<u8>> {
    SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der()
}
