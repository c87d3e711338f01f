//! Samples: YAML to JSON, guided by the type that the value should have.

use serde_json::{Map, Number, Value};

use crate::model::{Field, Provider, Type, TypeDef, TypeKind, Yields};
use crate::parse::node::{Kind, Node};
use crate::parse::spec::Spec;

/// Reads the samples of grants, calls and inputs.
pub(super) fn fill_samples(spec: &Spec, provider: &mut Provider) {
    let types = std::mem::take(&mut provider.types);
    for (written, grant) in spec.grants.iter().zip(&mut provider.grants) {
        let tokens = match &grant.yields {
            Yields::Tokens(issued) => issued.iter().flat_map(|i| std::iter::once(&i.at).chain(&i.refresh)).collect(),
            Yields::Code(at) => vec![at],
        };
        let hint = Hint { fields: &grant.fields, text: &tokens, types: &types };
        grant.sample = written.request.sample.as_ref().map(|sample| hint.object(sample));
        fill_inputs(&written.request.inputs, &mut grant.request.inputs, &types);
    }
    if let (Some(written), Some(authorize)) = (&spec.authorize, &mut provider.authorize) {
        fill_inputs(&written.request.inputs, &mut authorize.request.inputs, &types);
    }
    if let (Some(written), Some(device)) = (&spec.device, &mut provider.device) {
        fill_inputs(&written.request.inputs, &mut device.request.inputs, &types);
    }
    for (written, call) in spec.calls.iter().zip(&mut provider.calls) {
        call.sample = written.request.sample.as_ref().map(|sample| json(sample, &call.returns, &types));
        fill_inputs(&written.request.inputs, &mut call.request.inputs, &types);
    }
    for (written, widget) in spec.widgets.iter().zip(&mut provider.widgets) {
        fill_inputs(&written.options, &mut widget.options, &types);
    }
    provider.types = types;
}

fn fill_inputs(written: &[crate::parse::spec::Input], inputs: &mut [crate::model::Input], types: &[TypeDef]) {
    for input in inputs {
        let written = written.iter().find(|written| written.name.text == input.name.wire);
        input.sample = written.and_then(|written| written.sample.as_ref()).map(|node| json(node, &input.ty, types));
    }
}

/// What is known of a grant's answer: its fields, and the members that hold tokens.
struct Hint<'a> {
    fields: &'a [Field],
    text: &'a [&'a String],
    types: &'a [TypeDef],
}

impl Hint<'_> {
    fn object(&self, node: &Node) -> Value {
        let Kind::Mapping(entries) = &node.kind else { return json(node, &Type::Json, self.types) };
        let member = |key: &str| match self.fields.iter().find(|field| field.name.wire == key) {
            Some(field) => &field.ty,
            None if self.text.iter().any(|at| at.strip_prefix('/') == Some(key)) => &Type::String,
            None => &Type::Json,
        };
        let members = entries.iter().map(|entry| {
            let value = json(&entry.value, member(&entry.key.text), self.types);
            (entry.key.text.clone(), value)
        });
        Value::Object(members.collect::<Map<_, _>>())
    }
}

/// The JSON of a node. A plain scalar is text where text is due, else what JSON makes of it.
fn json(node: &Node, ty: &Type, types: &[TypeDef]) -> Value {
    match &node.kind {
        Kind::Scalar(scalar) if !scalar.plain || is_text(ty, types) && scalar.text != "null" => {
            Value::String(scalar.text.clone())
        }
        Kind::Scalar(scalar) => word(&scalar.text),
        Kind::Sequence(items) => {
            let item = match ty {
                Type::List(item) => item,
                _ => &Type::Json,
            };
            Value::Array(items.iter().map(|node| json(node, item, types)).collect())
        }
        Kind::Mapping(entries) => {
            let member = |key: &str| member(ty, key, types).unwrap_or(&Type::Json);
            let pairs = entries.iter().map(|entry| {
                let value = json(&entry.value, member(&entry.key.text), types);
                (entry.key.text.clone(), value)
            });
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Kind::Broken => Value::Null,
    }
}

/// The type of a member of an object or map.
fn member<'a>(ty: &'a Type, key: &str, types: &'a [TypeDef]) -> Option<&'a Type> {
    match ty {
        Type::Map { value, .. } => Some(value),
        Type::Named(name) => match &types.iter().find(|def| def.name == *name)?.kind {
            TypeKind::Object(fields) => fields.iter().find(|field| field.name.wire == key).map(|field| &field.ty),
            TypeKind::Enum(_) => None,
        },
        _ => None,
    }
}

fn is_text(ty: &Type, types: &[TypeDef]) -> bool {
    match ty {
        Type::String | Type::Secret | Type::Date | Type::Timestamp | Type::CompactDate | Type::Text | Type::Bytes => {
            true
        }
        Type::Named(name) => types.iter().any(|def| def.name == *name && matches!(def.kind, TypeKind::Enum(_))),
        _ => false,
    }
}

/// A plain scalar by the rules of JSON, so that `no` and `012` stay text.
fn word(text: &str) -> Value {
    match text {
        "" | "null" | "~" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => text.parse::<Number>().map_or_else(|_| Value::String(text.to_owned()), Value::Number),
    }
}
