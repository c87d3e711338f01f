//! YAML to spec tree; every node knows its place in the file.

pub(crate) mod characters;
mod decode;
pub mod grammar;
pub(crate) mod node;
mod shape;
pub(crate) mod spec;
pub(crate) mod template;
pub(crate) mod types;
pub(crate) mod yaml;

use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink};
use node::{Kind, Node};
use spec::Spec;

pub use yaml::{MAX_BYTES, MAX_DEPTH, MAX_NODES};

/// Reads a file. Nothing is given when it isn't YAML or not a mapping; otherwise what could be read.
pub(crate) fn parse(text: &str, sink: &mut Sink) -> Option<Spec> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    characters::check_file(text, sink);
    let root = yaml::read(text, sink);
    if root.is_none() && sink.has_errors() {
        return None;
    }
    let mut root = root.unwrap_or(Node { kind: Kind::Broken, span: yaml::first_character() });
    if !matches!(root.kind, Kind::Mapping(_)) || root.entries().is_empty() {
        let title = "the file has no keys; a spec is a mapping with at least `provider`";
        sink.push(
            Diagnostic::new(&codes::NOT_A_SPEC, root.span, title).hint("start with `provider: <name of the vendor>`"),
        );
        return None;
    }
    let start = root.entries().first().map_or(root.span, |entry| entry.key.span);
    shape::check_section(&mut root, &grammar::SPEC, start, sink);
    Some(decode::spec(&root, sink))
}
