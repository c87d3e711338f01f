//! YAML text to nodes, over the events of saphyr-parser; nothing else of the crate knows that library.
//!
//! The dialect is strict: one document, no anchors, aliases or tags, no key twice, and bounds on size and depth, so that
//! a hostile file costs no more than a careful one.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::node::{Entry, Kind, Node, Scalar};
use super::syntax;
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Position, Sink, Span};

/// The longest file, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// The deepest nesting.
pub const MAX_DEPTH: usize = 32;
/// The most nodes.
pub const MAX_NODES: usize = 20_000;

/// Reads the one document of `text`. A file that isn't YAML has that one finding and no node.
pub(crate) fn read(text: &str, file: u16, sink: &mut Sink) -> Option<Node> {
    if text.len() > MAX_BYTES {
        let title = format!("the file has {} bytes; a spec may have {MAX_BYTES}", text.len());
        sink.push(Diagnostic::new(&codes::FILE_TOO_LARGE, first_character(file), title).label("too long"));
        return None;
    }
    let mut builder = Builder::new(text, sink);
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                let span = Span { start: position(span.start, file), end: position(span.end, file) };
                builder.take(event, span)?;
            }
            Err(error) => {
                let finding = syntax::error(text, file, &error);
                if file == 0 {
                    sink.clear();
                }
                sink.push(finding);
                return None;
            }
        }
    }
    builder.root
}

/// A list or mapping that isn't closed yet.
enum Open {
    Sequence { items: Vec<Node>, span: Span },
    Mapping { entries: Vec<Entry>, key: Option<Node>, span: Span },
}

struct Builder<'a> {
    chars: Vec<char>,
    sink: &'a mut Sink,
    open: Vec<Open>,
    nodes: usize,
    documents: usize,
    root: Option<Node>,
}

impl<'a> Builder<'a> {
    fn new(text: &str, sink: &'a mut Sink) -> Self {
        Self { chars: text.chars().collect(), sink, open: Vec::new(), nodes: 0, documents: 0, root: None }
    }

    /// Takes one event; `None` when reading on is no use.
    fn take(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        match event {
            Event::DocumentStart(_) => return self.start_document(span),
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                self.count(span)?;
                let node = scalar(&text, style, span, &self.chars);
                self.add(node);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                self.count(span)?;
                self.open.push(Open::Sequence { items: Vec::new(), span });
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                self.count(span)?;
                self.open.push(Open::Mapping { entries: Vec::new(), key: None, span });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(_) => {
                let hint = "write the value out, or give it a name under `types`";
                self.sink.push(
                    Diagnostic::new(&codes::ANCHOR, span, "aliases are not part of the language")
                        .label("alias")
                        .hint(hint),
                );
                self.count(span)?;
                self.add(Node { kind: Kind::Broken, span });
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Some(())
    }

    fn start_document(&mut self, span: Span) -> Option<()> {
        self.documents += 1;
        if self.documents == 1 {
            return Some(());
        }
        let finding =
            Diagnostic::new(&codes::SECOND_DOCUMENT, span, "a spec is one YAML document").label("a second one starts");
        self.sink.push(finding.hint("one vendor, one file: move the second document to a file of its own"));
        self.root = None;
        None
    }

    fn refuse_extras(&mut self, anchor: usize, tagged: bool, span: Span) {
        if anchor > 0 {
            let finding = Diagnostic::new(&codes::ANCHOR, span, "anchors are not part of the language");
            let finding = finding.label("has an anchor").hint("remove the `&name` before it");
            let has_alias = self.chars.windows(2).any(|pair| matches!(pair, ['*', next] if next.is_alphanumeric()));
            self.sink.push(if has_alias { finding } else { self.without('&', span, finding) });
        }
        if tagged {
            let finding = Diagnostic::new(&codes::TAG, span, "tags are not part of the language");
            let finding = finding.label("has a tag").hint("remove the tag; the key says what the value is");
            self.sink.push(self.without('!', span, finding));
        }
    }

    /// Mends a finding by taking away the word that begins with `sign` before a value.
    fn without(&self, sign: char, span: Span, finding: Diagnostic) -> Diagnostic {
        let here = self.chars.get(span.start.offset..).unwrap_or_default();
        let word = here.iter().take_while(|c| !c.is_whitespace()).count();
        let length = word + here.iter().skip(word).take_while(|c| **c == ' ').count();
        let old: String = here.iter().take(length).collect();
        let end = span.start.after(length);
        if old.starts_with(sign) { finding.instead(Span { end, ..span }, old, "") } else { finding }
    }

    /// Counts a node and its depth.
    fn count(&mut self, span: Span) -> Option<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let title = format!("the file has more than {MAX_NODES} nodes");
            self.sink.push(Diagnostic::new(&codes::TOO_MANY_NODES, span, title).label("reading stops here"));
            return None;
        }
        if self.open.len() >= MAX_DEPTH {
            let title = format!("values are nested deeper than {MAX_DEPTH} levels");
            let finding = Diagnostic::new(&codes::TOO_DEEP, span, title).label("reading stops here");
            self.sink.push(finding.hint("give inner objects names under `types`"));
            return None;
        }
        Some(())
    }

