//! Rate limits as constant data, and how they are read: which refusal is one, how long to wait, and what is left.
//! [`crate::operation`] exports the data.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use serde_json::Value;

use crate::expiry::instant;
use crate::operation::{ExpiryUnit, Refusals};
use crate::place::Answered;

/// No vendor makes a client wait for longer than a day.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Where an answer says how long to wait, or until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait<'a> {
    at: &'a str,
    unit: WaitUnit,
    after: Option<&'a str>,
    before: Option<&'a str>,
}

impl<'a> Wait<'a> {
    /// What stands at the place `at` says it, in `unit`.
    pub const fn new(at: &'a str, unit: WaitUnit) -> Self {
        Self { at, unit, after: None, before: None }
    }

    /// Only what stands after the first place of this text counts.
    pub const fn after(mut self, text: &'a str) -> Self {
        self.after = Some(text);
        self
    }

    /// Only what stands before the first place of this text counts; it is looked for behind [`Wait::after`].
    pub const fn before(mut self, text: &'a str) -> Self {
        self.before = Some(text);
        self
    }

    /// Where it stands.
    pub const fn at(&self) -> &'a str {
        self.at
    }

    /// How it is written.
    pub const fn unit(&self) -> WaitUnit {
        self.unit
    }

    /// See [`Wait::after`].
    pub const fn text_before_it(&self) -> Option<&'a str> {
        self.after
    }

    /// See [`Wait::before`].
    pub const fn text_behind_it(&self) -> Option<&'a str> {
        self.before
    }

    fn read(&self, answered: Answered<'_>, now: SystemTime) -> Option<Duration> {
        let text = answered.text(self.at)?;
        let text = match self.after {
            Some(mark) => text.split_once(mark)?.1,
            None => &text,
        };
        let text = match self.before {
            Some(mark) => text.split_once(mark)?.0,
            None => text,
        };
        self.unit.read(text.trim(), now)
    }
}

/// How a wait is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitUnit {
    /// Seconds or an HTTP date, as `Retry-After` has it (RFC 9110, section 10.2.3).
    Delay,
    /// Seconds from now.
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// Seconds since 1970 (UTC).
    Epoch,
    /// Milliseconds since 1970 (UTC).
    EpochMilliseconds,
    /// A moment as ISO 8601 writes it; UTC when it names no zone.
    Iso,
    /// An HTTP date (RFC 9110, section 5.6.7).
    HttpDate,
}

impl WaitUnit {
    /// How long it is yet; a moment that has passed says nothing: clocks differ.
    fn read(self, text: &str, now: SystemTime) -> Option<Duration> {
        let unit = match self {
            Self::Delay if is_number(text) => {
                return Some(text.parse().map_or(LONGEST_WAIT, Duration::from_secs).min(LONGEST_WAIT));
            }
            Self::Delay | Self::HttpDate => return until(http_date(text)?, now),
            Self::Seconds => ExpiryUnit::Seconds,
            Self::Milliseconds => ExpiryUnit::Milliseconds,
            Self::Epoch => ExpiryUnit::Epoch,
            Self::EpochMilliseconds => ExpiryUnit::EpochMilliseconds,
            Self::Iso => ExpiryUnit::Iso,
        };
        until(instant(&Value::from(text), unit, now)?, now)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn until(moment: SystemTime, now: SystemTime) -> Option<Duration> {
    Some(moment.duration_since(now).ok()?.min(LONGEST_WAIT))
}

/// An HTTP date, in any of the three forms of RFC 9110, section 5.6.7.
pub fn http_date(text: &str) -> Option<SystemTime> {
    if let Ok(moment) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(moment.into());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"].into_iter().find_map(|format| {
        let date = jiff::civil::DateTime::strptime(format, text).ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().into())
    })
}

/// Which refusals are rate limits besides status 429 (RFC 6585, section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limited<'a> {
    statuses: &'a [u16],
    remaining: Option<&'a str>,
    codes: &'a [&'a str],
}

impl<'a> Limited<'a> {
    /// None.
    pub const fn new() -> Self {
        Self { statuses: &[], remaining: None, codes: &[] }
    }

    /// A refusal with one of these statuses, when [`Limited::remaining`] says that nothing is left; without such a header
    /// the status is enough.
    pub const fn statuses(mut self, statuses: &'a [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    /// The header that says how many requests are left.
    pub const fn remaining(mut self, header: &'a str) -> Self {
        self.remaining = Some(header);
        self
    }

    /// A refusal with one of these codes of the vendor's.
    pub const fn codes(mut self, codes: &'a [&'a str]) -> Self {
        self.codes = codes;
        self
    }

    /// See [`Limited::statuses`].
    pub const fn limited_statuses(&self) -> &'a [u16] {
        self.statuses
    }

    /// See [`Limited::remaining`].
    pub const fn remaining_header(&self) -> Option<&'a str> {
        self.remaining
    }

    /// See [`Limited::codes`].
    pub const fn limited_codes(&self) -> &'a [&'a str] {
        self.codes
    }

    /// How many requests the headers of an answer say are left.
    pub fn left(&self, headers: &http::HeaderMap) -> Option<u64> {
        headers.get(self.remaining?)?.to_str().ok()?.trim().parse().ok()
    }

    pub(crate) fn applies(&self, status: u16, code: Option<&str>, headers: &http::HeaderMap) -> bool {
        let spent = || self.remaining.is_none() || self.left(headers) == Some(0);
        status == 429
            || code.is_some_and(|code| self.codes.contains(&code))
            || (self.statuses.contains(&status) && spent())
    }
}

/// How long the answer asks to wait, at most a day: what the first of the vendor's own places says, or `Retry-After`.
pub(crate) fn wait(answered: Answered<'_>, refusals: Refusals<'_>, now: SystemTime) -> Option<Duration> {
    let standard = || {
        let text = answered.headers.get(RETRY_AFTER)?.to_str().ok()?;
        WaitUnit::Delay.read(text.trim(), now)
    };
    refusals.wait_places().iter().find_map(|wait| wait.read(answered, now)).or_else(standard)
}
