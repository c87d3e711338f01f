//! Grants and calls.

use super::body::{body, places};
use super::{answers, any_scope, client, encoding, entries, one_or_more, params_in, scopes, text, texts, word};
use crate::diagnostics::Sink;
use crate::model::{GrantKind, Meaning, Method};
use crate::parse::node::{Entry, Kind, Node, Text};
use crate::parse::spec::{
    Call, Check, Failure, Grant, Input, InputPlace, Placed, Request, Statuses, Target, TokenEndpoint,
};
use crate::parse::{template, types};

/// What stands for the key `grants` where it is left out: RFC 6749, sections 4.1.3 and 6, and RFC 8628, section 3.4.
pub(super) fn implied_grants(authorize: bool, device: bool, token: Option<&TokenEndpoint>) -> Vec<Grant> {
    let Some(token) = token.filter(|_| authorize || device) else { return Vec::new() };
    let implied = |name: &str, kind| Grant {
        name: Text { text: name.to_owned(), span: token.span },
        kind: Some(kind),
        kind_written: false,
        request: Request::unwritten(),
        scopes: Vec::new(),
        any_scope: false,
        scope_separator: None,
        default_scopes: Vec::new(),
        discouraged: None,
        yields: Vec::new(),
        uncertain: Vec::new(),
        from: None,
        yields_written: false,
        value: Vec::new(),
        fields: Vec::new(),
    };
    let code = authorize.then(|| implied("exchange_code", GrantKind::AuthorizationCode));
    let device_code = device.then(|| implied("exchange_device_code", GrantKind::DeviceCode));
    let refresh = implied("refresh", GrantKind::RefreshToken);
    code.into_iter().chain(device_code).chain([refresh]).collect()
}

/// Reads a grant.
pub(super) fn grant(entry: &Entry, sink: &mut Sink) -> Grant {
    let node = &entry.value;
    let (yields, uncertain) = yields(one_or_more(node, "yields"));
    let scopes = node.get("scopes").map(scopes).unwrap_or_default();
    let any_scope = any_scope(node);
    Grant {
        name: entry.key.clone(),
        kind: word(node, "kind").map_or_else(|| implied_kind(&entry.key.text), |word| kind(&word)),
        kind_written: node.entry("kind").is_some(),
        request: Request { scoped: any_scope || !scopes.is_empty(), ..request(node, sink) },
        scopes,
        any_scope,
        scope_separator: text(node, "scope_separator"),
        default_scopes: texts(node, "default_scopes"),
        discouraged: text(node, "discouraged"),
        yields,
        uncertain,
        from: text(node, "from"),
        yields_written: node.entry("yields").is_some(),
        value: places(node, "value"),
        fields: entries(node, "fields").iter().map(|entry| types::parse_field(entry, sink)).collect(),
    }
}

/// The kinds that a grant yields, and those of them that an answer may lack.
fn yields(written: Vec<Text>) -> (Vec<Text>, Vec<Text>) {
    let bare = |kind: &Text| Some(Text { text: kind.text.strip_suffix('?')?.to_owned(), span: kind.span });
    let uncertain: Vec<Text> = written.iter().filter_map(bare).collect();
    (written.into_iter().map(|kind| bare(&kind).unwrap_or(kind)).collect(), uncertain)
}

/// The kind that a word names.
fn kind(word: &str) -> Option<GrantKind> {
    match word {
        "authorization_code" => Some(GrantKind::AuthorizationCode),
        "device_code" => Some(GrantKind::DeviceCode),
        "refresh_token" => Some(GrantKind::RefreshToken),
        "password" => Some(GrantKind::Password),
        "client_credentials" => Some(GrantKind::ClientCredentials),
        "token_exchange" => Some(GrantKind::TokenExchange),
        "jwt_bearer" => Some(GrantKind::JwtBearer),
        "custom" => Some(GrantKind::Custom),
        _ => None,
    }
}

/// The kind that the name of a grant implies; only these four do.
fn implied_kind(name: &str) -> Option<GrantKind> {
    match name {
        "exchange_code" => Some(GrantKind::AuthorizationCode),
        "exchange_device_code" => Some(GrantKind::DeviceCode),
        "refresh" => Some(GrantKind::RefreshToken),
        "client_credentials" => Some(GrantKind::ClientCredentials),
        _ => None,
    }
}

/// Reads a call.
pub(super) fn call(entry: &Entry, sink: &mut Sink) -> Call {
    let node = &entry.value;
    Call {
        name: entry.key.clone(),
        request: request(node, sink),
        token: text(node, "token"),
        returns: node.get("returns").and_then(|returns| types::parse(returns, sink)),
    }
}

