//! Types as JSON Schema (2020-12).

use serde_json::{Map, Value, json};

use super::{describe, object};
use crate::model::{Field, Type, TypeDef, TypeKind};

/// The schema of a named type.
pub(super) fn definition(def: &TypeDef) -> Value {
    let mut schema = match &def.kind {
        TypeKind::Object(all) => fields(all),
        // The set is open: a vendor may say another word tomorrow.
        TypeKind::Enum(words) => {
            let words: Vec<&str> = words.iter().map(|word| word.wire.as_str()).collect();
            object(&[("anyOf", json!([{ "enum": words }, { "type": "string" }]))])
        }
    };
    describe(&mut schema, def.about.as_deref());
    schema.into()
}

/// The schema of an object with these fields.
pub(super) fn fields(fields: &[Field]) -> Map<String, Value> {
    let mut properties = Map::new();
    for field in fields {
        properties.insert(field.name.wire.clone(), field_schema(field));
    }
    let required: Vec<&str> =
        fields.iter().filter(|field| !field.optional).map(|field| field.name.wire.as_str()).collect();
    let mut schema = object(&[("type", "object".into())]);
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), properties.into());
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// The schema of a field; what may be missing may be null, too.
pub(super) fn field_schema(field: &Field) -> Value {
    let own = of(&field.ty);
    let mut schema = match field.optional {
        true => object(&[("anyOf", json!([own, { "type": "null" }]))]),
        false => own.as_object().cloned().unwrap_or_default(),
    };
    describe(&mut schema, field.about.as_deref());
    schema.into()
}

/// The schema of a type.
pub(super) fn of(ty: &Type) -> Value {
    match ty {
        Type::String | Type::Text => json!({ "type": "string" }),
        Type::Secret => json!({ "type": "string", "format": "password" }),
        Type::Integer | Type::Epoch | Type::EpochMillis => json!({ "type": "integer", "format": "int64" }),
        Type::Number => json!({ "type": "number", "format": "double" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Json => json!({}),
        Type::Date => json!({ "type": "string", "format": "date" }),
        Type::Timestamp => json!({ "type": "string", "format": "date-time" }),
        Type::CompactDate => json!({ "type": "string", "pattern": "^[0-9]{8}$" }),
        Type::Bytes | Type::File => json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
        Type::Nothing => json!({ "type": "null" }),
        Type::List(item) => json!({ "type": "array", "items": of(item) }),
        Type::Map { key, value } => match key.as_ref() {
            Type::Date => json!({ "type": "object", "propertyNames": of(key), "additionalProperties": of(value) }),
            _ => json!({ "type": "object", "additionalProperties": of(value) }),
        },
        Type::Named(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
    }
}
