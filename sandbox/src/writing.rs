//! An answer being written: values put where the vendor keeps them, in the format that the vendor has.

use authsmith_codegen::model::{AnswerFormat, Check};
use serde_json::{Map, Value};

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

    /// Says what a success must say, or something else.
    pub(crate) fn state(&mut self, checks: &[Check], success: bool) {
        for check in checks {
            let due = typed(&check.equals);
            let said = match &due {
                due if success => due.clone(),
                Value::Bool(due) => Value::from(!due),
                Value::Number(_) => typed(if check.equals == "1" { "2" } else { "1" }),
                _ => Value::from(format!("not {}", check.equals)),
            };
            self.set(&check.at, said);
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
        self.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

/// The JSON value that a text stands for: a number or a boolean where it is written as JSON writes it.
fn typed(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) if plain(&value) == text => value,
        _ => Value::from(text),
    }
}
