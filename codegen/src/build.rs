//! Clients from a build script: the items that the macro `provider!` gives, in a file below `OUT_DIR`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::diagnostics::{Severity, Style};
use crate::files::{base_names, with_bases};
use crate::model::Provider;
use crate::{Diagnostics, SourceFile, emit};

/// Generates clients in a build script, one file a spec:
///
/// ```no_run
/// // build.rs
/// authsmith_codegen::Builder::new().spec("specs/acme.yaml").generate();
/// ```
///
/// The client is a module that takes the file in; it needs `authsmith` among the dependencies, by that name:
///
/// ```ignore
/// mod acme {
///     include!(concat!(env!("OUT_DIR"), "/acme.rs"));
/// }
/// ```
///
/// The file is called after the provider, with underscores for dashes. The script runs again when a spec, or a spec that it
/// extends, has changed.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing happens before `generate`"]
pub struct Builder {
    specs: Vec<String>,
    root: Option<PathBuf>,
    out_dir: Option<PathBuf>,
}

impl Builder {
    /// A builder without specs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a spec. The path is relative to the directory of the crate's `Cargo.toml`; what the spec extends stands beside it.
    pub fn spec(mut self, path: impl Into<String>) -> Self {
        self.specs.push(path.into());
        self
    }

    /// Where the specs' paths begin, in place of the directory of the crate's `Cargo.toml`.
    pub fn root(mut self, dir: impl Into<PathBuf>) -> Self {
        self.root = Some(dir.into());
        self
    }

    /// Where the files are written, in place of `OUT_DIR`.
    pub fn out_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(dir.into());
        self
    }

    /// Generates the clients, and tells cargo what they depend on. Mistakes are printed as `check` prints them, and end the
    /// build script with exit code 1.
    pub fn generate(self) {
        if let Err(error) = self.try_generate() {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }

    /// As [`Builder::generate`], for a script that does something else about mistakes; the files that were written.
    ///
    /// # Errors
    ///
    /// When a spec can't be read or has mistakes, or a file can't be written. Then nothing is written.
    pub fn try_generate(self) -> Result<Vec<PathBuf>, BuildError> {
        let from =
            |given: Option<PathBuf>, variable: &str| given.or_else(|| std::env::var_os(variable).map(PathBuf::from));
        let root = from(self.root, "CARGO_MANIFEST_DIR").unwrap_or_default();
        let out_dir = from(self.out_dir, "OUT_DIR").ok_or_else(|| {
            BuildError("OUT_DIR isn't set: call this in a build script, or name a directory by `out_dir`".to_owned())
        })?;
        let sources = read(&root, &self.specs)?;
        let (providers, findings) = crate::check(&sources);
        if findings.has_errors() {
            return Err(BuildError(findings.render(&sources, Style::Plain)));
        }
        warn(findings, &sources);
        let asked = providers.iter().filter(|provider| self.specs.contains(&provider.source.file));
        let files = asked.map(|provider| Ok((out_dir.join(file_name(provider)), text(provider)?)));
        let files = files.collect::<Result<Vec<_>, BuildError>>()?;
        for (path, text) in &files {
            write(path, text)?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }
}

/// Why nothing was generated, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError(String);

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BuildError {}

/// The specs and their bases, each once; cargo is told of each of them.
fn read(root: &Path, specs: &[String]) -> Result<Vec<SourceFile>, BuildError> {
    let mut sources: Vec<SourceFile> = Vec::new();
    for spec in specs {
        println!("cargo::rerun-if-changed={}", root.join(spec).display());
        let files = with_bases(root, spec).map_err(|error| {
            let place = "the path is relative to the directory of this crate's Cargo.toml";
            BuildError(format!("the spec `{spec}` can't be read: {error}\n{place}"))
        })?;
        for file in files {
            for base in base_names(&file.source) {
                println!("cargo::rerun-if-changed={}", root.join(base).display());
            }
            if !sources.contains(&file.source) {
                sources.push(file.source);
            }
        }
    }
    Ok(sources)
}

/// Warnings, in the way that cargo shows those of build scripts: line by line.
fn warn(findings: Diagnostics, sources: &[SourceFile]) {
    let list: Vec<_> = findings.list.into_iter().filter(|finding| finding.severity == Severity::Warning).collect();
    for line in (Diagnostics { list }).render(sources, Style::Plain).lines() {
        println!("cargo::warning={line}");
    }
}

fn file_name(provider: &Provider) -> String {
    format!("{}.rs", provider.name.wire.replace('-', "_"))
}

fn text(provider: &Provider) -> Result<String, BuildError> {
    let items = emit::expand(provider).and_then(syn::parse2::<syn::File>);
    let items =
        items.map_err(|error| BuildError(format!("what {} gives isn't Rust: {error}", provider.source.file)))?;
    Ok(prettyplease::unparse(&items))
}

/// Writes a file unless it says the same already, so that nothing is compiled for nothing.
fn write(path: &Path, text: &str) -> Result<(), BuildError> {
    if std::fs::read_to_string(path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| BuildError(format!("can't write {}: {error}", path.display())))
}
