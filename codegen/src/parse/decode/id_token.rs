//! ID tokens.

use super::{entries, one_or_more, word};
use crate::diagnostics::Sink;
use crate::model::JwsAlgorithm;
use crate::parse::node::{Entry, Node};
use crate::parse::spec::IdToken;
use crate::parse::template::{self, Template};
use crate::parse::types;

/// Reads `id_token`.
pub(super) fn id_token(entry: &Entry, sink: &mut Sink) -> IdToken {
    let node = &entry.value;
    let words = node.get("algorithms").map(Node::items).unwrap_or_default();
    IdToken {
        span: entry.key.span,
        issuers: templates(node, "issuer", sink),
        issuers_at: node.entry("issuer").map(|entry| entry.key.span),
        jwks: node.get("jwks").and_then(|url| template::parse(url, sink)),
        algorithms: words.iter().filter_map(|node| JwsAlgorithm::of(&node.text()?.text)).collect(),
        algorithms_at: node.entry("algorithms").map(|entry| entry.key.span),
        value: one_or_more(node, "value"),
        optional: word(node, "optional").as_deref() == Some("true"),
        audiences: templates(node, "audiences", sink),
        claims: entries(node, "claims").iter().map(|entry| types::parse_field(entry, sink)).collect(),
    }
}

/// A template, or a list of templates.
fn templates(node: &Node, key: &str, sink: &mut Sink) -> Vec<Template> {
    let Some(value) = node.get(key) else { return Vec::new() };
    let all = if value.text().is_some() { std::slice::from_ref(value) } else { value.items() };
    all.iter().filter_map(|one| template::parse(one, sink)).collect()
}
