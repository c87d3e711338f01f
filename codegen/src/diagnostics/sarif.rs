//! Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.

use serde_json::{Map, Value, json};

use super::{Applicability, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use crate::check::codes::{ALL, Code};

impl Diagnostics {
    /// The findings as a log of one run (SARIF 2.1.0, section 3.13). The paths of files are taken as URIs relative to the
    /// root of the repository, so they should be.
    pub fn to_sarif(&self) -> Value {
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "authsmith",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": ALL.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
                } },
                "columnKind": "unicodeCodePoints",
                "results": self.list.iter().map(result).collect::<Vec<_>>(),
            }],
        })
    }
}

fn described(rule: &Code) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(finding: &Diagnostic) -> Value {
    let mut text = finding.title.clone();
    if let Some(hint) = &finding.hint {
        text.push_str(&format!("\n{hint}"));
    }
    let mut result = Map::from_iter([
        ("ruleId".to_owned(), json!(finding.code)),
        ("level".to_owned(), json!(level(finding.severity))),
        ("message".to_owned(), json!({ "text": text })),
        ("locations".to_owned(), json!([place(finding, finding.span, &finding.label)])),
    ]);
    if let Some(index) = ALL.iter().position(|rule| rule.code == finding.code) {
        result.insert("ruleIndex".to_owned(), json!(index));
    }
    if !finding.related.is_empty() {
        let places = finding.related.iter().map(|other| place(finding, other.span, &other.label));
        result.insert("relatedLocations".to_owned(), places.collect());
    }
    // Whoever shows a mend offers to make it without a word, so only certain ones are there.
    if let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability == Applicability::Certain) {
        result.insert("fixes".to_owned(), json!([mend(finding, fix)]));
    }
    Value::Object(result)
}

fn place(finding: &Diagnostic, span: Span, label: &str) -> Value {
    let mut place = json!({ "physicalLocation": { "artifactLocation": artifact(finding), "region": region(span) } });
    if !label.is_empty()
        && let Some(place) = place.as_object_mut()
    {
        place.insert("message".to_owned(), json!({ "text": label }));
    }
    place
}

fn mend(finding: &Diagnostic, fix: &Fix) -> Value {
    let replaced = |edit: &Edit| json!({ "deletedRegion": region(edit.span), "insertedContent": { "text": edit.new } });
    let replacements: Vec<Value> = fix.edits.iter().map(replaced).collect();
    json!({
        "description": { "text": finding.hint.as_deref().unwrap_or("write this instead") },
        "artifactChanges": [{ "artifactLocation": artifact(finding), "replacements": replacements }],
    })
}

/// A path as a URI: what can't stand in one is escaped (RFC 3986, section 2.1).
fn artifact(finding: &Diagnostic) -> Value {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let uri = finding.file.bytes().map(|byte| match byte {
        b'\\' => "/".to_owned(),
        byte if is_plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    json!({ "uri": uri.collect::<String>() })
}

/// Lines and columns count from 1, and the end is the character behind the last.
fn region(span: Span) -> Value {
    json!({
        "startLine": span.start.line.max(1),
        "startColumn": span.start.column.max(1),
        "endLine": span.end.line.max(1),
        "endColumn": span.end.column.max(1),
    })
}
