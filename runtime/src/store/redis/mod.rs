//! A store for any number of machines, on Redis.

mod connect;
mod scripts;

use std::fmt;
use std::time::{Duration, SystemTime};

pub use connect::RedisBuilder;
use redis::aio::ConnectionManager;
use redis::{FromRedisValue, RedisError, ScriptInvocation};
use scripts::Scripts;

use super::{Claim, Claimed, Holder, Record, Store, StoreError, Unsettled, columns};
use crate::http::BoxFuture;

/// Keeps grants in Redis (5 or newer), for any number of machines.
///
/// Redis forgets by default: it must be told to write every change to its disk (`appendonly yes`, `appendfsync always`),
/// which is checked when connecting. Its replication is asynchronous, so a failover may lose what was written last, and
/// those grants need consent anew; where that matters, use PostgreSQL. Each method is one script, and all names lie in one
/// slot of a cluster.
pub struct RedisStore {
    connection: ConnectionManager,
    scripts: Scripts,
    namespace: String,
}

/// A record as the scripts give it: its key, version, due moment, and body.
type Row = (String, String, String, Vec<u8>);

/// What a claim gives: whether the lease was taken, version, due moment, body, unsettled holder, and its age or how long
/// the lease lasts yet.
type ClaimedRow = (i64, String, String, Vec<u8>, String, i64);

impl RedisStore {
    /// Connects to a URL: `redis://user:password@host/database`, or `rediss://` for TLS.
    ///
    /// # Errors
    ///
    /// See [`RedisBuilder::connect`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).connect().await
    }

    /// Connects otherwise than by default.
    pub fn builder(url: &str) -> RedisBuilder {
        RedisBuilder::new(url)
    }

    fn new(connection: ConnectionManager, namespace: String) -> Self {
        Self { connection, scripts: Scripts::new(), namespace }
    }

    /// What the names of all records begin with.
    fn records(&self) -> String {
        format!("{}:record:", self.namespace)
    }

    fn record(&self, key: &str) -> String {
        format!("{}:record:{key}", self.namespace)
    }

    /// All keys, for going through them in order.
    fn keys(&self) -> String {
        format!("{}:keys", self.namespace)
    }

    /// All keys that are due some time, by that time.
    fn due(&self) -> String {
        format!("{}:due", self.namespace)
    }

    async fn run<T: FromRedisValue>(&self, what: &str, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        script.invoke_async(&mut self.connection.clone()).await.map_err(|error| failed(what, error))
    }
}

fn failed(what: &str, error: RedisError) -> StoreError {
    StoreError::new(format!("the store couldn't {what}")).with_source(error)
}

fn read(version: &str, due: &str, body: Vec<u8>) -> Result<Record, StoreError> {
    let wrong = |_| StoreError::new("a kept record has columns that are no numbers");
    let due = if due.is_empty() { None } else { Some(due.parse().map_err(wrong)?) };
    let body = String::from_utf8(body).map_err(|_| StoreError::new("a kept record is no text"))?;
    columns::record(version.parse().map_err(wrong)?, due, body)
}

fn claimed((taken, version, due, body, holder, millis): ClaimedRow) -> Result<Claimed, StoreError> {
    let (record, length) = (read(&version, &due, body)?, columns::duration(millis));
    if taken == 0 {
        return Ok(Claimed::Held { record, remaining: length });
    }
    let unsettled = (millis >= 0 && !holder.is_empty()).then(|| Unsettled { holder: Holder::new(holder), age: length });
    Ok(Claimed::Granted { record, unsettled })
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

impl Store for RedisStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move {
            let mut load = self.scripts.load.key(self.record(key));
            let rows: Vec<Row> = self.run("load a record", load.arg(key)).await?;
            rows.into_iter().next().map(|(_, version, due, body)| read(&version, &due, body)).transpose()
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
            let expected = expected.map(columns::version).transpose()?;
            let mut write = self.scripts.write.key(self.record(key));
            write.key(self.keys()).key(self.due()).arg(key).arg(text(expected));
            write.arg(columns::version(record.version())?).arg(text(record.due().map(columns::millis)));
            self.run("write a record", write.arg(record.body().expose())).await
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let mut delete = self.scripts.delete.key(self.record(key));
            let _: i64 = self.run("delete a record", delete.key(self.keys()).key(self.due()).arg(key)).await?;
            Ok(())
        })
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        Box::pin(async move {
            let mut take = self.scripts.claim.key(self.record(key));
            take.arg(claim.holder.as_str()).arg(columns::length(claim.length));
            let row: Option<ClaimedRow> = self.run("take a lease", &take).await?;
            row.map_or(Ok(Claimed::Gone), claimed)
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
            let mut take = self.scripts.claim_due.key(self.records());
            take.key(self.due()).arg(claim.holder.as_str()).arg(columns::length(claim.length)).arg(prefix);
            take.arg(columns::millis(before)).arg(columns::count(limit));
            let rows: Vec<(String, ClaimedRow)> = self.run("take the leases of what is due", &take).await?;
            rows.into_iter().map(|(key, row)| Ok((key, claimed(row)?))).collect()
        })
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let mut confirm = self.scripts.confirm.key(self.record(key));
            self.run("confirm a lease", confirm.arg(holder.as_str()).arg(columns::length(length))).await
        })
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let mut release = self.scripts.release.key(self.record(key));
            let _: i64 = self.run("give a lease back", release.arg(holder.as_str())).await?;
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
            let from = match after {
                Some(after) if after >= prefix => format!("({after}"),
                _ => format!("[{prefix}"),
            };
            let to = columns::after_prefix(prefix).map_or_else(|| "+".to_owned(), |end| format!("({end}"));
            let mut scan = self.scripts.scan.key(self.records());
            scan.key(self.keys()).arg(from).arg(to).arg(columns::count(limit));
            let rows: Vec<Row> = self.run("list records", &scan).await?;
            rows.into_iter().map(|(key, version, due, body)| Ok((key, read(&version, &due, body)?))).collect()
        })
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let length = columns::length(until.duration_since(now).unwrap_or_default()).max(1);
            let mut burn = redis::cmd("SET");
            burn.arg(format!("{}:burned:{hash}", self.namespace)).arg(1).arg("NX").arg("PX").arg(length);
            let burned: Option<String> =
                burn.query_async(&mut self.connection.clone()).await.map_err(|error| failed("burn a state", error))?;
            Ok(burned.is_some())
        })
    }
}
