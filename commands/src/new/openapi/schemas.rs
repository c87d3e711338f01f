//! Schemas as types. What the language can't say becomes `json`, and says why.

use std::collections::{HashMap, HashSet};

use authsmith_codegen::emit::reserved::TYPES;
use authsmith_codegen::model::Name;
use serde_json::Value;

use super::Document;
use crate::new::document::{prose, text};
use crate::new::names;
use crate::new::sketch::FILL;
use crate::new::yaml::{Map, Node};

/// How deep schemas are followed.
const MAX_DEPTH: usize = 40;
/// How many schemas are read.
const MAX_SCHEMAS: usize = 50_000;
/// The most words of an enum.
const MAX_WORDS: usize = 200;

/// A type of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A word of the language, or the name of a type.
    Word(String),
    /// `[T]`.
    List(Box<Kind>),
    /// `{ <key>: T }`.
    Map(Box<Kind>),
}

impl Kind {
    /// The type as it is written, or as text when lists and words are all there is in it.
    fn node(&self, optional: bool) -> Node {
        match (self, self.word()) {
            (_, Some(word)) if optional => format!("{word}?").into(),
            (Self::Word(word), _) => word.as_str().into(),
            (_, None) if optional => "json?".into(),
            (Self::List(item), _) => Node::List(vec![item.node(false)]),
            (Self::Map(value), _) => Map::default().with("<key>", value.node(false)).into(),
        }
    }

    fn word(&self) -> Option<String> {
        match self {
            Self::Word(word) => Some(word.clone()),
            Self::List(item) => item.word().map(|item| format!("[{item}]")).filter(|word| !word.starts_with("[[[[[")),
            Self::Map(_) => None,
        }
    }
}

/// The type of a schema.
#[derive(Clone, Debug)]
pub struct Made {
    /// The type.
    pub kind: Kind,
    /// Whether the value may be null.
    pub nullable: bool,
    /// What the type doesn't say.
    pub mark: Option<&'static str>,
}

impl Made {
    fn word(word: &str) -> Self {
        Self { kind: Kind::Word(word.to_owned()), nullable: false, mark: None }
    }

    fn unsaid(mark: &'static str) -> Self {
        Self { mark: Some(mark), ..Self::word("json") }
    }

    /// The type as it is written, and the mark for what it doesn't say.
    pub fn node(&self, optional: bool) -> (Node, Option<String>) {
        let optional = optional || self.nullable;
        let whole = !optional || self.kind.word().is_some();
        let mark = if whole { self.mark } else { Some("the type; it is a map that may be missing") };
        (self.kind.node(optional), mark.map(|mark| format!("{FILL} {mark}")))
    }
}

/// The types of a spec, made of the schemas that are asked for.
pub struct Types<'a> {
    document: Document<'a>,
    provider: String,
    /// By reference; none while the type is being made.
    known: HashMap<&'a str, Option<Made>>,
    taken: HashSet<String>,
    types: Map,
    enums: Map,
    schemas: usize,
}

/// The members of an object: by name, and which are required.
pub struct Members<'a> {
    /// Names and schemas.
    pub list: Vec<(&'a str, &'a Value)>,
    /// Those that are always there.
    pub required: HashSet<&'a str>,
}

impl<'a> Types<'a> {
    /// No types; `taken` are names that the generator makes up itself.
    pub fn new(document: Document<'a>, provider: &str, taken: impl Iterator<Item = String>) -> Self {
        let own = TYPES.iter().copied().chain(["Access", "Authorization", "Unnamed"]).map(str::to_owned);
        Self {
            document,
            provider: Name::new(provider).camel,
            known: HashMap::new(),
            taken: own.chain(taken).collect(),
            types: Map::block(),
            enums: Map::block(),
            schemas: 0,
        }
    }

    /// The type of a schema; `hint` names it where it has no name of its own.
    pub fn made(&mut self, schema: &'a Value, hint: &str, depth: usize) -> Made {
        self.schemas += 1;
        if depth > MAX_DEPTH || self.schemas > MAX_SCHEMAS {
            return Made::unsaid("the type; the document nests too deep to be followed");
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.referenced(reference, depth);
        }
        let kinds = kinds(schema);
        let null = |schema: &Value| self::kinds(schema) == ["null"];
        let nullable = schema.get("nullable") == Some(&Value::Bool(true)) || kinds.contains(&"null");
        let made = self.unmarked(schema, &kinds, hint, depth, null);
        Made { nullable: nullable || made.nullable, ..made }
    }

