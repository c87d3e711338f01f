//! Renewed grants that a store would not take, on the local disk until it does.
//!
//! A vendor has spent the old refresh token by the time its answer is there. When the store fails then, the new one stands
//! in a file of its own, so that not even the end of the process loses it.

mod entry;
mod replay;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) use entry::Entry;
pub use replay::JournalReport;

use crate::authorize::{fill_random, sha256_hex};
use crate::private::{self, Forbidden, failed};
use crate::store::StoreError;

/// What the name of an entry ends with.
const ENDING: &str = ".grant";

/// A folder of entries, one file each. Any number of processes of one user may share it.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
}

/// A file in the folder that is no entry which can be read.
pub(crate) type Unreadable = (PathBuf, StoreError);

impl Journal {
    /// The journal in this folder, which is made when it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self { folder: private::folder(folder, Forbidden::All)? })
    }

    /// Writes an entry, and answers when it is on the disk.
    pub(crate) async fn write(&self, entry: Entry) -> Result<PathBuf, StoreError> {
        let folder = self.folder.clone();
        unblocked(move || write(&folder, &entry)).await
    }

    /// The entries of one record, and what in the folder can't be read.
    pub(crate) async fn entries(
        &self,
        key: Option<&str>,
    ) -> Result<(Vec<(PathBuf, Entry)>, Vec<Unreadable>), StoreError> {
        let (folder, start) = (self.folder.clone(), key.map(start_of_name));
        unblocked(move || read(&folder, start.as_deref())).await
    }

    /// Removes an entry that the store has, or that nobody needs any more. Another process may have done so.
    pub(crate) async fn remove(&self, path: PathBuf) {
        // What stays is replayed once more, which changes nothing.
        let _ = unblocked(move || fs::remove_file(path).map_err(|_| StoreError::new(""))).await;
    }
}

/// Runs what waits for a disk where no task waits for it.
async fn unblocked<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let ended = |error| StoreError::new("the journal's work was cut off").with_source(error);
    tokio::task::spawn_blocking(work).await.map_err(ended)?
}

/// The name of an entry: it says which record it belongs to without saying its key, and no two entries share one.
fn name(entry: &Entry, text: &str) -> String {
    let sum = sha256_hex(text.as_bytes());
    format!("{}{}{ENDING}", start_of_name(&entry.key), sum.get(..16).unwrap_or_default())
}

fn start_of_name(key: &str) -> String {
    format!("{}-", sha256_hex(key.as_bytes()).get(..32).unwrap_or_default())
}

/// A file beside, the disk, the name, the disk: whatever is cut off, an entry with its name is whole.
fn write(folder: &Path, entry: &Entry) -> Result<PathBuf, StoreError> {
    let text = entry.text();
    let path = folder.join(name(entry, text.expose()));
    let mut random = [0; 8];
    fill_random(&mut random).map_err(|_| StoreError::new("the operating system gives no randomness"))?;
    let beside = path.with_extension(format!("{:016x}.new", u64::from_le_bytes(random)));
    let done = (|| -> io::Result<()> {
        let mut file = private::create(&beside)?;
        file.write_all(text.expose().as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        sync_folder(folder)
    })();
    match done {
        Ok(()) => Ok(path),
        Err(error) => {
            let _ = fs::remove_file(&beside);
            Err(failed(&path, "can't be written").with_source(error))
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Elsewhere a folder can't be opened as a file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Entries with their files, and files that aren't entries.
type Found = (Vec<(PathBuf, Entry)>, Vec<Unreadable>);

fn read(folder: &Path, start: Option<&str>) -> Result<Found, StoreError> {
    let cant = |error| failed(folder, "can't be read").with_source(error);
    let (mut entries, mut unreadable) = (Vec::new(), Vec::new());
    for file in fs::read_dir(folder).map_err(cant)? {
        let file = file.map_err(cant)?;
        let name = file.file_name().to_string_lossy().into_owned();
        if start.is_some_and(|start| !name.starts_with(start)) {
            continue;
        }
        match read_one(&file.path(), &name) {
            Ok(Some(entry)) => entries.push((file.path(), entry)),
            Ok(None) => {}
            Err(error) => unreadable.push((file.path(), error)),
        }
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    unreadable.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok((entries, unreadable))
}

/// `None` when another process has removed it meanwhile.
fn read_one(path: &Path, file_name: &str) -> Result<Option<Entry>, StoreError> {
    if !file_name.ends_with(ENDING) {
        return Err(failed(path, "is no entry of the journal, or one that was cut off while it was written"));
    }
    private::check_file(path)?;
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        outcome => outcome.map_err(|error| failed(path, "can't be read").with_source(error))?,
    };
    let entry = Entry::read(&text).map_err(|why| failed(path, why))?;
    if name(&entry, &text) != file_name {
        return Err(failed(path, "has the name of another entry"));
    }
    Ok(Some(entry))
}