/// Reads what grants, calls and the authorization request have in common.
pub(super) fn request(node: &Node, sink: &mut Sink) -> Request {
    let undocumented = text(node, "undocumented").map(|text| match text.text.as_str() {
        "true" => Text { text: "The vendor's page doesn't describe it.".to_owned(), ..text },
        _ => text,
    });
    Request {
        targets: targets(node, sink),
        client: client(node, sink),
        params_in: params_in(node),
        encoding: encoding(node, sink),
        body: body(node, sink),
        content_type: text(node, "content_type"),
        answers: answers(node),
        succeeds: node.entry("succeeds").map(|_| checks(node)),
        success_status: success_status(node),
        omit: texts(node, "omit"),
        rename: entries(node, "rename").iter().filter_map(|e| Some((e.key.clone(), e.value.text()?))).collect(),
        send: templates(node, "send", sink),
        headers: templates(node, "headers", sink),
        inputs: entries(node, "inputs").iter().map(|entry| input(entry, sink)).collect(),
        scoped: false,
        failures: entries(node, "errors").iter().map(failure).collect(),
        sample: node.get("sample").cloned(),
        about: text(node, "about"),
        undocumented,
    }
}

/// What a success must say: `field: text`, `field: [text, text]` or `field: absent`.
pub(super) fn checks(node: &Node) -> Vec<Check> {
    let check = |entry: &Entry| {
        let texts = |list: &Node| list.items().iter().filter_map(Node::text).collect();
        let one = entry.value.text();
        let absent = one.as_ref().is_some_and(|text| text.text == "absent");
        let texts = one.filter(|_| !absent).map_or_else(|| texts(&entry.value), |text| vec![text]);
        Check { at: entry.key.clone(), texts, absent: absent || entry.value.is_broken() }
    };
    entries(node, "succeeds").iter().map(check).collect()
}

/// The only statuses of success.
pub(super) fn success_status(node: &Node) -> Option<Statuses> {
    let entry = node.entry("success_status")?;
    let number = |text: Text| Some(Placed { value: text.text.parse::<u32>().ok()?, span: text.span });
    let list: Vec<_> = one_or_more(node, "success_status").into_iter().filter_map(number).collect();
    let broken = entry.value.is_broken() || entry.value.items().iter().any(Node::is_broken);
    Some(Statuses { span: entry.key.span, list, broken })
}

/// `name: template`.
pub(super) fn templates(node: &Node, key: &str, sink: &mut Sink) -> Vec<(Text, template::Template)> {
    let read = |entry: &Entry| Some((entry.key.clone(), template::parse(&entry.value, sink)?));
    entries(node, key).iter().filter_map(read).collect()
}

fn targets(node: &Node, sink: &mut Sink) -> Vec<Target> {
    let methods = [
        ("get", Method::Get),
        ("post", Method::Post),
        ("put", Method::Put),
        ("patch", Method::Patch),
        ("delete", Method::Delete),
    ];
    let mut targets = Vec::new();
    for (key, method) in methods {
        if let Some(entry) = node.entry(key) {
            targets.push(Target { method, key: entry.key.span, url: template::parse(&entry.value, sink) });
        }
    }
    targets
}

/// Reads an input in short or long form.
pub(super) fn input(entry: &Entry, sink: &mut Sink) -> Input {
    let node = &entry.value;
    let long = node.entry("is").is_some();
    let ty = if long { node.get("is") } else { Some(node) };
    let place = node.get("in").filter(|_| long).and_then(|place| {
        let value = match place.text()?.text.as_str() {
            "path" => InputPlace::Path,
            "query" => InputPlace::Query,
            "header" => InputPlace::Header,
            "body" => InputPlace::Body,
            _ => return None,
        };
        Some(Placed { value, span: place.span })
    });
    let of_long = |key| text(node, key).filter(|_| long);
    Input {
        name: entry.key.clone(),
        ty: ty.filter(|node| !matches!(node.kind, Kind::Broken)).and_then(|ty| types::parse(ty, sink)),
        about: of_long("about"),
        place,
        wire: of_long("wire"),
        sample: node.get("sample").filter(|_| long).cloned(),
    }
}

fn failure(entry: &Entry) -> Failure {
    let node = &entry.value;
    let status = text(node, "status")
        .and_then(|status| Some(Placed { value: status.text.parse::<u32>().ok()?, span: status.span }));
    let broken = ["status", "code"].iter().any(|key| node.entry(key).is_some_and(|entry| entry.value.is_broken()));
    Failure {
        name: entry.key.clone(),
        about: text(node, "about"),
        status,
        code: text(node, "code"),
        means: match word(node, "means").as_deref() {
            Some("terminal") => Some(Meaning::Terminal),
            Some("transient") => Some(Meaning::Transient),
            Some("config") => Some(Meaning::Config),
            _ => None,
        },
        broken: broken || node.is_broken(),
    }
}
