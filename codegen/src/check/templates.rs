//! Templates: every placeholder must have a value where it stands.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, suggestion};
use crate::model::GrantKind;
use crate::model::draft::Role;
use crate::parse::spec;
use crate::parse::template::Template;
use authsmith_protocol::operation::VARIABLES;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    if let Some((written, ..)) = case.authorize() {
        request(case, &written.request, Role::Authorize, sink);
    }
    for operation in case.operations() {
        request(case, operation.written, operation.role, sink);
    }
    let shared = case.spec.token.iter().filter_map(|token| token.url.as_ref()).chain(&case.spec.api);
    for template in shared.chain(case.spec.widgets.iter().filter_map(|widget| widget.script.as_ref())) {
        variables(case, template, &[], &["client_id"], sink);
    }
}

fn request(case: Case<'_>, written: &spec::Request, role: Role<'_>, sink: &mut Sink) {
    let values = written.send.iter().chain(&written.headers).map(|(_, value)| value);
    let urls = written.targets.iter().filter_map(|target| target.url.as_ref());
    let mut inputs: Vec<&str> = written.inputs.iter().map(|input| input.name.text.as_str()).collect();
    if role == Role::Grant(GrantKind::Password) {
        inputs.extend(["username", "password"]);
    }
    for template in urls.chain(values) {
        variables(case, template, &inputs, available(role), sink);
    }
}

/// The protocol's variables that have a value in an operation.
fn available(role: Role<'_>) -> &'static [&'static str] {
    match role {
        Role::Authorize => &["client_id", "redirect_uri", "state", "scope", "code_challenge"],
        Role::Grant(GrantKind::AuthorizationCode) => {
            &["client_id", "client_secret", "redirect_uri", "code", "code_verifier"]
        }
        Role::Grant(GrantKind::RefreshToken) => &["client_id", "client_secret", "refresh_token"],
        Role::Grant(_) => {
            &["client_id", "client_secret", "redirect_uri"]
        }
        Role::Call(_) => &["client_id", "client_secret", "token"],
    }
}

/// AS0302, AS0303.
fn variables(case: Case<'_>, template: &Template, inputs: &[&str], available: &[&str], sink: &mut Sink) {
    for variable in template.variables() {
        let name = variable.text.as_str();
        let settings = case.spec.settings.iter().map(|setting| setting.name.text.as_str());
        let mut known = settings.chain(inputs.iter().copied());
        if available.contains(&name) || known.any(|other| other == name) {
            continue;
        }
        let candidates: Vec<&str> = case
            .spec
            .settings
            .iter()
            .map(|setting| setting.name.text.as_str())
            .chain(inputs.iter().copied())
            .chain(available.iter().copied())
            .collect();
        let finding = if VARIABLES.contains(&name) {
            let title = format!("the variable `{name}` has no value in this operation");
            let finding =
                Diagnostic::new(&codes::UNAVAILABLE_VARIABLE, variable.span, title).label("not available here");
            finding.hint(format!("here are {}", crate::diagnostics::listed(candidates)))
        } else {
            let title = format!("there is no variable `{name}`");
            let finding = Diagnostic::new(&codes::UNKNOWN_VARIABLE, variable.span, title);
            let finding = finding.label("neither a setting nor an input of this operation");
            finding.hint(suggestion(name, "known here", candidates))
        };
        sink.push(finding);
    }
}
