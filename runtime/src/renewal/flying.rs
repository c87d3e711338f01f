//! One renewal, from the lease to the new record: who may send, what a lost answer means, and what is written when.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use authsmith_protocol::operation::Meaning;
use authsmith_protocol::provider::Replay;
use tokio::time::sleep;

use super::kept::Taken;
use super::rest::jittered;
use super::{Link, Outcome, ROUNDS, Reason, Snapshot};
use crate::error::{Error, ErrorKind, ends_grant};
use crate::store::{Claim, Claimed, Holder, Unsettled};

/// How often a renewal looks whether another process is done: first and at most so far apart.
const FIRST_LOOK: Duration = Duration::from_millis(20);
const LAST_LOOK: Duration = Duration::from_millis(500);

/// How long after a lost answer the same refresh token is shown once more.
const BEFORE_REPLAY: Duration = Duration::from_millis(200);

/// What a claim leads to.
pub(super) enum Turn {
    /// The store has what is asked for, or the grant is over.
    Over(Outcome),
    /// It is this renewal's turn.
    Mine(Arc<Snapshot>, Option<Unsettled>),
}

/// What an attempt that gave no tokens says about the refresh token that it showed.
enum Spent {
    /// It is as good as before.
    No,
    /// The vendor says that it is worth nothing.
    Ended,
    /// Nobody knows.
    Perhaps,
}

impl Link {
    /// Renews, with the lease that a keeper has taken or one of its own.
    pub(super) async fn fly(&self, reason: &Reason, taken: Option<Taken>) -> Outcome {
        let outcome = self.fly_rounds(reason, taken).await;
        self.leased().take();
        outcome
    }

    async fn fly_rounds(&self, reason: &Reason, taken: Option<Taken>) -> Outcome {
        let mut taken = self.still_good(taken).await?;
        self.save().await?;
        self.give_up_cut_off().await;
        for _ in 0..ROUNDS {
            let (holder, turn) = match taken.take() {
                Some(taken) => self.take_up(taken).await?,
                None => {
                    let holder = Holder::random()?;
                    let turn = self.turn(&holder, reason).await?;
                    (holder, turn)
                }
            };
            let (base, unsettled) = match turn {
                Turn::Over(outcome) => return outcome,
                Turn::Mine(base, unsettled) => (base, unsettled),
            };
            // A process that was killed may have left what the vendor gave it.
            if unsettled.is_some() && self.replay_alone().await {
                continue;
            }
            if unsettled.as_ref().is_some_and(|unsettled| !self.may_follow(unsettled, &base, reason)) {
                self.release(&holder).await;
                return Ok(base);
            }
            if let Some(outcome) = self.send(&holder, &base, reason, unsettled).await {
                return outcome;
            }
        }
        Err(Error::new(ErrorKind::Store, "others keep renewing the same tokens"))
    }

    /// Ends the lease of a renewal that was cut off in this process, so that nobody waits until it runs out.
    async fn give_up_cut_off(&self) {
        let Some((holder, confirmed)) = self.leased().take() else { return };
        match confirmed {
            true => drop(self.confirm(&holder, Duration::ZERO).await),
            false => self.release(&holder).await,
        }
    }

    pub(super) fn leased(&self) -> MutexGuard<'_, Option<(Holder, bool)>> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lease, or waits until whoever has it is done.
    async fn turn(&self, holder: &Holder, reason: &Reason) -> Result<Turn, Error> {
        let claim = Claim { holder: holder.clone(), length: self.lease_length() };
        let (began, mut look) = (Instant::now(), FIRST_LOOK);
        loop {
            let (claimed, snapshot) = self.claim(&claim).await?;
            let settled = reason.is_met_by(&snapshot, self.now()) || snapshot.grant.needs_consent;
            let over = |snapshot: Arc<Snapshot>| match snapshot.grant.needs_consent {
                true => Err(self.ended(&snapshot.grant)),
                false => Ok(snapshot),
            };
            match claimed {
                Claimed::Granted { .. } if settled => {
                    self.release(holder).await;
                    return Ok(Turn::Over(over(snapshot)));
                }
                Claimed::Granted { unsettled, .. } => return Ok(Turn::Mine(snapshot, unsettled)),
                _ if settled => return Ok(Turn::Over(over(snapshot))),
                Claimed::Held { remaining, .. } if began.elapsed() < self.lease_length() * 2 => {
                    sleep(jittered(look).min(remaining)).await;
                    look = (look * 2).min(LAST_LOOK);
                }
                _ => return Err(Error::new(ErrorKind::Store, "another process has been renewing the tokens for long")),
            }
        }
    }

    /// Claims the lease and publishes the record as it stands.
    async fn claim(&self, claim: &Claim) -> Result<(Claimed, Arc<Snapshot>), Error> {
        let _writing = self.writer.lock().await;
        *self.leased() = Some((claim.holder.clone(), false));
        let claimed = self.client.inner().store.claim(&self.key, claim).await.map_err(Error::from_store)?;
        let record = match &claimed {
            Claimed::Granted { record, .. } | Claimed::Held { record, .. } => record,
            Claimed::Gone => return self.publish_stored(None).map(|snapshot| (Claimed::Gone, snapshot)),
        };
        match self.read(record) {
            Ok(grant) => match self.set_back(&grant) {
                // Whoever has the lease would show a spent token: the write takes it from them.
                Some(newer) => {
                    let held = Claimed::Held { record: record.clone(), remaining: Duration::ZERO };
                    self.put_forward(grant.version, newer).await.map(|snapshot| (held, snapshot))
                }
                None => Ok((claimed, self.publish(grant, None))),
            },
            Err(error) => {
                self.release(&claim.holder).await;
                Err(Error::from_store(error))
            }
        }
    }

