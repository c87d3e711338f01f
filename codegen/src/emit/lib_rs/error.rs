//! `Error`: one variant for each failure that the vendor documents.

use std::collections::BTreeSet;

use proc_macro2::Literal;
use quote::quote;

use super::Face;
use crate::emit::docs::{Docs, prose};
use crate::emit::names::ident;
use crate::emit::print::Chunk;
use crate::model::Failure;

impl Face<'_> {
    /// The error type of the crate.
    pub(super) fn error(self) -> Chunk {
        let grants = self.provider.grants.iter().flat_map(|grant| &grant.failures);
        let calls = self.provider.calls.iter().flat_map(|call| &call.failures);
        let mut seen = BTreeSet::new();
        let failures: Vec<&Failure> = grants.chain(calls).filter(|failure| seen.insert(&failure.name.wire)).collect();
        let variants = failures.iter().map(|failure| {
            let (variant, name) = (ident(&failure.name.camel), Literal::string(&failure.name.wire));
            let doc = Docs::new().spec(failure.about.as_deref());
            quote!(#doc #variant = #name)
        });
        let doc = if failures.is_empty() {
            format!("Why something failed. {} documents no failure of its own.", prose(&self.provider.title))
        } else {
            format!("Why something failed: what {} documents by name, and the rest.", prose(&self.provider.title))
        };
        let doc = Docs::new().paragraph(&doc);
        Chunk::Words { macro_name: "errors", item: quote!(#doc pub enum Error { #(#variants),* }) }
    }
}
