//! `diff`: what a change of specs means to those who use the generated crates.

mod revision;

use std::io::Write;
use std::path::PathBuf;

use authsmith_codegen::diff::{CrateChanges, Impact};
use authsmith_codegen::{Severity, SourceFile};
use serde_json::json;

use crate::home::Home;
use crate::paths;
use crate::regen::count;
use crate::say::say;
use crate::specs;
use crate::stop::{Outcome, Stop};

/// The arguments of `diff`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The git revision to compare with
    #[arg(default_value = "HEAD", conflicts_with = "against")]
    revision: String,
    /// Compare with the specs in this directory instead
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// The directory of the specs [default: specs/]
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// How to print the changes
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Fail when a change is breaking, or when an older spec can't be compared
    #[arg(long)]
    deny_breaking: bool,
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

/// Runs `diff`.
pub fn run(args: &Args, home: &Home) -> Outcome {
    let dir = args.specs.clone().unwrap_or_else(|| home.specs());
    let new = specs::all(&dir)?;
    let (old, before) = match &args.against {
        Some(other) => (sources(other)?, format!("{}", other.display())),
        None => (revision::sources(&dir, &args.revision)?, args.revision.clone()),
    };
    let (providers, findings) = authsmith_codegen::check(&old);
    let wrong = old.iter().filter(|source| {
        let is_error = |file: &str, severity| file == source.path && severity == Severity::Error;
        findings.list.iter().any(|finding| is_error(&finding.file, finding.severity))
    });
    let wrong: Vec<&str> = wrong.map(|source| source.path.as_str()).collect();
    let stem = |path: &str| PathBuf::from(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    // What can't be read isn't new.
    let known = |name: &str| wrong.iter().any(|path| stem(path).as_deref() == Some(name));
    let mut changes = authsmith_codegen::diff::diff(&providers, &new);
    changes.retain(|one| !known(&one.name));
    match args.format {
        Format::Human => print(&changes, &wrong, &before)?,
        Format::Json => {
            let crates: Vec<_> = changes.iter().map(CrateChanges::json).collect();
            say(&format!("{:#}", json!({ "against": before, "crates": crates, "not_compared": wrong })))?;
        }
    }
    let breaks = changes.iter().any(|one| one.impact() == Some(Impact::Breaking));
    if args.deny_breaking && (breaks || !wrong.is_empty()) { Err(Stop::found()) } else { Ok(()) }
}

/// The specs of another directory, under the names that they have here.
fn sources(dir: &std::path::Path) -> Outcome<Vec<SourceFile>> {
    paths::specs_in(dir)?.iter().map(|file| paths::source(file)).collect()
}

fn print(changes: &[CrateChanges], wrong: &[&str], before: &str) -> Outcome {
    for one in changes {
        say(&one.text())?;
    }
    for path in wrong {
        let line =
            format!("{path} has mistakes at {before}, by the rules of today; what has changed in it isn't known\n");
        // It is part of the result, and not of what a program reads.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    let breaking = changes.iter().filter(|one| one.impact() == Some(Impact::Breaking)).count();
    match changes.len() {
        0 => say(&format!("nothing has changed since {before}")),
        all if breaking == 0 => say(&format!("{} changed since {before}, none breaking", count(all, "crate"))),
        all => say(&format!("{} changed since {before}, {breaking} breaking", count(all, "crate"))),
    }
}
