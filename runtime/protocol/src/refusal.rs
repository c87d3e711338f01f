//! What a vendor answers when it says no.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::limits;
use crate::operation::{Failure, Meaning, Refusals};
use crate::place::Answered;
use crate::secret::REDACTED;
use crate::text::printable;
use crate::values::Values;

/// The longest code that is kept, in characters.
const LONGEST_CODE: usize = 100;
/// The longest text that is kept, in characters.
const LONGEST_TEXT: usize = 300;
/// Shorter beginnings of a secret at a cut are no worth to a finder, and too likely to be chance.
const SHORTEST_PREFIX: usize = 4;

/// A refusal by the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's own code (RFC 6749, section 5.2: `error`), printable and at most 100 characters.
    pub code: Option<String>,
    /// The vendor's text for people (`error_description`), printable and at most 300 characters.
    pub text: Option<String>,
    /// The documented failure that it is, by its name in the spec.
    pub failure: Option<String>,
    /// How long the vendor asks to wait (`Retry-After`, or where the spec says), at most a day.
    pub retry_after: Option<Duration>,
    /// Whether it is a rate limit: status 429 (RFC 6585, section 4), or what the spec says.
    pub limited: bool,
    /// What it means for the grant about which it was asked. A rate limit and a failing server (500 to 599) end no grant.
    pub meaning: Meaning,
}

impl Refusal {
    /// A refusal of which only the status is known.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            code: None,
            text: None,
            failure: None,
            retry_after: None,
            limited: status == 429,
            meaning: Meaning::Unknown,
        }
    }

    /// Takes the secrets of `sent` out of the vendor's words, also one that the cut has left half.
    pub fn hide(&mut self, sent: &Values) {
        for (words, limit) in [(&mut self.code, LONGEST_CODE), (&mut self.text, LONGEST_TEXT)] {
            if let Some(words) = words {
                *words = printable(&hide_cut(sent, &sent.hide_in(words)), limit);
            }
        }
    }

    pub(crate) fn read(status: u16, answered: Answered<'_>, refusals: Refusals<'_>, now: SystemTime) -> Self {
        let first = |at, others: &[&str], usual: &[&str]| {
            std::iter::once(at)
                .chain(others.iter().copied())
                .chain(usual.iter().copied())
                .find_map(|at| word(answered, at))
        };
        let code = first(refusals.code_at(), refusals.code_or(), &["/error", "/error/code", "/error/type"]);
        let usual = &["/error_description", "/message", "/error/message"];
        let text = first(refusals.text_at(), refusals.text_or(), usual);
        let failure = refusals.documented().iter().find(|failure| failure.matches(status, code.as_deref()));
        let limited = refusals.rate_limits().applies(status, code.as_deref(), answered.headers);
        let passes = limited || status >= 500;
        let said = failure.and_then(Failure::meaning).is_some();
        let meaning = match refusals.meaning(code.as_deref(), failure) {
            Meaning::Terminal | Meaning::Config if passes && !said => Meaning::Transient,
            meaning => meaning,
        };
        Self {
            status,
            failure: failure.map(|failure| failure.name().to_owned()),
            code: code.map(|code| printable(&code, LONGEST_CODE)),
            text: text.map(|text| printable(&text, LONGEST_TEXT)),
            retry_after: limits::wait(answered, refusals, now),
            limited,
            meaning,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the vendor refused with status {}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        if let Some(text) = &self.text {
            write!(f, ": {text}")?;
        }
        Ok(())
    }
}

/// The word or number that stands at a place.
fn word(answered: Answered<'_>, at: &str) -> Option<String> {
    match answered.at(at)?.as_ref() {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A cut text can end in the beginning of a secret.
fn hide_cut(sent: &Values, words: &str) -> String {
    let Some(kept) = words.strip_suffix('…') else { return words.to_owned() };
    for secret in sent.secrets() {
        let prefixes = secret.char_indices().map(|(end, _)| end).filter(|end| *end >= SHORTEST_PREFIX).rev();
        for prefix in prefixes.filter_map(|end| secret.get(..end)) {
            if let Some(before) = kept.strip_suffix(prefix) {
                return format!("{before}{REDACTED}…");
            }
        }
    }
    words.to_owned()
}
