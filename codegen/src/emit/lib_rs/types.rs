//! Token kinds, scopes, settings, and the objects and enums of the spec.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::client::{duration, renewal};
use super::inputs::{argument_type, rust_type, sent_type};
use super::{Face, item};
use crate::emit::docs::{Docs, prose, sentence};
use crate::emit::names::{AUTHORIZATION, ident, variants};
use crate::emit::print::{Chunk, Word, Words};
use crate::model::draft::CLAIMS;
use crate::model::{Field, Grant, Name, Setting, TokenKind, Type, TypeDef, TypeKind, Yields};

impl Face<'_> {
    /// The types that tell one kind of token from another.
    pub(super) fn token_kinds(self) -> Chunk {
        Chunk::Macro {
            name: "token_kinds",
            lists: self.provider.tokens.iter().map(|kind| self.token_kind(kind)).collect(),
        }
    }

    fn token_kind(self, kind: &TokenKind) -> Words {
        let shown = self.provider.calls.iter().any(|call| call.token == kind.name.wire);
        let own = || {
            if shown { "The token that the calls show.".to_owned() } else { format!("The token `{}`.", kind.name.wire) }
        };
        let about = kind.about.as_deref().map_or_else(own, sentence);
        let lifetime =
            self.lifetime(kind).map(|seconds| format!(" It lives {}.", duration(seconds))).unwrap_or_default();
        let docs = Docs::new().paragraph(&format!("{about}{lifetime} {}", renewal(&kind.renew)));
        let claims = self.provider.id_token.as_ref().filter(|id_token| id_token.claims.is_some());
        let claims = claims.map(|_| format!("({CLAIMS})")).unwrap_or_default();
        let (name, data) = (&kind.name.camel, self.consts.token(&kind.name.wire));
        let title = format!("pub enum {name}{claims} = operations::{data};");
        Words { docs, title, words: Vec::new() }
    }

    /// How long the spec says that a kind lives.
    fn lifetime(self, kind: &TokenKind) -> Option<u64> {
        let issued = self.provider.grants.iter().filter_map(|grant| match &grant.yields {
            Yields::Tokens(issued) => issued.iter().find(|token| token.kind == kind.name.wire),
            Yields::Code(_) => None,
        });
        issued.filter_map(|token| token.expiry.lifetime).next()
    }

    /// Every open set of words: scopes, the values of settings, the enums of the spec.
    pub(super) fn open_enums(self) -> Option<Chunk> {
        let provider = self.provider;
        let settings = provider.settings.iter().filter(|setting| !setting.allowed.is_empty());
        let settings = settings.map(|setting| self::setting(setting, provider.authorize.is_some()));
        let enums = self.provider.types.iter().filter_map(|def| match &def.kind {
            TypeKind::Enum(words) => {
                Some(open_enum(Docs::new().spec(def.about.as_deref()), &def.name, words.iter().map(bare)))
            }
            TypeKind::Object(_) => None,
        });
        let lists: Vec<Words> =
            self.scopes().into_iter().chain(self.scope_lists()).chain(settings).chain(enums).collect();
        (!lists.is_empty()).then_some(Chunk::Macro { name: "open_enums", lists })
    }

    /// The scopes that the vendor names.
    fn scopes(self) -> Option<Words> {
        let scopes = self.provider.scopes();
        if scopes.is_empty() {
            return None;
        }
        let doc = Docs::new()
            .paragraph(&format!("What a user can allow. {} may know more: `Other`.", prose(&self.provider.title)));
        let scopes = scopes.into_iter();
        Some(open_enum(doc, "Scope", scopes.map(|scope| word(Docs::new().spec(scope.about.as_deref()), &scope.name))))
    }

    /// The scopes of further lists.
    fn scope_lists(self) -> impl Iterator<Item = Words> {
        let lists = self.provider.authorize.iter().flat_map(|authorize| &authorize.scope_lists);
        lists.filter(|list| !list.scopes.is_empty()).map(|list| {
            let doc = Docs::new().paragraph(&format!("A scope of [`{AUTHORIZATION}::{}`].", list.name.snake));
            let scopes = list.scopes.iter();
            let words = scopes.map(|scope| word(Docs::new().spec(scope.about.as_deref()), &scope.name));
            open_enum(doc, &list.name.camel, words)
        })
    }

    /// The fields of grants, then the types of the spec.
    pub(super) fn types(self) -> Vec<Chunk> {
        let grants = self.provider.grants.iter().filter(|grant| !grant.fields.is_empty()).map(grant_fields);
        grants.chain(self.provider.types.iter().flat_map(|def| self.type_def(def))).collect()
    }

    fn type_def(self, def: &TypeDef) -> Vec<Chunk> {
        let TypeKind::Object(fields) = &def.kind else { return Vec::new() };
        let name = ident(&def.name);
        let mut chunks = vec![object(&Docs::new().spec(def.about.as_deref()), &name, fields, def)];
        chunks.extend(def.sent.then(|| constructor(&name, fields, def.received)));
        chunks
    }
}

