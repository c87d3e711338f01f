//! Hosts: who chooses where credentials and tokens travel. A setting is the app's word, what the vendor's token endpoint
//! said is the vendor's, and a callback came through the browser: whoever made it chose what it says.

use super::rules::is_hostname;
use super::urls::{judge, known};
use super::values::expanded;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::Format;
use crate::parse::node::Text;
use crate::parse::spec::Kept;
use crate::parse::template::{Part, Template};

/// AS0305, AS0313: the variables in the host of a URL. Gives how many parts of the template that is.
pub(super) fn check(case: Case<'_>, url: &Template, sink: &mut Sink) -> usize {
    let (variables, ends) = authority(url);
    for name in variables {
        let mut found = expanded(case, url).into_iter().filter(|(variable, _)| variable.span == name.span);
        if let Some(kept) = found.clone().find_map(|(_, found)| open_callback(case, url, name, found)) {
            callback_chooses(kept, name, "host names", sink);
        } else if found.any(|(_, found)| is_open(case, found)) {
            let title = format!("the host of this URL is open: `{}` can be any text", name.text);
            let finding =
                Diagnostic::new(&codes::URL_HOST, name.span, title).label("chooses who receives the credentials");
            let setting = case.spec.settings.iter().find(|setting| setting.name.text == name.text);
            let finding = finding.maybe_related(setting.map(|setting| setting.name.span), "declared here");
            sink.push(finding.hint("make it a setting with `format: hostname`, an `enum` or a `pattern`"));
        }
    }
    ends
}

/// The hosts of named templates that are the beginning of a URL.
pub(super) fn check_values(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    let authorize = spec.authorize.iter().map(|authorize| &authorize.request);
    let requests = authorize
        .chain(spec.revoke.iter().map(|revoke| &revoke.request))
        .chain(spec.grants.iter().map(|grant| &grant.request))
        .chain(spec.calls.iter().map(|call| &call.request));
    let shared = spec.token.iter().filter_map(|token| token.url.as_ref()).chain(&spec.api);
    let shared = shared.chain(spec.id_token.iter().filter_map(|id_token| id_token.jwks.as_ref()));
    let scripts = spec.widgets.iter().filter_map(|widget| widget.script.as_ref());
    let values = spec.values.iter().map(|(_, value)| value);
    let urls = requests.flat_map(|request| request.urls()).chain(shared).chain(scripts).chain(values);
    let heads: Vec<&Text> = urls.filter_map(|url| url.parts.first()).flat_map(Part::variables).collect();
    for (name, value) in &spec.values {
        if value.head().starts_with("https://") && heads.iter().any(|head| head.text == name.text) {
            check(case, value, sink);
        }
    }
}

/// AS0313 for what a URL begins with; whether there was a finding.
pub(super) fn callback_heads(case: Case<'_>, heads: &[&Text], sink: &mut Sink) -> bool {
    let open = |name: &&&Text| {
        let kept = called_back(case, &name.text)?;
        let lists_bases = !kept.allowed.is_empty() && kept.allowed.iter().all(|word| is_plain_base(&word.text));
        (!lists_bases).then_some(kept)
    };
    let found = heads.iter().find_map(|name| Some((name, open(&name)?)));
    if let Some((name, kept)) = found {
        callback_chooses(kept, name, "https URLs without a query", sink);
    }
    found.is_some()
}

fn callback_chooses(kept: &Kept, name: &Text, what: &str, sink: &mut Sink) {
    let title = format!("whoever makes a callback would choose the host of this URL, by `{}`", kept.name.text);
    let finding =
        Diagnostic::new(&codes::CALLBACK_HOST, name.span, title).label("chooses who receives the credentials");
    let finding = finding.related(kept.name.span, "kept from the callback");
    sink.push(finding.hint(format!("list what it may be: `enum` with nothing but {what}")));
}

fn called_back<'a>(case: Case<'a>, name: &str) -> Option<&'a Kept> {
    let mut kept = case.spec.authorize.iter().flat_map(|authorize| &authorize.callback.keep);
    kept.find(|kept| kept.name.text == name)
}

