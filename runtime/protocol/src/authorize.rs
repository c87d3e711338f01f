//! The authorization request and its callback, as constant data. [`crate::provider`] exports it.

use std::borrow::Cow;

use crate::operation::{Kept, Operation};

/// The authorization request and how its callback is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Authorize<'a> {
    request: Operation<'a>,
    scope_separator: &'a str,
    pkce: Pkce,
    state_documented: bool,
    state_in_redirect_uri: bool,
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
            state_in_redirect_uri: false,
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

    /// The vendor has no parameter for `state`: it stands in the query of the redirect URI, and so comes back.
    pub const fn state_in_redirect_uri(mut self) -> Self {
        self.state_in_redirect_uri = true;
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

    /// See [`Authorize::state_in_redirect_uri`].
    pub const fn is_state_in_redirect_uri(&self) -> bool {
        self.state_in_redirect_uri
    }

    /// The redirect URI of one login, in its authorization request and in the exchange of its code: `uri` itself, or with
    /// the state in its query ([`Authorize::state_in_redirect_uri`]).
    pub fn redirect_uri_of<'u>(&self, uri: &'u str, state: &str) -> Cow<'u, str> {
        if !self.state_in_redirect_uri {
            return Cow::Borrowed(uri);
        }
        let sign = if uri.contains('?') { '&' } else { '?' };
        let mut pair = form_urlencoded::Serializer::new(String::new());
        let pair = pair.append_pair(self.callback.state, state).finish();
        Cow::Owned(format!("{uri}{sign}{pair}"))
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
