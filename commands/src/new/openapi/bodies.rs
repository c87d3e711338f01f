//! Bodies of requests and answers.

use serde_json::Value;

use super::Document;
use super::calls::Inputs;
use super::schemas::Types;
use crate::new::document::{prose, text};
use crate::new::sketch::{FILL, SURE};
use crate::new::yaml::{Map, Node};

/// What a media type is to the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Media {
    Json,
    Form,
    Multipart,
    Text,
    Other,
}

fn media(name: &str) -> Media {
    let name = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "application/x-www-form-urlencoded" => Media::Form,
        "multipart/form-data" => Media::Multipart,
        "application/json" | "*/*" | "application/*" | "text/json" => Media::Json,
        name if name.ends_with("+json") => Media::Json,
        "application/xml" => Media::Text,
        name if name.starts_with("text/") || name.ends_with("+xml") => Media::Text,
        _ => Media::Other,
    }
}

/// The best of several media types, with its name and schema.
fn best<'a>(document: Document<'a>, holder: &'a Value) -> Option<(Media, &'a str, Option<&'a Value>)> {
    let holder = document.resolve(holder)?;
    let content = holder.get("content")?.as_object()?;
    let kinds = content.iter().map(|(name, value)| (media(name), name.as_str(), value.get("schema")));
    kinds.min_by_key(|(media, _, schema)| (*media, schema.is_none()))
}

/// Adds the body of a request to the inputs, and what else the call says of it.
pub fn request<'a>(
    document: Document<'a>,
    body: &'a Value,
    hint: &str,
    (types, inputs): (&mut Types<'a>, &mut Inputs),
    call: &mut Map,
) {
    let Some((media, name, schema)) = best(document, body) else { return };
    match media {
        Media::Json => json(document, schema, hint, (types, inputs), call),
        Media::Form | Media::Multipart => {
            let multipart = media == Media::Multipart;
            call.set("encoding", if multipart { "multipart" } else { "form" });
            let Some(schema) = schema.and_then(|schema| document.resolve(schema)) else { return };
            let members = types.members(schema);
            for (wire, schema) in members.list {
                let optional = !members.required.contains(wire);
                let file = multipart && is_file(document, schema);
                let (kind, mark) = match file {
                    true => ("file".to_owned(), None),
                    false => scalar(document, schema, types, &format!("{hint} {wire}")),
                };
                inputs.add(wire, None, &kind, optional, (about(document, schema), mark));
            }
        }
        Media::Text => {
            let name: String = name.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
            call.set("encoding", "text");
            if !name.contains('*') && !name.eq_ignore_ascii_case("text/plain") {
                call.set("content_type", name);
            }
            let input = inputs.add("body", None, "string", false, (None, None));
            call.set("body", format!("<{input} | raw>"));
        }
        Media::Other => {
            call.set("send", Map::default());
            call.note(
                "send",
                format!("{FILL} the body; the document says {}, which the language doesn't know", short(name)),
            );
        }
    }
}

fn short(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(60).collect()
}

/// A JSON object is an input for each member, anything else one input.
fn json<'a>(
    document: Document<'a>,
    schema: Option<&'a Value>,
    hint: &str,
    (types, inputs): (&mut Types<'a>, &mut Inputs),
    call: &mut Map,
) {
    let schema = schema.and_then(|schema| document.resolve(schema));
    let members = schema.map(|schema| types.members(schema));
    let open = |schema: &Value| {
        ["oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some()) || schema.get("type") == Some(&"array".into())
    };
    match (schema, members) {
        (Some(schema), Some(members)) if !members.list.is_empty() && !open(schema) => {
            for (wire, schema) in members.list {
                let target = document.resolve(schema).unwrap_or(schema);
                if target.get("readOnly") == Some(&Value::Bool(true)) {
                    continue;
                }
                let optional = !members.required.contains(wire);
                if text(target, "format") == Some("password") {
                    inputs.add(wire, None, "secret", optional, (about(document, schema), None));
                    continue;
                }
                let made = types.made(schema, &format!("{hint} {wire}"), 0);
                let (node, mark) = made.node(optional);
                inputs.node(wire, None, node, (about(document, schema), mark));
            }
        }
        (schema, _) => {
            let (node, mark) = match schema {
                Some(schema) => types.made(schema, &format!("{hint} body"), 0).node(false),
                None => ("json".into(), Some(format!("{FILL} the type; the document says none"))),
            };
            let input = inputs.node("body", None, node, (None, mark));
            call.set("body", format!("<{input}>"));
        }
    }
}

fn is_file(document: Document<'_>, schema: &Value) -> bool {
    let is =
        |schema: &Value| matches!(text(schema, "format"), Some("binary")) || text(schema, "contentMediaType").is_some();
    // A part of 3.1 without a type is bytes, too.
    document
        .resolve(schema)
        .is_some_and(|schema| is(schema) || schema.as_object().is_some_and(serde_json::Map::is_empty))
}

/// What a member is, for people.
pub fn about(document: Document<'_>, schema: &Value) -> Option<String> {
    let own = text(schema, "description").and_then(prose);
    own.or_else(|| text(document.resolve(schema)?, "description").and_then(prose))
}

/// The type of a value outside of JSON; what has parts is text.
pub fn scalar<'a>(
    document: Document<'a>,
    schema: &'a Value,
    types: &mut Types<'a>,
    hint: &str,
) -> (String, Option<String>) {
    let parts =
        |what: &str| ("string".to_owned(), Some(format!("{SURE} how {what} is written; the app gives its text")));
    let Some(target) = document.resolve(schema) else { return parts("the value") };
    if text(target, "format") == Some("password") {
        return ("secret".to_owned(), None);
    }
    match types.made(schema, hint, 0).node(false) {
        (Node::Text(word), _) => match word.trim_end_matches('?') {
            "json" => parts("the value"),
            word if word.starts_with('[') => parts("the list"),
            word if types.is_object(word) => parts("the object"),
            word => (word.to_owned(), None),
        },
        (Node::List(_), _) => parts("the list"),
        _ => parts("the object"),
    }
}

/// The type of the answer, with a mark; none where it has no body.
pub fn answer<'a>(
    document: Document<'a>,
    operation: &'a Value,
    hint: &str,
    types: &mut Types<'a>,
) -> Option<(Node, Option<String>)> {
    let responses = operation.get("responses")?.as_object()?;
    let mut successes: Vec<(&str, &Value)> = responses
        .iter()
        .filter(|(status, _)| status.len() == 3 && status.starts_with('2'))
        .map(|(status, response)| (status.as_str(), response))
        .collect();
    successes.sort_by_key(|(status, _)| *status);
    let default = responses.get("default").map(|response| ("default", response)).filter(|_| successes.is_empty());
    let (media, _, schema) = successes.into_iter().chain(default).find_map(|(_, response)| best(document, response))?;
    Some(match (media, schema) {
        (Media::Json, Some(schema)) => {
            let made = types.made(schema, hint, 0);
            let (node, mark) = super::schemas::Made { nullable: false, ..made }.node(false);
            (node, mark)
        }
        (Media::Json, None) => ("json".into(), Some(format!("{FILL} the type; the document says none"))),
        (Media::Text, _) => ("text".into(), None),
        (Media::Form | Media::Multipart | Media::Other, _) => ("bytes".into(), None),
    })
}
