//! What an app sees of an answer, without what is random in it.

use std::fmt::Write as _;
use std::time::SystemTime;

use authsmith_codegen::model::{Field, Type, TypeDef, TypeKind};
use authsmith_protocol::Reading;
use serde_json::Value;

/// Tokens by kind, their lives to ten seconds, what is kept, and the fields that the spec names.
pub fn reading(reading: &Reading, fields: &[Field], types: &[TypeDef], now: SystemTime) -> String {
    let mut text = String::new();
    for token in &reading.tokens {
        let _ = write!(text, "{}{}", token.kind, life(token.expires_at, now));
        if token.refresh_token.is_some() {
            let _ = write!(text, " and refresh{}", life(token.refresh_expires_at, now));
        }
        let _ = write!(text, " for {:?}; ", token.scope);
    }
    for (name, value) in &reading.kept {
        // What a connection is made up of is the same each time but for a token.
        let _ = write!(text, "{name} = {}; ", if value.len() < 80 { value } else { "..." });
    }
    text + &object(&reading.body, fields, types)
}

pub fn life(end: Option<SystemTime>, now: SystemTime) -> String {
    let Some(end) = end else { return " for ever".to_owned() };
    let seconds = match end.duration_since(now) {
        Ok(left) => left.as_secs_f64(),
        Err(late) => -late.duration().as_secs_f64(),
    };
    format!(" for {:.0}0 s", seconds / 10.0)
}

/// A value as the type shows it: what no type names is left out.
pub fn value(value: &Value, ty: &Type, types: &[TypeDef]) -> String {
    match (ty, value) {
        (Type::Text | Type::Bytes, _) => "as it is".to_owned(),
        (Type::Named(name), Value::Object(_)) => {
            match types.iter().find(|def| def.name == *name).map(|def| &def.kind) {
                Some(TypeKind::Object(fields)) => object(value, fields, types),
                _ => value.to_string(),
            }
        }
        (Type::List(item), Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|one| self::value(one, item, types)).collect();
            format!("[{}]", items.join(", "))
        }
        (Type::Map { value: ty, .. }, Value::Object(members)) => {
            let members: Vec<String> =
                members.iter().map(|(key, one)| format!("{key}: {}", self::value(one, ty, types))).collect();
            format!("{{{}}}", members.join(", "))
        }
        (Type::Integer | Type::Number, Value::Number(number)) => format!("number {number}"),
        (ty, value) => format!("{ty:?} {value}"),
    }
}

fn object(body: &Value, fields: &[Field], types: &[TypeDef]) -> String {
    let shown = |field: &Field| match body.get(&field.name.wire) {
        Some(member) => format!("{}: {}", field.name.wire, value(member, &field.ty, types)),
        None => format!("no {}", field.name.wire),
    };
    format!("{{{}}}", fields.iter().map(shown).collect::<Vec<_>>().join(", "))
}
