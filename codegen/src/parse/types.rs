//! Type expressions: words with `?`, `[T]`, `{ <date>: T }`, and objects written in place.

use super::node::{Entry, Kind, Node, Text};
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink, Span};

/// The words that are types by themselves.
pub(crate) const WORDS: &[&str] = &[
    "string",
    "secret",
    "integer",
    "number",
    "boolean",
    "json",
    "date",
    "timestamp",
    "epoch",
    "epoch_ms",
    "yyyymmdd",
    "text",
    "bytes",
    "file",
    "nothing",
];

/// A type as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TypeExpr {
    pub shape: TypeShape,
    pub optional: bool,
    pub span: Span,
}

/// What a type consists of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TypeShape {
    /// One of [`WORDS`], or the name of a type or enum.
    Word(Text),
    List(Box<TypeExpr>),
    /// `by_date` tells whether the keys are dates or any text.
    Map {
        by_date: bool,
        value: Box<TypeExpr>,
    },
    Object(Vec<FieldExpr>),
}

/// A field as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldExpr {
    pub name: Text,
    pub ty: Option<TypeExpr>,
    pub about: Option<Text>,
}

/// Reads a type.
pub(crate) fn parse(node: &Node, sink: &mut Sink) -> Option<TypeExpr> {
    match &node.kind {
        Kind::Scalar(scalar) => parse_text(node, &scalar.text, sink),
        Kind::Sequence(items) => match items.as_slice() {
            [item] => {
                let shape = TypeShape::List(Box::new(parse(item, sink)?));
                Some(TypeExpr { shape, optional: false, span: node.span })
            }
            _ => {
                let title = format!("a list type names one type, not {}", items.len());
                let finding = Diagnostic::new(&codes::TYPE_SYNTAX, node.span, title).label("expected `[T]`");
                sink.push(finding.hint("a list whose items differ is `[json]`"));
                None
            }
        },
        Kind::Mapping(entries) => parse_mapping(node, entries, sink),
        Kind::Broken => None,
    }
}

fn parse_mapping(node: &Node, entries: &[Entry], sink: &mut Sink) -> Option<TypeExpr> {
    let keyed = entries.iter().find(|entry| entry.key.text.starts_with('<'));
    let shape = match (keyed, entries) {
        (Some(entry), [_]) => {
            let by_date = entry.key.text == "<date>";
            if !entry.key.text.ends_with('>') {
                let title = format!("the key `{}` isn't closed", entry.key.text);
                sink.push(
                    Diagnostic::new(&codes::TYPE_SYNTAX, entry.key.span, title).label("expected `<date>` or `<name>`"),
                );
            }
            TypeShape::Map { by_date, value: Box::new(parse(&entry.value, sink)?) }
        }
        (Some(entry), _) => {
            let finding = Diagnostic::new(&codes::TYPE_SYNTAX, entry.key.span, "a map has no other keys");
            let finding = finding.label("this key makes it a map");
            sink.push(finding.hint("a map is `{ <date>: T }` or `{ <name>: T }`; an object lists its fields"));
            return None;
        }
        (None, entries) => TypeShape::Object(entries.iter().map(|entry| parse_field(entry, sink)).collect()),
    };
    Some(TypeExpr { shape, optional: false, span: node.span })
}

/// Reads a field in short or long form.
pub(crate) fn parse_field(entry: &Entry, sink: &mut Sink) -> FieldExpr {
    let long = entry.value.entry("is").is_some();
    let (ty, about) = match long {
        true => (entry.value.get("is"), entry.value.get("about").and_then(Node::text)),
        false => (Some(&entry.value), None),
    };
    FieldExpr { name: entry.key.clone(), ty: ty.and_then(|node| parse(node, sink)), about }
}

/// Reads `word`, `word?`, `[T]`, `[T]?`.
fn parse_text(node: &Node, text: &str, sink: &mut Sink) -> Option<TypeExpr> {
    let leading = text.chars().take_while(|c| c.is_whitespace()).count();
    parse_word(node, text.trim(), leading, 0, sink)
}

