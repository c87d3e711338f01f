//! Settings: their values fit, and something uses them.

use super::urls::judge;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, suggestion};
use crate::model::Format;
use crate::parse::node::Text;
use crate::parse::spec::{Client, Encoding, Setting};
use crate::parse::template::Template;
use regex_lite::Regex;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for setting in &case.spec.settings {
        let pattern = pattern(setting, sink);
        let pattern = pattern.as_ref();
        for value in setting.default.iter().chain(&setting.sample) {
            allowed(setting, value, sink);
            format(setting, pattern, value, sink);
        }
        for word in &setting.allowed {
            format(setting, pattern, word, sink);
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

/// AS0709.
fn pattern(setting: &Setting, sink: &mut Sink) -> Option<Regex> {
    let written = setting.pattern.as_ref()?;
    match Regex::new(&format!("^(?:{})$", written.text)) {
        Ok(regex) => Some(regex),
        Err(why) => {
            let title = format!("`{}` is not a regular expression: {why}", written.text);
            let finding = Diagnostic::new(&codes::PATTERN, written.span, title).label("can't be compiled");
            sink.push(finding.hint("the whole value is compared; neither look-around nor `\\p{...}` is known"));
            None
        }
    }
}

/// A value with the prefix and suffix of its setting, as the client would complete it.
fn complete(setting: &Setting, value: &str) -> String {
    let prefix = setting.prefix.as_ref().map_or("", |prefix| prefix.text.as_str());
    let suffix = setting.suffix.as_ref().map_or("", |suffix| suffix.text.as_str());
    let before = if value.starts_with(prefix) { "" } else { prefix };
    let after = if value.ends_with(suffix) { "" } else { suffix };
    format!("{before}{value}{after}")
}

/// AS0702.
fn format(setting: &Setting, pattern: Option<&Regex>, value: &Text, sink: &mut Sink) {
    let text = complete(setting, &value.text);
    let expected = match setting.format {
        Some(Format::Url) if judge(&text).is_err() || text.contains('#') => "an absolute https URL",
        Some(Format::Hostname) if !is_hostname(&text) => "a host name",
        Some(Format::Uuid) if !is_uuid(&text) => "a UUID",
        Some(Format::Email) if !is_email(&text) => "an e-mail address",
        _ if pattern.is_some_and(|pattern| !pattern.is_match(&text)) => "what the pattern says",
        _ => return,
    };
    let title = format!("`{}` is not {expected}", value.text);
    let finding = Diagnostic::new(&codes::SETTING_FORMAT, value.span, title).label(format!("expected {expected}"));
    let example = match setting.format {
        Some(Format::Url) => "for example `https://api.example/v1`".to_owned(),
        Some(Format::Hostname) => "for example `eu.api.example`".to_owned(),
        Some(Format::Uuid) => "for example `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`".to_owned(),
        Some(Format::Email) => "for example `user@example.com`".to_owned(),
        _ => "the whole value is compared, its prefix and suffix included".to_owned(),
    };
    sink.push(finding.hint(example));
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn is_email(text: &str) -> bool {
    let good = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    text.split_once('@').is_some_and(|(user, host)| good(user) && good(host))
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
    let requests = requests.chain(spec.device.iter().map(|device| &device.request));
    let requests = requests.chain(spec.revoke.iter().map(|revoke| &revoke.request));
    let in_request = |request: &crate::parse::spec::Request| {
        request.urls().chain(request.templates()).any(|template| template.uses(name))
            || chooses(request.encoding.as_ref(), name)
    };
    let presented = spec.tokens.iter().filter_map(|kind| kind.present_value.as_ref());
    let values = spec.values.iter().chain(&spec.api_headers).chain(&spec.api_send).map(|(_, value)| value);
    let issuer = spec.authorize.iter().filter_map(|authorize| authorize.callback.issuer.as_ref());
    let basic = spec.token.iter().filter_map(|token| match &token.client {
        Some(Client::Basic(text)) => Some(text),
        _ => None,
    });
    let token = spec.token.as_ref();
    let shared: Vec<&Template> = token
        .and_then(|token| token.url.as_ref())
        .into_iter()
        .chain(&spec.api)
        .chain(spec.widgets.iter().filter_map(|widget| widget.script.as_ref()))
        .chain(values)
        .chain(issuer)
        .chain(presented)
        .chain(basic)
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
