//! One file, many processes.

use std::fs;
use std::path::Path;
use std::sync::Barrier;

use authsmith::store::conformance;
use authsmith::{Claimed, SqliteStore, Store};
use libtest_mimic::{Failed, Trial};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use crate::alternating::Alternating;
use crate::common::{CANARY, LONG, claim, leave, record, told, trial, what_was_left_is_there};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("sqlite::holds_to_what_stores_must", holds_to_what_stores_must),
        trial("sqlite::two_processes_are_one_store", two_processes_are_one_store),
        trial("sqlite::what_was_answered_outlives_the_process", what_was_answered_outlives_the_process),
        trial("sqlite::a_call_that_nobody_waits_for_is_done", a_call_that_nobody_waits_for_is_done),
        trial("sqlite::many_open_a_new_file_at_once", many_open_a_new_file_at_once),
        trial("sqlite::a_file_that_is_something_else_is_left_alone", a_file_that_is_something_else_is_left_alone),
        trial(
            "sqlite::scenario_33_a_file_of_a_newer_program_is_left_alone",
            scenario_33_a_file_of_a_newer_program_is_left_alone,
        ),
        trial("sqlite::a_failure_is_told_without_secrets", a_failure_is_told_without_secrets),
        trial(
            "sqlite::scenario_16_a_write_that_was_cut_off_is_whole_or_undone",
            scenario_16_a_write_that_was_cut_off_is_whole_or_undone,
        ),
        trial(
            "sqlite::scenario_17_one_file_by_two_paths_has_one_lease",
            scenario_17_one_file_by_two_paths_has_one_lease,
        ),
        trial("sqlite::input_19_a_torn_file_is_told_and_left_alone", input_19_a_torn_file_is_told_and_left_alone),
    ];
    #[cfg(unix)]
    trials.extend([
        trial("sqlite::input_19_only_the_owner_may_read", unix::input_19_only_the_owner_may_read),
        trial("sqlite::input_19_what_others_may_touch_is_refused", unix::input_19_what_others_may_touch_is_refused),
    ]);
    trials
}

fn folder_and_file() -> (TempDir, std::path::PathBuf) {
    let folder = tempdir().unwrap();
    let file = folder.path().join("grants.db");
    (folder, file)
}

async fn holds_to_what_stores_must() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    let mut n = 0;
    let new = || {
        n += 1;
        let store = SqliteStore::open(folder.path().join(format!("{n}.db"))).unwrap();
        async move { store }
    };
    Ok(conformance::check(new).await?)
}

async fn two_processes_are_one_store() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    let mut n = 0;
    let new = || {
        n += 1;
        let open = || SqliteStore::open(folder.path().join(format!("{n}.db"))).unwrap();
        let store = Alternating::new(open(), open());
        async move { store }
    };
    Ok(conformance::check(new).await?)
}

async fn what_was_answered_outlives_the_process() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    leave(&SqliteStore::open(&file)?).await;
    what_was_left_is_there(&SqliteStore::open(&file)?).await;
    Ok(())
}

async fn a_call_that_nobody_waits_for_is_done() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    let store = SqliteStore::open(&file)?;
    let one = record(1);
    let mut write = store.compare_and_set("a", None, &one);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let _ = write.as_mut().poll(&mut context);
    drop(write);
    // One thread does one after the other.
    assert_eq!(store.load("a").await?, Some(record(1)));
    Ok(())
}

async fn many_open_a_new_file_at_once() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    let barrier = Barrier::new(8);
    let open = || {
        barrier.wait();
        SqliteStore::open(&file)
    };
    let stores: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (n, store) in stores.into_iter().enumerate() {
        assert!(store?.compare_and_set(&format!("{n}"), None, &record(1)).await?);
    }
    Ok(())
}

fn refused(file: &Path) -> String {
    let error = SqliteStore::open(file).unwrap_err();
    told(&error)
}

async fn a_file_that_is_something_else_is_left_alone() -> Result<(), Failed> {
    let (folder, file) = folder_and_file();
    drop(SqliteStore::open(&file)?);
    let permissions = fs::metadata(&file)?.permissions();
    let of_another = folder.path().join("another.db");
    Connection::open(&of_another)?.execute_batch("CREATE TABLE records (mine)")?;
    let text = "not a database, but long enough to be taken for one by its size".repeat(99);
    for content in [text.into_bytes(), fs::read(&of_another)?] {
        fs::write(&file, &content)?;
        fs::set_permissions(&file, permissions.clone())?;
        assert!(refused(&file).contains("is not a database of this store"), "{}", refused(&file));
        assert_eq!(fs::read(&file)?, content);
    }
    Ok(())
}

async fn scenario_33_a_file_of_a_newer_program_is_left_alone() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    drop(SqliteStore::open(&file)?);
    Connection::open(&file)?.pragma_update(None, "user_version", 2)?;
    assert!(refused(&file).contains("newer than this program"), "{}", refused(&file));
    Ok(())
}

async fn a_failure_is_told_without_secrets() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    let store = SqliteStore::open(&file)?;
    assert!(store.compare_and_set("a", None, &record(1)).await?);
    Connection::open(&file)?.execute_batch("DROP TABLE records")?;
    let error = store.compare_and_set("a", Some(1), &record(2)).await.unwrap_err();
    let told = told(&error);
    assert!(told.starts_with("the store couldn't write a record: "), "{told}");
    assert!(!told.contains(CANARY) && !format!("{error:?} {store:?}").contains(CANARY), "{told}");
    Ok(())
}

