//! Nodes to spec tree. The shape has been checked, so that whatever is missing or broken here has been reported; what
//! remains to be read are durations, templates and types.

mod body;
mod client;
mod device;
mod id_token;
mod limits;
mod operations;
mod tokens;

use super::node::{Entry, Node, Text};
use super::spec::{
    Authorize, Callback, Encoding, Event, Fallback, Grant, InputPlace, NamedEnum, NamedType, Placed, Request, Revoke,
    Scopes, Setting, Spec, StateForm, Target, TokenEndpoint, Widget,
};
use super::{template, types};
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::{Alphabet, AnswerFormat, Format, Method, Pkce, WaitUnit};

use client::client;

/// Reads the whole file.
pub(crate) fn spec(root: &Node, sink: &mut Sink) -> Spec {
    let token = root.entry("token").map(|entry| token_endpoint(entry, sink));
    let authorize = root.entry("authorize").map(|entry| authorize(entry, sink));
    let device = root.entry("device").map(|entry| device::device(entry, sink));
    let mut grants = match root.entry("grants") {
        Some(grants) => grants.value.entries().iter().map(|entry| operations::grant(entry, sink)).collect(),
        None => operations::implied_grants(authorize.is_some(), device.is_some(), token.as_ref()),
    };
    share(token.as_ref(), &mut grants);
    let grants_written = root.entry("grants").is_some();
    let tokens_written = root.entry("tokens").map(|entry| entry.key.span);
    let tokens = match root.entry("tokens") {
        Some(tokens) => tokens.value.entries().iter().map(|entry| tokens::kind(entry, sink)).collect(),
        None => vec![tokens::implied_kind(root.span)],
    };
    let errors_list = |key| root.get("errors").map(|node| one_or_more(node, key)).unwrap_or_default();
    let api = root.get("api");
    let api_url = api.and_then(|node| if node.is_mapping() { node.get("url") } else { Some(node) });
    Spec {
        provider: text(root, "provider"),
        title: text(root, "title"),
        about: text(root, "about"),
        docs: text(root, "docs"),
        settings: entries(root, "settings").iter().map(setting).collect(),
        values: operations::templates(root, "values", sink),
        authorize,
        device,
        token,
        grants,
        grants_written,
        tokens,
        tokens_written,
        id_token: root.entry("id_token").map(|entry| id_token::id_token(entry, sink)),
        error_code: errors_list("code"),
        error_text: errors_list("text"),
        succeeds: root.get("errors").map(operations::checks).unwrap_or_default(),
        success_status: root.get("errors").and_then(operations::success_status),
        retry_after: limits::waits(root, "retry_after", WaitUnit::Delay),
        reset: limits::waits(root, "reset", WaitUnit::Epoch),
        limited: limits::limited(root),
        terminal: errors_list("terminal"),
        transient: errors_list("transient"),
        config: errors_list("config"),
        api: api_url.and_then(|node| template::parse(node, sink)),
        api_headers: api.map(|node| operations::templates(node, "headers", sink)).unwrap_or_default(),
        api_send: api.map(|node| operations::templates(node, "send", sink)).unwrap_or_default(),
        revoke: root
            .entry("revoke")
            .map(|entry| Revoke { name: entry.key.clone(), request: operations::request(&entry.value, sink) }),
        verify: text(root, "verify"),
        calls: entries(root, "calls").iter().map(|entry| operations::call(entry, sink)).collect(),
        fallbacks: entries(root, "fallbacks").iter().map(fallback).collect(),
        widgets: entries(root, "widgets").iter().map(|entry| widget(entry, sink)).collect(),
        types: entries(root, "types").iter().map(|entry| named_type(entry, sink)).collect(),
        enums: entries(root, "enums").iter().map(named_enum).collect(),
        undocumented: texts(root, "undocumented"),
        allow: entries(root, "allow").iter().filter_map(|e| Some((e.key.clone(), e.value.text()?))).collect(),
    }
}

fn entries<'a>(node: &'a Node, key: &str) -> &'a [Entry] {
    node.get(key).map_or(&[], Node::entries)
}

fn text(node: &Node, key: &str) -> Option<Text> {
    node.get(key).and_then(Node::text)
}

fn texts(node: &Node, key: &str) -> Vec<Text> {
    node.get(key).map_or(&[][..], Node::items).iter().filter_map(Node::text).collect()
}

fn word(node: &Node, key: &str) -> Option<String> {
    text(node, key).map(|text| text.text)
}

/// Text, or a list of texts.
fn one_or_more(node: &Node, key: &str) -> Vec<Text> {
    text(node, key).map_or_else(|| texts(node, key), |text| vec![text])
}

fn setting(entry: &Entry) -> Setting {
    let node = &entry.value;
    Setting {
        name: entry.key.clone(),
        about: text(node, "about"),
        format: format(node),
        pattern: text(node, "pattern"),
        of_connection: word(node, "of").as_deref() == Some("connection"),
        optional: word(node, "optional").as_deref() == Some("true"),
        prefix: text(node, "prefix"),
        suffix: text(node, "suffix"),
        allowed: texts(node, "enum"),
        allowed_written: node.get("enum").is_some(),
        default: text(node, "default"),
        sample: text(node, "sample"),
    }
}

