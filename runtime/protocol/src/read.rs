//! From a response to what the operation asked for.

use std::fmt;
use std::time::SystemTime;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use thiserror::Error;

use crate::expiry::expires_at;
use crate::normalize::normalize;
use crate::operation::{Issued, Operation};
use crate::pointer;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::shape::Shape;

/// What a vendor answered. `Debug` shows the status, the names of the headers and the length of the body.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, already decompressed and cut off at the client's limit.
    pub body: Vec<u8>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// What a successful answer holds.
#[derive(Clone, PartialEq)]
pub struct Reading {
    /// The tokens, in the order of the operation.
    pub tokens: Vec<ReadToken>,
    /// The authorization code.
    pub code: Option<Secret>,
    /// What the operation keeps of the answer ([`crate::operation::Kept`]): variables and their texts.
    pub kept: Vec<(String, String)>,
    /// The body, normalized by the operation's shape, without the tokens and the code. Fields that nobody described are
    /// kept.
    pub body: Value,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("tokens", &self.tokens).field("code", &self.code).finish_non_exhaustive()
    }
}

/// One token of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadToken {
    /// The kind, as the spec names it.
    pub kind: String,
    /// The token itself.
    pub value: Secret,
    /// `token_type`, as the vendor spells it: any case (RFC 6749, section 5.1).
    pub token_type: Option<String>,
    /// The scopes, joined by spaces when they come as an array.
    pub scope: Option<String>,
    /// When the token expires; `None` is unknown.
    pub expires_at: Option<SystemTime>,
    /// The refresh token; an empty one counts as none.
    pub refresh_token: Option<Secret>,
    /// When the refresh token expires; `None` is unknown.
    pub refresh_expires_at: Option<SystemTime>,
}

/// Why an answer gave nothing.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ReadError {
    /// The vendor said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The vendor said yes in a way that can't be understood.
    #[error("{0}")]
    Unreadable(Unreadable),
}

/// Where an answer differs from what the operation expects. It never shows the body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unreadable {
    /// The HTTP status.
    pub status: u16,
    /// The JSON Pointer (RFC 6901) of what was wrong; empty for the whole body.
    pub at: String,
    /// What was expected there.
    pub expected: &'static str,
    /// The tokens that were there all the same. A vendor that rotates refresh tokens has spent the old one by now, so
    /// they are kept before anything else.
    pub salvaged: Vec<ReadToken>,
    /// The authorization code that was there all the same.
    pub salvaged_code: Option<Secret>,
}

impl Unreadable {
    pub(crate) fn new(at: &str, expected: &'static str) -> Self {
        Self { status: 200, at: at.to_owned(), expected, salvaged: Vec::new(), salvaged_code: None }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, at, expected, .. } = self;
        match at.as_str() {
            "" => write!(f, "the answer (status {status}) can't be read: expected {expected}"),
            _ => write!(f, "the answer (status {status}) can't be read: expected {expected} at `{at}`"),
        }
    }
}

/// Reads the answer to `operation`, received at `now`.
///
/// A status from 200 to 299 is a success, unless tokens or a code are expected, none is there, and the body has an RFC
/// 6749 `error`. JSON is read whatever type the answer claims to be; a form only where it says that it is one. Of two
/// members with one name the last holds. An empty body where an object is expected is an empty object.
///
/// # Errors
///
/// [`ReadError::Refused`] for every other status; [`ReadError::Unreadable`] when the body isn't what the operation
/// expects.
pub fn read(operation: &Operation<'_>, response: &Response, now: SystemTime) -> Result<Reading, ReadError> {
    let refuse = |body: &Value| {
        let Response { status, headers, .. } = response;
        ReadError::Refused(Refusal::read(*status, headers, body, operation.refusals(), now))
    };
    if !(200..=299).contains(&response.status) {
        return Err(refuse(&parse(response).unwrap_or_default()));
    }
    let failed = |error: Unreadable| ReadError::Unreadable(Unreadable { status: response.status, ..error });
    let mut body = parse_expected(operation, response).map_err(failed)?;
    if is_refusal_in_disguise(operation, &body) {
        return Err(refuse(&body));
    }
    succeed(operation, &mut body, now).map_err(failed)
}

