//! Named templates written out where they stand alone, so that a request can be taken apart by what they consist of.

use authsmith_codegen::model::{Body, BodyNode, NamedValue, Part, Request, Template, Variable};

/// The request with every named template that no function works on written out.
pub(crate) fn request(request: &mut Request, values: &[NamedValue]) {
    template(&mut request.url, values);
    let params = request.params.iter_mut().chain(&mut request.credentials);
    params.for_each(|param| template(&mut param.value, values));
    request.basic.iter_mut().for_each(|basic| template(basic, values));
    if let Some(assertion) = &mut request.assertion {
        let claims = assertion.claims.iter_mut().map(|(_, value, _)| value);
        assertion.audience.iter_mut().chain(claims).for_each(|one| template(one, values));
    }
    match &mut request.body {
        Some(Body::Json(body)) => node(body, values),
        Some(Body::Text(text)) => template(text, values),
        None => {}
    }
}

fn node(body: &mut BodyNode, values: &[NamedValue]) {
    match body {
        BodyNode::Template { value, .. } => template(value, values),
        BodyNode::Constant(_) => {}
        BodyNode::List(items) => items.iter_mut().for_each(|item| node(item, values)),
        BodyNode::Object(members) => members.iter_mut().for_each(|(_, member)| node(member, values)),
    }
}

/// The template with every named template that no function works on written out.
pub(crate) fn template(template: &mut Template, values: &[NamedValue]) {
    let mut parts = Vec::new();
    flatten(&template.parts, values, &mut parts);
    template.parts = parts;
}

fn flatten(parts: &[Part], values: &[NamedValue], flat: &mut Vec<Part>) {
    for part in parts {
        let named = match part {
            Part::Variable(Variable::Value(name)) => values.iter().find(|value| value.name.wire == *name),
            _ => None,
        };
        match (named, part, flat.last_mut()) {
            (Some(named), ..) => flatten(&named.value.parts, values, flat),
            (None, Part::Text(text), Some(Part::Text(before))) => before.push_str(text),
            (None, part, _) => flat.push(part.clone()),
        }
    }
}
