//! Values for answers that no sample shows, made up from their types.

use authsmith_codegen::model::{Field, Type, TypeDef, TypeKind};
use serde_json::{Map, Value, json};

/// How deep objects may hold objects before optional members are left out and lists stay empty.
const DEEP: usize = 4;

/// A value of the type; the same each time. Where it is `sparse`, optional members are left out.
pub(crate) fn value(name: &str, ty: &Type, types: &[TypeDef], sparse: bool) -> Value {
    at_depth(name, ty, types, if sparse { DEEP } else { 0 })
}

fn at_depth(name: &str, ty: &Type, types: &[TypeDef], depth: usize) -> Value {
    match ty {
        Type::String | Type::Text | Type::Bytes | Type::File => Value::from(text(name)),
        Type::Epoch => json!(1_709_208_000),
        Type::EpochMillis => json!(1_709_208_000_000_u64),
        Type::CompactDate => json!("20240229"),
        Type::Secret => Value::from(format!("made-up-{name}")),
        Type::Integer => json!(1),
        Type::Number => json!(1.5),
        Type::Boolean => json!(true),
        Type::Json => json!({}),
        Type::Date => json!("2024-02-29"),
        Type::Timestamp => json!("2024-02-29T12:00:00Z"),
        Type::Nothing => Value::Null,
        Type::List(_) if depth >= DEEP => json!([]),
        Type::List(item) => Value::Array(vec![at_depth(name, item, types, depth + 1)]),
        Type::Map { .. } if depth >= DEEP => json!({}),
        Type::Map { key, value } => {
            let key = at_depth(name, key, types, depth + 1).as_str().unwrap_or(name).to_owned();
            Value::Object(Map::from_iter([(key, at_depth(name, value, types, depth + 1))]))
        }
        Type::Named(named) => match types.iter().find(|known| known.name == *named).map(|known| &known.kind) {
            Some(TypeKind::Enum(words)) => words.first().map_or(Value::Null, |word| Value::from(word.wire.as_str())),
            // A type that must hold itself has no value; the front end refuses it.
            Some(TypeKind::Object(_)) if depth > 4 * DEEP => Value::Null,
            Some(TypeKind::Object(fields)) => object(fields, types, depth + 1),
            None => json!({}),
        },
    }
}

fn object(fields: &[Field], types: &[TypeDef], depth: usize) -> Value {
    let kept = fields.iter().filter(|field| !field.optional || depth < DEEP);
    let members = kept.map(|field| (field.name.wire.clone(), at_depth(&field.name.wire, &field.ty, types, depth)));
    Value::Object(members.collect())
}

fn text(name: &str) -> String {
    if name.to_ascii_lowercase().contains("email") { "user@example.com".to_owned() } else { format!("sample {name}") }
}
