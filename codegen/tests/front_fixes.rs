//! Mends: made by a program, each takes its finding away and brings no other.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;

use authsmith_codegen::diagnostics::{Applicability, Fix, apply};
use authsmith_codegen::{Diagnostic, SourceFile, check};

fn acme(text: &str) -> SourceFile {
    SourceFile { path: "acme.yaml".to_owned(), text: text.to_owned() }
}

fn findings(text: &str) -> Vec<Diagnostic> {
    check(&[acme(text)]).1.list
}

/// The mends that need no asking.
fn certain(list: &[Diagnostic]) -> Vec<&Fix> {
    let fixes = list.iter().filter_map(|finding| finding.fix.as_ref());
    fixes.filter(|fix| fix.applicability == Applicability::Certain).collect()
}

/// The wrong specs with one mistake each.
fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/wrong");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut specs: Vec<_> = files
        .filter(|path| path.extension() == Some("yaml".as_ref()))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect();
    specs.sort();
    specs
}

/// What is found, without places, which a mend may move. Each file is called as its provider is.
fn said(list: &[Diagnostic]) -> Vec<(&'static str, String)> {
    let list = list.iter().filter(|finding| finding.code != "AS0206");
    let mut said: Vec<_> = list.map(|finding| (finding.code, finding.title.clone())).collect();
    said.sort();
    said
}

