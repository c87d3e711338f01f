//! No code knows a vendor: what a vendor does stands in its spec.

use std::path::Path;

use authsmith_codegen::SourceFile;

use crate::support::root;

/// Names that are also words of English or of Rust, each with where it stands and why it may.
const WORDS: &[(&str, &str)] = &[];

/// The provider's name and its title, as words.
fn names() -> Vec<(String, Vec<String>)> {
    let mut names = Vec::new();
    for dir in ["specs", "tests/vendors"] {
        let files = std::fs::read_dir(root().join(dir)).unwrap();
        for path in files.map(|entry| entry.unwrap().path()).filter(|path| path.extension() == Some("yaml".as_ref())) {
            let text = std::fs::read_to_string(&path).unwrap();
            for key in ["provider: ", "title: "] {
                let name = text.lines().find_map(|line| line.strip_prefix(key)).expect("every spec has a name");
                names.push((name.to_owned(), words(name).map(|(_, word)| word).collect()));
            }
        }
    }
    assert!(names.len() > 40, "{}", names.len());
    names
}

/// The words of a text in small letters, each with its line: `AcmeClient` has two, and so has `acme_client`.
fn words(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines().zip(1..).flat_map(|(line, number)| {
        let mut words = vec![String::new()];
        let mut before = ' ';
        for character in line.chars() {
            if !character.is_alphanumeric() || (character.is_uppercase() && before.is_lowercase()) {
                words.push(String::new());
            }
            if character.is_alphanumeric() {
                words.last_mut().unwrap().extend(character.to_lowercase());
            }
            before = character;
        }
        words.into_iter().filter(|word| !word.is_empty()).map(move |word| (number, word))
    })
}

/// Every Rust source outside tests and generated code.
fn sources() -> Vec<SourceFile> {
    let mut sources = Vec::new();
    for room in ["codegen", "commands", "runtime", "sandbox", "xtask"] {
        walk(&root().join(room), &mut sources);
    }
    sources
}

fn walk(dir: &Path, sources: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["tests", "target"].contains(&name) {
            walk(&path, sources);
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            sources.push(SourceFile { path: path.display().to_string(), text });
        }
    }
}

/// Where a name stands in a source.
fn found(name: &[String], source: &[(usize, String)]) -> Option<usize> {
    let same = |window: &&[(usize, String)]| window.iter().map(|(_, word)| word).eq(name);
    source.windows(name.len()).find(same).and_then(|window| window.first()).map(|(line, _)| *line)
}

#[test]
fn no_source_names_a_vendor() {
    let names = names();
    let sources = sources();
    assert!(sources.len() > 100, "{}", sources.len());
    let mut hits = Vec::new();
    for source in sources {
        let words: Vec<_> = words(&source.text).collect();
        for (name, parts) in names.iter().filter(|(name, _)| !WORDS.iter().any(|(word, _)| word == name)) {
            hits.extend(found(parts, &words).map(|line| format!("{}:{line} names {name}", source.path)));
        }
    }
    assert!(hits.is_empty(), "{}", hits.join("\n"));
}

#[test]
fn names_are_found_in_every_spelling() {
    let name: Vec<_> = words("acme_one").map(|(_, word)| word).collect();
    for text in ["acme_one", "struct AcmeOne;", "// Acme One's", "ACME_ONE", "let acme_one_client = 1;"] {
        assert_eq!(found(&name, &words(text).collect::<Vec<_>>()), Some(1), "{text}");
    }
    for text in ["acme", "acmes_one", "one acme"] {
        assert_eq!(found(&name, &words(text).collect::<Vec<_>>()), None, "{text}");
    }
}
