//! Templates: text in which `<name>` stands for a variable and `<<` for the sign `<`.

use super::node::{Node, Text};
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink, Span};

/// A template and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    pub parts: Vec<Part>,
    pub span: Span,
    /// Where the text starts with something, for findings about a part of it.
    node: Node,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Text(String),
    Variable(Text),
}

impl Template {
    /// The names between the angle brackets, in order.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Text> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name),
            Part::Text(_) => None,
        })
    }

    /// Whether a variable of this name stands in it.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.variables().any(|variable| variable.text == name)
    }

    /// The text as it is written, with `x` for every variable.
    pub(crate) fn filled(&self, fill: impl Fn(&str) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Variable(name) => fill(&name.text),
            })
            .collect()
    }

    /// The text before the first variable.
    pub(crate) fn head(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The place of `what`, if it stands in the template letter by letter, else of the whole template.
    pub(crate) fn find(&self, what: &str) -> Span {
        let Some(text) = self.node.text() else { return self.span };
        match text.text.find(what).and_then(|at| text.text.get(..at)) {
            Some(before) => {
                let from = before.chars().count();
                self.node.part(from, from + what.chars().count())
            }
            None => self.span,
        }
    }
}

/// Reads a template; malformed placeholders are reported and nothing is given.
pub(crate) fn parse(node: &Node, sink: &mut Sink) -> Option<Template> {
    let text = node.text()?;
    let chars: Vec<char> = text.text.chars().collect();
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    let mut good = true;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        match (c, next) {
            ('<', Some('<')) => {
                literal.push('<');
                at += 2;
            }
            ('<', Some(first)) if first == '_' || first.is_alphanumeric() => {
                let length = chars.iter().skip(at + 1).take_while(|c| **c == '_' || c.is_alphanumeric()).count();
                let end = at + 1 + length;
                if chars.get(end) != Some(&'>') {
                    unclosed(node.part(at, end), sink);
                    good = false;
                    literal.push(c);
                    at += 1;
                    continue;
                }
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                let name: String = chars.iter().skip(at + 1).take(length).collect();
                parts.push(Part::Variable(Text { text: name, span: node.part(at + 1, end) }));
                at = end + 1;
            }
            _ => {
                literal.push(c);
                at += 1;
            }
        }
    }
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    good.then(|| Template { parts, span: text.span, node: node.clone() })
}

fn unclosed(span: Span, sink: &mut Sink) {
    let finding =
        Diagnostic::new(&codes::PLACEHOLDER, span, "a placeholder isn't closed").label("expected `>` after this");
    sink.push(finding.hint("a placeholder is `<name>`; write `<<` for the sign itself"));
}
