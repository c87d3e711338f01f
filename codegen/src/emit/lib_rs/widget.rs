//! Widgets: a page that opens a vendor's script with a token of the right kind.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::inputs::{argument_type, arguments, required};
use super::{Face, item};
use crate::emit::docs::Docs;
use crate::emit::names::{ident, widget_event, widget_token_trait};
use crate::emit::print::Chunk;
use crate::lower::template_text;
use crate::model::{Input, Type, Widget};

impl Face<'_> {
    /// The widgets, the tokens that open them, and what they tell.
    pub(super) fn widgets(self) -> Vec<Chunk> {
        self.provider.widgets.iter().flat_map(|widget| self.widget(widget)).collect()
    }

    /// The method of the client that starts a widget.
    pub(super) fn widget_method(self, widget: &Widget) -> TokenStream {
        let (method, name, token) =
            (ident(&widget.name.snake), ident(&widget.name.camel), ident(&widget_token_trait(&widget.name)));
        let doc = Docs::new().spec(widget.about.as_deref());
        let (wire, script, open) = (&widget.name.wire, template_text(&widget.script), &widget.open);
        let option = &widget.token_option;
        let events = widget.events.iter().map(|event| {
            let name = &event.name.wire;
            quote!(.event(#name))
        });
        let arguments = arguments(required(&widget.options));
        let required = widget.options.iter().filter(|option| !option.optional).map(|option| {
            let name = ident(&option.name.snake);
            option_call(option, &quote!(#name))
        });
        quote! {
            #doc
            pub fn #method<K: #token>(&self, tokens: &Tokens<K>, #(#arguments),*) -> Result<#name, Error> {
                let widget = self.0.widget(#wire, #script, #open)?;
                let widget = widget.token(#option, tokens.token()) #(#required)*;
                Ok(#name(widget #(#events)*))
            }
        }
    }

    fn widget(self, widget: &Widget) -> Vec<Chunk> {
        let (name, token) = (ident(&widget.name.camel), ident(&widget_token_trait(&widget.name)));
        let doc = Docs::new().paragraph(&format!("A page that opens the widget of [`Client::{}`].", widget.name.snake));
        let options = widget.options.iter().filter(|option| option.optional).map(option);
        let told = if widget.events.is_empty() { "title and nonce" } else { "title, nonce, and where it posts events" };
        let configure = Docs::new().paragraph(&format!("Changes what every such page has: {told}."));
        let refused = format!("tokens of the kind `{{Self}}` don't open the widget `{}`", widget.name.wire);
        let opens = Docs::new().paragraph(&format!("A kind of token that opens [`{name}`]."));
        let mut items = vec![
            item(quote! {
                #doc
                #[derive(Debug)]
                #[must_use = "the page is what `html` returns"]
                pub struct #name(rt::Widget);
            }),
            item(quote! {
                impl #name {
                    #(#options)*
                    #configure
                    pub fn configure(self, change: impl FnOnce(rt::Widget) -> rt::Widget) -> Self {
                        Self(change(self.0))
                    }
                    /// The page. It holds the token: serve it over https, to the user whose token it is.
                    pub fn html(&self) -> Result<String, Error> {
                        Ok(self.0.html()?)
                    }
                }
            }),
            item(quote! {
                #opens
                #[diagnostic::on_unimplemented(message = #refused)]
                pub trait #token: rt::TokenKind {}
            }),
        ];
        let kinds = widget.kinds.iter().map(|kind| self.kind(kind));
        items.push(item(quote!(#(impl #token for #kinds {})*)));
        items.extend(events(widget));
        items
    }
}

/// The setter of an option that may be left out.
fn option(option: &Input) -> TokenStream {
    let (name, ty) = (ident(&option.name.snake), argument_type(&option.ty));
    let doc = Docs::new().spec(option.about.as_deref());
    let set = option_call(option, &quote!(value));
    quote! {
        #doc
        pub fn #name(self, value: #ty) -> Self {
            Self(self.0 #set)
        }
    }
}

/// The call that sets an option: `.option("clientId", &value.into())`.
fn option_call(option: &Input, value: &TokenStream) -> TokenStream {
    let wire = &option.name.wire;
    match option.ty {
        Type::String => quote!(.option(#wire, &#value.into())),
        _ => quote!(.option(#wire, &#value)),
    }
}

/// What the page posts, as an enum that reads it.
fn events(widget: &Widget) -> Option<Chunk> {
    let name = ident(&widget_event(&widget.name));
    let page = ident(&widget.name.camel);
    let doc = Docs::new().paragraph(&format!("What the page of [`{page}`] posts as JSON, once it knows where to."));
    let camel = widget.events.iter().all(|event| camel_case(&event.name.camel) == event.name.wire);
    let rename_all = camel.then(|| quote!(, rename_all = "camelCase"));
    let variants = widget.events.iter().map(|event| {
        let (variant, wire, payload) =
            (ident(&event.name.camel), Literal::string(&event.name.wire), ident(&event.payload));
        let doc = Docs::new().spec(event.about.as_deref());
        let rename = (!camel).then(|| quote!(#[serde(rename = #wire)]));
        quote!(#doc #rename #variant(#payload))
    });
    let several =
        widget.events.iter().any(|event| widget.events.first().is_some_and(|first| first.payload != event.payload));
    let large = several.then(|| quote!(#[allow(clippy::large_enum_variant)]));
    (!widget.events.is_empty()).then(|| {
        item(quote! {
            #doc
            #large
            #[derive(Clone, Debug, rt::Deserialize)]
            #[serde(crate = "authsmith::codegen::v1::serde", tag = "event", content = "payload" #rename_all)]
            #[non_exhaustive]
            pub enum #name { #(#variants),* }
        })
    })
}

/// How serde writes a variant in `camelCase`.
fn camel_case(variant: &str) -> String {
    let mut chars = variant.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}
