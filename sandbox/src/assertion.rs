//! What a client says of itself and signs (RFC 7521, RFC 7523), taken apart with code of the sandbox's own.

use std::time::SystemTime;

use authsmith_codegen::model::{Algorithm, Assertion, Template, Variable};
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::client_keys::{CLIENT_KEY_ID, key_for};
use crate::decode::{Decoded, Given, Mistake, Reader, Wrong};
use crate::fit::take_apart;
use crate::moments::epoch;
use crate::vendor::Vendor;
use crate::{CLIENT_ID, client_secret};

/// The variable that holds it.
pub(crate) const CLIENT_ASSERTION: &str = "client_assertion";

/// How far the clocks of client and vendor may be apart, in seconds.
const LEEWAY: u64 = 30;

/// The longest `jti` that is remembered.
const LONGEST_ID: usize = 255;

impl Reader<'_> {
    /// Checks the assertion that was sent: signature, algorithm, claims.
    pub(crate) fn assertion(&self, due: &Assertion, decoded: &mut Decoded) {
        let Some(text) = decoded.values.get(CLIENT_ASSERTION).and_then(Value::as_str).map(str::to_owned) else {
            return;
        };
        let outcome = self.signed(due, &text).and_then(|claims| self.claims(due, claims, decoded));
        if let Err(wrong) = outcome {
            decoded.wrong(Wrong::Client, format!("the assertion {wrong}"));
        }
    }

    /// The claims, if the signature is good.
    fn signed(&self, due: &Assertion, text: &str) -> Result<Map<String, Value>, String> {
        let [header, claims, signature] = text.split('.').collect::<Vec<_>>()[..] else {
            return Err("is no JWT: it must have three parts".to_owned());
        };
        let signed = text.rsplit_once('.').map(|(signed, _)| signed).unwrap_or_default();
        let header = object(header).ok_or("has a header that is not base64url of a JSON object")?;
        let stranger = header.keys().find(|name| !matches!(name.as_str(), "alg" | "typ" | "kid" | "x5t#S256"));
        if stranger.is_some() {
            return Err("has a header that no vendor asks for".to_owned());
        }
        let member = |name: &str| header.get(name).and_then(Value::as_str);
        if member("typ").is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT")) {
            return Err("is of another type than `JWT`".to_owned());
        }
        let algorithm = member("alg").and_then(Algorithm::parse).filter(|algorithm| due.algorithms.contains(algorithm));
        let Some(algorithm) = algorithm else {
            let names: Vec<_> = due.algorithms.iter().map(|algorithm| algorithm.name()).collect();
            return Err(format!("must be signed by {}", names.join(" or ")));
        };
        if header.contains_key("kid") && member("kid") != Some(CLIENT_KEY_ID) {
            return Err("names a key that is not known here".to_owned());
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "has a signature that is not base64url")?;
        if !self.verifies(algorithm, signed.as_bytes(), &signature) {
            return Err("is not signed with the client's key".to_owned());
        }
        object(claims).ok_or_else(|| "has claims that are not base64url of a JSON object".to_owned())
    }

    fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        if algorithm.is_symmetric() {
            let hash = match algorithm {
                Algorithm::Hs256 => aws_lc_rs::hmac::HMAC_SHA256,
                Algorithm::Hs384 => aws_lc_rs::hmac::HMAC_SHA384,
                _ => aws_lc_rs::hmac::HMAC_SHA512,
            };
            let key = aws_lc_rs::hmac::Key::new(hash, client_secret(self.provider).as_bytes());
            return aws_lc_rs::hmac::verify(&key, signed, signature).is_ok();
        }
        let (Some(rules), Some(public)) = (rules(algorithm), public_half(algorithm)) else { return false };
        signature::UnparsedPublicKey::new(rules, public).verify(signed, signature).is_ok()
    }

    fn claims(&self, due: &Assertion, mut claims: Map<String, Value>, decoded: &mut Decoded) -> Result<(), String> {
        let mut take = |name: &str| claims.remove(name);
        let replaced = |name: &str| due.claims.iter().any(|(claim, ..)| claim == name);
        for name in ["iss", "sub"].into_iter().filter(|name| !replaced(name)) {
            if take(name).as_ref().and_then(Value::as_str) != Some(CLIENT_ID) {
                return Err(format!("must have the client's id as `{name}`"));
            }
        }
        let audience = due.audience.as_ref().unwrap_or(&self.route.operation.request().url);
        let given = take("aud").ok_or("lacks `aud`")?;
        self.claim("aud", audience, &given, decoded)?;
        let seconds = |value: Option<Value>| value.as_ref().and_then(Value::as_u64);
        let made = seconds(take("iat")).ok_or("lacks `iat`, in seconds")?;
        let ends = seconds(take("exp")).ok_or("lacks `exp`, in seconds")?;
        // A clock that was moved for the sake of tokens is not the client's.
        if !holds(made, ends, due.lifetime, self.now) && !holds(made, ends, due.lifetime, self.unmoved) {
            return Err(format!("does not hold now, for {} s at most", due.lifetime));
        }
        let id = take("jti");
        if !id.as_ref().and_then(Value::as_str).is_some_and(|id| (1..=LONGEST_ID).contains(&id.len())) {
            return Err("lacks a `jti`".to_owned());
        }
        for (name, template, optional) in &due.claims {
            match take(name) {
                Some(given) => self.claim(name, template, &given, decoded)?,
                // What stands elsewhere in the request has a value.
                None if *optional && !is_given(template, decoded) => {
                    decoded.left_out.push((format!("the assertion lacks `{name}`"), template.clone()))
                }
                None => return Err(format!("lacks `{name}`")),
            }
        }
        match claims.is_empty() {
            true => Ok(()),
            false => Err("has claims that the vendor does not ask for".to_owned()),
        }
    }

    fn claim(&self, name: &str, due: &Template, given: &Value, decoded: &mut Decoded) -> Result<(), String> {
        let wrong = |wrong: String| format!("has a `{name}` that {wrong}");
        if let Some(variable @ Variable::Input(_)) = due.only_variable() {
            let bound = self.variable(variable, &Given { value: given, textual: false }, decoded);
            return bound.map_err(|(_, why)| wrong(why));
        }
        let captured = given.as_str().and_then(|text| take_apart(&due.parts, text, &|_| false));
        let place = format!("the claim `{name}`");
        for (part, text) in captured.ok_or_else(|| format!("must have `{due}` as `{name}`"))? {
            self.bind(part, text, (Wrong::Client, &place), decoded).map_err(|(_, why)| wrong(why))?;
        }
        Ok(())
    }
}

