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

use std::path::PathBuf;

use authsmith_codegen::files::{self, ReadFile};
use authsmith_codegen::{Diagnostic, Diagnostics, Severity, SourceFile, Style};
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::LitStr;

/// The items of a client for the vendor that a spec describes.
///
/// The path is relative to the directory of the invoking crate's `Cargo.toml`. A spec that the spec extends stands beside
/// it. The crate is compiled again when one of them changes.
///
/// # Errors
///
/// A compile error for every mistake in the spec, with its place there. A warning is one of the compiler's, too: as the use
/// of something deprecated.
#[proc_macro]
pub fn provider(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match expand(input.into()) {
        Ok(items) => items.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let path: LitStr = syn::parse2(input)?;
    let files = read(&path)?;
    let specs: Vec<SourceFile> = files.iter().map(|file| file.source.clone()).collect();
    let (providers, found) = authsmith_codegen::check(&specs);
    if found.has_errors() {
        return Err(compile_errors(&path, found, &specs));
    }
    let warnings = found.list.into_iter().map(|warning| shown_warning(&path, warning, &specs));
    // A spec that this one extends may have a client of its own, which isn't asked for here.
    let asked = path.value();
    let providers = providers.iter().filter(|provider| provider.source.file == asked);
    let items = providers.map(authsmith_codegen::emit::expand).collect::<syn::Result<TokenStream>>()?;
    let not_utf8 = || syn::Error::new(path.span(), "the path of the spec is not UTF-8");
    let paths = files.iter().map(|file| file.path.to_str().ok_or_else(not_utf8)).collect::<syn::Result<Vec<&str>>>()?;
    // Nothing else tells the compiler that the items depend on the files.
    Ok(quote::quote! {
        #(const _: &str = include_str!(#paths);)*
        #(#warnings)*
        #items
    })
}

/// The spec and those that it extends.
fn read(path: &LitStr) -> syn::Result<Vec<ReadFile>> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let name = path.value();
    files::with_bases(&root, &name).map_err(|error| {
        let place = "the path is relative to the directory of this crate's Cargo.toml";
        syn::Error::new(path.span(), format!("the spec `{name}` can't be read: {error}\n{place}"))
    })
}

/// An item that the compiler warns of, with the warning in its words: macros can't warn otherwise.
fn shown_warning(path: &LitStr, warning: Diagnostic, sources: &[SourceFile]) -> TokenStream {
    let text = message(warning, sources);
    quote_spanned! { path.span() =>
        const _: () = {
            #[deprecated(note = #text)]
            const SPEC: () = ();
            SPEC
        };
    }
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

/// The mistake as text. The compiler writes `error:` or `warning:` before it.
fn message(mistake: Diagnostic, sources: &[SourceFile]) -> String {
    let (code, severity) = (mistake.code, mistake.severity.as_str());
    let text = Diagnostics { list: vec![mistake] }.render(sources, Style::Plain);
    match text.strip_prefix(&format!("{severity}[{code}]: ")) {
        Some(rest) => format!("{code}: {}", rest.trim_end()),
        None => text.trim_end().to_owned(),
    }
}
