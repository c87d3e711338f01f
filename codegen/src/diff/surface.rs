//! What a program can name of a generated crate, read from its `lib.rs`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, Type, Visibility};

use super::bodies;
use super::lists;

/// Everything of a crate that a program can name, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Surface {
    pub(super) items: Vec<Named>,
    /// What the builder's type lacks, in its order.
    pub(super) markers: Vec<String>,
    /// The revision of the runtime that the crate asks for.
    pub(super) requires: String,
}

/// One thing with a name.
#[derive(Debug)]
pub(super) struct Named {
    /// What it is, in a word or two.
    pub(super) what: &'static str,
    /// Its name, after that of what it belongs to.
    pub(super) path: String,
    /// The name of the type that it belongs to.
    pub(super) parent: Option<String>,
    pub(super) face: Face,
    pub(super) docs: String,
}

/// What of a thing a program depends on.
#[derive(Debug, PartialEq)]
pub(super) enum Face {
    /// A type, a trait, an `impl`: its head as text, what it derives, and whether it may grow.
    Type { head: String, derives: BTreeSet<String>, open: bool },
    /// A field with its type, or a variant with what it holds; and how it is spelled on the wire.
    Member { ty: String, wire: String },
    /// A function.
    Function(Signature),
}

/// The signature of a function.
#[derive(Debug, PartialEq)]
pub(super) struct Signature {
    /// All but the arguments and the result: `async`, type parameters, the receiver, bounds.
    pub(super) head: String,
    pub(super) arguments: Vec<(String, String)>,
    pub(super) result: String,
    /// The marker of the builder's type that goes when it is called.
    pub(super) marker: Option<String>,
    /// What it does.
    pub(super) body: String,
}

impl Surface {
    pub(super) fn get(&self, path: &str) -> Option<&Named> {
        self.items.iter().find(|item| item.path == path)
    }

    pub(super) fn children<'s>(&'s self, path: &'s str) -> impl Iterator<Item = &'s Named> {
        self.items.iter().filter(move |item| item.parent.as_deref() == Some(path))
    }
}

/// Reads the text of a `lib.rs`.
pub(super) fn read(text: &str) -> syn::Result<Surface> {
    let file = syn::parse_file(text)?;
    let mut surface = Surface::default();
    let markers = bodies::markers(&file);
    for item in &file.items {
        read_item(item, "", &markers, &mut surface);
    }
    // Every marker of the builder's type stands with the setter that takes it away.
    let taken: BTreeSet<String> = surface.items.iter().filter_map(marker_path).collect();
    surface.items.retain(|item| !taken.contains(&item.path));
    surface.markers = markers;
    Ok(surface)
}

fn marker_path(item: &Named) -> Option<String> {
    match &item.face {
        Face::Function(Signature { marker: Some(marker), .. }) => Some(marker.clone()),
        _ => None,
    }
}

fn read_item(item: &Item, module: &str, markers: &[String], surface: &mut Surface) {
    match item {
        Item::Macro(list) => {
            let kind = list.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            lists::read(&kind, &list.mac.tokens, surface);
        }
        Item::Impl(block) => read_impl(block, markers, surface),
        Item::Mod(inner) if is_public(&inner.vis) => {
            let path = format!("{module}{}::", inner.ident);
            for item in inner.content.iter().flat_map(|(_, items)| items) {
                read_item(item, &path, markers, surface);
            }
        }
        Item::Const(constant) if !is_public(&constant.vis) => {
            surface.requires.push_str(&written(&constant.expr));
        }
        Item::Struct(object) if is_public(&object.vis) => {
            let path = format!("{module}{}", object.ident);
            let head = bodies::type_head(object);
            surface.items.push(type_item("type", &path, &head, &object.attrs));
            read_fields(&object.fields, &path, &object.attrs, surface);
        }
        Item::Enum(choice) if is_public(&choice.vis) => {
            let path = format!("{module}{}", choice.ident);
            surface.items.push(type_item("type", &path, &format!("enum{}", written(&choice.generics)), &choice.attrs));
            for variant in &choice.variants {
                let wire = wire_name(&variant.attrs, &choice.attrs, &variant.ident.to_string());
                let member = Face::Member { ty: written(&variant.fields), wire };
                surface.items.push(named("variant", &variant.ident.to_string(), &path, member, &variant.attrs));
            }
        }
        Item::Use(import) if is_public(&import.vis) && !is_hidden(&import.attrs) => {
            for name in imported(&import.tree) {
                surface.items.push(type_item("reexport", &name, &written(&import.tree), &import.attrs));
                if let Some(Face::Type { head, .. }) = surface.items.last_mut().map(|item| &mut item.face) {
                    head.clone_from(&name);
                }
            }
        }
        other => read_other(other, module, surface),
    }
}

/// What the generator writes rarely, or not at all yet, as a whole.
fn read_other(item: &Item, module: &str, surface: &mut Surface) {
    let (vis, name, attrs, what) = match item {
        Item::Trait(item) => (&item.vis, &item.ident, &item.attrs, "trait"),
        Item::Type(item) => (&item.vis, &item.ident, &item.attrs, "type"),
        Item::Fn(item) => (&item.vis, &item.sig.ident, &item.attrs, "function"),
        Item::Const(item) => (&item.vis, &item.ident, &item.attrs, "constant"),
        Item::Static(item) => (&item.vis, &item.ident, &item.attrs, "constant"),
        Item::Union(item) => (&item.vis, &item.ident, &item.attrs, "type"),
        _ => return,
    };
    if is_public(vis) && !is_hidden(attrs) {
        let head = written(&bodies::without_attributes(item));
        surface.items.push(type_item(what, &format!("{module}{name}"), &head, attrs));
    }
}