fn format(node: &Node) -> Option<Format> {
    match word(node, "format")?.as_str() {
        "url" => Some(Format::Url),
        "hostname" => Some(Format::Hostname),
        "uuid" => Some(Format::Uuid),
        "email" => Some(Format::Email),
        _ => None,
    }
}

fn authorize(entry: &Entry, sink: &mut Sink) -> Authorize {
    let node = &entry.value;
    let mut request = operations::request(node, sink);
    let url = node.get("url").and_then(|url| template::parse(url, sink));
    request.targets = vec![Target { method: Method::Get, key: entry.key.span, url }];
    Authorize {
        span: entry.key.span,
        request,
        scopes: node.get("scopes").map(scopes).unwrap_or_default(),
        any_scope: any_scope(node),
        scope_separator: text(node, "scope_separator"),
        default_scopes: texts(node, "default_scopes"),
        scope_lists: entries(node, "scope_lists").iter().map(|e| (e.key.clone(), scopes(&e.value))).collect(),
        in_fragment: word(node, "params_in").as_deref() == Some("fragment"),
        pkce: pkce(node, entry.key.span),
        state_undocumented: text(node, "state").filter(|state| state.text == "undocumented").map(|state| state.span),
        state_form: node.entry("state").and_then(state_form),
        callback: node.get("callback").map(|node| callback(node, sink)).unwrap_or_default(),
        code_lifetime: duration(node, "code_lifetime", sink),
    }
}

fn pkce(node: &Node, span: Span) -> Placed<Pkce> {
    match text(node, "pkce").filter(|method| method.text == "none") {
        Some(none) => Placed { value: Pkce::None, span: none.span },
        None => Placed { value: Pkce::S256, span },
    }
}

fn scopes(node: &Node) -> Scopes {
    match node.is_mapping() {
        true => node.entries().iter().map(|entry| (entry.key.clone(), entry.value.text())).collect(),
        false => node.items().iter().filter_map(Node::text).map(|name| (name, None)).collect(),
    }
}

/// Whether the caller may name any scope, since the spec names none.
fn any_scope(node: &Node) -> bool {
    word(node, "scopes").as_deref() == Some("any")
}

fn state_form(entry: &Entry) -> Option<StateForm> {
    let node = Some(&entry.value).filter(|node| node.is_mapping())?;
    let length = text(node, "length");
    Some(StateForm {
        in_redirect_uri: word(node, "in").as_deref() == Some("redirect_uri"),
        written: ["length", "alphabet"].iter().any(|key| node.get(key).is_some()),
        length: length.and_then(|text| Some(Placed { value: text.text.parse().ok()?, span: text.span })),
        alphabet: match word(node, "alphabet").as_deref() {
            Some("alphanumeric") => Alphabet::Alphanumeric,
            Some("hex") => Alphabet::Hex,
            Some("digits") => Alphabet::Digits,
            _ => Alphabet::UrlSafe,
        },
        span: entry.key.span,
    })
}

fn callback(node: &Node, sink: &mut Sink) -> Callback {
    Callback {
        code: text(node, "code"),
        state: text(node, "state"),
        error: text(node, "error"),
        error_text: text(node, "error_text"),
        keep: body::keep(node),
        denied_by_absence: word(node, "denied").as_deref() == Some("absence"),
        issuer: node.get("issuer").and_then(|issuer| template::parse(issuer, sink)),
    }
}

fn token_endpoint(entry: &Entry, sink: &mut Sink) -> TokenEndpoint {
    let node = &entry.value;
    TokenEndpoint {
        span: entry.key.span,
        url: node.get("url").and_then(|url| template::parse(url, sink)),
        client: client(node, sink),
        params_in: params_in(node),
        encoding: encoding(node, sink),
        answers: answers(node),
        send: operations::templates(node, "send", sink),
        headers: operations::templates(node, "headers", sink),
    }
}

/// Gives grants what the token endpoint says for all of them; their own word holds.
fn share(token: Option<&TokenEndpoint>, grants: &mut [Grant]) {
    let Some(token) = token else { return };
    for request in grants.iter_mut().map(|grant| &mut grant.request) {
        for (shared, own, same) in [
            (&token.send, &mut request.send, str::eq as fn(&str, &str) -> bool),
            (&token.headers, &mut request.headers, str::eq_ignore_ascii_case),
        ] {
            let further = shared.iter().filter(|(name, _)| !own.iter().any(|(other, _)| same(&other.text, &name.text)));
            let further: Vec<_> = further.cloned().collect();
            own.extend(further);
        }
    }
}

fn params_in(node: &Node) -> Option<InputPlace> {
    match word(node, "params_in")?.as_str() {
        "query" => Some(InputPlace::Query),
        "body" => Some(InputPlace::Body),
        _ => None,
    }
}

