//! What a client must know of a vendor besides its operations, as constant data.

use crate::operation::{Operation, Param};

/// A vendor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Provider<'a> {
    name: &'a str,
    title: &'a str,
    authorize: Option<Authorize<'a>>,
    operations: &'a [Operation<'a>],
    tokens: &'a [TokenKind<'a>],
    settings: &'a [Setting<'a>],
}

impl<'a> Provider<'a> {
    /// A vendor called `name` in its spec and `title` in prose.
    pub const fn new(name: &'a str, title: &'a str) -> Self {
        Self { name, title, authorize: None, operations: &[], tokens: &[], settings: &[] }
    }

    /// How a user is asked for consent.
    pub const fn authorize(mut self, authorize: Authorize<'a>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// Every grant and call.
    pub const fn operations(mut self, operations: &'a [Operation<'a>]) -> Self {
        self.operations = operations;
        self
    }

    /// The kinds of token that the grants yield.
    pub const fn tokens(mut self, tokens: &'a [TokenKind<'a>]) -> Self {
        self.tokens = tokens;
        self
    }

    /// What a deployment supplies besides credentials.
    pub const fn settings(mut self, settings: &'a [Setting<'a>]) -> Self {
        self.settings = settings;
        self
    }

    /// The name in the spec.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The name in prose.
    pub const fn title(&self) -> &'a str {
        self.title
    }

    /// See [`Provider::authorize`].
    pub const fn authorization(&self) -> Option<Authorize<'a>> {
        self.authorize
    }

    /// The grant or call of this name.
    pub fn operation(&self, name: &str) -> Option<&'a Operation<'a>> {
        self.operations.iter().find(|operation| operation.name() == name)
    }

    /// See [`Provider::operations`].
    pub const fn all_operations(&self) -> &'a [Operation<'a>] {
        self.operations
    }

    /// The token kind of this name.
    pub fn token(&self, name: &str) -> Option<&'a TokenKind<'a>> {
        self.tokens.iter().find(|kind| kind.name() == name)
    }

    /// See [`Provider::tokens`].
    pub const fn all_tokens(&self) -> &'a [TokenKind<'a>] {
        self.tokens
    }

    /// See [`Provider::settings`].
    pub const fn all_settings(&self) -> &'a [Setting<'a>] {
        self.settings
    }
}

/// The authorization request and how its callback is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Authorize<'a> {
    request: Operation<'a>,
    scope_separator: &'a str,
    pkce: Pkce,
    state_documented: bool,
    code_lifetime: Option<u64>,
}

impl<'a> Authorize<'a> {
    /// Consent is asked by sending the user agent to the URL of `request`.
    pub const fn new(request: Operation<'a>) -> Self {
        Self { request, scope_separator: " ", pkce: Pkce::S256, state_documented: true, code_lifetime: None }
    }

    /// What stands between two scopes; a space when left out (RFC 6749, section 3.3).
    pub const fn scope_separator(mut self, separator: &'a str) -> Self {
        self.scope_separator = separator;
        self
    }

    /// The vendor's PKCE; S256 when left out (RFC 7636, RFC 9700 section 2.1.1).
    pub const fn pkce(mut self, pkce: Pkce) -> Self {
        self.pkce = pkce;
        self
    }

    /// The vendor doesn't say that it returns `state`; the app may choose to accept a callback without it.
    pub const fn state_undocumented(mut self) -> Self {
        self.state_documented = false;
        self
    }

    /// How many seconds a code lives.
    pub const fn code_lifetime(mut self, seconds: u64) -> Self {
        self.code_lifetime = Some(seconds);
        self
    }

    /// The request whose URL the user agent visits.
    pub const fn request(&self) -> Operation<'a> {
        self.request
    }

    /// See [`Authorize::scope_separator`].
    pub const fn separator(&self) -> &'a str {
        self.scope_separator
    }

    /// See [`Authorize::pkce`].
    pub const fn pkce_method(&self) -> Pkce {
        self.pkce
    }

    /// See [`Authorize::state_undocumented`].
    pub const fn is_state_documented(&self) -> bool {
        self.state_documented
    }

    /// See [`Authorize::code_lifetime`].
    pub const fn code_seconds(&self) -> Option<u64> {
        self.code_lifetime
    }
}

/// Proof Key for Code Exchange (RFC 7636).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pkce {
    /// The vendor takes none.
    None,
    /// The challenge is the verifier's SHA-256.
    S256,
}

/// A kind of token and the way in which it is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenKind<'a> {
    name: &'a str,
    renew: Renew<'a>,
    api: Option<&'a str>,
    shown: &'a [Param<'a>],
}

impl<'a> TokenKind<'a> {
    /// A kind called `name` that can't be renewed without the user.
    pub const fn new(name: &'a str) -> Self {
        Self { name, renew: Renew::None, api: None, shown: &[] }
    }

    /// How it is renewed.
    pub const fn renew(mut self, renew: Renew<'a>) -> Self {
        self.renew = renew;
        self
    }

    /// Where the vendor's API starts (a URL template), and the parameters that show the token there; the variable
    /// `<token>` holds its value. Without it no request can be made that the spec doesn't describe.
    pub const fn api(mut self, url: &'a str, shown: &'a [Param<'a>]) -> Self {
        self.api = Some(url);
        self.shown = shown;
        self
    }

    /// The name in the spec.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// See [`TokenKind::renew`].
    pub const fn renewal(&self) -> Renew<'a> {
        self.renew
    }

    /// See [`TokenKind::api`].
    pub const fn api_url(&self) -> Option<&'a str> {
        self.api
    }

    /// See [`TokenKind::api`].
    pub const fn shown_by(&self) -> &'a [Param<'a>] {
        self.shown
    }
}

/// How a token is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renew<'a> {
    /// Not at all: the user must come back.
    None,
    /// By the operation of this name, which shows the refresh token (RFC 6749, section 6).
    Refresh(&'a str),
    /// By repeating the grant that gave it, with the same inputs.
    Reissue,
}

/// What a deployment supplies besides credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    name: &'a str,
    default: Option<&'a str>,
    allowed: &'a [&'a str],
    format: Option<Format>,
}

impl<'a> Setting<'a> {
    /// A setting that must be given.
    pub const fn new(name: &'a str) -> Self {
        Self { name, default: None, allowed: &[], format: None }
    }

    /// What holds when it is left out.
    pub const fn default(mut self, value: &'a str) -> Self {
        self.default = Some(value);
        self
    }

    /// The only values that it may have.
    pub const fn allowed(mut self, values: &'a [&'a str]) -> Self {
        self.allowed = values;
        self
    }

    /// The format that its value must have.
    pub const fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// The name in the spec, and the variable that templates use.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// See [`Setting::default`].
    pub const fn default_value(&self) -> Option<&'a str> {
        self.default
    }

    /// See [`Setting::allowed`].
    pub const fn allowed_values(&self) -> &'a [&'a str] {
        self.allowed
    }

    /// See [`Setting::format`].
    pub const fn value_format(&self) -> Option<Format> {
        self.format
    }
}

/// A format that a setting's value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An absolute `https` URL, or `http` on loopback; it may stand at the head of a URL template.
    Url,
    /// A host name, which may stand as the host of a URL template.
    Hostname,
}
