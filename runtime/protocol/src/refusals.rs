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
        }
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
