//! Documents that describe a vendor, in JSON or YAML, as values. They are strangers' files: size, depth and the number of
//! values are bounded.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

use super::scalar;
use crate::stop::{Outcome, Stop};

/// The deepest nesting; readers of JSON have a similar bound.
const MAX_DEPTH: usize = 120;
/// The most values, those that aliases repeat included.
const MAX_VALUES: usize = 4_000_000;

/// Reads a document; `what` says in errors what it should be.
pub fn read(text: &str, what: &str) -> Outcome<Value> {
    let text = text.trim_start_matches('\u{feff}');
    let value = match text.trim_start().starts_with('{') {
        true => serde_json::from_str(text).or_else(|error| yaml(text).map_err(|_| error.to_string())),
        false => yaml(text),
    };
    match value {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(Stop::new(format!("this is not {what}: a mapping is expected"))),
        Err(why) => {
            let why = why.replace(scalar::is_hidden, " ");
            Err(Stop::new(format!("this is not {what}, neither JSON nor YAML can be read: {why}")))
        }
    }
}

/// A member of an object as text.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The texts of a list; none when the member isn't a list.
pub fn texts<'a>(value: &'a Value, key: &str) -> Option<Vec<&'a str>> {
    Some(value.get(key)?.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// Prose of a document as one paragraph without marks that only a page shows, cut behind a sentence when it is long.
pub fn prose(text: &str) -> Option<String> {
    const LONG: usize = 300;
    let paragraph = text.trim().split("\n\n").find(|part| part.contains(char::is_alphanumeric))?;
    let visible: String = paragraph.chars().map(|c| if scalar::is_hidden(c) { ' ' } else { c }).collect();
    let words: Vec<&str> =
        visible.split_whitespace().filter(|word| !word.chars().all(|c| "#*=_-".contains(c))).collect();
    let line = words.join(" ");
    if line.chars().count() <= LONG {
        return Some(line).filter(|line| !line.is_empty());
    }
    let head: String = line.chars().take(LONG).collect();
    let cut = match head.rfind(". ") {
        Some(end) => head.get(..=end).unwrap_or(&head).to_owned(),
        None => format!("{} …", head.rsplit_once(' ').map_or(head.as_str(), |(head, _)| head)),
    };
    Some(cut)
}

/// A list or mapping that isn't closed yet, with its anchor.
enum Open {
    List(Vec<Value>, usize),
    Map(Map<String, Value>, Option<String>, usize),
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    values: usize,
    root: Option<Value>,
}

/// The first document of a YAML text.
fn yaml(text: &str) -> Result<Value, String> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let line = span.start.line();
        builder.take(event).map_err(|why| format!("{why} (line {line})"))?;
        if builder.root.is_some() {
            break;
        }
    }
    builder.root.ok_or_else(|| "it is empty".to_owned())
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                // A key is text, whatever else it looks like: `200:`.
                let is_key = matches!(self.open.last(), Some(Open::Map(_, None, _)));
                let value = match style {
                    ScalarStyle::Plain if !is_key => plain(&text),
                    _ => Value::String(text.into_owned()),
                };
                self.add(value, anchor, 1)
            }
            Event::SequenceStart(anchor, _) => self.begin(Open::List(Vec::new(), anchor)),
            Event::MappingStart(anchor, _) => self.begin(Open::Map(Map::new(), None, anchor)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items, anchor)) => self.add(Value::Array(items), anchor, 1),
                Some(Open::Map(members, _, anchor)) => self.add(Value::Object(members), anchor, 1),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or("an alias names what isn't there yet")?;
                let (count, depth) = measure(&value);
                match self.open.len() + depth > MAX_DEPTH {
                    true => Err(format!("values are nested deeper than {MAX_DEPTH} levels")),
                    false => self.add(value, 0, count),
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn begin(&mut self, open: Open) -> Result<(), String> {
        if matches!(self.open.last(), Some(Open::Map(_, None, _))) {
            return Err("a key is text".to_owned());
        }
        self.open.push(open);
        match self.open.len() > MAX_DEPTH {
            true => Err(format!("values are nested deeper than {MAX_DEPTH} levels")),
            false => Ok(()),
        }
    }

    fn add(&mut self, value: Value, anchor: usize, count: usize) -> Result<(), String> {
        self.values += count;
        if self.values > MAX_VALUES {
            return Err(format!("there are more than {MAX_VALUES} values"));
        }
        if anchor > 0 {
            let (count, _) = measure(&value);
            self.values += count;
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            Some(Open::List(items, _)) => items.push(value),
            Some(Open::Map(members, key, _)) => match (key.take(), value) {
                (Some(key), value) => {
                    if members.insert(key.clone(), value).is_some() {
                        return Err(format!("the key `{key}` stands there twice"));
                    }
                }
                (None, Value::String(text)) => *key = Some(text),
                (None, _) => return Err("a key is text".to_owned()),
            },
            None => self.root = Some(value),
        }
        Ok(())
    }
}

