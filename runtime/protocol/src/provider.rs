//! What a client must know of a vendor besides its operations, as constant data.

use std::borrow::Cow;

use crate::operation::{Kept, Operation, Param};

/// A vendor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Provider<'a> {
    name: &'a str,
    title: &'a str,
    authorize: Option<Authorize<'a>>,
    operations: &'a [Operation<'a>],
    tokens: &'a [TokenKind<'a>],
    settings: &'a [Setting<'a>],
    values: &'a [(&'a str, &'a str)],
    verify: Option<&'a str>,
}

impl<'a> Provider<'a> {
    /// A vendor called `name` in its spec and `title` in prose.
    pub const fn new(name: &'a str, title: &'a str) -> Self {
        Self { name, title, authorize: None, operations: &[], tokens: &[], settings: &[], values: &[], verify: None }
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

    /// Named templates, usable as variables everywhere; [`crate::Values::define`] takes each. A value is secret when any
    /// part of it is.
    pub const fn values(mut self, values: &'a [(&'a str, &'a str)]) -> Self {
        self.values = values;
        self
    }

    /// The call of this name proves that a connection works.
    pub const fn verify(mut self, operation: &'a str) -> Self {
        self.verify = Some(operation);
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

    /// See [`Provider::values`].
    pub const fn named_values(&self) -> &'a [(&'a str, &'a str)] {
        self.values
    }

    /// See [`Provider::verify`].
    pub const fn verification(&self) -> Option<&'a str> {
        self.verify
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
    state_rule: Option<(u16, Alphabet)>,
    default_scopes: &'a [&'a str],
    callback: Callback<'a>,
    code_lifetime: Option<u64>,
}

impl<'a> Authorize<'a> {
    /// Consent is asked by sending the user agent to the URL of `request`.
    pub const fn new(request: Operation<'a>) -> Self {
        Self {
            request,
            scope_separator: " ",
            pkce: Pkce::S256,
            state_documented: true,
            state_rule: None,
            default_scopes: &[],
            callback: Callback::new(),
            code_lifetime: None,
        }
    }

    /// How the callback is read; as RFC 6749 says when left out.
    pub const fn callback(mut self, callback: Callback<'a>) -> Self {
        self.callback = callback;
        self
    }

    /// The only form of `state` that the vendor takes: so many characters of an alphabet.
    pub const fn state_rule(mut self, length: u16, alphabet: Alphabet) -> Self {
        self.state_rule = Some((length, alphabet));
        self
    }

    /// The scopes that are asked for when the app names none.
    pub const fn default_scopes(mut self, scopes: &'a [&'a str]) -> Self {
        self.default_scopes = scopes;
        self
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

    /// See [`Authorize::callback`].
    pub const fn callback_data(&self) -> Callback<'a> {
        self.callback
    }

    /// See [`Authorize::state_rule`].
    pub const fn state_form(&self) -> Option<(u16, Alphabet)> {
        self.state_rule
    }

    /// See [`Authorize::default_scopes`].
    pub const fn scopes_by_default(&self) -> &'a [&'a str] {
        self.default_scopes
    }

    /// See [`Authorize::code_lifetime`].
    pub const fn code_seconds(&self) -> Option<u64> {
        self.code_lifetime
    }
}

/// How the authorization response is read (RFC 6749, section 4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Callback<'a> {
    code: &'a str,
    state: &'a str,
    error: &'a str,
    error_text: &'a str,
    kept: &'a [Kept<'a>],
    denied_by_absence: bool,
    issuer: Option<&'a str>,
}

impl<'a> Callback<'a> {
    /// `code`, `state`, `error` and `error_description`.
    pub const fn new() -> Self {
        Self {
            code: "code",
            state: "state",
            error: "error",
            error_text: "error_description",
            kept: &[],
            denied_by_absence: false,
            issuer: None,
        }
    }

    /// The parameter with the authorization code.
    pub const fn code(mut self, name: &'a str) -> Self {
        self.code = name;
        self
    }

    /// The parameter with the state.
    pub const fn state(mut self, name: &'a str) -> Self {
        self.state = name;
        self
    }

    /// The parameter with the code of an error.
    pub const fn error(mut self, name: &'a str) -> Self {
        self.error = name;
        self
    }

    /// The parameter with the text of an error.
    pub const fn error_text(mut self, name: &'a str) -> Self {
        self.error_text = name;
        self
    }

