//! Wrong specs: each names the codes and places that it must get, and nothing else may be found. Those of `tests/wrong`
//! have one mistake each and the name of its code, those of `tests/wrong/several` have more.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use authsmith_codegen::check::codes::ALL;
use authsmith_codegen::{SourceFile, Style, check, load};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/wrong")
}

/// The names of the files of a folder that end so, without the end, in order.
fn names(folder: &Path, end: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = files.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect();
    names.sort();
    names
}

/// The wrong specs of a folder; a file stands for one called `acme.yaml`.
fn wrong_in(folder: &Path) -> Vec<SourceFile> {
    let text = |name: &str| std::fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
    let source = |name: String| SourceFile { text: text(&name), path: format!("{name}.yaml") };
    names(folder, ".yaml").into_iter().map(source).collect()
}

/// All of them, in the order of their names.
fn wrong() -> Vec<SourceFile> {
    [wrong_in(&folder()), wrong_in(&folder().join("several"))].concat()
}

fn expected(source: &SourceFile) -> Vec<String> {
    source.text.lines().map_while(|line| line.strip_prefix("# expect: ")).map(str::to_owned).collect()
}

/// The findings of a file as it would be under its provider's name, except where that is the rule.
fn findings(source: &SourceFile) -> Vec<String> {
    let path = if source.path.starts_with("as0206") { &source.path } else { "acme.yaml" };
    let file = SourceFile { path: path.to_owned(), text: source.text.clone() };
    let (providers, findings) = check(std::slice::from_ref(&file));
    assert_eq!(providers.is_empty(), findings.has_errors(), "{}", source.path);
    findings.list.iter().map(|d| format!("{} {}:{}", d.code, d.span.start.line, d.span.start.column)).collect()
}

#[test]
fn every_wrong_spec_gets_its_findings_at_their_places() {
    let mut report = String::new();
    for source in wrong() {
        let (expected, found) = (expected(&source), findings(&source));
        if expected != found {
            report.push_str(&format!("{}\n  expected {expected:?}\n  found    {found:?}\n", source.path));
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn one_mistake_each_or_several() {
    let (single, several) = (wrong_in(&folder()), wrong_in(&folder().join("several")));
    for source in &single {
        let expected = expected(source);
        let own = expected.first().is_some_and(|first| source.path.starts_with(&first[..6].to_lowercase()));
        assert!(own && expected.len() == 1, "{} expects {expected:?}; several mistakes go to several/", source.path);
    }
    for source in &several {
        assert!(expected(source).len() > 1, "{} expects {:?}", source.path, expected(source));
    }
    assert!(single.len() >= 150 && several.len() >= 20, "{} and {}", single.len(), several.len());
}

#[test]
fn every_rule_has_a_wrong_spec() {
    let single = wrong_in(&folder());
    let covered: BTreeSet<String> = single.iter().flat_map(expected).map(|line| line[..6].to_owned()).collect();
    // These need a file of hundreds of kilobytes, or two files; the tests below make them.
    let elsewhere = ["AS0001", "AS0007", "AS0207"];
    let missing: Vec<&str> =
        ALL.iter().map(|rule| rule.code).filter(|code| !covered.contains(*code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "no wrong spec for {missing:?}");
}

#[test]
fn codes_are_ordered_and_explained() {
    for pair in ALL.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} stands before {}", pair[0].code, pair[1].code);
    }
    for rule in ALL {
        assert!(rule.explanation.ends_with('.') && !rule.title.is_empty(), "{}", rule.code);
    }
}

/// One snapshot a file, beside it.
#[test]
fn renderings() {
    for place in [folder(), folder().join("several")] {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(place.join("snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for source in wrong_in(&place) {
            let (_, mut findings) = check(std::slice::from_ref(&source));
            findings.list.retain(|finding| finding.code != "AS0206" || source.path.starts_with("as0206"));
            let text = findings.render(std::slice::from_ref(&source), Style::Plain);
            for finding in &findings.list {
                let at = format!("{}:{}:{}", source.path, finding.span.start.line, finding.span.start.column);
                assert!(text.contains(&at), "{at} is not in\n{text}");
            }
            settings.bind(|| insta::assert_snapshot!(source.path.trim_end_matches(".yaml"), text));
        }
        assert_eq!(names(&place, ".yaml"), names(&place.join("snapshots"), ".snap"));
    }
}

#[test]
fn one_run_reports_every_mistake_of_every_file() {
    let six = wrong().into_iter().find(|source| source.path.starts_with("six-")).unwrap();
    let other = SourceFile { path: "other.yaml".to_owned(), text: "provider: other\nzebra: 1\n".to_owned() };
    let findings = load(&[six, other]).unwrap_err();
    let errors = |file: &str| findings.list.iter().filter(|d| d.file.starts_with(file) && d.code != "AS0206").count();
    assert_eq!((errors("six"), errors("other")), (6, 2), "{findings}");
}

#[test]
fn input_32_bounds_on_hostile_files() {
    let code = |text: String| {
        let (_, findings) = check(&[SourceFile { path: "acme.yaml".to_owned(), text }]);
        findings.list.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert_eq!(code(format!("provider: acme\n#{}", "x".repeat(256 * 1024))), ["AS0001"]);
    assert_eq!(code(format!("provider: acme\nundocumented: [{}]", "a, ".repeat(21_000))), ["AS0007"]);
    assert_eq!(code("[".repeat(10_000)).len(), 1);
    assert_eq!(code("a: &a [x]\nb: *a\n".to_owned())[0], "AS0101");
    assert_eq!(code(String::new()), ["AS0011"]);
}

#[test]
fn one_provider_in_two_files() {
    let text = "provider: acme\nauthorize: { url: https://acme.example/a }\ntoken: { url: https://acme.example/t }\n";
    let file = |path: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let findings = load(&[file("a/acme.yaml"), file("b/acme.yaml")]).unwrap_err();
    assert_eq!(findings.to_string(), "b/acme.yaml:1:11: error[AS0207]: the provider `acme` is described twice");
    let named =
        |name: &str| SourceFile { path: format!("{name}.yaml"), text: text.replace("acme\n", &format!("{name}\n")) };
    let findings = load(&[named("acme-two"), named("acme_two")]).unwrap_err().to_string();
    assert!(findings.contains("AS0207") && findings.contains("`acme-two` and `acme_two`"), "{findings}");
    assert!(load(&[named("acme-2"), named("2-acme")]).is_ok());
}

#[test]
fn a_sixth_vendor_of_nothing_but_standards() {
    let text = "\
provider: oura
authorize: { url: https://cloud.ouraring.com/oauth/authorize, scopes: [email, personal, daily] }
token: { url: https://api.ouraring.com/oauth/token, client: body }
api: https://api.ouraring.com/v2
calls:
  personal_info:
    get: /usercollection/personal_info
    returns: { id: string, age: integer?, weight: number?, email: string? }
";
    let source = SourceFile { path: "oura.yaml".to_owned(), text: text.to_owned() };
    let (providers, findings) = check(&[source]);
    assert!(findings.is_empty(), "{findings}");
    let provider = &providers[0];
    assert_eq!(provider.title, "Oura");
    let names: Vec<_> = provider.grants.iter().map(|grant| grant.name.wire.as_str()).collect();
    assert_eq!(names, ["exchange_code", "refresh"]);
}
