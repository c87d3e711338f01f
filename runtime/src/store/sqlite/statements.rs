//! One statement a method. Each is a transaction of its own, and none stays open.

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use crate::store::columns::{after_prefix, duration, length, millis, record};
use crate::store::{Claim, Claimed, Holder, Record, StoreError, Unsettled};

/// The present moment, which is the same all through a statement.
macro_rules! now {
    () => {
        "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)"
    };
}

/// Whether nobody holds the lease.
macro_rules! is_free {
    () => {
        concat!("(lease_until IS NULL OR lease_until <= ", now!(), ")")
    };
}

/// Takes the lease, and remembers whom a confirmed one that ran out belonged to. On the right stand the values of before.
macro_rules! take {
    () => {
        concat!(
            "unsettled_holder = CASE WHEN unsettled_at IS NULL AND sent_at IS NOT NULL THEN holder ELSE unsettled_holder END, ",
            "unsettled_at = ifnull(unsettled_at, sent_at), holder = ?1, lease_until = ", now!(), " + ?2, sent_at = NULL"
        )
    };
}

macro_rules! taken {
    () => {
        concat!("key, version, due, body, unsettled_holder, ", now!(), " - unsettled_at")
    };
}

/// Which keys begin with the text `?3`: those from it to before `?4`. Any text stands before any blob.
macro_rules! begins {
    () => {
        "key >= ?3 AND key < ifnull(?4, x'')"
    };
}

