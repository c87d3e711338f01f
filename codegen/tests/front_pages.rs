//! The pages of the rules: each rule has one, and its examples are what it says they are.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

use authsmith_codegen::check::codes::ALL;
use authsmith_codegen::{SourceFile, check};

/// Rules about files that are too large to be shown.
const TOO_LARGE: [&str; 2] = ["AS0001", "AS0007"];

/// The specs below a heading of a page. One that isn't called `acme.yaml` says its name in its first line.
fn examples(page: &str, heading: &str) -> Vec<SourceFile> {
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(heading)).unwrap_or_default();
    let blocks = section.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap());
    let name = |text: &str| {
        let first = text.lines().next().unwrap_or_default();
        first.strip_prefix("# ").filter(|name| name.ends_with(".yaml")).unwrap_or("acme.yaml").to_owned()
    };
    blocks.map(|text| SourceFile { path: name(text), text: text.to_owned() }).collect()
}

/// The rules that the specs break, warnings among them.
fn broken(specs: &[SourceFile]) -> Vec<&'static str> {
    let mut codes: Vec<_> = check(specs).1.list.iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let mut wrong = Vec::new();
    for rule in ALL {
        let heading = format!("# {}: {}\n", rule.code, rule.title);
        if !rule.page.starts_with(&heading) {
            wrong.push(format!("codegen/pages/{}.md must begin with `{}`", rule.code, heading.trim_end()));
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        if !ALL.iter().any(|rule| format!("{}.md", rule.code) == file) {
            wrong.push(format!("codegen/pages/{file} is about no rule"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_wrong_example_breaks_its_rule_alone_and_the_right_one_none() {
    let mut report = Vec::new();
    for rule in ALL.iter().filter(|rule| !TOO_LARGE.contains(&rule.code)) {
        let (wrong, right) = (examples(rule.page, "Wrong\n"), examples(rule.page, "Right\n"));
        if broken(&wrong) != [rule.code] {
            report.push(format!("{}: the wrong example breaks {:?}", rule.code, broken(&wrong)));
        }
        if right.is_empty() || !broken(&right).is_empty() {
            report.push(format!("{}: the right example breaks {}", rule.code, check(&right).1));
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}
