//! The commands of the project: `cargo xtask --help` lists them.

mod demo;
mod home;
mod store;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The commands of the project.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
enum Command {
    #[command(flatten)]
    OfUsers(cargo_authsmith::Command),
    /// Look into a store of grants, without showing secrets
    Store(store::Args),
    /// Run every vendor's whole flow against the sandbox
    Demo,
}

fn main() -> ExitCode {
    cargo_authsmith::exit(match &Cli::parse().command {
        Command::OfUsers(command) => command.run(&home::home()),
        Command::Store(args) => store::run(args),
        Command::Demo => demo::run(),
    })
}
