//! Every spec of the repository that describes a vendor.

use std::fs;

use authsmith_codegen::model::Provider;
use authsmith_codegen::{SourceFile, Style, bases, check};

use crate::support::root;

/// A spec, and the specs that it extends.
pub struct Spec {
    pub path: String,
    pub text: String,
    bases: Vec<SourceFile>,
}

impl Spec {
    /// The model of the spec.
    ///
    /// # Errors
    ///
    /// What the rules of the language find, in words.
    pub fn provider(&self) -> Result<Provider, String> {
        self.provider_of(&self.text)
    }

    /// The model of another text in the place of this spec.
    pub fn provider_of(&self, text: &str) -> Result<Provider, String> {
        let mut sources = vec![SourceFile { path: self.path.clone(), text: text.to_owned() }];
        sources.extend(self.bases.iter().cloned());
        let (providers, found) = check(&sources);
        if found.has_errors() {
            return Err(found.render(&sources, Style::Plain));
        }
        providers
            .into_iter()
            .find(|provider| provider.source.file == self.path)
            .ok_or("it serves only others".to_owned())
    }
}

/// The specs, those apart that serve only as bases of others.
pub fn all() -> Vec<Spec> {
    let mut paths = Vec::new();
    for folder in ["tests/goldens", "tests/vendors", "specs"] {
        let files = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        let names = files.map(|name| name.into_string().unwrap()).filter(|name| name.ends_with(".yaml"));
        paths.extend(names.map(|name| format!("{folder}/{name}")));
    }
    paths.sort();
    let sources = paths.into_iter().map(|path| source(&path));
    let specs = sources.filter(|source| !source.text.contains("\nabstract: true"));
    specs.map(|source| Spec { bases: bases_of(&source), path: source.path, text: source.text }).collect()
}

fn source(path: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: fs::read_to_string(root().join(path)).unwrap() }
}

fn bases_of(spec: &SourceFile) -> Vec<SourceFile> {
    let folder = spec.path.rsplit_once('/').unwrap().0;
    let direct = bases(spec).into_iter().map(|name| source(&format!("{folder}/{name}.yaml")));
    direct.flat_map(|base| [bases_of(&base), vec![base]].concat()).collect()
}
