//! Private keys as people have them: PEM (RFC 7468), a JWK (RFC 7517), the JSON file of a service account.

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::sign::Pair;
use authsmith_protocol::Secret;

/// A key, and what it says it is called.
pub(super) struct Read {
    pub pair: Pair,
    pub id: Option<String>,
}

/// What keys on a curve sign with, what they are, and the name of the curve.
type Curve = (&'static EcdsaSigningAlgorithm, fn(EcdsaKeyPair) -> Pair, &'static str);

const CURVES: [Curve; 3] = [
    (&ECDSA_P256_SHA256_FIXED_SIGNING, Pair::P256, "P-256"),
    (&ECDSA_P384_SHA384_FIXED_SIGNING, Pair::P384, "P-384"),
    (&ECDSA_P521_SHA512_FIXED_SIGNING, Pair::P521, "P-521"),
];

/// Reads a key in any form, or says what to do.
pub(super) fn read(text: &str) -> Result<Read, String> {
    match text.trim_start().starts_with('{') {
        true => json(text),
        false => Ok(Read { pair: pem(text)?, id: None }),
    }
}

/// The SHA-256 of the first certificate in a PEM text, in base64url.
pub(super) fn thumbprint(text: &str) -> Option<String> {
    let certificate = blocks(text).into_iter().find(|block| block.label == "CERTIFICATE")?;
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(&*certificate.der?)))
}

/// What stands between two lines of PEM.
struct Block {
    label: String,
    /// Nothing when it isn't base64.
    der: Option<Zeroizing<Vec<u8>>>,
}

/// The blocks of a PEM text. Line breaks may have become `\n` on their way through an environment variable.
fn blocks(text: &str) -> Vec<Block> {
    let text = Zeroizing::new(text.replace("\\n", "\n"));
    let found = text.split("-----BEGIN ").skip(1).filter_map(|block| {
        let (label, rest) = block.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
        let der = STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new);
        Some(Block { label: label.to_owned(), der })
    });
    found.collect()
}

fn pem(text: &str) -> Result<Pair, String> {
    let blocks = blocks(text);
    let labelled = |label: &str| blocks.iter().find(|block| block.label == label);
    if labelled("ENCRYPTED PRIVATE KEY").is_some() || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(
            "it is encrypted; decrypt it with `openssl pkcs8 -in KEY`, and keep it as other secrets are".to_owned()
        );
    }
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
        let Some(block) = labelled(label) else { continue };
        let der = block.der.as_ref().ok_or_else(|| format!("the block `{label}` isn't base64"))?;
        return of_der(label, der).ok_or_else(|| {
            "it must be an RSA key of 2048 to 8192 bits, a key on P-256, P-384 or P-521, or an Ed25519 key".to_owned()
        });
    }
    Err(match blocks.iter().map(|block| block.label.as_str()).find(|label| label.contains("PUBLIC KEY")) {
        Some(_) => "it is the public half, which the vendor has; give the private one".to_owned(),
        None => {
            "it is neither a private key in PEM (`-----BEGIN PRIVATE KEY-----`) nor a JWK; was a path given in its \
                 place?"
                .to_owned()
        }
    })
}

fn of_der(label: &str, der: &[u8]) -> Option<Pair> {
    match label {
        "RSA PRIVATE KEY" => return RsaKeyPair::from_der(der).ok().map(Pair::Rsa),
        "EC PRIVATE KEY" => {
            let on = |curve| EcdsaKeyPair::from_private_key_der(curve, der).ok();
            return CURVES.iter().find_map(|(curve, pair, _)| on(curve).map(pair));
        }
        _ => {}
    }
    let rsa = || RsaKeyPair::from_pkcs8(der).ok().map(Pair::Rsa);
    let on = |curve| EcdsaKeyPair::from_pkcs8(curve, der).ok();
    let on_curve = || CURVES.iter().find_map(|(curve, pair, _)| on(curve).map(pair));
    rsa().or_else(on_curve).or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Pair::Ed25519))
}

