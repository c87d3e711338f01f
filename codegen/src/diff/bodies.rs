//! Types and functions as a program depends on them: without documentation, and without what is private in them.

use syn::{FnArg, GenericParam, ImplItemFn, Item, ItemImpl, ItemStruct, ReturnType, Type};

use super::surface::{Signature, written};

/// The markers in the default of the builder's type, in their order: `missing::ClientId`.
pub(super) fn markers(file: &syn::File) -> Vec<String> {
    let builder = file.items.iter().find_map(|item| match item {
        Item::Struct(object) if object.ident == "Builder" => object.generics.type_params().next(),
        _ => None,
    });
    match builder.and_then(|parameter| parameter.default.as_ref()) {
        Some((_, Type::Tuple(all))) => all.elems.iter().map(written).collect(),
        _ => Vec::new(),
    }
}

/// The head of a struct: whether a program can make one is told by whether any of its fields is private. The markers of
/// the builder stand with its setters, and their order alone says nothing more.
pub(super) fn type_head(object: &ItemStruct) -> String {
    let closed = object.fields.iter().any(|field| !super::surface::is_public(&field.vis));
    let form = match (&object.fields, closed) {
        (_, true) => "struct with private fields",
        (syn::Fields::Named(_), _) => "struct",
        (syn::Fields::Unnamed(_), _) => "tuple struct",
        (syn::Fields::Unit, _) => "unit struct",
    };
    let parameters: Vec<String> = object.generics.params.iter().map(parameter).collect();
    if parameters.is_empty() { form.to_owned() } else { format!("{form}<{}>", parameters.join(", ")) }
}

fn parameter(parameter: &GenericParam) -> String {
    match parameter {
        GenericParam::Type(ty) if matches!(ty.default, Some((_, Type::Tuple(_)))) => ty.ident.to_string(),
        other => written(other),
    }
}

/// An item without attributes, so that its documentation isn't part of it.
pub(super) fn without_attributes(item: &Item) -> Item {
    let mut item = item.clone();
    match &mut item {
        Item::Trait(item) => item.attrs.clear(),
        Item::Type(item) => item.attrs.clear(),
        Item::Fn(item) => item.attrs.clear(),
        Item::Const(item) => item.attrs.clear(),
        Item::Static(item) => item.attrs.clear(),
        Item::Union(item) => item.attrs.clear(),
        _ => {}
    }
    item
}

/// The signature of a method. Of the builder's, the type parameters are the slots of its markers, in their order.
pub(super) fn signature(function: &ImplItemFn, block: &ItemImpl, markers: Option<&[String]>) -> Signature {
    let sig = &function.sig;
    let arguments = sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some((written(&argument.pat), written(&argument.ty))),
        FnArg::Receiver(_) => None,
    });
    let result = match &sig.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => written(ty),
    };
    let marker = markers.and_then(|markers| marker(&sig.output, markers));
    let result = if marker.is_some() { "Self".to_owned() } else { result };
    let mut head = head(function);
    if markers.is_none() {
        head.extend(block.generics.where_clause.as_ref().map(written));
    }
    let body = written(&function.block);
    Signature { head, arguments: arguments.collect(), result, marker, body }
}

/// The marker that a setter takes away: the one in whose place it puts `Set`.
fn marker(output: &ReturnType, markers: &[String]) -> Option<String> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::Path(path) = ty.as_ref() else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    let Some(syn::GenericArgument::Type(Type::Tuple(slots))) = arguments.args.first() else { return None };
    let at = slots.elems.iter().position(|slot| written(slot).ends_with("::Set"))?;
    markers.get(at).cloned()
}

/// `pub async fn` with type parameters and receiver. What `build` asks of the slots is told by the setters.
fn head(function: &ImplItemFn) -> String {
    let sig = &function.sig;
    let mut head = String::new();
    head.push_str(if sig.constness.is_some() { "const " } else { "" });
    head.push_str(if sig.asyncness.is_some() { "async " } else { "" });
    head.push_str("fn");
    head.push_str(&written(&sig.generics));
    let receiver = sig.receiver().map(|receiver| format!("({})", written(receiver)));
    head.push_str(&receiver.unwrap_or_default());
    head
}

impl Signature {
    /// As a person writes it.
    pub(super) fn text(&self, name: &str) -> String {
        let (before, after) = self.head.split_once("fn").unwrap_or(("", ""));
        let (parameters, receiver) = after.split_once('(').unwrap_or((after, ""));
        let receiver = receiver.trim_end_matches(')');
        let receiver = (!receiver.is_empty()).then(|| receiver.to_owned());
        let arguments = self.arguments.iter().map(|(name, ty)| format!("{name}: {ty}"));
        let all: Vec<String> = receiver.into_iter().chain(arguments).collect();
        let result = if self.result.is_empty() { String::new() } else { format!(" -> {}", self.result) };
        format!("{before}fn {name}{parameters}({}){result}", all.join(", "))
    }
}
