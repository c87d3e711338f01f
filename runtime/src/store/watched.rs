//! A store whose steps are traced, and whose failures are counted.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tracing::Instrument;

use super::{Claim, Claimed, Holder, Record, Store, StoreError};
use crate::http::BoxFuture;
use crate::telemetry;

/// The store of a client. Neither keys, which hold the app's ids, nor records are shown.
pub(crate) struct Watched(pub Arc<dyn Store>);

fn step<'a, T: 'a>(
    name: &'static str,
    work: impl Future<Output = Result<T, StoreError>> + Send + 'a,
) -> BoxFuture<'a, Result<T, StoreError>> {
    let watched = async move {
        let outcome = work.await;
        if outcome.is_err() {
            telemetry::store_failed(name);
        }
        outcome
    };
    Box::pin(watched.instrument(telemetry::store(name)))
}

impl Store for Watched {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        step("load", self.0.load(key))
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        step("compare_and_set", self.0.compare_and_set(key, expected, record))
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        step("delete", self.0.delete(key))
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        step("claim", self.0.claim(key, claim))
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> BoxFuture<'a, Result<Vec<(String, Claimed)>, StoreError>> {
        step("claim_due", self.0.claim_due(prefix, before, limit, claim))
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        step("confirm", self.0.confirm(key, holder, length))
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        step("release", self.0.release(key, holder))
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        step("scan", self.0.scan(prefix, after, limit))
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        step("burn", self.0.burn(hash, now, until))
    }
}