    /// What is kept of the callback, as variables of the exchange and of later requests; [`Kept::at`] is the name of a
    /// parameter.
    pub const fn keep(mut self, kept: &'a [Kept<'a>]) -> Self {
        self.kept = kept;
        self
    }

    /// A user who says no comes back without a code and without an error.
    pub const fn denied_by_absence(mut self) -> Self {
        self.denied_by_absence = true;
        self
    }

    /// The authorization server names itself: `iss` must be there and be exactly this (RFC 9207, section 2.4). A template
    /// of settings.
    pub const fn issuer(mut self, url: &'a str) -> Self {
        self.issuer = Some(url);
        self
    }

    /// See [`Callback::code`].
    pub const fn code_name(&self) -> &'a str {
        self.code
    }

    /// See [`Callback::state`].
    pub const fn state_name(&self) -> &'a str {
        self.state
    }

    /// See [`Callback::error`].
    pub const fn error_name(&self) -> &'a str {
        self.error
    }

    /// See [`Callback::error_text`].
    pub const fn error_text_name(&self) -> &'a str {
        self.error_text
    }

    /// See [`Callback::keep`].
    pub const fn kept(&self) -> &'a [Kept<'a>] {
        self.kept
    }

    /// See [`Callback::denied_by_absence`].
    pub const fn is_absence_denial(&self) -> bool {
        self.denied_by_absence
    }

    /// See [`Callback::issuer`].
    pub const fn expected_issuer(&self) -> Option<&'a str> {
        self.issuer
    }
}

impl Default for Callback<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// The characters that a `state` is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alphabet {
    /// Letters and digits.
    Alphanumeric,
    /// `0` to `9` and `a` to `f`.
    Hex,
    /// `0` to `9`.
    Digits,
    /// Letters, digits, `-` and `_`: those of base64url.
    UrlSafe,
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
    early: Option<u64>,
    on_demand: bool,
    revoke: Option<&'a str>,
    api: Option<&'a str>,
    shown: &'a [Param<'a>],
}

impl<'a> TokenKind<'a> {
    /// A kind called `name` that can't be renewed without the user.
    pub const fn new(name: &'a str) -> Self {
        Self { name, renew: Renew::None, early: None, on_demand: false, revoke: None, api: None, shown: &[] }
    }

    /// How many seconds before its end it is renewed.
    pub const fn early(mut self, seconds: u64) -> Self {
        self.early = Some(seconds);
        self
    }

    /// It is renewed when somebody says so, never by the clock.
    pub const fn on_demand(mut self) -> Self {
        self.on_demand = true;
        self
    }

    /// The operation of this name revokes it (RFC 7009).
    pub const fn revoke(mut self, operation: &'a str) -> Self {
        self.revoke = Some(operation);
        self
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

    /// See [`TokenKind::early`].
    pub const fn early_seconds(&self) -> Option<u64> {
        self.early
    }

    /// See [`TokenKind::on_demand`].
    pub const fn is_on_demand(&self) -> bool {
        self.on_demand
    }

    /// See [`TokenKind::revoke`].
    pub const fn revocation(&self) -> Option<&'a str> {
        self.revoke
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
    /// By the operation of this name, whose answer gives no token: the same one lives longer.
    Extend(&'a str),
    /// By the operation of this name, which shows the token itself (`<token>`) for another.
    Exchange(&'a str),
}

/// What a deployment supplies besides credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    name: &'a str,
    default: Option<&'a str>,
    allowed: &'a [&'a str],
    format: Option<Format>,
    pattern: Option<&'a str>,
    optional: bool,
    prefix: &'a str,
    suffix: &'a str,
    of_connection: bool,
}

impl<'a> Setting<'a> {
    /// A setting that must be given.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            default: None,
            allowed: &[],
            format: None,
            pattern: None,
            optional: false,
            prefix: "",
            suffix: "",
            of_connection: false,
        }
    }

    /// A regular expression that the whole value must match.
    pub const fn pattern(mut self, pattern: &'a str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// It may be left out; then the variable has no value.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// What stands before the value, unless it is there already.
    pub const fn prefix(mut self, prefix: &'a str) -> Self {
        self.prefix = prefix;
        self
    }

    /// What stands after the value, unless it is there already.
    pub const fn suffix(mut self, suffix: &'a str) -> Self {
        self.suffix = suffix;
        self
    }

    /// It is given for every user when a login or grant starts, and kept with the connection.
    pub const fn of_connection(mut self) -> Self {
        self.of_connection = true;
        self
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

    /// See [`Setting::pattern`].
    pub const fn value_pattern(&self) -> Option<&'a str> {
        self.pattern
    }

    /// See [`Setting::optional`].
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// See [`Setting::prefix`].
    pub const fn value_prefix(&self) -> &'a str {
        self.prefix
    }

    /// See [`Setting::suffix`].
    pub const fn value_suffix(&self) -> &'a str {
        self.suffix
    }

    /// See [`Setting::of_connection`].
    pub const fn is_of_connection(&self) -> bool {
        self.of_connection
    }

    /// `value` with the prefix and the suffix around it, each unless it is there already.
    pub fn complete<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let prefix = if value.starts_with(self.prefix) { "" } else { self.prefix };
        let suffix = if value.ends_with(self.suffix) { "" } else { self.suffix };
        match (prefix, suffix) {
            ("", "") => Cow::Borrowed(value),
            _ => Cow::Owned(format!("{prefix}{value}{suffix}")),
        }
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
    /// A UUID with hyphens (RFC 9562, section 4).
    Uuid,
    /// An e-mail address: something, `@`, and a host name.
    Email,
    /// Characters that no place needs to escape: letters, digits, `-`, `.`, `_` and `~`.
    Token,
}