fn parse_word(node: &Node, text: &str, from: usize, depth: usize, sink: &mut Sink) -> Option<TypeExpr> {
    let span = node.part(from, from + text.chars().count());
    let (inner, optional) = match text.strip_suffix('?') {
        Some(inner) => (inner.trim_end(), true),
        None => (text, false),
    };
    let listed = inner.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(item) = listed.filter(|_| depth < 8) {
        let blanks = item.chars().take_while(|c| c.is_whitespace()).count();
        let item = parse_word(node, item.trim(), from + 1 + blanks, depth + 1, sink)?;
        return Some(TypeExpr { shape: TypeShape::List(Box::new(item)), optional, span });
    }
    let is_name =
        inner.chars().all(|c| c == '_' || c.is_alphanumeric()) && inner.starts_with(|c: char| c.is_alphabetic());
    if !is_name {
        let title = format!("`{text}` is not a type");
        let finding =
            Diagnostic::new(&codes::TYPE_SYNTAX, span, title).label("expected a type such as `string` or `[Reading]?`");
        let finding = finding.maybe_hint(syntax_hint(inner));
        sink.push(match respelled(text) {
            Some(better) => finding.instead(span, text, better),
            None => finding,
        });
        return None;
    }
    let word = Text { text: inner.to_owned(), span: node.part(from, from + inner.chars().count()) };
    Some(TypeExpr { shape: TypeShape::Word(word), optional, span })
}

/// A type of another language as it is written here.
fn respelled(text: &str) -> Option<String> {
    let (inner, optional) = match text.strip_suffix('?') {
        Some(inner) => (inner.trim_end_matches('?'), "?"),
        None => (text, ""),
    };
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    let within = |before: &str| inner.strip_prefix(before)?.strip_suffix('>').filter(is_name);
    if let Some(item) = inner.strip_suffix("[]").filter(is_name) {
        return Some(format!("[{item}]{optional}"));
    }
    if let Some(item) = ["list<", "List<", "array<", "Array<", "Vec<"].into_iter().find_map(within) {
        return Some(format!("[{item}]{optional}"));
    }
    if let Some(item) = ["Option<", "Optional<", "optional<"].into_iter().find_map(within) {
        return Some(format!("{item}?"));
    }
    let sides: Vec<&str> = inner.split('|').map(str::trim).collect();
    match sides.as_slice() {
        [name, "null"] | ["null", name] if is_name(name) => Some(format!("{name}?")),
        [name] if is_name(name) && optional == "?" => Some(format!("{name}?")),
        _ => None,
    }
}

fn syntax_hint(text: &str) -> Option<String> {
    if let Some(item) = text.strip_suffix("[]") {
        return Some(format!("a list is `[{item}]`"));
    }
    if text.contains('|') {
        return Some("a set of words is declared under `enums`; a value of several types is `json`".to_owned());
    }
    if text.contains('<') {
        return Some("a map is `{ <name>: T }`".to_owned());
    }
    text.ends_with('?').then(|| "one `?` is enough".to_owned())
}

/// What a word from another language is called here.
pub(crate) fn other_language(word: &str) -> Option<&'static str> {
    let known = match word.to_lowercase().as_str() {
        "str" | "varchar" | "char" | "uuid" | "url" | "uri" | "email" => "string",
        "int" | "long" | "i64" | "i32" | "u64" | "u32" | "bigint" => "integer",
        "float" | "double" | "decimal" | "f64" | "f32" => "number",
        "bool" => "boolean",
        "any" | "object" | "map" | "dict" | "unknown" | "value" | "array" | "list" => "json",
        "datetime" | "instant" | "time" => "timestamp",
        "void" | "none" | "null" | "unit" | "empty" => "nothing",
        "password" | "token" => "secret",
        _ => return None,
    };
    Some(known)
}