    /// Shows the refresh token; nothing when others were faster.
    async fn send(
        &self,
        holder: &Holder,
        base: &Snapshot,
        reason: &Reason,
        unsettled: Option<Unsettled>,
    ) -> Option<Outcome> {
        // The first request whose outcome nobody knows, of this renewal or of one before.
        let mut open = unsettled.map(|unsettled| (unsettled.age, Instant::now()));
        let mut lost = 0;
        loop {
            let began = Instant::now();
            match self.confirm_in_time(holder).await {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
            let error = match self.attempt(&base.grant).await {
                Ok(tokens) => return Some(self.settle(&base.grant, tokens).await),
                Err(error) => error,
            };
            // The vendor has spent the old refresh token, and gave only another: the next renewal needs it.
            if let Some(tokens) = error.rescued_set(self.kind.name()) {
                let _ = self.settle(&base.grant, tokens.clone()).await;
                return Some(Err(error));
            }
            match self.spent(&error) {
                Spent::Ended => {
                    let answer_lost = open.map(|(age, since)| age + since.elapsed());
                    return self.bury(&base.grant, error, answer_lost).await;
                }
                // What is unsettled stays so until there are other tokens.
                Spent::No if open.is_none() && matches!(reason, Reason::Kept(_)) => {
                    self.postpone(holder, &base.grant, &error).await;
                    return Some(Err(error));
                }
                Spent::No => {
                    self.release(holder).await;
                    if error.needs_consent() {
                        self.tell_stuck(&base.grant, &error);
                    }
                    return Some(Err(error));
                }
                Spent::Perhaps if self.may_replay(lost, &error, base, reason) => {
                    lost += 1;
                    open.get_or_insert((Duration::ZERO, began));
                    sleep(jittered(BEFORE_REPLAY * lost)).await;
                }
                Spent::Perhaps => {
                    // The lease ends, and what was sent stays unsettled.
                    let _ = self.confirm(holder, Duration::ZERO).await;
                    return Some(Err(error));
                }
            }
        }
    }

    fn spent(&self, error: &Error) -> Spent {
        match (error.refusal(), error.kind()) {
            (Some(refusal), _) if ends_grant(refusal) => Spent::Ended,
            // Who has to come back later was not served.
            (Some(refusal), _) if refusal.limited => Spent::No,
            // A server that failed may have done its work before.
            (Some(refusal), _)
                if refusal.status >= 500 || refusal.status == 408 || refusal.meaning == Meaning::Transient =>
            {
                Spent::Perhaps
            }
            (Some(_), _) => Spent::No,
            (None, ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::TooLarge | ErrorKind::Unreadable) => {
                Spent::Perhaps
            }
            (None, _) => Spent::No,
        }
    }

    /// Whether the same refresh token is shown again after its answer was lost for the `lost`th time. Soon, or not at
    /// all: what a vendor forgives it forgives for a short while.
    fn may_replay(&self, lost: u32, error: &Error, base: &Snapshot, reason: &Reason) -> bool {
        let most = match self.kind.replayed() {
            Replay::Free | Replay::Idempotent | Replay::Grace => 2,
            Replay::Fatal if self.can_wait(base, reason) => 0,
            _ => 1,
        };
        lost < most && error.retry_after().is_none()
    }

    /// Whether this renewal may show a refresh token that another may have spent.
    fn may_follow(&self, unsettled: &Unsettled, base: &Snapshot, reason: &Reason) -> bool {
        match self.kind.replayed() {
            Replay::Free | Replay::Unknown => true,
            Replay::Idempotent | Replay::Grace if unsettled.age < self.kind.replay_window() => true,
            _ => !self.can_wait(base, reason),
        }
    }

    /// Whether the present token serves a while yet.
    fn can_wait(&self, base: &Snapshot, reason: &Reason) -> bool {
        matches!(reason, Reason::Due | Reason::Expired | Reason::Kept(_)) && base.is_fresh(self.now())
    }

    /// Says that the next thing is to send, and once more when the store took so long to answer that the lease might end
    /// before the request does: the process may have been paused meanwhile, and another may be sending.
    async fn confirm_in_time(&self, holder: &Holder) -> Result<bool, Error> {
        for _ in 0..ROUNDS {
            let asked = Instant::now();
            if !self.confirm(holder, self.lease_length()).await? {
                return Ok(false);
            }
            if asked.elapsed() < self.client.inner().keep_deadline {
                return Ok(true);
            }
        }
        self.release(holder).await;
        Err(Error::new(ErrorKind::Store, "the store is too slow for a renewal to be sent"))
    }

    /// Says that the next thing is to send.
    async fn confirm(&self, holder: &Holder, length: Duration) -> Result<bool, Error> {
        if let Some((_, confirmed)) = self.leased().as_mut() {
            *confirmed = true;
        }
        self.client.inner().store.confirm(&self.key, holder, length).await.map_err(Error::from_store)
    }

    /// Gives the lease back. When that fails it runs out by itself.
    pub(super) async fn release(&self, holder: &Holder) {
        let _ = self.client.inner().store.release(&self.key, holder).await;
    }

    fn lease_length(&self) -> Duration {
        self.client.inner().lease_length()
    }
}