fn is_answered(case: Case<'_>, name: &str) -> bool {
    case.spec.tokens.iter().flat_map(|kind| &kind.keep).any(|kept| kept.name.text == name)
}

/// The value of the callback that lets anybody choose the host it stands in: neither one of some hosts, nor something
/// before the vendor's own domain.
fn open_callback<'a>(case: Case<'a>, url: &Template, at: &Text, name: &str) -> Option<&'a Kept> {
    let kept = called_back(case, name)?;
    let (part, behind) = surroundings(url, at);
    let in_domain = matches!(behind, Some(Part::Text(text)) if text.starts_with('.')
        && text.split('/').next().is_some_and(|host| host.matches('.').count() > 1));
    // What functions make of a listed value is the spec's own choice as well.
    let lists_hosts = !kept.allowed.is_empty()
        && (matches!(part, Some(Part::Alternatives(_))) || kept.allowed.iter().all(|word| is_hostname(&word.text)));
    (!in_domain && !lists_hosts).then_some(kept)
}

/// The part of a template that names a variable, and the one behind it.
fn surroundings<'t>(url: &'t Template, name: &Text) -> (Option<&'t Part>, Option<&'t Part>) {
    let names = |part: &Part| part.variables().iter().any(|other| other.span == name.span);
    let at = url.parts.iter().position(names);
    (at.and_then(|at| url.parts.get(at)), at.and_then(|at| url.parts.get(at + 1)))
}

/// Whether a variable that no callback gives lets anybody choose the host that it stands in.
fn is_open(case: Case<'_>, name: &str) -> bool {
    match case.spec.settings.iter().find(|setting| setting.name.text == name) {
        Some(setting) => {
            setting.format != Some(Format::Hostname) && setting.allowed.is_empty() && setting.pattern.is_none()
        }
        // One that nobody has declared is reported as that.
        None => known(case, name) && !is_answered(case, name) && called_back(case, name).is_none(),
    }
}

/// Whether a variable can be a whole base URL: a setting of the format `url`, what the vendor's token endpoint said, one
/// of the URLs that a callback may name, or a value that begins as a URL does.
pub(super) fn is_base(case: Case<'_>, name: &str, depth: usize) -> bool {
    let setting = case.spec.settings.iter().find(|setting| setting.name.text == name);
    let value = case.spec.values.iter().find(|(value, _)| value.text == name).map(|(_, template)| template);
    let value = value.filter(|_| depth < 16).and_then(|template| template.parts.first());
    let begins = match value {
        Some(Part::Text(text)) => text.starts_with("https://"),
        Some(part) => part.variables().iter().all(|inner| is_base(case, &inner.text, depth + 1)),
        None => false,
    };
    let told = called_back(case, name).map_or_else(
        || is_answered(case, name),
        |kept| !kept.allowed.is_empty() && kept.allowed.iter().all(|word| is_plain_base(&word.text)),
    );
    setting.is_some_and(|setting| setting.format == Some(Format::Url)) || told || begins
}

/// Whether a text is a URL that more can follow.
fn is_plain_base(text: &str) -> bool {
    judge(text).is_ok() && text.starts_with("https://") && !text.contains(['?', '#'])
}

/// The variables in the host (and what stands before it), and how many parts of the template that is.
fn authority(url: &Template) -> (Vec<&Text>, usize) {
    let mut variables = Vec::new();
    let mut seen = String::new();
    for (at, part) in url.parts.iter().enumerate() {
        match part {
            Part::Variable(_) | Part::Alternatives(_) => variables.extend(part.variables()),
            Part::Text(text) => {
                seen.push_str(text);
                let after_scheme = seen.split_once("://").map(|(_, rest)| rest);
                if after_scheme.is_some_and(|rest| rest.contains(['/', '?', '#'])) {
                    return (variables, at + 1);
                }
            }
        }
    }
    (variables, url.parts.len())
}
