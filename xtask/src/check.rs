//! `check`: the mistakes of specs.

use std::path::PathBuf;

use authsmith_codegen::Severity;

use crate::paths;
use crate::regen::count;
use crate::say::say;
use crate::specs;
use crate::stop::{Outcome, Stop};

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The specs [default: all in specs/ of the repository]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs `check`.
pub fn run(args: &Args) -> Outcome {
    let files = match args.files.is_empty() {
        true => paths::specs_in(&paths::root().join("specs"))?,
        false => args.files.clone(),
    };
    let sources = specs::with_bases(&files)?;
    let specs = count(files.len(), "spec");
    let (_, findings) = authsmith_codegen::check(&sources);
    if !findings.is_empty() {
        specs::print_mistakes(&findings, &sources);
    }
    let of = |severity| findings.list.iter().filter(|finding| finding.severity == severity).count();
    let (mistakes, warnings) = (of(Severity::Error), of(Severity::Warning));
    let warnings = if warnings == 0 { String::new() } else { format!(", {}", count(warnings, "warning")) };
    match mistakes {
        0 => say(&format!("{specs}, no mistakes{warnings}")),
        _ => say(&format!("{specs}, {}{warnings}", count(mistakes, "mistake"))),
    }?;
    if mistakes == 0 { Ok(()) } else { Err(Stop::found()) }
}
