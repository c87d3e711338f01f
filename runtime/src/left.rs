//! How many requests a vendor says are left.

use std::sync::atomic::{AtomicU64, Ordering};

/// What stands for a number that nobody knows.
const UNKNOWN: u64 = u64::MAX;

/// The number that the newest answer said.
#[derive(Debug)]
pub(crate) struct Left(AtomicU64);

impl Left {
    /// What an answer has said; one that says nothing changes nothing.
    pub(crate) fn hear(&self, left: Option<u64>) {
        if let Some(left) = left {
            self.0.store(left, Ordering::Relaxed);
        }
    }

    pub(crate) fn get(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|left| *left != UNKNOWN)
    }
}

impl Default for Left {
    fn default() -> Self {
        Self(AtomicU64::new(UNKNOWN))
    }
}
