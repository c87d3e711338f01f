//! `check`: the mistakes of specs.

use std::path::PathBuf;

use authsmith_codegen::Severity;
use authsmith_codegen::check::codes::ALL;

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
    #[arg(long, value_name = "CODE", conflicts_with = "files")]
    explain: Option<String>,
    /// Fail on warnings, too
    #[arg(long)]
    deny_warnings: bool,
}

/// Runs `check`.
pub fn run(args: &Args, home: &Home) -> Outcome {
    if let Some(code) = &args.explain {
        return explain(code);
    }
    let files = match args.files.is_empty() {
        true => paths::specs_in(&home.specs())?,
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
    let mistakes = if mistakes == 0 { "no mistakes".to_owned() } else { count(mistakes, "mistake") };
    let warnings = if warnings == 0 { String::new() } else { format!(", {}", count(warnings, "warning")) };
    say(&format!("{specs}, {mistakes}{warnings}"))?;
    let worst = findings.list.iter().min_by_key(|finding| finding.severity);
    let Some(worst) = worst else { return Ok(()) };
    say(&format!("More on one of them: {} check --explain {}", home.program, worst.code))?;
    match worst.severity == Severity::Error || args.deny_warnings {
        true => Err(Stop::found()),
        false => Ok(()),
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
