//! Brings a directory of crates to what the specs give. A crate is built beside its place and renamed into it, so that
//! at every moment either the old one or the new one stands whole, in its place or beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::plan::{CARGOS, CratePlan, Plan, Wanted};

/// The new crate, until it is renamed into place.
const STAGED: &str = ".regen-staged";
/// The old crate, until it is removed.
const OLD: &str = ".regen-old";

/// Does what the plan says.
pub fn apply(out: &Path, wanted: &[Wanted], plan: &Plan) -> io::Result<()> {
    for change in &plan.crates {
        if let Some(krate) = wanted.iter().find(|krate| krate.name == change.name) {
            let place = Place::of(out, &change.name);
            stage(&place, krate, change)?;
            place.swap()?;
        }
    }
    for name in &plan.orphans {
        remove_orphan(&Place::of(out, name))?;
    }
    Ok(())
}

/// Mends what a run that was killed has left behind.
pub fn recover(out: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(hidden) = name.strip_prefix('.') else { continue };
        if let Some(krate) = hidden.strip_suffix(OLD) {
            Place::of(out, krate).restore()?;
        } else if let Some(krate) = hidden.strip_suffix(STAGED) {
            remove(&Place::of(out, krate).staged)?;
        }
    }
    Ok(())
}

/// Where one crate stands, and the two places beside it.
struct Place {
    dir: PathBuf,
    staged: PathBuf,
    old: PathBuf,
}

impl Place {
    fn of(out: &Path, name: &str) -> Self {
        let beside = |suffix: &str| out.join(format!(".{name}{suffix}"));
        Self { dir: out.join(name), staged: beside(STAGED), old: beside(OLD) }
    }

    /// Puts the staged crate in place of the old one.
    fn swap(&self) -> io::Result<()> {
        if self.dir.symlink_metadata().is_ok() {
            fs::rename(&self.dir, &self.old)?;
        }
        fs::rename(&self.staged, &self.dir)?;
        self.discard_old()
    }

    /// Removes the old crate, after what is cargo's has moved to the new one.
    fn discard_old(&self) -> io::Result<()> {
        for name in CARGOS {
            let (from, to) = (self.old.join(name), self.dir.join(name));
            if from.symlink_metadata().is_ok() && to.symlink_metadata().is_err() {
                fs::rename(from, to)?;
            }
        }
        remove(&self.old)
    }

    /// After a crash: the old crate goes back if the new one had not got its place, and away if it had.
    fn restore(&self) -> io::Result<()> {
        match self.dir.symlink_metadata() {
            Ok(_) => self.discard_old(),
            Err(_) => fs::rename(&self.old, &self.dir),
        }
    }
}

/// Builds the new crate beside its place. Files that stay are linked, so that they keep their times and cargo doesn't
/// compile them again.
fn stage(place: &Place, krate: &Wanted, change: &CratePlan) -> io::Result<()> {
    remove(&place.staged)?;
    fs::create_dir_all(&place.staged)?;
    for (path, text) in &krate.files {
        let target = place.staged.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        if change.same.contains(path) {
            keep(&place.dir.join(path), &target)?;
        } else {
            fs::write(&target, text)?;
        }
    }
    Ok(())
}

/// Links a file, or copies it with its time where the file system knows no links.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    let times = fs::FileTimes::new().set_modified(from.metadata()?.modified()?);
    fs::File::options().write(true).open(to)?.set_times(times)
}

/// Removes a crate that no spec gives, and leaves what is cargo's when there is any.
fn remove_orphan(place: &Place) -> io::Result<()> {
    let kept: Vec<_> = CARGOS.iter().filter(|name| place.dir.join(name).symlink_metadata().is_ok()).collect();
    if kept.is_empty() {
        fs::rename(&place.dir, &place.old)?;
        return remove(&place.old);
    }
    for path in super::plan::files(&place.dir)? {
        fs::remove_file(place.dir.join(path))?;
    }
    prune(&place.dir)
}

/// Removes the empty directories below `dir`, besides cargo's.
fn prune(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let cargos = CARGOS.iter().any(|name| entry.file_name() == *name);
        if entry.file_type()?.is_dir() && !cargos {
            prune(&entry.path())?;
            // Not empty means that a link or a file stays; that is no failure.
            let _ = fs::remove_dir(entry.path());
        }
    }
    Ok(())
}

/// Removes a directory, if it is there.
fn remove(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
