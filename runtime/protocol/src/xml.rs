//! XML as JSON, so that pointers and shapes work on it.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

/// Deeper documents are refused, as deeper JSON is.
const DEEPEST: u8 = 100;

/// The document as [`crate::operation::AnswerFormat::Xml`] describes it; `None` when it isn't well-formed, has a document
/// type (and so could have entities), or is too deep.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    let document = Document::parse(std::str::from_utf8(body).ok()?.trim_start()).ok()?;
    let root = document.root_element();
    Some(Value::Object(Map::from_iter([(root.tag_name().name().to_owned(), element(root, 0)?)])))
}

fn element(node: Node<'_, '_>, depth: u8) -> Option<Value> {
    if depth >= DEEPEST {
        return None;
    }
    let attributes = node.attributes();
    let mut members: Map<String, Value> =
        attributes.map(|attribute| (format!("@{}", attribute.name()), attribute.value().into())).collect();
    for child in node.children().filter(Node::is_element) {
        add(&mut members, child.tag_name().name(), element(child, depth + 1)?);
    }
    let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
    let text = text.trim();
    if members.is_empty() {
        return Some(text.into());
    }
    if !text.is_empty() {
        members.insert("#text".to_owned(), text.into());
    }
    Some(Value::Object(members))
}

/// A name that comes again makes an array.
fn add(members: &mut Map<String, Value>, name: &str, value: Value) {
    match members.get_mut(name) {
        None => {
            members.insert(name.to_owned(), value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}
