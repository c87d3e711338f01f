//! `provider!`: a client from a YAML spec, at compile time.
//!
//! The macro is for specs that are private to one crate. It expands to the items that `cargo xtask regen` writes into a
//! crate of its own: the same types, the same operation data in a module `operations`. Give it a module to itself, and
//! depend on `authsmith` by that name:
//!
//! ```ignore
//! mod acme {
//!     authsmith_macros::provider!("specs/acme.yaml");
//! }
//! ```

use std::path::{Path, PathBuf};

use authsmith_codegen::{Diagnostic, Diagnostics, Severity, SourceFile, Style};
use proc_macro2::TokenStream;
use syn::LitStr;

/// The items of a client for the vendor that a spec describes.
///
/// The path is relative to the directory of the invoking crate's `Cargo.toml`. A spec that the spec extends stands beside
/// it. The crate is compiled again when one of them changes.
///
/// # Errors
///
/// A compile error for every mistake in the spec, with its place there.
#[proc_macro]
pub fn provider(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match expand(input.into()) {
        Ok(items) => items.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let path: LitStr = syn::parse2(input)?;
    let sources = read(&path)?;
    let specs: Vec<SourceFile> = sources.iter().map(|(_, source)| source.clone()).collect();
    let providers = authsmith_codegen::load(&specs).map_err(|found| compile_errors(&path, found, &specs))?;
    // A spec that this one extends may have a client of its own, which isn't asked for here.
    let asked = path.value();
    let providers = providers.iter().filter(|provider| provider.source.file == asked);
    let items = providers.map(authsmith_codegen::emit::expand).collect::<syn::Result<TokenStream>>()?;
    let files = sources.iter().map(|(file, _)| file);
    // Nothing else tells the compiler that the items depend on the files.
    Ok(quote::quote! {
        #(const _: &str = include_str!(#files);)*
        #items
    })
}

/// The spec and those that it extends, each with where it is.
fn read(path: &LitStr) -> syn::Result<Vec<(String, SourceFile)>> {
    let mut sources = vec![read_one(path, path.value())?];
    let mut next = 0;
    while let Some((_, source)) = sources.get(next) {
        next += 1;
        let folder = Path::new(&source.path).parent().unwrap_or(Path::new("")).to_owned();
        for base in authsmith_codegen::bases(source) {
            let beside = folder.join(format!("{base}.yaml")).to_string_lossy().into_owned();
            let known = sources.iter().any(|(_, known)| known.path == beside);
            // One that isn't there, or leads back, is a mistake that the rules tell better.
            if !known && let Ok(found) = read_one(path, beside) {
                sources.push(found);
            }
        }
    }
    Ok(sources)
}

fn read_one(path: &LitStr, name: String) -> syn::Result<(String, SourceFile)> {
    let wrong = |message: String| syn::Error::new(path.span(), message);
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let file = root.join(&name);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        let place = "the path is relative to the directory of this crate's Cargo.toml";
        wrong(format!("the spec `{name}` can't be read: {error}\n{place}"))
    })?;
    let file = file.to_str().map(str::to_owned).ok_or_else(|| wrong("the path of the spec is not UTF-8".to_owned()))?;
    Ok((file, SourceFile { path: name, text }))
}

/// One error for every mistake, all at the path: the compiler can't point into the spec.
fn compile_errors(path: &LitStr, found: Diagnostics, sources: &[SourceFile]) -> syn::Error {
    let mistakes = found.list.into_iter().filter(|finding| finding.severity == Severity::Error);
    let errors = mistakes.map(|mistake| syn::Error::new(path.span(), message(mistake, sources)));
    let all = errors.reduce(|mut all, error| {
        all.combine(error);
        all
    });
    all.unwrap_or_else(|| syn::Error::new(path.span(), "the spec can't be used"))
}

/// The mistake as text. The compiler writes `error:` before it.
fn message(mistake: Diagnostic, sources: &[SourceFile]) -> String {
    let code = mistake.code;
    let text = Diagnostics { list: vec![mistake] }.render(sources, Style::Plain);
    match text.strip_prefix(&format!("error[{code}]: ")) {
        Some(rest) => format!("{code}: {}", rest.trim_end()),
        None => text.trim_end().to_owned(),
    }
}
