//! Rust types, and how an argument becomes the value of an input.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::names::ident;
use crate::model::{Input, Type};

/// The type of a field or an answer.
pub(super) fn rust_type(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Secret => quote!(Secret),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::Boolean => quote!(bool),
        Type::Json => quote!(Json),
        Type::Date | Type::CompactDate => quote!(Date),
        Type::Timestamp | Type::Epoch | Type::EpochMillis => quote!(Timestamp),
        Type::Text => quote!(String),
        Type::Bytes => quote!(Vec<u8>),
        Type::Nothing => quote!(()),
        Type::List(item) => {
            let item = rust_type(item);
            quote!(Vec<#item>)
        }
        Type::Map { key, value } => {
            let (key, value) = (rust_type(key), rust_type(value));
            quote!(BTreeMap<#key, #value>)
        }
        Type::Named(name) => {
            let name = ident(name);
            quote!(#name)
        }
    }
}

/// The type of an argument: whatever becomes the input's type.
pub(super) fn argument_type(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(impl Into<String>),
        Type::Secret => quote!(impl Into<Secret>),
        other => rust_type(other),
    }
}

/// The call that adds an input to [`rt::inputs`]: `.with("name", name)`.
fn adding(input: &Input) -> TokenStream {
    let (wire, name) = (&input.name.wire, ident(&input.name.snake));
    match scalar(&input.ty, &name) {
        Some(value) => quote!(.with(#wire, #value)),
        None => quote!(.json(#wire, &#name)),
    }
}

/// An argument as a value, when it needs no serializer.
fn scalar(ty: &Type, name: &proc_macro2::Ident) -> Option<TokenStream> {
    match ty {
        Type::String | Type::Secret => Some(quote!(#name.into())),
        Type::Integer | Type::Number | Type::Boolean | Type::Json => Some(quote!(#name)),
        Type::Date | Type::Timestamp => Some(quote!(#name.to_string())),
        _ => None,
    }
}

/// `name: Type` for each required input.
pub(super) fn arguments(inputs: &[Input]) -> Vec<TokenStream> {
    required(inputs)
        .map(|input| {
            let (name, ty) = (ident(&input.name.snake), argument_type(&input.ty));
            quote!(#name: #ty)
        })
        .collect()
}

/// The required inputs as values: a statement that binds them, and what it binds them to.
pub(super) fn values(inputs: &[Input]) -> (TokenStream, TokenStream) {
    let added: Vec<TokenStream> = required(inputs).map(adding).collect();
    if added.is_empty() {
        return (quote!(), quote!(rt::inputs()));
    }
    (quote!(let inputs = rt::inputs() #(#added)*;), quote!(inputs))
}

/// The inputs that are arguments.
pub(super) fn required(inputs: &[Input]) -> impl Iterator<Item = &Input> {
    inputs.iter().filter(|input| !input.optional)
}
