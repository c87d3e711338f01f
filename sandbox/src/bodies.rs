//! Bodies that a spec writes out: JSON, text and XML.

use authsmith_codegen::model::{BodyNode, Encoding, Part, Template, Variable};
use serde_json::Value;

use crate::decode::{Decoded, Given, Reader, Wrong, shown};
use crate::fit::take_apart;
use crate::xml;

impl Reader<'_> {
    /// Compares a JSON value with what the spec writes at this place.
    pub(crate) fn node(&self, node: &BodyNode, given: &Value, at: &str, decoded: &mut Decoded) {
        let place = if at.is_empty() { "the body".to_owned() } else { format!("`{at}` in the body") };
        match (node, given) {
            (BodyNode::Template { value, .. }, _) => self.leaf(value, given, &place, decoded),
            (BodyNode::Constant(due), _) if due == given => {}
            (BodyNode::Constant(due), _) => {
                decoded.constants_off += 1;
                decoded.wrong(Wrong::Request, format!("{place} must be {due}"));
            }
            (BodyNode::List(nodes), Value::Array(items)) => self.list(nodes, items, at, decoded),
            (BodyNode::Object(members), Value::Object(object)) => self.object(members, object, at, decoded),
            (BodyNode::List(_) | BodyNode::Object(_), _) => {
                let due = if matches!(node, BodyNode::List(_)) { "an array" } else { "an object" };
                decoded.names_off += 1;
                decoded.wrong(Wrong::Request, format!("{place} must be {due}"));
            }
        }
    }

    fn leaf(&self, template: &Template, given: &Value, place: &str, decoded: &mut Decoded) {
        let constant = template.parts.iter().all(|part| matches!(part, Part::Text(_)));
        let outcome = if let Some(variable @ Variable::Input(_)) = template.only_variable() {
            self.variable(variable, &Given { value: given, textual: false }, decoded)
        } else {
            let text = given.as_str();
            match text.and_then(|text| take_apart(&template.parts, text, &|_| false)) {
                None => Err((Wrong::Request, format!("must be the text `{template}`"))),
                Some(captured) => captured
                    .into_iter()
                    .try_for_each(|(part, text)| self.bind(part, text, (Wrong::Request, place), decoded)),
            }
        };
        if let Err((kind, wrong)) = outcome {
            decoded.constants_off += usize::from(constant);
            decoded.wrong(kind, format!("{place} {wrong}"));
        }
    }

    /// The items of an array; those that may be missing are missing from the front when there are too few.
    fn list(&self, nodes: &[BodyNode], items: &[Value], at: &str, decoded: &mut Decoded) {
        let mut missing = nodes.len().saturating_sub(items.len());
        let present = nodes.iter().filter(|node| {
            let dropped = missing > 0 && is_optional(node);
            missing -= usize::from(dropped);
            !dropped
        });
        let present: Vec<&BodyNode> = present.collect();
        if present.len() != items.len() {
            decoded.names_off += 1;
            return decoded.wrong(Wrong::Request, format!("`{at}` in the body must have {} items", nodes.len()));
        }
        for (index, (node, item)) in present.into_iter().zip(items).enumerate() {
            self.node(node, item, &format!("{at}/{index}"), decoded);
        }
    }

    fn object(
        &self,
        members: &[(String, BodyNode)],
        object: &serde_json::Map<String, Value>,
        at: &str,
        decoded: &mut Decoded,
    ) {
        for (name, node) in members {
            match object.get(name) {
                Some(given) => self.node(node, given, &format!("{at}/{name}"), decoded),
                None if is_optional(node) => {
                    let lacking = format!("`{at}/{name}` is missing in the body");
                    decoded.left_out.extend(node.templates().first().map(|due| (lacking, (*due).clone())));
                }
                None => {
                    decoded.names_off += 1;
                    decoded.wrong(Wrong::Request, format!("`{at}/{name}` is missing in the body"));
                }
            }
        }
        for name in object.keys().filter(|name| !members.iter().any(|(known, _)| known == *name)) {
            decoded.names_off += 1;
            decoded.wrong(Wrong::Request, format!("{} does not belong in the body", shown(name)));
        }
    }

    /// Compares a text with the one that the spec writes; what may be missing is empty.
    pub(crate) fn text_body(&self, template: &Template, given: &str, decoded: &mut Decoded) {
        let inputs = &self.route.operation.request().inputs;
        let may_be_empty = |part: &Part| {
            part.variables().all(|variable| match variable {
                Variable::Input(name) => inputs.iter().any(|input| input.name.wire == *name && input.optional),
                Variable::Setting(_) | Variable::Kept(_) => true,
                _ => false,
            })
        };
        let Some(captured) = take_apart(&template.parts, given, &may_be_empty) else {
            decoded.constants_off += 1;
            return decoded.wrong(Wrong::Request, "the body is not the text that the spec writes".to_owned());
        };
        let is_xml = self.route.operation.request().encoding == Encoding::Xml;
        for (part, text) in captured.into_iter().filter(|(_, text)| !text.is_empty()) {
            let name: Vec<&str> = part.variables().map(Variable::name).collect();
            let place = format!("`{}` in the body", name.join("` or `"));
            let plain = if is_xml { xml::unescape(text) } else { Some(text.to_owned()) };
            let outcome = match plain {
                Some(plain) => self.bind(part, &plain, (Wrong::Request, &place), decoded),
                None => Err((Wrong::Request, "is not escaped as XML asks".to_owned())),
            };
            if let Err((kind, wrong)) = outcome {
                decoded.wrong(kind, format!("{place} {wrong}"));
            }
        }
    }
}

fn is_optional(node: &BodyNode) -> bool {
    matches!(node, BodyNode::Template { optional: true, .. })
}
