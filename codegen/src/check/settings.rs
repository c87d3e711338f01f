//! Settings: their values fit, and something uses them.

use super::urls::judge;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, suggestion};
use crate::model::Format;
use crate::parse::node::Text;
use crate::parse::spec::{Encoding, Setting};
use crate::parse::template::Template;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for setting in &case.spec.settings {
        for value in setting.default.iter().chain(&setting.sample) {
            allowed(setting, value, sink);
            format(setting, value, sink);
        }
        for word in &setting.allowed {
            format(setting, word, sink);
        }
        used(case, setting, sink);
    }
}

/// AS0701.
fn allowed(setting: &Setting, value: &Text, sink: &mut Sink) {
    if setting.allowed.is_empty() || setting.allowed.iter().any(|word| word.text == value.text) {
        return;
    }
    let words: Vec<&str> = setting.allowed.iter().map(|word| word.text.as_str()).collect();
    let title = format!("`{}` is not among the allowed values of `{}`", value.text, setting.name.text);
    let finding = Diagnostic::new(&codes::DEFAULT, value.span, title).label("not in `enum`");
    sink.push(finding.hint(suggestion(&value.text, "allowed", words)));
}

/// AS0702.
fn format(setting: &Setting, value: &Text, sink: &mut Sink) {
    let expected = match setting.format {
        Some(Format::Url) if judge(&value.text).is_err() || value.text.contains('#') => "an absolute https URL",
        Some(Format::Hostname) if !is_hostname(&value.text) => "a host name",
        _ => return,
    };
    let title = format!("`{}` is not {expected}", value.text);
    let finding = Diagnostic::new(&codes::SETTING_FORMAT, value.span, title).label(format!("expected {expected}"));
    let example = if setting.format == Some(Format::Url) { "https://api.example/v1" } else { "eu.api.example" };
    sink.push(finding.hint(format!("for example `{example}`")));
}

fn is_hostname(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// AS0703.
fn used(case: Case<'_>, setting: &Setting, sink: &mut Sink) {
    let spec = case.spec;
    let name = setting.name.text.as_str();
    let authorize = spec.authorize.iter().map(|authorize| &authorize.request);
    let requests = authorize
        .chain(spec.grants.iter().map(|grant| &grant.request))
        .chain(spec.calls.iter().map(|call| &call.request));
    let in_request = |request: &crate::parse::spec::Request| {
        let urls = request.targets.iter().filter_map(|target| target.url.as_ref());
        let values = request.send.iter().chain(&request.headers).map(|(_, value)| value);
        urls.chain(values).any(|template| template.uses(name)) || chooses(request.encoding.as_ref(), name)
    };
    let token = spec.token.as_ref();
    let shared: Vec<&Template> = token
        .and_then(|token| token.url.as_ref())
        .into_iter()
        .chain(&spec.api)
        .chain(spec.widgets.iter().filter_map(|widget| widget.script.as_ref()))
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
