//! Specs as models, or their mistakes on the screen.

use std::io::IsTerminal;
use std::path::Path;

use authsmith_codegen::model::Provider;
use authsmith_codegen::{Diagnostics, SourceFile, Style};

use crate::paths;
use crate::stop::{Outcome, Stop};

/// The model of one spec file.
pub fn one(path: &Path) -> Outcome<Provider> {
    let source = paths::source(path)?;
    let providers = load(std::slice::from_ref(&source))?;
    providers.into_iter().next().ok_or_else(|| Stop::new(format!("{} holds no spec", source.path)))
}

/// The models of all specs of the repository.
pub fn all() -> Outcome<Vec<Provider>> {
    let files = paths::specs_in(&paths::root().join("specs"))?;
    load(&files.iter().map(|file| paths::source(file)).collect::<Outcome<Vec<_>>>()?)
}

/// The models of these sources; their mistakes are printed.
pub fn load(sources: &[SourceFile]) -> Outcome<Vec<Provider>> {
    authsmith_codegen::load(sources).map_err(|diagnostics| print_mistakes(&diagnostics, sources))
}

/// Prints every mistake on standard error, in color on a terminal.
pub fn print_mistakes(diagnostics: &Diagnostics, sources: &[SourceFile]) -> Stop {
    let colored = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let style = if colored { Style::Colored } else { Style::Plain };
    eprintln!("{}", diagnostics.render(sources, style).trim_end());
    Stop::found()
}
