//! How an operation's answer is read, as constant data. [`crate::operation`] exports it beside the requests.
//!
//! A *place* in an answer is a JSON Pointer into the body (RFC 6901; empty for the whole body), `header:NAME`, or
//! `cookie:NAME` for a cookie that the answer sets. XML is read as objects: see [`AnswerFormat::Xml`].

use crate::rule::{check_allowed, check_format, check_pattern};
use crate::setting::Format;
use crate::shape::Shape;

/// How a successful answer (any status from 200 to 299, unless [`Answer::statuses`] names others) is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer<'a> {
    shape: Shape<'a>,
    tokens: &'a [Issued<'a>],
    code: Option<&'a str>,
    or_code: &'a [&'a str],
    format: AnswerFormat,
    kept: &'a [Kept<'a>],
    checks: &'a [Check<'a>],
    statuses: &'a [u16],
    id_token: &'a [&'a str],
    id_token_due: bool,
}

impl<'a> Answer<'a> {
    /// A JSON answer of any shape.
    pub const fn json() -> Self {
        Self {
            shape: Shape::Json,
            tokens: &[],
            code: None,
            or_code: &[],
            format: AnswerFormat::Json,
            kept: &[],
            checks: &[],
            statuses: &[],
            id_token: &[],
            id_token_due: false,
        }
    }

    /// How the body is written; JSON when left out.
    pub const fn format(mut self, format: AnswerFormat) -> Self {
        self.format = format;
        self
    }

    /// What is kept of the answer besides tokens, as variables of later requests.
    pub const fn keep(mut self, kept: &'a [Kept<'a>]) -> Self {
        self.kept = kept;
        self
    }

    /// What must hold besides a status of success; an answer that fails one is a refusal.
    pub const fn succeeds(mut self, checks: &'a [Check<'a>]) -> Self {
        self.checks = checks;
        self
    }

    /// The only statuses of success; 200 to 299 when left out (RFC 9110, section 15.3).
    pub const fn statuses(mut self, statuses: &'a [u16]) -> Self {
        self.statuses = statuses;
        self
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

    /// Where the answer carries an authorization code.
    pub const fn code(mut self, at: &'a str) -> Self {
        self.code = Some(at);
        self
    }

    /// Further places of the authorization code; the first that holds one counts.
    pub const fn or_code(mut self, places: &'a [&'a str]) -> Self {
        self.or_code = places;
        self
    }

    /// Where the answer may carry an ID token (OpenID Connect Core, section 3.1.3.3); the first place that holds one counts.
    pub const fn id_token(mut self, places: &'a [&'a str]) -> Self {
        self.id_token = places;
        self
    }

    /// As [`Answer::id_token`], for an answer that begins a login: without an ID token it is worth nothing.
    pub const fn id_token_due(mut self, places: &'a [&'a str]) -> Self {
        self.id_token = places;
        self.id_token_due = true;
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

    /// See [`Answer::or_code`].
    pub const fn code_or(&self) -> &'a [&'a str] {
        self.or_code
    }

    /// See [`Answer::format`].
    pub const fn body_format(&self) -> AnswerFormat {
        self.format
    }

    /// See [`Answer::keep`].
    pub const fn kept(&self) -> &'a [Kept<'a>] {
        self.kept
    }

    /// See [`Answer::succeeds`].
    pub const fn checks(&self) -> &'a [Check<'a>] {
        self.checks
    }

    /// See [`Answer::statuses`].
    pub const fn success_statuses(&self) -> &'a [u16] {
        self.statuses
    }

    /// See [`Answer::id_token`].
    pub const fn id_token_at(&self) -> &'a [&'a str] {
        self.id_token
    }

    /// See [`Answer::id_token_due`].
    pub const fn is_id_token_due(&self) -> bool {
        self.id_token_due
    }

    /// Whether an answer with this status may be a success.
    pub fn is_success(&self, status: u16) -> bool {
        match self.statuses {
            [] => (200..=299).contains(&status),
            statuses => statuses.contains(&status),
        }
    }
}

/// How the body of an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerFormat {
    /// JSON, whatever type the answer claims to be; a form only where the answer says that it is one.
    Json,
    /// A form, read as an object of texts; JSON is taken too.
    Form,
    /// Text without the white space around it, read as one JSON text.
    Text,
    /// XML, read as JSON: the document is an object with the root element as its member. An element without attributes
    /// and children is its text; any other is an object with its children under their local names (an array where a name
    /// comes again), its attributes as `@name`, and its own text as `#text`.
    Xml,
    /// Bytes that aren't looked into.
    Bytes,
}

/// A value of an answer or a callback that is kept with the connection, as a variable of later requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    name: &'a str,
    at: &'a str,
    default: Option<&'a str>,
    allowed: &'a [&'a str],
    format: Option<Format>,
    pattern: Option<&'a str>,
}

impl<'a> Kept<'a> {
    /// The variable `name` gets what stands at the place `at`; of a callback, the parameter `at`.
    pub const fn new(name: &'a str, at: &'a str) -> Self {
        Self { name, at, default: None, allowed: &[], format: None, pattern: None }
    }

    /// What holds when nothing stands there.
    pub const fn or_default(mut self, value: &'a str) -> Self {
        self.default = Some(value);
        self
    }

