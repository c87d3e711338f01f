//! A store for any number of machines, on PostgreSQL.

mod connect;
mod sql;

use std::fmt;
use std::time::{Duration, SystemTime};

use deadpool_postgres::{Object, Pool};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::{Claim, Claimed, Holder, Record, Store, StoreError, Unsettled, columns};
use crate::http::BoxFuture;

/// Keeps grants in PostgreSQL (12 or newer), for any number of machines.
///
/// Its tables begin with `authsmith_` and lie in the first schema of the connection's `search_path`. Each method is one
/// statement and one round trip, which works through PgBouncer too; no transaction is open while something is sent to a
/// vendor. The database must use its default isolation, read committed. With asynchronous replication, a failover may
/// lose what was written last: name a synchronous standby, or count with grants that must be renewed by consent.
pub struct PostgresStore {
    pool: Pool,
}

/// How long a statement may take. One that takes longer may still be carried out.
const PATIENCE: Duration = Duration::from_secs(10);

type Param<'a> = (&'a (dyn ToSql + Sync), Type);

impl PostgresStore {
    /// Connects, and makes the tables when there are none.
    ///
    /// The URL is as `libpq` has it: `postgres://user:password@host/database`. Without `sslmode` in it (or with `prefer`)
    /// hosts other than this machine are spoken to over TLS only, and their certificates are checked in any case.
    ///
    /// # Errors
    ///
    /// When the server can't be reached, or would lose what it has answered: when it has `fsync` or `synchronous_commit`
    /// off, or is a replica; and when the tables are of a newer version of this crate.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::connect_as(url, false).await
    }

    /// The same for a store that is there already: it makes no tables. For tools that look into it.
    ///
    /// # Errors
    ///
    /// As [`PostgresStore::connect`], and when there are no tables.
    pub async fn connect_existing(url: &str) -> Result<Self, StoreError> {
        Self::connect_as(url, true).await
    }

    async fn connect_as(url: &str, looks_only: bool) -> Result<Self, StoreError> {
        let pool = connect::pool(url)?;
        connect::check(&pool).await?;
        connect::prepare_tables(&pool, looks_only).await?;
        Ok(Self { pool })
    }

    async fn query(&self, what: &str, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let client = self.client(what).await?;
        match tokio::time::timeout(PATIENCE, client.query_typed(sql, params)).await {
            Ok(rows) => rows.map_err(|error| failed(what, error)),
            Err(elapsed) => Err(given_up(client, what, elapsed)),
        }
    }

    /// How many rows it has changed.
    async fn execute(&self, what: &str, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let client = self.client(what).await?;
        match tokio::time::timeout(PATIENCE, client.execute_typed(sql, params)).await {
            Ok(count) => count.map_err(|error| failed(what, error)),
            Err(elapsed) => Err(given_up(client, what, elapsed)),
        }
    }

    async fn client(&self, what: &str) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| failed(what, error))
    }
}

/// A connection that hasn't answered is no good to others.
fn given_up(client: Object, what: &str, elapsed: tokio::time::error::Elapsed) -> StoreError {
    drop(Object::take(client));
    failed(what, elapsed)
}

fn failed(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::new(format!("the store couldn't {what}")).with_source(error)
}

fn unreadable(error: tokio_postgres::Error) -> StoreError {
    StoreError::new("the store's tables have columns of other types").with_source(error)
}

/// Version, due and body, from the column `first` on.
fn read(row: &Row, first: usize) -> Result<Record, StoreError> {
    let body: Vec<u8> = row.try_get(first + 2).map_err(unreadable)?;
    let body = String::from_utf8(body).map_err(|_| StoreError::new("a kept record is no text"))?;
    columns::record(row.try_get(first).map_err(unreadable)?, row.try_get(first + 1).map_err(unreadable)?, body)
}

