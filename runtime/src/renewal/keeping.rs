//! A link and its record in the store. Whatever is written or read here is published under the same lock.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{sleep, timeout};

use super::boarding::{Airborne, to_its_end};
use super::rest::jittered;
use super::{Link, Outcome, ROUNDS, Snapshot, Windows};
use crate::authorize::fill_random;
use crate::client::Client;
use crate::error::{Error, ErrorKind, is_temporary};
use crate::grant::Grant;
use crate::settings;
use crate::store::{Record, StoreError, seal};
use crate::tokens::TokenSet;

/// How often a write is tried before the tokens are served from memory alone, and how long after the first failure the
/// second try comes; the wait doubles each time.
const SAVE_ATTEMPTS: u32 = 5;
const SAVE_WAIT: Duration = Duration::from_millis(50);

/// How long a vendor that can't revoke just now is left in peace before it is asked again, unless it says itself, and the
/// longest that it may say.
const REVOKE_WAITS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(4), Duration::from_secs(16)];
const LONGEST_REVOKE_WAIT: Duration = Duration::from_secs(60);

/// So many versions at most lie between a record and a copy of it from a while ago.
const ONE_LINE: u64 = 1 << 20;

impl Link {
    /// Keeps tokens over whatever was kept, even when the caller leaves meanwhile: nobody else may have them. The error
    /// gives them back.
    pub(crate) async fn keep(self: &Arc<Self>, tokens: TokenSet) -> Result<(), Error> {
        let (link, kept) = (Arc::clone(self), tokens.clone());
        let outcome = to_its_end(&self.client, async move { link.keep_now(kept).await }).await;
        outcome.unwrap_or_else(|error| Err(error.returning(self.kind.name(), tokens)))
    }

