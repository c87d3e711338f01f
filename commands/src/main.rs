//! `cargo authsmith`: the commands, where the specs are the user's own.

use std::path::PathBuf;
use std::process::ExitCode;

use cargo_authsmith::{Command, Home};
use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo")]
enum Cargo {
    Authsmith(Authsmith),
}

/// Typed OAuth clients from specs: one YAML file a vendor, in the folder specs/.
#[derive(Debug, clap::Args)]
#[command(version)]
struct Authsmith {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let Cargo::Authsmith(arguments) = Cargo::parse();
    let home = Home { program: "cargo authsmith", root: PathBuf::new(), runtime: None };
    cargo_authsmith::exit(arguments.command.run(&home))
}
