//! `src/lib.rs`: the typed face of a vendor. Whatever happens, happens in the runtime.

mod authorize;
mod builder;
mod client;
mod connection;
mod device;
mod error;
mod fallback;
mod inputs;
mod intro;
mod types;
mod widget;

pub(crate) use types::in_case;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::facts::Facts;
use super::names::{Consts, ident};
use super::print::{Chunk, chunks};
use super::revision;
use crate::model;

/// A provider while its `lib.rs` is made.
#[derive(Clone, Copy)]
struct Face<'f> {
    provider: &'f model::Provider,
    facts: &'f Facts<'f>,
    consts: &'f Consts,
}

/// The text of `src/lib.rs` without its header: the crate's docs, then its items. `operations` is the text beside it.
pub(super) fn lib_rs(provider: &model::Provider, facts: &Facts<'_>, consts: &Consts, operations: &str) -> String {
    let face = Face { provider, facts, consts };
    let mut items = face.client();
    items.extend(face.authorization());
    items.extend(face.builder());
    items.extend(face.connection());
    items.push(face.token_kinds());
    items.extend(face.requests());
    items.extend(face.types());
    items.extend(face.open_enums());
    items.extend(face.fallbacks());
    items.extend(face.widgets());
    items.push(face.error());
    if facts.jwt {
        items.insert(
            0,
            item(quote!(
                const _: () = rt::requires_jwt();
            )),
        );
    }
    let newest = Literal::u32_unsuffixed(revision::needed(&chunks(&items), operations));
    let revision = item(quote!(
        const _: () = rt::requires(#newest);
    ));
    items.insert(0, revision);
    format!("{}\nmod operations;\n\n{}\n{}", intro::docs(&face), face.imports(), chunks(&items))
}

impl Face<'_> {
    /// The `use` lines.
    fn imports(self) -> String {
        let maps = if self.facts.has_maps() { "use std::collections::BTreeMap;\n" } else { "" };
        let shown: Vec<&str> = self.facts.reexports().collect();
        format!(
            "{maps}use std::marker::PhantomData;\nuse std::ops::Deref;\n\nuse authsmith::codegen::v1 as rt;\n\
             pub use authsmith::{{{}}};\n#[doc(hidden)]\npub use operations::PROVIDER;\n",
            shown.join(", "),
        )
    }

    /// The type of a token kind.
    fn kind(self, wire: &str) -> proc_macro2::Ident {
        let kind = self.provider.tokens.iter().find(|kind| kind.name.wire == wire);
        ident(kind.map_or(wire, |kind| &kind.name.camel))
    }

    /// The path of an operation's data.
    fn operation(self, wire: &str) -> TokenStream {
        let name = ident(self.consts.operation(wire));
        quote!(&operations::#name)
    }
}

/// A chunk that is one item.
fn item(tokens: TokenStream) -> Chunk {
    Chunk::Item(tokens)
}
