//! Whether the client proved who it is, in the way and in the place that the operation asks for.

use authsmith_codegen::model::{ClientAuth, Param, Place, Request};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::CLIENT_ID;
use crate::decode::{Mistake, Wrong};
use crate::routes::percent_decode;

/// The parameters that carry the client's credentials besides those that the spec lists.
pub(crate) fn parameters(request: &Request) -> impl Iterator<Item = Param> {
    let listed = |new: &&Param| !request.params.iter().any(|known| known.place == new.place && known.name == new.name);
    request.credentials.iter().filter(listed).cloned()
}

/// Checks HTTP Basic where it is due, and that no `Authorization` header stands where it is not.
pub(crate) fn check(request: &Request, headers: &HeaderMap, secret: &str) -> Option<Mistake> {
    let sent = headers.get_all("authorization").iter().count();
    let basic = matches!(request.client, ClientAuth::Basic | ClientAuth::Both);
    let mut params = request.params.iter().chain(&request.credentials);
    let listed = params.any(|p| p.place == Place::Header && p.name.eq_ignore_ascii_case("authorization"));
    let wrong = match (basic, sent) {
        _ if listed || request.client == ClientAuth::BasicOf => return None,
        (true, _) => basic_header(headers, secret).err()?,
        (false, 0) => return None,
        (false, _) => misplaced(request.client).to_owned(),
    };
    let kind = if request.client == ClientAuth::None { Wrong::Request } else { Wrong::Client };
    Some(Mistake { kind, text: wrong })
}

fn misplaced(client: ClientAuth) -> &'static str {
    match client {
        ClientAuth::Body => "the client's credentials belong in the body, not in the `Authorization` header",
        ClientAuth::Public => "the client shows its `client_id` only, no `Authorization` header",
        _ => "nothing belongs in the `Authorization` header",
    }
}

/// What to say of a parameter named like a credential which the operation does not take.
pub(crate) fn stray(client: ClientAuth, name: &str) -> Option<Mistake> {
    if !matches!(name, "client_id" | "client_secret" | "client_assertion" | "client_assertion_type") {
        return None;
    }
    let (kind, why) = match client {
        ClientAuth::Basic | ClientAuth::BasicOf => (Wrong::Client, "the client authenticates by HTTP Basic"),
        ClientAuth::Jwt => (Wrong::Client, "the client authenticates by a signed assertion"),
        ClientAuth::None => (Wrong::Request, "the operation takes no credentials of the client there"),
        _ => (Wrong::Client, "the operation takes no such credential there"),
    };
    Some(Mistake { kind, text: format!("`{name}` does not belong among the parameters: {why}") })
}

/// The text that HTTP Basic holds.
pub(crate) fn basic_text(headers: &HeaderMap) -> Result<String, String> {
    match headers.get_all("authorization").iter().count() {
        0 => return Err("the client must authenticate by HTTP Basic".to_owned()),
        1 => {}
        _ => return Err("the `Authorization` header stands there more than once".to_owned()),
    }
    let text = headers.get("authorization").and_then(|value| value.to_str().ok());
    let (scheme, encoded) = text.and_then(|text| text.split_once(' ')).ok_or("the `Authorization` header is broken")?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err("the client must authenticate by HTTP Basic, not by another scheme".to_owned());
    }
    let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.ok_or_else(|| "HTTP Basic must hold base64 of UTF-8".to_owned())
}

/// RFC 6749, section 2.3.1: both halves are form-encoded, joined by a colon, and put in base64.
fn basic_header(headers: &HeaderMap, due: &str) -> Result<(), String> {
    let pair = basic_text(headers)?;
    let (id, secret) = pair.split_once(':').ok_or("HTTP Basic must hold two halves with a colon between them")?;
    let form_decode = |half: &str| percent_decode(&half.replace('+', " "));
    let id_fits = form_decode(id).as_deref() == Some(CLIENT_ID);
    if id_fits && form_decode(secret).as_deref() == Some(due) && is_form_encoded(secret) {
        return Ok(());
    }
    if pair == format!("{CLIENT_ID}:{due}") {
        return Err("both halves of HTTP Basic must be form-encoded first (RFC 6749, section 2.3.1)".to_owned());
    }
    Err(if id_fits { "the client's secret is wrong" } else { "no such client" }.to_owned())
}

/// Whether a decoder could not have taken the text for anything else.
fn is_form_encoded(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~*+%!'()".contains(&byte))
}
