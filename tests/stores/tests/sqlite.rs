//! One file, many processes.

use std::fs;
use std::path::Path;
use std::sync::Barrier;

use authsmith::store::conformance;
use authsmith::{SqliteStore, Store};
use libtest_mimic::{Failed, Trial};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use crate::alternating::Alternating;
use crate::common::{CANARY, leave, record, told, trial, what_was_left_is_there};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("sqlite::holds_to_what_stores_must", holds_to_what_stores_must),
        trial("sqlite::two_processes_are_one_store", two_processes_are_one_store),
        trial("sqlite::what_was_answered_outlives_the_process", what_was_answered_outlives_the_process),
        trial("sqlite::a_call_that_nobody_waits_for_is_done", a_call_that_nobody_waits_for_is_done),
        trial("sqlite::many_open_a_new_file_at_once", many_open_a_new_file_at_once),
        trial("sqlite::a_file_that_is_something_else_is_left_alone", a_file_that_is_something_else_is_left_alone),
        trial("sqlite::a_file_of_a_newer_program_is_left_alone", a_file_of_a_newer_program_is_left_alone),
        trial("sqlite::a_failure_is_told_without_secrets", a_failure_is_told_without_secrets),
    ];
    #[cfg(unix)]
    trials.extend([
        trial("sqlite::only_the_owner_may_read", unix::only_the_owner_may_read),
        trial("sqlite::what_others_may_touch_is_refused", unix::what_others_may_touch_is_refused),
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

async fn a_file_of_a_newer_program_is_left_alone() -> Result<(), Failed> {
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

    pub async fn only_the_owner_may_read() -> Result<(), Failed> {
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

    pub async fn what_others_may_touch_is_refused() -> Result<(), Failed> {
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
