//! Rate limits: which refusals are some, and how long they ask to wait.

use super::WaitUnit;

/// Where a refusal says how long to wait, or until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The place in the answer: a JSON Pointer, or `header:NAME`.
    pub at: String,
    /// How it is written.
    pub unit: WaitUnit,
    /// Only what stands after this text counts.
    pub after: Option<String>,
    /// Only what stands before this text counts.
    pub before: Option<String>,
}

/// Which refusals are rate limits besides status 429 (RFC 6585, section 4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limited {
    /// Those with one of these statuses, when the header `remaining` is 0; without such a header the status is enough.
    pub statuses: Vec<u16>,
    /// The header that says how many requests are left.
    pub remaining: Option<String>,
    /// Those with one of these codes of the vendor's.
    pub codes: Vec<String>,
}
