//! What the installed program knows by itself: it runs here in an empty folder, far from the repository.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

/// What `cargo authsmith` prints in a folder of nothing.
fn printed(arguments: &[&str]) -> String {
    let nowhere = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-authsmith"));
    let ran = command.arg("authsmith").args(arguments).current_dir(nowhere.path()).output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn a_folder_without_specs_is_told_how_to_begin() {
    let nowhere = tempfile::tempdir().unwrap();
    for command in ["check", "regen", "sandbox"] {
        let mut cargo = Command::new(env!("CARGO_BIN_EXE_cargo-authsmith"));
        let ran = cargo.args(["authsmith", command]).current_dir(nowhere.path()).output().unwrap();
        let told = "error: there is no directory specs; the command `new` begins a spec there\n";
        assert_eq!((ran.status.code(), String::from_utf8_lossy(&ran.stderr).as_ref()), (Some(2), told), "{command}");
    }
}

fn doc(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(path)).unwrap()
}

#[test]
fn a_rule_is_explained() {
    assert_eq!(printed(&["check", "--explain", "AS0101"]), doc("diagnostics/AS0101.md"));
}

#[test]
fn the_schema_is_printed() {
    assert_eq!(printed(&["schema"]), doc("authsmith.schema.json"));
}
