//! The five specs with nodes deleted, renamed, duplicated and retyped: a sample of what the rules take is compiled. That all
//! of it is Rust is tried beside the generator.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use authsmith_codegen::{GeneratedCrate, Options, SourceFile, check, emit::emit};

use crate::agree::mutations::mutations;
use crate::agree::tree::Tree;
use crate::outside::{cargo, run};
use crate::support::{VENDORS, root, spec};

/// How many mutations of each spec are looked at, and how many of the crates that they give are compiled at most. The
/// variable `MUTATED` multiplies both, for an hour without hurry.
const TRIED: usize = 150;
const SAMPLE: usize = 12;

fn times() -> usize {
    std::env::var("MUTATED").map_or(1, |times| times.parse().unwrap())
}

/// The crates that the mutations of a spec give, each other than the rest; the same ones in every run.
fn crates(name: &str) -> Vec<GeneratedCrate> {
    let original = spec(name);
    let mutations = mutations(&Tree::read(&original.text));
    let taken = |tree: &Tree| check(&[SourceFile { path: original.path.clone(), text: tree.write() }]).0.pop();
    // Neighbors are much the same; a step that no list of kinds of mutation divides meets all of them.
    let step = (mutations.len() / (TRIED * times())).max(1) | 1;
    let providers = mutations.iter().step_by(step).filter_map(taken);
    let mut seen = BTreeSet::new();
    let mut is_new = |krate: &GeneratedCrate| {
        let sources = krate.files.iter().filter(|file| file.path.starts_with("src/"));
        // Their first lines name the spec.
        seen.insert(sources.map(|file| file.text.split_once('\n').unwrap().1.to_owned()).collect::<String>())
    };
    let crates = providers.map(|provider| emit(&provider, &Options::default()));
    let new: Vec<_> = crates.filter(|krate| is_new(krate)).collect();
    let step = new.len().div_ceil(SAMPLE * times()).max(1);
    new.into_iter().step_by(step).collect()
}

/// Writes a crate as a module of another, and its program beside it.
fn write(krate: &GeneratedCrate, module: &str, folder: &Path) {
    fs::create_dir_all(folder.join(module)).unwrap();
    for file in krate.files.iter().filter(|file| file.path.ends_with(".rs")) {
        let name = file.path.rsplit('/').next().unwrap();
        let own = format!("\nuse authsmith_{}::", krate.name.replace('-', "_"));
        fs::write(folder.join(module).join(name), file.text.replace(&own, &format!("\nuse crate::{module}::")))
            .unwrap();
    }
}

#[test]
fn a_sample_of_what_the_rules_take_compiles() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let crates: Vec<_> = VENDORS.into_iter().flat_map(crates).collect();
    assert!(crates.len() > 40, "{}", crates.len());
    let (mut modules, mut programs) = (String::new(), String::new());
    for (at, krate) in crates.iter().enumerate() {
        let module = format!("m{at}");
        write(krate, &module, folder);
        writeln!(modules, "#[path = \"{module}/lib.rs\"]\npub mod {module};").unwrap();
        writeln!(programs, "    #[path = \"{module}/login.rs\"]\n    mod {module};").unwrap();
    }
    let library =
        format!("#![deny(warnings)]\n{modules}\n#[allow(dead_code)]\n#[path = \".\"]\nmod programs {{\n{programs}}}\n");
    fs::write(folder.join("lib.rs"), library).unwrap();
    let (runtime, login) = (root().join("runtime"), root().join("runtime/login"));
    let manifest = format!(
        "[package]\nname = \"mutated\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\nauthsmith = {{ path = {runtime:?} }}\nauthsmith-login = {{ path = {login:?} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    run(cargo(folder).args(["check", "--offline", "--quiet"]));
}
