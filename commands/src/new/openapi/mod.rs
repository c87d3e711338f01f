//! An OpenAPI document (3.0 and 3.1) as a spec: its security schemes, its servers, and the operations that the app calls.

mod bodies;
mod calls;
mod schemas;
mod security;
mod servers;

pub use security::unsaid;

use serde_json::Value;

use super::document::{self, prose, text};
use super::sketch::Sketch;
use crate::say::say;
use crate::stop::{Outcome, Stop};
use calls::Operation;

/// How many references may lead to one another.
const MAX_HOPS: usize = 16;
/// How many operations an error names.
const MOST_NAMED: usize = 40;

/// The document, to which references point.
#[derive(Clone, Copy)]
struct Document<'a> {
    root: &'a Value,
}

impl<'a> Document<'a> {
    /// What a reference points to in this document.
    fn target(self, reference: &str) -> Option<&'a Value> {
        let pointer = reference.strip_prefix('#')?;
        self.root.pointer(pointer).or_else(|| {
            let decoded: Vec<String> = pointer.split('/').map(percent_decoded).collect();
            self.root.pointer(&decoded.join("/"))
        })
    }

    /// A value, or what its reference points to.
    fn resolve(self, mut value: &'a Value) -> Option<&'a Value> {
        for _ in 0..MAX_HOPS {
            match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => value = self.target(reference)?,
                None => return Some(value),
            }
        }
        None
    }

    /// The members of an object that the pointer names, resolved.
    fn members(self, pointer: &str) -> Vec<(&'a str, &'a Value)> {
        let members = self.root.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
        members.filter_map(|(name, value)| Some((name.as_str(), self.resolve(value)?))).collect()
    }
}

fn percent_decoded(text: &str) -> String {
    let plain = text.replace('+', "%2B");
    url::form_urlencoded::parse(plain.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}

/// Adds what the document says to the spec; of its operations those that were chosen.
pub fn read(given: &str, chosen: &[String], sketch: &mut Sketch) -> Outcome {
    let root = document::read(given, "an OpenAPI document")?;
    version(&root)?;
    let document = Document { root: &root };
    let found = calls::operations(document);
    let chosen = choose(&found, chosen)?;
    about(&root, sketch);
    let origin = servers::api(document, !chosen.is_empty(), sketch);
    security::add(document, &chosen, origin.as_ref(), sketch);
    calls::add(document, &chosen, sketch);
    Ok(())
}

fn version(root: &Value) -> Outcome {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(version) = root.get("swagger") {
        let version = shown(version).escape_debug().to_string();
        return Err(Stop::new(format!(
            "this is Swagger {version}; OpenAPI 3.0 and 3.1 are read, and converters make one of the other"
        )));
    }
    let Some(version) = root.get("openapi").map(shown) else {
        return Err(Stop::new("this is not an OpenAPI document: it has no member `openapi`"));
    };
    let known = ["3.0", "3.1"]
        .iter()
        .any(|known| version.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
    match known {
        true => Ok(()),
        false => Err(Stop::new(format!("this is OpenAPI {}, and 3.0 and 3.1 are read", version.escape_debug()))),
    }
}

/// The operations that were asked for; without any, says what there is.
fn choose<'o, 'a>(found: &'o [Operation<'a>], chosen: &[String]) -> Outcome<Vec<&'o Operation<'a>>> {
    if chosen.is_empty() && !found.is_empty() {
        for operation in found {
            say(&operation.line())?;
        }
        return Err(Stop::new(format!(
            "nothing was written yet: say which of these {} the app calls, by --operation ID",
            crate::regen::count(found.len(), "operation")
        )));
    }
    let mut operations: Vec<&Operation<'_>> = Vec::new();
    for wanted in chosen {
        let Some(operation) = found.iter().find(|operation| operation.id == *wanted) else {
            let known: Vec<&str> = found.iter().map(|operation| operation.id.as_str()).collect();
            return Err(Stop::new(match known.len() {
                ..=MOST_NAMED => crate::suggest::unknown("operation", wanted, &known),
                _ => format!(
                    "there is no operation called `{}`; without --operation all are listed",
                    wanted.escape_debug()
                ),
            }));
        };
        if !operations.iter().any(|known| std::ptr::eq(*known, operation)) {
            operations.push(operation);
        }
    }
    Ok(operations)
}

/// The vendor's name, what it holds, and its page.
fn about(root: &Value, sketch: &mut Sketch) {
    let Some(info) = root.get("info") else { return };
    if let Some(title) = text(info, "title").and_then(prose) {
        sketch.spec.set("title", title);
    }
    if let Some(about) = text(info, "description").and_then(prose) {
        sketch.spec.set("about", super::yaml::Node::Prose(about));
    }
    let page = root.get("externalDocs").and_then(|docs| text(docs, "url"));
    if let Some(page) = page.filter(|page| is_page(page)) {
        sketch.spec.set("docs", page);
    }
}

/// Whether this is a page that a spec can name.
pub fn is_page(text: &str) -> bool {
    let sound = |url: &url::Url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    text.chars().all(|c| c.is_ascii_graphic() && c != '\\') && url::Url::parse(text).is_ok_and(|url| sound(&url))
}
