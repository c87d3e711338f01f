//! Where a spec of the repository departs from what RFC 9700 asks, it says why, and so does its crate.

use std::path::PathBuf;

use authsmith_codegen::{SourceFile, Style, check};

use crate::support::root;

/// Every spec of a folder.
fn specs(folder: &str) -> Vec<SourceFile> {
    let files = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension() == Some("yaml".as_ref())).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| SourceFile { path: name(path), text: std::fs::read_to_string(path).unwrap() }).collect()
}

#[test]
fn no_spec_of_the_repository_has_a_warning() {
    for folder in ["specs", "tests/vendors", "tests/goldens"] {
        let sources = specs(folder);
        let (providers, findings) = check(&sources);
        assert!(findings.is_empty(), "{folder}\n{}", findings.render(&sources, Style::Plain));
        assert!(providers.len() > 4);
    }
}

#[test]
fn readmes_say_what_is_dangerous_and_why() {
    let mut told = 0;
    for provider in check(&specs("specs")).0 {
        let readme = root().join(format!("clients/{}/README.md", provider.name.wire));
        let readme = std::fs::read_to_string(readme).unwrap();
        assert_eq!(readme.contains("## What is dangerous"), !provider.allowed.is_empty(), "{}", provider.title);
        for allowed in &provider.allowed {
            told += 1;
            let line = format!("\n- {}, {}: {}\n", allowed.code, allowed.title, allowed.reason);
            // Names with an underscore are escaped there.
            assert!(readme.replace("\\_", "_").contains(&line), "{line}");
        }
    }
    assert!(told > 5, "{told}");
}

#[test]
fn specs_name_their_schema() {
    for (folder, up) in [("specs", ".."), ("tests/vendors", "../..")] {
        let head = format!("# yaml-language-server: $schema={up}/docs/authsmith.schema.json\n");
        for spec in specs(folder) {
            assert!(spec.text.starts_with(&head), "{folder}/{} must begin with {head}", spec.path);
        }
        assert!(root().join(folder).join(up).join("docs/authsmith.schema.json").is_file());
    }
}