fn is_given(template: &Template, decoded: &Decoded) -> bool {
    let mut variables = template.variables().peekable();
    variables.peek().is_some() && variables.all(|variable| decoded.values.contains_key(variable.name()))
}

/// Whether an assertion that was made then and ends then is good now.
fn holds(made: u64, ends: u64, lifetime: u64, now: SystemTime) -> bool {
    let now = epoch(now);
    let longest = now.saturating_add(lifetime).saturating_add(LEEWAY);
    made <= now.saturating_add(LEEWAY) && ends > now && ends <= longest && made < ends
}

/// Whether the assertion was shown before (RFC 7523, section 3, the claim `jti`); from now on it was.
pub(crate) fn burn(vendor: &Vendor, decoded: &Decoded) -> Option<Mistake> {
    let text = decoded.values.get(CLIENT_ASSERTION)?.as_str()?;
    let claims = object(text.split('.').nth(1)?)?;
    let is_new = vendor.store().assertions.insert(claims.get("jti")?.as_str()?.to_owned());
    let text = "the assertion was shown before".to_owned();
    (!is_new).then_some(Mistake { kind: Wrong::Client, text })
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn rules(algorithm: Algorithm) -> Option<&'static dyn signature::VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
        Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::Es512 => &signature::ECDSA_P521_SHA512_FIXED,
        Algorithm::EdDsa => &signature::ED25519,
        _ => return None,
    })
}

/// The public half of the client's key, which the vendor has.
fn public_half(algorithm: Algorithm) -> Option<Vec<u8>> {
    let pem = key_for(algorithm.name())?;
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(text).ok()?;
    let on = |curve| EcdsaKeyPair::from_pkcs8(curve, &der).ok().map(|pair| pair.public_key().as_ref().to_vec());
    match algorithm {
        Algorithm::Es256 => on(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => on(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::Es512 => on(&signature::ECDSA_P521_SHA512_FIXED_SIGNING),
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok()?;
            Some(pair.public_key().as_ref().to_vec())
        }
        _ => RsaKeyPair::from_pkcs8(&der).ok().map(|pair| pair.public_key().as_ref().to_vec()),
    }
}
