//! Ways in which a vendor misbehaves on demand.

mod armed;
mod check;
mod edit;
mod gzip;
mod serve;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use armed::ArmedFault;
pub(crate) use armed::{Armed, Struck};
pub(crate) use edit::remove_pointer;
pub(crate) use serve::serve;

/// What a vendor does wrong, and to which requests. As JSON it is what `/_sandbox/add_fault` takes; every member but
/// `does` may be left out there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Only requests for this operation; every request when `None`.
    pub operation: Option<String>,
    /// How many such requests go unharmed first.
    pub skip: u64,
    /// How many requests are struck; all until the faults are cleared when `None`.
    pub times: Option<u64>,
    /// How likely a request is struck, from 0 to 1.
    pub probability: f64,
    /// Where the dice of `probability` start: one seed, one sequence.
    pub seed: u64,
    /// How many milliseconds of real time pass before the vendor does anything. What it has read it carries out, even
    /// when the client has gone meanwhile.
    pub wait_before_ms: u64,
    /// How many milliseconds of real time pass between what the vendor did and its answer.
    pub wait_after_ms: u64,
    /// What is wrong.
    pub does: Misdeed,
}

impl Default for Fault {
    fn default() -> Self {
        Self {
            operation: None,
            skip: 0,
            times: None,
            probability: 1.0,
            seed: 0,
            wait_before_ms: 0,
            wait_after_ms: 0,
            does: Misdeed::Nothing,
        }
    }
}

/// What is wrong with an answer. `processed` says whether the vendor does what it was asked before: whether it issues
/// tokens, spends refresh tokens, and so on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Misdeed {
    /// Nothing: the answer is only late.
    #[default]
    Nothing,
    /// The connection ends without an answer.
    Drop {
        /// Whether the request is carried out.
        #[serde(default)]
        processed: bool,
        /// Whether it ends by a reset (RST) instead of an orderly close.
        #[serde(default)]
        reset: bool,
    },
    /// The answer stops after so many bytes of its body; its `Content-Length` says that there is more.
    Truncate {
        /// How many bytes of the body are sent.
        after: usize,
        /// Whether it ends by a reset (RST) instead of an orderly close.
        #[serde(default)]
        reset: bool,
    },
    /// Another answer stands in the place of the vendor's.
    Answer(Canned),
    /// The vendor's own answer, altered.
    Edit(Box<Edit>),
    /// The vendor's own answer in small pieces.
    Drip {
        /// How many milliseconds lie between two pieces.
        every_ms: u64,
        /// How many bytes a piece has.
        #[serde(default = "one")]
        bytes: usize,
    },
    /// A body of spaces that never ends.
    Endless {
        /// Whether the request is carried out.
        #[serde(default)]
        processed: bool,
    },
    /// A small body with `Content-Encoding: gzip` that unpacks to very many spaces.
    Gzip {
        /// How many bytes it unpacks to, about.
        bytes: u64,
        /// Whether the request is carried out.
        #[serde(default)]
        processed: bool,
    },
    /// No answer, and the connection stays open until the client closes it.
    Hang {
        /// Whether the request is carried out.
        #[serde(default)]
        processed: bool,
    },
}

fn one() -> usize {
    1
}

/// An answer that is not the vendor's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Canned {
    /// Its status, from 200 to 599.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// A `Retry-After` header with the HTTP date that is so many seconds away on the vendor's clock.
    pub retry_at: Option<i64>,
    /// Its body.
    pub body: String,
    /// Whether the request is carried out.
    pub processed: bool,
}

impl Default for Canned {
    fn default() -> Self {
        Self { status: 200, headers: Vec::new(), retry_at: None, body: String::new(), processed: false }
    }
}

/// How the vendor's own answer is altered; the request is carried out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// Another status.
    pub status: Option<u16>,
    /// Another `Content-Type`.
    pub content_type: Option<String>,
    /// Values put at places of a JSON body, by JSON Pointer (RFC 6901).
    pub set: BTreeMap<String, Value>,
    /// Places of a JSON body that are taken out.
    pub remove: Vec<String>,
    /// Members that a JSON body gets at its end, whether it has them already or not.
    pub repeat: BTreeMap<String, Value>,
    /// How many arrays, one in the other, a JSON body gets as its first member, `nested`.
    pub nested: usize,
    /// Text in front of the body, such as a byte order mark.
    pub prefix: String,
}

impl Fault {
    /// Strikes every request, for as long as it isn't cleared.
    pub fn new(does: Misdeed) -> Self {
        Self { does, ..Self::default() }
    }

    /// An answer that comes so much later; the request is carried out at once.
    pub fn late(by: Duration) -> Self {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        Self { wait_after_ms: by, ..Self::default() }
    }

    /// Strikes requests for this operation only.
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Strikes so many requests.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets so many requests go unharmed first.
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// Strikes a request with this probability, from 0 to 1; the same seed gives the same sequence.
    pub fn chance(mut self, probability: f64, seed: u64) -> Self {
        (self.probability, self.seed) = (probability, seed);
        self
    }
}

impl Misdeed {
    /// The connection is closed, and nothing was done.
    pub fn drop_before() -> Self {
        Self::Drop { processed: false, reset: false }
    }

    /// Everything was done, and the connection is closed without an answer.
    pub fn drop_after() -> Self {
        Self::Drop { processed: true, reset: false }
    }

    /// A page for people in the place of an answer, as a proxy sends it.
    pub fn html(status: u16) -> Self {
        let body = format!("<!doctype html><html><body><h1>{status}</h1></body></html>");
        let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        Self::Answer(Canned { status, headers, body, ..Canned::default() })
    }

    /// 429 with this `Retry-After`, sound or not.
    pub fn limited(retry_after: impl Into<String>) -> Self {
        let headers = vec![("retry-after".to_owned(), retry_after.into())];
        Self::Answer(Canned { status: 429, headers, ..Canned::default() })
    }

    /// A redirect to any place.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        let headers = vec![("location".to_owned(), location.into())];
        Self::Answer(Canned { status, headers, ..Canned::default() })
    }

    /// Whether the request is carried out.
    pub(crate) fn processes(&self) -> bool {
        match self {
            Self::Nothing | Self::Truncate { .. } | Self::Edit(_) | Self::Drip { .. } => true,
            Self::Answer(canned) => canned.processed,
            Self::Drop { processed, .. }
            | Self::Endless { processed }
            | Self::Gzip { processed, .. }
            | Self::Hang { processed } => *processed,
        }
    }

    /// What becomes of the vendor's own answer.
    pub(crate) fn delivery(&self) -> crate::events::Delivery {
        use crate::events::Delivery;
        match self {
            Self::Nothing | Self::Drip { .. } => Delivery::Whole,
            Self::Edit(_) => Delivery::Altered,
            Self::Truncate { .. } => Delivery::Cut,
            Self::Answer(_) | Self::Endless { .. } | Self::Gzip { .. } => Delivery::Replaced,
            Self::Drop { .. } | Self::Hang { .. } => Delivery::Dropped,
        }
    }
}
