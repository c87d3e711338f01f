//! One statement a method. The moments of leases are the server's own, read when a row is locked: `clock_timestamp()` goes
//! on while a statement waits.

/// The tables, unless another has made them meanwhile. `key` is compared byte by byte, whatever the database's language; `body` may have any character.
pub(super) const TABLES: &str = r#"
CREATE TABLE IF NOT EXISTS authsmith_records (
    key text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    due bigint,
    body bytea NOT NULL,
    holder text,
    lease_until bigint,
    sent_at bigint,
    unsettled_holder text,
    unsettled_at bigint
);
CREATE INDEX IF NOT EXISTS authsmith_records_due ON authsmith_records (due, key) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS authsmith_burned (hash text COLLATE "C" PRIMARY KEY, until bigint NOT NULL);
CREATE INDEX IF NOT EXISTS authsmith_burned_until ON authsmith_burned (until);
CREATE TABLE IF NOT EXISTS authsmith_tables (version integer NOT NULL);
INSERT INTO authsmith_tables SELECT 1 WHERE NOT EXISTS (SELECT FROM authsmith_tables);
"#;

/// The version of the tables.
pub(super) const VERSION: i32 = 1;

/// Held while the tables are made, so that of several programs that start at once one makes them.
pub(super) const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtextextended('authsmith_tables', 0))";

pub(super) const HAS_TABLES: &str = "SELECT to_regclass('authsmith_tables') IS NOT NULL";

pub(super) const TABLES_VERSION: &str = "SELECT max(version) FROM authsmith_tables";

/// What decides whether a commit that was answered outlives a crash, and whether this server takes writes.
pub(super) const SAFETY: &str = "SELECT current_setting('fsync') = 'on', current_setting('synchronous_commit') <> 'off', \
                                 NOT pg_is_in_recovery()";

macro_rules! now {
    () => {
        "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
    };
}

/// Takes the lease for `$1`, for `$2` milliseconds from the moment in `seen`, and remembers whom a confirmed one that ran
/// out belonged to. On the right stand the values of before.
macro_rules! take {
    () => {
        "UPDATE authsmith_records AS kept SET \
         unsettled_holder = CASE WHEN kept.unsettled_at IS NULL AND kept.sent_at IS NOT NULL THEN kept.holder \
         ELSE kept.unsettled_holder END, \
         unsettled_at = coalesce(kept.unsettled_at, kept.sent_at), \
         holder = $1, lease_until = seen.now + $2, sent_at = NULL FROM seen WHERE kept.key = seen.key"
    };
}

/// Which keys begin with the text `$3`: those from it to before `$4`.
macro_rules! begins {
    () => {
        "key >= $3 AND ($4::text IS NULL OR key < $4)"
    };
}

pub(super) const LOAD: &str = "SELECT version, due, body FROM authsmith_records WHERE key = $1";

pub(super) const WRITE_FIRST: &str = "INSERT INTO authsmith_records (key, version, due, body) VALUES ($1, $2, $3, $4) \
                                      ON CONFLICT DO NOTHING";

pub(super) const WRITE_NEXT: &str = "UPDATE authsmith_records SET version = $2, due = $3, body = $4, holder = NULL, lease_until = NULL, sent_at = NULL, \
     unsettled_holder = NULL, unsettled_at = NULL WHERE key = $1 AND version = $5";

pub(super) const DELETE: &str = "DELETE FROM authsmith_records WHERE key = $1";

/// The record as the lock has found it, and whether the lease was taken: `key` is of the one that was.
pub(super) const CLAIM: &str = concat!(
    "WITH locked AS MATERIALIZED (SELECT * FROM authsmith_records WHERE key = $3 FOR UPDATE), ",
    "seen AS MATERIALIZED (SELECT *, ",
    now!(),
    " AS now FROM locked), ",
    "taken AS (",
    take!(),
    " AND (seen.lease_until IS NULL OR seen.lease_until <= seen.now) ",
    "RETURNING kept.key, kept.unsettled_holder, seen.now - kept.unsettled_at AS age) ",
    "SELECT taken.key, seen.version, seen.due, seen.body, taken.unsettled_holder, taken.age, ",
    "seen.lease_until - seen.now FROM seen LEFT JOIN taken ON true"
);

/// Rows that somebody has locked are somebody's. `left` keeps the planner from going through all keys that begin so, which
/// may be all there are, instead of what is due.
pub(super) const CLAIM_DUE: &str = concat!(
    "WITH seen AS MATERIALIZED (SELECT key, ",
    now!(),
    " AS now FROM authsmith_records WHERE due <= $4 AND left(key, length($3)) = $3 \
     AND (lease_until IS NULL OR lease_until <= ",
    now!(),
    ") ORDER BY due, key LIMIT $5 FOR UPDATE SKIP LOCKED), ",
    "taken AS (",
    take!(),
    " RETURNING kept.key, kept.version, kept.due, kept.body, kept.unsettled_holder, seen.now - kept.unsettled_at AS age) ",
    "SELECT * FROM taken ORDER BY due, key"
);

pub(super) const CONFIRM: &str = concat!(
    "UPDATE authsmith_records SET sent_at = ",
    now!(),
    ", lease_until = ",
    now!(),
    " + $3 WHERE key = $1 AND holder = $2"
);

pub(super) const RELEASE: &str = "UPDATE authsmith_records SET holder = NULL, lease_until = NULL, sent_at = NULL \
                                  WHERE key = $1 AND holder = $2";

pub(super) const SCAN: &str = concat!(
    "SELECT version, due, body, key FROM authsmith_records WHERE ($1::text IS NULL OR key > $1) AND ",
    begins!(),
    " ORDER BY key LIMIT $2"
);

/// Some of what may be forgotten is, without waiting for others that do the same.
pub(super) const BURN: &str = "WITH forgotten AS (DELETE FROM authsmith_burned WHERE hash IN (\
                               SELECT hash FROM authsmith_burned WHERE until < $2 AND hash <> $1 LIMIT 100 \
                               FOR UPDATE SKIP LOCKED)) \
                               INSERT INTO authsmith_burned AS burned (hash, until) VALUES ($1, $3) \
                               ON CONFLICT (hash) DO UPDATE SET until = excluded.until WHERE burned.until < $2";
