//! The commands of authsmith, as a library: `cargo authsmith` is a thin caller, so is the `cargo xtask` of authsmith's own
//! repository.

mod check;
mod diff;
mod home;
mod new;
mod openapi;
mod paths;
mod preview;
mod read;
pub mod regen;
pub mod sandbox;
mod say;
mod schema;
pub mod specs;
mod stop;
mod suggest;
mod when;

use std::process::ExitCode;

pub use home::Home;
pub use regen::count;
pub use say::say;
pub use stop::{Outcome, Stop};

/// A command with its arguments.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Begin the spec of a vendor, with what is known of it
    New(new::Args),
    /// Generate the client crates from the specs
    Regen(regen::Args),
    /// Show the mistakes of specs
    Check(check::Args),
    /// Tell what a change of specs means to programs that use the crates
    Diff(diff::Args),
    /// Show the exact request that a client would send
    Preview(preview::Args),
    /// Show what a client would read from a response, whose body comes on standard input
    Read(read::Args),
    /// Print a vendor as OpenAPI 3.1
    Openapi(openapi::Args),
    /// Play every vendor on loopback
    Sandbox(sandbox::Args),
    /// Print the JSON Schema of the language, for editors
    Schema,
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// When it could not be done, or when what it checks is wrong.
    pub fn run(&self, home: &Home) -> Outcome {
        match self {
            Self::New(args) => new::run(args, home),
            Self::Regen(args) => regen::run(args, home),
            Self::Check(args) => check::run(args, home),
            Self::Diff(args) => diff::run(args, home),
            Self::Preview(args) => preview::run(args),
            Self::Read(args) => read::run(args),
            Self::Openapi(args) => openapi::run(args),
            Self::Sandbox(args) => sandbox::run(args, home),
            Self::Schema => schema::run(),
        }
    }
}

/// Says on standard error why a command has ended early, and gives the exit code.
pub fn exit(outcome: Outcome) -> ExitCode {
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
