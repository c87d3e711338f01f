//! Turns YAML provider specs into typed OAuth client crates.
//!
//! The pipeline is one pure function: specs in, files or findings out. Nothing here reads a file or a clock.

pub mod check;
pub mod diagnostics;
pub mod lower;
pub mod model;
pub mod parse;

pub use diagnostics::{Diagnostic, Diagnostics, Severity, Style};

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

/// Reads and checks specs.
///
/// # Errors
///
/// Every mistake of every file, when there is any. Warnings alone don't fail; [`check`] gives them.
pub fn load(sources: &[SourceFile]) -> Result<Vec<model::Provider>, Diagnostics> {
    let (providers, findings) = check(sources);
    if findings.has_errors() { Err(findings) } else { Ok(providers) }
}

/// As [`load`], with the warnings: the providers whose specs have no mistake, and everything that was found.
pub fn check(sources: &[SourceFile]) -> (Vec<model::Provider>, Diagnostics) {
    let mut providers = Vec::new();
    let mut findings = Diagnostics::default();
    for source in sources {
        let mut sink = Sink::new(&source.path);
        providers.extend(read(source, &mut sink));
        findings.list.extend(sink.finish());
    }
    (providers, findings)
}

/// parse -> check -> model, for one file.
fn read(source: &SourceFile, sink: &mut Sink) -> Option<model::Provider> {
    let spec = parse::parse(&source.text, sink)?;
    let sha256 = Sha256::digest(&source.text).iter().map(|byte| format!("{byte:02x}")).collect();
    let draft = model::draft::draft(&spec, model::Source { file: source.path.clone(), sha256 });
    (!sink.has_errors()).then_some(draft.provider)
}
