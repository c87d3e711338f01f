//! A link and its record in the store. Whatever is written or read here is published under the same lock.

use std::sync::Arc;
use std::time::Duration;

use super::boarding::Airborne;
use super::{Link, Outcome, ROUNDS, Snapshot, Windows};
use crate::authorize::fill_random;
use crate::error::{Error, ErrorKind};
use crate::grant::Grant;
use crate::settings;
use crate::store::{Record, StoreError, seal};
use crate::tokens::TokenSet;

/// How often a write is tried before the tokens are served from memory alone, and how long after the first failure the
/// second try comes; the wait doubles each time.
const SAVE_ATTEMPTS: u32 = 5;
const SAVE_WAIT: Duration = Duration::from_millis(50);

impl Link {
    /// Keeps tokens over whatever was kept. The error gives them back.
    pub(crate) async fn keep(&self, tokens: TokenSet) -> Result<(), Error> {
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
            self.publish(record, None);
        }
        Ok(written)
    }

    /// Takes up what the store has.
    pub(crate) async fn resume(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        // Tokens that the store has refused so far are newer than what it has.
        if self.current.load().as_ref().is_some_and(|current| current.unsaved_over.is_some()) {
            return Ok(());
        }
        let stored = self.load().await?;
        self.publish_stored(stored).map(drop)
    }

    /// Forgets the tokens, then has them revoked.
    pub(crate) async fn disconnect(&self) -> Result<(), Error> {
        let _writing = self.writer.lock().await;
        // Another process may have renewed them.
        let stored = match self.kind.revocation() {
            // A record that can't be read keeps no user from logging out.
            Some(_) => self.load().await.ok().flatten(),
            None => None,
        };
        self.client.inner().store.delete(&self.key).await.map_err(Error::from_store)?;
        let current = self.current.swap(None);
        let is_newer = current.as_ref().is_some_and(|current| current.unsaved_over.is_some());
        let current = current.map(|current| current.grant.clone());
        let record = if is_newer { current } else { stored.or(current) };
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
        self.publish_stored(stored).map(drop)
    }

    /// Writes `record` over the version `base`, and gives what the store has then: `record`, or what others have
    /// written. A write whose outcome was unclear is recognized when it is tried again.
    pub(super) async fn write(&self, base: u64, record: &Grant) -> Result<Option<Grant>, StoreError> {
        let mut attempt = 0;
        loop {
            match self.write_once(base, record).await {
                Err(_) if attempt + 1 < SAVE_ATTEMPTS => {
                    tokio::time::sleep(SAVE_WAIT * 2_u32.pow(attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn write_once(&self, base: u64, record: &Grant) -> Result<Option<Grant>, StoreError> {
        if self.compare_and_set(Some(base), record).await? {
            return Ok(Some(record.clone()));
        }
        let stored = self.stored().await?;
        let Some(ended) = stored.as_ref().filter(|stored| stored.needs_consent && !record.needs_consent) else {
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

    async fn compare_and_set(&self, expected: Option<u64>, grant: &Grant) -> Result<bool, StoreError> {
        let inner = self.client.inner();
        let record = seal::closed(inner.keys.as_ref(), &self.key, grant.record(self.kind))?;
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
                self.current.store(None);
                Err(self.not_kept())
            }
        }
    }

    pub(super) fn publish(&self, record: Grant, unsaved_over: Option<u64>) -> Arc<Snapshot> {
        let windows = Windows::of(&record.tokens, self.kind).map(|windows| windows.jittered(self.share));
        let snapshot = Arc::new(Snapshot { grant: record, windows, unsaved_over });
        self.current.store(Some(Arc::clone(&snapshot)));
        snapshot
    }
}

/// The version of the first record under an id. It is random, so that a record that was deleted and kept anew is never
/// taken for the old one.
fn first_version() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    fill_random(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes) >> 2)
}
