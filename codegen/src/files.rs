//! Specs as they stand on disk, for the macro and for build scripts; the only part of the generator that reads files.

use std::io;
use std::path::{Path, PathBuf};

use crate::SourceFile;

/// A spec that was read, or the base of one.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// Where it stands.
    pub path: PathBuf,
    /// The spec, under the name that findings tell.
    pub source: SourceFile,
}

/// The spec `name` below the directory `root`, and after it those that it extends, which stand beside it. A base that isn't
/// there is left out: that is a mistake of the spec, which the rules tell with its place.
///
/// # Errors
///
/// When the spec itself can't be read, or isn't UTF-8.
pub fn with_bases(root: &Path, name: &str) -> io::Result<Vec<ReadFile>> {
    let mut files = vec![read(root, name.to_owned())?];
    let mut next = 0;
    while let Some(file) = files.get(next) {
        next += 1;
        for base in base_names(&file.source) {
            let known = files.iter().any(|known| known.source.path == base);
            if !known && let Ok(found) = read(root, base) {
                files.push(found);
            }
        }
    }
    Ok(files)
}

/// The names of the files of the specs that a spec extends, whether they are there or not.
pub fn base_names(source: &SourceFile) -> Vec<String> {
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    let beside = |base: String| folder.join(format!("{base}.yaml")).to_string_lossy().into_owned();
    crate::bases(source).into_iter().map(beside).collect()
}

fn read(root: &Path, name: String) -> io::Result<ReadFile> {
    let path = root.join(&name);
    let text = std::fs::read_to_string(&path)?;
    Ok(ReadFile { path, source: SourceFile { path: name, text } })
}
