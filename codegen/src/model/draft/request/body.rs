//! Bodies: how they are encoded, and those that the spec writes out.

use super::Role;
use super::variables::{may_lack, template};
use crate::model::{Body, BodyNode, Encoding, Input};
use crate::parse::spec::{self, Spec};

pub(super) fn encoding(spec: &Spec, written: &spec::Request, role: Role<'_>) -> Encoding {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_)));
    let encoding = written.encoding.as_ref().or_else(|| endpoint.and_then(|token| token.encoding.as_ref()));
    let content_type = || written.content_type.as_ref().map_or("text/plain; charset=utf-8", |text| text.text.as_str());
    let structured = written.body.as_ref().is_some_and(|body| !matches!(body.root, spec::BodyExpr::Template(_)));
    match encoding {
        Some(spec::Encoding::Text) => Encoding::Text(content_type().to_owned()),
        Some(spec::Encoding::Xml) => Encoding::Xml,
        Some(spec::Encoding::Multipart) => Encoding::Multipart,
        _ if structured => Encoding::Json,
        Some(spec::Encoding::Form) => Encoding::Form,
        Some(spec::Encoding::Json) => Encoding::Json,
        Some(spec::Encoding::Setting(name)) => Encoding::Setting(name.text.clone()),
        None if matches!(role, Role::Call(_)) => Encoding::Json,
        None => Encoding::Form,
    }
}

/// A body that is written out: text where the encoding says so, else JSON.
pub(super) fn written_body(spec: &Spec, written: &spec::Request, body: &spec::Body, inputs: &[Input]) -> Body {
    let text = matches!(written.encoding, Some(spec::Encoding::Text | spec::Encoding::Xml));
    match &body.root {
        spec::BodyExpr::Template(value) if text => Body::Text(template(spec, value, inputs)),
        root => Body::Json(body_node(spec, root, inputs)),
    }
}

fn body_node(spec: &Spec, expr: &spec::BodyExpr, inputs: &[Input]) -> BodyNode {
    match expr {
        spec::BodyExpr::Template(written) => {
            let value = template(spec, written, inputs);
            BodyNode::Template { optional: may_lack(spec, &value, inputs), value }
        }
        spec::BodyExpr::Constant(value) => BodyNode::Constant(value.clone()),
        spec::BodyExpr::List(items) => BodyNode::List(items.iter().map(|item| body_node(spec, item, inputs)).collect()),
        spec::BodyExpr::Object(members) => BodyNode::Object(
            members.iter().map(|(name, value)| (name.text.clone(), body_node(spec, value, inputs))).collect(),
        ),
    }
}