/// Key, version, due, body, unsettled holder and its age.
fn granted(row: &Row) -> Result<Claimed, StoreError> {
    let holder: Option<String> = row.try_get(4).map_err(unreadable)?;
    let age: Option<i64> = row.try_get(5).map_err(unreadable)?;
    let unsettled = match (holder, age) {
        (Some(holder), Some(age)) => Some(Unsettled { holder: Holder::new(holder), age: columns::duration(age) }),
        _ => None,
    };
    Ok(Claimed::Granted { record: read(row, 1)?, unsettled })
}

fn claimed(row: &Row) -> Result<Claimed, StoreError> {
    if row.try_get::<_, Option<&str>>(0).map_err(unreadable)?.is_some() {
        return granted(row);
    }
    let remaining: Option<i64> = row.try_get(6).map_err(unreadable)?;
    Ok(Claimed::Held { record: read(row, 1)?, remaining: columns::duration(remaining.unwrap_or_default()) })
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("connections", &self.pool.status().size).finish_non_exhaustive()
    }
}

impl Store for PostgresStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move {
            let rows = self.query("load a record", sql::LOAD, &[(&key, Type::TEXT)]).await?;
            rows.first().map(|row| read(row, 0)).transpose()
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
            let due = record.due().map(columns::millis);
            let body = record.body().expose().as_bytes();
            let all: [Param<'_>; 5] = [
                (&key, Type::TEXT),
                (&version, Type::INT8),
                (&due, Type::INT8),
                (&body, Type::BYTEA),
                (&expected, Type::INT8),
            ];
            let [first @ .., _] = &all;
            let written = match expected {
                None => self.execute("write a record", sql::WRITE_FIRST, first).await?,
                Some(_) => self.execute("write a record", sql::WRITE_NEXT, &all).await?,
            };
            Ok(written == 1)
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { self.execute("delete a record", sql::DELETE, &[(&key, Type::TEXT)]).await.map(drop) })
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        Box::pin(async move {
            let (holder, length) = (claim.holder.as_str(), columns::length(claim.length));
            let params: [Param<'_>; 3] = [(&holder, Type::TEXT), (&length, Type::INT8), (&key, Type::TEXT)];
            let rows = self.query("take a lease", sql::CLAIM, &params).await?;
            rows.first().map_or(Ok(Claimed::Gone), claimed)
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
            let (holder, length) = (claim.holder.as_str(), columns::length(claim.length));
            let (before, limit) = (columns::millis(before), columns::count(limit));
            let params: [Param<'_>; 5] = [
                (&holder, Type::TEXT),
                (&length, Type::INT8),
                (&prefix, Type::TEXT),
                (&before, Type::INT8),
                (&limit, Type::INT8),
            ];
            let rows = self.query("take the leases of what is due", sql::CLAIM_DUE, &params).await?;
            rows.iter().map(|row| Ok((row.try_get(0).map_err(unreadable)?, granted(row)?))).collect()
        })
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let (holder, length) = (holder.as_str(), columns::length(length));
            let params: [Param<'_>; 3] = [(&key, Type::TEXT), (&holder, Type::TEXT), (&length, Type::INT8)];
            Ok(self.execute("confirm a lease", sql::CONFIRM, &params).await? == 1)
        })
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let holder = holder.as_str();
            let params: [Param<'_>; 2] = [(&key, Type::TEXT), (&holder, Type::TEXT)];
            self.execute("give a lease back", sql::RELEASE, &params).await.map(drop)
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        Box::pin(async move {
            let (end, limit) = (columns::after_prefix(prefix), columns::count(limit));
            let params: [Param<'_>; 4] =
                [(&after, Type::TEXT), (&limit, Type::INT8), (&prefix, Type::TEXT), (&end, Type::TEXT)];
            let rows = self.query("list records", sql::SCAN, &params).await?;
            rows.iter().map(|row| Ok((row.try_get(3).map_err(unreadable)?, read(row, 0)?))).collect()
        })
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let (now, until) = (columns::millis(now), columns::millis(until));
            let params: [Param<'_>; 3] = [(&hash, Type::TEXT), (&now, Type::INT8), (&until, Type::INT8)];
            Ok(self.execute("burn a state", sql::BURN, &params).await? == 1)
        })
    }
}
