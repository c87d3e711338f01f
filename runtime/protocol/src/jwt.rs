//! Reads a JWT without verifying it: only for what the client does with its own tokens (RFC 7519).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The claims of a JWT.
pub(crate) fn claims(jwt: &str) -> Option<Value> {
    let mut parts = jwt.trim().split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// The claim of a JWT of this name, or at this JSON Pointer (RFC 7519); `None` when there is none, or `null`. Nothing is verified.
pub fn claim(jwt: &str, name: &str) -> Option<Value> {
    let claims = claims(jwt)?;
    let found = if name.starts_with('/') { claims.pointer(name) } else { claims.get(name) };
    found.filter(|value| !value.is_null()).cloned()
}
