//! Specs as models, or their mistakes on the screen.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use authsmith_codegen::model::Provider;
use authsmith_codegen::{Diagnostics, SourceFile, Style};

use crate::paths;
use crate::stop::{Outcome, Stop};

/// The model of one spec file.
pub fn one(path: &Path) -> Outcome<Provider> {
    let sources = with_bases(&[path.to_owned()])?;
    let source = sources.first().map(|source| source.path.clone()).unwrap_or_default();
    let providers = load(&sources)?;
    let found = providers.into_iter().find(|provider| provider.source.file == source);
    found.ok_or_else(|| Stop::new(format!("{source} is abstract: it serves only the specs that extend it")))
}

/// The sources of these files, and after them those of the specs that they extend and that are not among them. A base
/// stands beside the spec that extends it; one that isn't there is a mistake of the spec.
pub fn with_bases(files: &[PathBuf]) -> Outcome<Vec<SourceFile>> {
    let mut files = files.to_vec();
    let mut sources = Vec::new();
    while let Some(file) = files.get(sources.len()) {
        let source = paths::source(file)?;
        let bases = authsmith_codegen::bases(&source);
        let bases = bases.iter().map(|name| file.with_file_name(format!("{name}.yaml")));
        let new: Vec<_> = bases.filter(|base| base.is_file() && !files.contains(base)).collect();
        sources.push(source);
        files.extend(new);
    }
    Ok(sources)
}

/// The models of all specs of a directory.
pub fn all(dir: &Path) -> Outcome<Vec<Provider>> {
    let files = paths::specs_in(dir)?;
    load(&files.iter().map(|file| paths::source(file)).collect::<Outcome<Vec<_>>>()?)
}

/// The models of these sources; their mistakes are printed.
pub fn load(sources: &[SourceFile]) -> Outcome<Vec<Provider>> {
    authsmith_codegen::load(sources).map_err(|diagnostics| print_mistakes(&diagnostics, sources))
}

/// Prints every mistake on standard error, in color on a terminal.
pub fn print_mistakes(diagnostics: &Diagnostics, sources: &[SourceFile]) -> Stop {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colored = std::io::stderr().is_terminal() && !plain;
    let style = if colored { Style::Colored } else { Style::Plain };
    eprintln!("{}", diagnostics.render(sources, style).trim_end());
    Stop::found()
}
