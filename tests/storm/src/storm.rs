//! A whole run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use authsmith::{HttpTransport, Store};
use authsmith_sandbox::{Fingerprint, Sandbox};
use tempfile::tempdir;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::client::Client;
use crate::crew::{Common, Crew};
use crate::judge::{Evidence, Left, Met, judge};
use crate::place::{self, Sort};
use crate::report::Report;
use crate::vendor::{self, DEADLINE, KEEP, Kept, NAME};

/// How often the parent looks after its processes.
const ROUND: Duration = Duration::from_millis(20);

/// How long a run may go without a renewal.
const STUCK: Duration = Duration::from_secs(60);

/// What is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program that has the command `worker`.
    pub program: PathBuf,
    /// The store.
    pub sort: Sort,
    /// After how many renewals it is over.
    pub renewals: u64,
    /// How many processes there are.
    pub processes: usize,
    /// How many renewals each has under way at once.
    pub tasks: usize,
    /// How many grants there are.
    pub grants: usize,
    /// Where the dice start.
    pub seed: u64,
}

impl Plan {
    /// The chance of a process to end itself at each of its points: about a dozen times a run, and more in a long one.
    fn chance(&self) -> f64 {
        (12.0 / self.renewals as f64).max(0.004)
    }
}

/// Runs it and judges.
///
/// # Errors
///
/// When the run can't be judged, for example because the store can't be started.
pub async fn run(plan: &Plan) -> Outcome<Report> {
    let folder = tempdir()?;
    let (place, _server) = place::start(plan.sort, folder.path())?;
    let store = place.open().await?;
    let sandbox = vendor::start().await?;
    let origin = sandbox.origin(NAME)?.to_owned();
    let client = vendor::client(&origin, vendor::shared(&store), HttpTransport::new(), DEADLINE, KEEP, None)?;
    let kept = vendor::keep(&sandbox, &client, plan.grants).await?;
    vendor::misbehave(&sandbox, plan.seed, plan.chance())?;

    let begun = Instant::now();
    let common = Common {
        program: plan.program.clone(),
        place,
        origin,
        folder: folder.path().to_owned(),
        grants: plan.grants,
        tasks: plan.tasks,
        chance: plan.chance(),
    };
    let mut crew = Crew::start(common, plan.processes, plan.seed)?;
    let (mut renewals, mut last) = (0, Instant::now());
    while renewals < plan.renewals {
        tokio::time::sleep(ROUND).await;
        // Each process lives some seconds.
        crew.tend(ROUND.as_secs_f64() * plan.processes as f64 / 3.0)?;
        let now = sandbox.counters(NAME)?.refreshed;
        if now > renewals {
            last = Instant::now();
        }
        renewals = now;
        if last.elapsed() > STUCK {
            return Err(format!("nothing was renewed for a minute, after {renewals} renewals").into());
        }
    }
    let took = begun.elapsed();
    tokio::task::block_in_place(|| crew.stop())?;
    sandbox.clear_faults(NAME)?;
    let renewals = sandbox.counters(NAME)?.refreshed;

    let left = look_after(&sandbox, &client, &store, kept).await?;
    let (log, cut_off, told) = (vendor::log(&sandbox)?, crew.cut_off()?, crew.told()?);
    let verdict = judge(&Evidence { log: &log, cut_off: &cut_off, told: &told, left: &left });
    Ok(Report {
        sort: plan.sort,
        seed: plan.seed,
        took,
        renewals,
        grants: plan.grants,
        started: crew.started(),
        killed: crew.killed,
        fell: crew.fell,
        verdict,
    })
}

/// Renews every grant once more, as whoever needs it next would, and looks at what is in the store and at the vendor's.
async fn look_after(sandbox: &Sandbox, client: &Client, store: &Arc<dyn Store>, kept: Vec<Kept>) -> Outcome<Vec<Left>> {
    let (permits, mut tasks) = (Arc::new(Semaphore::new(64)), JoinSet::new());
    for one in kept {
        let (client, permits) = (client.clone(), Arc::clone(&permits));
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let met = meet(&client, &one.id).await;
            (one, met)
        });
    }
    let mut left = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (kept, met) = done?;
        let stored = stored(store, &kept.id).await?;
        let standing = sandbox.grants(NAME, kept.family - 1, 1)?;
        let good = standing.iter().filter(|standing| standing.family == kept.family && !standing.revoked);
        let mut good = good.flat_map(|standing| &standing.refresh_tokens).map(ToString::to_string);
        let is_good = stored.as_ref().is_some_and(|stored| good.any(|one| one == *stored));
        left.push(Left { kept, stored, is_good, met });
    }
    Ok(left)
}

/// Renews a grant, whoever holds its lease yet.
async fn meet(client: &Client, id: &str) -> Met {
    let connection = match client.resume(id).await {
        Ok(connection) => connection,
        Err(error) => return Met::Failed(error.to_string()),
    };
    match connection.renew().await {
        Ok(()) => Met::Renewed,
        Err(error) if error.needs_consent() => Met::Ended(error.answer_lost()),
        Err(error) => Met::Failed(format!("{error:?}")),
    }
}

/// The fingerprint of the refresh token in the store.
///
/// # Errors
///
/// When the store fails.
pub async fn stored(store: &Arc<dyn Store>, id: &str) -> Outcome<Option<String>> {
    let Some(record) = store.load(&format!("{NAME}/access/{id}")).await? else { return Ok(None) };
    let text: serde_json::Value = serde_json::from_str(record.body().expose())?;
    let token = text.pointer("/tokens/refresh_token").and_then(serde_json::Value::as_str);
    Ok(token.map(|token| Fingerprint::of(token).to_string()))
}
