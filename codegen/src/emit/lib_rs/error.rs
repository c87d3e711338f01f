//! `Error`: one variant for each failure that the vendor documents.

use std::collections::BTreeSet;

use super::Face;
use crate::emit::docs::{Docs, prose};
use crate::emit::print::{Chunk, Word, Words};
use crate::model::Failure;

impl Face<'_> {
    /// The error type of the crate.
    pub(super) fn error(self) -> Chunk {
        let grants = self.provider.grants.iter().flat_map(|grant| &grant.failures);
        let calls = self.provider.calls.iter().flat_map(|call| &call.failures);
        let mut seen = BTreeSet::new();
        let failures: Vec<&Failure> = grants.chain(calls).filter(|failure| seen.insert(&failure.name.wire)).collect();
        let words = failures.iter().map(|failure| {
            let doc = Docs::new().spec(failure.about.as_deref());
            Word { doc, name: failure.name.camel.clone(), ty: None, word: failure.name.wire.clone() }
        });
        let doc = if failures.is_empty() {
            format!("Why something failed. {} documents no failure of its own.", prose(&self.provider.title))
        } else {
            format!("Why something failed: what {} documents by name, and the rest.", prose(&self.provider.title))
        };
        let docs = Docs::new().paragraph(&doc);
        let list = Words { docs, title: "pub enum Error".to_owned(), words: words.collect() };
        Chunk::Macro { name: "errors", lists: vec![list] }
    }
}
