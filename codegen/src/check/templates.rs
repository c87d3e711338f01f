//! Templates: every placeholder must have a value where it stands.

use super::values::expanded;
use super::{Case, codes, escaped};
use crate::diagnostics::{Diagnostic, Sink, suggestion};
use crate::model::GrantKind;
use crate::model::draft::{Role, all_kept, implied_inputs};
use crate::parse::spec;
use crate::parse::template::Template;
use authsmith_protocol::operation::VARIABLES;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    if let Some((written, ..)) = case.authorize() {
        let mut scope = Scope::new(case, &written.request, Role::Authorize);
        scope.inputs.extend(written.scope_lists.iter().map(|(name, _)| name.text.as_str()));
        request(case, &written.request, &scope, sink);
        written.callback.issuer.iter().for_each(|issuer| variables(case, issuer, &scope, sink));
    }
    for operation in case.operations() {
        let scope = Scope::new(case, operation.written, operation.role);
        request(case, operation.written, &scope, sink);
        escaped::check(case, operation, sink);
    }
    let call = Scope { inputs: Vec::new(), protocol: CALL, kept: Kept::All };
    let of_api = case.spec.api_headers.iter().chain(&case.spec.api_send).map(|(_, value)| value);
    for value in of_api.chain(case.spec.tokens.iter().filter_map(|kind| kind.present_value.as_ref())) {
        variables(case, value, &call, sink);
    }
    let everything = Scope { inputs: all_inputs(case), protocol: VARIABLES, kept: Kept::All };
    for (_, value) in &case.spec.values {
        variables(case, value, &everything, sink);
    }
    let shared = Scope { inputs: Vec::new(), protocol: SHARED, kept: Kept::All };
    for template in case.spec.token.iter().filter_map(|token| token.url.as_ref()).chain(&case.spec.api) {
        variables(case, template, &shared, sink);
    }
    if let Some(spec::Client::Basic(text)) = case.spec.token.as_ref().and_then(|token| token.client.as_ref()) {
        let scope = Scope { protocol: &["client_id", "client_secret", "now", "random"], ..shared };
        variables(case, text, &scope, sink);
    }
    let page = Scope { inputs: Vec::new(), protocol: &["client_id"], kept: Kept::None };
    for template in case.spec.widgets.iter().filter_map(|widget| widget.script.as_ref()) {
        variables(case, template, &page, sink);
        of_connection(case, template, sink);
    }
}

/// The inputs of all operations: a value has those of the operation that uses it.
fn all_inputs(case: Case<'_>) -> Vec<&str> {
    let authorize = case.draft.provider.authorize.iter().map(|authorize| &authorize.request);
    let requests = authorize.chain(case.operations().map(|operation| operation.request));
    requests.flat_map(|request| &request.inputs).map(|input| input.name.wire.as_str()).collect()
}

const SHARED: &[&str] = &["client_id", "now", "random"];
const CALL: &[&str] = &["client_id", "client_secret", "token", "now", "random"];

const SCOPED: &[&str] =
    &["client_id", "client_secret", "redirect_uri", "refresh_token", "token", "scope", "now", "random"];

/// What has a value in one place, besides settings and values.
struct Scope<'a> {
    inputs: Vec<&'a str>,
    protocol: &'static [&'static str],
    kept: Kept,
}

/// Which kept values there are.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    None,
    OfCallback,
    All,
}

impl<'a> Scope<'a> {
    fn new(case: Case<'_>, written: &'a spec::Request, role: Role<'_>) -> Self {
        let mut inputs: Vec<&str> = written.inputs.iter().map(|input| input.name.text.as_str()).collect();
        if let Role::Grant(kind) = role {
            inputs.extend(implied_inputs(kind).iter().map(|(name, ..)| *name));
        }
        let shows = written.templates().chain(written.urls()).any(|template| {
            expanded(case, template).iter().any(|(_, name)| matches!(*name, "token" | "refresh_token"))
        });
        let kept = match role {
            Role::Authorize | Role::Device | Role::Grant(GrantKind::DeviceCode) => Kept::None,
            Role::Grant(GrantKind::AuthorizationCode) => Kept::OfCallback,
            Role::Grant(GrantKind::RefreshToken) | Role::Call(_) | Role::Revoke => Kept::All,
            Role::Grant(_) if shows => Kept::All,
            Role::Grant(_) => Kept::None,
        };
        let protocol = if written.scoped { SCOPED } else { available(role) };
        Self { inputs, protocol, kept }
    }
}

