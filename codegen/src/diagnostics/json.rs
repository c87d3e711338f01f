//! Findings for programs.

use serde_json::{Value, json};

use super::{Applicability, Diagnostic, Diagnostics, Edit, Fix, Position, Severity, Span};

impl Diagnostics {
    /// The findings as JSON; `docs/diagnostics.md` says what each member is.
    pub fn to_json(&self) -> Value {
        json!({
            "version": 1,
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "findings": self.list.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}

fn finding(finding: &Diagnostic) -> Value {
    let related = finding.related.iter().map(|other| json!({ "label": other.label, "span": span(other.span) }));
    json!({
        "code": finding.code,
        "severity": finding.severity.as_str(),
        "title": finding.title,
        "label": finding.label,
        "hint": finding.hint,
        "file": finding.file,
        "span": span(finding.span),
        "related": related.collect::<Vec<_>>(),
        "fix": finding.fix.as_ref().map(fix),
    })
}

fn fix(fix: &Fix) -> Value {
    let edit = |edit: &Edit| json!({ "span": span(edit.span), "old": edit.old, "new": edit.new });
    json!({
        "certain": fix.applicability == Applicability::Certain,
        "edits": fix.edits.iter().map(edit).collect::<Vec<_>>(),
    })
}

fn span(span: Span) -> Value {
    let at = |at: Position| json!({ "line": at.line, "column": at.column, "offset": at.offset });
    json!({ "start": at(span.start), "end": at(span.end) })
}
