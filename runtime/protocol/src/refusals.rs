//! How a refusal is read, as constant data. [`crate::operation`] exports it.

use crate::limits::{Limited, Wait};
#[cfg(doc)]
use crate::operation::Check;

/// How a refusal (any status outside 200 to 299, or an answer that fails a [`Check`]) is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusals<'a> {
    code: &'a str,
    or_code: &'a [&'a str],
    text: &'a str,
    or_text: &'a [&'a str],
    waits: &'a [Wait<'a>],
    limited: Limited<'a>,
    failures: &'a [Failure<'a>],
    terminal: &'a [&'a str],
    transient: &'a [&'a str],
    config: &'a [&'a str],
}

impl<'a> Refusals<'a> {
    /// `error` and `error_description` (RFC 6749, section 5.2).
    pub const fn rfc() -> Self {
        Self {
            code: "/error",
            or_code: &[],
            text: "/error_description",
            or_text: &[],
            waits: &[],
            limited: Limited::new(),
            failures: &[],
            terminal: &[],
            transient: &[],
            config: &[],
        }
    }

    /// The codes that end a grant, besides `invalid_grant`; see [`Meaning::Terminal`].
    pub const fn terminal(mut self, codes: &'a [&'a str]) -> Self {
        self.terminal = codes;
        self
    }

    /// The codes that pass by themselves; see [`Meaning::Transient`].
    pub const fn transient(mut self, codes: &'a [&'a str]) -> Self {
        self.transient = codes;
        self
    }

    /// The codes that blame the app; see [`Meaning::Config`].
    pub const fn config(mut self, codes: &'a [&'a str]) -> Self {
        self.config = codes;
        self
    }

    /// Further places of the vendor's own code.
    pub const fn or_code(mut self, places: &'a [&'a str]) -> Self {
        self.or_code = places;
        self
    }

    /// Further places of the vendor's text for people.
    pub const fn or_text(mut self, places: &'a [&'a str]) -> Self {
        self.or_text = places;
        self
    }

    /// Where the vendor says how long to wait, looked at in turn before `Retry-After`.
    pub const fn waits(mut self, waits: &'a [Wait<'a>]) -> Self {
        self.waits = waits;
        self
    }

    /// Which refusals are rate limits.
    pub const fn limited(mut self, limited: Limited<'a>) -> Self {
        self.limited = limited;
        self
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

    /// See [`Refusals::or_code`].
    pub const fn code_or(&self) -> &'a [&'a str] {
        self.or_code
    }

    /// See [`Refusals::or_text`].
    pub const fn text_or(&self) -> &'a [&'a str] {
        self.or_text
    }

    /// See [`Refusals::waits`].
    pub const fn wait_places(&self) -> &'a [Wait<'a>] {
        self.waits
    }

    /// See [`Refusals::limited`].
    pub const fn rate_limits(&self) -> Limited<'a> {
        self.limited
    }

    /// See [`Refusals::failures`].
    pub const fn documented(&self) -> &'a [Failure<'a>] {
        self.failures
    }

    /// See [`Refusals::terminal`].
    pub const fn terminal_codes(&self) -> &'a [&'a str] {
        self.terminal
    }

    /// See [`Refusals::transient`].
    pub const fn transient_codes(&self) -> &'a [&'a str] {
        self.transient
    }

    /// See [`Refusals::config`].
    pub const fn config_codes(&self) -> &'a [&'a str] {
        self.config
    }

    /// What a refusal with this code means; `failure` is the documented one that it is.
    ///
    /// What is said of the failure itself holds first, then what is said of its code, then the standard's meaning of the
    /// code, and of the failure's name.
    pub(crate) fn meaning(&self, code: Option<&str>, failure: Option<&Failure<'_>>) -> Meaning {
        let said = failure.and_then(Failure::meaning);
        let lists =
            [(self.terminal, Meaning::Terminal), (self.transient, Meaning::Transient), (self.config, Meaning::Config)];
        let listed = || lists.into_iter().find(|(codes, _)| code.is_some_and(|code| codes.contains(&code)));
        let named = || failure.and_then(|failure| Meaning::of(failure.name()));
        said.or_else(|| listed().map(|(_, meaning)| meaning))
            .or_else(|| code.and_then(Meaning::of))
            .or_else(named)
            .unwrap_or_default()
    }
}

/// What a refusal means for the grant about which it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// Nobody says: neither the grant nor the app is to blame, and nothing is known to pass.
    #[default]
    Unknown,
    /// The grant is over: only the user can mend it, by consenting anew.
    Terminal,
    /// It passes by itself; the grant is as good as before.
    Transient,
    /// The app itself is refused. Every grant is as good as before, and none can be renewed until the app's credentials or
    /// registration are mended.
    Config,
}

impl Meaning {
    /// What the standard's codes mean (RFC 6749, sections 4.1.2.1 and 5.2). `invalid_request` and `invalid_scope` blame one
    /// request, not the app, and end nothing.
    fn of(code: &str) -> Option<Self> {
        match code {
            "invalid_grant" => Some(Self::Terminal),
            "server_error" | "temporarily_unavailable" => Some(Self::Transient),
            "invalid_client" | "unauthorized_client" | "unsupported_grant_type" => Some(Self::Config),
            _ => None,
        }
    }
}

/// A failure that the vendor documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure<'a> {
    name: &'a str,
    status: Option<u16>,
    code: Option<&'a str>,
    means: Option<Meaning>,
}

impl<'a> Failure<'a> {
    /// A failure called `name` in the spec; it matches any refusal until narrowed.
    pub const fn new(name: &'a str) -> Self {
        Self { name, status: None, code: None, means: None }
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

    /// What it means for the grant.
    pub const fn means(mut self, meaning: Meaning) -> Self {
        self.means = Some(meaning);
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

    /// See [`Failure::means`].
    pub const fn meaning(&self) -> Option<Meaning> {
        self.means
    }

    /// Whether a refusal with this status and code is this failure.
    pub fn matches(&self, status: u16, code: Option<&str>) -> bool {
        self.status.is_none_or(|expected| expected == status) && self.code.is_none_or(|expected| code == Some(expected))
    }
}
