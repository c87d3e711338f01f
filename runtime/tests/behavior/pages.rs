//! `docs/reliability.md` and `docs/security.md` name tests that are there, and every numbered test stands in its row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// The text of all Rust files that may have tests.
fn sources() -> String {
    fn add(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            match path.is_dir() {
                true if matches!(name, "target" | "goldens") => {}
                true => add(&path, text),
                false if path.extension().is_some_and(|extension| extension == "rs") => {
                    *text += &std::fs::read_to_string(&path).unwrap();
                }
                false => {}
            }
        }
    }
    let mut text = String::new();
    ["runtime", "sandbox", "codegen", "tests"].into_iter().for_each(|folder| add(&root().join(folder), &mut text));
    text
}

/// The rows of the table under a heading: the first column, and the names between backticks in the last.
fn rows(page: &str, heading: &str) -> Vec<(String, Vec<String>)> {
    let (_, section) = page.split_once(heading).unwrap_or_else(|| panic!("there is no {heading}"));
    let section = section.split("\n## ").next().unwrap();
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| ---");
    let row = |line: &str| {
        let columns: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let tests = columns.last().unwrap().split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (columns[0].to_owned(), tests)
    };
    section.lines().filter(is_row).skip(1).map(row).collect()
}

/// A test, or the beginning of the name of one that is put together when it runs.
fn is_there(sources: &str, test: &str) -> bool {
    sources.contains(&format!("fn {test}(")) || sources.contains(&format!("\"{test}"))
}

/// The numbered tests of one sort, by their numbers.
fn numbered(sources: &str, sort: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rest in sources.split(&format!("fn {sort}_")).skip(1) {
        let name = rest.split('(').next().unwrap();
        let number = name.split('_').next().unwrap();
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        tests.entry(number.to_owned()).or_default().insert(format!("{sort}_{name}"));
    }
    tests
}

#[test]
fn every_number_has_its_tests_or_a_reason() {
    let (page, sources) = (page("reliability.md"), sources());
    for (heading, sort, count) in
        [("## Every fault by its number", "scenario", 33), ("## Every bad input by its number", "input", 32)]
    {
        let (rows, mut numbered) = (rows(&page, heading), numbered(&sources, sort));
        let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
        assert_eq!(rows.iter().map(|(number, _)| number.clone()).collect::<Vec<_>>(), numbers, "{heading}");
        for (number, tests) in rows {
            for test in &tests {
                assert!(is_there(&sources, test), "{sort} {number} names {test}, and there is none");
            }
            let line =
                page.lines().find(|line| line.starts_with(&format!("| {number} |")) && line.contains("not built"));
            assert!(!tests.is_empty() || line.is_some(), "{sort} {number} has neither a test nor a reason");
            let own = numbered.remove(&format!("{:0>2}", number)).unwrap_or_default();
            let missing: Vec<_> = own.iter().filter(|test| !tests.contains(test)).collect();
            assert!(missing.is_empty(), "the row of {sort} {number} lacks {missing:?}");
        }
        assert!(numbered.is_empty(), "tests of numbers that nobody has: {numbered:?}");
    }
}

#[test]
fn every_section_has_its_tests_or_says_why_not() {
    let (page, sources) = (page("security.md"), sources());
    let rows = rows(&page, "# Security");
    assert!(rows.len() > 24, "{}", rows.len());
    for (section, tests) in rows {
        for test in &tests {
            assert!(is_there(&sources, test), "section {section} names {test}, and there is none");
        }
    }
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| ---") && !line.starts_with("| section");
    for line in page.lines().filter(is_row) {
        let has_tests = line.trim_end().ends_with("` |");
        let says = ["**not held**", "by design", "validates no tokens"].iter().any(|reason| line.contains(reason));
        assert!(has_tests || says, "{line}");
    }
}
