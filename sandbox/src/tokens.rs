//! Values that nobody has seen before.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::refusals::Refusal;

/// A random value that nobody has seen. It ends in characters that a form and a query have to escape, and that a
/// bearer header must leave alone.
pub(crate) fn fresh(kind: &str) -> Result<String, Refusal> {
    Ok(format!("{kind}.{}+/=", STANDARD.encode(random()?)))
}

/// A JWT (RFC 7519) with these claims and this `exp`. Its signature is random: nobody is to check it.
pub(crate) fn jwt(claims: &[&str], exp: Option<u64>) -> Result<String, Refusal> {
    let claims = claims.iter().filter(|claim| **claim != "exp");
    let mut payload: Map<String, Value> =
        claims.map(|claim| ((*claim).to_owned(), Value::from(format!("sample-{claim}")))).collect();
    payload.extend(exp.map(|exp| ("exp".to_owned(), Value::from(exp))));
    payload.insert("jti".to_owned(), Value::from(URL_SAFE_NO_PAD.encode(random()?)));
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let (header, payload) = (part(r#"{"alg":"RS256","typ":"JWT"}"#), part(&Value::Object(payload).to_string()));
    Ok(format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(random()?)))
}

/// A code for a person to type: consonants that make no word, in two groups (RFC 8628, section 6.1).
pub(crate) fn user_code() -> Result<String, Refusal> {
    let letters = b"BCDFGHJKLMNPQRSTVWXZ".iter().copied().map(char::from).collect::<Vec<_>>();
    let picked = random()?.into_iter().filter_map(|byte| letters.get(usize::from(byte) % letters.len()).copied());
    let code: String = picked.take(8).collect();
    let (first, second) = code.split_at(4);
    Ok(format!("{first}-{second}"))
}

fn random() -> Result<[u8; 24], Refusal> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::new("server_error", "the sandbox has no randomness"))?;
    Ok(bytes)
}
