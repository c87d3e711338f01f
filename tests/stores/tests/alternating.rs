//! Two processes, as far as a store can tell: two connections that take turns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use authsmith::{BoxFuture, Claim, Claimed, Holder, Record, Store, StoreError};

pub struct Alternating<S> {
    stores: [S; 2],
    turn: AtomicUsize,
}

impl<S> Alternating<S> {
    pub fn new(one: S, other: S) -> Self {
        Self { stores: [one, other], turn: AtomicUsize::new(0) }
    }

    fn next(&self) -> &S {
        &self.stores[self.turn.fetch_add(1, Ordering::Relaxed) % 2]
    }
}

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl<S: Store> Store for Alternating<S> {
    fn load<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Record>> {
        self.next().load(key)
    }

    fn compare_and_set<'a>(&'a self, key: &'a str, expected: Option<u64>, record: &'a Record) -> Answer<'a, bool> {
        self.next().compare_and_set(key, expected, record)
    }

    fn delete<'a>(&'a self, key: &'a str) -> Answer<'a, ()> {
        self.next().delete(key)
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> Answer<'a, Claimed> {
        self.next().claim(key, claim)
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> Answer<'a, Vec<(String, Claimed)>> {
        self.next().claim_due(prefix, before, limit, claim)
    }

    fn confirm<'a>(&'a self, key: &'a str, holder: &'a Holder, length: Duration) -> Answer<'a, bool> {
        self.next().confirm(key, holder, length)
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> Answer<'a, ()> {
        self.next().release(key, holder)
    }

    fn scan<'a>(&'a self, prefix: &'a str, after: Option<&'a str>, limit: usize) -> Answer<'a, Vec<(String, Record)>> {
        self.next().scan(prefix, after, limit)
    }

    fn burn<'a>(&'a self, hash: &'a str, now: SystemTime, until: SystemTime) -> Answer<'a, bool> {
        self.next().burn(hash, now, until)
    }
}
