//! The documents that `openapi` prints, held against the schema of OpenAPI by a validator of others: an npm package.

use std::path::{Path, PathBuf};
use std::process::Command;

use authsmith_codegen::files::with_bases;
use authsmith_codegen::openapi::openapi;
use authsmith_codegen::{SourceFile, check};
use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::{install, root};

/// The version that the tests were written for.
const VERSION: &str = "2.11.0";

/// Prints what is wrong with each of the documents in a file.
const SCRIPT: &str = r#"
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [packaged, file] = process.argv.slice(2);
const { Validator } = await import(pathToFileURL(packaged));
const wrong = [];
for (const [name, document] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
  const result = await new Validator().validate(document);
  if (!result.valid) wrong.push({ name, errors: result.errors });
}
console.log(JSON.stringify(wrong));
"#;

/// The document of a spec; none when it serves only others.
fn document(folder: &Path, name: &str) -> Option<Value> {
    let sources: Vec<SourceFile> = with_bases(folder, name).ok()?.into_iter().map(|file| file.source).collect();
    let provider = check(&sources).0.into_iter().find(|provider| provider.source.file == name)?;
    Some(openapi(&provider))
}

fn wrong_in(documents: &Value) -> Result<Value, Failed> {
    let package = install("@seriousme/openapi-schema-validator", VERSION)?;
    let place = |name: &str| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("editor").join(name);
    std::fs::write(place("documents.json"), documents.to_string())?;
    std::fs::write(place("validate.mjs"), SCRIPT)?;
    let mut node = Command::new("node");
    let ran = node.arg(place("validate.mjs")).arg(package.join("index.js")).arg(place("documents.json")).output()?;
    match ran.status.success() {
        true => Ok(serde_json::from_slice(&ran.stdout)?),
        false => Err(format!("node: {}", String::from_utf8_lossy(&ran.stderr)).into()),
    }
}

/// Every spec of the repository is valid OpenAPI 3.1, and the validator finds what isn't.
pub fn every_document_is_valid() -> Result<(), Failed> {
    let mut documents = serde_json::Map::new();
    for folder in ["specs", "tests/goldens", "tests/vendors"] {
        let folder = root().join(folder);
        for file in std::fs::read_dir(&folder)? {
            let name = file?.file_name().to_string_lossy().into_owned();
            let document = name.ends_with(".yaml").then(|| document(&folder, &name)).flatten();
            documents.extend(document.map(|document| (name, document)));
        }
    }
    if documents.len() < 60 {
        return Err(format!("only {} documents", documents.len()).into());
    }
    let wrong = wrong_in(&documents.clone().into())?;
    if wrong != json!([]) {
        return Err(format!("{wrong:#}").into());
    }
    for (name, document) in &mut documents {
        let paths = document["paths"].as_object_mut().ok_or_else(|| name.clone())?;
        paths.insert("no-slash".to_owned(), json!({ "get": { "responses": {} } }));
    }
    let found = wrong_in(&documents.clone().into())?.as_array().map_or(0, Vec::len);
    if found == documents.len() { Ok(()) } else { Err(format!("only {found} of the wrong ones are found").into()) }
}
