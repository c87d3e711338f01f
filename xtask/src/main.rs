//! The commands of the project: `cargo xtask --help` lists them.

mod check;
mod paths;
mod regen;
mod specs;
mod stop;
mod suggest;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The commands of the project.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate the client crates from the specs
    Regen(regen::Args),
    /// Show the mistakes of specs
    Check(check::Args),
}

fn main() -> ExitCode {
    let outcome = match &Cli::parse().command {
        Command::Regen(args) => regen::run(args),
        Command::Check(args) => check::run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            if !stop.text.is_empty() {
                eprintln!("error: {}", stop.text);
            }
            ExitCode::from(stop.code)
        }
    }
}