/// A copy of a store's files, private as they are; of the log of writes only so many bytes.
fn copied(file: &Path, log_bytes: usize) -> (TempDir, std::path::PathBuf) {
    let (folder, copy) = folder_and_file();
    fs::copy(file, &copy).unwrap();
    let (log, permissions) = (file.with_extension("db-wal"), fs::metadata(file).unwrap().permissions());
    let bytes = fs::read(log).unwrap();
    fs::write(copy.with_extension("db-wal"), &bytes[..log_bytes.min(bytes.len())]).unwrap();
    for path in [copy.clone(), copy.with_extension("db-wal")] {
        fs::set_permissions(path, permissions.clone()).unwrap();
    }
    (folder, copy)
}

async fn scenario_16_a_write_that_was_cut_off_is_whole_or_undone() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    let store = SqliteStore::open(&file)?;
    assert!(store.compare_and_set("a", None, &record(1)).await?);
    let before = fs::metadata(file.with_extension("db-wal"))?.len() as usize;
    assert!(store.compare_and_set("a", Some(1), &record(2)).await?);
    let after = fs::metadata(file.with_extension("db-wal"))?.len() as usize;
    assert!(before < after, "the write is in the log: {before} {after}");
    let mut seen = [0, 0];
    for bytes in (before..after).step_by(61).chain([after]) {
        let (_folder, copy) = copied(&file, bytes);
        let found = SqliteStore::open(&copy)?.load("a").await?;
        let version = found.as_ref().map(authsmith::Record::version).unwrap_or_default();
        assert_eq!(found, Some(record(version)), "after {bytes} bytes");
        seen[usize::from(version == 2)] += 1;
    }
    assert!(seen[0] > 10 && seen[1] > 0, "{seen:?}");
    Ok(())
}

async fn scenario_17_one_file_by_two_paths_has_one_lease() -> Result<(), Failed> {
    let (folder, file) = folder_and_file();
    let one = SqliteStore::open(&file)?;
    assert!(one.compare_and_set("a", None, &record(1)).await?);
    // Programs with folders of their own, of which one is a link to the other's.
    fs::create_dir(folder.path().join("deeper"))?;
    let two = SqliteStore::open(folder.path().join("deeper/../grants.db"))?;
    assert!(matches!(one.claim("a", &claim("one", LONG)).await?, Claimed::Granted { .. }));
    assert!(matches!(two.claim("a", &claim("two", LONG)).await?, Claimed::Held { .. }));
    Ok(())
}

async fn input_19_a_torn_file_is_told_and_left_alone() -> Result<(), Failed> {
    let (_folder, file) = folder_and_file();
    let store = SqliteStore::open(&file)?;
    for n in 0..50 {
        assert!(store.compare_and_set(&format!("{n}"), None, &record(1)).await?);
    }
    drop(store);
    let whole = loop {
        // The last user moves the log into the file when it closes.
        let bytes = fs::read(&file)?;
        if bytes.len() > 8192 && !file.with_extension("db-wal").exists() {
            break bytes;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let permissions = fs::metadata(&file)?.permissions();
    for content in
        [whole[..50].to_vec(), whole[..5000].to_vec(), [&whole[..4096], &vec![0xaa; whole.len() - 4096]].concat()]
    {
        fs::write(&file, &content)?;
        fs::set_permissions(&file, permissions.clone())?;
        let outcome = match SqliteStore::open(&file) {
            Ok(store) => store.load("7").await,
            Err(error) => Err(error),
        };
        let error = outcome.expect_err("a torn file is no empty store");
        assert!(!told(&error).contains(CANARY), "{}", told(&error));
        assert_eq!(fs::read(&file)?, content, "it is left alone: {}", told(&error));
    }
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub async fn input_19_only_the_owner_may_read() -> Result<(), Failed> {
        let folder = tempdir().unwrap();
        let inner = folder.path().join("of/its/own");
        let file = inner.join("grants.db");
        let store = SqliteStore::open(&file)?;
        assert!(store.compare_and_set("a", None, &record(1)).await?);
        assert_eq!(mode(&inner), 0o700);
        for path in [file.clone(), file.with_extension("db-wal"), file.with_extension("db-shm")] {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        Ok(())
    }

    pub async fn input_19_what_others_may_touch_is_refused() -> Result<(), Failed> {
        let (folder, file) = folder_and_file();
        drop(SqliteStore::open(&file)?);
        for open in [0o640, 0o604, 0o620, 0o602] {
            set_mode(&file, open);
            assert!(refused(&file).contains("others than its owner may read"), "{}", refused(&file));
        }
        set_mode(&file, 0o600);
        let link = folder.path().join("link.db");
        symlink(&file, &link)?;
        assert!(refused(&link).contains("symbolic link"), "{}", refused(&link));
        let nowhere = folder.path().join("nowhere.db");
        symlink(folder.path().join("made.db"), &nowhere)?;
        assert!(refused(&nowhere).contains("symbolic link"), "{}", refused(&nowhere));
        assert!(!folder.path().join("made.db").exists());
        // A link to the folder is a path like any other.
        let elsewhere = tempdir().unwrap();
        symlink(folder.path(), elsewhere.path().join("folder"))?;
        drop(SqliteStore::open(elsewhere.path().join("folder/grants.db"))?);
        for open in [0o770, 0o707] {
            set_mode(folder.path(), open);
            assert!(refused(&file).contains("a folder in which others may write"), "{}", refused(&file));
        }
        set_mode(folder.path(), 0o755);
        drop(SqliteStore::open(&file)?);
        Ok(())
    }
}
