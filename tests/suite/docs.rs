//! The reference pages say what the code says.

use std::collections::BTreeSet;
use std::fmt::Write;

use authsmith_codegen::check::codes;
use authsmith_codegen::parse::grammar::{Form, SPEC, Section};

use crate::support::root;

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(name)).unwrap()
}

fn keys_of(section: &'static Section, keys: &mut BTreeSet<&'static str>) {
    for key in section.keys {
        keys.insert(key.name);
        keys_in(&key.form, keys);
    }
}

fn keys_in(form: &'static Form, keys: &mut BTreeSet<&'static str>) {
    match form {
        Form::Typed(section) | Form::Section(section) => keys_of(section, keys),
        Form::List(form) | Form::Entries { value: form, .. } => keys_in(form, keys),
        Form::Either(forms) => forms.iter().for_each(|form| keys_in(form, keys)),
        _ => {}
    }
}

/// The rows of the reference that describe keys: the keys of each, and what its last column says.
fn rows(page: &str) -> Vec<(Vec<String>, String)> {
    let mut rows = Vec::new();
    let mut in_keys = false;
    for line in page.lines() {
        let columns: Vec<_> = line.split('|').map(str::trim).collect();
        in_keys = line.starts_with('|') && (in_keys || columns.get(1) == Some(&"key"));
        if in_keys && columns[1].starts_with('`') {
            let names = columns[1].split('`').skip(1).step_by(2);
            let keys = names.map(|name| name.rsplit('.').next().unwrap_or_default().to_owned()).collect();
            rows.push((keys, columns[columns.len() - 2].to_owned()));
        }
    }
    rows
}

#[test]
fn every_key_is_documented_with_a_vendor_that_needs_it() {
    let mut keys = BTreeSet::new();
    keys_of(&SPEC, &mut keys);
    let rows = rows(&page("language.md"));
    let documented: BTreeSet<_> = rows.iter().flat_map(|(keys, _)| keys).map(String::as_str).collect();
    assert_eq!(keys.difference(&documented).collect::<Vec<_>>(), Vec::<&&str>::new(), "keys without a row");
    assert_eq!(documented.difference(&keys).collect::<Vec<_>>(), Vec::<&&str>::new(), "rows without a key");
    for (keys, vendor) in rows {
        assert!(!vendor.is_empty(), "no vendor is named that needs {keys:?}");
    }
}

#[test]
fn every_diagnostic_is_indexed() {
    let mut index = String::from(
        "# Diagnostics\n\n`cargo xtask check` reports every mistake of every spec at once, each with its code, its place, and a way out.\n\n\
         | code | | rule | why |\n| --- | --- | --- | --- |\n",
    );
    for code in codes::ALL {
        let severity = format!("{:?}", code.severity).to_lowercase();
        writeln!(index, "| {} | {severity} | {} | {} |", code.code, code.title, code.explanation).unwrap();
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join("docs/diagnostics.md"), &index).unwrap();
    }
    assert_eq!(page("diagnostics.md"), index, "run the tests with UPDATE_DOCS=1 to write docs/diagnostics.md anew");
}
