//! A spec as a tree that can be changed and written again. JSON is YAML, so that is how it is written.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// A node; of text, whether it stands there without quotes.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Text(String, bool),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Reads a spec that the language takes: one document, no anchors.
    pub fn read(text: &str) -> Self {
        let mut events = Parser::new_from_str(text).map(|event| event.unwrap().0);
        loop {
            let event = events.next().unwrap();
            if matches!(event, Event::StreamStart | Event::DocumentStart(_)) {
                continue;
            }
            return node(event, &mut events);
        }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into(), false)
    }

    /// The member of a mapping.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub fn write(&self) -> String {
        match self {
            Self::Text(text, true) if text == "~" || serde_json::from_str::<serde_json::Value>(text).is_ok() => {
                text.clone()
            }
            Self::Text(text, _) => quoted(text),
            Self::List(items) => format!("[{}]", items.iter().map(Self::write).collect::<Vec<_>>().join(", ")),
            Self::Map(members) => {
                let members = members.iter().map(|(key, value)| format!("{}: {}", quoted(key), value.write()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn node<'e>(event: Event<'e>, events: &mut impl Iterator<Item = Event<'e>>) -> Tree {
    match event {
        Event::Scalar(text, style, ..) => Tree::Text(text.into_owned(), style == ScalarStyle::Plain),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::SequenceEnd => return Tree::List(items),
                    event => items.push(node(event, events)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut members = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::MappingEnd => return Tree::Map(members),
                    Event::Scalar(key, ..) => {
                        let event = events.next().unwrap();
                        members.push((key.into_owned(), node(event, events)));
                    }
                    other => panic!("a key is text: {other:?}"),
                }
            }
        }
        other => panic!("{other:?}"),
    }
}
