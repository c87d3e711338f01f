//! The reference pages say what the code says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use authsmith_codegen::check::codes;
use authsmith_codegen::parse::data;
use authsmith_codegen::parse::grammar::{Key, Section};
use authsmith_codegen::{SourceFile, Style, check};

use crate::reference::{Entry, entries, keys_of, sections, spec_around, used_by};
use crate::support::root;

/// Why a key is there: a vendor that needs it, and a golden that uses it.
struct Reason {
    vendor: String,
    golden: String,
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// `docs/keys.yaml`.
fn reasons() -> BTreeMap<String, Reason> {
    let table = data(&page("keys.yaml")).expect("docs/keys.yaml is a mapping");
    let reason = |(path, value): (&String, &serde_json::Value)| {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        (path.clone(), Reason { vendor: text("vendor"), golden: text("golden") })
    };
    table.as_object().unwrap().iter().map(reason).collect()
}

/// The keys that each golden uses.
fn goldens() -> BTreeMap<String, BTreeSet<String>> {
    let files = std::fs::read_dir(root().join("tests/goldens")).unwrap().map(|entry| entry.unwrap().path());
    let specs = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let keys = specs.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, keys_of(&data(&std::fs::read_to_string(&path).unwrap()).unwrap()))
    });
    keys.collect()
}

