//! `check`: the mistakes of specs.

mod fix;

use std::path::PathBuf;

use authsmith_codegen::check::codes::ALL;
use authsmith_codegen::{Diagnostics, Severity, SourceFile};

use crate::home::Home;
use crate::paths;
use crate::regen::count;
use crate::say::say;
use crate::specs;
use crate::stop::{Outcome, Stop};

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The specs [default: all in specs/]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the page of a rule, such as AS0101, with a wrong example and a right one
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "fix", "format", "deny_warnings"])]
    explain: Option<String>,
    /// Make every mend of which there is no doubt, and report what remains
    #[arg(long)]
    fix: bool,
    /// Fail on warnings, too
    #[arg(long)]
    deny_warnings: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// With the lines that they are about, on standard error
    Human,
    /// For programs, on standard output
    Json,
    /// SARIF 2.1.0, which code hosts show beside a change, on standard output
    Sarif,
}

/// Runs `check`.
pub fn run(args: &Args, home: &Home) -> Outcome {
    if let Some(code) = &args.explain {
        return explain(code);
    }
    let mut files = match args.files.is_empty() {
        true => paths::specs_in(&home.specs())?,
        false => args.files.clone(),
    };
    let mut seen = Vec::new();
    files.retain(|file| !seen.contains(file) && (seen.push(file.clone()), true).1);
    let mut sources = specs::with_bases(&files)?;
    if args.fix {
        fix::fix(&files, &mut sources)?;
    }
    let (_, findings) = authsmith_codegen::check(&sources);
    match args.format {
        Format::Human => report(&findings, &sources, files.len(), home)?,
        Format::Json => say(&format!("{:#}", findings.to_json()))?,
        Format::Sarif => say(&format!("{:#}", findings.to_sarif()))?,
    }
    match findings.has_errors() || (args.deny_warnings && !findings.is_empty()) {
        true => Err(Stop::found()),
        false => Ok(()),
    }
}

/// The findings for people, and how many there are.
fn report(findings: &Diagnostics, sources: &[SourceFile], files: usize, home: &Home) -> Outcome {
    if !findings.is_empty() {
        specs::print_mistakes(findings, sources);
    }
    let (mistakes, warnings) = (findings.count(Severity::Error), findings.count(Severity::Warning));
    let mistakes = if mistakes == 0 { "no mistakes".to_owned() } else { count(mistakes, "mistake") };
    let warnings = if warnings == 0 { String::new() } else { format!(", {}", count(warnings, "warning")) };
    say(&format!("{}, {mistakes}{warnings}", count(files, "spec")))?;
    match findings.list.iter().min_by_key(|finding| finding.severity) {
        Some(worst) => say(&format!("More on one of them: {} check --explain {}", home.program, worst.code)),
        None => Ok(()),
    }
}

/// The page of a rule.
fn explain(code: &str) -> Outcome {
    let Some(rule) = ALL.iter().find(|rule| rule.code.eq_ignore_ascii_case(code)) else {
        let unknown = format!("there is no rule `{code}`; codes are `AS` and four digits, and stand in the messages");
        return Err(Stop::new(unknown));
    };
    say(rule.page.trim_end())
}
