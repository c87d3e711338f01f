//! What a success is: members and statuses that an answer can have.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::parse::spec::{Check, Request, Statuses};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    let requests = || case.operations().map(|operation| operation.written);
    let statuses = requests().filter_map(|request| request.success_status.as_ref());
    statuses.chain(&case.spec.success_status).for_each(|statuses| possible(statuses, sink));
    let checks = requests().flat_map(|request| request.succeeds.iter().flatten());
    for check in checks.chain(&case.spec.succeeds).filter(|check| !check.absent && check.texts.is_empty()) {
        let title = format!("`{}` must be one of no texts", check.at.text);
        never(check, title, sink);
    }
    let failures = case.operations().flat_map(|operation| {
        let written = operation.written;
        written.failures.iter().map(move |failure| (written, failure))
    });
    for (written, failure) in failures {
        let Some(status) = &failure.status else { continue };
        let is_other = (200..=299).contains(&status.value) && !is_success(case, written, status.value);
        if !(300..=599).contains(&status.value) && !is_other {
            let title = format!("{} is not the status of a failure", status.value);
            let finding = Diagnostic::new(&codes::NOT_A_NUMBER, status.span, title).label("expected 300 to 599");
            sink.push(finding.hint("a status from 200 to 299 is one where `success_status` names others"));
        }
    }
}

/// AS0106, AS0530.
fn possible(statuses: &Statuses, sink: &mut Sink) {
    for status in statuses.list.iter().filter(|status| !(200..=299).contains(&status.value)) {
        let title = format!("{} is not the status of a success", status.value);
        sink.push(Diagnostic::new(&codes::NOT_A_NUMBER, status.span, title).label("expected 200 to 299"));
    }
    if statuses.list.is_empty() && !statuses.broken {
        empty(statuses.span, "no status is a success".to_owned(), sink);
    }
}

fn never(check: &Check, title: String, sink: &mut Sink) {
    empty(check.at.span, title, sink);
}

fn empty(span: Span, title: String, sink: &mut Sink) {
    let finding = Diagnostic::new(&codes::NO_SUCCESS, span, title).label("makes every answer a refusal");
    sink.push(finding.hint("list what may stand there, or leave the key out"));
}

/// Whether an answer with this status may be a success.
fn is_success(case: Case<'_>, written: &Request, status: u32) -> bool {
    let statuses = written.success_status.as_ref().or(case.spec.success_status.as_ref());
    statuses.is_none_or(|statuses| statuses.list.iter().any(|success| success.value == status))
}
