//! The crate's own docs: what the vendor holds, and a first program.

use super::Face;
use crate::emit::docs::{Docs, link, sentence};
use crate::emit::program::first_program;

/// The lines of `//!`.
pub(super) fn docs(face: &Face<'_>) -> String {
    let provider = face.provider;
    let about =
        provider.about.as_deref().map_or_else(|| format!("A client of {}", sentence(&provider.title)), sentence);
    let page = provider.docs.as_deref().map(|url| format!("The vendor's page: {}", link(url))).unwrap_or_default();
    let mut program =
        vec!["```no_run".to_owned(), "# async fn run() -> Result<(), Box<dyn std::error::Error>> {".to_owned()];
    program.extend(first_program(provider, face.facts));
    program.extend(["# Ok(())".to_owned(), "# }".to_owned(), "```".to_owned()]);
    let docs = Docs::new().paragraph(&about).block(program).paragraph(&page);
    let lines =
        docs.lines().iter().map(|line| if line.is_empty() { "//!\n".to_owned() } else { format!("//! {line}\n") });
    lines.collect()
}
