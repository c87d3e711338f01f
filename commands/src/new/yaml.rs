//! Specs as text, laid out as people write them: short mappings on one line, the rest in blocks, comments where they
//! belong, quotes only where YAML would read something else.

use super::scalar;

/// The longest line that holds a whole mapping or list.
const SHORT: usize = 110;
/// Where prose is broken.
const WIDE: usize = 120;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Text.
    Text(String),
    /// Prose, which may be broken into lines.
    Prose(String),
    /// A number, a boolean or null, as it stands.
    Bare(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Node>> FromIterator<T> for Node {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// A mapping, in the order of its entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<Entry>,
    /// Whether each entry has a line of its own, however short it is.
    block: bool,
}

/// An entry of a mapping, with its comments.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    key: String,
    value: Node,
    /// Lines before it.
    above: Vec<String>,
    /// Behind it.
    note: Option<String>,
    /// Whether all of it stands there as a comment.
    out: bool,
}

impl Map {
    /// A mapping whose entries have a line each.
    pub fn block() -> Self {
        Self { block: true, ..Self::default() }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key && !entry.out).map(|entry| &entry.value)
    }

    /// Whether a key has a value.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Node::Text(text) | Node::Prose(text) | Node::Bare(text) => Some(text),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The mapping under a key.
    pub fn map(&self, key: &str) -> Option<&Map> {
        match self.get(key)? {
            Node::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|entry| !entry.out).map(|entry| entry.key.as_str())
    }

    /// Sets the value of a key, in its old place when it has one; its comments go with the old value.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<Node>) {
        let (key, value) = (key.into(), value.into());
        match self.entries.iter_mut().find(|entry| entry.key == key && !entry.out) {
            Some(entry) => (entry.value, entry.note, entry.above) = (value, None, Vec::new()),
            None => self.entries.push(Entry { key, value, above: Vec::new(), note: None, out: false }),
        }
    }

    /// The mapping with one more key.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Node>) -> Self {
        self.set(key, value);
        self
    }

    /// Takes a key away.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|entry| entry.key == key && !entry.out)?;
        Some(self.entries.remove(at).value)
    }

    /// Changes the mapping under a key, which is made when it isn't there.
    pub fn edit(&mut self, key: &str, change: impl FnOnce(&mut Map)) {
        let entry = self.entries.iter_mut().find(|entry| entry.key == key && !entry.out);
        match entry.map(|entry| &mut entry.value) {
            Some(Node::Map(map)) => change(map),
            _ => {
                let mut map = Map::default();
                change(&mut map);
                self.set(key, map);
            }
        }
    }

    /// Gives each entry of this mapping a line of its own.
    pub fn spread(&mut self) {
        self.block = true;
    }

    /// A comment behind the value of a key.
    pub fn note(&mut self, key: &str, text: impl Into<String>) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key && !entry.out) {
            entry.note = Some(text.into());
        }
    }

    /// A comment line before a key.
    pub fn above(&mut self, key: &str, text: impl Into<String>) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            entry.above.push(text.into());
        }
    }

    /// An entry that stands there as a comment, for the reader to complete.
    pub fn suggest(&mut self, key: impl Into<String>, value: impl Into<Node>, why: impl Into<String>) {
        let (key, value) = (key.into(), value.into());
        self.entries.push(Entry { key, value, above: vec![why.into()], note: None, out: true });
    }

    /// Puts the entries into the order of `keys`; those of other names stay behind them.
    pub fn order(&mut self, keys: &[&str]) {
        let rank = |entry: &Entry| keys.iter().position(|key| *key == entry.key).unwrap_or(keys.len());
        self.entries.sort_by_key(rank);
    }
}

/// A whole spec: what stands before everything, then the sections with blank lines between them; the texts that the spec
/// begins with stay together.
pub fn document(head: &[String], spec: &Map) -> String {
    let mut text = String::new();
    head.iter().for_each(|line| comment(line, 0, &mut text));
    let is_text = |entry: &Entry| !matches!(entry.value, Node::List(_) | Node::Map(_)) && entry.key != "api";
    let mut together = true;
    for entry in &spec.entries {
        together &= is_text(entry);
        if !together {
            text.push('\n');
        }
        write_entry(entry, 0, &mut text);
    }
    text
}

fn comment(line: &str, indent: usize, text: &mut String) {
    let line: String = line.chars().map(|c| if scalar::is_hidden(c) { ' ' } else { c }).collect();
    text.push_str(&format!("{:indent$}# {line}\n", ""));
}

fn write_entry(entry: &Entry, indent: usize, text: &mut String) {
    if entry.out {
        let mut inner = String::new();
        entry.above.iter().for_each(|line| comment(line, indent, text));
        write_value(entry, 0, &mut inner);
        inner.lines().for_each(|line| comment(line, indent, text));
    } else {
        entry.above.iter().for_each(|line| comment(line, indent, text));
        write_value(entry, indent, text);
    }
}