/// A key in JSON. Nothing else of it is looked at.
#[derive(Deserialize)]
struct JsonKey {
    private_key: Option<Secret>,
    private_key_id: Option<String>,
    kty: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<Secret>,
    e: Option<Secret>,
    d: Option<Secret>,
    p: Option<Secret>,
    q: Option<Secret>,
    dp: Option<Secret>,
    dq: Option<Secret>,
    qi: Option<Secret>,
    x: Option<Secret>,
    y: Option<Secret>,
}

type Bytes = Zeroizing<Vec<u8>>;

fn json(text: &str) -> Result<Read, String> {
    // The error would quote the text.
    let key: JsonKey = serde_json::from_str(text).map_err(|_| "it is JSON, but no JWK (RFC 7517)")?;
    if let Some(pem_text) = &key.private_key {
        return Ok(Read { pair: pem(pem_text.expose())?, id: key.private_key_id });
    }
    let pair = match (key.kty.as_deref(), key.crv.as_deref()) {
        (Some("RSA"), _) => rsa(&key),
        (Some("EC"), Some(curve)) => on_curve(&key, curve),
        (Some("OKP"), Some("Ed25519")) => ed25519(&key),
        (Some("oct"), _) => return Err("it is a secret; give it as the client's secret".to_owned()),
        _ => return Err("`kty` must be `RSA`, `EC` or `OKP`, the last with `crv` `Ed25519`".to_owned()),
    };
    Ok(Read { pair: pair?, id: key.kid })
}

/// A member of a JWK that holds bytes.
fn member(name: &str, value: Option<&Secret>) -> Result<Bytes, String> {
    let text = value.ok_or_else(|| format!("the JWK has no `{name}`: give the private half, with all its members"))?;
    let decoded = URL_SAFE_NO_PAD.decode(text.expose()).map(Zeroizing::new);
    decoded.map_err(|_| format!("`{name}` of the JWK isn't base64url without padding"))
}

/// RFC 7518, section 6.3.
fn rsa(key: &JsonKey) -> Result<Pair, String> {
    let bytes = |name, value: &Option<Secret>| member(name, value.as_ref());
    let (n, e) = (bytes("n", &key.n)?, bytes("e", &key.e)?);
    let (d, p, q) = (bytes("d", &key.d)?, bytes("p", &key.p)?, bytes("q", &key.q)?);
    let (dp, dq, qi) = (bytes("dp", &key.dp)?, bytes("dq", &key.dq)?, bytes("qi", &key.qi)?);
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: n.as_slice(), e: e.as_slice() },
        d: d.as_slice(),
        p: p.as_slice(),
        q: q.as_slice(),
        dP: dp.as_slice(),
        dQ: dq.as_slice(),
        qInv: qi.as_slice(),
    };
    let pair = RsaKeyPair::from_components(&components).map(Pair::Rsa);
    pair.map_err(|_| "the members of the JWK make no RSA key of 2048 to 8192 bits".to_owned())
}

/// RFC 7518, section 6.2.
fn on_curve(key: &JsonKey, name: &str) -> Result<Pair, String> {
    let (d, x, y) = (member("d", key.d.as_ref())?, member("x", key.x.as_ref())?, member("y", key.y.as_ref())?);
    let (curve, pair, _) =
        CURVES.iter().find(|(.., known)| *known == name).ok_or("`crv` must be P-256, P-384 or P-521")?;
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let read = EcdsaKeyPair::from_private_key_and_public_key(curve, &d, &point);
    read.map(pair).map_err(|_| format!("the members of the JWK make no key on {name}"))
}

/// RFC 8037, section 2.
fn ed25519(key: &JsonKey) -> Result<Pair, String> {
    let (d, x) = (member("d", key.d.as_ref())?, member("x", key.x.as_ref())?);
    let pair = Ed25519KeyPair::from_seed_and_public_key(&d, &x).map(Pair::Ed25519);
    pair.map_err(|_| "the members of the JWK make no Ed25519 key".to_owned())
}
