//! Fallbacks: one grant tried, and another when it fails in one documented way.

use proc_macro2::TokenStream;
use quote::quote;

use super::inputs::{arguments, required, rust_type};
use super::{Face, item};
use crate::emit::docs::Docs;
use crate::emit::names::{ident, only_kind};
use crate::emit::print::Chunk;
use crate::model::{Fallback, Field, Grant, Input, Type};

impl Face<'_> {
    /// The outcome of each fallback.
    pub(super) fn fallbacks(self) -> Vec<Chunk> {
        self.provider.fallbacks.iter().filter_map(|fallback| self.outcome(fallback)).collect()
    }

    fn outcome(self, fallback: &Fallback) -> Option<Chunk> {
        let name = ident(&fallback.name.camel);
        let doc = Docs::new().paragraph(&format!("What [`Client::{}`] came to.", fallback.name.snake));
        let variants = [&fallback.attempt, &fallback.then].map(|grant| {
            let grant = self.find_grant(grant)?;
            let (variant, result) = (ident(&grant.name.camel), self.result(grant));
            Some(quote!(#variant(#result)))
        });
        let [attempt, then] = variants;
        let (attempt, then) = (attempt?, then?);
        let grants = [&fallback.attempt, &fallback.then].map(|grant| self.find_grant(grant));
        let large = grants.into_iter().flatten().any(is_large).then(|| quote!(#[allow(clippy::large_enum_variant)]));
        Some(item(quote! {
            #doc
            #large
            #[derive(Clone, Debug)]
            pub enum #name { #attempt, #then }
        }))
    }

    /// The method of a fallback.
    pub(super) fn fallback_method(self, fallback: &Fallback) -> Option<TokenStream> {
        let (attempt, then) = (self.find_grant(&fallback.attempt)?, self.find_grant(&fallback.then)?);
        let failure = attempt.failures.iter().find(|failure| failure.name.wire == fallback.on)?;
        let (method, outcome, on) =
            (ident(&fallback.name.snake), ident(&fallback.name.camel), ident(&failure.name.camel));
        let doc = Docs::new().spec(fallback.about.as_deref());
        let inputs = &attempt.request.inputs;
        let arguments = arguments(inputs);
        let shared = |input: &Input| required(&then.request.inputs).any(|other| other.name.wire == input.name.wire);
        // What both grants take is turned into its own type first, so that it can be used twice.
        let kept = required(inputs).filter(|input| shared(input)).filter_map(kept);
        let first = required(inputs).map(|input| if shared(input) { used_again(input) } else { used(input) });
        let second = required(&then.request.inputs).map(used);
        let (attempt_variant, then_variant) = (ident(&attempt.name.camel), ident(&then.name.camel));
        let (attempt, then) = (ident(&attempt.name.snake), ident(&then.name.snake));
        Some(quote! {
            #doc
            pub async fn #method(&self, #(#arguments),*) -> Result<#outcome, Error> {
                #(#kept)*
                match self.#attempt(#(#first),*).await {
                    Ok(given) => Ok(#outcome::#attempt_variant(given)),
                    Err(Error::#on(_)) => Ok(#outcome::#then_variant(self.#then(#(#second),*).await?)),
                    Err(error) => Err(error),
                }
            }
        })
    }

    fn find_grant<'g>(self, wire: &str) -> Option<&'g Grant>
    where
        Self: 'g,
    {
        self.provider.grants.iter().find(|grant| grant.name.wire == wire)
    }
}

/// Whether what a grant gives may take much more room than what another gives.
fn is_large(grant: &Grant) -> bool {
    let plain = |field: &Field| matches!(field.ty, Type::String | Type::Integer | Type::Number | Type::Boolean);
    only_kind(grant).is_none() || grant.fields.len() > 4 || !grant.fields.iter().all(plain)
}

fn used(input: &Input) -> TokenStream {
    let name = ident(&input.name.snake);
    quote!(#name)
}

fn used_again(input: &Input) -> TokenStream {
    let name = ident(&input.name.snake);
    match input.ty {
        Type::Integer | Type::Number | Type::Boolean | Type::Date | Type::Timestamp | Type::Nothing => quote!(#name),
        _ => quote!(#name.clone()),
    }
}

fn kept(input: &Input) -> Option<TokenStream> {
    let (name, ty) = (ident(&input.name.snake), rust_type(&input.ty));
    matches!(input.ty, Type::String | Type::Secret).then(|| quote!(let #name: #ty = #name.into();))
}