fn read_impl(block: &syn::ItemImpl, markers: &[String], surface: &mut Surface) {
    let of = written(&block.self_ty);
    let owner = of.split(['<', ' ']).next().unwrap_or(&of).to_owned();
    if let Some((of_trait, _)) = &block.trait_ {
        let name = format!("impl {} for {of}", written(of_trait));
        let types = block.items.iter().filter(|item| matches!(item, ImplItem::Type(_) | ImplItem::Const(_)));
        let head = types.map(written).collect::<Vec<_>>().join(" ");
        let mut item = type_item("trait implementation", &name, &head, &block.attrs);
        item.parent = Some(owner);
        return surface.items.push(item);
    }
    let builder = (owner == "Builder").then_some(markers);
    for item in &block.items {
        let (ImplItem::Fn(syn::ImplItemFn { vis, .. }) | ImplItem::Const(syn::ImplItemConst { vis, .. })) = item else {
            continue;
        };
        if !is_public(vis) {
            continue;
        }
        match item {
            ImplItem::Fn(function) => {
                let name = function.sig.ident.to_string();
                let face = Face::Function(bodies::signature(function, block, builder));
                surface.items.push(named(function_word(&owner, &name), &name, &owner, face, &function.attrs));
            }
            other => {
                let member = Face::Member { ty: written(other), wire: String::new() };
                surface.items.push(named("constant", &written(other), &owner, member, &[]));
            }
        }
    }
}

/// What a function is to the reader of a spec.
fn function_word(owner: &str, name: &str) -> &'static str {
    match (owner, name) {
        ("Client", "builder" | "keep" | "resume" | "keeper" | "close") => "method",
        ("Client", _) => "operation",
        ("Connection", _) => "call",
        ("Builder", "configure" | "build") => "method",
        ("Builder", _) => "setting",
        (_, "new") => "constructor",
        (_, "configure" | "html" | "start" | "send") => "method",
        _ => "input",
    }
}

fn read_fields(fields: &Fields, parent: &str, of_type: &[Attribute], surface: &mut Surface) {
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
        let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
        let member = Face::Member { ty: type_text(&field.ty), wire: wire_name(&field.attrs, of_type, &name) };
        surface.items.push(named("field", &name, parent, member, &field.attrs));
    }
}

/// How serde spells a member.
fn wire_name(own: &[Attribute], of_type: &[Attribute], name: &str) -> String {
    if let Some(renamed) = serde_word(own, "rename") {
        return renamed;
    }
    let flat = own.iter().any(|attribute| written(attribute).contains("flatten"));
    if flat { String::new() } else { crate::emit::in_case(name, serde_word(of_type, "rename_all").as_deref()) }
}

/// The text of `#[serde(key = "text")]`.
fn serde_word(attributes: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Attributes of another form have no such word.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let text: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident(key) {
                    found = Some(text.value());
                }
            }
            Ok(())
        });
    }
    found
}

pub(super) fn type_item(what: &'static str, path: &str, head: &str, attributes: &[Attribute]) -> Named {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let derives = derives.flat_map(|attribute| match &attribute.meta {
        syn::Meta::List(list) => written(&list.tokens).split(',').map(|one| one.trim().to_owned()).collect(),
        _ => Vec::new(),
    });
    let open = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    let face = Face::Type { head: head.to_owned(), derives: derives.collect(), open };
    Named { what, path: path.to_owned(), parent: None, face, docs: texts(attributes) }
}

pub(super) fn named(what: &'static str, name: &str, parent: &str, face: Face, attributes: &[Attribute]) -> Named {
    Named { what, path: format!("{parent}::{name}"), parent: Some(parent.to_owned()), face, docs: texts(attributes) }
}

/// Documentation, and what the compiler says of a thing.
fn texts(attributes: &[Attribute]) -> String {
    let is_text = |attribute: &&Attribute| {
        !["derive", "non_exhaustive", "serde"].iter().any(|name| attribute.path().is_ident(name))
    };
    attributes.iter().filter(is_text).map(written).collect::<Vec<_>>().join("\n")
}

fn imported(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(path) => imported(&path.tree),
        syn::UseTree::Name(name) => vec![name.ident.to_string()],
        syn::UseTree::Rename(rename) => vec![rename.rename.to_string()],
        syn::UseTree::Group(group) => group.items.iter().flat_map(imported).collect(),
        _ => vec![written(tree)],
    }
}

pub(super) fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc") && written(attribute).contains("hidden"))
}

pub(super) fn type_text(ty: &Type) -> String {
    written(ty)
}

/// Tokens as a person writes them; what comes from the runtime is named after it.
pub(super) fn written(tokens: &impl ToTokens) -> String {
    tidy(&tokens.to_token_stream())
}

fn tidy(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let pairs = [
        ("rt :: ", "authsmith::"),
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("-> ", "->"),
        ("->", " -> "),
        ("& ", "&"),
        (" ,", ","),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("->(", "-> ("),
        ("  ", " "),
        (" : ", ": "),
    ];
    pairs.iter().fold(text, |text, (from, to)| text.replace(from, to)).trim().to_owned()
}
