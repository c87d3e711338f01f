//! `store`: looks into a store of grants.

use std::process::{Command, ExitStatus};

use cargo_authsmith::{Outcome, Stop};

use crate::home;

/// The arguments of `store`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Args {
    /// What the program `authsmith-store` takes
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// Runs `store`. The program is built with the stores, which no other command needs.
pub fn run(args: &Args) -> Outcome {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "authsmith-store", "--manifest-path"]);
    cargo.arg(home::root().join("Cargo.toml")).arg("--").args(&args.arguments);
    let status = cargo.status().map_err(|error| Stop::new(format!("can't run cargo: {error}")))?;
    // The program has said why.
    if status.success() { Ok(()) } else { Err(Stop { code: code(status), text: String::new() }) }
}

fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)
}
