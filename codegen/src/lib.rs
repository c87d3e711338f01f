//! Turns YAML provider specs into typed OAuth client crates.
//!
//! The pipeline is one pure function: specs in, files or findings out. It reads no file and no clock;
//! [`files`] reads specs for the macro and for [`Builder`], the pipeline in a build script.

mod build;
pub mod check;
pub mod diagnostics;
pub mod diff;
pub mod emit;
pub mod files;
pub mod lower;
pub mod model;
pub mod openapi;
pub mod parse;
pub mod schema;

pub use build::{BuildError, Builder};
pub use diagnostics::{Diagnostic, Diagnostics, Severity, Style};
pub use emit::{GeneratedCrate, GeneratedFile, Options, Runtime};

use std::collections::HashMap;

use diagnostics::Sink;
use sha2::{Digest, Sha256};

/// A spec as it was read from disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path that findings name and that generated files are stamped with.
    pub path: String,
    /// The text.
    pub text: String,
}

/// The whole pipeline: specs in, one crate a spec out, in the order of the specs.
///
/// # Errors
///
/// As [`load`]; then there are no crates at all.
pub fn generate(sources: &[SourceFile], options: &Options) -> Result<Vec<GeneratedCrate>, Diagnostics> {
    Ok(load(sources)?.iter().map(|provider| emit::emit(provider, options)).collect())
}

/// Reads and checks specs.
///
/// # Errors
///
/// Every mistake of every file, when there is any. Warnings alone don't fail; [`check()`] gives them.
pub fn load(sources: &[SourceFile]) -> Result<Vec<model::Provider>, Diagnostics> {
    let (providers, findings) = check(sources);
    if findings.has_errors() { Err(findings) } else { Ok(providers) }
}

/// As [`load`], with the warnings: the providers whose specs have no mistake, and everything that was found.
pub fn check(sources: &[SourceFile]) -> (Vec<model::Provider>, Diagnostics) {
    let mut providers = Vec::new();
    let mut places = Vec::new();
    let mut chars = HashMap::new();
    let mut findings = Diagnostics::default();
    let all: Vec<&SourceFile> = sources.iter().collect();
    for source in sources {
        let mut sink = Sink::new(&source.path);
        if let Some((provider, name)) = read(source, &all, &mut sink) {
            providers.push(provider);
            places.push((source.path.clone(), name));
        }
        // What is wrong with a base is found again with every spec that extends it.
        for mut finding in sink.finish() {
            settle(&mut finding, sources, &mut chars);
            if !findings.list.contains(&finding) {
                findings.list.push(finding);
            }
        }
    }
    check::check_together(&providers, &places, &mut findings);
    (providers, findings)
}

/// Keeps the mend of a finding where it fits the file; the characters of each file are collected once.
fn settle(finding: &mut Diagnostic, sources: &[SourceFile], chars: &mut HashMap<String, Vec<char>>) {
    if finding.fix.is_none() {
        return;
    }
    let of_file = chars.entry(finding.file.clone()).or_insert_with(|| {
        let source = sources.iter().find(|source| source.path == finding.file);
        let text = source.map_or("", |source| source.text.as_str());
        text.strip_prefix('\u{feff}').unwrap_or(text).chars().collect()
    });
    finding.settle(of_file);
}

/// The specs that a spec extends, by name: each stands beside it in a file `<name>.yaml`. None when it extends nothing or
/// can't be read. Whoever has one file only puts those files, and what they extend in turn, among the sources.
pub fn bases(source: &SourceFile) -> Vec<String> {
    let mut sink = Sink::new(&source.path);
    let root = parse::read(&source.text, 0, &mut sink);
    let named = root.as_ref().and_then(parse::base_name).map(|name| name.text);
    named.filter(|name| !name.contains(['/', '\\', '.'])).into_iter().collect()
}

/// YAML -> spec tree -> draft of the model -> rules, for one file; with the place of the provider's name.
fn read(source: &SourceFile, all: &[&SourceFile], sink: &mut Sink) -> Option<(model::Provider, diagnostics::Span)> {
    let (spec, bases) = parse::parse(source, all, sink)?;
    let mut hasher = Sha256::new_with_prefix(&source.text);
    bases.iter().for_each(|base| hasher.update(base));
    let sha256 = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let draft = model::draft::draft(&spec, model::Source { file: source.path.clone(), sha256 });
    check::check(&spec, &draft, sink);
    let place = spec.provider.map(|name| name.span).unwrap_or_default();
    (!sink.has_errors()).then_some((draft.provider, place))
}
