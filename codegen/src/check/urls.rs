//! URLs: where credentials and tokens may travel.

use super::{Case, codes, hosts};
use crate::check::codes::Code;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::Format;
use crate::parse::node::Text;
use crate::parse::template::{Part, Template};
use url::{Host, Url};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    if let Some(authorize) = &spec.authorize {
        for url in authorize.request.urls() {
            if !relative(case, url, authorize.in_fragment, sink) {
                absolute(case, url, authorize.in_fragment, sink);
            }
        }
        authorize.callback.issuer.iter().for_each(|issuer| absolute(case, issuer, false, sink));
    }
    let revoke = spec.revoke.iter().map(|revoke| &revoke.request);
    let requests = spec.device.iter().map(|device| &device.request).chain(revoke);
    let requests = requests
        .chain(spec.grants.iter().map(|grant| &grant.request))
        .chain(spec.calls.iter().map(|call| &call.request));
    let operations = requests.flat_map(|request| &request.targets).filter_map(|target| target.url.as_ref());
    for url in operations {
        if !relative(case, url, false, sink) {
            absolute(case, url, false, sink);
        }
    }
    if let Some(api) = spec
        .api
        .as_ref()
        .filter(|api| api.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('?'))))
    {
        let finding = Diagnostic::new(&codes::URL_NOT_ABSOLUTE, api.find("?"), "a base URL can't have a query");
        sink.push(
            finding.label("the call's URL comes after this").hint("send the parameter with every call, under `send`"),
        );
    }
    let shared = spec.token.iter().filter_map(|token| token.url.as_ref()).chain(&spec.api);
    let shared = shared.chain(spec.id_token.iter().filter_map(|id_token| id_token.jwks.as_ref()));
    for url in shared.chain(spec.widgets.iter().filter_map(|widget| widget.script.as_ref())) {
        absolute(case, url, false, sink);
    }
    hosts::check_values(case, sink);
    if let Some(docs) = &spec.docs {
        page(docs, sink);
    }
}

/// AS0308 and the rest of a URL that begins with `/`; whether it is one.
fn relative(case: Case<'_>, url: &Template, routed: bool, sink: &mut Sink) -> bool {
    if !url.head().starts_with('/') || url.head().starts_with("//") {
        return false;
    }
    if case.spec.api.is_none() {
        let title = "a URL that begins with `/` needs `api`";
        let finding = Diagnostic::new(&codes::API_MISSING, url.span, title).label("has no base URL");
        sink.push(finding.hint("add `api: https://...` to the spec, or write the whole URL"));
    }
    settings_inside(case, url, 0, sink);
    fragment(url, routed, sink);
    characters(url, sink);
    true
}

/// A `routed` URL may have a route behind a `#`.
fn absolute(case: Case<'_>, url: &Template, routed: bool, sink: &mut Sink) {
    fragment(url, routed, sink);
    if !characters(url, sink) {
        return;
    }
    let firsts = url.parts.first().map(Part::variables).unwrap_or_default();
    if let Some(first) = firsts.first() {
        return head(case, url, first, &firsts, sink);
    }
    let authority_ends = hosts::check(case, url, sink);
    settings_inside(case, url, authority_ends, sink);
    whole(url, sink);
}

/// AS0304: a URL that begins with a variable begins with a base URL.
fn head(case: Case<'_>, url: &Template, first: &Text, all: &[&Text], sink: &mut Sink) {
    if hosts::callback_heads(case, all, sink) {
        return settings_inside(case, url, 1, sink);
    }
    if all.iter().all(|name| hosts::is_base(case, &name.text, 0)) {
        after_head(url, sink);
        return settings_inside(case, url, 1, sink);
    }
    let setting = case.spec.settings.iter().find(|setting| setting.name.text == first.text);
    if setting.is_some_and(|setting| setting.format != Some(Format::Url)) {
        let title = format!("a URL can't begin with `{}`, which can be any text", first.text);
        let finding =
            Diagnostic::new(&codes::URL_NOT_ABSOLUTE, first.span, title).label("not a setting with `format: url`");
        let finding = finding.maybe_related(setting.map(|setting| setting.name.span), "declared here");
        sink.push(finding.hint("add `format: url` to the setting, or begin with `https://`"));
    } else if setting.is_none() && known(case, &first.text) {
        let title = format!("a URL can't begin with `{}`", first.text);
        let finding =
            Diagnostic::new(&codes::URL_NOT_ABSOLUTE, first.span, title).label("not a setting with `format: url`");
        sink.push(finding.hint("begin with `https://`, or with a setting of the format `url`"));
    }
    settings_inside(case, url, 1, sink);
}

fn after_head(url: &Template, sink: &mut Sink) {
    if let Some(Part::Text(text)) = url.parts.get(1)
        && !text.starts_with(['/', '?'])
    {
        let title = "what follows the base URL must begin with `/` or `?`";
        sink.push(Diagnostic::new(&codes::URL_NOT_ABSOLUTE, url.span, title).label("would change the host"));
    }
}

/// Whether some rule about variables doesn't speak of it already.
pub(super) fn known(case: Case<'_>, name: &str) -> bool {
    let inputs = case.operations().flat_map(|operation| &operation.written.inputs);
    inputs.into_iter().any(|input| input.name.text == name)
        || case.spec.values.iter().any(|(value, _)| value.text == name)
        || crate::model::draft::all_kept(case.spec).any(|kept| kept.name.text == name)
        || authsmith_protocol::operation::VARIABLES.contains(&name)
}

