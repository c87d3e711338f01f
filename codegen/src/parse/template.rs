//! Templates: text in which `<name>` stands for a variable, `<a | f(x) ?? b>` for the first of several that has a value,
//! each through functions, and `<<` for the sign `<`.

use super::functions::{self, Kind};
use super::node::{Node, Text};
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use authsmith_protocol::template::Argument;

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
    Alternatives(Vec<Alternative>),
}

/// A variable, and the functions that its value goes through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alternative {
    pub variable: Text,
    pub calls: Vec<Call>,
}

/// A function and its argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub name: Text,
    pub argument: Option<Text>,
}

impl Alternative {
    /// The variable, and those that its functions name.
    fn variables(&self) -> impl Iterator<Item = &Text> {
        let keyed = |call: &&Call| functions::argument(&call.name.text) == Some(Argument::Variable);
        let keys = self.calls.iter().filter(keyed).filter_map(|call| call.argument.as_ref());
        std::iter::once(&self.variable).chain(keys)
    }
}

impl Part {
    /// The variables that it names.
    pub(crate) fn variables(&self) -> Vec<&Text> {
        match self {
            Part::Text(_) => Vec::new(),
            Part::Variable(name) => vec![name],
            Part::Alternatives(list) => list.iter().flat_map(Alternative::variables).collect(),
        }
    }
}

impl Template {
    /// The names between the angle brackets, in order.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Text> {
        self.parts.iter().flat_map(Part::variables)
    }

    /// Whether a variable of this name stands in it.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.variables().any(|variable| variable.text == name)
    }

    /// The text as it is written, with something in place of every variable.
    pub(crate) fn filled(&self, fill: impl Fn(&str) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Variable(name) => fill(&name.text),
                Part::Alternatives(list) => list.first().map(|one| fill(&one.variable.text)).unwrap_or_default(),
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
    let mut reader = Reader { node, chars: text.text.chars().collect(), at: 0 };
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut good = true;
    while let Some(c) = reader.peek(0) {
        match (c, reader.peek(1)) {
            ('<', Some('<')) => {
                literal.push('<');
                reader.at += 2;
            }
            ('<', Some(first)) if is_word(first) => match reader.placeholder(sink) {
                Some(part) => {
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(part);
                }
                None => {
                    good = false;
                    literal.push(c);
                    reader.at += 1;
                }
            },
            _ => {
                literal.push(c);
                reader.at += 1;
            }
        }
    }
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    good.then(|| Template { parts, span: text.span, node: node.clone() })
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The characters of a template, and how far they are read.
struct Reader<'n> {
    node: &'n Node,
    chars: Vec<char>,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn blanks(&mut self) {
        while self.peek(0) == Some(' ') {
            self.at += 1;
        }
    }

    fn take(&mut self, what: &str) -> bool {
        let found = what.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c));
        self.at += if found { what.chars().count() } else { 0 };
        found
    }

    fn text(&self, from: usize, to: usize) -> Text {
        let text = self.chars.get(from..to).unwrap_or_default().iter().collect();
        Text { text, span: self.node.part(from, to) }
    }

    fn word(&mut self) -> Option<Text> {
        let from = self.at;
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        (self.at > from).then(|| self.text(from, self.at))
    }

    /// Reads from `<` up to `>`; where that fails, nothing is read.
    fn placeholder(&mut self, sink: &mut Sink) -> Option<Part> {
        let from = self.at;
        self.at += 1;
        let read = self.alternatives();
        let end = self.at;
        match read {
            Some(list) if self.take(">") => match list.as_slice() {
                [Alternative { variable, calls }] if calls.is_empty() => {
                    functions::check_end(variable.span, Kind::of(&variable.text), sink);
                    Some(Part::Variable(variable.clone()))
                }
                _ => {
                    list.iter().for_each(|alternative| check_calls(alternative, sink));
                    Some(Part::Alternatives(list))
                }
            },
            _ => {
                self.at = from;
                match self.odd_name(from) {
                    Some(name) => no_name(&name, sink),
                    None => unclosed(self.node.part(from, end), sink),
                }
                None
            }
        }
    }

    /// What stands between `<` and `>` when it is a name but for signs that other languages allow in one.
    fn odd_name(&self, from: usize) -> Option<Text> {
        let is_sign = |c: &char| matches!(c, '-' | '.');
        let length = self.chars.get(from + 1..)?.iter().take_while(|c| is_word(**c) || is_sign(c)).count();
        let end = from + 1 + length;
        let name = Some(self.text(from + 1, end)).filter(|_| self.chars.get(end) == Some(&'>'))?;
        name.text.contains(['-', '.']).then_some(name)
    }

    /// `a | f(x) ?? b`.
    fn alternatives(&mut self) -> Option<Vec<Alternative>> {
        let mut list = Vec::new();
        loop {
            let variable = self.word()?;
            let mut calls = Vec::new();
            let mut after = self.at;
            self.blanks();
            while self.take("|") {
                self.blanks();
                calls.push(self.call()?);
                after = self.at;
                self.blanks();
            }
            list.push(Alternative { variable, calls });
            if !self.take("??") {
                if self.peek(0) != Some('>') {
                    self.at = after;
                }
                return Some(list);
            }
            self.blanks();
        }
    }

    /// `f` or `f(x)`; the argument is read as it stands, up to the parenthesis.
    fn call(&mut self) -> Option<Call> {
        let name = self.word()?;
        if !self.take("(") {
            return Some(Call { name, argument: None });
        }
        let from = self.at;
        while self.peek(0)? != ')' {
            self.at += 1;
        }
        let argument = self.text(from, self.at);
        self.at += 1;
        Some(Call { name, argument: Some(argument) })
    }
}

fn check_calls(alternative: &Alternative, sink: &mut Sink) {
    let mut kind = Kind::of(&alternative.variable.text);
    for call in &alternative.calls {
        match functions::check(call, kind, sink) {
            Some(given) => kind = given,
            None => return,
        }
    }
    functions::check_end(alternative.variable.span, kind, sink);
}

fn no_name(name: &Text, sink: &mut Sink) {
    let title = format!("`{}` is no name that a placeholder can have", name.text);
    let finding = Diagnostic::new(&codes::PLACEHOLDER, name.span, title).label("names have letters, digits and `_`");
    let better = name.text.replace(['-', '.'], "_");
    let finding = finding.hint(format!("write `<{better}>`, and call it so where it is declared"));
    sink.push(finding.perhaps(name.span, &name.text, better));
}

fn unclosed(span: Span, sink: &mut Sink) {
    let finding =
        Diagnostic::new(&codes::PLACEHOLDER, span, "a placeholder isn't closed").label("expected `>` after this");
    sink.push(
        finding
            .hint("a placeholder is `<name>`, `<a ?? b>` or `<name | function(text)>`; write `<<` for the sign itself"),
    );
}
