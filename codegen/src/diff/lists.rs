//! The lists inside the runtime's macros: token kinds, open enums, failures, and inputs that may be left out.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Expr, Ident, LitStr, Token, Type, Visibility};

use super::surface::{Face, Named, Signature, Surface, named, type_item, written};

/// `pub enum Name = data;`, `pub enum Name { Word = "word" }`, or `pub struct Name(Type, ..) { word: Type = "word" }`.
struct List {
    attributes: Vec<Attribute>,
    public: bool,
    name: Ident,
    /// What stands between the name and the words.
    types: String,
    words: Vec<Word>,
}

struct Word {
    attributes: Vec<Attribute>,
    name: Ident,
    ty: Option<Type>,
    word: LitStr,
}

impl Parse for List {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let public = matches!(input.parse::<Visibility>()?, Visibility::Public(_));
        if input.peek(Token![enum]) {
            input.parse::<Token![enum]>()?;
        } else {
            input.parse::<Token![struct]>()?;
        }
        let name = input.parse()?;
        let (mut types, mut words) = (String::new(), Vec::new());
        if input.peek(syn::token::Paren) {
            let inside;
            syn::parenthesized!(inside in input);
            types = written(&inside.parse::<TokenStream>()?);
        }
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            input.parse::<Expr>()?;
            input.parse::<Token![;]>()?;
        } else {
            let inside;
            syn::braced!(inside in input);
            words = inside.parse_terminated(Word::parse, Token![,])?.into_iter().collect();
        }
        Ok(Self { attributes, public, name, types, words })
    }
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attributes, name) = (input.call(Attribute::parse_outer)?, input.parse()?);
        let colon: Option<Token![:]> = input.parse()?;
        let ty = colon.map(|_| input.parse()).transpose()?;
        input.parse::<Token![=]>()?;
        Ok(Self { attributes, name, ty, word: input.parse()? })
    }
}

/// Reads what stands in one macro. Of a macro that has no such lists, all that stands in it is compared as it is.
pub(super) fn read(kind: &str, tokens: &TokenStream, surface: &mut Surface) {
    let all = |input: ParseStream<'_>| {
        let mut lists = Vec::new();
        while !input.is_empty() {
            lists.push(input.parse::<List>()?);
        }
        Ok(lists)
    };
    let Ok(lists) = all.parse2(tokens.clone()) else {
        return surface.items.push(type_item("macro", &format!("{kind}!"), &written(tokens), &[]));
    };
    for list in lists.into_iter().filter(|list| list.public) {
        let name = list.name.to_string();
        let (of_list, of_word) = words(kind, &name);
        // All enums of the macros may grow: they are `#[non_exhaustive]`, or have no values.
        let head = format!("{kind}({})", list.types);
        let mut item = type_item(of_list, &name, &head, &list.attributes);
        if let Face::Type { open, .. } = &mut item.face {
            *open = true;
        }
        surface.items.push(item);
        surface.items.extend(list.words.iter().map(|word| member(word, of_word, &name)));
    }
}

/// What the lists of a macro are, and their words.
fn words(kind: &str, name: &str) -> (&'static str, &'static str) {
    match (kind, name) {
        ("token_kinds", _) => ("token kind", "value"),
        ("open_enums", "Scope") => ("type", "scope"),
        ("open_enums", _) => ("type", "value"),
        ("errors", _) => ("type", "failure"),
        _ => ("type", "input"),
    }
}

/// A value of an enum, or the setter of an input.
fn member(word: &Word, what: &'static str, parent: &str) -> Named {
    let face = match &word.ty {
        None => Face::Member { ty: String::new(), wire: word.word.value() },
        Some(ty) => Face::Function(Signature {
            head: "fn(self)".to_owned(),
            arguments: vec![("value".to_owned(), format!("impl Into<{}>", written(ty)))],
            result: "Self".to_owned(),
            marker: None,
            body: word.word.value(),
        }),
    };
    named(what, &word.name.to_string(), parent, face, &word.attributes)
}
