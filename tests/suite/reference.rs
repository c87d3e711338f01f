//! The language as its table says it: every section and key, where each may stand, and which of them a spec uses.

use std::collections::{BTreeMap, BTreeSet};

use authsmith_codegen::parse::grammar::{Form, Key, SPEC, Section};
use serde_json::Value;

/// One key of the language.
#[derive(Clone, Copy)]
pub struct Entry {
    pub section: &'static Section,
    pub key: &'static Key,
}

impl Entry {
    /// `tokens.<kind>.expires.as`; of a spec as a whole, the key alone.
    pub fn path(&self) -> String {
        path(self.section, self.key.name)
    }
}

pub fn path(section: &Section, key: &str) -> String {
    if std::ptr::eq(section, &raw const SPEC) { key.to_owned() } else { format!("{}.{key}", section.name) }
}

/// A way from a spec to a section: what is written around its keys.
type Around = (String, String);

/// Every section, and what stands around one.
pub fn sections() -> Vec<(&'static Section, Around)> {
    let mut found = Vec::new();
    visit(&SPEC, (String::new(), String::new()), &mut found);
    found
}

/// Every key.
pub fn entries() -> Vec<Entry> {
    let sections = sections();
    sections.iter().flat_map(|(section, _)| section.keys.iter().map(move |key| Entry { section, key })).collect()
}

fn visit(section: &'static Section, around: Around, found: &mut Vec<(&'static Section, Around)>) {
    if found.iter().any(|(other, _)| std::ptr::eq(*other, section)) {
        return;
    }
    found.push((section, around.clone()));
    for key in section.keys {
        let (before, after) = written(section, key);
        visit_form(&key.form, (format!("{}{before}", around.0), format!("{after}{}", around.1)), found);
    }
}

fn visit_form(form: &'static Form, (before, after): Around, found: &mut Vec<(&'static Section, Around)>) {
    match form {
        Form::Section(section) | Form::Typed(section) | Form::Place(section) => {
            visit(section, (before, after), found);
        }
        Form::List(item) => visit_form(item, (format!("{before}["), format!("]{after}")), found),
        Form::Entries { value, .. } => {
            visit_form(value, (format!("{before}{{ sample: "), format!(" }}{after}")), found);
        }
        Form::Either(forms) => {
            forms.iter().for_each(|form| visit_form(form, (before.clone(), after.clone()), found));
        }
        _ => {}
    }
}

/// What is written before and after the value of a key: the key, and the others that its section requires.
fn written(section: &'static Section, key: &'static Key) -> Around {
    let others = section.keys.iter().filter(|other| other.required && other.name != key.name);
    let others: String = others.map(|other| format!("{}: {}, ", other.name, other.example)).collect();
    (format!("{{ {others}{}: ", key.name), " }".to_owned())
}

/// A spec around the example of a key. It has what the table requires, and need not make sense.
pub fn spec_around(entry: Entry) -> String {
    let (_, (before, after)) = sections().into_iter().find(|(found, _)| std::ptr::eq(*found, entry.section)).unwrap();
    let (start, end) = written(entry.section, entry.key);
    format!("{before}{start}{}{end}{after}\n", entry.key.example)
}

/// The keys that a spec uses.
pub fn keys_of(spec: &Value) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    keys_in_section(spec, &SPEC, &mut used);
    used
}

fn keys_in_section(value: &Value, section: &'static Section, used: &mut BTreeSet<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        if let Some(key) = section.key(name).filter(|_| value != "~") {
            used.insert(path(section, name));
            keys_in(value, &key.form, used);
        }
    }
}

fn keys_in(value: &Value, form: &'static Form, used: &mut BTreeSet<String>) {
    match form {
        Form::Section(section) | Form::Place(section) => keys_in_section(value, section, used),
        Form::Typed(section) if value.get("is").is_some() => keys_in_section(value, section, used),
        Form::List(item) => value.as_array().into_iter().flatten().for_each(|value| keys_in(value, item, used)),
        Form::Entries { value: form, .. } => {
            value.as_object().into_iter().flatten().for_each(|(_, value)| keys_in(value, form, used));
        }
        Form::Either(forms) => {
            if let Some(form) = forms.iter().find(|form| fits(value, form)) {
                keys_in(value, form, used);
            }
        }
        Form::Type | Form::Typed(_) => fields_in(value, used),
        _ => {}
    }
}

/// The long forms of fields inside a type.
fn fields_in(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for field in fields.values() {
                match field.get("is") {
                    Some(_) => used.extend(
                        ["is", "about"]
                            .into_iter()
                            .filter(|key| field.get(key).is_some())
                            .map(|key| format!("fields.<name>.{key}")),
                    ),
                    None => fields_in(field, used),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields_in(item, used)),
        _ => {}
    }
}

fn fits(value: &Value, form: &Form) -> bool {
    match (value, form) {
        (Value::Object(members), Form::Place(section)) => members.keys().all(|name| section.key(name).is_some()),
        (Value::Object(_), Form::Section(_) | Form::Entries { .. }) | (Value::Array(_), Form::List(_)) => true,
        (Value::String(_), form) => !matches!(form, Form::Section(_) | Form::Entries { .. } | Form::List(_)),
        _ => false,
    }
}

/// Where a key stands in the goldens: the names of those that use it.
pub fn used_by(goldens: &BTreeMap<String, BTreeSet<String>>, path: &str) -> Vec<String> {
    goldens.iter().filter(|(_, used)| used.contains(path)).map(|(name, _)| name.clone()).collect()
}
