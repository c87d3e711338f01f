//! `docs/coverage.md` names tests that are there, and every spec of `tests/vendors`.

use crate::support::root;

fn page() -> String {
    std::fs::read_to_string(root().join("docs/coverage.md")).unwrap()
}

/// The text of a module and of the modules in it.
fn source(module: &str) -> String {
    let folder = root().join("tests/suite").join(module);
    let rooms = std::fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = rooms.chain([folder.with_extension("rs")]);
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn every_row_names_tests_that_are_there() {
    let page = page();
    let covered = page.split("## Not yet").next().unwrap();
    for row in covered
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| what") && !line.starts_with("| ---"))
    {
        // A `|` in a template is written `\|` in a table.
        let tests = row.rsplit(" | ").next().unwrap().trim_end_matches(" |");
        let names: Vec<_> = tests.split(", ").map(|name| name.trim_matches('`')).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            let (module, test) = name.split_once("::").unwrap_or_else(|| panic!("no test: {row}"));
            assert!(source(module).contains(&format!("#[test]\nfn {test}()")), "there is no test {name}");
        }
    }
}

#[test]
fn every_vendor_shows_something() {
    let page = page();
    for entry in std::fs::read_dir(root().join("tests/vendors")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(page.contains(&format!("`vendors::{name}")), "docs/coverage.md doesn't mention {name}");
    }
}
