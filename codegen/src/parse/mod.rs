//! YAML to spec tree; every node knows its place in the file, and in which.

pub(crate) mod characters;
mod decode;
mod device;
pub(crate) mod functions;
pub mod grammar;
mod inherit;
pub(crate) mod node;
mod shape;
pub(crate) mod spec;
mod syntax;
pub(crate) mod template;
pub(crate) mod types;
pub(crate) mod yaml;

use crate::SourceFile;
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink};
use node::{Kind, Node};
use spec::Spec;

pub(crate) use inherit::base_name;
pub use yaml::{MAX_BYTES, MAX_DEPTH, MAX_NODES};

/// Reads a file and what it extends; with the text of every base. Nothing is given when it isn't YAML or not a mapping, or
/// serves others only; otherwise what could be read.
pub(crate) fn parse(source: &SourceFile, all: &[&SourceFile], sink: &mut Sink) -> Option<(Spec, Vec<String>)> {
    let mut root = read(&source.text, 0, sink)?;
    let is_abstract = inherit::is_abstract(&root);
    let bases;
    (root, bases) = inherit::merge_bases(root, source, all, sink)?;
    let start = root.entries().first().map_or(root.span, |entry| entry.key.span);
    if is_abstract {
        shape::check_fragment(&mut root, &grammar::SPEC, start, sink);
        return None;
    }
    shape::check_section(&mut root, &grammar::SPEC, start, sink);
    Some((decode::spec(&root, sink), bases))
}

/// A YAML file as the language reads it, strictly and with every scalar as text. None when it isn't a mapping that can be
/// read.
pub fn data(text: &str) -> Option<serde_json::Value> {
    fn value(node: &Node) -> serde_json::Value {
        match &node.kind {
            Kind::Scalar(scalar) => scalar.text.clone().into(),
            Kind::Sequence(items) => items.iter().map(value).collect(),
            Kind::Mapping(entries) => {
                entries.iter().map(|entry| (entry.key.text.clone(), value(&entry.value))).collect()
            }
            Kind::Broken => serde_json::Value::Null,
        }
    }
    let mut sink = Sink::new("");
    let root = read(text, 0, &mut sink)?;
    (!sink.has_errors()).then(|| value(&root))
}

/// The mapping of one file.
pub(crate) fn read(text: &str, file: u16, sink: &mut Sink) -> Option<Node> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    characters::check_file(text, file, sink);
    let root = yaml::read(text, file, sink);
    if root.is_none() && sink.has_errors() {
        return None;
    }
    let root = root.unwrap_or(Node { kind: Kind::Broken, span: yaml::first_character(file) });
    if !matches!(root.kind, Kind::Mapping(_)) || root.entries().is_empty() {
        let title = "the file has no keys; a spec is a mapping with at least `provider`";
        sink.push(
            Diagnostic::new(&codes::NOT_A_SPEC, root.span, title).hint("start with `provider: <name of the vendor>`"),
        );
        return None;
    }
    Some(root)
}
