//! An answer being written: values put where the vendor keeps them, in the format that the vendor has.

use authsmith_codegen::model::{AnswerFormat, Check, Due};
use serde_json::{Map, Value};

use crate::faults::remove_pointer;
use crate::refusals::set_pointer;
use crate::reply::Reply;
use crate::xml::{self, plain};

/// An answer. A place in it is a JSON Pointer, empty for the whole body, or `header:Name`, or `cookie:Name`.
#[derive(Clone, Debug)]
pub(crate) struct Writing {
    pub(crate) body: Value,
    headers: Vec<(String, String)>,
    /// Whether one value is the whole body, so that nothing else has room in it.
    is_whole: bool,
}

impl Writing {
    /// An answer that starts as a sample of the vendor's.
    pub(crate) fn of(sample: Option<&Value>) -> Self {
        Self {
            body: sample.cloned().unwrap_or_else(|| Value::Object(Map::new())),
            headers: Vec::new(),
            is_whole: false,
        }
    }

    pub(crate) fn set(&mut self, at: &str, value: Value) {
        if let Some(name) = at.strip_prefix("header:") {
            self.headers.push((name.to_owned(), plain(&value)));
        } else if let Some(name) = at.strip_prefix("cookie:") {
            let cookie = format!("{name}={}; Path=/; HttpOnly", plain(&value));
            self.headers.push(("set-cookie".to_owned(), cookie));
        } else if !self.is_whole {
            self.is_whole = at.is_empty();
            set_pointer(&mut self.body, at, value);
        }
    }

    /// What the body has at a place.
    pub(crate) fn get(&self, at: &str) -> Option<&Value> {
        self.body.pointer(at).filter(|_| at.is_empty() || at.starts_with('/'))
    }

    /// Says what a success must say, of several words the one that has its turn.
    pub(crate) fn succeed(&mut self, checks: &[Check], turn: usize) {
        for check in checks {
            match &check.due {
                Due::OneOf(words) => {
                    let word = words.get(turn % words.len().max(1)).map(String::as_str).unwrap_or_default();
                    self.set(&check.at, typed(word));
                }
                Due::Absent => remove_pointer(&mut self.body, &check.at),
            }
        }
    }

    /// Says something else than a success must say.
    pub(crate) fn fail(&mut self, checks: &[Check]) {
        for check in checks {
            match &check.due {
                Due::OneOf(words) => self.set(&check.at, another(words)),
                Due::Absent => self.set(&check.at, Value::from(true)),
            }
        }
    }

    pub(crate) fn reply(self, status: u16, format: AnswerFormat) -> Reply {
        let reply = match (format, &self.body) {
            (AnswerFormat::Json, body) => Reply::json(status, body),
            (AnswerFormat::Form, Value::Object(members)) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(members.iter().map(|(name, value)| (name, plain(value))));
                Reply::new(status, "application/x-www-form-urlencoded", form.finish())
            }
            (AnswerFormat::Text, Value::Object(members)) => {
                let lines: Vec<String> = members.values().map(plain).collect();
                Reply::new(status, "text/plain; charset=utf-8", lines.join(": "))
            }
            (AnswerFormat::Xml, body) => Reply::new(status, "application/xml", xml::document(body)),
            (AnswerFormat::Form | AnswerFormat::Text, body) => {
                Reply::new(status, "text/plain; charset=utf-8", plain(body))
            }
        };
        // RFC 9110, section 15.3.5: nothing follows the headers.
        let reply = if status == 204 { Reply { body: String::new(), ..reply } } else { reply };
        self.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

/// A value of the same sort that is none of the words.
fn another(words: &[String]) -> Value {
    let first = words.first().map(String::as_str).unwrap_or_default();
    match typed(first) {
        Value::Bool(due) if words.len() == 1 => Value::from(!due),
        Value::Number(_) => {
            (1..).map(Value::from).find(|number| !words.contains(&number.to_string())).unwrap_or_default()
        }
        _ => Value::from(format!("not {}", words.join(" nor "))),
    }
}

/// The JSON value that a text stands for: a number or a boolean where it is written as JSON writes it.
fn typed(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) if plain(&value) == text => value,
        _ => Value::from(text),
    }
}
