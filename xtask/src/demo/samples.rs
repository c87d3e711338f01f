//! A value for everything that a vendor's operations ask for.

use std::collections::BTreeMap;

use authsmith_codegen::model::{Field, GrantKind, Input, Provider, Type, TypeKind};
use serde_json::{Map, Value, json};

/// How deep types may hold one another; a type that holds itself ends here.
const DEPTH: usize = 8;

/// Settings without a default, and the required inputs of every operation, by name.
pub fn values(provider: &Provider) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for setting in provider.settings.iter().filter(|setting| setting.default.is_none()) {
        let made_up = || setting.allowed.first().cloned().unwrap_or_else(|| "sample".to_owned());
        values.insert(setting.name.wire.clone(), setting.sample.clone().unwrap_or_else(made_up));
    }
    let grants = provider.grants.iter().flat_map(|grant| &grant.request.inputs);
    let calls = provider.calls.iter().flat_map(|call| &call.request.inputs);
    for input in grants.chain(calls).filter(|input| !input.optional) {
        values.entry(input.name.wire.clone()).or_insert_with(|| text(provider, input));
    }
    if provider.grants.iter().any(|grant| grant.kind == GrantKind::Password) {
        values.insert("username".to_owned(), authsmith_sandbox::USERNAME.to_owned());
        values.insert("password".to_owned(), authsmith_sandbox::PASSWORD.to_owned());
    }
    values
}

/// As `--set` takes it: text as it stands, anything else as JSON.
fn text(provider: &Provider, input: &Input) -> String {
    let value = input.sample.clone().unwrap_or_else(|| make_up(provider, &input.name.wire, &input.ty, DEPTH));
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn make_up(provider: &Provider, name: &str, ty: &Type, depth: usize) -> Value {
    match ty {
        Type::String if name.to_lowercase().contains("email") => json!("user@example.com"),
        Type::String | Type::Text | Type::Bytes | Type::File => json!(format!("sample-{name}")),
        Type::Epoch => json!(1_769_860_800),
        Type::EpochMillis => json!(1_769_860_800_000_u64),
        Type::CompactDate => json!("20260131"),
        Type::Secret => json!(format!("sample-secret-{name}")),
        Type::Integer => json!(1),
        Type::Number => json!(1.5),
        Type::Boolean => json!(true),
        Type::Json => json!({}),
        Type::Date => json!("2026-01-31"),
        Type::Timestamp => json!("2026-01-31T12:00:00Z"),
        Type::Nothing => Value::Null,
        Type::List(_) | Type::Map { .. } | Type::Named(_) if depth == 0 => Value::Null,
        Type::List(item) => json!([make_up(provider, name, item, depth - 1)]),
        Type::Map { .. } => json!({}),
        Type::Named(known) => match provider.types.iter().find(|def| def.name == *known).map(|def| &def.kind) {
            Some(TypeKind::Object(fields)) => object(provider, fields, depth - 1),
            Some(TypeKind::Enum(words)) => json!(words.first().map(|word| &word.wire)),
            None => Value::Null,
        },
    }
}

fn object(provider: &Provider, fields: &[Field], depth: usize) -> Value {
    let required = fields.iter().filter(|field| !field.optional);
    let member = |field: &Field| (field.name.wire.clone(), make_up(provider, &field.name.wire, &field.ty, depth));
    Value::Object(required.map(member).collect::<Map<_, _>>())
}
