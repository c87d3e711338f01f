//! Values of inputs, as they are typed on the command line and as their types allow.

use std::path::Path;

use authsmith_codegen::model::{Field, Provider, Type, TypeKind};
use authsmith_protocol::File;
use serde_json::Value;

/// Reads a value of the type `ty`: text as it stands, anything else as JSON.
pub fn parse(provider: &Provider, ty: &Type, text: &str) -> Result<Value, String> {
    let value = match is_text(provider, ty) {
        true => Value::String(text.to_owned()),
        false => serde_json::from_str(text)
            .map_err(|error| format!("is {}, to be written in JSON ({error})", describe(ty)))?,
    };
    check(provider, ty, &value).map(|()| value)
}

/// Reads `@path`, which may be followed by `;type=` and a media type.
pub fn file(text: &str) -> Result<File, String> {
    let path = text.strip_prefix('@').ok_or_else(|| format!("is {}", describe(&Type::File)))?;
    let (path, content_type) = path.split_once(";type=").unwrap_or((path, "application/octet-stream"));
    let bytes = std::fs::read(path).map_err(|error| format!("can't be read from {path}: {error}"))?;
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
    Ok(File::new(name, content_type, bytes))
}

fn is_text(provider: &Provider, ty: &Type) -> bool {
    match ty {
        Type::String | Type::Secret | Type::Date | Type::Timestamp => true,
        Type::Named(name) => !matches!(kind(provider, name), Some(TypeKind::Object(_))),
        _ => false,
    }
}

fn kind<'a>(provider: &'a Provider, name: &str) -> Option<&'a TypeKind> {
    provider.types.iter().find(|def| def.name == name).map(|def| &def.kind)
}

/// Says where a value is not what a generated client would take.
fn check(provider: &Provider, ty: &Type, value: &Value) -> Result<(), String> {
    let fits = match (ty, value) {
        (Type::Json, _) => true,
        (Type::Date, Value::String(text)) => text.parse::<jiff::civil::Date>().is_ok(),
        (Type::Timestamp, Value::String(text)) => text.parse::<jiff::Timestamp>().is_ok(),
        (Type::String | Type::Secret | Type::Text | Type::Bytes | Type::CompactDate, Value::String(_))
        | (Type::Boolean, Value::Bool(_)) => true,
        (Type::Integer | Type::Epoch | Type::EpochMillis, Value::Number(number)) => number.is_i64(),
        (Type::Number, Value::Number(_)) | (Type::Nothing, Value::Null) => true,
        (Type::List(item), Value::Array(values)) => {
            let each = |(index, value)| check(provider, item, value).map_err(|error| format!("[{index}] {error}"));
            return values.iter().enumerate().try_for_each(each);
        }
        (Type::Map { value: ty, .. }, Value::Object(members)) => {
            let each =
                |(key, value): (&String, &Value)| check(provider, ty, value).map_err(|error| format!(".{key} {error}"));
            return members.iter().try_for_each(each);
        }
        (Type::Named(name), value) => return check_named(provider, name, value),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("is {}", describe(ty))) }
}

fn check_named(provider: &Provider, name: &str, value: &Value) -> Result<(), String> {
    match (kind(provider, name), value) {
        (Some(TypeKind::Object(fields)), Value::Object(members)) => {
            let has = |field: &&Field| !field.optional && members.get(&field.name.wire).is_none_or(Value::is_null);
            if let Some(field) = fields.iter().find(has) {
                return Err(format!("lacks `{}`", field.name.wire));
            }
            for (key, value) in members {
                let Some(field) = fields.iter().find(|field| field.name.wire == *key) else {
                    return Err(format!("has no field `{key}`"));
                };
                if !(field.optional && value.is_null()) {
                    check(provider, &field.ty, value).map_err(|error| format!(".{key} {error}"))?;
                }
            }
            Ok(())
        }
        (Some(TypeKind::Object(_)), _) => Err(format!("is {name}, an object")),
        // The words of an enum are an open set.
        (_, Value::String(_)) => Ok(()),
        _ => Err(format!("is {name}, text")),
    }
}

/// A type in words.
pub fn describe(ty: &Type) -> String {
    match ty {
        Type::String | Type::Secret => "text".into(),
        Type::Integer => "an integer".into(),
        Type::Number => "a number".into(),
        Type::Text => "text".into(),
        Type::Bytes => "bytes".into(),
        Type::File => "a file, as @path or @path;type=image/png".into(),
        Type::Epoch => "seconds since 1970".into(),
        Type::EpochMillis => "milliseconds since 1970".into(),
        Type::CompactDate => "a date, as 20260131".into(),
        Type::Boolean => "true or false".into(),
        Type::Json => "any JSON".into(),
        Type::Date => "a date, as 2026-01-31".into(),
        Type::Timestamp => "a moment, as 2026-01-31T12:00:00Z".into(),
        Type::Nothing => "nothing".into(),
        Type::List(item) => format!("a list of {}", describe(item)),
        Type::Map { value, .. } => format!("an object whose values are {}", describe(value)),
        Type::Named(name) => name.clone(),
    }
}
