//! `diff`, in repositories of its own.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Ran, xtask};

const BEFORE: &str = "\
provider: acme
authorize: { url: https://acme.example/authorize }
token: { url: https://acme.example/token }
api: https://acme.example/v1
calls:
  me: { get: /me, returns: { name: string } }
";

fn git(dir: &Path, arguments: &[&str]) {
    let name = ["-c", "user.name=a", "-c", "user.email=a@acme.example", "-c", "commit.gpgsign=false"];
    let ran = Command::new("git").arg("-C").arg(dir).args(name).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// A repository whose only commit has the spec.
fn repository() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let specs = dir.path().join("specs");
    fs::create_dir(&specs).unwrap();
    fs::write(specs.join("acme.yaml"), BEFORE).unwrap();
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "one"]);
    (dir, specs)
}

fn diff(specs: &Path, arguments: &[&str]) -> Ran {
    xtask(&[&["diff", "--specs", specs.to_str().unwrap()], arguments].concat())
}

#[test]
fn a_changed_file_is_compared_with_the_last_commit() {
    let (_dir, specs) = repository();
    let same = diff(&specs, &["--deny-breaking"]);
    assert_eq!((same.code, same.out.as_str()), (0, "nothing has changed since HEAD\n"), "{}", same.err);
    fs::write(specs.join("acme.yaml"), BEFORE.replace("name: string", "called: string")).unwrap();
    let ran = diff(&specs, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("breaking: field `Me::name` is gone; is it `Me::called` now?"), "{}", ran.out);
    assert!(ran.out.contains("next version: minor while below 1.0, major from 1.0 on"), "{}", ran.out);
    assert!(ran.out.ends_with("1 crate changed since HEAD, 1 breaking\n"), "{}", ran.out);
    assert_eq!(diff(&specs, &["--deny-breaking"]).code, 1);
    fs::write(specs.join("acme.yaml"), format!("{BEFORE}about: Steps.\n")).unwrap();
    assert_eq!(diff(&specs, &["--deny-breaking"]).code, 0);
}

#[test]
fn an_older_commit_and_another_directory_are_compared_too() {
    let (dir, specs) = repository();
    fs::write(specs.join("other.yaml"), BEFORE.replace("acme", "other")).unwrap();
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "two"]);
    assert_eq!(diff(&specs, &[]).out, "nothing has changed since HEAD\n");
    let ran = diff(&specs, &["HEAD~1"]);
    assert!(ran.out.starts_with("authsmith-other: the crate is new\n"), "{}{}", ran.out, ran.err);
    let old = dir.path().join("old");
    fs::create_dir(&old).unwrap();
    fs::write(old.join("acme.yaml"), BEFORE.replace("string }", "string, age: integer }")).unwrap();
    let ran = diff(&specs, &["--against", old.to_str().unwrap(), "--format", "json"]);
    let told = ran.json();
    assert_eq!(told["crates"][0]["changes"][0]["path"], "Me::age", "{told:#}");
    assert_eq!(told["crates"][0]["bump"]["from_1_0"], "major", "{told:#}");
    assert_eq!(told["crates"][1]["turn"], "added", "{told:#}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let (dir, specs) = repository();
    let ran = diff(&specs, &["no-such-branch"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("git knows no revision `no-such-branch`"), "{}", ran.err);
    let ran = diff(&specs, &["--", "--help"]);
    assert!(ran.err.contains("git knows no revision `--help`"), "{}", ran.all());
    // A commit whose spec was wrong: nothing is said of it, and a check that must be sure fails.
    fs::write(specs.join("acme.yaml"), BEFORE.replace("provider", "providr")).unwrap();
    git(dir.path(), &["commit", "--quiet", "-am", "wrong"]);
    fs::write(specs.join("acme.yaml"), BEFORE).unwrap();
    let ran = diff(&specs, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("has mistakes at HEAD"), "{}", ran.err);
    assert_eq!(ran.out, "nothing has changed since HEAD\n");
    assert_eq!(diff(&specs, &["--deny-breaking"]).code, 1);

    let nowhere = tempfile::tempdir().unwrap();
    fs::write(nowhere.path().join("acme.yaml"), BEFORE).unwrap();
    let ran = diff(nowhere.path(), &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is in no git repository"), "{}", ran.err);
}
