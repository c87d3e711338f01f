//! Fallbacks: one grant tried, and another when it fails in one documented way.

use proc_macro2::TokenStream;
use quote::quote;

use super::inputs::{Given, arguments};
use super::{Face, item};
use crate::emit::docs::Docs;
use crate::emit::names::{ident, only_kind};
use crate::emit::print::Chunk;
use crate::model::{Fallback, Field, Grant, Type};

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
        let (given, then_given) = (self.given(attempt), self.given(then));
        let arguments = arguments(given.iter().copied());
        let shared = |given: Given<'_>| then_given.iter().any(|other| other.name().wire == given.name().wire);
        // What both grants take is turned into its own type first, so that it can be used twice.
        let kept = given.iter().copied().filter(|given| shared(*given)).filter_map(Given::kept);
        // Whoever wants others than the default scopes makes the grants one by one.
        let none = |grant: &Grant| if grant.any_scope { quote!([""; 0]) } else { quote!([]) };
        let [attempt_scopes, then_scopes] = [attempt, then].map(|grant| grant.takes_scopes().then(|| none(grant)));
        let first = given.iter().map(|given| if shared(*given) { given.used_again() } else { given.used() });
        let first = first.chain(attempt_scopes);
        let second = then_given.iter().map(|wanted| second_argument(*wanted, &given)).chain(then_scopes);
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

/// An argument of the second grant: the first one's, in the form that the second wants.
fn second_argument(wanted: Given<'_>, given: &[Given<'_>]) -> TokenStream {
    let first = given.iter().find(|given| given.name().wire == wanted.name().wire);
    match first.map(|first| (first.is_optional(), wanted.is_optional())) {
        None => quote!(None),
        Some((false, true)) => {
            let used = wanted.used();
            quote!(Some(#used))
        }
        Some(_) => wanted.used(),
    }
}
