//! Who begins a renewal, and who waits for it. A renewal is a task of its own: a caller who loses patience takes nothing
//! along.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::flights::{Boarded, Pilot, Slot, Ticket};
use super::{Link, Outcome, ROUNDS, Reason, Snapshot};
use crate::client::Client;
use crate::error::{Error, ErrorKind};

impl Link {
    /// Joins the renewal under way, or begins one, and waits for it.
    pub(crate) async fn renew(self: &Arc<Self>, reason: Reason) -> Outcome {
        for _ in 0..ROUNDS {
            let ticket = match self.board(&reason)? {
                Ok(snapshot) => return Ok(snapshot),
                Err(ticket) => ticket,
            };
            let cut_off = || Error::new(ErrorKind::System, "the renewal was cut off with its async runtime");
            let outcome = ticket.await.unwrap_or_else(|| Err(cut_off().retryable(true)));
            match outcome {
                // The renewal had begun for a lesser reason.
                Ok(snapshot) if !reason.is_met_by(&snapshot, self.now()) && !matches!(reason, Reason::Expired) => {}
                Ok(snapshot) => return Ok(snapshot),
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

    /// What is there already, or a ticket for the renewal under way.
    fn board(self: &Arc<Self>, reason: &Reason) -> Result<Result<Arc<Snapshot>, Ticket<Outcome>>, Error> {
        // The renewal that was under way when the caller looked may have landed meanwhile.
        let settled = || match self.current() {
            Ok(current) if reason.is_met_by(&current, self.now()) => Some(Ok(current)),
            Ok(_) => self.rests(reason).map(|error| self.serve_yet(reason).ok_or(error)),
            Err(error) => Some(Err(error)),
        };
        let (pilot, ticket) = match Slot::board(&self.slot, settled) {
            Boarded::Settled(outcome) => return outcome.map(Ok),
            Boarded::Waiting(ticket) => return Ok(Err(ticket)),
            Boarded::Begun(pilot, ticket) => (pilot, ticket),
        };
        self.take_off(pilot, reason.clone())?;
        Ok(Err(ticket))
    }

    /// The failure of a moment ago, of this connection or of the whole client, unless the app itself asks.
    fn rests(&self, reason: &Reason) -> Option<Error> {
        let now = self.now();
        let rest = (!matches!(reason, Reason::Asked(_))).then(|| self.rest.error(now)).flatten();
        rest.or_else(|| self.client.inner().rest.error(now))
    }

    fn take_off(self: &Arc<Self>, pilot: Pilot<Outcome>, reason: Reason) -> Result<(), Error> {
        let airborne = Airborne::new(&self.client);
        // Counted before this is asked, so that `close` either waits for the renewal or stops it here.
        if self.client.inner().closed.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Closed, "the client was closed and renews no tokens"));
        }
        let runtime = tokio::runtime::Handle::try_current();
        let runtime = runtime.map_err(|_| Error::new(ErrorKind::System, "there is no Tokio runtime to renew in"))?;
        let link = Arc::clone(self);
        runtime.spawn(async move {
            let outcome = link.fly(&reason).await;
            link.note(&outcome);
            // All that holds the client goes first: who waits for the landing may drop the last of it.
            drop(link);
            pilot.land(outcome);
            drop(airborne);
        });
        Ok(())
    }

    /// Rests after a failure.
    fn note(&self, outcome: &Outcome) {
        let error = match outcome {
            Ok(_) => {
                self.client.inner().rest.over();
                return self.rest.over();
            }
            Err(error) if error.needs_consent() || error.kind() == ErrorKind::Closed => return,
            // The next renewal has another refresh token to show.
            Err(error) if error.rescued_set(self.kind.name()).is_some() => return,
            Err(error) => error,
        };
        // The client itself is refused: no other connection of it fares better.
        let of_client = matches!(error.code(), Some("invalid_client" | "unauthorized_client"));
        let rest = if of_client { &self.client.inner().rest } else { &self.rest };
        rest.failed(self.now(), error);
    }
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
