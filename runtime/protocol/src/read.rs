//! From a response to what the operation asked for.

use std::fmt;
use std::time::SystemTime;

use http::HeaderMap;
use serde_json::Value;
use thiserror::Error;

use crate::cut::before_cut;
use crate::decode::{parse, without_bom, written};
use crate::expiry::{Note, expires_at_of};
use crate::normalize::normalize;
use crate::operation::{Answer, AnswerFormat, Check, Due, Issued, Kept, Operation};
use crate::place::{Answered, is_in_body};
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
    /// The ID token, which nobody has looked at yet.
    pub id_token: Option<Secret>,
    /// What the operation keeps of the answer ([`crate::operation::Kept`]): variables and their texts. What breaks its
    /// rule isn't there.
    pub kept: Vec<(String, String)>,
    /// What the answer says of expiry that can't be read.
    pub notes: Vec<Note>,
    /// The body, normalized by the operation's shape, without the tokens and the code. Fields that nobody described are
    /// kept.
    pub body: Value,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("tokens", &self.tokens)
            .field("code", &self.code)
            .field("id_token", &self.id_token)
            .field("kept", &names(&self.kept))
            .field("notes", &self.notes)
            .finish_non_exhaustive()
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
#[derive(Clone, PartialEq)]
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
    /// What was there to keep all the same ([`Reading::kept`]).
    pub salvaged_kept: Vec<(String, String)>,
}

impl Unreadable {
    pub(crate) fn new(at: &str, expected: &'static str) -> Self {
        Self {
            status: 200,
            at: at.to_owned(),
            expected,
            salvaged: Vec::new(),
            salvaged_code: None,
            salvaged_kept: Vec::new(),
        }
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unreadable")
            .field("status", &self.status)
            .field("at", &self.at)
            .field("expected", &self.expected)
            .field("salvaged", &self.salvaged)
            .field("salvaged_code", &self.salvaged_code)
            .field("salvaged_kept", &names(&self.salvaged_kept))
            .finish()
    }
}

/// What is kept, for people: names without values.
pub(crate) fn names(kept: &[(String, String)]) -> Vec<&str> {
    kept.iter().map(|(name, _)| name.as_str()).collect()
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
/// A status from 200 to 299, or one of [`Answer::statuses`], is a success, unless the answer fails a [`Check`] of the
/// operation, or tokens or a code are expected, none is there, and the body has an RFC 6749 `error`. JSON is read whatever type the answer claims to be; a
/// form only where it says that it is one, or the operation does. Of two members with one name the last holds. An empty
/// body where an object is expected is an empty object. Of JSON that was cut off, what stood whole before the cut is
/// salvaged.
///
/// # Errors
///
/// [`ReadError::Refused`] for every other status and for an answer that fails a check; [`ReadError::Unreadable`] when the body isn't what the operation
/// expects.
pub fn read(operation: &Operation<'_>, response: &Response, now: SystemTime) -> Result<Reading, ReadError> {
    let Response { status, headers, .. } = response;
    let refuse = |body: &Value| {
        ReadError::Refused(Refusal::read(*status, Answered { headers, body }, operation.refusals(), now))
    };
    if !operation.answers().is_success(*status) {
        return Err(refuse(&parse(response, operation.answers().body_format()).unwrap_or_default()));
    }
    let failed = |error: Unreadable| ReadError::Unreadable(Unreadable { status: *status, ..error });
    let mut body = parse_expected(operation, response)
        .map_err(|error| salvage_cut(operation, response, now).unwrap_or(error))
        .map_err(failed)?;
    if is_refusal_in_disguise(operation, Answered { headers, body: &body }) {
        return Err(refuse(&body));
    }
    succeed(operation, headers, &mut body, now).map_err(failed)
}

/// What stands whole in the beginning of an answer that isn't JSON to its end.
fn salvage_cut(operation: &Operation<'_>, response: &Response, now: SystemTime) -> Option<Unreadable> {
    let answer = operation.answers();
    if answer.body_format() != AnswerFormat::Json || (answer.issued().is_empty() && answer.code_at().is_none()) {
        return None;
    }
    let mut body = before_cut(without_bom(&response.body))?;
    let found = succeed(&operation.answer(answer.shape(Shape::Json)), &response.headers, &mut body, now);
    let error = Unreadable::new("", written(answer.body_format()));
    Some(match found {
        Ok(Reading { tokens, code, kept, .. }) => {
            Unreadable { salvaged: tokens, salvaged_code: code, salvaged_kept: kept, ..error }
        }
        Err(Unreadable { salvaged, salvaged_code, salvaged_kept, .. }) => {
            Unreadable { salvaged, salvaged_code, salvaged_kept, ..error }
        }
    })
}

fn succeed(
    operation: &Operation<'_>,
    headers: &HeaderMap,
    body: &mut Value,
    now: SystemTime,
) -> Result<Reading, Unreadable> {
    let answer = operation.answers();
    let answered = Answered { headers, body };
    let mut tokens = Vec::new();
    let (mut wrong, mut lacking, mut notes) = (None, Vec::new(), Vec::new());
    for issued in answer.issued() {
        match read_token(issued, answered, now, &mut notes) {
            Ok(token) => tokens.push(token),
            Err(error) if issued.is_optional() => lacking.push((issued, error)),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    let not_lacking = lacking.into_iter().find(|(issued, _)| !lacks(issued, &tokens, answered));
    wrong = wrong.or(not_lacking.map(|(_, error)| error));
    let code = answer.code_at().map(|at| {
        let found = secret_of(answered, places(at, answer.code_or()));
        found.map(|(_, code)| code).ok_or(Unreadable::new(at, "an authorization code"))
    });
    let code = code.transpose().unwrap_or_else(|error| {
        wrong = wrong.take().or(Some(error));
        None
    });
    let id_token = secret_of(answered, answer.id_token_at().iter().copied()).map(|(_, token)| token);
    let kept = kept(answer.kept(), answered);
    let checked = match wrong {
        Some(error) => Err(error),
        None => normalize(body, answer.body_shape()),
    };
    match checked {
        Ok(()) => {
            take_secrets(operation, body);
            Ok(Reading { tokens, code, id_token, kept, notes, body: std::mem::take(body) })
        }
        Err(error) => Err(Unreadable { salvaged: tokens, salvaged_code: code, salvaged_kept: kept, ..error }),
    }
}

/// A value that breaks its rule is left out, and no default stands in for it. The tokens beside it are no worse for it,
/// and may be all that is left of the grant.
fn kept(kept: &[Kept<'_>], answered: Answered<'_>) -> Vec<(String, String)> {
    let text = |value: &Kept<'_>| match answered.text(value.at()) {
        Some(text) => value.check(&text).is_ok().then_some(text),
        None => value.default_value().map(str::to_owned),
    };
    kept.iter().filter_map(|value| Some((value.name().to_owned(), text(value)?))).collect()
}

fn places<'p>(at: &'p str, others: &'p [&'p str]) -> impl Iterator<Item = &'p str> {
    std::iter::once(at).chain(others.iter().copied())
}

