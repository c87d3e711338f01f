//! Small specs, one feature of the language each: what is generated from them is compared, and compiled as the modules of
//! this package's library.

use std::fs;
use std::path::PathBuf;

use authsmith_codegen::{GeneratedFile, Options, SourceFile, generate};

use crate::support::root;

fn folder() -> PathBuf {
    root().join("tests/goldens")
}

/// The specs, in the order of their names.
fn specs() -> Vec<SourceFile> {
    let mut paths: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let name = |path: &PathBuf| format!("goldens/{}", path.file_name().unwrap().to_str().unwrap());
    paths.iter().map(|path| SourceFile { path: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

/// Where a generated file stands among the goldens, and its text there: the program of a crate of its own is a module here.
fn golden(file: &GeneratedFile, name: &str) -> Option<(String, String)> {
    match file.path.strip_prefix("src/") {
        Some(path) => Some((path.to_owned(), file.text.clone())),
        None if file.path == "examples/login.rs" => {
            let text = file.text.replace(&format!("\nuse authsmith_{name}::"), &format!("\nuse crate::{name}::"));
            Some(("login.rs".to_owned(), text))
        }
        None => None,
    }
}

#[test]
fn what_is_generated_is_what_is_compiled() {
    let text = |path: &str| fs::read_to_string(root().join("tests/src").join(path)).unwrap();
    let (library, programs) = (text("lib.rs"), text("programs.rs"));
    for generated in generate(&specs(), &Options::default()).expect("the specs are right") {
        let name = generated.name.replace('-', "_");
        let module = format!("mod {name};");
        assert!(library.contains(&module), "tests/src/lib.rs doesn't compile the golden: {module}");
        assert!(
            programs.contains(&module),
            "tests/src/programs.rs doesn't compile the program of the golden: {module}"
        );
        for (file, text) in generated.files.iter().filter_map(|file| golden(file, &name)) {
            let path = folder().join(&name).join(&file);
            if std::env::var_os("UPDATE_GOLDENS").is_some() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &text).unwrap();
            }
            let committed = fs::read_to_string(&path).unwrap_or_default();
            let hint = "run the tests with UPDATE_GOLDENS=1 and read the change";
            assert_eq!(committed, text, "tests/goldens/{name}/{file}: {hint}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    for file in ["lib.rs", "operations.rs"] {
        let text = fs::read_to_string(folder().join("evil").join(file)).unwrap();
        let planted = text.lines().filter(|line| line.contains("planted") || line.contains("evil.example"));
        for line in planted.map(str::trim) {
            let inert = line.starts_with("//") || line.contains('"');
            assert!(inert, "{file}: {line}");
        }
    }
}
