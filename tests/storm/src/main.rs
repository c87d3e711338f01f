//! `cargo run --release -p authsmith-storm -- --store all`: many processes renew the same grants and are killed while
//! they do. It fails when a grant is lost that could have been kept.

use std::process::ExitCode;

use authsmith_storm::Outcome;
use authsmith_storm::place::Sort;
use authsmith_storm::storm::{Plan, run};
use authsmith_storm::worker::{self, Orders};
use clap::{Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(about = "Renews in many processes that are killed, and judges by the vendor's log and the store.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The store
    #[arg(long, value_enum, default_value = "all")]
    store: Choice,
    /// After how many renewals it is over
    #[arg(long, default_value_t = 10_000)]
    renewals: u64,
    /// How many processes there are
    #[arg(long, default_value_t = 8)]
    processes: usize,
    /// How many renewals each has under way at once
    #[arg(long, default_value_t = 4)]
    tasks: usize,
    /// How many grants there are
    #[arg(long, default_value_t = 1000)]
    grants: usize,
    /// Where the dice start
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Choice {
    Sqlite,
    Postgres,
    Redis,
    All,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What the processes of a run do
    #[command(hide = true)]
    Worker(Orders),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Some(Command::Worker(orders)) => work(orders),
        None => all(&cli),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work(orders: Orders) -> Outcome<bool> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(worker::run(orders))?;
    Ok(true)
}

#[tokio::main]
async fn all(cli: &Cli) -> Outcome<bool> {
    let sorts = match cli.store {
        Choice::Sqlite => vec![Sort::Sqlite],
        Choice::Postgres => vec![Sort::Postgres],
        Choice::Redis => vec![Sort::Redis],
        Choice::All => Sort::ALL.to_vec(),
    };
    let mut is_good = true;
    for sort in sorts {
        let plan = Plan {
            program: std::env::current_exe()?,
            sort,
            renewals: cli.renewals,
            processes: cli.processes,
            tasks: cli.tasks,
            grants: cli.grants,
            seed: cli.seed,
        };
        let report = run(&plan).await?;
        println!("{report}\n");
        is_good &= report.is_good();
    }
    Ok(is_good)
}
