//! Token kinds, scopes, settings, and the objects and enums of the spec.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::client::{duration, renewal};
use super::inputs::rust_type;
use super::{Face, item};
use crate::emit::docs::{Docs, prose, sentence};
use crate::emit::names::{ident, variants};
use crate::emit::print::Chunk;
use crate::model::{Field, Grant, Name, Setting, TokenKind, Type, TypeDef, TypeKind, Yields};

impl Face<'_> {
    /// The types that tell one kind of token from another.
    pub(super) fn token_kinds(self) -> Vec<Chunk> {
        let kinds = self.provider.tokens.iter();
        kinds.flat_map(|kind| self.token_kind(kind)).collect()
    }

    fn token_kind(self, kind: &TokenKind) -> [Chunk; 2] {
        let name = ident(&kind.name.camel);
        let data = ident(self.consts.token(&kind.name.wire));
        let about = kind.about.as_deref().map_or_else(|| format!("The kind of token `{}`.", kind.name.wire), sentence);
        let lifetime = self.lifetime(kind).map(|seconds| format!(" It lives {}.", duration(seconds))).unwrap_or_default();
        let doc = Docs::new().paragraph(&format!("{about}{lifetime} {}", renewal(&kind.renew)));
        [
            item(quote! {
                #doc
                #[derive(Clone, Copy, Debug)]
                pub enum #name {}
            }),
            item(quote! {
                impl rt::TokenKind for #name {
                    const DATA: rt::TokenKindData<'static> = operations::#data;
                }
            }),
        ]
    }

    /// How long the spec says that a kind lives.
    fn lifetime(self, kind: &TokenKind) -> Option<u64> {
        let issued = self.provider.grants.iter().filter_map(|grant| match &grant.yields {
            Yields::Tokens(issued) => issued.iter().find(|token| token.kind == kind.name.wire),
            Yields::Code(_) => None,
        });
        issued.filter_map(|token| token.expiry.lifetime).next()
    }

    /// The scopes that the vendor names.
    pub(super) fn scopes(self) -> Option<Chunk> {
        let authorize = self.provider.authorize.as_ref().filter(|authorize| !authorize.scopes.is_empty())?;
        let doc = Docs::new().paragraph(&format!("What a user can allow. {} may know more: `Other`.", prose(&self.provider.title)));
        let variants = authorize.scopes.iter().map(|scope| (Docs::new().spec(scope.about.as_deref()), &scope.name));
        Some(words(doc, &ident("Scope"), variants))
    }

    /// The settings that have but a few values.
    pub(super) fn settings(self) -> Vec<Chunk> {
        let closed = self.provider.settings.iter().filter(|setting| !setting.allowed.is_empty());
        closed.map(setting).collect()
    }

    /// The fields of grants, then the types of the spec.
    pub(super) fn types(self) -> Vec<Chunk> {
        let grants = self.provider.grants.iter().filter(|grant| !grant.fields.is_empty()).map(grant_fields);
        grants.chain(self.provider.types.iter().flat_map(|def| self.type_def(def))).collect()
    }

    fn type_def(self, def: &TypeDef) -> Vec<Chunk> {
        let name = ident(&def.name);
        let doc = Docs::new().spec(def.about.as_deref());
        match &def.kind {
            TypeKind::Enum(known) => vec![words(doc, &name, known.iter().map(|word| (Docs::new(), word)))],
            TypeKind::Object(fields) => {
                let mut chunks = vec![object(&doc, &name, fields, def)];
                if def.sent {
                    chunks.push(constructor(&name, fields, def.received));
                }
                chunks
            }
        }
    }
}

