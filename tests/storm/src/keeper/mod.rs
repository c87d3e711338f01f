//! A keeper's workers among very many grants, of which one is killed every few seconds.

mod judge;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use authsmith::{HttpTransport, Store, Tokens};
use authsmith_codegen::{SourceFile, load};
use authsmith_sandbox::{
    CLIENT_ID, CLIENT_SECRET, Minted, Options, REDIRECT_URI, Renewals, Replay, Rotation, Sandbox, Then, Window,
};
use tempfile::tempdir;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::ceiling;
use crate::dice::Dice;
use crate::patient::{Access, Client};
use crate::place::{self, Place, Sort};
use judge::{Verdict, judge};

const NAME: &str = "patient";

/// The most that a request may take, and the store to keep its answer: the lease of a worker that was killed lasts as
/// long as both.
const DEADLINE: Duration = Duration::from_secs(5);
const KEEP: Duration = Duration::from_secs(3);

/// How long a run may go without a renewal.
const STUCK: Duration = Duration::from_secs(60);

/// What is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program that has the command `keep`.
    pub program: PathBuf,
    /// The store.
    pub sort: Sort,
    /// How many grants are due.
    pub grants: usize,
    /// How many workers there are.
    pub workers: usize,
    /// How many renewals each has under way at once.
    pub at_once: usize,
    /// How long it takes until one of them is killed.
    pub kill_every: Duration,
    /// Where the dice start.
    pub seed: u64,
}

/// What a worker is told.
#[derive(Clone, Debug, clap::Args)]
pub struct Orders {
    /// The store.
    #[arg(long)]
    pub store: Place,
    /// The vendor.
    #[arg(long)]
    pub server: String,
    /// How many renewals go on at once.
    #[arg(long)]
    pub at_once: usize,
}

/// Keeps grants until it is killed or its standard input ends.
///
/// # Errors
///
/// When there is nothing to keep them with.
pub async fn work(orders: Orders) -> Outcome {
    let client = client(&orders.server, orders.store.open().await?)?;
    let keeper = client.keeper().at_once(orders.at_once).look_every(Duration::from_millis(500)).start()?;
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    keeper.stop().await;
    Ok(client.close().await?)
}

fn client(origin: &str, store: Arc<dyn Store>) -> Outcome<Client> {
    let builder = Client::builder().client_id(CLIENT_ID).client_secret(CLIENT_SECRET).redirect_uri(REDIRECT_URI);
    let builder = builder.store(store).configure(|config| {
        config.server(origin).transport(HttpTransport::new()).deadline(DEADLINE).keep_deadline(KEEP)
    });
    Ok(builder.build()?)
}

async fn vendor() -> Outcome<Sandbox> {
    let source = SourceFile { path: "patient.yaml".into(), text: include_str!("../../patient.yaml").into() };
    let providers = load(&[source]).map_err(|wrong| format!("{wrong:?}"))?;
    let sandbox = Sandbox::start(providers, Options::default()).await?;
    let replay = Some(Replay::Idempotent(Window { seconds: 3600, then: Then::Refuse }));
    sandbox.set_renewals(NAME, Renewals { rotation: Some(Rotation::Always), replay, ..Renewals::default() })?;
    Ok(sandbox)
}

/// A run, and what came of it.
#[derive(Debug)]
pub struct Report {
    plan: Plan,
    took: Duration,
    killed: u64,
    /// Renewals that a kill left unknown, and that were shown to the vendor once more.
    repeated: u64,
    /// How many refreshes a second the vendor answers when nothing stands between.
    ceiling: f64,
    wrong: Vec<String>,
}

impl Report {
    /// Whether every grant was renewed once.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plan, seconds) = (&self.plan, self.took.as_secs_f64().max(0.001));
        let rate = plan.grants as f64 / seconds;
        writeln!(
            f,
            "{}: {} grants, {} workers, {} renewals at once each",
            plan.sort, plan.grants, plan.workers, plan.at_once
        )?;
        writeln!(f, "  {seconds:.1} s, {rate:.0} renewals a second; the vendor alone answers {:.0}", self.ceiling)?;
        writeln!(f, "  {} workers killed, {} renewals asked for again by the next", self.killed, self.repeated)?;
        for wrong in self.wrong.iter().take(20) {
            writeln!(f, "  WRONG: {wrong}")?;
        }
        write!(f, "  {}", if self.is_good() { "every grant was renewed once" } else { "FAILED" })
    }
}

