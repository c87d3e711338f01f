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
    is_of_this_version(&root, sink).then_some(())?;
    let is_abstract = inherit::is_abstract(&root);
    let bases;
    (root, bases) = inherit::merge_bases(root, source, all, sink)?;
    is_of_this_version(&root, sink).then_some(())?;
    let start = root.entries().first().map_or(root.span, |entry| entry.key.span);
    if is_abstract {
        shape::check_fragment(&mut root, &grammar::SPEC, start, sink);
        return None;
    }
    shape::check_section(&mut root, &grammar::SPEC, start, sink);
    Some((decode::spec(&root, sink), bases))
}

/// Whether the spec is written in the version of the language that this generator reads. Of another version nothing else is
/// said: it would be said by the rules of the wrong language.
fn is_of_this_version(root: &Node, sink: &mut Sink) -> bool {
    let Some(version) = root.get("spec").and_then(Node::text).filter(|version| version.text != "1") else {
        return true;
    };
    // What is no number at all is told by the rule for numbers.
    let Ok(number) = version.text.parse::<u64>() else { return true };
    let (title, label, hint) = match number > 1 {
        true => (
            format!(
                "the spec is written in version {} of the language, and this generator reads version 1",
                version.text
            ),
            "newer than this generator",
            "update the generator: `cargo install cargo-authsmith`, or `cargo update` where a crate builds the client",
        ),
        false => (format!("there is no version `{}` of the language", version.text), "expected 1", "write `spec: 1`"),
    };
    sink.push(Diagnostic::new(&codes::VERSION, version.span, title).label(label).hint(hint));
    false
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
