//! Renewals that a keeper begins: it holds the lease already, nobody waits for the token, and what fails is put off.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::flights::{Boarded, Slot};
use super::flying::Turn;
use super::rest::jittered;
use super::{Link, Reason};
use crate::error::{Error, ErrorKind};
use crate::grant::{Grant, next};
use crate::store::{Claimed, Holder, Record, Unsettled};

/// How long a grant is put off after a failure: as long as it has been due, within these bounds.
const SHORTEST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(3600);

/// The lease that a keeper has taken, and what the store said then.
pub(crate) struct Taken {
    holder: Holder,
    record: Record,
    unsettled: Option<Unsettled>,
}

/// What became of a grant that was due.
pub(crate) enum Renewed {
    /// It has new tokens.
    Anew,
    /// It needs the user's consent again.
    Ended,
    /// It is tried again.
    Failed {
        /// The store still has it as due, because an answer was lost.
        unsettled: bool,
        /// How long the vendor wants to be left in peace.
        wait: Option<Duration>,
    },
    /// It was somebody else's turn, or it is not the moment.
    Left,
}

impl Link {
    /// Renews with a lease that a keeper has taken.
    pub(crate) async fn renew_claimed(self: &Arc<Self>, holder: Holder, claimed: Claimed) -> Renewed {
        let Claimed::Granted { record, unsettled } = claimed else { return Renewed::Left };
        let version = record.version();
        let reason = Reason::Kept(version);
        let rests = || self.rests(&reason).map(Err);
        let (pilot, ticket) = match Slot::board(&self.slot, rests) {
            Boarded::Begun(pilot, ticket) => (pilot, ticket),
            // A renewal of this process is under way, and waits for this very lease.
            Boarded::Waiting(_) | Boarded::Settled(_) => {
                self.release(&holder).await;
                return Renewed::Left;
            }
        };
        let spare = holder.clone();
        let taken = Taken { holder, record, unsettled };
        if self.take_off(pilot, reason, Some(taken)).is_err() {
            self.release(&spare).await;
            return Renewed::Left;
        }
        let outcome = ticket.await.unwrap_or_else(|| Err(Error::new(ErrorKind::System, "the renewal was cut off")));
        match outcome {
            Ok(snapshot) if snapshot.grant.version != version => Renewed::Anew,
            Ok(_) => Renewed::Left,
            Err(error) if error.needs_consent() => Renewed::Ended,
            Err(error) => {
                let wait = error.retry_after().filter(|_| error.is_rate_limit());
                // What was put off has another version.
                let current = self.current.load();
                let unsettled = current.as_ref().is_none_or(|current| current.grant.version == version);
                Renewed::Failed { unsettled, wait }
            }
        }
    }

    /// The lease, when this process knows of nothing newer than what the store said with it.
    pub(super) async fn still_good(&self, taken: Option<Taken>) -> Result<Option<Taken>, Error> {
        let Some(taken) = taken else { return Ok(None) };
        let current = self.current.load_full();
        let newer = |version, unsaved: bool| version != taken.record.version() || unsaved;
        if current.is_some_and(|current| newer(current.grant.version, current.unsaved_over.is_some())) {
            self.release(&taken.holder).await;
            return Ok(None);
        }
        Ok(Some(taken))
    }

    /// Begins with a lease that a keeper has taken. Should the record have changed meanwhile, the store won't confirm it.
    pub(super) async fn take_up(&self, taken: Taken) -> Result<(Holder, Turn), Error> {
        let _writing = self.writer.lock().await;
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = Some((taken.holder.clone(), false));
        match self.read(&taken.record) {
            Ok(grant) => Ok((taken.holder, Turn::Mine(self.publish(grant, None), taken.unsettled))),
            Err(error) => {
                self.release(&taken.holder).await;
                Err(Error::from_store(error))
            }
        }
    }

    /// Makes a grant due later, by writing it once more. That ends the lease, and would settle what is unsettled: so only
    /// where nothing is.
    pub(super) async fn postpone(&self, holder: &Holder, base: &Grant, error: &Error) {
        let now = self.now();
        let due = base.due(self.kind).filter(|_| !error.needs_consent()).and_then(|due| {
            let overdue = now.duration_since(due).unwrap_or_default();
            let wait = jittered(overdue.clamp(SHORTEST, LONGEST)).max(error.retry_after().unwrap_or_default());
            now.checked_add(wait.min(LONGEST))
        });
        let _writing = self.writer.lock().await;
        let later = Grant { version: next(base.version), ..base.clone() };
        match self.compare_and_set_due(Some(base.version), &later, due).await {
            Ok(true) => drop(self.publish(later, None)),
            Ok(false) => {}
            Err(_) => self.release(holder).await,
        }
    }
}