#[test]
fn a_mend_takes_its_finding_away_and_brings_none() {
    let (mut report, mut mended, mut shown) = (String::new(), Vec::new(), 0);
    for (name, text) in corpus() {
        let before = findings(&text);
        shown += before.iter().filter(|finding| finding.fix.is_some()).count();
        for finding in before.iter().filter(|finding| !certain(std::slice::from_ref(finding)).is_empty()) {
            let (after, made) = apply(&text, &finding.fix);
            assert_eq!(made, [0], "{name}");
            let mut expected = said(&before);
            expected.retain(|one| *one != (finding.code, finding.title.clone()));
            let left = said(&findings(&after));
            if left != expected {
                report.push_str(&format!("{name}: {left:?} instead of {expected:?} in\n{after}\n"));
            }
            mended.push(name.clone());
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(mended.len() >= 40 && shown > mended.len(), "{} of {shown}: {mended:?}", mended.len());
}

#[test]
fn a_mend_that_is_only_likely_takes_its_finding_away_too() {
    let mut report = String::new();
    for (name, text) in corpus() {
        for finding in findings(&text).iter().filter(|finding| finding.fix.is_some()) {
            let (after, _) = apply(&text, &finding.fix);
            if said(&findings(&after)).contains(&(finding.code, finding.title.clone())) {
                report.push_str(&format!("{name}: {} stays in\n{after}\n", finding.title));
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// A spec, and what becomes of it when every certain mend is made.
fn mended(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..10 {
        let list = findings(&text);
        let (after, made) = apply(&text, certain(&list));
        if made.is_empty() {
            break;
        }
        text = after;
    }
    text
}

const HEAD: &str =
    "provider: acme\nauthorize: { url: https://acme.example/authorize }\ntoken: { url: https://acme.example/token }\n";

#[test]
fn mends_leave_everything_else_as_it_was() {
    for (wrong, right) in [
        // Comments, blank lines, quotes and a mark at the start stay.
        ("# first\n\nabuot:  'x'   # why\n", "# first\n\nabout:  'x'   # why\n"),
        ("\"abuot\": x\n", "\"about\": x\n"),
        ("about: &a x\n", "about: x\n"),
        // Who takes it away leaves an alias of nothing.
        ("about: &a x\ntitle: *a\n", "about: &a x\ntitle: *a\n"),
        ("about: a: b # why\n", "about: \"a: b\" # why\n"),
        ("about: say \"a: b\"\n", "about: \"say \\\"a: b\\\"\"\n"),
        ("title: @acme\n", "title: \"@acme\"\n"),
        ("settings: { id: { default: @acme, about: x } }\n", "settings: { id: { default: \"@acme\", about: x } }\n"),
        (
            "calls:\n\tme:\n\t\tget: https://acme.example/me\n\t\treturns: json\n",
            "calls:\n  me:\n    get: https://acme.example/me\n    returns: json\n",
        ),
        ("tokens: { access: { lifetime: 2 hours } }\n", "tokens: { access: { lifetime: 2h } }\n"),
        ("tokens: { access: { lifetime: 1.5h } }\n", "tokens: { access: { lifetime: 90m } }\n"),
        // Seconds, or minutes? Nobody knows.
        ("tokens: { access: { lifetime: 3600 } }\n", "tokens: { access: { lifetime: 3600 } }\n"),
        (
            "calls: { me: { get: https://acme.example/me, returns: 'string[]?' } }\n",
            "calls: { me: { get: https://acme.example/me, returns: '[string]?' } }\n",
        ),
        (
            "calls: { me: { get: https://acme.example/me, returns: { at: datetime } } }\n",
            "calls: { me: { get: https://acme.example/me, returns: { at: timestamp } } }\n",
        ),
        (
            "calls: { me: { get: https://acme.example/<usr>, inputs: { user: string }, returns: json } }\n",
            "calls: { me: { get: https://acme.example/<user>, inputs: { user: string }, returns: json } }\n",
        ),
        // Two candidates are equally near.
        (
            "calls: { me: { get: https://acme.example/<idx>, inputs: { ida: string, idb: string }, returns: json } }\n",
            "calls: { me: { get: https://acme.example/<idx>, inputs: { ida: string, idb: string }, returns: json } }\n",
        ),
    ] {
        let mark = "\u{feff}";
        assert_eq!(mended(&format!("{mark}{HEAD}{wrong}")), format!("{mark}{HEAD}{right}"));
    }
}

#[test]
fn nothing_is_offered_that_does_not_help() {
    for text in ["about: 'it's'\n", "title: [a\n"] {
        let list = findings(&format!("{HEAD}{text}"));
        assert_eq!(
            list.iter().map(|finding| (finding.code, &finding.fix)).collect::<Vec<_>>(),
            [("AS0002", &None)],
            "{text}"
        );
    }
}

#[test]
fn mends_of_a_hostile_file_cost_no_more_than_its_findings() {
    let scopes = (0..4_000).map(|at| format!("    - a{at} b\n")).collect::<String>();
    let text = format!(
        "provider: acme\nauthorize:\n  url: https://acme.example/authorize\n  scopes:\n{scopes}token: {{ url: https://acme.example/token }}\n"
    );
    let began = std::time::Instant::now();
    let list = findings(&text);
    assert_eq!(certain(&list).len(), 4_000);
    let (after, made) = apply(&text, certain(&list));
    assert!(made.len() == 4_000 && after.contains("\n    - a3999\n    - b\n"));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn several_scopes_in_one_item_become_items() {
    for (wrong, right) in [
        ("scopes: a b", "scopes: [a, b]"),
        ("scopes: [a b, c]", "scopes: [a, b, c]"),
        ("scopes: ['a b', c]", "scopes: [a, b, c]"),
        ("scopes:\n    - a b:c # why\n    - \"d e\"", "scopes:\n    - a\n    - b:c # why\n    - d\n    - e"),
        ("scope_separator: ','\n  scopes: [\"a,b\"]", "scope_separator: ','\n  scopes: [a, b]"),
        // Not a list, and not words.
        ("scopes: { a b: both }", "scopes: { a b: both }"),
        ("scopes: ['a {b}']", "scopes: ['a {b}']"),
    ] {
        let spec = |scopes: &str| {
            format!(
                "provider: acme\nauthorize:\n  url: https://acme.example/authorize\n  {scopes}\ntoken: {{ url: https://acme.example/token }}\n"
            )
        };
        assert_eq!(mended(&spec(wrong)), spec(right));
    }
}

#[test]
fn mends_that_overlap_wait_for_one_another() {
    let text = format!("{HEAD}abuot: x\n");
    let list = findings(&text);
    let fix = certain(&list)[0];
    let (after, made) = apply(&text, [fix, fix]);
    assert_eq!((after, made), (format!("{HEAD}about: x\n"), vec![0]));
    // Nothing is written over what isn't there any more.
    assert_eq!(apply(&text.replace("abuot", "other"), [fix]), (text.replace("abuot", "other"), vec![]));
}
