//! What a vendor remembers of a connection besides its tokens, and makes up for it.

use std::collections::BTreeMap;

use authsmith_codegen::model::{Alternative, Format, Kept, Part, Provider, Template, Variable};
use serde_json::Value;

use crate::decode::{Decoded, Mistake, Values, Wrong};
use crate::fit::Pending;
use crate::known::{Known, Outcome};
use crate::options::Settings;
use crate::routes::Operation;
use crate::store::Family;
use crate::tokens;
use crate::xml::plain;

/// What is known of a connection, by the names of variables.
pub(crate) type Connection = BTreeMap<String, Value>;

/// Whether the variable is the same for a connection as long as it lasts.
pub(crate) fn lasts(provider: &Provider, name: &str) -> bool {
    let name = name.strip_suffix(PATH).unwrap_or(name);
    provider.connection_settings().any(|setting| setting.name.wire == name)
        || provider.kept().iter().any(|kept| kept.name.wire == name)
}

/// Behind the name of a variable that is a URL: the path of it.
const PATH: &str = " path";

/// What is wrong with a request, given its connection. What it says of the connection for the first time is added to
/// its values.
pub(crate) fn check(
    provider: &Provider,
    settings: &Settings,
    operation: &Operation,
    decoded: &mut Decoded,
    connection: &Connection,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (name, value) in connection {
        let sent = decoded.values.entry(name.clone()).or_insert_with(|| value.clone());
        if sent != value {
            mistakes.push(wrong(Wrong::Request, format!("`{name}` is not that of the connection")));
        }
    }
    for pending in std::mem::take(&mut decoded.pending) {
        let known = Known {
            provider,
            settings,
            inputs: &operation.request().inputs,
            values: &decoded.values,
            stages: &decoded.stages,
        };
        match one(&known, &pending) {
            Ok(None) => {}
            Ok(Some((name, value))) => drop(decoded.values.insert(name, value)),
            Err(()) => {
                let due = Template { parts: vec![Part::Alternatives(pending.list.clone())] };
                mistakes.push(wrong(pending.kind, format!("{} must be `{due}`", pending.place)));
            }
        }
    }
    for (lacking, template) in std::mem::take(&mut decoded.left_out) {
        let known = Known {
            provider,
            settings,
            inputs: &operation.request().inputs,
            values: &decoded.values,
            stages: &decoded.stages,
        };
        if is_settled(&template, connection) && matches!(known.template(&template), Outcome::Is(_)) {
            mistakes.push(wrong(Wrong::Request, lacking));
        }
    }
    mistakes
}

/// Whether the connection has a value for everything in a template, so that nothing excuses leaving it out.
fn is_settled(template: &Template, connection: &Connection) -> bool {
    let mut variables = template.variables().peekable();
    variables.peek().is_some() && variables.all(|variable| connection.contains_key(variable.name()))
}

fn wrong(kind: Wrong, text: String) -> Mistake {
    Mistake { kind, text }
}

/// Checks one placeholder; what it tells of a variable that nobody knew is given back.
fn one(known: &Known<'_>, pending: &Pending) -> Result<Option<(String, Value)>, ()> {
    for alternative in &pending.list {
        let path_of = |name: &str| format!("{name}{PATH}");
        match known.alternative(alternative) {
            Outcome::Is(bytes) => {
                let is_due = match &pending.start {
                    Some(start) => {
                        let (host, path) = host_and_path(&bytes);
                        path == pending.text && start.host.as_ref().is_none_or(|given| *given == host)
                    }
                    None => bytes == pending.text.as_bytes() || is_same_json(alternative, &bytes, &pending.text),
                };
                return if is_due { Ok(None) } else { Err(()) };
            }
            Outcome::Nothing => {}
            Outcome::Unknown if !alternative.functions.is_empty() => return Ok(None),
            Outcome::Unknown => {
                let name = alternative.variable.name();
                let name = if pending.start.is_some() { path_of(name) } else { name.to_owned() };
                return match known.values.get(&name) {
                    Some(before) if plain(before) != pending.text => Err(()),
                    _ => Ok(Some((name, Value::from(pending.text.as_str())))),
                };
            }
        }
    }
    // Nothing that the sandbox knows of has a value, so the client should have sent none.
    Err(())
}

/// Whether two JSON strings say the same: a sign has more than one spelling (RFC 8259, section 8.3).
fn is_same_json(alternative: &Alternative, due: &[u8], given: &str) -> bool {
    let read = |text: &[u8]| serde_json::from_slice::<String>(text).ok();
    alternative.functions.last().is_some_and(|function| function.name == "json")
        && read(due).is_some_and(|due| Some(due) == read(given.as_bytes()))
}