fn write_value(entry: &Entry, indent: usize, text: &mut String) {
    let key = scalar::quoted(&entry.key, false);
    let note = entry.note.as_ref().map(|note| format!(" # {}", note.replace(scalar::is_hidden, " ")));
    let note = note.unwrap_or_default();
    let room = SHORT.saturating_sub(indent + key.chars().count() + 2);
    text.push_str(&format!("{:indent$}{key}:", ""));
    match &entry.value {
        Node::Prose(prose) if prose.chars().count() > WIDE.saturating_sub(indent + key.len() + 2) => {
            match folded(prose, indent + 2) {
                Some(lines) => text.push_str(&format!(" >-{note}\n{lines}")),
                None => text.push_str(&format!(" {}{note}\n", scalar::quoted(prose, false))),
            }
        }
        Node::Text(value) | Node::Prose(value) => {
            text.push_str(&format!(" {}{note}\n", scalar::quoted(value, false)));
        }
        Node::Bare(value) => text.push_str(&format!(" {value}{note}\n")),
        Node::List(items) if items.is_empty() => text.push_str(&format!(" []{note}\n")),
        Node::Map(map) if map.is_empty() => text.push_str(&format!(" {{}}{note}\n")),
        value => match flow(value, 0).filter(|line| line.chars().count() <= room) {
            Some(line) => text.push_str(&format!(" {line}{note}\n")),
            None => {
                text.push_str(&format!("{note}\n"));
                write_block(value, indent + 2, text);
            }
        },
    }
}

/// A list or mapping on lines of its own.
fn write_block(value: &Node, indent: usize, text: &mut String) {
    match value {
        Node::Map(map) => map.entries.iter().for_each(|entry| write_entry(entry, indent, text)),
        Node::List(items) => {
            for item in items {
                write_item(item, indent, text);
            }
        }
        Node::Text(_) | Node::Prose(_) | Node::Bare(_) => {}
    }
}

fn write_item(item: &Node, indent: usize, text: &mut String) {
    let room = SHORT.saturating_sub(indent + 2);
    let short = flow(item, 0).filter(|line| line.chars().count() <= room);
    let line = match (short, item) {
        (Some(line), _) => line,
        (None, Node::Text(value) | Node::Prose(value)) => scalar::quoted(value, false),
        (None, Node::Bare(value)) => value.clone(),
        (None, value) => {
            // The first line of what is inside stands behind the dash.
            let mut inner = String::new();
            write_block(value, indent + 2, &mut inner);
            let inner = inner.strip_prefix(&" ".repeat(indent + 2)).unwrap_or(&inner);
            text.push_str(&format!("{:indent$}- {inner}", ""));
            return;
        }
    };
    text.push_str(&format!("{:indent$}- {line}\n", ""));
}

/// A value on one line; none when it has comments, wants lines of its own, or nests too deep to be read so.
fn flow(value: &Node, depth: usize) -> Option<String> {
    match value {
        Node::Text(text) | Node::Prose(text) => Some(scalar::quoted(text, true)),
        Node::Bare(text) => Some(text.clone()),
        Node::List(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| flow(item, depth + 1)).collect();
            items.filter(|items| items.is_empty() || depth < 3).map(|items| format!("[{}]", items.join(", ")))
        }
        Node::Map(map) if map.is_empty() => Some("{}".to_owned()),
        Node::Map(map) if map.block || depth > 2 => None,
        Node::Map(map) => {
            let entry = |entry: &Entry| {
                let plain = entry.above.is_empty() && entry.note.is_none() && !entry.out;
                let value = flow(&entry.value, depth + 1).filter(|_| plain)?;
                Some(format!("{}: {value}", scalar::quoted(&entry.key, true)))
            };
            let entries: Option<Vec<_>> = map.entries.iter().map(entry).collect();
            entries.map(|entries| format!("{{ {} }}", entries.join(", ")))
        }
    }
}

/// Prose in lines; none when the breaks would change it.
fn folded(prose: &str, indent: usize) -> Option<String> {
    let words: Vec<&str> = prose.split(' ').collect();
    if words.iter().any(|word| word.is_empty() || word.contains(scalar::is_hidden)) {
        return None;
    }
    let mut text = String::new();
    let mut width = 0;
    for word in words {
        let length = word.chars().count();
        if width > 0 && indent + width + 1 + length > WIDE {
            text.push('\n');
            width = 0;
        }
        let before = if width == 0 { " ".repeat(indent) } else { " ".to_owned() };
        text.push_str(&format!("{before}{word}"));
        width += length + usize::from(width > 0);
    }
    text.push('\n');
    Some(text)
}
