//! A store that ends with its process.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::{Claim, Claimed, Holder, Record, Store, StoreError, Unsettled};
use crate::clock::{Clock, SystemClock};
use crate::http::BoxFuture;

/// Keeps everything in memory: for tests and for programs that end. All grants are lost with the process.
pub struct MemoryStore {
    memory: Mutex<Memory>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Memory {
    rows: BTreeMap<String, Row>,
    burned: HashMap<String, SystemTime>,
}

struct Row {
    record: Record,
    lease: Option<Lease>,
    /// Who was about to send first, and when, of those whose outcome nobody knows.
    unsettled: Option<(Holder, SystemTime)>,
}

struct Lease {
    holder: Holder,
    /// When its holder was about to send.
    sent: Option<SystemTime>,
    until: SystemTime,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// An empty store whose leases count by this clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        Self { memory: Mutex::default(), clock: Arc::new(clock) }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("records", &self.memory().rows.len()).finish_non_exhaustive()
    }
}

impl Row {
    fn new(record: Record) -> Self {
        Self { record, lease: None, unsettled: None }
    }

    fn claim(&mut self, claim: &Claim, now: SystemTime) -> Claimed {
        let record = self.record.clone();
        if let Some(remaining) = self.remaining(now) {
            return Claimed::Held { record, remaining };
        }
        let before = self.lease.replace(Lease { holder: claim.holder.clone(), sent: None, until: now + claim.length });
        if let Some(Lease { holder, sent: Some(sent), .. }) = before {
            self.unsettled.get_or_insert((holder, sent));
        }
        let unsettled = self
            .unsettled
            .clone()
            .map(|(holder, sent)| Unsettled { holder, age: now.duration_since(sent).unwrap_or_default() });
        Claimed::Granted { record, unsettled }
    }

    /// How long the lease lasts yet, when somebody holds it.
    fn remaining(&self, now: SystemTime) -> Option<Duration> {
        let remaining = self.lease.as_ref()?.until.duration_since(now).ok()?;
        (!remaining.is_zero()).then_some(remaining)
    }
}

impl Store for MemoryStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move { Ok(self.memory().rows.get(key).map(|row| row.record.clone())) })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let rows = &mut self.memory().rows;
            let unchanged = rows.get(key).map(|row| row.record.version()) == expected;
            if unchanged {
                rows.insert(key.to_owned(), Row::new(record.clone()));
            }
            Ok(unchanged)
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.memory().rows.remove(key);
            Ok(())
        })
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        Box::pin(async move {
            let now = self.clock.now();
            Ok(self.memory().rows.get_mut(key).map_or(Claimed::Gone, |row| row.claim(claim, now)))
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
            let now = self.clock.now();
            let rows = &mut self.memory().rows;
            let is_due = |row: &Row| row.record.due().filter(|due| *due <= before && row.remaining(now).is_none());
            let mut due: Vec<_> = rows
                .iter()
                .filter(|(key, _)| key.starts_with(prefix))
                .filter_map(|(key, row)| Some((is_due(row)?, key.clone())))
                .collect();
            due.sort();
            due.truncate(limit);
            let mut claimed = Vec::with_capacity(due.len());
            for (_, key) in due {
                if let Some(row) = rows.get_mut(&key) {
                    let outcome = row.claim(claim, now);
                    claimed.push((key, outcome));
                }
            }
            Ok(claimed)
        })
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let mut memory = self.memory();
            let lease = memory.rows.get_mut(key).and_then(|row| row.lease.as_mut());
            let Some(lease) = lease.filter(|lease| lease.holder == *holder) else { return Ok(false) };
            (lease.sent, lease.until) = (Some(now), now + length);
            Ok(true)
        })
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            if let Some(row) = self.memory().rows.get_mut(key) {
                row.lease = row.lease.take().filter(|lease| lease.holder != *holder);
            }
            Ok(())
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        Box::pin(async move {
            let memory = self.memory();
            let rows = memory.rows.iter().filter(|(key, _)| key.starts_with(prefix));
            let rows = rows.filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
            Ok(rows.take(limit).map(|(key, row)| (key.clone(), row.record.clone())).collect())
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
