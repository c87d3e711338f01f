//! A process that renews as fast as it can, until it is killed or its standard input ends.

use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use authsmith::HttpTransport;

use crate::Outcome;
use crate::client::Client;
use crate::dice::Dice;
use crate::marks::{Marks, Phase};
use crate::place::Place;
use crate::vendor;
use crate::watch::{Death, Watch, WatchedStore, WatchedTransport};

/// The longest that a task with other work waits for somebody else's lease.
const PATIENCE: Duration = Duration::from_millis(200);

/// What a process is told.
#[derive(Clone, Debug, clap::Args)]
pub struct Orders {
    /// The store.
    #[arg(long)]
    pub store: Place,
    /// The vendor.
    #[arg(long)]
    pub server: String,
    /// The file for how far it has come.
    #[arg(long)]
    pub marks: PathBuf,
    /// How many grants there are.
    #[arg(long, default_value_t = 1)]
    pub grants: u64,
    /// How many renewals go on at once.
    #[arg(long, default_value_t = 1)]
    pub tasks: usize,
    /// Where the dice start.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// The chance to end at each point.
    #[arg(long)]
    pub chance: Option<f64>,
    /// The phase to end in, and how often it must have been reached.
    #[arg(long, value_name = "PHASE:COUNT")]
    pub at: Option<String>,
    /// Renew this grant once, and end.
    #[arg(long, value_name = "ID")]
    pub once: Option<String>,
    /// Let the store's writes fail.
    #[arg(long)]
    pub failing: bool,
    /// Where grants are written that the store won't take.
    #[arg(long)]
    pub journal: Option<PathBuf>,
    /// How many milliseconds a request may take.
    #[arg(long, default_value_t = 5000)]
    pub deadline: u64,
    /// How many milliseconds the store may take to keep an answer.
    #[arg(long, default_value_t = 3000)]
    pub keep: u64,
}

impl Orders {
    fn death(&self) -> Outcome<Death> {
        Ok(match (self.chance, &self.at) {
            (Some(chance), _) => Death::Chance(chance),
            (None, Some(at)) => {
                let (phase, count) = at.split_once(':').unwrap_or((at, "1"));
                Death::At(phase.parse()?, count.parse()?)
            }
            (None, None) => Death::Never,
        })
    }
}

/// Does as it is told.
///
/// # Errors
///
/// When there is nothing to renew with.
pub async fn run(orders: Orders) -> Outcome {
    let marks = Arc::new(Marks::create(&orders.marks)?);
    let store = orders.store.open().await?;
    let (transport, dice) = (Arc::new(HttpTransport::new()), Arc::new(Dice::new(orders.seed)));
    let one = |task| -> Outcome<Task> {
        let watch = Watch::new(task, Arc::clone(&marks), orders.death()?, Arc::clone(&dice));
        let patience = if orders.once.is_some() { Duration::MAX } else { PATIENCE };
        let watched = WatchedStore::new(Arc::clone(&watch), vendor::shared(&store), patience).failing(orders.failing);
        let client = vendor::client(
            &orders.server,
            watched,
            WatchedTransport::new(Arc::clone(&watch), Arc::clone(&transport)),
            Duration::from_millis(orders.deadline),
            Duration::from_millis(orders.keep),
            orders.journal.as_deref(),
        )?;
        Ok(Task { client, watch })
    };
    if let Some(id) = &orders.once {
        one(0)?.renew(id).await;
        return Ok(());
    }
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        heard.store(true, Ordering::SeqCst);
    });
    let ended = Arc::new(Mutex::new(HashSet::new()));
    let mut tasks = Vec::new();
    for task in 0..orders.tasks {
        let (task, stop, dice, ended) = (one(task)?, Arc::clone(&stop), Arc::clone(&dice), Arc::clone(&ended));
        let grants = orders.grants;
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                let id = format!("u{}", dice.below(grants));
                let is_over = ended.lock().unwrap_or_else(PoisonError::into_inner).contains(&id);
                if is_over {
                    tokio::task::yield_now().await;
                } else if !task.renew(&id).await {
                    ended.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
                }
            }
        }));
    }
    for task in tasks {
        task.await?;
    }
    Ok(())
}

struct Task {
    client: Client,
    watch: Arc<Watch>,
}

impl Task {
    /// Whether the grant is alive, as far as is known.
    async fn renew(&self, id: &str) -> bool {
        let Ok(connection) = self.client.resume(id).await else { return true };
        match connection.renew().await {
            Err(error) if error.needs_consent() => {
                self.watch.note(Phase::Ended, error.answer_lost());
                false
            }
            _ => {
                self.watch.mark(Phase::Over);
                true
            }
        }
    }
}
