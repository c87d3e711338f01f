//! What must compile, and what must not and why: the macro, and misuse of the generated clients.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

/// The programs are compiled as a crate of trybuild's own, so specs that they name must stand there.
fn copy_specs() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let there = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/authsmith-tests/specs");
    fs::create_dir_all(&there).unwrap();
    fs::copy(here.join("../specs/vitaldb.yaml"), there.join("vitaldb.yaml")).unwrap();
    fs::copy(here.join("compile/wrong.yaml"), there.join("wrong.yaml")).unwrap();
}

#[test]
fn programs() {
    copy_specs();
    let cases = trybuild::TestCases::new();
    cases.pass("compile/pass/*.rs");
    cases.compile_fail("compile/fail/*.rs");
}
