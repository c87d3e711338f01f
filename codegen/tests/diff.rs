//! What a change of a spec means: by a table, and by changing every node of the specs of the repository.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../tests/suite/agree/mutations.rs"]
mod mutations;
#[path = "diff/public.rs"]
mod public;
#[allow(dead_code, reason = "shared with the suite, which uses more of it")]
#[path = "../../tests/suite/agree/tree.rs"]
mod tree;

use authsmith_codegen::diff::{Bump, Change, CrateChanges, Impact, diff};
use authsmith_codegen::model::Provider;
use authsmith_codegen::{Options, SourceFile, Style, check, emit};
use mutations::mutations;
use tree::Tree;

const SPEC: &str = include_str!("diff/spec.yaml");

fn load(text: &str) -> Vec<Provider> {
    let source = [SourceFile { path: "specs/acme.yaml".into(), text: text.into() }];
    let (providers, findings) = check(&source);
    assert!(!findings.has_errors(), "{}", findings.render(&source, Style::Plain));
    providers
}

/// What has changed when pieces of the spec are others.
fn changed(edits: &[(&str, &str)]) -> Vec<CrateChanges> {
    let edited = edits.iter().fold(SPEC.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    });
    diff(&load(SPEC), &load(&edited))
}

/// The lines that say what has changed, without what stood there.
fn said(changes: &CrateChanges) -> Vec<String> {
    let line =
        |change: &Change| format!("{}: {} `{}` {}", change.impact.as_str(), change.what, change.path, change.text);
    changes.changes.iter().map(line).collect()
}

/// Pieces of the spec, and what stands in their place.
type Edits = &'static [(&'static str, &'static str)];

const RENAMED_FIELD: Edits = &[("{ name: string,", "{ called: string,")];
const NO_ADMIN: Edits =
    &[("    yields: admin\n    fields: { id: string }\n", "    yields: access\n"), ("  admin: { renew: none }\n", "")];
const REQUIRED_INPUT: Edits = &[("inputs: { since: date? }", "inputs: { since: date }")];
const OTHER_DOCS: Edits = &[("about: Steps.", "about: What people walk.")];

const EDITS: &[Edits] = &[
    OTHER_DOCS,
    &[("about: The user's.", "about: Of the user.")],
    RENAMED_FIELD,
    NO_ADMIN,
    REQUIRED_INPUT,
    &[("name: string, born: date?", "name: string?, born: date")],
    &[("walked: number }", "walked: integer }")],
    &[("walked: number }", "walked: number, slept: number? }")],
    &[("note: string? }", "note: string }")],
    &[("note: string? }", "note: string?, age: integer }")],
    &[(", steps: What they walk.", "")],
    &[("steps: What they walk.", "steps: What they walk., sleep: How they sleep.")],
    &[("[walk, run]", "[walk, run, swim]")],
    &[("{ full: { status: 409 } }", "{ full: { status: 409 }, closed: { status: 410 } }")],
    &[("{ full: { status: 409 } }", "{ full: { status: 408 } }")],
    &[("  host: { format: hostname }\n", ""), ("\"https://<host>/token\"", "https://acme.example/token")],
    &[("default: eu }", "sample: eu }")],
    &[("  region:", "  zone: { default: a }\n  region:"), ("<region>/me", "<region>/<zone>/me")],
    &[("  region:", "  zone: {}\n  region:"), ("<region>/me", "<region>/<zone>/me")],
    &[("https://acme.example/authorize", "https://acme.example/oauth/authorize")],
    &[("  refresh: {}\n", ""), ("  access: {", "  access: { renew: none,")],
    &[("returns: [Walk]", "returns: Walk")],
    &[("  Walk:", "  Stroll:"), ("returns: [Walk]", "returns: [Stroll]")],
    &[("  access: {", "  access: { keep: { shard: /shard },"), ("<region>/me", "<region>/<shard>/me")],
];