    fn unmarked(
        &mut self,
        schema: &'a Value,
        kinds: &[&str],
        hint: &str,
        depth: usize,
        null: fn(&Value) -> bool,
    ) -> Made {
        let list = |key: &str| schema.get(key).and_then(Value::as_array).filter(|list| !list.is_empty());
        if let Some(variants) = list("oneOf").or_else(|| list("anyOf")) {
            let mut some = variants.iter().filter(|variant| !null(variant));
            return match (some.next(), some.next()) {
                (Some(one), None) => {
                    let made = self.made(one, hint, depth + 1);
                    Made { nullable: made.nullable || variants.len() > 1, ..made }
                }
                _ => Made::unsaid("the type; the document says one of several"),
            };
        }
        if let Some(parts) = list("allOf") {
            if let ([part], None) = (parts.as_slice(), schema.get("properties")) {
                return self.made(part, hint, depth + 1);
            }
            return self.object(schema, hint, depth);
        }
        let kinds: Vec<&str> = kinds.iter().copied().filter(|kind| *kind != "null").collect();
        match kinds.as_slice() {
            [] if schema.get("properties").is_some() => self.object(schema, hint, depth),
            [] if schema.get("items").is_some() => self.list(schema, hint, depth),
            [] | ["string"] if schema.get("enum").is_some() => self.words(schema, hint),
            [] if schema.get("const").is_some_and(Value::is_string) => Made::word("string"),
            [] => Made::unsaid("the type; the document says none"),
            ["object"] => self.object(schema, hint, depth),
            ["array"] => self.list(schema, hint, depth),
            ["string"] => Made::word(match text(schema, "format") {
                Some("date") => "date",
                Some("date-time") => "timestamp",
                _ => "string",
            }),
            [word @ ("integer" | "number" | "boolean")] => Made::word(word),
            [_] => Made::unsaid("the type; the document's is none of JSON's"),
            _ => Made::unsaid("the type; the document says one of several"),
        }
    }

    fn referenced(&mut self, reference: &'a str, depth: usize) -> Made {
        match self.known.get(reference) {
            Some(Some(made)) => return made.clone(),
            Some(None) => return Made::unsaid("the type; it contains itself, which no type here can"),
            None => {}
        }
        let Some(target) = self.document.target(reference) else {
            return Made::unsaid("the type; the document refers to another, or to nothing");
        };
        self.known.insert(reference, None);
        let hint = reference.rsplit('/').next().unwrap_or_default();
        let made = self.made(target, &super::percent_decoded(hint), depth + 1);
        self.known.insert(reference, Some(made.clone()));
        made
    }

    fn list(&mut self, schema: &'a Value, hint: &str, depth: usize) -> Made {
        let item = match schema.get("items") {
            Some(item) => self.made(item, hint, depth + 1),
            None => Made::unsaid("the type of the items; the document says none"),
        };
        let kind = if item.nullable { Kind::Word("json".to_owned()) } else { item.kind };
        Made { kind: Kind::List(Box::new(kind)), nullable: false, mark: item.mark }
    }

    /// An object with members is a named type, one without a map or `json`.
    fn object(&mut self, schema: &'a Value, hint: &str, depth: usize) -> Made {
        let members = self.members(schema);
        if members.list.is_empty() {
            return match schema.get("additionalProperties").filter(|values| values.is_object()) {
                Some(values) if values.as_object().is_some_and(|values| !values.is_empty()) => {
                    let value = self.made(values, hint, depth + 1);
                    let kind = if value.nullable { Kind::Word("json".to_owned()) } else { value.kind };
                    Made { kind: Kind::Map(Box::new(kind)), nullable: false, mark: value.mark }
                }
                _ => Made::unsaid("the members; the document says none"),
            };
        }
        let name = self.name(hint);
        let mut fields = Map::default();
        let mut seen: Vec<String> = Vec::new();
        for (field, schema) in &members.list {
            let in_rust = Name::new(*field).snake;
            let sayable = field.is_ascii() && field.contains(|c: char| c.is_ascii_alphanumeric());
            let hidden = field.contains(|c: char| c.is_ascii_control()) || field.starts_with('<');
            if !sayable || hidden || seen.contains(&in_rust) {
                continue;
            }
            seen.push(in_rust);
            let made = self.made(schema, &format!("{name} {field}"), depth + 1);
            let (node, mark) = made.node(!members.required.contains(field));
            let about = text(schema, "description").and_then(prose);
            match about {
                Some(about) => fields.set(*field, Map::default().with("is", node).with("about", Node::Prose(about))),
                None => fields.set(*field, node),
            }
            if let Some(mark) = mark {
                fields.spread();
                fields.note(field, mark);
            }
        }
        if fields.is_empty() {
            return Made::unsaid("the members; none has a name that Rust can say");
        }
        self.types.set(name.clone(), fields);
        Made::word(&name)
    }