    async fn keep_now(&self, tokens: TokenSet) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        for _ in 0..ROUNDS {
            match self.overwrite(&tokens).await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => return Err(error.returning(self.kind.name(), tokens)),
            }
        }
        let error = Error::new(ErrorKind::Store, "others keep writing under the same id");
        Err(error.returning(self.kind.name(), tokens))
    }

    /// `false` when somebody has written meanwhile.
    async fn overwrite(&self, tokens: &TokenSet) -> Result<bool, Error> {
        let stored = self.load().await?;
        let record = match &stored {
            Some(stored) => stored.followed_by(tokens.clone()),
            None => Grant::at(first_version()?, tokens.clone()),
        };
        let expected = stored.map(|stored| stored.version);
        let written = self.compare_and_set(expected, &record).await.map_err(Error::from_store)?;
        if written {
            // What is in the journal is of a consent before.
            self.take_spilled().await;
            self.publish(record, None);
        }
        Ok(written)
    }

    /// Takes up what the store has.
    pub(crate) async fn resume(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        self.replay().await;
        // Tokens that the store has refused so far are newer than what it has.
        if self.current.load().as_ref().is_some_and(|current| current.unsaved_over.is_some()) {
            return Ok(());
        }
        let stored = self.load().await?;
        if let Some(stored) = &stored
            && let Some(newer) = self.set_back(stored)
        {
            return self.put_forward(stored.version, newer).await.map(drop);
        }
        self.publish_stored(stored).map(drop)
    }

    /// What this process knows, when the store has an older copy of the same record: it was restored from a backup, or has
    /// lost its last writes. The refresh token of the copy is spent.
    pub(super) fn set_back(&self, stored: &Grant) -> Option<Grant> {
        let current = self.current.load_full()?;
        let known = &current.grant;
        let steps = known.version.checked_sub(stored.version)?;
        let is_newer = known.tokens.obtained_at? > stored.tokens.obtained_at?;
        let is_copy = (1..=ONE_LINE).contains(&steps) && is_newer && !known.needs_consent;
        is_copy.then(|| known.followed_by(known.tokens.clone()))
    }

    /// Writes what this process knows over an older copy of it.
    pub(super) async fn put_forward(&self, base: u64, newer: Grant) -> Outcome {
        let stored = self.write(base, &newer).await.map_err(Error::from_store)?;
        self.publish_stored(stored)
    }

    /// Forgets the tokens, then has them revoked, even when the caller leaves meanwhile.
    pub(crate) async fn disconnect(self: &Arc<Self>) -> Result<(), Error> {
        let link = Arc::clone(self);
        to_its_end(&self.client, async move { link.disconnect_now().await }).await?
    }

    async fn disconnect_now(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        // Another process may have renewed them.
        let stored = match self.kind.revocation() {
            // A record that can't be read keeps no user from logging out.
            Some(_) => self.load().await.ok().flatten(),
            None => None,
        };
        self.client.inner().store.delete(&self.key).await.map_err(Error::from_store)?;
        let current = self.current.swap(None);
        self.tell_durability(current.as_deref(), None);
        let is_newer = current.as_ref().is_some_and(|current| current.unsaved_over.is_some());
        let current = current.map(|current| current.grant.clone());
        let spilled = self.take_spilled().await;
        let record = if is_newer { current } else { spilled.or(stored).or(current) };
        if let Some(record) = record.filter(|record| !record.needs_consent) {
            self.revoke_behind(record.tokens);
        }
        Ok(())
    }

    /// Revokes tokens that nobody keeps any more, as well as it goes, while nobody waits.
    pub(super) fn revoke_behind(&self, tokens: TokenSet) {
        let (client, kind) = (self.client.clone(), self.kind);
        if kind.revocation().is_none() {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let airborne = Airborne::new(&client);
        runtime.spawn(async move {
            let _airborne = airborne;
            // There is nobody to tell of a failure but the observer, who has seen it.
            for wait in REVOKE_WAITS {
                let is_last = *client.inner().closed.borrow();
                match client.inner().revoke(kind, &tokens).await {
                    Err(error) if !is_last && passes(&error) => pause(&client, wait, &error).await,
                    _ => return,
                }
            }
            let _ = client.inner().revoke(kind, &tokens).await;
        });
    }

    /// Saves what could not be saved before.
    pub(crate) async fn save(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        self.save_unsaved().await
    }

    pub(super) async fn save_unsaved(&self) -> Result<(), Error> {
        let Some(current) = self.current.load_full() else { return Ok(()) };
        let Some(base) = current.unsaved_over else { return Ok(()) };
        let stored = self.write(base, &current.grant).await.map_err(Error::from_store)?;
        self.forget_spilled().await;
        self.publish_stored(stored).map(drop)
    }

    /// Writes `record` over the version `base`, and gives what the store has then: `record`, or what others have
    /// written. A write whose outcome was unclear is recognized when it is tried again.
    pub(super) async fn write(&self, base: u64, record: &Grant) -> Result<Option<Grant>, StoreError> {
        let mut attempt = 0;
        loop {
            match self.write_once(base, record).await {
                Err(_) if attempt + 1 < SAVE_ATTEMPTS => {
                    sleep(SAVE_WAIT * 2_u32.pow(attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    pub(super) async fn write_once(&self, base: u64, record: &Grant) -> Result<Option<Grant>, StoreError> {
        if self.compare_and_set(Some(base), record).await? {
            return Ok(Some(record.clone()));
        }
        let stored = self.stored().await?;
        let is_ended = |stored: &&Grant| stored.needs_consent && !stored.quarantined && !record.needs_consent;
        let Some(ended) = stored.as_ref().filter(is_ended) else {
            return Ok(stored);
        };
        // Another process has shown the refresh token that this renewal has spent, and was told that the grant is over.
        // It is not: its tokens are here.
        let revived = ended.followed_by(record.tokens.clone());
        match self.compare_and_set(Some(ended.version), &revived).await? {
            true => Ok(Some(revived)),
            false => self.stored().await,
        }
    }

    pub(super) async fn compare_and_set(&self, expected: Option<u64>, grant: &Grant) -> Result<bool, StoreError> {
        self.compare_and_set_due(expected, grant, grant.due(self.kind)).await
    }

    /// Writes a grant that is due at another moment than its tokens say.
    pub(super) async fn compare_and_set_due(
        &self,
        expected: Option<u64>,
        grant: &Grant,
        due: Option<SystemTime>,
    ) -> Result<bool, StoreError> {
        let inner = self.client.inner();
        let record = seal::closed(inner.keys.as_ref(), &self.key, grant.record(due))?;
        inner.store.compare_and_set(&self.key, expected, &record).await
    }

    async fn stored(&self) -> Result<Option<Grant>, StoreError> {
        let record = self.client.inner().store.load(&self.key).await?;
        record.as_ref().map(|record| self.read(record)).transpose()
    }

    pub(super) fn read(&self, record: &Record) -> Result<Grant, StoreError> {
        let inner = self.client.inner();
        let mut grant = Grant::read(&seal::opened(inner.keys.as_ref(), &self.key, record)?)?;
        settings::drop_unfit(inner.provider, &mut grant.tokens.kept);
        Ok(grant)
    }

    pub(super) async fn load(&self) -> Result<Option<Grant>, Error> {
        self.stored().await.map_err(Error::from_store)
    }

    /// Publishes what the store has; `None` is that somebody has deleted it.
    pub(super) fn publish_stored(&self, stored: Option<Grant>) -> Outcome {
        match stored {
            Some(record) => Ok(self.publish(record, None)),
            None => {
                let before = self.current.swap(None);
                self.tell_durability(before.as_deref(), None);
                Err(self.not_kept())
            }
        }
    }

    pub(super) fn publish(&self, record: Grant, unsaved_over: Option<u64>) -> Arc<Snapshot> {
        let windows = Windows::of(&record.tokens, self.kind, record.version).jittered(self.share);
        let snapshot = Arc::new(Snapshot { grant: record, windows, unsaved_over });
        let before = self.current.swap(Some(Arc::clone(&snapshot)));
        self.tell_durability(before.as_deref(), Some(&snapshot));
        self.warn(&snapshot);
        snapshot
    }
}

/// Whether a revocation that failed so may be tried again: to revoke twice does no harm (RFC 7009, section 2.2.1).
fn passes(error: &Error) -> bool {
    let broke = matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Interrupted);
    error.is_retryable() || broke || error.refusal().is_some_and(|refusal| is_temporary(refusal, true))
}

/// Waits as long as the vendor asks, or `wait`, but no longer than until the client is closed.
async fn pause(client: &Client, wait: Duration, error: &Error) {
    let wait = error.retry_after().map_or_else(|| jittered(wait), |asked| asked.min(LONGEST_REVOKE_WAIT));
    let mut closed = client.inner().closed.subscribe();
    let _ = timeout(wait, closed.wait_for(|closed| *closed)).await;
}

/// The version of the first record under an id. It is random, so that a record that was deleted and kept anew is never
/// taken for the old one.
fn first_version() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    fill_random(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes) >> 2)
}
