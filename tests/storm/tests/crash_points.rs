//! A process that is killed at each step of a renewal, and what the next one makes of it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use authsmith::{HttpTransport, Store};
use authsmith_sandbox::{Fault, Misdeed, Sandbox};
use authsmith_storm::client::Client;
use authsmith_storm::place::{self, Place, Sort};
use authsmith_storm::storm::stored;
use authsmith_storm::vendor::{self, NAME};
use libtest_mimic::{Failed, Trial};
use tempfile::tempdir;

/// Short, so that the lease of a process that was killed is soon over.
const DEADLINE: Duration = Duration::from_millis(1500);
const KEEP: Duration = Duration::from_millis(1000);

/// How long a test waits for another process.
const PATIENCE: Duration = Duration::from_secs(60);

/// A step after which a process is killed.
struct Row {
    step: &'static str,
    /// Where the process ends itself.
    at: Option<&'static str>,
    /// What the vendor does with the request.
    fault: Option<Fault>,
    /// What the process has besides.
    more: &'static [&'static str],
    /// Whether the vendor has carried the renewal out.
    is_spent: bool,
    then: Then,
}

/// What the next process meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It renews; the vendor has been asked so often in all.
    Renews(u64),
    /// It finds what was renewed, and asks nobody.
    Finds,
    /// The user must log in again, and it says why.
    SaysWhy,
}

fn rows() -> Vec<Row> {
    let row = |step, at, then| Row { step, at: Some(at), fault: None, more: &[], is_spent: false, then };
    let dropped = Misdeed::Drop { processed: false, reset: false };
    let hanging = Misdeed::Hang { processed: true };
    vec![
        row("before the lease", "claiming", Then::Renews(1)),
        row("after the lease", "claimed", Then::Renews(1)),
        row("after it was written down that something is sent", "confirmed", Then::Renews(1)),
        Row {
            fault: Some(Fault { times: Some(1), does: dropped, ..Fault::default() }),
            ..row("sent, and not carried out", "unanswered", Then::Renews(1))
        },
        Row {
            at: None,
            fault: Some(Fault { times: Some(1), does: hanging, ..Fault::default() }),
            is_spent: true,
            ..row("carried out, and not answered", "", Then::SaysWhy)
        },
        Row { is_spent: true, ..row("answered, and not written", "answered", Then::SaysWhy) },
        Row {
            more: &["--failing"],
            is_spent: true,
            ..row("in the journal, and not in the store", "storing:2", Then::Finds)
        },
        Row { is_spent: true, ..row("written, and nobody told", "stored", Then::Finds) },
    ]
}

pub fn trials() -> Vec<Trial> {
    let trial = |sort: Sort| {
        let name = format!("crash_points_on_{}", sort.to_string().to_lowercase());
        let is_left_out = !place::is_there(sort) && !authsmith_store_tests::are_required();
        Trial::test(name, move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
            runtime.block_on(all(sort)).map_err(|error| Failed::from(error.to_string()))
        })
        .with_ignored_flag(is_left_out)
    };
    Sort::ALL.into_iter().map(trial).collect()
}

/// All rows at once, on one store, each with a vendor of its own.
async fn all(sort: Sort) -> authsmith_storm::Outcome {
    let folder = tempdir()?;
    let (place, _server) = place::start(sort, folder.path())?;
    let store = place.open().await?;
    let mut tasks = tokio::task::JoinSet::new();
    for (at, row) in rows().into_iter().enumerate() {
        let stage =
            Stage { folder: folder.path().join(format!("row-{at}")), place: place.clone(), store: store.clone() };
        tasks.spawn(async move {
            let outcome = stage.play(&row, &format!("row-{at}")).await;
            outcome.map_err(|error| format!("{}: {error}", row.step))
        });
    }
    let mut failed = Vec::new();
    while let Some(outcome) = tasks.join_next().await {
        failed.extend(outcome?.err());
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(failed.join("\n").into()),
    }
}

struct Stage {
    folder: std::path::PathBuf,
    place: Place,
    store: Arc<dyn Store>,
}

