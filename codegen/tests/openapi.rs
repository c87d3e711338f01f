//! OpenAPI of every spec of the repository: complete, and without anything of a spec that does more than stand there.
//! Whether it is valid is asked of another program, in `tests/editor`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::Path;

use authsmith_codegen::files::with_bases;
use authsmith_codegen::model::Provider;
use authsmith_codegen::openapi::{openapi, openapi_yaml};
use authsmith_codegen::parse::data;
use authsmith_codegen::{SourceFile, check};
use serde_json::Value;

fn provider(root: &Path, name: &str) -> Option<Provider> {
    let sources: Vec<SourceFile> = with_bases(root, name).unwrap().into_iter().map(|file| file.source).collect();
    check(&sources).0.into_iter().find(|provider| provider.source.file == name)
}

fn all() -> Vec<Provider> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for folder in ["specs", "tests/goldens", "tests/vendors"] {
        let folder = root.join(folder);
        for file in std::fs::read_dir(&folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            // One that serves only others has no document.
            all.extend(name.ends_with(".yaml").then(|| provider(&folder, &name)).flatten());
        }
    }
    assert!(all.len() > 60, "{}", all.len());
    all
}

/// Every operation with its path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().values().map(move |operation| (path.clone(), operation)));
    all.collect()
}

#[test]
fn every_request_of_the_model_is_there() {
    for provider in all() {
        let document = openapi(&provider);
        let operations = operations(&document);
        let ids = operations.iter().map(|(_, operation)| operation["operationId"].as_str().unwrap());
        let there: BTreeSet<String> =
            ids.flat_map(|id| id.split("_or_").map(str::to_owned).collect::<Vec<_>>()).collect();
        let grants = provider.grants.iter().map(|grant| &grant.name.wire);
        let due = grants.chain(provider.calls.iter().map(|call| &call.name.wire)).map(String::as_str);
        let pages = [
            ("authorize", provider.authorize.is_some()),
            ("device", provider.device.is_some()),
            ("revoke", provider.revoke.is_some()),
        ];
        for name in due.chain(pages.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name)) {
            let is_there = name.split("_or_").all(|part| there.contains(part));
            assert!(is_there, "{}: {name} isn't among {there:?}", provider.name.wire);
        }
        for (path, operation) in operations {
            let declared = operation["parameters"].as_array().into_iter().flatten();
            let declared: BTreeSet<&str> =
                declared.filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
            let named: BTreeSet<&str> = path.split('{').skip(1).map(|part| part.split_once('}').unwrap().0).collect();
            assert_eq!(declared, named, "{}: {path}", provider.name.wire);
        }
        for name in references(&document) {
            assert!(document["components"]["schemas"].get(&name).is_some(), "{}: {name}", provider.name.wire);
        }
    }
}

/// The names of the schemas that others refer to.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).map(|to| to.rsplit('/').next().unwrap().to_owned());
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// The descriptions, which readers take as Markdown.
fn descriptions(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("description").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(descriptions)).collect()
        }
        Value::Array(items) => items.iter().flat_map(descriptions).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn hostile_text_is_no_markup() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/goldens");
    let texts = descriptions(&openapi(&provider(&root, "evil.yaml").unwrap()));
    assert!(texts.iter().any(|text| text.contains("script")), "nothing hostile is there: {texts:?}");
    for text in texts {
        let bare = text.replace("\\<", "").replace("\\[", "").replace("&lt;", "");
        let outside: String = bare.split('`').step_by(2).collect();
        assert!(!outside.contains(['<', '[']), "{text}");
    }
}

#[test]
fn the_yaml_says_what_the_json_says() {
    let texts = |value: &Value| value.to_string();
    for provider in all() {
        let document = openapi(&provider);
        // The reader takes every scalar as text, so that is how the JSON is compared.
        let read = data(&openapi_yaml(&provider)).unwrap_or_else(|| panic!("{}", openapi_yaml(&provider)));
        assert_eq!(texts(&read), texts(&as_texts(&document)), "{}", provider.name.wire);
    }
}

fn as_texts(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), as_texts(value))).collect(),
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::String(text) => text.clone().into(),
        other => other.to_string().into(),
    }
}

#[test]
fn a_small_spec_as_a_document() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff");
    insta::assert_snapshot!(openapi_yaml(&provider(&root, "spec.yaml").unwrap()));
}
