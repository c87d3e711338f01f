//! `check --fix`: mends of which there is no doubt are made in the files.

use std::io::Write;
use std::path::{Path, PathBuf};

use authsmith_codegen::diagnostics::{Applicability, apply};
use authsmith_codegen::{Diagnostic, SourceFile, check};

use crate::paths;
use crate::regen::count;
use crate::stop::{Outcome, Stop};

/// How often the specs are looked at again: a mend may bring to light what another mistake has hidden.
const ROUNDS: usize = 10;

/// Mends the sources that were read from `files`, in memory and then on disk, and says on standard error what was done.
/// Those behind them, which the files extend, are left alone.
pub fn fix(files: &[PathBuf], sources: &mut [SourceFile]) -> Outcome {
    let before: Vec<String> = sources.iter().map(|source| source.text.clone()).collect();
    let mut done = Vec::new();
    for _ in 0..ROUNDS {
        let made = round(sources, files.len());
        if made.is_empty() {
            break;
        }
        done.extend(made);
    }
    let all = files.iter().zip(sources.iter()).zip(&before);
    let changed: Vec<_> = all.filter(|((_, source), before)| source.text != **before).collect();
    for ((file, _), before) in &changed {
        unchanged(file, before)?;
    }
    for ((file, source), _) in &changed {
        write(file, &source.text)?;
    }
    if !done.is_empty() {
        eprintln!("{}\nfixed {} in {}\n", done.join("\n"), count(done.len(), "finding"), count(changed.len(), "file"));
    }
    Ok(())
}

/// Makes every certain mend of the first `own` sources once; a line for each.
fn round(sources: &mut [SourceFile], own: usize) -> Vec<String> {
    let (_, findings) = check(sources);
    let mut done = Vec::new();
    for source in sources.iter_mut().take(own) {
        let is_certain = |finding: &&Diagnostic| {
            finding.file == source.path
                && finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Certain)
        };
        let mended: Vec<&Diagnostic> = findings.list.iter().filter(is_certain).collect();
        let (text, made) = apply(&source.text, mended.iter().filter_map(|finding| finding.fix.as_ref()));
        done.extend(made.iter().filter_map(|index| mended.get(*index)).map(|finding| finding.line()));
        source.text = text;
    }
    done
}

/// Whether a file is as it was read.
fn unchanged(file: &Path, before: &str) -> Outcome {
    match paths::source(file)?.text == before {
        true => Ok(()),
        false => Err(Stop::new(format!("{} was changed meanwhile; nothing is written", paths::shown(file)))),
    }
}

/// Writes a file whole, in place of the one that a link may lead to, with its permissions.
fn write(file: &Path, text: &str) -> Outcome {
    let failed = |error: std::io::Error| Stop::io("write the spec", file, error);
    let real = file.canonicalize().map_err(failed)?;
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    new.write_all(text.as_bytes()).map_err(failed)?;
    let permissions = std::fs::metadata(&real).map_err(failed)?.permissions();
    new.as_file().set_permissions(permissions).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    new.persist(&real).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::unchanged;

    #[test]
    fn a_file_that_was_changed_meanwhile_is_left_alone() -> std::io::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), "provider: acme\n")?;
        assert!(unchanged(file.path(), "provider: acme\n").is_ok());
        std::fs::write(file.path(), "provider: acme\ntitle: Acme\n")?;
        let stop = unchanged(file.path(), "provider: acme\n").err();
        assert!(stop.is_some_and(|stop| stop.code == 2 && stop.text.contains("was changed meanwhile")));
        Ok(())
    }
}
