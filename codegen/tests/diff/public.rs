//! What a program can name of a generated crate, read in another way than the comparison reads it: flat, and as tokens.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Item, Visibility};

/// Every public item with its declaration; neither documentation nor bodies.
pub fn items(lib: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for item in syn::parse_file(lib).unwrap().items {
        collect(item, "", &mut found);
    }
    found
}

fn collect(item: Item, module: &str, found: &mut BTreeMap<String, String>) {
    let public = |vis: &Visibility| matches!(vis, Visibility::Public(_));
    let mut add = |name: String, tokens: TokenStream| {
        assert!(found.insert(format!("{module}{name}"), tokens.to_string()).is_none(), "{name} twice");
    };
    match item {
        Item::Struct(mut item) if public(&item.vis) => {
            let name = item.ident.to_string();
            derives(&item.attrs).into_iter().for_each(|one| add(format!("{name} derives {one}"), quote!()));
            let open = is_open(&item.attrs);
            item.attrs.clear();
            let private = item.fields.iter().any(|field| !public(&field.vis));
            let generics = &item.generics;
            add(name.clone(), quote!(struct #generics #open #private));
            for field in item.fields.iter().filter(|field| public(&field.vis)) {
                add(format!("{name}.{}", field.ident.as_ref().unwrap()), field.ty.to_token_stream());
            }
            if !open && !private {
                add(format!("{name} whole"), item.fields.to_token_stream());
            }
        }
        Item::Enum(item) if public(&item.vis) => {
            let name = item.ident.to_string();
            derives(&item.attrs).into_iter().for_each(|one| add(format!("{name} derives {one}"), quote!()));
            let open = is_open(&item.attrs);
            add(name.clone(), quote!(enum #open));
            let all: Vec<_> = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
            for variant in &item.variants {
                add(format!("{name}::{}", variant.ident), variant.fields.to_token_stream());
            }
            if !open {
                let mut all = all;
                all.sort();
                add(format!("{name} whole"), quote!(#(#all)*));
            }
        }
        Item::Trait(mut item) if public(&item.vis) => {
            item.attrs.clear();
            add(item.ident.to_string(), item.to_token_stream());
        }
        Item::Mod(item) if public(&item.vis) => {
            let module = format!("{module}{}::", item.ident);
            item.content.unwrap().1.into_iter().for_each(|item| collect(item, &module, found));
        }
        Item::Use(item) if public(&item.vis) && !quote!(#item).to_string().contains("hidden") => {
            let names = item.tree.to_token_stream().to_string();
            let (_, names) = names.split_once('{').unwrap();
            for name in names.trim_end_matches(['}', ' ']).split(',').map(str::trim).filter(|name| !name.is_empty()) {
                add(format!("use {name}"), quote!());
            }
        }
        Item::Impl(item) => {
            let of = item.self_ty.to_token_stream().to_string();
            if let Some((name, _)) = &item.trait_ {
                let types = item.items.iter().filter(|item| matches!(item, syn::ImplItem::Type(_)));
                add(format!("impl {} for {of}", quote!(#name)), quote!(#(#types)*));
            } else {
                for function in item.items {
                    let syn::ImplItem::Fn(function) = function else { panic!("a function") };
                    if public(&function.vis) {
                        let sig = function.sig;
                        add(format!("{}::{}", of.split(' ').next().unwrap(), sig.ident), sig.to_token_stream());
                    }
                }
            }
        }
        Item::Macro(item) => list(item.mac.tokens, &mut add),
        Item::Use(_) | Item::Mod(_) | Item::Const(_) => {}
        other => panic!("unknown: {}", other.to_token_stream()),
    }
}

fn is_open(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

fn derives(attributes: &[Attribute]) -> Vec<String> {
    let derive = attributes.iter().find(|attribute| attribute.path().is_ident("derive"));
    let list = derive.map(|derive| derive.meta.require_list().unwrap().tokens.to_string()).unwrap_or_default();
    list.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

/// The lists inside a macro: a name after `enum` or `struct`, and the words in braces; what stands behind `=` is data.
fn list(tokens: TokenStream, add: &mut impl FnMut(String, TokenStream)) {
    let mut tokens = tokens.into_iter().peekable();
    let (mut name, mut next_is_name) = (String::new(), false);
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if next_is_name => {
                name = word.to_string();
                next_is_name = false;
                let types = match tokens.peek() {
                    Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => group.stream(),
                    _ => quote!(),
                };
                add(name.clone(), types);
            }
            TokenTree::Ident(word) => next_is_name = word == "enum" || word == "struct",
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => words(&name, group.stream(), add),
            _ => {}
        }
    }
}

fn words(list: &str, tokens: TokenStream, add: &mut impl FnMut(String, TokenStream)) {
    let (mut name, mut ty, mut data) = (String::new(), TokenStream::new(), false);
    for token in tokens.into_iter().chain(quote!(,)) {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == ',' && data => {
                add(format!("{list}::{name}"), std::mem::take(&mut ty));
                (name, data) = (String::new(), false);
            }
            TokenTree::Punct(sign) if sign.as_char() == '=' => data = true,
            TokenTree::Ident(word) if name.is_empty() => name = word.to_string(),
            // Documentation.
            TokenTree::Punct(sign) if sign.as_char() == '#' && name.is_empty() => {}
            TokenTree::Group(_) if name.is_empty() => {}
            other if !data && !name.is_empty() => ty.extend([other]),
            _ => {}
        }
    }
}
