//! A generated crate says how new a runtime it needs, and an older one refuses it by that.

use std::collections::BTreeSet;

use authsmith::codegen::v1::REVISION;
use authsmith_codegen::emit::revision::{NEWER, all_names, names_behind_rt};

use crate::support::root;

/// `lib.rs` and `operations.rs` of all generated crates.
fn crates() -> Vec<(String, String, String)> {
    let folders = |place: &str| std::fs::read_dir(root().join(place)).unwrap().map(|folder| folder.unwrap().path());
    let clients = folders("clients").map(|folder| folder.join("src"));
    let all = clients.chain(folders("tests/goldens")).filter(|folder| folder.join("lib.rs").exists());
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    all.map(|at| (at.display().to_string(), read(at.join("lib.rs")), read(at.join("operations.rs")))).collect()
}

/// What generated code names of the runtime: all behind `rt::`, and of operation data its types, functions and methods.
fn named(lib: &str, operations: &str) -> BTreeSet<String> {
    let behind = names_behind_rt(lib);
    let of_data = all_names(operations)
        .into_iter()
        .filter(|name| !name.chars().all(|c| c.is_ascii_uppercase() || "_0123456789".contains(c)));
    behind.into_iter().chain(of_data).collect()
}

#[test]
fn every_name_of_the_runtime_has_its_revision() {
    let known: BTreeSet<&str> =
        include_str!("revision_2.txt").split_whitespace().chain(NEWER.iter().map(|(name, _)| *name)).collect();
    let used: BTreeSet<String> = crates().iter().flat_map(|(_, lib, operations)| named(lib, operations)).collect();
    let unknown: Vec<_> = used.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "raise REVISION and write these with it in codegen/src/emit/revision.rs: {unknown:?}");
    let unused: Vec<_> = known.iter().filter(|name| !used.contains(**name)).collect();
    assert!(unused.is_empty(), "no generated code names these: {unused:?}");
    assert_eq!(NEWER.iter().map(|(_, revision)| *revision).max(), Some(REVISION));
}

#[test]
fn every_crate_asks_for_the_newest_that_it_names() {
    let mut seen = BTreeSet::new();
    for (at, lib, operations) in crates() {
        let names = named(&lib, &operations);
        let newest = NEWER.iter().filter(|(name, _)| names.contains(*name)).map(|(_, revision)| *revision).max();
        let due = newest.unwrap_or(2);
        assert!(lib.contains(&format!("\nconst _: () = rt::requires({due});\n")), "{at} needs revision {due}");
        seen.insert(due);
    }
    assert!(seen.len() > 1, "{seen:?}");
}