    /// The only values that it may have.
    pub const fn allowed(mut self, values: &'a [&'a str]) -> Self {
        self.allowed = values;
        self
    }

    /// The format that it must have.
    pub const fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// A regular expression that the whole value must match.
    pub const fn pattern(mut self, pattern: &'a str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// The variable.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Where the value stands.
    pub const fn at(&self) -> &'a str {
        self.at
    }

    /// See [`Kept::allowed`].
    pub const fn allowed_values(&self) -> &'a [&'a str] {
        self.allowed
    }

    /// See [`Kept::format`].
    pub const fn value_format(&self) -> Option<Format> {
        self.format
    }

    /// See [`Kept::pattern`].
    pub const fn value_pattern(&self) -> Option<&'a str> {
        self.pattern
    }

    /// Whether the value may be kept.
    ///
    /// # Errors
    ///
    /// What the value must be. The value itself is not told.
    pub fn check(&self, value: &str) -> Result<(), String> {
        check_allowed(self.allowed, |word| word == value)?;
        check_pattern(self.pattern, value)?;
        check_format(self.format, value)
    }

    /// See [`Kept::or_default`].
    pub const fn default_value(&self) -> Option<&'a str> {
        self.default
    }
}

/// What must hold of an answer that is a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check<'a> {
    at: &'a str,
    due: Due<'a>,
}

/// What stands at the place of a [`Check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Due<'a> {
    /// This text.
    Equals(&'a str),
    /// One of these texts.
    OneOf(&'a [&'a str]),
    /// Nothing, or null.
    Absent,
}

impl<'a> Check<'a> {
    /// What stands at the place `at` must be `text`: a text itself, a number or a boolean as JSON writes it.
    pub const fn equals(at: &'a str, text: &'a str) -> Self {
        Self { at, due: Due::Equals(text) }
    }

    /// What stands at the place `at` must be one of `texts`.
    pub const fn one_of(at: &'a str, texts: &'a [&'a str]) -> Self {
        Self { at, due: Due::OneOf(texts) }
    }

    /// Nothing stands at the place `at`, or null.
    pub const fn absent(at: &'a str) -> Self {
        Self { at, due: Due::Absent }
    }

    /// Where the value stands.
    pub const fn at(&self) -> &'a str {
        self.at
    }

    /// What it must be.
    pub const fn due(&self) -> Due<'a> {
        self.due
    }
}

/// Where an answer keeps one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued<'a> {
    kind: &'a str,
    at: &'a str,
    or: &'a [&'a str],
    optional: bool,
    expiry: Expiry<'a>,
    refresh: Option<&'a str>,
    or_refresh: &'a [&'a str],
    refresh_expiry: Expiry<'a>,
}

impl<'a> Issued<'a> {
    /// A token of `kind` that stands at `at`.
    pub const fn new(kind: &'a str, at: &'a str) -> Self {
        Self {
            kind,
            at,
            or: &[],
            optional: false,
            expiry: Expiry::unknown(),
            refresh: None,
            or_refresh: &[],
            refresh_expiry: Expiry::unknown(),
        }
    }

    /// Further places of the token; the first that holds one counts.
    pub const fn or(mut self, places: &'a [&'a str]) -> Self {
        self.or = places;
        self
    }

    /// The answer may lack it: then there is no token of the kind, and that is no mistake. A refresh token without its
    /// token is one all the same.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
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

    /// Further places of the refresh token; the first that holds one counts.
    pub const fn or_refresh(mut self, places: &'a [&'a str]) -> Self {
        self.or_refresh = places;
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

    /// See [`Issued::optional`].
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// See [`Issued::expires`].
    pub const fn expiry(&self) -> Expiry<'a> {
        self.expiry
    }

    /// See [`Issued::refresh`].
    pub const fn refresh_at(&self) -> Option<&'a str> {
        self.refresh
    }

    /// See [`Issued::or`].
    pub const fn at_or(&self) -> &'a [&'a str] {
        self.or
    }

    /// See [`Issued::or_refresh`].
    pub const fn refresh_or(&self) -> &'a [&'a str] {
        self.or_refresh
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
    or: &'a [(&'a str, ExpiryUnit)],
    lifetime: Option<u64>,
}

impl<'a> Expiry<'a> {
    /// Nothing is known.
    pub const fn unknown() -> Self {
        Self { field: None, or: &[], lifetime: None }
    }

    /// What stands at the place `at` says it, in `unit`.
    pub const fn field(at: &'a str, unit: ExpiryUnit) -> Self {
        Self { field: Some((at, unit)), or: &[], lifetime: None }
    }

    /// Further places that may say it, each in its unit; the first that does counts.
    pub const fn or_fields(mut self, places: &'a [(&'a str, ExpiryUnit)]) -> Self {
        self.or = places;
        self
    }

    /// The lifetime in seconds that holds when the answer says nothing.
    pub const fn or_seconds(mut self, seconds: u64) -> Self {
        self.lifetime = Some(seconds);
        self
    }

    /// Where the answer may say it, and in which unit, in the order in which they are looked at.
    pub fn places(&self) -> impl Iterator<Item = (&'a str, ExpiryUnit)> + use<'a> {
        self.field.into_iter().chain(self.or.iter().copied())
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
    /// A moment as ISO 8601 writes it; UTC when it names no zone.
    Iso,
    /// `D:HH:MM:SS` or `D:HH:MM` from now: days, hours, minutes, seconds.
    DayHourMinute,
    /// The field is a JWT whose `exp` counts (RFC 7519, section 4.1.4). Nobody checks its signature: the token comes
    /// straight from its issuer.
    Jwt,
}