#[test]
fn every_key_has_a_meaning_a_default_an_example_a_vendor_and_a_golden() {
    let (reasons, goldens) = (reasons(), goldens());
    let mut wrong = Vec::new();
    for entry @ Entry { key, .. } in entries() {
        let path = entry.path();
        let reason = reasons.get(&path);
        let says = [
            ("meaning", !key.about.is_empty()),
            ("default", key.required || key.default.is_some_and(|default| !default.is_empty())),
            ("example", !key.example.is_empty()),
            ("vendor in docs/keys.yaml", reason.is_some_and(|reason| !reason.vendor.is_empty())),
        ];
        wrong.extend(
            says.into_iter().filter(|(_, is_there)| !is_there).map(|(what, _)| format!("{path} has no {what}")),
        );
        let golden = reason.map(|reason| reason.golden.as_str()).unwrap_or_default();
        if !goldens.get(golden).is_some_and(|used| used.contains(&path)) {
            wrong.push(format!("{path} doesn't stand in the golden {golden:?}, but in {:?}", used_by(&goldens, &path)));
        }
    }
    let known: BTreeSet<_> = entries().iter().map(Entry::path).collect();
    wrong.extend(reasons.keys().filter(|path| !known.contains(*path)).map(|path| format!("{path} is no key")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the form of a value; the other rules speak of the spec around it.
fn is_of_form(code: &str) -> bool {
    code.starts_with("AS00") || code.starts_with("AS01") || ["AS0301", "AS0310", "AS0601"].contains(&code)
}

#[test]
fn every_example_may_stand_where_its_key_stands() {
    let mut wrong = String::new();
    for entry in entries() {
        let spec = SourceFile { path: "example.yaml".into(), text: spec_around(entry) };
        let base = SourceFile { path: "family.yaml".into(), text: "provider: family\nabstract: true\n".into() };
        let sources = [spec, base];
        let (_, mut findings) = check(&sources);
        findings.list.retain(|finding| is_of_form(finding.code));
        if !findings.list.is_empty() {
            writeln!(wrong, "{}: {}", entry.path(), findings.render(&sources, Style::Plain)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn row(key: &Key, reason: Option<&Reason>) -> String {
    let default = if key.required { "required" } else { key.default.unwrap_or_default() };
    let example = format!("`{}`", key.example.replace('|', "\\|"));
    let (vendor, golden) = reason.map(|reason| (reason.vendor.as_str(), reason.golden.as_str())).unwrap_or_default();
    format!(
        "| `{}` | {} | {default} | {example} | {vendor} | [{golden}](../tests/goldens/{golden}.yaml) |",
        key.name, key.about,
    )
}

fn table(section: &'static Section, reasons: &BTreeMap<String, Reason>) -> String {
    let mut table = String::from(
        "| key | meaning | default | example | needed by | golden |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for key in section.keys {
        let reason = reasons.get(&Entry { section, key }.path());
        writeln!(table, "{}", row(key, reason)).unwrap();
    }
    table
}

/// What editors read, from the same table.
#[test]
fn the_schema_of_the_language_is_that_of_its_keys() {
    let path = root().join("docs/authsmith.schema.json");
    let schema = format!("{:#}\n", authsmith_codegen::schema::schema());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == schema, "docs/authsmith.schema.json is stale; UPDATE_DOCS=1 writes it");
}

#[test]
fn the_tables_of_the_language_are_those_of_its_keys() {
    let (reasons, mut expected) = (reasons(), page("language.md"));
    for (section, _) in sections() {
        let start = format!("<!-- keys of {} -->\n", section.name);
        let (before, rest) = expected.split_once(&start).unwrap_or_else(|| panic!("docs/language.md has no {start}"));
        let (_, after) = rest.split_once("<!-- end -->").expect("the table has an end");
        expected = format!("{before}{start}{}<!-- end -->{after}", table(section, &reasons));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join("docs/language.md"), &expected).unwrap();
    }
    let hint = "run the tests with UPDATE_DOCS=1 to write the tables of docs/language.md anew";
    assert_eq!(page("language.md"), expected, "{hint}");
    assert_eq!(expected.matches("<!-- keys of ").count(), sections().len(), "a table for each section, and none else");
}

/// What `docs/diagnostics.md` says before the rules.
const FOR_PROGRAMS: &str = "\
## Mends

Where there is no doubt what was meant, the finding shows the line as it should be, and `cargo xtask check --fix` writes it: a misspelled key or word that is
near to one other, a list without brackets, a text that needs quotes, a tab, a duration in words, a type of another language. Comments and layout stay, a file is written whole
or not at all, and one that was changed meanwhile not at all. What may have been meant otherwise (`https` for `http`) is shown and left to you.

## Warnings

A warning doesn't stop the generator. `allow` in the spec takes one away, with the reason ([language](language.md#dangers)); `--deny-warnings` fails on those that remain.

## For programs

`--format sarif` prints a log in SARIF 2.1.0, which code hosts show beside the lines of a change. `--format json` prints one object:

| member | what it is |
| --- | --- |
| `version` | `1`; another number when a member changes its meaning or goes |
| `errors`, `warnings` | how many of each |
| `findings[].code`, `.severity` | the rule, and `error` or `warning` |
| `findings[].title`, `.label`, `.hint` | what is wrong, what stands at the place, and the way out, or `null` |
| `findings[].file`, `.span` | where: `start` and `end`, each with `line` and `column` from 1 and `offset` from 0, all in characters (Unicode code points, a byte order mark not among them); `end` is behind the last |
| `findings[].related[]` | other places of the same file: `label`, `span` |
| `findings[].fix` | `null`, or `edits[]`, each with `span`, `old` and `new`, to be made all or not at all, and `certain`, whether `--fix` makes them |

The exit code is 0 when there is no error, 1 when there is one (or a warning, with `--deny-warnings`), and 2 when nothing could be checked.

";

#[test]
fn every_diagnostic_is_indexed() {
    let mut index = String::from(
        "# Diagnostics\n\n`cargo xtask check` reports every mistake of every spec at once, each with its code, its place, and a way out.\n\
         `cargo xtask check --explain AS0101` prints the page of a rule, with a wrong example and a right one.\n\n",
    );
    index.push_str(FOR_PROGRAMS);
    index.push_str("## The rules\n\n| code | | rule | why |\n| --- | --- | --- | --- |\n");
    for code in codes::ALL {
        let severity = code.severity.as_str();
        let page = format!("[{code}](diagnostics/{code}.md)", code = code.code);
        writeln!(index, "| {page} | {severity} | {} | {} |", code.title, code.explanation).unwrap();
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join("docs/diagnostics.md"), &index).unwrap();
    }
    assert_eq!(page("diagnostics.md"), index, "run the tests with UPDATE_DOCS=1 to write docs/diagnostics.md anew");
}

/// The pages themselves stand where the generator is built, so that it has them wherever it runs.
#[test]
fn every_diagnostic_has_its_page_among_the_docs() {
    let folder = root().join("docs/diagnostics");
    let name = |code: &codes::Code| format!("{}.md", code.code);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::create_dir(&folder).unwrap();
        codes::ALL.iter().for_each(|code| std::fs::write(folder.join(name(code)), code.page).unwrap());
    }
    for code in codes::ALL {
        let written = std::fs::read_to_string(folder.join(name(code))).unwrap_or_default();
        let stale = format!("docs/diagnostics/{0}.md is not codegen/pages/{0}.md; UPDATE_DOCS=1 writes it", code.code);
        assert!(written == code.page, "{stale}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), codes::ALL.len(), "a page for each rule, and none else");
}
