//! `extends`: a spec says only what differs from another one, its base. Files are put together as nodes, before anything
//! is decoded, so that every rule sees one spec and every finding points into the file that it is about.

use super::node::{Entry, Kind, Node, Text};
use crate::SourceFile;
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink};

/// The longest chain of bases.
const MAX_BASES: usize = 8;
/// What a base says of itself alone.
const OWN: &[&str] = &["extends", "abstract", "provider", "title"];

/// The name that a base is found by: its file's, without folder and ending.
pub(crate) fn stem(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().and_then(|file| file.split('.').next()).unwrap_or_default()
}

fn folder(path: &str) -> &str {
    path.rfind(['/', '\\']).and_then(|at| path.get(..at)).unwrap_or_default()
}

/// What a spec says under `extends`.
pub(crate) fn base_name(root: &Node) -> Option<Text> {
    root.get("extends").and_then(Node::text)
}

/// Whether a spec serves others only.
pub(super) fn is_abstract(root: &Node) -> bool {
    root.get("abstract").and_then(Node::text).is_some_and(|text| text.text == "true")
}

/// The spec with everything that its bases say and it doesn't, and their texts; nothing when one of them can't be found or
/// read.
pub(super) fn merge_bases(
    root: Node,
    source: &SourceFile,
    all: &[&SourceFile],
    sink: &mut Sink,
) -> Option<(Node, Vec<String>)> {
    let mut chain = vec![stem(&source.path).to_owned()];
    let mut wanted = base_name(&root);
    let mut merged = root;
    let mut texts = Vec::new();
    while let Some(name) = wanted {
        if chain.contains(&name.text) || chain.len() > MAX_BASES {
            let title = format!("`{}` extends itself: {} -> {}", name.text, chain.join(" -> "), name.text);
            let finding = Diagnostic::new(&codes::BASE_CYCLE, name.span, title).label("leads back");
            sink.push(finding.hint(format!("at most {MAX_BASES} specs stand in a chain, each once")));
            return None;
        }
        let beside =
            |other: &&&SourceFile| stem(&other.path) == name.text && folder(&other.path) == folder(&source.path);
        let anywhere = |other: &&&SourceFile| stem(&other.path) == name.text;
        let Some(found) = all.iter().find(beside).or_else(|| all.iter().find(anywhere)) else {
            let known: Vec<&str> =
                all.iter().map(|other| stem(&other.path)).filter(|stem| chain.iter().all(|c| c != stem)).collect();
            let title = format!("there is no spec `{}` to extend", name.text);
            let finding = Diagnostic::new(&codes::NO_BASE, name.span, title).label("not found beside this file");
            sink.push(finding.suggest((name.span, &name.text), "specs beside it", known));
            return None;
        };
        let file = sink.add_file(&found.path)?;
        let mut base = super::read(&found.text, file, sink)?;
        chain.push(name.text);
        texts.push(found.text.clone());
        wanted = base_name(&base);
        if let Kind::Mapping(entries) = &mut base.kind {
            entries.retain(|entry| !OWN.contains(&entry.key.text.as_str()));
        }
        merged = merge(base, merged, true);
    }
    Some((merged, texts))
}

/// `over` with what only `base` has. Mappings are merged key by key; `null` takes a key away; anything else replaces.
/// Of the whole spec the keys of `over` come first, of everything else those of `base`: an order on the wire stays.
fn merge(base: Node, over: Node, whole: bool) -> Node {
    let (Kind::Mapping(base_entries), Kind::Mapping(over_entries)) = (base.kind, over.kind.clone()) else {
        return over;
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest = over_entries;
    for entry in base_entries {
        match rest.iter().position(|other| other.key.text == entry.key.text) {
            Some(at) => {
                let other = rest.remove(at);
                if !other.value.is_null() {
                    entries.push(Entry { key: other.key, value: merge(entry.value, other.value, false) });
                }
            }
            None => entries.push(entry),
        }
    }
    rest.retain(|entry| !entry.value.is_null());
    if whole {
        rest.append(&mut entries);
        entries = rest;
    } else {
        entries.append(&mut rest);
    }
    Node { kind: Kind::Mapping(entries), span: over.span }
}
