//! Where grants are kept.
//!
//! A store keeps one [`Record`] under each key and never looks into it. Two things make it safe for any number of
//! processes: a record is written only over the version that the writer has read ([`Store::compare_and_set`]), and only
//! the holder of a lease may send a renewal ([`Store::claim`]). The version is the fence: a holder that was paused past
//! its lease still keeps what the vendor gave it, when nobody has been faster. The lease only keeps two from sending.

#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod columns;
pub mod conformance;
#[cfg(feature = "keyring")]
mod keyring;
mod lease;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
#[cfg(feature = "redis")]
mod redis;
mod reseal;
pub(crate) mod seal;
#[cfg(feature = "sqlite")]
mod sqlite;
mod summary;
mod watched;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[cfg(feature = "keyring")]
pub use keyring::{Keyring, KeyringError, KeyringErrorKind};
pub use lease::{Claim, Claimed, Holder, Unsettled};
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use record::Record;
#[cfg(feature = "redis")]
pub use redis::{RedisBuilder, RedisStore};
pub use reseal::{Resealed, reseal};
pub use seal::{Keys, sealed_with};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use summary::Summary;
pub(crate) use watched::Watched;

use crate::http::BoxFuture;

/// Keeps grants. A key is text made of the provider, the token kind and the app's own id.
///
/// Every method is one atomic step, and none is held open while something is sent to a vendor. What a method has
/// answered outlives a crash. An error leaves it open whether the step was taken; it may be tried again.
pub trait Store: Send + Sync + 'static {
    /// The record under `key`, as last written. Not from a cache and not from a replica that may lag.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>>;

    /// Writes `record` if the record under `key` still has the version `expected` (`None`: if there is none). `false`
    /// when it has not. A write ends whatever lease there is, and settles what was unsettled.
    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Removes the record under `key`, if there is one, and its lease.
    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Takes the lease of the record under `key` when nobody else holds it. Its length counts by the store's own clock.
    /// When the lease that ran out before was confirmed, its request is unsettled from then on.
    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>>;

    /// Takes the leases of up to `limit` records whose keys begin with `prefix`, whose [`Record::due`] is not after
    /// `before`, and whose leases nobody else holds; those that have been due longest come first.
    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> BoxFuture<'a, Result<Vec<(String, Claimed)>, StoreError>>;

    /// Writes down that the holder is about to send, and makes its lease last `length` from now by the store's own clock.
    /// `false` when it holds the lease no more, or others have written the record: then nothing must be sent.
    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Gives the lease back, when `holder` still holds it: the holder knows that the vendor has spent nothing. What others
    /// have left unsettled stays so.
    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Up to `limit` records whose keys begin with `prefix` and stand after `after`, in the order of their keys, byte
    /// by byte.
    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>>;

    /// Remembers `hash` from `now` until `until`. `false` when it was remembered already: whoever brings it the second
    /// time is turned away. After `until` it may be forgotten.
    fn burn<'a>(&'a self, hash: &'a str, now: SystemTime, until: SystemTime)
    -> BoxFuture<'a, Result<bool, StoreError>>;
}

impl<T: Store + ?Sized> Store for Arc<T> {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        (**self).load(key)
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).compare_and_set(key, expected, record)
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        (**self).delete(key)
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        (**self).claim(key, claim)
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> BoxFuture<'a, Result<Vec<(String, Claimed)>, StoreError>> {
        (**self).claim_due(prefix, before, limit, claim)
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).confirm(key, holder, length)
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        (**self).release(key, holder)
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        (**self).scan(prefix, after, limit)
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).burn(hash, now, until)
    }
}

/// Why a store failed.
#[derive(Debug)]
pub struct StoreError {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl StoreError {
    /// A failure in words, without secrets.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// Names the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
