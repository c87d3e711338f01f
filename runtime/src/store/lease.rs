//! Who may send a renewal, and what became of the one before.

use std::fmt;
use std::time::Duration;

use super::Record;
use crate::authorize::fill_random;
use crate::error::Error;

/// One renewal's name for itself: 128 random bits in hexadecimal. It belongs to a renewal, not to a process, so that two
/// renewals never take each other's lease for their own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Holder(String);

impl Holder {
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    #[allow(dead_code)]
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        fill_random(&mut bytes)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// As a store has kept it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As text, for a store to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a renewal asks of a store before it sends anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who asks.
    pub holder: Holder,
    /// How long the lease lasts, by the store's own clock: longer than the request may take, and than its answer takes to
    /// be written.
    pub length: Duration,
}

/// What a store answers to a [`Claim`]. All of it is of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The lease is the claimant's.
    Granted {
        /// The record as it stands.
        record: Record,
        /// A request about this version of the record whose outcome nobody knows.
        unsettled: Option<Unsettled>,
    },
    /// Another holds the lease.
    Held {
        /// The record as it stands.
        record: Record,
        /// How long the lease lasts yet.
        remaining: Duration,
    },
    /// There is no record under the key.
    Gone,
}

/// A request that a holder was about to send, or has sent, before its lease ran out: the vendor may have spent the
/// refresh token. Of several, the first. Only a new version of the record settles it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// Who it was.
    pub holder: Holder,
    /// How long ago [`Store::confirm`](super::Store::confirm) was told of it, by the store's own clock.
    pub age: Duration,
}