fn request(case: Case<'_>, written: &spec::Request, scope: &Scope<'_>, sink: &mut Sink) {
    for template in written.urls().chain(written.templates()) {
        variables(case, template, scope, sink);
    }
}

/// The protocol's variables that have a value in an operation.
fn available(role: Role<'_>) -> &'static [&'static str] {
    match role {
        Role::Authorize => &["client_id", "redirect_uri", "state", "scope", "code_challenge", "now", "random"],
        Role::Device => &["client_id", "client_secret", "scope", "now", "random"],
        Role::Grant(GrantKind::DeviceCode) => &["client_id", "client_secret", "device_code", "now", "random"],
        Role::Grant(GrantKind::AuthorizationCode) => {
            &["client_id", "client_secret", "redirect_uri", "code", "code_verifier", "state", "scope", "now", "random"]
        }
        Role::Grant(GrantKind::RefreshToken) => {
            &["client_id", "client_secret", "refresh_token", "token", "now", "random"]
        }
        // No other request has its last two variables, so that everything else may have their names.
        Role::Revoke => &[
            "client_id",
            "client_secret",
            "refresh_token",
            "token",
            "now",
            "random",
            "access_token",
            "token_type_hint",
        ],
        Role::Grant(_) => &["client_id", "client_secret", "redirect_uri", "refresh_token", "token", "now", "random"],
        Role::Call(_) => CALL,
    }
}

/// AS0302, AS0303.
fn variables(case: Case<'_>, template: &Template, scope: &Scope<'_>, sink: &mut Sink) {
    for (variable, name) in expanded(case, template) {
        let kept = || all_kept(case.spec).any(|kept| kept.name.text == name);
        let settings = case.spec.settings.iter().map(|setting| setting.name.text.as_str());
        let mut known = settings.clone().chain(scope.inputs.iter().copied());
        let here = kept_names(case, scope.kept);
        if scope.protocol.contains(&name) || here.contains(&name) || known.any(|other| other == name) {
            continue;
        }
        let named = name == variable.text;
        let of_others = || all_inputs(case).contains(&name);
        if !named && !VARIABLES.contains(&name) && !kept() && !of_others() {
            // The value itself is at fault, and reported where it is written.
            continue;
        }
        let values = case.spec.values.iter().map(|(value, _)| value.text.as_str());
        let candidates: Vec<&str> = settings
            .chain(values)
            .chain(here.iter().copied())
            .chain(scope.inputs.iter().copied())
            .chain(scope.protocol.iter().copied())
            .collect();
        let finding = if VARIABLES.contains(&name) || kept() || (!named && of_others()) {
            let title = match named {
                true => format!("the variable `{name}` has no value in this operation"),
                false => format!("the value `{}` needs `{name}`, which has no value in this operation", variable.text),
            };
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

fn kept_names(case: Case<'_>, kept: Kept) -> Vec<&str> {
    let callback = case.spec.authorize.iter().flat_map(|authorize| &authorize.callback.keep);
    let of_callback = callback.map(|kept| kept.name.text.as_str());
    match kept {
        Kept::None => Vec::new(),
        Kept::OfCallback => of_callback.collect(),
        Kept::All => all_kept(case.spec).map(|kept| kept.name.text.as_str()).collect(),
    }
}

/// AS0710: a widget's page belongs to the client.
fn of_connection(case: Case<'_>, template: &Template, sink: &mut Sink) {
    for (variable, name) in expanded(case, template) {
        let setting = case.spec.settings.iter().find(|setting| setting.name.text == name);
        let Some(setting) = setting.filter(|setting| setting.of_connection) else { continue };
        let title = format!("the setting `{name}` belongs to a connection, and there is none here");
        let finding = Diagnostic::new(&codes::CONNECTION_SETTING, variable.span, title).label("has no value here");
        sink.push(finding.related(setting.name.span, "declared here").hint("make it a setting `of: client`"));
    }
}
