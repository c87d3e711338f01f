//! `check`: the mistakes of specs.

use std::path::PathBuf;

use crate::paths;
use crate::regen::count;
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
    let sources: Vec<_> = files.iter().map(|file| paths::source(file)).collect::<Outcome<_>>()?;
    let specs = count(sources.len(), "spec");
    match authsmith_codegen::load(&sources) {
        Ok(_) => println!("{specs}, no mistakes"),
        Err(diagnostics) => {
            specs::print_mistakes(&diagnostics, &sources);
            println!("{specs}, {}", count(diagnostics.list.len(), "mistake"));
            return Err(Stop::found());
        }
    }
    Ok(())
}