fn read_token(
    issued: &Issued<'_>,
    answered: Answered<'_>,
    now: SystemTime,
    notes: &mut Vec<Note>,
) -> Result<ReadToken, Unreadable> {
    let token = secret_of(answered, places(issued.at(), issued.at_or()));
    let (at, value) = token.ok_or(Unreadable::new(issued.at(), "a token"))?;
    let refresh_token = issued.refresh_at().and_then(|at| secret_of(answered, places(at, issued.refresh_or())));
    let mut expires_at = |expiry| expires_at_of(expiry, |at| answered.at(at), now, notes);
    Ok(ReadToken {
        kind: issued.kind().to_owned(),
        value,
        token_type: beside(answered.body, at, "token_type").and_then(|value| value.as_str().map(str::to_owned)),
        scope: beside(answered.body, at, "scope").and_then(scope),
        expires_at: expires_at(issued.expiry()),
        refresh_expires_at: refresh_token.as_ref().and_then(|_| expires_at(issued.refresh_expiry())),
        refresh_token: refresh_token.map(|(_, secret)| secret),
    })
}

/// Whether an answer has nothing of a token that it may lack: neither something that can't be read as one, nor a refresh
/// token that isn't another token's.
fn lacks(issued: &Issued<'_>, others: &[ReadToken], answered: Answered<'_>) -> bool {
    let is_nothing = |value: &Value| value.is_null() || value.as_str() == Some("");
    let is_empty = |at: &str| answered.at(at).is_none_or(|value| is_nothing(&value));
    let is_anothers = |at: &str| {
        let theirs =
            |text: &str| others.iter().any(|one| one.refresh_token.as_ref().is_some_and(|r| r.expose() == text));
        answered.at(at).is_some_and(|value| value.as_str().is_some_and(theirs))
    };
    let mut refresh = issued.refresh_at().into_iter().chain(issued.refresh_or().iter().copied());
    places(issued.at(), issued.at_or()).all(is_empty) && refresh.all(|at| is_empty(at) || is_anothers(at))
}

