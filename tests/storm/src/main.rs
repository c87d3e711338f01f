//! `cargo run --release -p authsmith-storm -- --store all`: many processes renew the same grants and are killed while
//! they do. It fails when a grant is lost that could have been kept.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use authsmith_storm::Outcome;
use authsmith_storm::keeper;
use authsmith_storm::place::Sort;
use authsmith_storm::storm::{Plan, run};
use authsmith_storm::worker::{self, Orders};
use authsmith_storm::{ceiling, vendor};
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

impl Choice {
    fn sorts(self) -> Vec<Sort> {
        match self {
            Self::Sqlite => vec![Sort::Sqlite],
            Self::Postgres => vec![Sort::Postgres],
            Self::Redis => vec![Sort::Redis],
            Self::All => Sort::ALL.to_vec(),
        }
    }
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// What the processes of a run do
    #[command(hide = true)]
    Worker(Orders),
    /// Very many grants that are due, and workers of a keeper of which one is killed every few seconds
    Keeper {
        /// The store
        #[arg(long, value_enum, default_value = "postgres")]
        store: Choice,
        /// How many grants there are
        #[arg(long, default_value_t = 100_000)]
        grants: usize,
        /// How many workers there are
        #[arg(long, default_value_t = 4)]
        workers: usize,
        /// How many renewals each has under way at once
        #[arg(long, default_value_t = 16)]
        at_once: usize,
        /// How many seconds pass until a worker is killed
        #[arg(long, default_value_t = 3.0)]
        kill_every: f64,
    },
    /// What the workers of a keeper do
    #[command(hide = true)]
    Keep(keeper::Orders),
    /// How many refreshes a second the sandbox answers when nothing stands between
    Ceiling {
        /// How many grants there are, of which each is refreshed once
        #[arg(long, default_value_t = 100_000)]
        grants: usize,
        /// Over how many connections
        #[arg(long, default_value_t = 32)]
        connections: usize,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command.clone() {
        Some(Command::Worker(orders)) => work(orders),
        Some(Command::Keep(orders)) => keep(orders),
        Some(Command::Keeper { store, grants, workers, at_once, kill_every }) => {
            let kill_every = Duration::from_secs_f64(kill_every.clamp(0.1, 3600.0));
            let plan =
                |sort, program| keeper::Plan { program, sort, grants, workers, at_once, kill_every, seed: cli.seed };
            keepers(store, plan)
        }
        Some(Command::Ceiling { grants, connections }) => alone(grants, connections),
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

fn keep(orders: keeper::Orders) -> Outcome<bool> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(keeper::work(orders))?;
    Ok(true)
}

#[tokio::main]
async fn keepers(store: Choice, plan: impl Fn(Sort, PathBuf) -> keeper::Plan) -> Outcome<bool> {
    let mut is_good = true;
    for sort in store.sorts() {
        let report = keeper::run(plan(sort, std::env::current_exe()?)).await?;
        println!("{report}\n");
        is_good &= report.is_good();
    }
    Ok(is_good)
}

#[tokio::main]
async fn alone(grants: usize, connections: usize) -> Outcome<bool> {
    let sandbox = vendor::start().await?;
    let begun = Instant::now();
    let minted = sandbox.mint(vendor::NAME, grants)?;
    println!("{grants} grants made up in {:.2?}", begun.elapsed());
    let limit = Duration::from_secs(60);
    let rate = ceiling::measure(sandbox.origin(vendor::NAME)?, minted, connections, limit).await?;
    println!("{rate:.0} refreshes a second over {connections} connections");
    Ok(true)
}

#[tokio::main]
async fn all(cli: &Cli) -> Outcome<bool> {
    let mut is_good = true;
    for sort in cli.store.sorts() {
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
