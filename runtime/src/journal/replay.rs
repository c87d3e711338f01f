//! What was written down is given to the store.

use std::path::PathBuf;

use crate::client::Client;
use crate::error::Error;

/// What became of the entries of a journal. Its files are named, and nothing of what is in them.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct JournalReport {
    /// How many grants the store has now, which it would not take before.
    pub replayed: usize,
    /// How many are in the journal yet, because the store still fails.
    pub pending: usize,
    /// The files that can't be read, each with the reason: torn, changed, of another program, sealed with a key that isn't
    /// given, or open to others. They are left as they are.
    pub unreadable: Vec<(PathBuf, String)>,
}

impl Client {
    /// Gives the store what the journal ([`Config::journal`](crate::Config::journal)) has for this vendor, each record over
    /// the version that it follows. Call it when the program starts; connections that are resumed do the same for
    /// themselves. Without a journal it does nothing.
    ///
    /// # Errors
    ///
    /// When the journal's folder can't be read.
    pub async fn replay_journal(&self) -> Result<JournalReport, Error> {
        let mut report = JournalReport::default();
        let Some(journal) = &self.inner().journal else { return Ok(report) };
        let (entries, unreadable) = journal.entries(None).await.map_err(Error::from_store)?;
        report.unreadable = unreadable.into_iter().map(|(path, error)| (path, error.to_string())).collect();
        for (path, entry) in entries {
            let Some(link) = self.link_of(&entry.key) else { continue };
            match link.replay_entry(path.clone(), &entry).await {
                Ok(true) => report.replayed += 1,
                Ok(false) => report.pending += 1,
                Err(error) => report.unreadable.push((path, error.to_string())),
            }
        }
        Ok(report)
    }
}
