//! `allow`: what a spec says about warnings that hold for it, and why it is so nevertheless.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Severity, Sink, listed};
use crate::parse::node::Text;

/// Takes away the warnings that are allowed, and says which allowances are none. This comes after every other rule.
pub(super) fn apply(case: Case<'_>, sink: &mut Sink) {
    let allow = &case.spec.allow;
    allow.iter().for_each(|(code, _)| known(code, sink));
    let names = |code: &str| allow.iter().any(|(allowed, _)| allowed.text == code);
    let silenced = sink.silence(|finding| finding.severity == Severity::Warning && names(finding.code));
    if sink.has_errors() {
        // What is wrong may be what hides the warning.
        return;
    }
    // What a base allows, it may allow for others that extend it.
    for (code, reason) in allow.iter().filter(|(code, _)| code.span.start.file == 0) {
        if !silenced.contains(&code.text.as_str()) {
            let title = format!("the allowance of {} silences nothing", code.text);
            let finding = Diagnostic::new(&codes::UNUSED_ALLOWANCE, code.span, title).label("no such warning");
            let hint = format!("remove it, and its reason: {}", reason.text.trim());
            sink.push(finding.hint(hint));
        }
    }
}

/// AS0821.
fn known(code: &Text, sink: &mut Sink) {
    let warnings = codes::ALL.iter().filter(|rule| rule.severity == Severity::Warning);
    let unheard = [codes::UNUSED_ALLOWANCE.code];
    let warnings: Vec<&str> = warnings.map(|rule| rule.code).filter(|code| !unheard.contains(code)).collect();
    if warnings.contains(&code.text.as_str()) {
        return;
    }
    let title = match codes::ALL.iter().find(|rule| rule.code == code.text) {
        Some(rule) if rule.severity == Severity::Error => format!("{} is an error, which nothing allows", rule.code),
        Some(rule) => format!("{} can't be allowed", rule.code),
        None => format!("there is no warning `{}`", code.text),
    };
    let finding = Diagnostic::new(&codes::ALLOWANCE, code.span, title).label("not the code of a warning");
    sink.push(finding.hint(format!("warnings: {}", listed(warnings))));
}
