//! Looks into a store of grants, without showing secrets.

mod show;
mod store;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about = "Looks into a store of grants, without showing secrets.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what a store keeps, or show one record
    Inspect {
        /// A file of `SqliteStore`, or the URL of a PostgreSQL or Redis server
        store: String,
        /// The name of one record, as the list has it
        name: Option<String>,
        /// List only names that begin so: `acme/`
        #[arg(long, value_name = "TEXT", default_value = "", conflicts_with = "name")]
        prefix: String,
        /// What the names of a store in Redis begin with
        #[arg(long, value_name = "TEXT", default_value = "authsmith")]
        namespace: String,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Command::Inspect { store, name, prefix, namespace } = Cli::parse().command;
    let outcome = match store::open(&store, namespace).await {
        Ok(store) => match name {
            Some(name) => show::one(&*store, &name).await,
            None => show::all(&*store, &prefix).await,
        },
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", show::told(&error));
            ExitCode::FAILURE
        }
    }
}
