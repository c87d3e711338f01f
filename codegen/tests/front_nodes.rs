//! The five specs with every node deleted, renamed, retyped and duplicated: what the rules take is Rust once generated.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "shared with the suite, which uses more of it")]
#[path = "../../tests/suite/agree/tree.rs"]
mod tree;

#[path = "../../tests/suite/agree/mutations.rs"]
mod mutations;

use authsmith_codegen::{Options, SourceFile, check, generate};
use mutations::mutations;
use tree::Tree;

/// Generates what is taken; the number of those that are refused, and of those that are taken.
fn play(name: &str) -> (usize, usize) {
    let path = format!("{}/../specs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let spec = Tree::read(&std::fs::read_to_string(path).unwrap());
    let (mut refused, mut taken) = (0, 0);
    for text in written(&spec) {
        let source = [SourceFile { path: format!("{name}.yaml"), text }];
        let (providers, findings) = check(&source);
        assert_eq!(providers.is_empty(), findings.has_errors(), "{}", source[0].text);
        if providers.is_empty() {
            refused += 1;
            continue;
        }
        taken += 1;
        for file in &generate(&source, &Options::default()).unwrap()[0].files {
            if file.path.ends_with(".rs") {
                let parsed = syn::parse_file(&file.text);
                assert!(parsed.is_ok(), "{}: {:?}\n{}", file.path, parsed.err(), source[0].text);
            }
        }
    }
    (refused, taken)
}

#[test]
fn what_the_rules_take_is_rust() {
    let specs = ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"];
    let played = std::thread::scope(|scope| {
        let threads = specs.map(|name| scope.spawn(move || play(name)));
        threads.map(|thread| thread.join().unwrap())
    });
    let (refused, taken) = played.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("{refused} refused, {taken} taken");
    assert!(refused > 3_000 && taken > 1_000, "{refused} refused, {taken} taken");
}

/// Every spec in which one node of this one is deleted, renamed, duplicated, or something of another kind.
fn written(spec: &Tree) -> Vec<String> {
    let mut all: Vec<String> = mutations(spec).iter().map(Tree::write).collect();
    all.sort();
    all.dedup();
    all
}