fn succeed(operation: &Operation<'_>, body: &mut Value, now: SystemTime) -> Result<Reading, Unreadable> {
    let answer = operation.answers();
    let mut tokens = Vec::new();
    let mut wrong = None;
    for issued in answer.issued() {
        match read_token(issued, body, now) {
            Ok(token) => tokens.push(token),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    let code = answer.code_at().map(|at| secret_at(body, at).ok_or(Unreadable::new(at, "an authorization code")));
    let code = match code.transpose() {
        Ok(code) => code,
        Err(error) => {
            wrong = wrong.or(Some(error));
            None
        }
    };
    let checked = match wrong {
        Some(error) => Err(error),
        None => normalize(body, answer.body_shape()),
    };
    match checked {
        Ok(()) => {
            take_secrets(operation, body);
            Ok(Reading { tokens, code, kept: Vec::new(), body: std::mem::take(body) })
        }
        Err(error) => Err(Unreadable { salvaged: tokens, salvaged_code: code, ..error }),
    }
}

fn read_token(issued: &Issued<'_>, body: &Value, now: SystemTime) -> Result<ReadToken, Unreadable> {
    let value = secret_at(body, issued.at()).ok_or(Unreadable::new(issued.at(), "a token"))?;
    let refresh_token = issued.refresh_at().and_then(|at| secret_at(body, at));
    let refresh_expires_at = refresh_token.as_ref().and_then(|_| expires_at(issued.refresh_expiry(), body, now));
    Ok(ReadToken {
        kind: issued.kind().to_owned(),
        value,
        token_type: beside(body, issued.at(), "token_type").and_then(|value| value.as_str().map(str::to_owned)),
        scope: beside(body, issued.at(), "scope").and_then(scope),
        expires_at: expires_at(issued.expiry(), body, now),
        refresh_token,
        refresh_expires_at,
    })
}

fn secret_at(body: &Value, at: &str) -> Option<Secret> {
    body.pointer(at)?.as_str().filter(|text| !text.is_empty()).map(Secret::from)
}

/// The member `name` next to the token, else at the top.
fn beside<'b>(body: &'b Value, at: &str, name: &str) -> Option<&'b Value> {
    let (parent, _) = pointer::split(at)?;
    body.pointer(parent)?.get(name).or_else(|| body.get(name))
}

fn scope(value: &Value) -> Option<String> {
    match value {
        Value::String(scope) => Some(scope.clone()),
        Value::Array(scopes) => Some(scopes.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(" ")),
        _ => None,
    }
}

/// A vendor that answers every request with 200 says no by `error` (RFC 6749, section 5.2) and no token.
fn is_refusal_in_disguise(operation: &Operation<'_>, body: &Value) -> bool {
    let answer = operation.answers();
    let mut places = answer.issued().iter().map(Issued::at).chain(answer.code_at()).peekable();
    if places.peek().is_none() || places.any(|at| secret_at(body, at).is_some()) {
        return false;
    }
    let says_error =
        |at: &str| body.pointer(at).is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)));
    says_error("/error") || says_error(operation.refusals().code_at())
}

/// Takes tokens and code out of the body, unless the shape names them as fields.
fn take_secrets(operation: &Operation<'_>, body: &mut Value) {
    let answer = operation.answers();
    let issued = answer.issued().iter().flat_map(|issued| [Some(issued.at()), issued.refresh_at()]);
    for at in issued.chain([answer.code_at()]).flatten() {
        if is_described(answer.body_shape(), at) {
            continue;
        }
        let Some((parent, key)) = pointer::split(at) else { continue };
        if let Some(Value::Object(members)) = body.pointer_mut(parent)
            && let Some(Value::String(text)) = members.shift_remove(&key)
        {
            drop(Secret::from(text));
        }
    }
}

fn is_described(shape: Shape<'_>, at: &str) -> bool {
    let mut shape = shape;
    for key in pointer::keys(at) {
        let Shape::Object(fields) = shape else { return false };
        let Some(field) = fields.iter().find(|field| field.name() == key) else { return false };
        shape = field.shape();
    }
    true
}

/// The body of a success, with the leniency that its operation allows.
fn parse_expected(operation: &Operation<'_>, response: &Response) -> Result<Value, Unreadable> {
    let answer = operation.answers();
    let needs_body = !answer.issued().is_empty() || answer.code_at().is_some();
    if !needs_body && answer.body_shape() == Shape::Nothing {
        return Ok(Value::Null);
    }
    let is_blank = without_bom(&response.body).trim_ascii().is_empty();
    match answer.body_shape() {
        Shape::Json if is_blank && !needs_body => Ok(Value::Null),
        Shape::Object(_) if is_blank => Ok(Value::Object(serde_json::Map::new())),
        _ => parse(response).ok_or(Unreadable::new("", "JSON")),
    }
}

/// The body as JSON, or as the object that a form is.
pub(crate) fn parse(response: &Response) -> Option<Value> {
    let body = without_bom(&response.body);
    serde_json::from_slice(body).ok().or_else(|| is_form(&response.headers).then(|| form(body)))
}

pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn form(body: &[u8]) -> Value {
    form_urlencoded::parse(body.trim_ascii())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
