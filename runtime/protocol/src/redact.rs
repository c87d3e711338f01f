//! The body of an answer for people to look at.

use serde_json::Value;

use crate::decode::without_bom;
use crate::operation::Operation;
use crate::read::secret_places;
use crate::secret::REDACTED;
use crate::shape::Shape;

/// Members that hold credentials whatever the operation says (RFC 6749, OpenID Connect, RFC 8628).
const ALWAYS_SECRET: &[&str] = &[
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "client_assertion",
    "password",
    "code_verifier",
    "device_code",
];

/// The body of an answer to `operation` as text for people: tokens, the authorization code, fields of shape `Secret` and
/// members with the standard names of credentials are replaced by `[redacted]`. Of a body that isn't JSON only the
/// length is told.
pub fn redact(operation: &Operation<'_>, body: &[u8]) -> String {
    let Ok(mut value) = serde_json::from_slice::<Value>(without_bom(body)) else {
        return match body.len() {
            0 => String::new(),
            length => format!("[{length} bytes that are not JSON]"),
        };
    };
    let answer = operation.answers();
    for at in secret_places(answer) {
        if let Some(secret) = value.pointer_mut(at) {
            hide(secret);
        }
    }
    hide_shaped(&mut value, answer.body_shape());
    hide_named(&mut value);
    value.to_string()
}

fn hide(value: &mut Value) {
    if !value.is_null() {
        *value = REDACTED.into();
    }
}

fn hide_shaped(value: &mut Value, shape: Shape<'_>) {
    match (shape, value) {
        (Shape::Secret, value) => hide(value),
        (Shape::List(item), Value::Array(items)) => items.iter_mut().for_each(|value| hide_shaped(value, *item)),
        (Shape::Map(item), Value::Object(members)) => members.values_mut().for_each(|value| hide_shaped(value, *item)),
        (Shape::Object(fields), Value::Object(members)) => {
            for field in fields {
                if let Some(value) = members.get_mut(field.name()) {
                    hide_shaped(value, field.shape());
                }
            }
        }
        _ => {}
    }
}

fn hide_named(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(hide_named),
        Value::Object(members) => {
            for (name, value) in members {
                if ALWAYS_SECRET.contains(&name.as_str()) { hide(value) } else { hide_named(value) }
            }
        }
        _ => {}
    }
}
