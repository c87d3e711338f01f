//! Fallbacks: two grants that can stand in for one another.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::{Grant, GrantKind};
use crate::parse::node::Text;
use crate::parse::spec::{self, Fallback};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for fallback in &case.spec.fallbacks {
        let first = grant(case, fallback.attempt.as_ref(), sink);
        let second = grant(case, fallback.then.as_ref(), sink);
        if let (Some(attempt), Some(then)) = (&fallback.attempt, &fallback.then)
            && attempt.text == then.text
        {
            let finding = Diagnostic::new(&codes::FALLBACK_GRANT, then.span, "a grant can't stand in for itself");
            sink.push(finding.label("the same grant").related(attempt.span, "tried first"));
            continue;
        }
        if let Some(first) = first {
            failure(case, first, fallback, sink);
        }
        if let (Some(first), Some(second)) = (first, second) {
            inputs(case, first, second, fallback, sink);
        }
    }
}

/// AS0704.
fn grant<'a>(case: Case<'a>, name: Option<&Text>, sink: &mut Sink) -> Option<&'a Grant> {
    let name = name?;
    let grants = &case.draft.provider.grants;
    let known: Vec<&str> = grants.iter().map(|grant| grant.name.wire.as_str()).collect();
    let Some(found) = grants.iter().find(|grant| grant.name.wire == name.text) else {
        let title = format!("there is no grant `{}`", name.text);
        let finding = Diagnostic::new(&codes::FALLBACK_GRANT, name.span, title).label("not declared under `grants`");
        sink.push(finding.suggest((name.span, &name.text), "grants", known));
        return None;
    };
    if matches!(found.kind, GrantKind::AuthorizationCode | GrantKind::DeviceCode | GrantKind::RefreshToken) {
        let title = format!("the grant `{}` can't be part of a fallback", name.text);
        let finding =
            Diagnostic::new(&codes::FALLBACK_GRANT, name.span, title).label("needs a code or a refresh token");
        let finding = finding.maybe_related(written(case, &name.text).map(|grant| grant.name.span), "declared here");
        sink.push(finding.hint("fallbacks are for grants that are made with inputs alone"));
        return None;
    }
    Some(found)
}

/// A grant as it stands in the spec.
fn written<'a>(case: Case<'a>, name: &str) -> Option<&'a spec::Grant> {
    case.spec.grants.iter().find(|grant| grant.name.text == name)
}

/// AS0705.
fn failure(case: Case<'_>, grant: &Grant, fallback: &Fallback, sink: &mut Sink) {
    let Some(on) = &fallback.on else { return };
    let known: Vec<&str> = grant.failures.iter().map(|failure| failure.name.wire.as_str()).collect();
    if known.contains(&on.text.as_str()) {
        return;
    }
    let title = format!("the grant `{}` documents no failure `{}`", grant.name.wire, on.text);
    let finding = Diagnostic::new(&codes::FALLBACK_FAILURE, on.span, title).label("not among its `errors`");
    let finding = finding.maybe_related(written(case, &grant.name.wire).map(|grant| grant.name.span), "this grant");
    sink.push(finding.suggest((on.span, &on.text), "failures", known));
}

/// AS0706.
fn inputs(case: Case<'_>, first: &Grant, second: &Grant, fallback: &Fallback, sink: &mut Sink) {
    let Some(then) = &fallback.then else { return };
    for input in second.request.inputs.iter().filter(|input| !input.optional) {
        let given = first.request.inputs.iter().find(|given| given.name.wire == input.name.wire);
        let why = match given {
            None => "has no such input",
            Some(given) if given.ty != input.ty => "has an input of that name and of another type",
            Some(given) if given.optional => "has it as an optional one",
            Some(_) => continue,
        };
        let title =
            format!("`{}` needs the input `{}`, and `{}` {why}", second.name.wire, input.name.wire, first.name.wire);
        let finding = Diagnostic::new(&codes::FALLBACK_INPUTS, then.span, title).label("its inputs don't fit");
        let place = |grant: &Grant| {
            let written = written(case, &grant.name.wire)?;
            let input = written.request.inputs.iter().find(|other| other.name.text == input.name.wire);
            Some(input.map_or(written.name.span, |input| input.name.span))
        };
        let finding = finding.maybe_related(place(second), "needed here");
        let finding =
            finding.maybe_related(place(first), if given.is_some() { "given here" } else { "not given here" });
        sink.push(finding.hint("the second grant is made with the inputs of the first; make the two agree"));
    }
}