/// Runs it and judges by the vendor's log and the store.
///
/// # Errors
///
/// When the run can't be judged, for example because the store can't be started.
pub async fn run(plan: Plan) -> Outcome<Report> {
    let folder = tempdir()?;
    let (place, _server) = place::start(plan.sort, folder.path())?;
    let (store, sandbox) = (place.open().await?, vendor().await?);
    let origin = sandbox.origin(NAME)?.to_owned();
    let families = keep(&client(&origin, Arc::clone(&store))?, sandbox.mint(NAME, plan.grants)?).await?;

    let begun = Instant::now();
    let mut workers = Workers::start(&plan, place, origin.clone())?;
    let (mut done, mut last) = (0, Instant::now());
    while done < plan.grants as u64 || is_due(&store).await? {
        tokio::time::sleep(Duration::from_millis(100)).await;
        workers.tend()?;
        let now = sandbox.counters(NAME)?.refreshed;
        if now > done {
            (done, last) = (now, Instant::now());
        }
        if last.elapsed() > STUCK {
            return Err(format!("nothing was renewed for a minute, after {done} renewals").into());
        }
    }
    let took = begun.elapsed();
    tokio::task::block_in_place(|| workers.stop())?;

    let killed = workers.killed;
    let Verdict { repeated, wrong } = judge(&sandbox, &store, &families, killed * plan.at_once as u64).await?;
    let limit = Duration::from_secs(3).min(took);
    let ceiling = ceiling::measure(&origin, sandbox.mint(NAME, 10_000)?, 32, limit).await?;
    Ok(Report { plan, took, killed, repeated, ceiling, wrong })
}

/// Keeps grants under `u0`, `u1` and so on, all of them due, and says which of the vendor's each is.
async fn keep(client: &Client, minted: Vec<Minted>) -> Outcome<HashMap<String, u64>> {
    let (permits, mut tasks, mut families) = (Arc::new(Semaphore::new(64)), JoinSet::new(), HashMap::new());
    for (at, minted) in minted.into_iter().enumerate() {
        let (_, access) = minted.tokens.first().ok_or("the vendor gave no token")?;
        let (_, refresh) = minted.refresh_tokens.first().ok_or("the vendor gave no refresh token")?;
        let tokens = Tokens::<Access>::new(access.as_str()).with_refresh_token(refresh.as_str());
        let tokens = tokens.expires_at(SystemTime::now());
        let (client, permit, id) = (client.clone(), Arc::clone(&permits).acquire_owned().await?, format!("u{at}"));
        families.insert(format!("{NAME}/access/{id}"), minted.family);
        tasks.spawn(async move {
            let _permit = permit;
            client.keep(id, tokens).await.map(drop)
        });
    }
    while let Some(kept) = tasks.join_next().await {
        kept??;
    }
    Ok(families)
}

/// Whether the store still has something that is due.
async fn is_due(store: &Arc<dyn Store>) -> Outcome<bool> {
    let (now, mut after) = (SystemTime::now(), None);
    loop {
        let page = store.scan(&format!("{NAME}/"), after.as_deref(), 10_000).await?;
        if page.iter().any(|(_, record)| record.due().is_some_and(|due| due <= now)) {
            return Ok(true);
        }
        match page.into_iter().last() {
            Some((key, _)) => after = Some(key),
            None => return Ok(false),
        }
    }
}

/// The workers, of which one is killed at a time.
struct Workers {
    command: Box<dyn Fn() -> Command + Send>,
    running: Vec<(Child, Option<ChildStdin>)>,
    dice: Dice,
    kill_every: Duration,
    last: Instant,
    killed: u64,
}

impl Workers {
    fn start(plan: &Plan, place: Place, origin: String) -> Outcome<Self> {
        let (program, at_once) = (plan.program.clone(), plan.at_once.to_string());
        let command = Box::new(move || {
            let mut command = Command::new(&program);
            command.args(["keep", "--store", &place.to_string(), "--server", &origin, "--at-once", &at_once]);
            command.stdin(Stdio::piped()).stdout(Stdio::null());
            command
        });
        let (kill_every, dice, last) = (plan.kill_every, Dice::new(plan.seed), Instant::now());
        let mut workers = Self { command, running: Vec::new(), dice, kill_every, last, killed: 0 };
        for _ in 0..plan.workers {
            workers.add()?;
        }
        Ok(workers)
    }

    fn add(&mut self) -> Outcome {
        let mut child = (self.command)().spawn()?;
        let alive = child.stdin.take();
        self.running.push((child, alive));
        Ok(())
    }

    /// Kills one when it is time, and starts another in its place.
    fn tend(&mut self) -> Outcome {
        for (child, _) in &mut self.running {
            if let Some(status) = child.try_wait()? {
                return Err(format!("a worker ended by itself: {status}").into());
            }
        }
        if self.last.elapsed() >= self.kill_every {
            self.last = Instant::now();
            let at = usize::try_from(self.dice.below(self.running.len() as u64))?;
            let (mut child, _) = self.running.swap_remove(at);
            child.kill()?;
            child.wait()?;
            self.killed += 1;
            self.add()?;
        }
        Ok(())
    }

    /// Tells all to end, and waits for them.
    fn stop(&mut self) -> Outcome {
        for (mut child, alive) in std::mem::take(&mut self.running) {
            drop(alive);
            let status = child.wait()?;
            if !status.success() {
                return Err(format!("a worker didn't end well: {status}").into());
            }
        }
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for (child, _) in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
