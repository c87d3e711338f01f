//! How an operation's answer is read, as constant data. [`crate::operation`] exports it beside the requests.

use crate::shape::Shape;

/// How a successful answer (any status from 200 to 299) is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer<'a> {
    shape: Shape<'a>,
    tokens: &'a [Issued<'a>],
    code: Option<&'a str>,
}

impl<'a> Answer<'a> {
    /// A JSON answer of any shape.
    pub const fn json() -> Self {
        Self { shape: Shape::Json, tokens: &[], code: None }
    }

    /// The shape of the body, checked before it is decoded.
    pub const fn shape(mut self, shape: Shape<'a>) -> Self {
        self.shape = shape;
        self
    }

    /// The tokens that the answer carries.
    pub const fn tokens(mut self, tokens: &'a [Issued<'a>]) -> Self {
        self.tokens = tokens;
        self
    }

    /// Where the answer carries an authorization code (a JSON Pointer, RFC 6901).
    pub const fn code(mut self, at: &'a str) -> Self {
        self.code = Some(at);
        self
    }

    /// See [`Answer::shape`].
    pub const fn body_shape(&self) -> Shape<'a> {
        self.shape
    }

    /// See [`Answer::tokens`].
    pub const fn issued(&self) -> &'a [Issued<'a>] {
        self.tokens
    }

    /// See [`Answer::code`].
    pub const fn code_at(&self) -> Option<&'a str> {
        self.code
    }
}

/// Where an answer keeps one token. Places are JSON Pointers (RFC 6901).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued<'a> {
    kind: &'a str,
    at: &'a str,
    expiry: Expiry<'a>,
    refresh: Option<&'a str>,
    refresh_expiry: Expiry<'a>,
}

impl<'a> Issued<'a> {
    /// A token of `kind` that stands at `at`.
    pub const fn new(kind: &'a str, at: &'a str) -> Self {
        Self { kind, at, expiry: Expiry::unknown(), refresh: None, refresh_expiry: Expiry::unknown() }
    }

    /// When the token expires.
    pub const fn expires(mut self, expiry: Expiry<'a>) -> Self {
        self.expiry = expiry;
        self
    }

    /// Where the refresh token stands, and when it expires itself.
    pub const fn refresh(mut self, at: &'a str, expiry: Expiry<'a>) -> Self {
        self.refresh = Some(at);
        self.refresh_expiry = expiry;
        self
    }

    /// The kind of token, as the spec names it.
    pub const fn kind(&self) -> &'a str {
        self.kind
    }

    /// Where the token stands.
    pub const fn at(&self) -> &'a str {
        self.at
    }

    /// See [`Issued::expires`].
    pub const fn expiry(&self) -> Expiry<'a> {
        self.expiry
    }

    /// See [`Issued::refresh`].
    pub const fn refresh_at(&self) -> Option<&'a str> {
        self.refresh
    }

    /// See [`Issued::refresh`].
    pub const fn refresh_expiry(&self) -> Expiry<'a> {
        self.refresh_expiry
    }
}

/// When a token expires: what a field of the answer says, else a constant lifetime, else unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry<'a> {
    field: Option<(&'a str, ExpiryUnit)>,
    lifetime: Option<u64>,
}

impl<'a> Expiry<'a> {
    /// Nothing is known.
    pub const fn unknown() -> Self {
        Self { field: None, lifetime: None }
    }

    /// The field at the JSON Pointer `at` says it, in `unit`.
    pub const fn field(at: &'a str, unit: ExpiryUnit) -> Self {
        Self { field: Some((at, unit)), lifetime: None }
    }

    /// The lifetime in seconds that holds when the answer says nothing.
    pub const fn or_seconds(mut self, seconds: u64) -> Self {
        self.lifetime = Some(seconds);
        self
    }

    /// Where the answer says it, and in which unit.
    pub const fn at(&self) -> Option<(&'a str, ExpiryUnit)> {
        self.field
    }

    /// See [`Expiry::or_seconds`].
    pub const fn lifetime(&self) -> Option<u64> {
        self.lifetime
    }
}

/// What the number in an expiry field counts. Numbers, floats and numeric strings are read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpiryUnit {
    /// Seconds from now (RFC 6749, section 5.1).
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// Seconds since 1970 (UTC).
    Epoch,
    /// Milliseconds since 1970 (UTC).
    EpochMilliseconds,
}

/// How a refusal (any status outside 200 to 299) is read. Places are JSON Pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusals<'a> {
    code: &'a str,
    text: &'a str,
    failures: &'a [Failure<'a>],
}

impl<'a> Refusals<'a> {
    /// `error` and `error_description` (RFC 6749, section 5.2).
    pub const fn rfc() -> Self {
        Self { code: "/error", text: "/error_description", failures: &[] }
    }

    /// Where the vendor's own code stands.
    pub const fn code(mut self, at: &'a str) -> Self {
        self.code = at;
        self
    }

    /// Where the vendor's text for people stands.
    pub const fn text(mut self, at: &'a str) -> Self {
        self.text = at;
        self
    }

    /// The failures that the vendor documents; the first that matches names the refusal.
    pub const fn failures(mut self, failures: &'a [Failure<'a>]) -> Self {
        self.failures = failures;
        self
    }

    /// See [`Refusals::code`].
    pub const fn code_at(&self) -> &'a str {
        self.code
    }

    /// See [`Refusals::text`].
    pub const fn text_at(&self) -> &'a str {
        self.text
    }

    /// See [`Refusals::failures`].
    pub const fn documented(&self) -> &'a [Failure<'a>] {
        self.failures
    }
}

/// A failure that the vendor documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure<'a> {
    name: &'a str,
    status: Option<u16>,
    code: Option<&'a str>,
}

impl<'a> Failure<'a> {
    /// A failure called `name` in the spec; it matches any refusal until narrowed.
    pub const fn new(name: &'a str) -> Self {
        Self { name, status: None, code: None }
    }

    /// Matches only this HTTP status.
    pub const fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Matches only this code of the vendor's.
    pub const fn code(mut self, code: &'a str) -> Self {
        self.code = Some(code);
        self
    }

    /// The failure's name in the spec.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// See [`Failure::status`].
    pub const fn expected_status(&self) -> Option<u16> {
        self.status
    }

    /// See [`Failure::code`].
    pub const fn expected_code(&self) -> Option<&'a str> {
        self.code
    }

    /// Whether a refusal with this status and code is this failure.
    pub fn matches(&self, status: u16, code: Option<&str>) -> bool {
        self.status.is_none_or(|expected| expected == status) && self.code.is_none_or(|expected| code == Some(expected))
    }
}
