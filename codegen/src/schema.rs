//! The language as JSON Schema (draft 7, which editors read), for completion, hover and squiggles. It is looser than the
//! rules: what it refuses is always wrong, and what it takes may still break a rule.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::parse::data;
use crate::parse::grammar::{Form, Key, SPEC, Section};

/// The schema of a spec.
pub fn schema() -> Value {
    let mut sections = Sections::default();
    let properties = properties(&SPEC, &mut sections);
    // Whatever a spec that extends another leaves out, the other may say.
    let parts: Map<String, Value> =
        SPEC.keys.iter().filter_map(|key| Some((key.name.to_owned(), part(key)?))).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A provider of authsmith",
        "description": SPEC.about,
        "type": "object",
        "properties": properties,
        "required": required(&SPEC),
        "additionalProperties": false,
        "if": { "not": { "anyOf": [{ "required": ["extends"] }, { "required": ["abstract"] }] } },
        "then": { "properties": parts },
        "definitions": sections.finish(),
    })
}

/// The keys that must be there in a section at the top of the file.
fn part(key: &Key) -> Option<Value> {
    let Form::Section(section) = key.form else { return None };
    let names = required(section);
    (!names.is_empty()).then(|| json!({ "required": names }))
}

fn required(section: &Section) -> Vec<&'static str> {
    section.keys.iter().filter(|key| key.required).map(|key| key.name).collect()
}

/// The sections that were met, by name; each is written once, whoever refers to it.
#[derive(Default)]
struct Sections(BTreeMap<&'static str, Value>);

impl Sections {
    fn refer(&mut self, section: &'static Section, at_top: bool) -> Value {
        if !self.0.contains_key(section.name) {
            // Sections contain one another, so the name comes before the content.
            self.0.insert(section.name, Value::Null);
            let properties = properties(section, self);
            let content = json!({
                "description": section.about,
                "type": ["object", "null"],
                "properties": properties,
                "required": if at_top { Vec::new() } else { required(section) },
                "additionalProperties": false,
            });
            self.0.insert(section.name, content);
        }
        // A reference is a URL's fragment.
        let name = section.name.replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    fn finish(self) -> Value {
        Value::Object(self.0.into_iter().map(|(name, content)| (name.to_owned(), content)).collect())
    }
}

fn properties(section: &'static Section, sections: &mut Sections) -> Value {
    let at_top = std::ptr::eq(section, &SPEC);
    let property = |key: &'static Key| {
        let form = match key.form {
            Form::Section(part) => sections.refer(part, at_top),
            _ => of(&key.form, sections),
        };
        let default = key.default.map(|default| format!("\n\nDefault: {default}")).unwrap_or_default();
        let value = json!({
            "allOf": [form],
            "description": format!("{}{default}", key.about),
            "examples": Vec::from_iter(example(key)),
        });
        (key.name.to_owned(), value)
    };
    Value::Object(section.keys.iter().map(property).collect())
}

/// The example as a value. It is written as YAML stands behind a key.
fn example(key: &Key) -> Option<Value> {
    data(&format!("example: {}", key.example))?.get("example").cloned()
}

/// Scalars are text for the language, whatever YAML makes of them, and `null` takes a key of a base away.
const SCALAR: [&str; 4] = ["string", "number", "boolean", "null"];

fn of(form: &'static Form, sections: &mut Sections) -> Value {
    match form {
        Form::Prose | Form::Text | Form::Name | Form::Yielded | Form::Template | Form::Url | Form::Pointer => {
            json!({ "type": SCALAR })
        }
        Form::Word(words) => json!({ "enum": worded(words) }),
        Form::WordOrSetting(words) => {
            json!({ "anyOf": [{ "enum": worded(words) }, { "type": "string", "pattern": "^<.*>$" }] })
        }
        Form::Number => json!({ "type": ["integer", "null"] }),
        Form::Duration => json!({ "type": ["string", "null"], "pattern": "^[0-9]+[smhd]$" }),
        Form::Json => json!({}),
        Form::Type => json!({ "type": ["string", "object", "array", "null"] }),
        Form::Typed(section) => {
            json!({ "anyOf": [{ "type": ["string", "object", "array", "null"] }, sections.refer(section, false)] })
        }
        Form::Place(section) => json!({ "anyOf": [{ "type": SCALAR }, sections.refer(section, false)] }),
        Form::List(item) => json!({ "type": ["array", "null"], "items": of(item, sections) }),
        Form::Section(section) => sections.refer(section, false),
        Form::Entries { value, .. } => {
            json!({ "type": ["object", "null"], "additionalProperties": of(value, sections) })
        }
        Form::Either(forms) => {
            json!({ "anyOf": forms.iter().map(|form| of(form, sections)).collect::<Vec<_>>() })
        }
    }
}

/// Words, as text and as what YAML makes of them.
fn worded(words: &[&str]) -> Vec<Value> {
    let mut all = Vec::new();
    for word in words {
        match *word {
            "true" => all.push(json!(true)),
            "false" => all.push(json!(false)),
            _ => {}
        }
        all.push(json!(word));
    }
    all.push(Value::Null);
    all
}