/// An open set of words.
fn words<'n>(doc: Docs, name: &proc_macro2::Ident, words: impl Iterator<Item = (Docs, &'n Name)>) -> Chunk {
    let variants = words.map(|(doc, word)| {
        let (variant, wire) = (ident(&word.camel), Literal::string(&word.wire));
        quote!(#doc #variant = #wire)
    });
    Chunk::Words { macro_name: "open_enum", item: quote!(#doc pub enum #name { #(#variants),* }) }
}

fn setting(setting: &Setting) -> Chunk {
    let doc = Docs::new().paragraph(&format!("A value of [`Builder::{}`]; no `Other` builds.", setting.name.snake));
    let variants = variants(&setting.allowed);
    let described = variants.iter().zip(&setting.allowed).map(|(variant, word)| {
        let (variant, wire) = (ident(variant), Literal::string(word));
        quote!(#variant = #wire)
    });
    let name = ident(&setting.name.camel);
    Chunk::Words { macro_name: "open_enum", item: quote!(#doc pub enum #name { #(#described),* }) }
}

/// The fields that come with a grant's tokens.
fn grant_fields(grant: &Grant) -> Chunk {
    let method = format!("What [`Client::{}`] gives besides.", grant.name.snake);
    let received = TypeDef {
        name: grant.name.camel.clone(),
        about: None,
        kind: TypeKind::Object(Vec::new()),
        sent: false,
        received: true,
    };
    object(&Docs::new().paragraph(&method), &ident(&grant.name.camel), &grant.fields, &received)
}

fn object(doc: &Docs, name: &proc_macro2::Ident, fields: &[Field], def: &TypeDef) -> Chunk {
    let members = fields.iter().map(|field| member(field, def));
    let extra = def.received.then(|| {
        quote! {
            /// Whatever else the vendor sent.
            #[serde(flatten)]
            pub extra: rt::Extra
        }
    });
    // What is sent can be read too, so that a program takes it from a file or a command line.
    let serialize = def.sent.then(|| quote!(, rt::Serialize));
    let members: Vec<TokenStream> = members.chain(extra).collect();
    item(quote! {
        #doc
        #[derive(Clone, Debug, rt::Deserialize #serialize)]
        #[serde(crate = "authsmith::codegen::v1::serde")]
        #[non_exhaustive]
        pub struct #name { #(#members),* }
    })
}

/// The Rust name of a field; `extra` is taken.
fn field_name(field: &Field) -> proc_macro2::Ident {
    if field.name.snake == "extra" { ident("extra_") } else { ident(&field.name.snake) }
}

fn member(field: &Field, def: &TypeDef) -> TokenStream {
    let (name, wire, doc) = (field_name(field), &field.name.wire, Docs::new().spec(field.about.as_deref()));
    let mut attributes = Vec::new();
    if name != wire {
        let wire = Literal::string(wire);
        attributes.push(quote!(rename = #wire));
    }
    if def.sent && field.optional {
        attributes.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    let attributes = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let ty = field_type(field);
    quote!(#doc #attributes pub #name: #ty)
}

fn field_type(field: &Field) -> TokenStream {
    let ty = rust_type(&field.ty);
    if field.optional { quote!(Option<#ty>) } else { ty }
}

/// `new` for a type that callers make; what may be left out is left out.
fn constructor(name: &proc_macro2::Ident, fields: &[Field], received: bool) -> Chunk {
    let arguments = fields.iter().filter(|field| !field.optional).map(|field| {
        let (name, ty) = (field_name(field), argument(&field.ty));
        quote!(#name: #ty)
    });
    let values = fields.iter().map(|field| {
        let name = field_name(field);
        match (&field.ty, field.optional) {
            (_, true) => quote!(#name: None),
            (Type::String | Type::Secret, false) => quote!(#name: #name.into()),
            (_, false) => quote!(#name),
        }
    });
    let extra = received.then(|| quote!(extra: rt::Extra::default()));
    let values: Vec<TokenStream> = values.chain(extra).collect();
    let optional = if fields.iter().any(|field| field.optional) { "What may be left out is: set its field." } else { "" };
    let doc = Docs::new().paragraph(optional);
    item(quote! {
        impl #name {
            #doc
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

fn argument(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(impl Into<String>),
        Type::Secret => quote!(impl Into<Secret>),
        other => rust_type(other),
    }
}