/// AS0309: after the first `from` parts no setting is a whole URL.
fn settings_inside(case: Case<'_>, url: &Template, from: usize, sink: &mut Sink) {
    for part in url.parts.iter().skip(from) {
        let Part::Variable(name) = part else { continue };
        let setting = case.spec.settings.iter().find(|setting| setting.name.text == name.text);
        if setting.is_some_and(|setting| setting.format == Some(Format::Url)) {
            let title = format!("the setting `{}` is a whole URL and can't stand inside another", name.text);
            let finding = Diagnostic::new(&codes::URL_SETTING, name.span, title).label("only at the head");
            let declared = setting.map(|setting| setting.name.span);
            sink.push(finding.maybe_related(declared, "declared with `format: url`"));
        }
    }
}

/// AS0304: what a client refuses to send to, as readers of URLs repair it in different ways.
fn characters(url: &Template, sink: &mut Sink) -> bool {
    let texts = url.parts.iter().filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None });
    let bad = texts.flat_map(|text| text.chars()).find(|c| !c.is_ascii_graphic() || *c == '\\');
    let Some(bad) = bad else { return true };
    let name = if bad.is_whitespace() { "a blank".to_owned() } else { format!("`{bad}`") };
    let title = format!("a URL can't have {name} in it (RFC 3986)");
    let finding = Diagnostic::new(&codes::URL_NOT_ABSOLUTE, url.find(&bad.to_string()), title);
    let encoded = bad.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let finding = finding.label("doesn't belong here").hint(format!("write it as `{encoded}`"));
    let span = url.find(&bad.to_string());
    sink.push(match bad.is_whitespace() {
        true => finding.perhaps(span, bad, encoded),
        false => finding.instead(span, bad, encoded),
    });
    false
}

/// AS0304, AS0306: what a URL is once every variable has a value.
fn whole(url: &Template, sink: &mut Sink) {
    let filled = url.filled(|_| "x".to_owned());
    match judge(&filled) {
        Ok(()) => {}
        Err(Wrong::Userinfo) => {
            let finding = Diagnostic::new(&codes::URL_USERINFO, url.span, "a URL can't carry a name or password");
            sink.push(finding.label("has something before `@`").hint("credentials travel as `client` says"));
        }
        Err(Wrong::Other(why)) => not_absolute(&codes::URL_NOT_ABSOLUTE, url.span, &filled, why, sink),
    }
}

fn not_absolute(code: &'static Code, span: Span, filled: &str, why: &str, sink: &mut Sink) {
    let finding = Diagnostic::new(code, span, format!("this is not an absolute https URL: {why}")).label(why);
    let hint = match filled {
        _ if filled.starts_with("http://") => {
            Some("write `https://`; plain http is taken only for localhost".to_owned())
        }
        _ if filled.starts_with('/') && !filled.starts_with("//") => {
            Some("write the whole URL, `https://...`; only URLs of requests begin with `/`, behind `api`".to_owned())
        }
        _ if !filled.contains(':') && filled.contains('.') => {
            Some(format!("write `https://{}`", filled.trim_start_matches('/')))
        }
        _ => None,
    };
    let finding = finding.maybe_hint(hint);
    sink.push(match filled {
        _ if filled.starts_with("http://") => finding.perhaps(span, filled, filled.replacen("http://", "https://", 1)),
        _ if !filled.contains([':', '/']) || !filled.contains('.') || filled.starts_with('/') => finding,
        _ if !filled.contains(':') => finding.perhaps(span, filled, format!("https://{filled}")),
        _ => finding,
    });
}

/// What is wrong with a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Userinfo,
    Other(&'static str),
}

/// Whether a URL is absolute, https (http on loopback), and without userinfo.
pub(super) fn judge(text: &str) -> Result<(), Wrong> {
    let Ok(url) = Url::parse(text) else { return Err(Wrong::Other("it can't be read as one")) };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(Wrong::Other("it has no host")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong::Userinfo);
    }
    if text.contains(|c: char| c.is_whitespace() || c == '\\') {
        return Err(Wrong::Other("it has blanks or backslashes in it"));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        "http" => Err(Wrong::Other("it is plain http")),
        _ => Err(Wrong::Other("its scheme is not https")),
    }
}

/// AS0307.
fn fragment(url: &Template, routed: bool, sink: &mut Sink) {
    let has = !routed && url.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('#')));
    if has {
        let span = url.find("#");
        let finding = Diagnostic::new(&codes::URL_FRAGMENT, span, "a URL can't have a fragment here");
        let finding = finding.label("never sent").hint("remove `#` and what follows");
        let rest = match url.parts.last() {
            Some(Part::Text(text)) => text.find('#').and_then(|at| text.get(at..)),
            _ => None,
        };
        let end = rest.map_or(span.end, |rest| span.start.after(rest.chars().count()));
        sink.push(match rest {
            // It may be a route, which only the authorization request has.
            Some(rest) if rest.starts_with("#/") => finding.perhaps(Span { end, ..span }, rest, ""),
            Some(rest) => finding.instead(Span { end, ..span }, rest, ""),
            None => finding,
        });
    }
}

/// AS0708.
fn page(docs: &Text, sink: &mut Sink) {
    let why = match judge(&docs.text) {
        Ok(()) => return,
        Err(Wrong::Userinfo) => "it carries a name or password",
        Err(Wrong::Other(why)) => why,
    };
    not_absolute(&codes::DOCS_URL, docs.span, &docs.text, why, sink);
}
