//! Files and folders that hold tokens: made for their owner alone, and refused when others can get at them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// What others than the owner may not do with a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forbidden {
    /// Put other files into it.
    #[allow(dead_code)] // without a store in a file
    Writing,
    /// Anything.
    All,
}

/// The folder with its links resolved; made, for its owner alone, when it is missing.
pub(crate) fn folder(folder: &Path, forbidden: Forbidden) -> Result<PathBuf, StoreError> {
    make_folder(folder).map_err(|error| failed(folder, "can't be made").with_source(error))?;
    let folder = folder.canonicalize().map_err(|error| failed(folder, "can't be found").with_source(error))?;
    check_folder(&folder, forbidden)?;
    Ok(folder)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// A new file, for its owner alone.
pub(crate) fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn check_folder(folder: &Path, forbidden: Forbidden) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = folder.metadata().map_err(|error| failed(folder, "can't be looked at").with_source(error))?;
    let (mask, what) = match forbidden {
        Forbidden::Writing => (
            0o022,
            "is a folder in which others may write, so they could put another file in the store's place; give the store a \
             folder of its own, or take their right away (chmod go-w)",
        ),
        Forbidden::All => (0o077, "is a folder into which others may look, and holds tokens (chmod 700)"),
    };
    if metadata.permissions().mode() & mask != 0 { Err(failed(folder, what)) } else { Ok(()) }
}

/// Refuses what isn't a file of its own, and what others may read or write.
#[cfg(unix)]
pub(crate) fn check_file(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = path.symlink_metadata().map_err(|error| failed(path, "can't be looked at").with_source(error))?;
    if !metadata.is_file() {
        return Err(failed(path, "must be a file of its own, not a symbolic link or anything else"));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(failed(path, "holds tokens, and others than its owner may read or write it (chmod 600)"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_folder(_: &Path, _: Forbidden) -> Result<(), StoreError> {
    Ok(())
}

/// Refuses what isn't a file of its own.
#[cfg(not(unix))]
pub(crate) fn check_file(path: &Path) -> Result<(), StoreError> {
    let metadata = path.symlink_metadata().map_err(|error| failed(path, "can't be looked at").with_source(error))?;
    if metadata.is_file() { Ok(()) } else { Err(failed(path, "must be a file of its own, not a symbolic link")) }
}

/// A failure about a path.
pub(crate) fn failed(path: &Path, what: &str) -> StoreError {
    StoreError::new(format!("{} {what}", path.display()))
}
