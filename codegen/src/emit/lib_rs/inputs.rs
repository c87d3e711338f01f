//! Rust types, and how an argument becomes the value of an input or of a setting.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::facts::is_required;
use crate::emit::names::ident;
use crate::model::{Input, Name, Setting, Type};

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
        Type::File => quote!(File),
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

/// The type of something that is sent: as [`rust_type`], save that moments and dates inside are written as the vendor
/// writes them.
pub(super) fn sent_type(ty: &Type) -> TokenStream {
    match ty {
        Type::Epoch => quote!(rt::Epoch),
        Type::EpochMillis => quote!(rt::EpochMs),
        Type::CompactDate => quote!(rt::Yyyymmdd),
        Type::List(item) => {
            let item = sent_type(item);
            quote!(Vec<#item>)
        }
        Type::Map { key, value } => {
            let (key, value) = (rust_type(key), sent_type(value));
            quote!(BTreeMap<#key, #value>)
        }
        other => rust_type(other),
    }
}

/// The type of an argument: whatever becomes the input's type.
pub(super) fn argument_type(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(impl Into<String>),
        Type::Secret => quote!(impl Into<Secret>),
        other => owned_type(other),
    }
}

/// The type that an argument is turned into.
fn owned_type(ty: &Type) -> TokenStream {
    match ty {
        Type::List(_) | Type::Map { .. } => sent_type(ty),
        other => rust_type(other),
    }
}

/// Something that a method takes and hands on to the runtime.
#[derive(Clone, Copy)]
pub(super) enum Given<'g> {
    /// A setting of the connection that begins.
    Setting(&'g Setting),
    /// An input of the operation.
    Input(&'g Input),
}

impl<'g> Given<'g> {
    /// The name in the spec and in Rust.
    pub(super) fn name(self) -> &'g Name {
        match self {
            Self::Setting(setting) => &setting.name,
            Self::Input(input) => &input.name,
        }
    }

    /// Whether it may be left out.
    pub(super) fn is_optional(self) -> bool {
        match self {
            Self::Setting(setting) => !is_required(setting),
            Self::Input(input) => input.optional,
        }
    }

    /// What it is.
    pub(super) fn about(self) -> Option<&'g str> {
        match self {
            Self::Setting(setting) => setting.about.as_deref(),
            Self::Input(input) => input.about.as_deref(),
        }
    }

    /// `name: Type`; what may be left out is an option.
    pub(super) fn argument(self) -> TokenStream {
        let (name, ty) = (ident(&self.name().snake), if self.is_optional() { self.owned() } else { self.taken() });
        if self.is_optional() { quote!(#name: Option<#ty>) } else { quote!(#name: #ty) }
    }

    /// The type of a required argument, or of a setter's.
    pub(super) fn taken(self) -> TokenStream {
        match self {
            Self::Setting(setting) if setting.allowed.is_empty() => quote!(impl Into<String>),
            Self::Setting(_) => self.owned(),
            Self::Input(input) => argument_type(&input.ty),
        }
    }

    fn owned(self) -> TokenStream {
        match self {
            Self::Setting(setting) if setting.allowed.is_empty() => quote!(String),
            Self::Setting(setting) => {
                let name = ident(&setting.name.camel);
                quote!(#name)
            }
            Self::Input(input) => owned_type(&input.ty),
        }
    }

    /// The call that hands it on, on [`rt::inputs`]: `.with("name", name)`.
    fn adding(self) -> TokenStream {
        self.handing_on(&ident("with"), &ident("json"))
    }

    /// The call that hands it on, on the runtime's authorization request: `.set("name", name)`.
    pub(super) fn setting(self) -> TokenStream {
        self.handing_on(&ident("set"), &ident("set_json"))
    }

    fn handing_on(self, with: &Ident, json: &Ident) -> TokenStream {
        let (wire, name) = (&self.name().wire, ident(&self.name().snake));
        match self {
            Self::Setting(_) if self.is_optional() => quote!(.maybe_setting(#wire, #name)),
            Self::Setting(_) => quote!(.setting(#wire, #name)),
            Self::Input(input) if input.optional => maybe(&input.ty, wire, &name),
            Self::Input(input) => match (scalar(&input.ty, &name), as_written(&input.ty)) {
                (Some(value), _) => quote!(.#with(#wire, #value)),
                (None, Some(written)) => quote!(.#json(#wire, &#written(#name))),
                (None, None) => quote!(.#json(#wire, &#name)),
            },
        }
    }

    /// The statement that turns an argument into its own type, so that it can be used twice.
    pub(super) fn kept(self) -> Option<TokenStream> {
        let text = match self {
            Self::Setting(setting) => setting.allowed.is_empty(),
            Self::Input(input) => matches!(input.ty, Type::String | Type::Secret),
        };
        let (name, ty) = (ident(&self.name().snake), self.owned());
        (text && !self.is_optional()).then(|| quote!(let #name: #ty = #name.into();))
    }

    /// The argument where it is used for the last time.
    pub(super) fn used(self) -> TokenStream {
        let name = ident(&self.name().snake);
        quote!(#name)
    }

    /// The argument where it is used and used again.
    pub(super) fn used_again(self) -> TokenStream {
        let name = ident(&self.name().snake);
        match self {
            Self::Input(Input { ty, .. }) if is_copy(ty) => quote!(#name),
            _ => quote!(#name.clone()),
        }
    }
}

fn is_copy(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::Date
            | Type::CompactDate
            | Type::Timestamp
            | Type::Epoch
            | Type::EpochMillis
            | Type::Nothing
    )
}

/// An argument as a value, when it needs no serializer.
fn scalar(ty: &Type, name: &Ident) -> Option<TokenStream> {
    match ty {
        Type::String | Type::Secret => Some(quote!(#name.into())),
        Type::Integer | Type::Number | Type::Boolean | Type::Json | Type::File => Some(quote!(#name)),
        Type::Date | Type::Timestamp => Some(quote!(#name.to_string())),
        _ => None,
    }
}

/// The type of the runtime that writes a value as the vendor does.
fn as_written(ty: &Type) -> Option<TokenStream> {
    matches!(ty, Type::Epoch | Type::EpochMillis | Type::CompactDate).then(|| sent_type(ty))
}

/// The call that adds an input that may be left out.
fn maybe(ty: &Type, wire: &str, name: &Ident) -> TokenStream {
    match ty {
        Type::String | Type::Secret | Type::Integer | Type::Number | Type::Boolean | Type::Json | Type::File => {
            quote!(.maybe(#wire, #name))
        }
        Type::Date | Type::Timestamp => quote!(.maybe(#wire, #name.map(|value| value.to_string()))),
        other => match as_written(other) {
            Some(written) => quote!(.maybe_json(#wire, &#name.map(#written))),
            None => quote!(.maybe_json(#wire, &#name)),
        },
    }
}

/// `name: Type` for each.
pub(super) fn arguments<'g>(given: impl IntoIterator<Item = Given<'g>>) -> Vec<TokenStream> {
    given.into_iter().map(Given::argument).collect()
}

/// All as values: a statement that binds them, and what it binds them to.
pub(super) fn values<'g>(given: impl IntoIterator<Item = Given<'g>>) -> (TokenStream, TokenStream) {
    let added: Vec<TokenStream> = given.into_iter().map(Given::adding).collect();
    if added.is_empty() {
        return (quote!(), quote!(rt::inputs()));
    }
    (quote!(let inputs = rt::inputs() #(#added)*;), quote!(inputs))
}

/// The inputs that are arguments.
pub(super) fn required(inputs: &[Input]) -> impl Iterator<Item = Given<'_>> {
    inputs.iter().filter(|input| !input.optional).map(Given::Input)
}
