//! Who begins a renewal, and who waits for it. A renewal is a task of its own: a caller who loses patience takes nothing
//! along.

use std::sync::Arc;
use std::time::Instant;

use tracing::Instrument;

use super::flights::{Boarded, Pilot, Slot, Ticket};
use super::kept::Taken;
use super::{Link, Outcome, ROUNDS, Reason, Snapshot};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::telemetry;

/// What comes of asking for a renewal.
enum Seat {
    /// There is no need of one.
    Needless(Arc<Snapshot>),
    /// In a renewal that this caller has begun.
    Own(Ticket<Outcome>),
    /// In one that was under way.
    Joined(Ticket<Outcome>),
}

impl Link {
    /// Joins the renewal under way, or begins one, and waits for it.
    pub(crate) async fn renew(self: &Arc<Self>, reason: Reason) -> Outcome {
        for _ in 0..ROUNDS {
            let (ticket, is_own) = match self.board(&reason)? {
                Seat::Needless(snapshot) => return Ok(snapshot),
                Seat::Own(ticket) => (ticket, true),
                Seat::Joined(ticket) => (ticket, false),
            };
            let outcome = ticket.await.unwrap_or_else(|| Err(cut_off("the renewal").retryable(true)));
            match outcome {
                // What the vendor gives is what there is, be it the same token or one that is over.
                Ok(snapshot) if is_own || matches!(reason, Reason::Expired) => return Ok(snapshot),
                Ok(snapshot) if reason.is_met_by(&snapshot, self.now()) => return Ok(snapshot),
                // The renewal had begun for a lesser reason.
                Ok(_) => {}
                Err(error) => return self.serve_yet(&reason).ok_or(error),
            }
        }
        Err(Error::new(ErrorKind::Store, "others keep renewing the same tokens").retryable(true))
    }

    /// Begins a renewal for which nobody waits, unless one is under way or has just failed.
    pub(super) fn renew_behind(self: &Arc<Self>) {
        // Nobody is there to hear why it can't be: the callers will, when the token is over.
        let _ = self.board(&Reason::Due);
    }

    /// The present token when it serves yet although it could not be renewed in time.
    fn serve_yet(&self, reason: &Reason) -> Option<Arc<Snapshot>> {
        let current = self.current().ok().filter(|_| matches!(reason, Reason::Expired))?;
        let serves = !current.grant.needs_consent && current.tokens().expires_at.is_some_and(|end| self.now() < end);
        serves.then_some(current)
    }

    /// What is there already, or a ticket for a renewal.
    fn board(self: &Arc<Self>, reason: &Reason) -> Result<Seat, Error> {
        // The renewal that was under way when the caller looked may have landed meanwhile.
        let settled = || match self.current() {
            Ok(current) if reason.is_met_by(&current, self.now()) => Some(Ok(current)),
            Ok(_) => self.rests(reason).map(|error| self.serve_yet(reason).ok_or(error)),
            Err(error) => Some(Err(error)),
        };
        let (pilot, ticket) = match Slot::board(&self.slot, settled) {
            Boarded::Settled(outcome) => return outcome.map(Seat::Needless),
            Boarded::Waiting(ticket) => {
                telemetry::joined(self.shown());
                return Ok(Seat::Joined(ticket));
            }
            Boarded::Begun(pilot, ticket) => (pilot, ticket),
        };
        self.take_off(pilot, reason.clone(), None)?;
        Ok(Seat::Own(ticket))
    }

    /// The failure of a moment ago, of this connection or of the whole client, unless the app itself asks.
    pub(super) fn rests(&self, reason: &Reason) -> Option<Error> {
        let now = self.now();
        let rest = (!matches!(reason, Reason::Asked(_))).then(|| self.rest.error(now)).flatten();
        rest.or_else(|| self.client.inner().rest.error(now))
    }

    pub(super) fn take_off(
        self: &Arc<Self>,
        pilot: Pilot<Outcome>,
        reason: Reason,
        taken: Option<Taken>,
    ) -> Result<(), Error> {
        let airborne = Airborne::new(&self.client);
        // Counted before this is asked, so that `close` either waits for the renewal or stops it here.
        if *self.client.inner().closed.borrow() {
            return Err(Error::new(ErrorKind::Closed, "the client was closed and renews no tokens"));
        }
        let runtime = tokio::runtime::Handle::try_current();
        let runtime = runtime.map_err(|_| Error::new(ErrorKind::System, "there is no Tokio runtime to renew in"))?;
        let link = Arc::clone(self);
        let span = telemetry::renewal(self.shown());
        let flight = async move {
            let began = Instant::now();
            let outcome = link.fly(&reason, taken).await;
            let ending = link.note(&outcome);
            telemetry::renewal_ended(link.shown(), ending, began.elapsed());
            // All that holds the client goes first: who waits for the landing may drop the last of it.
            drop(link);
            pilot.land(outcome);
            drop(airborne);
        };
        runtime.spawn(flight.instrument(span));
        Ok(())
    }
}

/// Does `work` to its end whether or not the caller stays; `close` waits for it.
///
/// # Errors
///
/// When it was cut off with its async runtime.
pub(super) async fn to_its_end<T: Send + 'static>(
    client: &Client,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Error> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return Ok(work.await) };
    let airborne = Airborne::new(client);
    let task = runtime.spawn(async move {
        let outcome = work.await;
        drop(airborne);
        outcome
    });
    task.await.map_err(|_| cut_off("it"))
}

fn cut_off(what: &str) -> Error {
    Error::new(ErrorKind::System, format!("{what} was cut off with its async runtime"))
}

/// Counts what must be done before the process may end among what is under way.
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
