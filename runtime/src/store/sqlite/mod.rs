//! A store in one file, for any number of processes on one machine.

mod file;
mod statements;
mod worker;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use self::worker::Worker;
use super::{Claim, Claimed, Holder, Record, Store, StoreError, columns};
use crate::http::BoxFuture;

/// Keeps grants in one SQLite file, which any number of processes on the machine may share; no server is needed.
///
/// What a method has answered is on the disk. Without encryption keys the file holds the tokens in the clear, so only its
/// owner may read it; see [`SqliteStore::open`]. The file must not lie on a network file system, where SQLite's locks and
/// its write-ahead log don't work. A backup is made with SQLite's own `.backup` or `VACUUM INTO`, not by copying the file.
pub struct SqliteStore {
    worker: Worker,
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the file, and makes it when there is none. A folder that is missing is made with it, for its owner alone. It
    /// reads and writes files at once: call it while starting up, not amid other tasks.
    ///
    /// # Errors
    ///
    /// When it is no file of this store, or was written by a newer version of this crate; and, on Unix, when it is a
    /// symbolic link, when others than its owner may read or write it, or when they may write in its folder, and so put
    /// another file in its place.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let (connection, path) = file::open(path.as_ref())?;
        Ok(Self { worker: Worker::start(connection)?, path })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store for SqliteStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move {
            let key = key.to_owned();
            self.worker.run("load a record", move |connection| statements::load(connection, &key)).await
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let expected = expected.map(columns::version).transpose()?;
            let version = columns::version(record.version())?;
            let (key, record) = (key.to_owned(), record.clone());
            let write = move |connection: &mut _| statements::write(connection, &key, expected, version, &record);
            self.worker.run("write a record", write).await
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let key = key.to_owned();
            self.worker.run("delete a record", move |connection| statements::delete(connection, &key)).await
        })
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        Box::pin(async move {
            let (key, claim) = (key.to_owned(), claim.clone());
            self.worker.run("take a lease", move |connection| statements::claim(connection, &key, &claim)).await
        })
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> BoxFuture<'a, Result<Vec<(String, Claimed)>, StoreError>> {
        Box::pin(async move {
            let (prefix, claim) = (prefix.to_owned(), claim.clone());
            let (before, limit) = (columns::millis(before), columns::count(limit));
            let take = move |connection: &mut _| statements::claim_due(connection, &prefix, before, limit, &claim);
            self.worker.run("take the leases of what is due", take).await
        })
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let (key, holder, length) = (key.to_owned(), holder.clone(), columns::length(length));
            let confirm = move |connection: &mut _| statements::confirm(connection, &key, &holder, length);
            self.worker.run("confirm a lease", confirm).await
        })
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let (key, holder) = (key.to_owned(), holder.clone());
            self.worker.run("give a lease back", move |connection| statements::release(connection, &key, &holder)).await
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        Box::pin(async move {
            let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
            let limit = columns::count(limit);
            let scan = move |connection: &mut _| statements::scan(connection, &prefix, after.as_deref(), limit);
            self.worker.run("list records", scan).await
        })
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let hash = hash.to_owned();
            let (now, until) = (columns::millis(now), columns::millis(until));
            self.worker.run("burn a state", move |connection| statements::burn(connection, &hash, now, until)).await
        })
    }
}
