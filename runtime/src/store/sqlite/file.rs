//! The file: where it may lie, who may read it, and what is in it.

use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::private::{self, Forbidden, check_file, failed};
use crate::store::StoreError;

/// What tells the store's files from others (SQLite's `application_id`): the letters `auth`.
const APPLICATION: i32 = 0x6175_7468;

/// The version of the tables (SQLite's `user_version`).
const TABLES: i32 = 1;

/// How long one process waits for another's write.
const PATIENCE: Duration = Duration::from_secs(10);

/// `key` is compared byte by byte. Moments are milliseconds since 1970 (UTC); `lease_until`, `sent_at` and `unsettled_at`
/// are by SQLite's own clock.
const SCHEMA: &str = "
    CREATE TABLE records (
        key TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        due INTEGER,
        body TEXT NOT NULL,
        holder TEXT,
        lease_until INTEGER,
        sent_at INTEGER,
        unsettled_holder TEXT,
        unsettled_at INTEGER
    ) STRICT;
    CREATE INDEX records_due ON records (due, key) WHERE due IS NOT NULL;
    CREATE TABLE burned (hash TEXT NOT NULL PRIMARY KEY, until INTEGER NOT NULL) STRICT;
    CREATE INDEX burned_until ON burned (until);
";

/// The connection, and the path with its links resolved.
pub(super) fn open(path: &Path) -> Result<(Connection, PathBuf), StoreError> {
    let path = absolute(path)?;
    match private::create(&path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(&path, "can't be created").with_source(error)),
    }
    check_file(&path)?;
    let cant = |error| failed(&path, "can't be opened").with_source(error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(cant)?;
    connection.busy_timeout(PATIENCE).map_err(cant)?;
    prepare(&mut connection, &path)?;
    patiently(|| settle(&connection)).map_err(cant)?;
    Ok((connection, path))
}

/// The folder's own path and the file's name, which SQLite then follows no link from.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    let name = path.file_name().ok_or_else(|| failed(path, "is no path of a file"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok(private::folder(folder, Forbidden::Writing)?.join(name))
}

/// Makes the tables in a new file, and refuses a file that isn't the store's before anything in it is changed.
fn prepare(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let cant = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => failed(path, "is not a database of this store").with_source(error),
        _ => failed(path, "can't be opened").with_source(error),
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(cant)?;
    let number = |name| transaction.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(cant);
    let is_empty = || transaction.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get::<_, bool>(0));
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION, TABLES) => return Ok(()),
        (APPLICATION, version) if version > TABLES => {
            let what = format!("has tables of version {version}, which is newer than this program");
            return Err(failed(path, &what));
        }
        (0, 0) if is_empty().map_err(cant)? => {}
        _ => return Err(failed(path, "is not a database of this store")),
    }
    transaction.execute_batch(SCHEMA).map_err(cant)?;
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(cant)?;
    transaction.pragma_update(None, "user_version", TABLES).map_err(cant)?;
    transaction.commit().map_err(cant)
}

/// A commit is on the disk before it is answered, readers don't wait for writers, and what was overwritten is gone.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    // Where there is no shared memory, the older journal stays, which is as safe, and slower.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// Changing the journal doesn't wait for others by itself.
fn patiently(work: impl Fn() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match work() {
            Err(error)
                if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
                    && begun.elapsed() < PATIENCE =>
            {
                sleep(Duration::from_millis(20));
            }
            outcome => return outcome,
        }
    }
}
