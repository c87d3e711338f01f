//! Templates: every placeholder must have a value where it stands.

use super::values::expanded;
use super::{Case, codes, escaped};
use crate::diagnostics::{Diagnostic, Sink, nearest};
use crate::model::draft::{Role, all_kept, device_scopes, device_takes_any, implied_inputs};
use crate::model::{GrantKind, Pkce};
use crate::parse::spec;
use crate::parse::template::Template;
use authsmith_protocol::assertion::CLIENT_ASSERTION;
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
    let call = Scope { inputs: Vec::new(), protocol: CALL.to_vec(), kept: Kept::All };
    let of_api = case.spec.api_headers.iter().chain(&case.spec.api_send).map(|(_, value)| value);
    for value in of_api.chain(case.spec.tokens.iter().filter_map(|kind| kind.present_value.as_ref())) {
        variables(case, value, &call, sink);
    }
    let everything = Scope { inputs: all_inputs(case), protocol: VARIABLES.to_vec(), kept: Kept::All };
    for (_, value) in &case.spec.values {
        variables(case, value, &everything, sink);
    }
    let shared = Scope { inputs: Vec::new(), protocol: SHARED.to_vec(), kept: Kept::All };
    for template in case.spec.token.iter().filter_map(|token| token.url.as_ref()).chain(&case.spec.api) {
        variables(case, template, &shared, sink);
    }
    let client = case.spec.token.as_ref().and_then(|token| token.client.as_ref());
    let scope = Scope { protocol: vec!["client_id", "client_secret", "now", "random"], ..shared };
    for template in client.into_iter().flat_map(spec::Client::templates) {
        variables(case, template, &scope, sink);
    }
    let of_id_token = Scope { inputs: Vec::new(), protocol: vec!["client_id"], kept: Kept::None };
    for template in case.spec.id_token.iter().flat_map(|id_token| id_token.templates()) {
        variables(case, template, &of_id_token, sink);
    }
    let page = Scope { inputs: Vec::new(), protocol: vec!["client_id"], kept: Kept::None };
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

/// What has a value in one place, besides settings and values.
struct Scope<'a> {
    inputs: Vec<&'a str>,
    protocol: Vec<&'static str>,
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
        let protocol = available(case.spec, written, role);
        Self { inputs, protocol, kept }
    }
}

fn request(case: Case<'_>, written: &spec::Request, scope: &Scope<'_>, sink: &mut Sink) {
    for template in written.urls().chain(written.templates()) {
        variables(case, template, scope, sink);
    }
}

/// The protocol's variables that can have a value in an operation.
fn available(spec: &spec::Spec, written: &spec::Request, role: Role<'_>) -> Vec<&'static str> {
    let authorize = spec.authorize.as_ref();
    let pkce = authorize.is_some_and(|authorize| authorize.pkce.value == Pkce::S256);
    let scope = authorize.is_some_and(|authorize| authorize.any_scope || !authorize.scopes.is_empty());
    let device = |device| device_takes_any(spec, device) || !device_scopes(spec, device).is_empty();
    let own: &[(&'static str, bool)] = match role {
        Role::Authorize => &[
            ("redirect_uri", true),
            ("state", true),
            ("scope", scope),
            ("code_challenge", pkce),
            ("login_nonce", spec.id_token.is_some()),
        ],
        Role::Device => &[("client_secret", true), ("scope", spec.device.as_ref().is_some_and(device))],
        Role::Grant(GrantKind::DeviceCode) => &[("client_secret", true), ("device_code", true)],
        // A grant may give the code as well; then nobody has logged in.
        Role::Grant(GrantKind::AuthorizationCode) => &[
            ("client_secret", true),
            ("redirect_uri", true),
            ("code", true),
            ("code_verifier", pkce),
            ("state", authorize.is_some()),
            ("scope", scope),
        ],
        Role::Grant(GrantKind::RefreshToken) => &[("client_secret", true), ("refresh_token", true), ("token", true)],
        // No other request has its last two variables, so that everything else may have their names.
        Role::Revoke => &[
            ("client_secret", true),
            ("refresh_token", true),
            ("token", true),
            ("access_token", true),
            ("token_type_hint", true),
        ],
        // Nobody is sent anywhere, and no token is there yet.
        Role::Grant(GrantKind::ClientCredentials | GrantKind::Password | GrantKind::JwtBearer) => {
            &[("client_secret", true), ("scope", written.scoped)]
        }
        Role::Grant(GrantKind::TokenExchange | GrantKind::Custom) => &[
            ("client_secret", true),
            ("redirect_uri", true),
            ("refresh_token", true),
            ("token", true),
            ("scope", written.scoped),
        ],
        Role::Call(_) => &[("client_secret", true), ("token", true)],
    };
    let own = own.iter().filter(|(_, has)| *has).map(|(name, _)| *name);
    let own = own.chain(signs(spec, written, role).then_some(CLIENT_ASSERTION));
    std::iter::once("client_id").chain(own).chain(["now", "random"]).collect()
}

/// Whether an operation has a signed assertion to show.
fn signs(spec: &spec::Spec, written: &spec::Request, role: Role<'_>) -> bool {
    let shared = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_) | Role::Device | Role::Revoke));
    let client = written.client.as_ref().or_else(|| shared.and_then(|token| token.client.as_ref()));
    matches!(client, Some(spec::Client::Jwt(_)))
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
            if nearest(name, candidates.iter().copied()).is_none() {
                let known = crate::diagnostics::listed(candidates);
                let hint = format!(
                    "declare it, for example `settings: {{ {name}: {{ about: What it is. }} }}`; known here: {known}"
                );
                sink.push(finding.hint(hint));
                continue;
            }
            finding.suggest((variable.span, name), "known here", candidates)
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