    fn close(&mut self, end: Span) {
        let node = match self.open.pop() {
            Some(Open::Sequence { items, span }) => {
                let span = container(span, end, items.first().map(|item| item.span));
                Node { kind: Kind::Sequence(items), span }
            }
            Some(Open::Mapping { entries, span, .. }) => {
                let span = container(span, end, entries.first().map(|entry| entry.key.span));
                Node { kind: Kind::Mapping(entries), span }
            }
            None => return,
        };
        self.add(node);
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { key: slot @ None, .. }) => *slot = Some(node),
            Some(Open::Mapping { entries, key, .. }) => {
                let Some(key) = key.take() else { return };
                let Some(text) = key.text().filter(|_| !key.is_empty()) else {
                    let finding = Diagnostic::new(&codes::KEY_NOT_TEXT, key.span, "a key must be text");
                    self.sink.push(finding.label(format!("this is {}", key.describe())));
                    return;
                };
                match entries.iter().find(|entry| entry.key.text == text.text) {
                    Some(first) => {
                        let title = format!("the key `{}` stands here twice", text.text);
                        let finding = Diagnostic::new(&codes::DUPLICATE_KEY, text.span, title).label("again");
                        let finding = finding.related(first.key.span, "first here");
                        self.sink
                            .push(finding.hint("remove one of the two, merge their values, or give one another name"));
                    }
                    None => entries.push(Entry { key: text, value: node }),
                }
            }
        }
    }
}

/// A scalar; `chars` are those of the file. The parser's span may take in blanks and a comment behind the text.
fn scalar(text: &str, style: ScalarStyle, span: Span, chars: &[char]) -> Node {
    let start = span.start;
    let after = |by: usize| Position { offset: start.offset + by, column: start.column + by, ..start };
    let rest = chars.get(start.offset..).unwrap_or_default();
    let stands_at = |by: usize| text.chars().eq(rest.iter().skip(by).take(text.chars().count()).copied());
    let quote = match style {
        ScalarStyle::SingleQuoted => Some('\''),
        ScalarStyle::DoubleQuoted => Some('"'),
        _ => None,
    };
    let length = match quote {
        Some(quote) => quoted_length(rest, quote),
        None => text.chars().count(),
    };
    let line = rest.iter().take_while(|c| !matches!(c, '\n' | '\r')).count();
    let one_line = length <= line && (quote.is_some() || stands_at(0));
    let exact = match quote {
        Some(_) if one_line && length == text.chars().count() + 2 && stands_at(1) => Some(after(1)),
        None if one_line => Some(start),
        _ => None,
    };
    let end = after(if one_line { length } else { line });
    let plain = matches!(style, ScalarStyle::Plain);
    Node { kind: Kind::Scalar(Scalar { text: text.to_owned(), plain, exact }), span: Span { start, end } }
}

/// How many characters a quoted scalar has, quotes included.
fn quoted_length(chars: &[char], quote: char) -> usize {
    let mut at = 1;
    while let Some(c) = chars.get(at) {
        let doubled = quote == '\'' && *c == quote && chars.get(at + 1) == Some(&quote);
        at += match c {
            '\\' if quote == '"' => 2,
            _ if doubled => 2,
            c if *c == quote => return at + 1,
            _ => 1,
        };
    }
    chars.len()
}

/// In flow style from bracket to bracket; in block style the first element, since the end is somewhere below.
fn container(open: Span, close: Span, first: Option<Span>) -> Span {
    let flow = open.end.offset > open.start.offset && open.start.line == close.end.line;
    if flow { Span { start: open.start, end: close.end } } else { first.unwrap_or(open) }
}

pub(super) fn position(marker: saphyr_parser::Marker, file: u16) -> Position {
    Position { file, offset: marker.index(), line: marker.line(), column: marker.col() + 1 }
}

/// The start of a file, for findings about all of it.
pub(crate) fn first_character(file: u16) -> Span {
    let at = |offset| Position { file, offset, line: 1, column: offset + 1 };
    Span { start: at(0), end: at(0) }
}