/// How many values a value holds, and how deep they are nested.
fn measure(value: &Value) -> (usize, usize) {
    let inner = |values: &mut dyn Iterator<Item = &Value>| {
        values.map(measure).fold((1, 0), |(count, depth), (more, deep)| (count + more, depth.max(deep)))
    };
    let (count, depth) = match value {
        Value::Array(items) => inner(&mut items.iter()),
        Value::Object(members) => inner(&mut members.values()),
        _ => (1, 0),
    };
    (count, depth + 1)
}

/// What a scalar without quotes is, in the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match serde_json::from_str(text) {
            Ok(number @ Value::Number(_)) => number,
            _ => Value::String(text.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{prose, read};

    #[test]
    fn json_and_yaml_are_read_alike() {
        let value = json!({"openapi": "3.0.0", "a": {"200": [1, 2.5, true, null, "no"]}, "b": "x"});
        let yaml = "openapi: 3.0.0\na:\n  200: [1, 2.5, true, ~, no]\nb: 'x'\n";
        assert_eq!(read(&value.to_string(), "a test").ok(), Some(value.clone()));
        assert_eq!(read(yaml, "a test").ok(), Some(value));
        assert_eq!(read("{a: 1, b: [x]}", "a test").ok(), Some(json!({"a": 1, "b": ["x"]})));
        assert_eq!(read("a: &x { b: 1 }\nc: *x\n", "a test").ok(), Some(json!({"a": {"b": 1}, "c": {"b": 1}})));
    }

    #[test]
    fn what_costs_too_much_is_refused() {
        let laughs: String =
            (1..40).map(|at| format!("a{at}: &a{at} [{}]\n", format!("*a{}, ", at - 1).repeat(9))).collect();
        let cases = [
            (format!("a0: &a0 [x]\n{laughs}"), "more than"),
            ("[".repeat(100_000), "recursion"),
            ("- ".repeat(200), "nested deeper"),
            ("{\"a\":".repeat(100_000), "recursion"),
            ("a: *b\n".to_owned(), "unknown anchor"),
            ("a: 1\na: 2\n".to_owned(), "twice"),
            ("? [a]\n: 1\n".to_owned(), "a key is text"),
            ("just text".to_owned(), "a mapping is expected"),
            ("[1]".to_owned(), "a mapping is expected"),
            (String::new(), "it is empty"),
        ];
        for (text, why) in cases {
            let said = read(&text, "a test").err().map(|stop| stop.text).unwrap_or_default();
            assert!(said.contains(why), "{why}: {said}");
        }
    }

    #[test]
    fn prose_is_one_paragraph() {
        assert_eq!(prose("# Acme\nholds  *steps*.\n\nMore.").as_deref(), Some("Acme holds *steps*."));
        assert_eq!(prose(" \n"), None);
        let long = prose(&"A sentence of some length. ".repeat(30));
        assert!(long.is_some_and(|long| long.ends_with("length.") && long.len() <= 300));
    }
}
