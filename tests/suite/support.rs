//! Specs, models and operation data for the other modules.

use std::path::PathBuf;

use authsmith_codegen::model::{Input, Provider, Type, TypeKind};
use authsmith_codegen::{SourceFile, load};
use authsmith_protocol::{Value, Values};
use serde_json::json;

/// The five vendors.
pub const VENDORS: [&str; 5] = ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"];

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The directory into which these tests were compiled.
pub fn target() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// The spec of a vendor.
pub fn spec(vendor: &str) -> SourceFile {
    let path = format!("specs/{vendor}.yaml");
    SourceFile { text: std::fs::read_to_string(root().join(&path)).unwrap(), path }
}

/// The model of a vendor.
pub fn provider(vendor: &str) -> Provider {
    load(&[spec(vendor)]).expect("the spec is right").remove(0)
}

/// A value for every variable that an operation of `provider` may use, named after itself.
pub fn values(provider: &Provider, inputs: &[Input]) -> Values {
    let mut values = Values::new();
    for name in ["client_id", "code", "redirect_uri", "username"] {
        values.set(name, name.to_uppercase());
    }
    for name in [
        "client_secret",
        "client_assertion",
        "state",
        "login_nonce",
        "code_verifier",
        "code_challenge",
        "refresh_token",
        "password",
        "token",
    ] {
        values.set(name, Value::Secret(name.to_uppercase().into()));
    }
    for setting in &provider.settings {
        let value = setting.default.clone().or_else(|| setting.sample.clone()).unwrap_or_default();
        values.set(setting.name.wire.clone(), value);
    }
    for input in inputs {
        let value = input.sample.clone().unwrap_or_else(|| sample(provider, &input.ty, &input.name.wire));
        values.set(input.name.wire.clone(), Value::Json(value));
    }
    values
}

/// A value of a type, told apart from others by `name`.
pub fn sample(provider: &Provider, ty: &Type, name: &str) -> serde_json::Value {
    match ty {
        Type::String | Type::Secret => json!(name.to_uppercase()),
        Type::Integer => json!(1),
        Type::Number => json!(1.5),
        Type::Boolean => json!(true),
        Type::Json => json!({ "any": "thing" }),
        Type::Date => json!("2024-03-01"),
        Type::Timestamp => json!("2024-03-01T12:00:00Z"),
        Type::Epoch => json!(1_709_294_400),
        Type::EpochMillis => json!(1_709_294_400_000_i64),
        Type::CompactDate => json!("20240301"),
        Type::Text | Type::Bytes | Type::File => json!(name.to_uppercase()),
        Type::Nothing => json!(null),
        Type::List(item) => json!([sample(provider, item, name)]),
        Type::Map { value, .. } => json!({ "2024-03-01": sample(provider, value, name) }),
        Type::Named(rust) => match &provider.types.iter().find(|def| def.name == *rust).expect("a known type").kind {
            TypeKind::Enum(words) => json!(words[0].wire),
            TypeKind::Object(fields) => fields
                .iter()
                .map(|field| (field.name.wire.clone(), sample(provider, &field.ty, &field.name.wire)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        },
    }
}

/// What stands for a secret in the message of a failed test, which must not show it either.
pub const MASK: &str = "<SECRET>";

/// `text` with every one of `secrets` masked.
pub fn mask<'s>(text: &str, secrets: impl IntoIterator<Item = &'s str>) -> String {
    secrets.into_iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
}