pub(super) enum Failure {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub(super) fn load(connection: &Connection, key: &str) -> Result<Option<Record>, Failure> {
    let mut statement = connection.prepare_cached("SELECT version, due, body FROM records WHERE key = ?1")?;
    statement.query_row([key], |row| Ok(read(row, 0))).optional()?.transpose()
}

pub(super) fn write(
    connection: &Connection,
    key: &str,
    expected: Option<i64>,
    version: i64,
    record: &Record,
) -> Result<bool, Failure> {
    const FIRST: &str = "INSERT INTO records (key, version, due, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    const NEXT: &str = "UPDATE records SET version = ?2, due = ?3, body = ?4, holder = NULL, lease_until = NULL, \
                        sent_at = NULL, unsettled_holder = NULL, unsettled_at = NULL WHERE key = ?1 AND version = ?5";
    let (due, body) = (record.due().map(millis), record.body().expose());
    let written = match expected {
        None => connection.prepare_cached(FIRST)?.execute(params![key, version, due, body])?,
        Some(expected) => connection.prepare_cached(NEXT)?.execute(params![key, version, due, body, expected])?,
    };
    Ok(written == 1)
}

pub(super) fn delete(connection: &Connection, key: &str) -> Result<(), Failure> {
    connection.prepare_cached("DELETE FROM records WHERE key = ?1")?.execute([key])?;
    Ok(())
}

pub(super) fn claim(connection: &mut Connection, key: &str, claim: &Claim) -> Result<Claimed, Failure> {
    const TAKE: &str =
        concat!("UPDATE records SET ", take!(), " WHERE key = ?3 AND ", is_free!(), " RETURNING ", taken!());
    const SEE: &str = concat!("SELECT version, due, body, lease_until - ", now!(), " FROM records WHERE key = ?1");
    // Others must not come between the two.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = transaction
        .prepare_cached(TAKE)?
        .query_row(params![claim.holder.as_str(), length(claim.length), key], |row| Ok(granted(row)))
        .optional()?
        .transpose()?;
    let claimed = match taken {
        Some((_, claimed)) => claimed,
        None => {
            let held = |row: &Row<'_>| Ok((read(row, 0), row.get::<_, Option<i64>>(3)?));
            match transaction.prepare_cached(SEE)?.query_row([key], held).optional()? {
                Some((record, remaining)) => {
                    Claimed::Held { record: record?, remaining: duration(remaining.unwrap_or_default()) }
                }
                None => Claimed::Gone,
            }
        }
    };
    transaction.commit()?;
    Ok(claimed)
}

/// Goes by what is due: by itself SQLite may go through all keys that begin so, which may be all there are.
pub(super) fn claim_due(
    connection: &Connection,
    prefix: &str,
    before: i64,
    limit: i64,
    claim: &Claim,
) -> Result<Vec<(String, Claimed)>, Failure> {
    const TAKE: &str = concat!(
        "UPDATE records SET ",
        take!(),
        " WHERE key IN (SELECT key FROM records INDEXED BY records_due WHERE due <= ?5 AND ",
        begins!(),
        " AND ",
        is_free!(),
        " ORDER BY due, key LIMIT ?6) RETURNING ",
        taken!()
    );
    let mut statement = connection.prepare_cached(TAKE)?;
    let (holder, after) = (claim.holder.as_str(), after_prefix(prefix));
    let rows = statement.query_map(params![holder, length(claim.length), prefix, after, before, limit], |row| {
        Ok((row.get::<_, Option<i64>>(2)?, granted(row)))
    })?;
    let mut all = Vec::new();
    for row in rows {
        let (due, claimed) = row?;
        let (key, claimed) = claimed?;
        all.push((due, key, claimed));
    }
    // SQLite gives them back in any order.
    all.sort_by(|(due, key, _), (other_due, other_key, _)| (due, key).cmp(&(other_due, other_key)));
    Ok(all.into_iter().map(|(_, key, claimed)| (key, claimed)).collect())
}

pub(super) fn confirm(connection: &Connection, key: &str, holder: &Holder, length: i64) -> Result<bool, Failure> {
    const CONFIRM: &str = concat!(
        "UPDATE records SET sent_at = ",
        now!(),
        ", lease_until = ",
        now!(),
        " + ?3 WHERE key = ?1 AND holder = ?2"
    );
    Ok(connection.prepare_cached(CONFIRM)?.execute(params![key, holder.as_str(), length])? == 1)
}

pub(super) fn release(connection: &Connection, key: &str, holder: &Holder) -> Result<(), Failure> {
    const RELEASE: &str =
        "UPDATE records SET holder = NULL, lease_until = NULL, sent_at = NULL WHERE key = ?1 AND holder = ?2";
    connection.prepare_cached(RELEASE)?.execute([key, holder.as_str()])?;
    Ok(())
}

pub(super) fn scan(
    connection: &Connection,
    prefix: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<(String, Record)>, Failure> {
    const SCAN: &str = concat!(
        "SELECT version, due, body, key FROM records WHERE key > ifnull(?1, '') AND ",
        begins!(),
        " ORDER BY key LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(SCAN)?;
    let rows = statement.query_map(params![after, limit, prefix, after_prefix(prefix)], |row| {
        Ok((row.get::<_, String>(3)?, read(row, 0)))
    })?;
    let mut all = Vec::new();
    for row in rows {
        let (key, record) = row?;
        all.push((key, record?));
    }
    Ok(all)
}

pub(super) fn burn(connection: &mut Connection, hash: &str, now: i64, until: i64) -> Result<bool, Failure> {
    const FORGET: &str = "DELETE FROM burned WHERE until < ?1";
    const BURN: &str = "INSERT INTO burned (hash, until) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.prepare_cached(FORGET)?.execute([now])?;
    let burned = transaction.prepare_cached(BURN)?.execute(params![hash, until])? == 1;
    transaction.commit()?;
    Ok(burned)
}

/// Version, due and body, from the column `first` on.
fn read(row: &Row<'_>, first: usize) -> Result<Record, Failure> {
    Ok(record(row.get(first)?, row.get(first + 1)?, row.get(first + 2)?)?)
}

/// What `taken!` names.
fn granted(row: &Row<'_>) -> Result<(String, Claimed), Failure> {
    let unsettled = match (row.get::<_, Option<String>>(4)?, row.get::<_, Option<i64>>(5)?) {
        (Some(holder), Some(age)) => Some(Unsettled { holder: Holder::new(holder), age: duration(age) }),
        _ => None,
    };
    Ok((row.get(0)?, Claimed::Granted { record: read(row, 1)?, unsettled }))
}
