//! Where connections are kept.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use authsmith_protocol::Secret;
use serde::{Deserialize, Serialize};

use crate::http::BoxFuture;
use crate::tokens::{TokenSet, TokenText};

/// Keeps one [`Record`] under each key. A key is text made of the provider, the token kind and the app's own id.
///
/// A store never merges and never overwrites blindly: a record is written only over the version that the writer has
/// read, so that of two renewals at once none destroys the other's tokens.
pub trait Store: Send + Sync + 'static {
    /// The record under `key`, as last written. Not from a cache and not from a replica that may lag.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>>;

    /// Writes `record` if the record under `key` still has the version `expected` (`None`: if there is none), in one
    /// atomic step. `false` when it has not. When this returns `true`, the record outlives a crash.
    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Removes the record under `key`, if there is one.
    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Remembers `hash` from `now` until `until`, in one atomic step. `false` when it was remembered already: whoever
    /// brings it the second time is turned away. After `until` it may be forgotten.
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

/// What a store keeps of one connection. `Debug` shows no secret.
#[derive(Clone)]
pub struct Record {
    pub(crate) version: u64,
    pub(crate) needs_consent: bool,
    pub(crate) tokens: TokenSet,
}

/// The newest form of a record's text that this version reads.
const FORMAT: u32 = 2;

/// The form without kept values, which a program of before reads too. It would drop kept values, and must not read the
/// form with them.
const FORMAT_WITHOUT_KEPT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct RecordText {
    format: u32,
    version: u64,
    #[serde(default)]
    needs_consent: bool,
    tokens: TokenText,
}

impl Record {
    /// The version, which changes with every write. It fits in 63 bits.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whether the vendor has ended the grant, so that the user must consent anew.
    pub fn needs_consent(&self) -> bool {
        self.needs_consent
    }

    /// The record as JSON text, for a store that writes it down. It holds the tokens in the clear: encrypt it.
    pub fn expose(&self) -> Secret {
        let text = RecordText {
            format: if self.tokens.kept.is_empty() { FORMAT_WITHOUT_KEPT } else { FORMAT },
            version: self.version,
            needs_consent: self.needs_consent,
            tokens: TokenText::from(&self.tokens),
        };
        serde_json::to_string(&text).unwrap_or_default().into()
    }

    /// Reads back what [`Record::expose`] gave.
    ///
    /// # Errors
    ///
    /// When the text is no record, or was written by a newer version of this crate.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        // serde's messages may quote the text, so they are left out.
        let broken = |_| StoreError::new("a kept record can't be read");
        let Format { format } = serde_json::from_str(text).map_err(broken)?;
        if format > FORMAT {
            return Err(StoreError::new(format!(
                "a kept record has the format {format}, which is newer than this program"
            )));
        }
        let record: RecordText = serde_json::from_str(text).map_err(broken)?;
        Ok(Self { version: record.version, needs_consent: record.needs_consent, tokens: record.tokens.into() })
    }

    /// The record that follows this one with other tokens.
    pub(crate) fn followed_by(&self, tokens: TokenSet) -> Self {
        Self { version: next(self.version), needs_consent: false, tokens }
    }

    /// The record that follows this one when the vendor has ended the grant. The tokens stay, as evidence.
    pub(crate) fn ended(&self) -> Self {
        Self { version: next(self.version), needs_consent: true, tokens: self.tokens.clone() }
    }
}

fn next(version: u64) -> u64 {
    if version >= i64::MAX as u64 { 1 } else { version + 1 }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("version", &self.version)
            .field("needs_consent", &self.needs_consent)
            .finish_non_exhaustive()
    }
}

/// Keeps everything in memory: for tests and for programs that end. All grants are lost with the process.
#[derive(Default)]
pub struct MemoryStore(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    records: HashMap<String, Record>,
    burned: HashMap<String, SystemTime>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("records", &self.memory().records.len()).finish_non_exhaustive()
    }
}

impl Store for MemoryStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move { Ok(self.memory().records.get(key).cloned()) })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let mut memory = self.memory();
            let unchanged = memory.records.get(key).map(Record::version) == expected;
            if unchanged {
                memory.records.insert(key.to_owned(), record.clone());
            }
            Ok(unchanged)
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.memory().records.remove(key);
            Ok(())
        })
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let mut memory = self.memory();
            memory.burned.retain(|_, until| *until >= now);
            Ok(memory.burned.insert(hash.to_owned(), until).is_none())
        })
    }
}
