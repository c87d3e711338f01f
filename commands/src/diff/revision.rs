//! Specs as they were in a revision of git.

use std::path::Path;
use std::process::{Command, Output};

use authsmith_codegen::SourceFile;

use crate::paths;
use crate::stop::{Outcome, Stop};

/// The specs of a directory in a revision, in the order of their names; none when the directory wasn't there.
pub fn sources(dir: &Path, revision: &str) -> Outcome<Vec<SourceFile>> {
    // A name that begins with a dash is a name all the same.
    let asked = format!("{revision}^{{commit}}");
    let commit = git(dir, &["rev-parse", "--verify", "--quiet", "--end-of-options", &asked])?;
    if !commit.status.success() {
        return Err(refused(dir, revision));
    }
    let commit = text(&commit.stdout).trim().to_owned();
    let listed = git(dir, &["ls-tree", "-z", "--name-only", &commit])?;
    let mut names: Vec<String> =
        text(&listed.stdout).split('\0').filter(|name| name.ends_with(".yaml")).map(str::to_owned).collect();
    names.sort();
    names.iter().map(|name| source(dir, &commit, name)).collect()
}

fn source(dir: &Path, commit: &str, name: &str) -> Outcome<SourceFile> {
    let shown = git(dir, &["show", &format!("{commit}:./{name}")])?;
    let path = paths::shown(&dir.join(name));
    match String::from_utf8(shown.stdout) {
        Ok(text) if shown.status.success() => Ok(SourceFile { path, text }),
        Ok(_) => Err(Stop::new(format!("git can't show {path} of {commit}: {}", text(&shown.stderr).trim()))),
        Err(_) => Err(Stop::new(format!("{path} of {commit} isn't UTF-8"))),
    }
}

/// Why there is no such revision.
fn refused(dir: &Path, revision: &str) -> Stop {
    let shown = paths::shown(dir);
    match git(dir, &["rev-parse", "--git-dir"]) {
        Ok(inside) if inside.status.success() => Stop::new(format!(
            "git knows no revision `{revision}`; name a commit, a branch or a tag, or a directory by `--against`"
        )),
        _ => Stop::new(format!(
            "{shown} is in no git repository, so there is nothing to compare with; `--against DIR` takes a directory"
        )),
    }
}

fn git(dir: &Path, arguments: &[&str]) -> Outcome<Output> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(arguments);
    command.output().map_err(|error| {
        Stop::new(format!("can't run git: {error}; without it, `--against DIR` compares with a directory"))
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