/// The first of the places that holds text, and that text.
fn secret_of<'p>(answered: Answered<'_>, mut places: impl Iterator<Item = &'p str>) -> Option<(&'p str, Secret)> {
    places.find_map(|at| {
        let found = answered.at(at)?;
        let text = found.as_str().filter(|text| !text.is_empty())?;
        Some((at, Secret::from(text)))
    })
}

/// The member `name` next to the token, else at the top.
fn beside<'b>(body: &'b Value, at: &str, name: &str) -> Option<&'b Value> {
    let parent = pointer::split(at).filter(|_| is_in_body(at)).map_or("", |(parent, _)| parent);
    body.pointer(parent).and_then(|parent| parent.get(name)).or_else(|| body.get(name))
}

fn scope(value: &Value) -> Option<String> {
    match value {
        Value::String(scope) => Some(scope.clone()),
        Value::Array(scopes) => Some(scopes.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(" ")),
        _ => None,
    }
}

/// A vendor that answers every request with 200 says no by a member of its own, or by `error` (RFC 6749, section 5.2) and
/// no token.
fn is_refusal_in_disguise(operation: &Operation<'_>, answered: Answered<'_>) -> bool {
    let answer = operation.answers();
    if !answer.checks().iter().all(|check| holds(check, answered)) {
        return true;
    }
    let mut places = wanted(answer).peekable();
    if places.peek().is_none() || secret_of(answered, places).is_some() {
        return false;
    }
    let says_error =
        |at: &str| answered.at(at).is_some_and(|value| !matches!(*value, Value::Null | Value::Bool(false)));
    says_error("/error") || places_of_code(operation).any(says_error)
}

fn holds(check: &Check<'_>, answered: Answered<'_>) -> bool {
    let says = |text: &str| answered.text(check.at()).as_deref() == Some(text);
    match check.due() {
        Due::Equals(text) => says(text),
        Due::OneOf(texts) => texts.iter().copied().any(says),
        Due::Absent => answered.at(check.at()).is_none_or(|value| value.is_null()),
    }
}

fn places_of_code<'a>(operation: &Operation<'a>) -> impl Iterator<Item = &'a str> {
    let refusals = operation.refusals();
    std::iter::once(refusals.code_at()).chain(refusals.code_or().iter().copied())
}

/// Where the tokens and the code may stand.
fn wanted<'a>(answer: Answer<'a>) -> impl Iterator<Item = &'a str> {
    let tokens = answer.issued().iter().flat_map(|issued| places(issued.at(), issued.at_or()));
    tokens.chain(answer.code_at()).chain(answer.code_or().iter().copied())
}

/// Where secrets may stand in the body: tokens, refresh tokens, the code, the ID token.
pub(crate) fn secret_places<'a>(answer: Answer<'a>) -> impl Iterator<Item = &'a str> {
    let refresh = answer
        .issued()
        .iter()
        .flat_map(|issued| issued.refresh_at().into_iter().chain(issued.refresh_or().iter().copied()));
    let id_token = answer.id_token_at().iter().copied();
    wanted(answer).chain(refresh).chain(id_token).filter(|at| is_in_body(at))
}

/// Takes tokens and code out of the body, unless the shape names them as fields.
fn take_secrets(operation: &Operation<'_>, body: &mut Value) {
    let answer = operation.answers();
    for at in secret_places(answer) {
        let Some((parent, key)) = pointer::split(at) else {
            *body = Value::Null;
            continue;
        };
        if is_described(answer.body_shape(), at) {
            continue;
        }
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
    let (shape, format) = (answer.body_shape(), answer.body_format());
    let (absent, due): (Vec<&Check<'_>>, Vec<&Check<'_>>) =
        answer.checks().iter().partition(|check| check.due() == Due::Absent);
    let mut looked_at = wanted(answer).chain(due.into_iter().map(Check::at)).peekable();
    let is_grant = looked_at.peek().is_some();
    let needs_body = looked_at.any(is_in_body);
    if format == AnswerFormat::Bytes || (!needs_body && !is_grant && absent.is_empty() && shape == Shape::Nothing) {
        return Ok(Value::Null);
    }
    let is_blank = without_bom(&response.body).trim_ascii().is_empty();
    match shape {
        _ if format == AnswerFormat::Text => {}
        Shape::Json | Shape::Nothing if is_blank && !needs_body => return Ok(Value::Null),
        Shape::Object(_) if is_blank => return Ok(Value::Object(serde_json::Map::new())),
        _ => {}
    }
    match parse(response, format) {
        Some(body) => Ok(body),
        // Everything that counts stands in the headers.
        None if is_grant && !needs_body && absent.is_empty() && matches!(shape, Shape::Json | Shape::Nothing) => {
            Ok(Value::Null)
        }
        None => Err(Unreadable::new("", written(format))),
    }
}
