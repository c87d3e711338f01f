//! What a store keeps under a key.

use std::fmt;
use std::time::SystemTime;

use authsmith_protocol::Secret;

/// A version, a moment, and text that only the runtime reads: the tokens, in the clear or encrypted. `Debug` shows no
/// secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    version: u64,
    due: Option<SystemTime>,
    body: Secret,
}

impl Record {
    /// A record as a store has kept it.
    pub fn new(version: u64, due: Option<SystemTime>, body: impl Into<Secret>) -> Self {
        Self { version, due, body: body.into() }
    }

    /// The version, which changes with every write. It fits in 63 bits.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The moment (UTC) from which the tokens should be renewed, in whole milliseconds; `None` when the clock says
    /// nothing about it.
    pub fn due(&self) -> Option<SystemTime> {
        self.due
    }

    /// The text. Without encryption keys it holds the tokens in the clear.
    pub fn body(&self) -> &Secret {
        &self.body
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("version", &self.version).field("due", &self.due).finish_non_exhaustive()
    }
}
