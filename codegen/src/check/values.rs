//! Named templates and kept values: variables beside those of the protocol, the settings and the inputs.

use super::rules::Rule;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::draft::all_kept;
use crate::parse::node::Text;
use crate::parse::spec::Kept;
use crate::parse::template::Template;
use authsmith_protocol::operation::VARIABLES;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    let values = case.spec.values.iter().map(|(name, _)| (name, "value"));
    let kept = all_kept(case.spec).map(|kept| (&kept.name, "kept value"));
    for (name, what) in values.chain(kept) {
        hidden(case, name, what, sink);
    }
    for kept in all_kept(case.spec) {
        rule(kept, sink);
    }
    for (name, template) in &case.spec.values {
        cycle(case, name, template, sink);
    }
}

/// AS0208.
fn hidden(case: Case<'_>, name: &Text, what: &str, sink: &mut Sink) {
    let spec = case.spec;
    let setting = spec.settings.iter().map(|setting| &setting.name).find(|other| other.text == name.text);
    let value = spec.values.iter().map(|(value, _)| value).find(|other| other.text == name.text);
    let value = value.filter(|_| what == "kept value");
    let hides = match (setting, value) {
        _ if VARIABLES.contains(&name.text.as_str()) => "variable of the protocol",
        (Some(_), _) => "setting",
        (None, Some(_)) => "value",
        (None, None) => return,
    };
    let title = format!("the {what} `{}` hides the {hides} of that name", name.text);
    let mut finding = Diagnostic::new(&codes::HIDES_VARIABLE, name.span, title).label("hides another");
    if let Some(first) = setting.or(value) {
        finding = finding.related(first.span, format!("the {hides}"));
    }
    sink.push(finding.hint("give it another name"));
}

/// The rule of a kept value, and AS0714: a pattern tells no one what a value looks like.
fn rule(kept: &Kept, sink: &mut Sink) {
    Rule::of_kept(kept).check(kept.default.iter().chain(&kept.sample), sink);
    let Some(pattern) = &kept.pattern else { return };
    if kept.allowed.is_empty() && kept.default.is_none() && kept.sample.is_none() {
        let title = format!("the pattern of `{}` has no example", kept.name.text);
        let finding = Diagnostic::new(&codes::PATTERN_SAMPLE, pattern.span, title).label("what does it match?");
        sink.push(finding.hint("add `sample`: the sandbox gives it"));
    }
}

/// AS0312.
fn cycle(case: Case<'_>, name: &Text, template: &Template, sink: &mut Sink) {
    let mut seen: Vec<&str> = Vec::new();
    let mut open: Vec<&Template> = vec![template];
    while let Some(template) = open.pop() {
        for variable in template.variables() {
            if variable.text == name.text {
                let title = format!("the value `{}` names itself", name.text);
                let finding = Diagnostic::new(&codes::VALUE_CYCLE, name.span, title).label("leads back to itself");
                sink.push(finding.hint("a value is made of settings, kept values, variables and other values"));
                return;
            }
            let next = case.spec.values.iter().find(|(value, _)| value.text == variable.text);
            if let Some((next, template)) = next.filter(|(next, _)| !seen.contains(&next.text.as_str())) {
                seen.push(&next.text);
                open.push(template);
            }
        }
    }
}

/// The variables that a template comes down to, through values, each with its name in the template itself.
pub(super) fn expanded<'a>(case: Case<'a>, template: &'a Template) -> Vec<(&'a Text, &'a str)> {
    let mut found = Vec::new();
    for variable in template.variables() {
        let mut seen: Vec<&str> = Vec::new();
        let mut open: Vec<&str> = vec![&variable.text];
        while let Some(name) = open.pop() {
            match case.spec.values.iter().find(|(value, _)| value.text == name) {
                Some(_) if seen.contains(&name) => {}
                Some((_, template)) => {
                    seen.push(name);
                    open.extend(template.variables().map(|inner| inner.text.as_str()));
                }
                None => found.push((variable, name)),
            }
        }
    }
    found
}
