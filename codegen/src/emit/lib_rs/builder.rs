//! `Builder`: what is still missing stands in its type.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Face, item};
use crate::emit::docs::{Docs, code, sentence};
use crate::emit::names::ident;
use crate::emit::print::Chunk;
use crate::model::{Format, Setting};

/// Something that a builder can't do without.
struct Slot {
    /// The marker that stands in the type while it is missing.
    marker: Ident,
    /// The whole setter, but for its result.
    method: Ident,
    docs: Docs,
    argument: TokenStream,
    change: TokenStream,
}

impl Face<'_> {
    /// The builder, its setters, and the markers of what it lacks.
    pub(super) fn builder(self) -> Vec<Chunk> {
        let slots = self.slots();
        let missing: Vec<&Ident> = slots.iter().map(|slot| &slot.marker).collect();
        let setters = slots.iter().enumerate().map(|(index, slot)| setter(&slots, index, slot));
        let mut items = vec![item(quote! {
            /// Builds a [`Client`]. What is still missing stands in its type.
            #[derive(Debug)]
            #[must_use]
            pub struct Builder<S = (#(missing::#missing,)*)> {
                config: rt::Config,
                set: std::marker::PhantomData<S>,
            }
        })];
        items.extend(setters);
        items.push(self.optional_setters());
        let set = missing.iter().enumerate().map(|(index, _)| parameter(index));
        let set: Vec<Ident> = set.collect();
        let markers = item(quote! {
            /// What may still be missing in the type of a [`Builder`].
            pub mod missing {
                #(
                    #[derive(Debug)]
                    pub enum #missing {}
                )*
            }
        });
        items.push(item(quote! {
            impl<#(#set: rt::IsSet),*> Builder<(#(#set,)*)> {
                /// Builds the client, or says which value can't work. Nothing is sent.
                pub fn build(self) -> Result<Client, Error> {
                    Ok(Client(self.config.build()?))
                }
            }
        }));
        items.push(markers);
        items
    }

    fn slots(self) -> Vec<Slot> {
        let facts = self.facts;
        let mut slots = Vec::new();
        let mut standard = |needed: bool, marker: Ident, name: &str, doc: &str, argument: TokenStream| {
            if needed {
                let method = ident(name);
                let change = quote!(#method(value));
                slots.push(Slot { marker, method, docs: Docs::new().paragraph(doc), argument, change });
            }
        };
        let text = quote!(impl Into<String>);
        standard(facts.client_id, ident("ClientId"), "client_id", "The identifier that the vendor gave to your app.", text.clone());
        let secret = quote!(impl Into<Secret>);
        standard(facts.client_secret, ident("ClientSecret"), "client_secret", "The secret that the vendor gave to your app.", secret);
        let doc = "Where users come back to, exactly as it is registered with the vendor.";
        standard(facts.redirect_uri, ident("RedirectUri"), "redirect_uri", doc, text);
        slots.extend(facts.required_settings().map(setting_slot));
        let doc = "Where connections are kept; [`MemoryStore`] forgets them when the process ends.";
        let store = ident("store");
        slots.push(Slot {
            marker: ident("Store"),
            docs: Docs::new().paragraph(doc),
            argument: quote!(impl authsmith::Store),
            change: quote!(#store(value)),
            method: store,
        });
        slots
    }

    /// The setters that may be left out.
    fn optional_setters(self) -> Chunk {
        let settings = self.provider.settings.iter().filter(|setting| setting.default.is_some()).map(|setting| {
            let Slot { method, docs, argument, change, .. } = setting_slot(setting);
            quote! {
                #docs
                pub fn #method(mut self, value: #argument) -> Self {
                    self.config = self.config.#change;
                    self
                }
            }
        });
        item(quote! {
            impl<S> Builder<S> {
                #(#settings)*
                /// Changes what every client has: the server, the transport, the clock, the URL of one operation.
                pub fn configure(mut self, change: impl FnOnce(rt::Config) -> rt::Config) -> Self {
                    self.config = change(self.config);
                    self
                }
            }
        })
    }
}

fn setting_slot(setting: &Setting) -> Slot {
    let (method, wire) = (ident(&setting.name.snake), &setting.name.wire);
    let marker = ident(&setting.name.camel);
    let (argument, value) = if setting.allowed.is_empty() {
        (quote!(impl Into<String>), quote!(value))
    } else {
        let ty = ident(&setting.name.camel);
        (quote!(#ty), quote!(value.as_str()))
    };
    let default = setting.default.as_deref().map(|word| format!("{} when left out.", code(word)));
    let format = match setting.format {
        Some(Format::Url) => "An absolute URL.",
        Some(Format::Hostname) => "A host name.",
        _ => "",
    };
    let about = setting.about.as_deref().map_or_else(|| format.to_owned(), sentence);
    Slot {
        marker,
        method,
        docs: Docs::new().paragraph(&about).paragraph(&default.unwrap_or_default()),
        argument,
        change: quote!(setting(#wire, #value)),
    }
}

/// The setter of one slot: it takes a builder where this slot is missing, whatever the others are.
fn setter(slots: &[Slot], index: usize, slot: &Slot) -> Chunk {
    let others: Vec<Ident> = (0..slots.len()).filter(|other| *other != index).map(parameter).collect();
    let with = |mine: &TokenStream| -> TokenStream {
        let all = (0..slots.len()).map(|other| {
            if other == index {
                mine.clone()
            } else {
                let other = parameter(other);
                quote!(#other)
            }
        });
        quote!((#(#all,)*))
    };
    let marker = &slot.marker;
    let (before, after) = (with(&quote!(missing::#marker)), with(&quote!(rt::Set)));
    let Slot { method, docs, argument, change, .. } = slot;
    let generics = (!others.is_empty()).then(|| quote!(<#(#others),*>));
    item(quote! {
        impl #generics Builder<#before> {
            #docs
            pub fn #method(self, value: #argument) -> Builder<#after> {
                Builder { config: self.config.#change, set: std::marker::PhantomData }
            }
        }
    })
}

/// The type parameter of a slot: `A`, `B`, and so on.
fn parameter(index: usize) -> Ident {
    let letter = u8::try_from(index).ok().filter(|index| *index < 26).map(|index| char::from(b'A' + index));
    match letter {
        Some(letter) => ident(&letter.to_string()),
        None => ident(&format!("P{index}")),
    }
}