fn answers(node: &Node) -> Option<AnswerFormat> {
    match word(node, "answers")?.as_str() {
        "json" => Some(AnswerFormat::Json),
        "form" => Some(AnswerFormat::Form),
        "text" => Some(AnswerFormat::Text),
        "xml" => Some(AnswerFormat::Xml),
        _ => None,
    }
}

fn encoding(node: &Node, sink: &mut Sink) -> Option<Encoding> {
    let node = node.get("encoding")?;
    match node.text()?.text.as_str() {
        "form" => return Some(Encoding::Form),
        "json" => return Some(Encoding::Json),
        "text" => return Some(Encoding::Text),
        "xml" => return Some(Encoding::Xml),
        "multipart" => return Some(Encoding::Multipart),
        _ => {}
    }
    let parsed = template::parse(node, sink)?;
    match parsed.parts.as_slice() {
        [template::Part::Variable(name)] => Some(Encoding::Setting(name.clone())),
        _ => {
            let title = "an encoding is `form`, `json`, or one setting";
            sink.push(
                Diagnostic::new(&codes::UNKNOWN_WORD, node.span, title).label("expected `<setting>` and nothing else"),
            );
            None
        }
    }
}

/// Seconds, and where they stand.
fn placed(node: &Node, key: &str, sink: &mut Sink) -> Option<Placed<u64>> {
    let span = text(node, key)?.span;
    duration(node, key, sink).map(|value| Placed { value, span })
}

/// Seconds.
fn duration(node: &Node, key: &str, sink: &mut Sink) -> Option<u64> {
    let text = text(node, key)?;
    let seconds = text.text.char_indices().next_back().and_then(|(at, unit)| {
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        let digits = text.text.get(..at).filter(|digits| digits.chars().all(|c| c.is_ascii_digit()))?;
        digits.parse::<u64>().ok().filter(|number| *number > 0)?.checked_mul(factor)
    });
    let century = 100 * 366 * 86_400;
    if seconds.is_some_and(|seconds| seconds <= century) {
        return seconds;
    }
    let title = format!("`{}` is not a duration", text.text);
    let finding = Diagnostic::new(&codes::DURATION, text.span, title).label("expected a whole number and a unit");
    let finding = finding.hint("for example `90s`, `3m`, `1h`, `30d`; at most a century");
    sink.push(match meant(&text.text) {
        // Vendors count seconds, and so do their pages, mostly.
        Some(meant) if text.text.parse::<u64>().is_ok() => finding.perhaps(text.span, &text.text, meant),
        Some(meant) => finding.instead(text.span, &text.text, meant),
        None => finding,
    });
    None
}

/// A duration that is written otherwise than the language has it: `1.5h`, `2 hours`, `3600`.
fn meant(text: &str) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (text.get(..digits)?, text.get(digits..)?.trim().to_ascii_lowercase());
    let factor = match unit.as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 7 * 86_400,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let scale = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let parts = whole.parse::<u64>().ok()?.checked_mul(scale)?.checked_add(part.parse().ok()?)?.checked_mul(factor)?;
    let seconds = parts.checked_div(scale).filter(|seconds| *seconds > 0 && parts.checked_rem(scale) == Some(0))?;
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds.checked_rem(*size) == Some(0))?;
    Some(format!("{}{unit}", seconds.checked_div(size)?))
}

fn fallback(entry: &Entry) -> Fallback {
    let node = &entry.value;
    Fallback {
        name: entry.key.clone(),
        about: text(node, "about"),
        attempt: text(node, "try"),
        on: text(node, "on"),
        then: text(node, "then"),
    }
}

fn widget(entry: &Entry, sink: &mut Sink) -> Widget {
    let node = &entry.value;
    let token = node.get("token");
    Widget {
        name: entry.key.clone(),
        about: text(node, "about"),
        script: node.get("script").and_then(|script| template::parse(script, sink)),
        open: text(node, "open"),
        token_option: token.and_then(|token| text(token, "option")),
        kinds: token.map(|token| texts(token, "kinds")).unwrap_or_default(),
        kinds_written: token.is_some_and(|token| token.get("kinds").is_some()),
        options: entries(node, "options").iter().map(|entry| operations::input(entry, sink)).collect(),
        events: entries(node, "events").iter().map(|entry| event(entry, sink)).collect(),
    }
}

fn event(entry: &Entry, sink: &mut Sink) -> Event {
    Event {
        name: entry.key.clone(),
        about: text(&entry.value, "about"),
        payload: entry.value.get("payload").and_then(|payload| types::parse(payload, sink)),
    }
}

fn named_type(entry: &Entry, sink: &mut Sink) -> NamedType {
    NamedType { name: entry.key.clone(), ty: types::parse(&entry.value, sink) }
}

fn named_enum(entry: &Entry) -> NamedEnum {
    NamedEnum { name: entry.key.clone(), words: entry.value.items().iter().filter_map(Node::text).collect() }
}

impl Request {
    /// A request of which nothing is written.
    fn unwritten() -> Self {
        Self::default()
    }
}
