//! `Connection`: the calls, and the optional inputs of each.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::{failure_doc, undocumented};
use super::inputs::{arguments, required, rust_type, sent_type, values};
use super::{Face, item};
use crate::emit::docs::Docs;
use crate::emit::names::{has_optional_inputs, ident, request_type};
use crate::emit::print::{Chunk, Word, Words, type_text};
use crate::model::{Call, Input, Type};

/// As many arguments as clippy lets pass, the receiver included.
const MOST_ARGUMENTS: usize = 7;

impl Face<'_> {
    /// The connection and its calls.
    pub(super) fn connection(self) -> Vec<Chunk> {
        let mut items = vec![self.connection_type()];
        let kinds = self.provider.tokens.iter().map(|kind| kind.name.wire.as_str());
        items.extend(kinds.filter_map(|kind| self.calls(kind)));
        items.push(self.deref());
        items
    }

    fn connection_type(self) -> Chunk {
        let renewed = if self.facts.renews() {
            ", kept in the store and renewed when they expire"
        } else {
            ", kept in the store"
        };
        let doc = Docs::new().paragraph(&format!("A user's tokens{renewed}. Clones share them."));
        if self.facts.many_kinds {
            item(quote! {
                #doc
                #[derive(Clone, Debug)]
                pub struct Connection<K>(rt::Connection<K>);
            })
        } else {
            let kind = self.provider.tokens.first().map(|kind| self.kind(&kind.name.wire));
            item(quote! {
                #doc
                #[derive(Clone, Debug)]
                pub struct Connection(rt::Connection<#kind>);
            })
        }
    }

    /// The calls that show one kind of token.
    fn calls(self, kind: &str) -> Option<Chunk> {
        let calls: Vec<TokenStream> =
            self.provider.calls.iter().filter(|call| call.token == kind).map(|call| self.call(call)).collect();
        let name = self.kind(kind);
        let generic = self.facts.many_kinds.then(|| quote!(<#name>));
        (!calls.is_empty()).then(|| item(quote!(impl Connection #generic { #(#calls)* })))
    }

    fn call(self, call: &Call) -> TokenStream {
        let (method, operation) = (ident(&call.name.snake), self.operation(&call.name.wire));
        let doc = call_docs(call);
        let arguments = arguments(required(&call.request.inputs));
        let (before, inputs) = values(required(&call.request.inputs));
        let many = many_arguments(arguments.len());
        let request = quote!(self.0.call(#operation, #inputs));
        if has_optional_inputs(&call.request) {
            let name = ident(&request_type(&call.name));
            return quote! {
                #doc
                #many
                pub fn #method(&self, #(#arguments),*) -> #name {
                    #before
                    #name(#request)
                }
            };
        }
        let answer = rust_type(&call.returns);
        quote! {
            #doc
            #many
            pub fn #method(&self, #(#arguments),*) -> rt::Call<#answer, Error> {
                #before
                #request
            }
        }
    }

    fn deref(self) -> Chunk {
        let (generics, connection, target) = if self.facts.many_kinds {
            (quote!(<K>), quote!(Connection<K>), quote!(rt::Connection<K>))
        } else {
            let kind = self.provider.tokens.first().map(|kind| self.kind(&kind.name.wire));
            (quote!(), quote!(Connection), quote!(rt::Connection<#kind>))
        };
        item(quote! {
            impl #generics Deref for #connection {
                type Target = #target;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }
        })
    }

    /// The calls with optional inputs, while these are being set.
    pub(super) fn requests(self) -> Vec<Chunk> {
        let calls = self.provider.calls.iter().filter(|call| has_optional_inputs(&call.request));
        calls.flat_map(|call| self.request(call)).collect()
    }

    fn request(self, call: &Call) -> Vec<Chunk> {
        let (name, answer) = (request_type(&call.name), rust_type(&call.returns));
        let doc = Docs::new().paragraph(&format!("What [`Connection::{}`] may be given besides.", call.name.snake));
        let optional = || call.request.inputs.iter().filter(|input| input.optional);
        let inputs = optional().filter(|input| input.ty != Type::Secret).map(|input| {
            let doc = Docs::new().spec(input.about.as_deref());
            Word { doc, name: input.name.snake.clone(), ty: Some(sent_type(&input.ty)), word: input.name.wire.clone() }
        });
        let title = format!("pub struct {name}({}, Error)", type_text(&answer));
        let list = Words { docs: doc, title, words: inputs.collect() };
        let request = Chunk::Macro { name: "request", lists: vec![list] };
        let name = ident(&name);
        // The macro writes inputs as JSON, which secrets never become.
        let secrets: Vec<TokenStream> =
            optional().filter(|input| input.ty == Type::Secret).map(secret_setter).collect();
        let secrets = (!secrets.is_empty()).then(|| item(quote!(impl #name { #(#secrets)* })));
        [request].into_iter().chain(secrets).collect()
    }
}

/// What clippy must be told of a method with so many arguments.
pub(super) fn many_arguments(count: usize) -> Option<TokenStream> {
    (count + 1 > MOST_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments)]))
}

/// The setter of an optional secret.
fn secret_setter(input: &Input) -> TokenStream {
    let (name, variable) = (ident(&input.name.snake), &input.name.wire);
    let doc = Docs::new().spec(input.about.as_deref());
    quote! {
        #doc
        pub fn #name(self, value: impl Into<Secret>) -> Self {
            Self(self.0.set(#variable, value.into()))
        }
    }
}

fn call_docs(call: &Call) -> Docs {
    let described = call.request.inputs.iter().filter(|input| !input.optional && input.about.is_some());
    let described: Vec<String> = described
        .flat_map(|input| {
            let about = input.about.as_deref().map(crate::emit::docs::sentence).unwrap_or_default();
            crate::emit::docs::wrap(&format!("`{}`: {about}", input.name.snake), 90)
        })
        .collect();
    let failures: Vec<String> = call.failures.iter().map(|failure| failure_doc(&failure.name)).collect();
    let fails =
        if failures.is_empty() { String::new() } else { format!("Documented failures: {}.", failures.join(", ")) };
    let docs = Docs::new().spec(call.about.as_deref());
    let docs = if described.is_empty() { docs } else { docs.paragraph(&described.join(" ")) };
    docs.paragraph(&undocumented(call.undocumented.as_deref())).paragraph(&fails)
}