/// The host of a URL with its port, and the path without the slashes around it.
fn host_and_path(url: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(url);
    let behind = text.split_once("://").map_or("", |(_, behind)| behind);
    let (host, path) = behind.split_once('/').unwrap_or((behind, ""));
    (host.to_owned(), path.trim_matches('/').to_owned())
}

/// What the vendor gives for a connection: one of the values that the spec lists, or its example, else made up.
pub(crate) fn given(provider: &Provider, kept: &Kept, family: Family) -> String {
    let turn = usize::try_from(family.number()).unwrap_or_default() % kept.allowed.len().max(1);
    let example = kept.sample.as_ref().or(kept.default.as_ref().filter(|_| kept.pattern.is_some()));
    let word = || format!("sample-{}", family.number());
    match (kept.allowed.get(turn).or(example), kept.format) {
        (Some(value), _) => value.clone(),
        (None, Some(Format::Url)) => format!("https://{}.example", word()),
        (None, Some(Format::Hostname)) => format!("{}.example", word()),
        (None, Some(Format::Uuid)) => format!("00000000-0000-4000-8000-{:012x}", family.number()),
        (None, Some(Format::Email)) => format!("{}@example.com", word()),
        (None, _) => made_up(provider, &kept.name.wire, family),
    }
}

/// A value for something that the vendor gives for a connection: the same for one connection, another for another, and
/// such that every function which a template of the spec lets it go through has a value.
fn made_up(provider: &Provider, name: &str, family: Family) -> String {
    let uses = uses(provider, name);
    let functions = || uses.iter().flat_map(|alternative| &alternative.functions);
    let word = format!(
        "sample-{}-{}",
        name.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"),
        family.number()
    );
    let claims: Vec<&str> = functions().filter(|f| f.name == "claim").filter_map(|f| f.argument.as_deref()).collect();
    if !claims.is_empty() {
        return tokens::jwt(&claims, None).unwrap_or(word);
    }
    let marks = functions().filter(|f| f.name.starts_with("before") || f.name.starts_with("after"));
    let marked =
        marks.filter_map(|f| f.argument.as_deref()).fold(String::new(), |text, mark| format!("{text}{mark}{word}"));
    let is_url = is_head(provider, name) || functions().any(|f| f.name == "host");
    match (is_url, marked.as_str()) {
        (true, "") => format!("https://{word}.example"),
        (true, marked) => format!("https://{word}{marked}.example"),
        (false, marked) => format!("{word}{marked}"),
    }
}

/// Whether a URL of the spec begins with the variable.
fn is_head(provider: &Provider, name: &str) -> bool {
    let calls = provider.calls.iter().map(|call| &call.request);
    let grants = provider.grants.iter().map(|grant| &grant.request);
    let urls = calls.chain(grants).chain(&provider.revoke).map(|request| &request.url).chain(&provider.api);
    let head = |template: &Template| first(template, provider).is_some_and(|variable| variable.name() == name);
    urls.into_iter().any(head)
}

fn first(template: &Template, provider: &Provider) -> Option<Variable> {
    let variable = match template.parts.first()? {
        Part::Text(_) => return None,
        part => part.variables().next()?,
    };
    match variable {
        Variable::Value(name) => {
            let value = provider.values.iter().find(|value| value.name.wire == *name)?;
            first(&value.value, provider)
        }
        other => Some(other.clone()),
    }
}

/// Every place in the spec where functions work on the variable.
pub(crate) fn uses(provider: &Provider, name: &str) -> Vec<Alternative> {
    let authorize = provider.authorize.iter().map(|authorize| &authorize.request);
    let grants = provider.grants.iter().map(|grant| &grant.request);
    let calls = provider.calls.iter().map(|call| &call.request);
    let device = provider.device.iter().map(|device| &device.request);
    let requests = authorize.chain(device).chain(grants).chain(calls).chain(&provider.revoke);
    let templates = requests.flat_map(|request| {
        let params = request.params.iter().chain(&request.credentials).map(|param| &param.value);
        let body = request.body.iter().flat_map(|body| match body {
            authsmith_codegen::model::Body::Json(node) => node.templates(),
            authsmith_codegen::model::Body::Text(text) => vec![text],
        });
        let signed = request.assertion.iter().flat_map(|assertion| assertion.templates());
        std::iter::once(&request.url).chain(params).chain(body).chain(&request.basic).chain(signed).collect::<Vec<_>>()
    });
    let values = provider.values.iter().map(|value| &value.value);
    let parts = templates.chain(values).chain(&provider.api).flat_map(|template| &template.parts);
    let lists = parts.filter_map(|part| match part {
        Part::Alternatives(list) => Some(list),
        _ => None,
    });
    lists.flatten().filter(|one| one.variable.name() == name && !one.functions.is_empty()).cloned().collect()
}

/// The part of a request's values that is remembered.
pub(crate) fn lasting(provider: &Provider, values: &Values) -> Connection {
    values.iter().filter(|(name, _)| lasts(provider, name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
