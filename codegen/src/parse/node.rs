//! The nodes of a YAML file, each with its place. Scalars stay text: the grammar decides what they are.

use crate::diagnostics::{Position, Span};

/// A node and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub kind: Kind,
    /// The text itself; of a list or mapping in block style, its first element.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
    /// Something that was reported already and that nobody should look at.
    Broken,
}

/// Text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalar {
    pub text: String,
    /// Without quotes and on one line.
    pub plain: bool,
    /// Where the first character of `text` stands, if `text` stands in the file letter by letter.
    pub exact: Option<Position>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub key: Text,
    pub value: Node,
}

/// Text of the spec and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub text: String,
    pub span: Span,
}

impl Node {
    /// The value of a key; nothing when it is missing or broken.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key.text == key)
            .map(|entry| &entry.value)
            .filter(|node| !node.is_broken())
    }

    /// The entry of a key, broken or not.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.text == key)
    }

    /// The entries of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<Text> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(Text { text: scalar.text.clone(), span: self.span }),
            _ => None,
        }
    }

    pub(crate) fn is_mapping(&self) -> bool {
        matches!(self.kind, Kind::Mapping(_))
    }

    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.kind, Kind::Broken)
    }

    /// Whether the node is `null` or `~`, which takes a key of the base away.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(scalar) if scalar.plain && matches!(scalar.text.as_str(), "null" | "~"))
    }

    /// Whether a key stands there with nothing behind it.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(scalar) if scalar.plain && scalar.text.is_empty())
    }

    /// What the node is, in prose.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar(_) if self.is_empty() => "nothing",
            Kind::Scalar(scalar) if scalar.text.trim().is_empty() => "empty text",
            Kind::Scalar(_) => "text",
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
            Kind::Broken => "something unreadable",
        }
    }

    /// The place of the characters `from..to` of a scalar, or of all of it where they can't be told apart.
    pub(crate) fn part(&self, from: usize, to: usize) -> Span {
        match &self.kind {
            Kind::Scalar(Scalar { exact: Some(start), .. }) => {
                let at = |by: usize| Position { offset: start.offset + by, column: start.column + by, ..*start };
                Span { start: at(from), end: at(to) }
            }
            _ => self.span,
        }
    }
}
