//! Model and operation data into files; one module for each kind of file. The same input gives the same bytes.

mod docs;
mod example;
mod facts;
mod layout;
mod lib_rs;
mod manifest;
mod names;
mod operations;
mod print;
mod program;
mod readme;
mod refusals;
pub mod reserved;
pub mod revision;
mod shapes;

use authsmith_protocol::provider::Provider as ProviderData;
use bumpalo::Bump;
use proc_macro2::TokenStream;

use crate::lower::{NamedShape, lower_with_shapes};
use crate::model::Provider;
use facts::Facts;
pub(crate) use lib_rs::in_case;
use names::Consts;

/// The version of the generator, and of the runtime that its crates need.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How crates are generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where the generated manifests find the runtime.
    pub runtime: Runtime,
    /// The command that generated files name as the one that writes them.
    pub command: String,
}

impl Default for Options {
    /// The runtime from the registry, and the command that is installed from there.
    fn default() -> Self {
        Self { runtime: Runtime::Version, command: "cargo authsmith regen".to_owned() }
    }
}

/// Where generated manifests find the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// In this directory, as seen from a generated crate.
    Path(String),
    /// In the git repository at this URL.
    Git(String),
    /// In the registry, by version.
    Version,
}

/// A generated crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedCrate {
    /// The name of the provider, and of the crate's directory.
    pub name: String,
    /// The files.
    pub files: Vec<GeneratedFile>,
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// The path inside the crate, with `/`.
    pub path: String,
    /// The text; it ends with a line feed.
    pub text: String,
}

/// The crate of a provider.
pub fn emit(provider: &Provider, options: &Options) -> GeneratedCrate {
    let arena = Bump::new();
    let (data, shapes) = lower_with_shapes(provider, &arena);
    let (facts, consts) = (Facts::new(provider), Consts::new(provider));
    let [lib, operations] = sources(provider, &data, &shapes, &facts, &consts);
    let header = |comment: &str| header(provider, options, comment);
    let file = |path: &str, text: String| GeneratedFile { path: path.to_owned(), text };
    let files = vec![
        file("Cargo.toml", header("#") + "\n" + &manifest::manifest(provider, &facts, options)),
        file("README.md", readme::readme(provider, &facts)),
        file("examples/login.rs", header("//") + "\n" + &example::example(provider, &facts)),
        file("rustfmt.toml", header("#") + "disable_all_formatting = true\n"),
        file("src/lib.rs", header("//") + "\n" + &lib),
        file("src/operations.rs", header("//") + "\n" + &operations),
    ];
    GeneratedCrate { name: provider.name.wire.clone(), files }
}

/// The items of the crate's `lib.rs` as tokens, its modules written in place.
///
/// # Errors
///
/// When the generator has made something that isn't Rust.
pub fn expand(provider: &Provider) -> syn::Result<TokenStream> {
    let arena = Bump::new();
    let (data, shapes) = lower_with_shapes(provider, &arena);
    let (facts, consts) = (Facts::new(provider), Consts::new(provider));
    let [lib, operations] = sources(provider, &data, &shapes, &facts, &consts);
    let operations = syn::parse_file(&operations)?.items;
    let items = syn::parse_file(&lib)?.items.into_iter().map(|item| match item {
        syn::Item::Mod(module) if module.content.is_none() => quote::quote!(mod operations { #(#operations)* }),
        item => quote::quote!(#item),
    });
    Ok(items.collect())
}

/// `src/lib.rs` and `src/operations.rs`, without headers.
pub(crate) fn code(provider: &Provider) -> [String; 2] {
    let arena = Bump::new();
    let (data, shapes) = lower_with_shapes(provider, &arena);
    sources(provider, &data, &shapes, &Facts::new(provider), &Consts::new(provider))
}

/// A sentence of a spec as Markdown that shows exactly these words.
pub(crate) fn described(text: &str) -> String {
    docs::sentence(text)
}

/// Everything that people read of a crate besides its items: its README and its program.
pub(crate) fn prose(provider: &Provider) -> String {
    let facts = Facts::new(provider);
    readme::readme(provider, &facts) + &example::example(provider, &facts)
}

/// `src/lib.rs` and `src/operations.rs`, without headers.
fn sources(
    provider: &Provider,
    data: &ProviderData<'_>,
    shapes: &[NamedShape<'_>],
    facts: &Facts<'_>,
    consts: &Consts,
) -> [String; 2] {
    let operations = operations::operations(data, shapes, consts);
    let lib = lib_rs::lib_rs(provider, facts, consts, &operations);
    let title = docs::prose(&provider.title);
    [lib, format!("//! The requests of {title} as data, in wire order.\n\n{operations}")]
}

/// The line that says where a file comes from.
fn header(provider: &Provider, options: &Options, comment: &str) -> String {
    let (spec, command) = (docs::plain(&provider.source.file), docs::plain(&options.command));
    format!("{comment} @generated by authsmith {VERSION} from {spec} by `{command}`; edit the spec instead.\n")
}
