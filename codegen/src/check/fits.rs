//! Settings where they stand in URLs: a value of the spec that no client would put there.

use authsmith_protocol::operation::Operation as Data;
use authsmith_protocol::{BuildError, Values, build};

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::lower::template_text;
use crate::model::draft::shared_template;
use crate::model::{Format, Template};
use crate::parse::node::Text;
use crate::parse::spec::{Setting, Spec};
use crate::parse::template as written;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for setting in &case.spec.settings {
        affixes(setting, sink);
    }
    let urls = urls(case);
    for setting in &case.spec.settings {
        let unfit = candidates(setting).find_map(|text| Some((text, unfit(case, &urls, setting, text)?)));
        if let Some((text, (why, url))) = unfit {
            let title = format!("`{}` can't stand in the URL, where `{}` stands", text.text, setting.name.text);
            let finding = Diagnostic::new(&codes::SETTING_PLACE, text.span, title).label("no client would send it");
            sink.push(finding.related(url, "this URL").hint(format!("expected {why}")));
        }
    }
    for (url, _) in &urls {
        left_out(case, url, sink);
    }
}

/// The URLs of the spec as they are written, and whole.
fn urls(case: Case<'_>) -> Vec<(&written::Template, Template)> {
    let spec = case.spec;
    let authorize = case.authorize().map(|(written, request, _)| (&written.request, request));
    let operations = case.operations().map(|operation| (operation.written, operation.request));
    let own = authorize.into_iter().chain(operations);
    let own = own.filter_map(|(written, request)| Some((written.urls().next()?, request.url.clone())));
    let shared = spec.token.iter().filter_map(|token| token.url.as_ref()).chain(&spec.api);
    own.chain(shared.map(|url| (url, shared_template(spec, url)))).collect()
}

/// The values of a setting that stand in the spec; what breaks the format of a URL or a host is reported as that.
fn candidates(setting: &Setting) -> impl Iterator<Item = &Text> {
    let judged = matches!(setting.format, Some(Format::Url | Format::Hostname));
    setting.allowed.iter().chain(&setting.default).chain(&setting.sample).filter(move |_| !judged)
}

/// AS0711: why a value can't stand in one of the URLs, and in which.
fn unfit(
    case: Case<'_>,
    urls: &[(&written::Template, Template)],
    setting: &Setting,
    value: &Text,
) -> Option<(String, Span)> {
    let data = case.draft.provider.settings.iter().find(|known| known.name.wire == setting.name.text)?;
    let complete = |text: &str| {
        let prefix = data.prefix.as_deref().filter(|prefix| !text.starts_with(prefix)).unwrap_or_default();
        let suffix = data.suffix.as_deref().filter(|suffix| !text.ends_with(suffix)).unwrap_or_default();
        format!("{prefix}{text}{suffix}")
    };
    let using = urls.iter().filter(|(_, url)| uses(case, url, &setting.name.text));
    let why = using.filter_map(|(written, url)| {
        let mut values = dummies(case, url);
        values.set(setting.name.text.clone(), complete(&value.text));
        match build(&Data::get("url", &template_text(url)), &values) {
            Err(BuildError::Unfit { variable, expected, .. }) if variable == setting.name.text => {
                Some((expected.to_owned(), written.span))
            }
            _ => None,
        }
    });
    why.into_iter().next()
}

/// Whether a URL comes down to a variable.
fn uses(case: Case<'_>, url: &Template, name: &str) -> bool {
    let values = &case.draft.provider.values;
    let mut open: Vec<&Template> = vec![url];
    let mut seen: Vec<&str> = Vec::new();
    while let Some(template) = open.pop() {
        for variable in template.variables() {
            if variable.name() == name {
                return true;
            }
            let named = values.iter().find(|value| value.name.wire == variable.name());
            if let Some(named) = named.filter(|named| !seen.contains(&named.name.wire.as_str())) {
                seen.push(&named.name.wire);
                open.push(&named.value);
            }
        }
    }
    false
}

/// Something that fits for every other variable: a URL at the head, a word elsewhere.
fn dummies(case: Case<'_>, url: &Template) -> Values {
    let mut values = Values::new();
    let mut open: Vec<&Template> = vec![url];
    let mut seen: Vec<&str> = Vec::new();
    while let Some(template) = open.pop() {
        for (at, part) in template.parts.iter().enumerate() {
            for variable in part.variables() {
                let name = variable.name();
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name);
                match case.draft.provider.values.iter().find(|value| value.name.wire == name) {
                    Some(named) => {
                        values.define(name.to_owned(), template_text(&named.value));
                        open.push(&named.value);
                    }
                    None => values.set(name.to_owned(), if at == 0 { "https://x.example" } else { "x" }),
                }
            }
        }
    }
    values
}

/// AS0702: with such a prefix or suffix no value could have the format.
fn affixes(setting: &Setting, sink: &mut Sink) {
    let in_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let in_uuid = |c: char| c.is_ascii_hexdigit() || c == '-';
    let begins =
        |text: &str| ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme) || scheme.starts_with(text));
    let prefix = setting.prefix.iter().map(|text| (text, "prefix"));
    for (text, what) in prefix.chain(setting.suffix.iter().map(|text| (text, "suffix"))) {
        let expected = match setting.format {
            Some(Format::Hostname) if !text.text.chars().all(in_host) => "a host name",
            Some(Format::Uuid) if !text.text.chars().all(in_uuid) => "a UUID",
            Some(Format::Email) if text.text.contains(char::is_whitespace) => "an e-mail address",
            Some(Format::Url) if what == "prefix" && !begins(&text.text) => "a URL",
            Some(Format::Url) if text.text.contains(['#', ' ', '\\']) => "a URL",
            _ => continue,
        };
        let title = format!("with the {what} `{}` no value of `{}` is {expected}", text.text, setting.name.text);
        let finding = Diagnostic::new(&codes::SETTING_FORMAT, text.span, title).label("never fits the format");
        sink.push(finding.hint("write what stands around the value into the template, or change `format`"));
    }
}

/// AS0405, for settings: what may be left out stands in a URL with nothing in its place.
fn left_out(case: Case<'_>, url: &written::Template, sink: &mut Sink) {
    for part in &url.parts {
        let lacking = |name: &&Text| expanded_lacks(case.spec, &name.text, 0);
        let names = part.variables();
        let Some(first) = names.first().filter(|_| names.iter().all(lacking)) else { continue };
        let title = format!("the URL needs `{}`, which may be left out", first.text);
        let finding = Diagnostic::new(&codes::OPTIONAL_PATH, first.span, title).label("can be without value");
        sink.push(
            finding.hint(format!("say what stands in its place: `<{} ?? other>`, or give it a `default`", first.text)),
        );
    }
}

/// Whether a setting, or a value that comes down to one, may have no value.
fn expanded_lacks(spec: &Spec, name: &str, depth: usize) -> bool {
    if let Some(setting) = spec.settings.iter().find(|setting| setting.name.text == name) {
        return setting.optional && setting.default.is_none();
    }
    let named = spec.values.iter().find(|(value, _)| value.text == name).filter(|_| depth <= spec.values.len());
    named.is_some_and(|(_, value)| {
        value.parts.iter().any(|part| {
            let names = part.variables();
            !names.is_empty() && names.iter().all(|name| expanded_lacks(spec, &name.text, depth + 1))
        })
    })
}