#[test]
fn each_change_is_named_with_what_it_means() {
    let mut told = String::new();
    for edits in EDITS {
        let all = changed(edits);
        assert_eq!(all.len(), 1, "{edits:?}");
        for (from, to) in *edits {
            told.push_str(&format!("{} => {}\n", from.trim_end(), to.trim_end()));
        }
        told.push_str(&all[0].text());
        told.push('\n');
        let bumps = (all[0].bump_below_one(), all[0].bump());
        match all[0].impact() {
            Some(Impact::Breaking) => assert_eq!(bumps, (Bump::Minor, Bump::Major), "{edits:?}"),
            Some(Impact::Addition) => assert_eq!(bumps, (Bump::Patch, Bump::Minor), "{edits:?}"),
            Some(Impact::Behavior) | None => assert_eq!(bumps, (Bump::Patch, Bump::Patch), "{edits:?}"),
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_breaks_programs_is_named_and_documentation_breaks_none() {
    let breaking = |edits| {
        let lines = said(&changed(edits)[0]);
        lines.into_iter().filter(|line| line.starts_with("breaking")).collect::<Vec<_>>().join("\n")
    };
    assert!(breaking(RENAMED_FIELD).contains("field `Me::name` is gone; is it `Me::called` now?"));
    assert!(breaking(NO_ADMIN).contains("token kind `Admin` is gone"));
    assert!(breaking(REQUIRED_INPUT).contains("call `Connection::walks` asks for `since` now"));
    assert_eq!(breaking(OTHER_DOCS), "");
}

#[test]
fn crates_come_and_go() {
    let (acme, other) = (load(SPEC), load(&SPEC.replace("provider: acme", "provider: other")));
    assert!(diff(&acme, &acme).is_empty());
    let all = diff(&acme, &other);
    let texts: Vec<_> = all.iter().map(|one| one.text()).collect();
    assert_eq!(texts, ["authsmith-acme: breaking: the crate is gone\n", "authsmith-other: the crate is new\n"]);
}

#[test]
fn programs_get_json() {
    insta::assert_snapshot!(format!("{:#}", changed(RENAMED_FIELD)[0].json()));
}

/// The specs whose every node is changed: the five, and those that use the rest of the language.
fn specs() -> Vec<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let folders = ["specs", "tests/goldens"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(format!("{root}/{folder}")).unwrap());
    let files =
        folders.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    let mut all: Vec<_> =
        files.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect();
    all.retain(|(_, text)| !text.contains("extends:") && !text.contains("abstract:"));
    all.sort();
    all
}

/// `src/lib.rs` and `src/operations.rs` without their first lines, which name the spec.
fn code(provider: &Provider) -> [String; 2] {
    let files = emit::emit(provider, &Options::default()).files;
    ["src/lib.rs", "src/operations.rs"].map(|path| {
        let file = files.iter().find(|file| file.path == path).unwrap();
        file.text.split_once('\n').unwrap().1.to_owned()
    })
}

/// What is wrong with what is said of one spec's mutations; and how many of them there were, and how many break something.
fn play(path: &str, text: &str) -> (Vec<String>, usize, usize) {
    let read = |text: String| {
        let (mut providers, _) = check(&[SourceFile { path: path.to_owned(), text }]);
        providers.pop()
    };
    let tree = Tree::read(text);
    let old = read(tree.write()).unwrap();
    let [old_lib, old_data] = code(&old);
    let before = public::items(&old_lib);
    let (mut wrong, mut played, mut breaks) = (Vec::new(), 0, 0);
    let all = mutations(&tree);
    // Neighbors are much the same.
    for mutated in all.iter().step_by((all.len() / 40).max(1)) {
        let Some(new) = read(mutated.write()).filter(|new| new.name == old.name) else { continue };
        let [lib, data] = code(&new);
        let after = public::items(&lib);
        let due = before.iter().any(|(name, declared)| after.get(name) != Some(declared));
        let changes = diff(std::slice::from_ref(&old), std::slice::from_ref(&new));
        let told: Vec<String> = changes.iter().flat_map(said).filter(|line| !line.contains("kept value")).collect();
        let is_breaking = told.iter().any(|line| line.starts_with("breaking"));
        played += 1;
        breaks += usize::from(due);
        if due != is_breaking {
            let lost: Vec<_> = before.iter().filter(|(name, declared)| after.get(*name) != Some(declared)).collect();
            wrong.push(format!("{path}: breaking is {is_breaking}, but {lost:?}\n{told:#?}\n{}", mutated.write()));
        }
        if before.len() < after.len() && told.is_empty() {
            wrong.push(format!("{path}: nothing is said of what is new\n{}", mutated.write()));
        }
        if (&old_lib, &old_data) != (&lib, &data) && changes.is_empty() {
            wrong.push(format!("{path}: nothing is said\n{}", mutated.write()));
        }
    }
    (wrong, played, breaks)
}

#[test]
fn whatever_a_program_can_name_is_compared() {
    let specs = specs();
    let chunks = specs.chunks(specs.len().div_ceil(4));
    let (mut wrong, mut played, mut breaks) = (Vec::new(), 0, 0);
    std::thread::scope(|scope| {
        let threads: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || chunk.iter().map(|(path, text)| play(path, text)).collect::<Vec<_>>()))
            .collect();
        for (one, all, some) in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
            wrong.extend(one);
            played += all;
            breaks += some;
        }
    });
    println!("{played} changes, {breaks} of them breaking");
    assert!(
        wrong.is_empty(),
        "{}\n{} in all",
        wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n"),
        wrong.len()
    );
    assert!(played > 300 && breaks > 100, "{played} changes, {breaks} of them breaking");
}
