//! The rest after a failure: what failed a moment ago is not tried again at once by everyone who asks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::authorize::fill_random;
use crate::error::Error;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// The longest wait that a vendor is believed, so that an absurd one ends no connection.
const LONGEST_ASKED: Duration = Duration::from_secs(86_400);

/// Remembers the failures of one connection, or of one client.
#[derive(Default)]
pub(crate) struct Rest(Mutex<Option<Resting>>);

struct Resting {
    since: SystemTime,
    until: SystemTime,
    failures: u32,
    error: Error,
}

impl Rest {
    /// The last failure, while it is too early to try again.
    pub(crate) fn error(&self, now: SystemTime) -> Option<Error> {
        let resting = self.resting();
        // A clock that was set back says nothing about the rest.
        resting.as_ref().filter(|resting| resting.since <= now && now < resting.until).map(|rest| rest.error.clone())
    }

    /// How long it rests yet.
    pub(crate) fn remaining(&self, now: SystemTime) -> Option<Duration> {
        let resting = self.resting();
        let resting = resting.as_ref().filter(|resting| resting.since <= now)?;
        resting.until.duration_since(now).ok().filter(|rest| !rest.is_zero())
    }

    /// Rests as long as the vendor asks, or twice as long as after the failure before.
    ///
    /// Gives until when, and whether the one before had failed as well.
    pub(crate) fn failed(&self, now: SystemTime, error: &Error) -> (SystemTime, bool) {
        let mut resting = self.resting();
        let failures = resting.as_ref().map_or(0, |resting| resting.failures).saturating_add(1);
        let own = jittered((FIRST * 2_u32.saturating_pow(failures - 1).min(64)).min(LONGEST));
        let wait = error.retry_after().map_or(own, |asked| asked.min(LONGEST_ASKED));
        let until = now.checked_add(wait).unwrap_or(now);
        *resting = Some(Resting { since: now, until, failures, error: error.clone() });
        (until, failures > 1)
    }

    /// Forgets all failures; whether there were some.
    pub(crate) fn over(&self) -> bool {
        self.resting().take().is_some()
    }

    fn resting(&self) -> MutexGuard<'_, Option<Resting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Between half of a wait and all of it.
pub(crate) fn jittered(wait: Duration) -> Duration {
    wait / 2 + wait / 2 * u32::from(random_share()) / 255
}

/// A random number. Without randomness what is made of it is merely regular.
pub(crate) fn random_share() -> u8 {
    let mut byte = [0];
    let _ = fill_random(&mut byte);
    let [share] = byte;
    share
}
