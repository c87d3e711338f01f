//! Keys as people write them, read by hand: PEM (RFC 7468) is base64 between two lines, DER is a tag, a length and what
//! it holds, over and over (X.690, section 8.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
/// `rsaEncryption` with the `NULL` that goes with it (RFC 3279, section 2.3.1), and `id-ecPublicKey` (section 2.3.5).
const RSA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];
const ON_A_CURVE: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

/// SHA-256 over the public half of a key, or over a certificate.
pub(crate) fn fingerprint(pem: &str) -> Option<[u8; 32]> {
    let blocks = pem.split("-----BEGIN ").skip(1);
    let hashed = blocks.filter_map(|block| {
        let (label, rest) = block.split_once("-----")?;
        let (text, _) = rest.split_once(&format!("-----END {label}-----"))?;
        let text: String = text.split_ascii_whitespace().collect();
        identifies(label, &STANDARD.decode(text).ok()?)
    });
    hashed.map(|der| Sha256::digest(der).into()).next()
}

/// The bytes that stand for the key.
fn identifies(label: &str, der: &[u8]) -> Option<Vec<u8>> {
    let members = members(only(der, SEQUENCE)?)?;
    let member = |at: usize| members.get(at);
    match label {
        "CERTIFICATE" | "PUBLIC KEY" => Some(der.to_vec()),
        "RSA PUBLIC KEY" => Some(public(RSA, der)),
        "RSA PRIVATE KEY" => Some(public(RSA, &rsa_half(der)?)),
        "EC PRIVATE KEY" => {
            let curve = members.iter().find(|member| member.tag == 0xa0)?;
            let algorithm = [ON_A_CURVE, curve.content].concat();
            Some(public(&algorithm, &point(der)?))
        }
        "PRIVATE KEY" => {
            let (algorithm, inner) = (member(1)?.content, only(member(2)?.whole, OCTET_STRING)?);
            let beside = || members.iter().find(|member| member.tag == 0x81).map(|member| member.content.get(1..));
            let half = if algorithm.starts_with(RSA.get(..11)?) {
                rsa_half(inner)?
            } else if let Some(point) = Some(inner).filter(|_| algorithm.starts_with(ON_A_CURVE)).and_then(point) {
                point
            } else {
                beside()??.to_vec()
            };
            Some(public(algorithm, &half))
        }
        _ => None,
    }
}

/// The modulus and the exponent of a private RSA key (RFC 8017, appendix A.1).
fn rsa_half(der: &[u8]) -> Option<Vec<u8>> {
    let members = members(only(der, SEQUENCE)?)?;
    Some(element(SEQUENCE, &[members.get(1)?.whole, members.get(2)?.whole].concat()))
}

/// The public point that may stand in a private key (RFC 5915, section 3).
fn point(der: &[u8]) -> Option<Vec<u8>> {
    let members = members(only(der, SEQUENCE)?)?;
    let bits = members.iter().find(|member| member.tag == 0xa1)?;
    Some(only(bits.content, BIT_STRING)?.get(1..)?.to_vec())
}

fn public(algorithm: &[u8], half: &[u8]) -> Vec<u8> {
    let bits = element(BIT_STRING, &[&[0], half].concat());
    element(SEQUENCE, &[element(SEQUENCE, algorithm), bits].concat())
}

struct Member<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
}

/// The elements that stand one behind another.
fn members(mut bytes: &[u8]) -> Option<Vec<Member<'_>>> {
    let mut list = Vec::new();
    while let Some((tag, rest)) = bytes.split_first() {
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first.checked_sub(0x80) {
            None => (usize::from(*first), rest),
            Some(digits @ 1..=3) => {
                let (digits, rest) = rest.split_at_checked(usize::from(digits))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            Some(_) => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let whole = bytes.get(..bytes.len() - rest.len())?;
        list.push(Member { tag: *tag, content, whole });
        bytes = rest;
    }
    Some(list)
}

/// What the one element of this tag holds.
fn only(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    match members(bytes)?.as_slice() {
        [member] if member.tag == tag => Some(member.content),
        _ => None,
    }
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits: Vec<u8> = length.into_iter().skip_while(|digit| *digit == 0).collect();
    let head = match (digits.as_slice(), u8::try_from(digits.len())) {
        ([], _) => vec![tag, 0],
        ([short @ 0..=0x7f], _) => vec![tag, *short],
        (long, count) => [&[tag, 0x80 | count.unwrap_or_default()], long].concat(),
    };
    [head.as_slice(), content].concat()
}
