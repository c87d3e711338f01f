//! Bodies that are written out, and places in answers.

use serde_json::{Number, Value};

use super::{entries, format, text, texts};
use crate::diagnostics::Sink;
use crate::parse::node::{Entry, Kind, Node, Text};
use crate::parse::spec::{At, Body, BodyExpr, Kept, Of};
use crate::parse::template;

/// Reads `body`; nothing when a template of it is malformed.
pub(super) fn body(node: &Node, sink: &mut Sink) -> Option<Body> {
    let entry = node.entry("body")?;
    Some(Body { root: expr(&entry.value, sink)?, span: entry.key.span })
}

/// A plain scalar is what JSON makes of it, if that isn't text; any other scalar is a template.
fn expr(node: &Node, sink: &mut Sink) -> Option<BodyExpr> {
    match &node.kind {
        Kind::Scalar(scalar) => match constant(&scalar.text).filter(|_| scalar.plain) {
            Some(value) => Some(BodyExpr::Constant(value)),
            None => template::parse(node, sink).map(BodyExpr::Template),
        },
        Kind::Sequence(items) => items.iter().map(|item| expr(item, sink)).collect::<Option<_>>().map(BodyExpr::List),
        Kind::Mapping(entries) => {
            let member = |entry: &Entry, sink: &mut Sink| Some((entry.key.clone(), expr(&entry.value, sink)?));
            entries.iter().map(|entry| member(entry, sink)).collect::<Option<_>>().map(BodyExpr::Object)
        }
        Kind::Broken => None,
    }
}

fn constant(text: &str) -> Option<Value> {
    match text {
        "" | "null" | "~" => Some(Value::Null),
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => text.parse::<Number>().ok().map(Value::Number),
    }
}

/// Reads one place, or a list of places.
pub(super) fn places(node: &Node, key: &str) -> Vec<At> {
    match node.get(key).map(|node| (node, &node.kind)) {
        Some((_, Kind::Sequence(items))) => items.iter().filter_map(place).collect(),
        Some((one, _)) => place(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn place(node: &Node) -> Option<At> {
    if let Some(text) = node.text() {
        return Some(At { text, of: Of::Body });
    }
    if !node.is_mapping() {
        return None;
    }
    match (text(node, "header"), text(node, "cookie")) {
        (Some(text), None) => Some(At { text, of: Of::Header }),
        (None, Some(text)) => Some(At { text, of: Of::Cookie }),
        (Some(text), Some(_)) => Some(At { text, of: Of::Unclear }),
        (None, None) => None,
    }
}

/// Reads `keep`: a list of names, or `name: place`.
pub(super) fn keep(node: &Node) -> Vec<Kept> {
    let Some(list) = node.get("keep") else { return Vec::new() };
    let same = list.items().iter().filter_map(Node::text);
    let same = same.map(|name| unruled(name.clone(), At { text: name, of: Of::Body }));
    same.chain(entries(node, "keep").iter().filter_map(kept)).collect()
}

fn kept(entry: &Entry) -> Option<Kept> {
    let (name, node) = (entry.key.clone(), &entry.value);
    let Some(field) = text(node, "field") else { return Some(unruled(name, place(node)?)) };
    Some(Kept {
        default: text(node, "default"),
        allowed: texts(node, "enum"),
        format: format(node),
        pattern: text(node, "pattern"),
        sample: text(node, "sample"),
        ..unruled(name, At { text: field, of: Of::Body })
    })
}

/// A value of which nothing more is said.
fn unruled(name: Text, from: At) -> Kept {
    Kept { name, from, default: None, allowed: Vec::new(), format: None, pattern: None, sample: None }
}
