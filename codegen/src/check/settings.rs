//! Settings: their values fit, and something uses them.

use super::rules::Rule;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::parse::spec::{Client, Encoding, Setting};
use crate::parse::template::Template;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for setting in &case.spec.settings {
        Rule::of_setting(setting).check(setting.default.iter().chain(&setting.sample), sink);
        used(case, setting, sink);
    }
}

/// AS0703.
fn used(case: Case<'_>, setting: &Setting, sink: &mut Sink) {
    let spec = case.spec;
    let name = setting.name.text.as_str();
    let authorize = spec.authorize.iter().map(|authorize| &authorize.request);
    let requests = authorize
        .chain(spec.grants.iter().map(|grant| &grant.request))
        .chain(spec.calls.iter().map(|call| &call.request));
    let requests = requests.chain(spec.device.iter().map(|device| &device.request));
    let requests = requests.chain(spec.revoke.iter().map(|revoke| &revoke.request));
    let in_request = |request: &crate::parse::spec::Request| {
        request.urls().chain(request.templates()).any(|template| template.uses(name))
            || chooses(request.encoding.as_ref(), name)
    };
    let presented = spec.tokens.iter().filter_map(|kind| kind.present_value.as_ref());
    let values = spec.values.iter().chain(&spec.api_headers).chain(&spec.api_send).map(|(_, value)| value);
    let issuer = spec.authorize.iter().filter_map(|authorize| authorize.callback.issuer.as_ref());
    let client = spec.token.iter().filter_map(|token| token.client.as_ref()).flat_map(Client::templates);
    let token = spec.token.as_ref();
    let shared: Vec<&Template> = token
        .and_then(|token| token.url.as_ref())
        .into_iter()
        .chain(&spec.api)
        .chain(spec.widgets.iter().filter_map(|widget| widget.script.as_ref()))
        .chain(values)
        .chain(issuer)
        .chain(spec.id_token.iter().flat_map(|id_token| id_token.templates()))
        .chain(presented)
        .chain(client)
        .collect();
    let chosen = chooses(token.and_then(|token| token.encoding.as_ref()), name);
    if chosen || shared.iter().any(|template| template.uses(name)) || requests.into_iter().any(in_request) {
        return;
    }
    let title = format!("nothing uses the setting `{name}`");
    let finding = Diagnostic::new(&codes::UNUSED_SETTING, setting.name.span, title).label("not used");
    sink.push(finding.hint(format!("write `<{name}>` where it belongs, or remove it")));
}

fn chooses(encoding: Option<&Encoding>, name: &str) -> bool {
    matches!(encoding, Some(Encoding::Setting(setting)) if setting.text == name)
}
