//! Rate limits.

use super::headers::is_header_name;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::parse::node::Text;
use crate::parse::spec::{Limited, Of};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for wait in case.spec.retry_after.iter().chain(&case.spec.reset) {
        let at = &wait.at;
        match at.of {
            // AS0519.
            Of::Unclear | Of::Cookie => {
                let title = "a wait stands in one place: a header or a field";
                let finding = Diagnostic::new(&codes::PLACE, at.text.span, title).label("unclear");
                sink.push(finding.hint("give one of `header` and `field`, or list both as alternatives"));
            }
            Of::Header => header(&at.text, sink),
            Of::Body => {}
        }
    }
    if let Some(limited) = &case.spec.limited {
        limited.remaining.iter().for_each(|name| header(name, sink));
        signs(limited, sink);
    }
}

/// AS0520.
fn signs(limited: &Limited, sink: &mut Sink) {
    for status in limited.statuses.iter().filter(|status| !(200..=599).contains(&status.value)) {
        let title = format!("{} is no status of an answer", status.value);
        let finding = Diagnostic::new(&codes::LIMITED, status.span, title).label("expected 200 to 599");
        sink.push(finding.hint("for example 403"));
    }
    let is_bare = limited.statuses.is_empty() && limited.codes.is_empty() && limited.remaining.is_none();
    if is_bare && !limited.broken {
        let title = "`limited` doesn't say which refusals are rate limits";
        let finding = Diagnostic::new(&codes::LIMITED, limited.span, title).label("needs a status or a code");
        sink.push(finding.hint("status 429 is one anyway; leave the key out"));
    }
}

/// AS0408.
fn header(name: &Text, sink: &mut Sink) {
    if !is_header_name(&name.text) {
        let title = format!("`{}` is not the name of a header", name.text);
        sink.push(Diagnostic::new(&codes::HEADER, name.span, title).label("expected letters, digits and `-`"));
    }
}
