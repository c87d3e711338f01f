//! The commands of the project: `cargo xtask --help` lists them.

mod check;
mod demo;
mod paths;
mod preview;
mod read;
mod regen;
mod sandbox;
mod say;
mod specs;
mod stop;
mod store;
mod suggest;
mod when;

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
    /// Show the exact request that a client would send
    Preview(preview::Args),
    /// Show what a client would read from a response, whose body comes on standard input
    Read(read::Args),
    /// Play every vendor on loopback
    Sandbox(sandbox::Args),
    /// Look into a store of grants, without showing secrets
    Store(store::Args),
    /// Run every vendor's whole flow against the sandbox
    Demo,
}

fn main() -> ExitCode {
    let outcome = match &Cli::parse().command {
        Command::Regen(args) => regen::run(args),
        Command::Check(args) => check::run(args),
        Command::Preview(args) => preview::run(args),
        Command::Read(args) => read::run(args),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Store(args) => store::run(args),
        Command::Demo => demo::run(),
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