fn open_enum(docs: Docs, name: &str, words: impl Iterator<Item = Word>) -> Words {
    Words { docs, title: format!("pub enum {name}"), words: words.collect() }
}

fn word(doc: Docs, name: &Name) -> Word {
    Word { doc, name: name.camel.clone(), ty: None, word: name.wire.clone() }
}

fn bare(name: &Name) -> Word {
    word(Docs::new(), name)
}

fn setting(setting: &Setting, authorizes: bool) -> Words {
    let name = &setting.name.snake;
    let doc = Docs::new().paragraph(&match (setting.of_connection, authorizes) {
        (false, _) => format!("A value of [`Builder::{name}`]; with `Other`, nothing builds."),
        (true, true) => format!("The `{name}` of [`Client::authorize`]; with `Other`, no login starts."),
        (true, false) => format!("The `{name}` of a connection; with `Other`, none begins."),
    });
    let names = variants(&setting.allowed);
    let words = names.into_iter().zip(&setting.allowed);
    open_enum(
        doc,
        &setting.name.camel,
        words.map(|(name, word)| Word { doc: Docs::new(), name, ty: None, word: word.clone() }),
    )
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
    let case = case(fields);
    let members = fields.iter().map(|field| member(field, def, case));
    let extra = def.received.then(|| {
        quote! {
            #[serde(flatten)]
            pub extra: rt::Extra
        }
    });
    // What is sent can be read too, so that a program takes it from a file or a command line.
    let serialize = def.sent.then(|| quote!(, rt::Serialize));
    let rename_all = case.map(|case| quote!(, rename_all = #case));
    let members: Vec<TokenStream> = members.chain(extra).collect();
    item(quote! {
        #doc
        #[derive(Clone, Debug, rt::Deserialize #serialize)]
        #[serde(crate = "authsmith::codegen::v1::serde" #rename_all)]
        #[non_exhaustive]
        pub struct #name { #(#members),* }
    })
}

/// The case that spares the most fields a name of their own, if it spares any.
fn case(fields: &[Field]) -> Option<&'static str> {
    let same = |case: Option<&str>| {
        fields.iter().filter(|field| in_case(&field_name(field).to_string(), case) == field.name.wire).count()
    };
    // Of several, the last wins.
    let cases = ["kebab-case", "SCREAMING_SNAKE_CASE", "PascalCase", "camelCase"];
    let best = cases.into_iter().map(|case| (same(Some(case)), case)).max_by_key(|(count, _)| *count)?;
    (best.0 > same(None)).then_some(best.1)
}

/// How serde writes a field's name in a case.
pub(crate) fn in_case(field: &str, case: Option<&str>) -> String {
    let pascal = || field.split('_').map(capitalized).collect::<String>();
    match case {
        Some("PascalCase") => pascal(),
        Some("camelCase") => {
            let pascal = pascal();
            let mut chars = pascal.chars();
            chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
        }
        Some("SCREAMING_SNAKE_CASE") => field.to_ascii_uppercase(),
        Some("kebab-case") => field.replace('_', "-"),
        _ => field.to_owned(),
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// The Rust name of a field; `extra` is taken.
fn field_name(field: &Field) -> proc_macro2::Ident {
    if field.name.snake == "extra" { ident("extra_") } else { ident(&field.name.snake) }
}

fn member(field: &Field, def: &TypeDef, case: Option<&str>) -> TokenStream {
    let (name, wire, doc) = (field_name(field), &field.name.wire, Docs::new().spec(field.about.as_deref()));
    let mut attributes = Vec::new();
    if in_case(&name.to_string(), case) != *wire {
        let wire = Literal::string(wire);
        attributes.push(quote!(rename = #wire));
    }
    if def.sent && field.optional {
        attributes.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    let attributes = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let ty = field_type(field, def.sent);
    quote!(#doc #attributes pub #name: #ty)
}

fn field_type(field: &Field, sent: bool) -> TokenStream {
    let ty = if sent { sent_type(&field.ty) } else { rust_type(&field.ty) };
    if field.optional { quote!(Option<#ty>) } else { ty }
}

/// `new` for a type that callers make; what may be left out is left out.
fn constructor(name: &proc_macro2::Ident, fields: &[Field], received: bool) -> Chunk {
    let arguments = fields.iter().filter(|field| !field.optional).map(|field| {
        let (name, ty) = (field_name(field), argument_type(&field.ty));
        quote!(#name: #ty)
    });
    let values = fields.iter().map(|field| {
        let name = field_name(field);
        match (&field.ty, field.optional) {
            (_, true) => quote!(#name: None),
            (Type::String | Type::Secret | Type::Epoch | Type::EpochMillis | Type::CompactDate, false) => {
                quote!(#name: #name.into())
            }
            (_, false) => quote!(#name),
        }
    });
    let extra = received.then(|| quote!(extra: rt::Extra::default()));
    let values: Vec<TokenStream> = values.chain(extra).collect();
    let optional =
        if fields.iter().any(|field| field.optional) { "What may be left out is: set its field." } else { "" };
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
