//! `authorize`: what a login takes, and what it may be given besides.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::duration;
use super::connection::many_arguments;
use super::inputs::{Given, arguments, sent_type};
use super::{Face, item};
use crate::emit::docs::{Docs, code};
use crate::emit::names::{AUTHORIZATION, ident, takes_more};
use crate::emit::print::{Chunk, Word, Words};
use crate::lower::template_text;
use crate::model::{Authorize, ScopeList};

impl Face<'_> {
    /// The method that asks for consent. Its arguments are the settings of the connection, the inputs, and the scopes.
    pub(super) fn authorize(self, authorize: &Authorize) -> TokenStream {
        let given = || self.asked(authorize).into_iter().filter(|given| !given.is_optional());
        let scopes = authorize.takes_scopes();
        let mut list = arguments(given());
        list.extend(scopes.then(|| scopes_argument(authorize.any_scope)));
        let many = many_arguments(list.len());
        let set = given().map(Given::setting);
        let scopes = scopes.then(|| quote!(.scopes(scopes)));
        let request = quote!(self.0.authorize() #(#set)* #scopes);
        let doc = authorize_docs(authorize);
        if takes_more(self.provider, authorize) {
            let name = ident(AUTHORIZATION);
            return quote! {
                #doc
                #many
                pub fn authorize(&self, #(#list),*) -> #name<'_> {
                    #name(#request)
                }
            };
        }
        let state = (!authorize.state_documented).then(|| quote!(, rt::StateUndocumented));
        quote! {
            #doc
            #many
            pub fn authorize(&self, #(#list),*) -> rt::Authorize<'_ #state> {
                #request
            }
        }
    }

    /// The authorization request while what may be left out is set, where there is any.
    pub(super) fn authorization(self) -> Vec<Chunk> {
        let Some(authorize) = &self.provider.authorize else { return Vec::new() };
        if !takes_more(self.provider, authorize) {
            return Vec::new();
        }
        let inputs = authorize.request.inputs.iter().filter(|input| input.optional).map(|input| {
            let doc = Docs::new().spec(input.about.as_deref());
            Word { doc, name: input.name.snake.clone(), ty: Some(sent_type(&input.ty)), word: input.name.wire.clone() }
        });
        let state = if authorize.state_documented { "StateReturned" } else { "StateUndocumented" };
        let list = Words {
            docs: Docs::new().paragraph("What [`Client::authorize`] may be given besides."),
            title: format!("pub struct {AUTHORIZATION}({state})"),
            words: inputs.collect(),
        };
        let settings = self.facts.connection_settings().map(Given::Setting).filter(|given| given.is_optional());
        let settings = settings.map(setting_setter);
        let setters: Vec<TokenStream> =
            settings.chain(authorize.scope_lists.iter().map(|list| self.scope_list_setter(list))).collect();
        let name = ident(AUTHORIZATION);
        let setters = (!setters.is_empty()).then(|| item(quote!(impl #name<'_> { #(#setters)* })));
        let request = Chunk::Macro { name: "authorization", lists: vec![list] };
        [request].into_iter().chain(setters).collect()
    }

    /// What the caller of `authorize` may or must give: settings of the connection, and inputs of the request.
    fn asked<'f>(self, authorize: &'f Authorize) -> Vec<Given<'f>>
    where
        Self: 'f,
    {
        let settings = self.facts.connection_settings().map(Given::Setting);
        settings.chain(authorize.request.inputs.iter().map(Given::Input)).collect()
    }

    fn scope_list_setter(self, list: &ScopeList) -> TokenStream {
        let (name, wire, ty) = (ident(&list.name.snake), &list.name.wire, ident(&list.name.camel));
        let doc = Docs::new().paragraph(&format!("Further scopes, sent as {}.", code(wire)));
        let item = if list.scopes.is_empty() { quote!(impl Into<String>) } else { quote!(#ty) };
        quote! {
            #doc
            pub fn #name(self, scopes: impl IntoIterator<Item = #item>) -> Self {
                Self(self.0.scope_list(#wire, scopes))
            }
        }
    }
}

/// The argument that names scopes: any texts, where the spec names none.
pub(super) fn scopes_argument(any: bool) -> TokenStream {
    let item = if any { quote!(impl Into<String>) } else { quote!(Scope) };
    quote!(scopes: impl IntoIterator<Item = #item>)
}

/// The setter of a setting that may be left out.
fn setting_setter(setting: Given<'_>) -> TokenStream {
    let (name, wire, ty) = (ident(&setting.name().snake), &setting.name().wire, setting.taken());
    let doc = Docs::new().spec(setting.about());
    quote! {
        #doc
        pub fn #name(self, value: #ty) -> Self {
            Self(self.0.setting(#wire, value))
        }
    }
}

fn authorize_docs(authorize: &Authorize) -> Docs {
    let lifetime = authorize.code_lifetime.map(|seconds| format!(" A code lives {}.", duration(seconds)));
    let url = code(&template_text(&authorize.request.url));
    let scopes = match authorize.default_scopes.as_slice() {
        [] => String::new(),
        scopes => {
            format!("Without any scope of yours, it asks for {}.", code(&scopes.join(&authorize.scope_separator)))
        }
    };
    Docs::new()
        .paragraph(&format!("Asks a user for consent at {url}.{}", lifetime.unwrap_or_default()))
        .paragraph(&scopes)
        .paragraph(if authorize.state_documented {
            ""
        } else {
            "The vendor doesn't say whether `state` comes back; accepting a callback without it is up to you."
        })
}
