//! One renewal under way: who begins it, who waits for it, and how it ends.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use tokio::sync::watch;

use super::{Link, Outcome, Reason, Snapshot};
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// Where the callers of one renewal wait for its outcome.
pub(super) type Flight = watch::Receiver<Option<Outcome>>;

impl Link {
    /// Joins the renewal under way, or begins one.
    pub(crate) async fn renew(self: &Arc<Self>, reason: Reason) -> Outcome {
        let mut flight = match self.board(&reason)? {
            Boarded::Settled(snapshot) => return Ok(snapshot),
            Boarded::Waiting(flight) => flight,
        };
        let landed = flight.wait_for(Option::is_some).await;
        match landed.ok().and_then(|outcome| outcome.clone()) {
            Some(outcome) => outcome,
            None => {
                Err(Error::new(ErrorKind::System, "the renewal was cut off with its async runtime").retryable(true))
            }
        }
    }

    fn board(self: &Arc<Self>, reason: &Reason) -> Result<Boarded, Error> {
        let mut slot = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        // The renewal that was under way when the caller looked may have landed meanwhile.
        let current = self.current()?;
        if reason.is_met_by(&current, self.now()) {
            return Ok(Boarded::Settled(current));
        }
        if let Some(flight) = &*slot {
            return Ok(Boarded::Waiting(flight.clone()));
        }
        let airborne = Airborne::new(&self.client);
        // Counted before this is asked, so that `close` either waits for the renewal or stops it here.
        if self.client.inner().closed.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Closed, "the client was closed and renews no tokens"));
        }
        let runtime = tokio::runtime::Handle::try_current();
        let runtime = runtime.map_err(|_| Error::new(ErrorKind::System, "there is no Tokio runtime to renew in"))?;
        let (sender, flight) = watch::channel(None);
        *slot = Some(flight.clone());
        // A runtime that is shutting down drops the task at once, and its landing takes the lock.
        drop(slot);
        let landing = Landing { link: Arc::clone(self), sender, landed: false, _airborne: airborne };
        let reason = reason.clone();
        runtime.spawn(async move {
            let outcome = landing.link.fly(&reason).await;
            landing.land(outcome);
        });
        Ok(Boarded::Waiting(flight))
    }
}

enum Boarded {
    Settled(Arc<Snapshot>),
    Waiting(Flight),
}

/// Counts a renewal, or a revocation, among those under way.
pub(super) struct Airborne(Client);

impl Airborne {
    pub(super) fn new(client: &Client) -> Self {
        client.inner().flights.send_modify(|flights| *flights += 1);
        Self(client.clone())
    }
}

impl Drop for Airborne {
    fn drop(&mut self) {
        self.0.inner().flights.send_modify(|flights| *flights = flights.saturating_sub(1));
    }
}

/// Ends a flight however its task ends: the slot becomes free, and the callers learn of it.
struct Landing {
    link: Arc<Link>,
    sender: watch::Sender<Option<Outcome>>,
    landed: bool,
    _airborne: Airborne,
}

impl Landing {
    fn land(mut self, outcome: Outcome) {
        self.free();
        self.sender.send_replace(Some(outcome));
    }

    /// Once only: the slot may hold the next flight already.
    fn free(&mut self) {
        if !std::mem::replace(&mut self.landed, true) {
            *self.link.flight.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.free();
    }
}
