//! `Builder`: what is still missing stands in its type.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Face, item};
use crate::emit::docs::{Docs, code, sentence};
use crate::emit::names::ident;
use crate::emit::print::Chunk;
use crate::model::{Format, Setting};

/// One setter.
struct Setter {
    /// What stands in the builder's type until it is called.
    marker: Ident,
    method: Ident,
    docs: Docs,
    argument: TokenStream,
    /// What it does with the runtime's configuration.
    change: TokenStream,
}

impl Setter {
    fn standard(marker: &str, method: &str, doc: &str, argument: TokenStream) -> Self {
        let method = ident(method);
        let change = quote!(#method(value));
        Self { marker: ident(marker), method, docs: Docs::new().paragraph(doc), argument, change }
    }

    /// What must be given of a vendor's own.
    fn setting(setting: &Setting) -> Self {
        let (wire, marker) = (&setting.name.wire, ident(&setting.name.camel));
        let (argument, value) = if setting.allowed.is_empty() {
            (quote!(impl Into<String>), quote!(value))
        } else {
            (quote!(#marker), quote!(value.as_str()))
        };
        let default = setting.default.as_deref().map(|word| format!("{} when left out.", code(word)));
        let about = setting_about(setting);
        let docs = Docs::new().paragraph(&about).paragraph(&default.unwrap_or_default());
        Self { marker, method: ident(&setting.name.snake), docs, argument, change: quote!(setting(#wire, #value)) }
    }

    fn method(&self, result: &TokenStream) -> TokenStream {
        let Self { method, docs, argument, change, .. } = self;
        quote! {
            #docs
            pub fn #method(self, value: #argument) -> #result {
                self.with(|config| config.#change)
            }
        }
    }
}

/// What a setting is, and what is put around its value.
fn setting_about(setting: &Setting) -> String {
    let format = match setting.format {
        Some(Format::Url) => "An absolute URL.",
        Some(Format::Hostname) => "A host name.",
        Some(Format::Uuid) => "A UUID.",
        Some(Format::Email) => "An e-mail address.",
        _ => "",
    };
    let about = setting.about.as_deref().map_or_else(|| format.to_owned(), sentence);
    let added = match (&setting.prefix, &setting.suffix) {
        (None, None) => return about,
        (Some(one), None) | (None, Some(one)) => format!("{} is", code(one)),
        (Some(prefix), Some(suffix)) => format!("{} and {} are", code(prefix), code(suffix)),
    };
    format!("{about} {added} added where missing.").trim_start().to_owned()
}

impl Face<'_> {
    /// The builder, its setters, and the markers of what it lacks.
    pub(super) fn builder(self) -> [Chunk; 3] {
        let required = self.required();
        let markers: Vec<&Ident> = required.iter().map(|setter| &setter.marker).collect();
        let slots = self.slots(required.len());
        let setters = required.iter().enumerate().map(|(index, setter)| {
            let after =
                slots.iter().enumerate().map(|(at, slot)| if at == index { quote!(rt::Set) } else { quote!(#slot) });
            setter.method(&quote!(Builder<(#(#after,)*)>))
        });
        let optional = self.facts.optional_settings().map(|setting| Setter::setting(setting).method(&quote!(Self)));
        let builder = item(quote! {
            /// Builds a [`Client`]. What is still missing stands in its type.
            #[must_use]
            pub struct Builder<S = (#(missing::#markers,)*)> {
                config: rt::Config,
                set: PhantomData<S>,
            }
        });
        let methods = item(quote! {
            impl<#(#slots),*> Builder<(#(#slots,)*)> {
                fn with<S>(self, change: impl FnOnce(rt::Config) -> rt::Config) -> Builder<S> {
                    Builder { config: change(self.config), set: PhantomData }
                }
                #(#setters)*
                #(#optional)*
                /// Changes what every vendor's client has: server, transport, clock, limits, the URL of an operation.
                pub fn configure(self, change: impl FnOnce(rt::Config) -> rt::Config) -> Self {
                    self.with(change)
                }
                /// Builds the client, or says which value can't work. Nothing is sent.
                pub fn build(self) -> Result<Client, Error> where #(#slots: rt::IsSet),* {
                    Ok(Client(self.config.build()?))
                }
            }
        });
        let markers = item(quote! {
            /// What a [`Builder`] may lack.
            pub mod missing {
                #(pub enum #markers {})*
            }
        });
        [builder, methods, markers]
    }

    /// The setters without which nothing is built.
    fn required(self) -> Vec<Setter> {
        let facts = self.facts;
        let (text, secret) = (quote!(impl Into<String>), quote!(impl Into<Secret>));
        let id = ("ClientId", "client_id", "The identifier that the vendor gave to your app.");
        let credential = ("ClientSecret", "client_secret", "The secret that the vendor gave to your app.");
        let key = ("ClientKey", "client_key", "The private key whose public half the vendor has.");
        let redirect =
            ("RedirectUri", "redirect_uri", "Where users come back to, exactly as it is registered with the vendor.");
        let store =
            ("Store", "store", "Where connections are kept; [`MemoryStore`] forgets them when the process ends.");
        let standard = |needed: bool, (marker, method, doc): (&str, &str, &str), argument: &TokenStream| {
            needed.then(|| Setter::standard(marker, method, doc, argument.clone()))
        };
        let mut setters: Vec<Setter> = Vec::new();
        setters.extend(standard(facts.client_id, id, &text));
        setters.extend(standard(facts.client_secret, credential, &secret));
        setters.extend(standard(facts.client_key, key, &quote!(impl Into<ClientKey>)));
        setters.extend(standard(facts.redirect_uri, redirect, &text));
        setters.extend(facts.required_settings().map(Setter::setting));
        setters.extend(standard(true, store, &quote!(impl authsmith::Store)));
        setters
    }

    /// The type parameters of so many setters: `A`, `B`, and so on, but for the types that setters mention.
    fn slots(self, count: usize) -> Vec<Ident> {
        let free = |name: &String| self.provider.settings.iter().all(|setting| setting.name.camel != *name);
        // `S` is the builder's own.
        let letters = ('A'..='R').map(|letter| letter.to_string()).chain((1..).map(|number| format!("S{number}")));
        letters.filter(free).take(count).map(|name| ident(&name)).collect()
    }
}
