//! Tokens that the store would not take, and the journal that keeps them meanwhile.

use std::path::PathBuf;
use std::sync::PoisonError;

use super::Link;
use crate::grant::Grant;
use crate::journal::Entry;
use crate::store::{StoreError, seal};

impl Link {
    /// Writes as [`Link::write`] does. When the first try fails, the journal has the grant before the second, and until one
    /// succeeds.
    pub(super) async fn write_or_spill(&self, base: u64, grant: &Grant) -> Result<Option<Grant>, StoreError> {
        if let Ok(stored) = self.write_once(base, grant).await {
            return Ok(stored);
        }
        self.spill(base, grant).await;
        let stored = self.write(base, grant).await?;
        self.forget_spilled().await;
        Ok(stored)
    }

    /// Without a journal, or when that fails too, the grant is in memory alone.
    async fn spill(&self, base: u64, grant: &Grant) {
        let inner = self.client.inner();
        let Some(journal) = &inner.journal else { return };
        let Ok(record) = seal::closed(inner.keys.as_ref(), &self.key, grant.record(grant.due(self.kind))) else {
            return;
        };
        if let Ok(path) = journal.write(Entry { key: self.key.clone(), base, record }).await {
            *self.spilled.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
        }
    }

    /// The store has what this link has written to the journal.
    pub(super) async fn forget_spilled(&self) {
        let spilled = self.spilled.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(journal), Some(path)) = (&self.client.inner().journal, spilled) {
            journal.remove(path).await;
        }
    }

    /// Gives the store what the journal has for this link. Whether there was anything, and the store has it.
    pub(super) async fn replay(&self) -> bool {
        let Some(journal) = &self.client.inner().journal else { return false };
        let Ok((entries, _)) = journal.entries(Some(&self.key)).await else { return false };
        let mut replayed = false;
        for (path, entry) in entries.into_iter().filter(|(_, entry)| entry.key == self.key) {
            replayed |= matches!(self.replay_locked(path, &entry).await, Ok(true));
        }
        replayed
    }

    /// The same, while nobody else writes.
    pub(super) async fn replay_alone(&self) -> bool {
        let _writing = self.writer.lock().await;
        self.replay().await
    }

    /// Gives the store one entry; `false` when the store fails.
    pub(crate) async fn replay_entry(&self, path: PathBuf, entry: &Entry) -> Result<bool, StoreError> {
        let _writing = self.writer.lock().await;
        self.replay_locked(path, entry).await
    }

    /// The error is that the entry can't be read.
    async fn replay_locked(&self, path: PathBuf, entry: &Entry) -> Result<bool, StoreError> {
        let grant = self.read(&entry.record)?;
        let Ok(stored) = self.write_once(entry.base, &grant).await else { return Ok(false) };
        match stored {
            // The user has logged out meanwhile.
            None => self.revoke_behind(grant.tokens),
            // Others have written meanwhile. Perhaps these tokens are the only ones that work all the same.
            Some(stored) if stored.tokens.value != grant.tokens.value => {
                *self.candidate.lock().unwrap_or_else(PoisonError::into_inner) = Some(grant.tokens);
            }
            Some(_) => {}
        }
        if let Some(journal) = &self.client.inner().journal {
            journal.remove(path).await;
        }
        Ok(true)
    }

    /// Removes what the journal has for this link, and gives the newest of it.
    pub(super) async fn take_spilled(&self) -> Option<Grant> {
        let journal = self.client.inner().journal.as_ref()?;
        let (entries, _) = journal.entries(Some(&self.key)).await.ok()?;
        let mut newest: Option<Grant> = None;
        for (path, entry) in entries {
            let Ok(grant) = self.read(&entry.record) else { continue };
            if newest.as_ref().is_none_or(|newest| newest.tokens.obtained_at < grant.tokens.obtained_at) {
                newest = Some(grant);
            }
            journal.remove(path).await;
        }
        newest
    }
}