    /// Whether this is the name of an object.
    pub fn is_object(&self, name: &str) -> bool {
        self.types.has(name)
    }

    /// The members of an object and of all that it is made of.
    pub fn members(&self, schema: &'a Value) -> Members<'a> {
        let mut members = Members { list: Vec::new(), required: HashSet::new() };
        let mut open = vec![schema];
        let mut seen = 0;
        while let Some(schema) = open.pop().and_then(|schema| self.document.resolve(schema)) {
            seen += 1;
            if seen > 500 {
                break;
            }
            let parts = schema.get("allOf").and_then(Value::as_array);
            open.extend(parts.into_iter().flatten().rev());
            for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                match members.list.iter_mut().find(|(known, _)| known == name) {
                    Some(known) => known.1 = member,
                    None => members.list.push((name, member)),
                }
            }
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            members.required.extend(required.filter_map(Value::as_str));
        }
        members
    }

    fn words(&mut self, schema: &Value, hint: &str) -> Made {
        let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        let listed: Vec<&Value> = listed.filter(|word| !word.is_null()).collect();
        let words: Vec<&str> = listed.iter().filter_map(|word| word.as_str()).collect();
        if words.len() < listed.len() {
            return Made::unsaid("the type; the document lists values that aren't text");
        }
        let words = names::distinct(words);
        if words.is_empty() || words.len() > MAX_WORDS {
            return Made::word("string");
        }
        let words: Node = words.iter().map(String::as_str).collect();
        let name = self.name(hint);
        self.enums.set(name.clone(), words);
        Made::word(&name)
    }

    /// A name for a type that nothing else has.
    fn name(&mut self, hint: &str) -> String {
        let speakable: String = hint.chars().filter(|c| c.is_ascii()).collect();
        let own = Name::new(speakable).camel;
        let own = if self.taken.contains(&own) { format!("{}{own}", self.provider) } else { own };
        let numbered = (2..).map(|number| format!("{own}{number}"));
        let name = std::iter::once(own.clone()).chain(numbered).find(|name| !self.taken.contains(name));
        let name = name.unwrap_or(own);
        self.taken.insert(name.clone());
        name
    }

    /// The types and enums that something of `calls` has, each in the order of names that lead to it.
    pub fn used(self, calls: &Map) -> (Map, Map) {
        let mut open: Vec<String> = Vec::new();
        words_of(&Node::Map(calls.clone()), &mut open);
        open.reverse();
        let (mut types, mut enums) = (Map::block(), Map::block());
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            if let Some(words) = self.enums.get(&name) {
                enums.set(name, words.clone());
            } else if let Some(fields) = self.types.get(&name) {
                let mut inner = Vec::new();
                words_of(fields, &mut inner);
                open.extend(inner.into_iter().rev());
                types.set(name, fields.clone());
            }
        }
        (types, enums)
    }
}

/// The words that types of a value are made of.
fn words_of(node: &Node, words: &mut Vec<String>) {
    match node {
        Node::Text(text) => words.push(text.trim_matches(['[', ']', '?']).to_owned()),
        Node::List(items) => items.iter().for_each(|item| words_of(item, words)),
        Node::Map(map) => map.keys().filter_map(|key| map.get(key)).for_each(|value| words_of(value, words)),
        Node::Prose(_) | Node::Bare(_) => {}
    }
}

/// The types that a schema names: a text in 3.0, a text or a list in 3.1.
fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
