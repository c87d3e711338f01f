//! What an editor shows of a spec: the language server for YAML is the one that editors use, an npm package.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod openapi;
mod server;

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use server::Server;

fn main() {
    let is_there =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|out| out.status.success());
    let missing = !(is_there("node") && is_there("npm"));
    if missing && std::env::var_os("AUTHSMITH_REQUIRE_SERVERS").is_some() {
        eprintln!("error: Node.js with npm isn't installed, and the tests of the editor need it");
        std::process::exit(1);
    }
    let trial = |name: &str, test: fn(&mut Server) -> Result<(), Failed>| {
        let name = if missing { format!("{name} (Node.js isn't installed)") } else { name.to_owned() };
        Trial::test(name, move || test(&mut Server::start()?)).with_ignored_flag(missing)
    };
    let name = if missing { " (Node.js isn't installed)" } else { "" };
    let documents = Trial::test(format!("every_document_is_valid_openapi{name}"), openapi::every_document_is_valid);
    let trials = vec![
        documents.with_ignored_flag(missing),
        trial("no_spec_of_the_repository_has_a_squiggle", no_squiggle),
        trial("a_misspelled_key_has_a_squiggle", squiggle),
        trial("a_key_is_explained_under_the_pointer", hover),
        trial("the_keys_of_a_section_are_offered", completion),
    ];
    // They share what npm installs.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit();
}

/// Where npm puts a package, which it installs the first time.
fn install(package: &str, version: &str) -> Result<PathBuf, Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("editor");
    let place = folder.join("node_modules").join(package);
    let is_there = std::fs::read_to_string(place.join("package.json"))
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")));
    if !is_there {
        std::fs::create_dir_all(&folder)?;
        let name = format!("{package}@{version}");
        let npm = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg(name)
            .output()?;
        if !npm.status.success() {
            return Err(format!("npm: {}", String::from_utf8_lossy(&npm.stderr)).into());
        }
    }
    Ok(place)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A spec with the line that names the schema.
fn spec(text: &str) -> String {
    let schema = root().join("docs/authsmith.schema.json");
    // Their own such line leads there from where they stand.
    let text = text.strip_prefix("# yaml-language-server:").map_or(text, |rest| rest.split_once('\n').unwrap().1);
    format!("# yaml-language-server: $schema=file://{}\n{text}", schema.display())
}

fn no_squiggle(server: &mut Server) -> Result<(), Failed> {
    let mut specs = 0;
    for folder in ["specs", "tests/goldens", "tests/vendors"] {
        for file in std::fs::read_dir(root().join(folder))? {
            let path = file?.path();
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            specs += 1;
            let found = server.problems(&spec(&std::fs::read_to_string(&path)?))?;
            if found.as_array().is_none_or(|found| !found.is_empty()) {
                return Err(format!("{}: {found:#}", path.display()).into());
            }
        }
    }
    if specs < 50 { Err(format!("only {specs} specs were found").into()) } else { Ok(()) }
}

fn squiggle(server: &mut Server) -> Result<(), Failed> {
    let found = server.problems(&spec("provider: acme\nautorize: { url: https://acme.example/authorize }\n"))?;
    let is_it = |one: &Value| {
        let start = (one.pointer("/range/start/line"), one.pointer("/range/start/character"));
        start == (Some(&2.into()), Some(&0.into()))
            && one["message"].as_str().is_some_and(|text| text.contains("autorize"))
    };
    match found.as_array().is_some_and(|found| found.len() == 1 && found.iter().all(is_it)) {
        true => Ok(()),
        false => Err(format!("{found:#}").into()),
    }
}

fn hover(server: &mut Server) -> Result<(), Failed> {
    let text = spec("provider: acme\nauthorize:\n  url: https://acme.example/authorize\n  scope_separator: \",\"\n");
    let shown = server.hover(&text, 4, 6)?.to_string();
    match ["what stands between two scopes", "RFC 6749"].iter().all(|part| shown.contains(part)) {
        true => Ok(()),
        false => Err(shown.into()),
    }
}

fn completion(server: &mut Server) -> Result<(), Failed> {
    let text = spec("provider: acme\nauthorize:\n  url: https://acme.example/authorize\n  \n");
    let offered = server.completion(&text, 4, 2)?;
    let labels: Vec<_> = offered.iter().filter_map(|item| item["label"].as_str()).collect();
    let (expected, other) = (["scopes", "pkce", "callback"], ["provider", "url"]);
    match expected.iter().all(|key| labels.contains(key)) && !other.iter().any(|key| labels.contains(key)) {
        true => Ok(()),
        false => Err(format!("{labels:?}").into()),
    }
}