impl Stage {
    async fn play(&self, row: &Row, id: &str) -> authsmith_storm::Outcome {
        std::fs::create_dir(&self.folder)?;
        let journal = self.folder.join("journal");
        let sandbox = vendor::start().await?;
        let origin = sandbox.origin(NAME)?.to_owned();
        let client = || -> authsmith_storm::Outcome<Client> {
            let store = vendor::shared(&self.store);
            vendor::client(&origin, store, HttpTransport::new(), DEADLINE, KEEP, Some(&journal))
        };
        vendor::keep_one(&sandbox, &client()?, id).await?;
        let before = stored(&self.store, id).await?;
        if let Some(fault) = &row.fault {
            sandbox.add_fault(NAME, fault.clone())?;
        }
        self.kill(row, id, &origin, &journal, &sandbox).await?;
        sandbox.clear_faults(NAME)?;
        let refreshed = sandbox.counters(NAME)?.refreshed;
        check(refreshed == u64::from(row.is_spent), || format!("the vendor has carried out {refreshed}"))?;

        // While the old token serves, the next process has no reason to ask at all.
        let next = client()?.resume(id).await.map_err(|error| error.to_string())?;
        next.token().await.map_err(|error| format!("the token that serves yet: {error:?}"))?;
        check(sandbox.counters(NAME)?.refreshed == refreshed, || "it asked the vendor although it need not".into())?;
        if row.then == Then::Finds {
            return check(stored(&self.store, id).await? != before, || "the store has the old tokens".into());
        }
        let begun = Instant::now();
        let renewed = next.renew().await;
        check(begun.elapsed() < (DEADLINE + KEEP) * 3, || format!("it took {:?}", begun.elapsed()))?;
        let counters = sandbox.counters(NAME)?;
        match (row.then, renewed) {
            (Then::Renews(times), Ok(())) if counters.refreshed == times && counters.families_revoked == 0 => Ok(()),
            (Then::SaysWhy, Err(error)) if error.needs_consent() && error.answer_lost().is_some() => {
                // Nor does anybody ask again, and who comes later learns the same.
                let later = client()?.resume(id).await.map_err(|error| error.to_string())?;
                let told = later.renew().await.err().and_then(|error| error.answer_lost());
                check(told == error.answer_lost().map(millis), || format!("later it was {told:?}"))?;
                check(sandbox.counters(NAME)?.families_revoked == 1, || "it was shown more than once".into())
            }
            (then, outcome) => Err(format!("{then:?} was expected, and came {outcome:?} with {counters:?}").into()),
        }
    }

    /// Starts a process, and waits until it is dead.
    async fn kill(
        &self,
        row: &Row,
        id: &str,
        origin: &str,
        journal: &Path,
        sandbox: &Sandbox,
    ) -> authsmith_storm::Outcome {
        let mut command = Command::new(env!("CARGO_BIN_EXE_authsmith-storm"));
        command.arg("worker").arg("--marks").arg(self.folder.join("marks")).args(["--once", id]);
        command.args(["--store", &self.place.to_string(), "--server", origin]).arg("--journal").arg(journal);
        command.args(["--deadline", &DEADLINE.as_millis().to_string(), "--keep", &KEEP.as_millis().to_string()]);
        command.args(row.more).args(row.at.iter().flat_map(|at| ["--at", *at]));
        let mut child = command.stdin(Stdio::null()).spawn()?;
        let begun = Instant::now();
        while child.try_wait()?.is_none() {
            if row.at.is_none() && sandbox.counters(NAME)?.refreshed > 0 {
                child.kill()?;
            }
            if begun.elapsed() > PATIENCE {
                child.kill()?;
                return Err("the process doesn't come so far".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        check(was_killed(&mut child)?, || "the process ended by itself".into())
    }
}

fn was_killed(child: &mut Child) -> authsmith_storm::Outcome<bool> {
    use std::os::unix::process::ExitStatusExt;

    Ok(child.wait()?.signal() == Some(9))
}

/// As a store keeps it.
fn millis(age: Duration) -> Duration {
    Duration::from_millis(u64::try_from(age.as_millis()).unwrap())
}

fn check(holds: bool, what: impl FnOnce() -> String) -> authsmith_storm::Outcome {
    if holds { Ok(()) } else { Err(what().into()) }
}
