//! The thread that works on the file, so that no task waits for a disk.

use std::sync::mpsc;
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::statements::Failure;
use crate::store::StoreError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Ends when it is dropped, after what it was given last.
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
}

impl Worker {
    pub(super) fn start(mut connection: Connection) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let work = move || queue.into_iter().for_each(|job| job(&mut connection));
        let thread = thread::Builder::new().name("authsmith-sqlite".to_owned()).spawn(work);
        thread.map_err(|error| StoreError::new("the store's thread doesn't start").with_source(error))?;
        Ok(Self { jobs })
    }

    /// What is begun is done to its end, even when nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let ended = |_| StoreError::new(format!("the store couldn't {what}: its thread has ended"));
        let (done, outcome) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = done.send(work(connection));
        });
        self.jobs.send(job).map_err(|_| ended(()))?;
        match outcome.await.map_err(|_| ended(()))? {
            Ok(value) => Ok(value),
            Err(Failure::Sqlite(error)) => {
                Err(StoreError::new(format!("the store couldn't {what}")).with_source(error))
            }
            Err(Failure::Store(error)) => Err(error),
        }
    }
}
