//! Where things are, and how their places are written.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use authsmith_codegen::SourceFile;

use crate::stop::{Outcome, Stop};

/// A path as it is printed: relative to the working directory when it is below it.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() }
}

/// The path that leads from the directory `from` to `to`, with `/` between its parts; both are made absolute first. The
/// absolute path of `to` when nothing relative leads there (another drive).
pub fn relative(from: &Path, to: &Path) -> String {
    let (from, to) = (absolute(from), absolute(to));
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let slashes = |path: &Path| path.to_string_lossy().replace('\\', "/");
    if shared == 0 || (shared == 1 && cfg!(windows)) {
        return slashes(&to);
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    slashes(&way)
}

/// The path without links, as far as it exists.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            return real.join(rest).components().collect();
        }
    }
    path
}

/// The specs of a directory, in the order of their names.
pub fn specs_in(dir: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Stop::new(format!("there is no directory {}; the command `new` begins a spec there", shown(dir)))
        }
        _ => Stop::io("read the directory of specs", dir, error),
    })?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Stop::io("read the directory of specs", dir, error))?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(Stop::new(format!("{} holds no *.yaml; a spec is one YAML file a vendor", shown(dir)))),
        false => Ok(files),
    }
}

/// A spec as it is named on the command line.
pub fn source(path: &Path) -> Outcome<SourceFile> {
    let bytes = std::fs::read(path).map_err(|error| Stop::io("read the spec", path, error))?;
    let text = String::from_utf8(bytes).map_err(|error| Stop::io("read the spec", path, error.utf8_error()))?;
    Ok(SourceFile { path: shown(path), text })
}

#[cfg(test)]
mod tests {
    use super::relative;
    use std::path::Path;

    #[test]
    fn relative_paths_climb_and_descend() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/no-such/a/clients/x", "/no-such/a/runtime"), "../../runtime");
        assert_eq!(way("/no-such/a", "/no-such/a/specs/x.yaml"), "specs/x.yaml");
        assert_eq!(way("/no-such/app/clients/x", "/elsewhere/runtime"), "../../../../elsewhere/runtime");
    }
}
