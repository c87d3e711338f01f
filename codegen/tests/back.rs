//! What the back end makes of the five specs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::path::{Path, PathBuf};

use authsmith_codegen::{GeneratedCrate, Options, Runtime, SourceFile, emit, generate, load};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

const SEEDS: [&str; 5] = ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn spec(path: &str) -> SourceFile {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    SourceFile { path: path.to_owned(), text }
}

fn seeds() -> Vec<SourceFile> {
    SEEDS.iter().map(|name| spec(&format!("specs/{name}.yaml"))).collect()
}

fn options() -> Options {
    Options { runtime: Runtime::Path("../../runtime".to_owned()), ..Options::default() }
}

fn generated(sources: &[SourceFile]) -> Vec<GeneratedCrate> {
    generate(sources, &options()).unwrap_or_else(|found| panic!("{found}"))
}

fn file<'c>(krate: &'c GeneratedCrate, path: &str) -> &'c str {
    let file = krate.files.iter().find(|file| file.path == path);
    file.map_or_else(|| panic!("{} has no {path}", krate.name), |file| &file.text)
}

/// The small specs of the test crate, one feature each.
fn goldens() -> Vec<SourceFile> {
    let mut paths: Vec<String> = std::fs::read_dir(root().join("tests/goldens"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .map(|name| format!("tests/goldens/{name}"))
        .collect();
    paths.sort();
    paths.iter().map(|path| spec(path)).collect()
}

/// A spec with those that it extends.
fn with_bases(source: &SourceFile) -> Vec<SourceFile> {
    let mut sources = vec![source.clone()];
    while let Some(base) = authsmith_codegen::bases(sources.last().unwrap()).pop() {
        sources.push(spec(&format!("tests/goldens/{base}.yaml")));
    }
    sources
}

#[test]
fn twice_the_same_bytes() {
    let mut sources = seeds();
    sources.extend(goldens());
    assert_eq!(generated(&sources), generated(&sources));
    let one_by_one: Vec<_> = sources.iter().flat_map(|source| generated(&with_bases(source))).collect();
    assert_eq!(generated(&sources), one_by_one, "a crate depends on its own spec alone");
}

#[test]
fn every_file_ends_with_one_line_feed_and_has_no_other_line_ends() {
    for krate in generated(&[seeds(), goldens()].concat()) {
        for file in &krate.files {
            assert!(file.text.ends_with('\n') && !file.text.ends_with("\n\n"), "{}/{}", krate.name, file.path);
            assert!(!file.text.contains('\r'), "{}/{}", krate.name, file.path);
            let blank = file.text.lines().find(|line| line.ends_with(' '));
            assert_eq!(blank, None, "{}/{}", krate.name, file.path);
        }
    }
}

#[test]
fn the_seeds_stay_small() {
    for krate in generated(&seeds()) {
        let lines = |path| file(&krate, path).lines().count();
        assert!(lines("src/lib.rs") <= 320, "{}: {} lines", krate.name, lines("src/lib.rs"));
        assert!(lines("examples/login.rs") < 40, "{}: {} lines", krate.name, lines("examples/login.rs"));
    }
}

/// A secret's text has no place in generated code: only names of variables stand there.
#[test]
fn operation_data_reads_as_the_vendor_page_does() {
    let krate = &generated(&[spec("specs/vitaldb.yaml")])[0];
    insta::assert_snapshot!("vitaldb_operations", file(krate, "src/operations.rs"));
}

#[test]
fn the_macro_expands_to_the_committed_items() {
    for source in seeds().into_iter().chain(goldens()) {
        let sources = with_bases(&source);
        // A spec that only others build on has no crate.
        let Some(krate) = &generated(&sources).into_iter().next() else { continue };
        let lib = syn::parse_file(file(krate, "src/lib.rs")).unwrap();
        let operations = syn::parse_file(file(krate, "src/operations.rs")).unwrap().items;
        let committed: String = lib
            .items
            .into_iter()
            .map(|item| match item {
                syn::Item::Mod(module) if module.content.is_none() => {
                    quote::quote!(mod operations { #(#operations)* }).to_string()
                }
                item => item.to_token_stream().to_string(),
            })
            .collect::<Vec<_>>()
            .join(" ");
        let provider = load(&sources).unwrap_or_else(|found| panic!("{found}")).remove(0);
        assert_eq!(emit::expand(&provider).unwrap().to_string(), committed, "{}", source.path);
    }
}

/// Whether a name stands in code; what stands in a literal or in docs doesn't count.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

/// A line of Markdown without what stands between as many backticks here as there.
fn outside_code(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let (before, ticks) = rest.split_at(at);
        let count = ticks.len() - ticks.trim_start_matches('`').len();
        let (fence, behind) = ticks.split_at(count);
        let mut ends = behind.match_indices(fence).map(|(end, _)| end);
        let exact = |end: &usize| !behind[end + count..].starts_with('`') && !behind[..*end].ends_with('`');
        outside.push_str(before);
        rest = ends.find(exact).map_or(behind, |end| &behind[end + count..]);
    }
    outside + rest
}

/// What a spec says is shown as words, and never becomes code, a link, HTML or a second line of anything.
#[test]
fn spec_text_stays_text() {
    let krate = &generated(&[spec("tests/goldens/evil.yaml")])[0];
    for path in ["src/lib.rs", "src/operations.rs", "examples/login.rs"] {
        let text = file(krate, path);
        let parsed = syn::parse_file(text).unwrap();
        assert!(!mentions(parsed.to_token_stream(), "planted"), "{path}");
        let fences = text.lines().filter(|line| line.contains("```")).count();
        assert_eq!(fences, if path == "src/lib.rs" { 2 } else { 0 }, "{path}: only the first program is a code block");
        assert!(!text.contains(['\u{202e}', '\u{200b}']), "{path}");
    }
    let readme = file(krate, "README.md");
    for line in readme.lines().filter(|line| !line.starts_with("```")) {
        let outside_code = outside_code(line).replace("\\]", "").replace("\\<", "");
        assert!(!outside_code.contains("](") && !outside_code.contains("<script"), "{line}");
    }
    assert_eq!(readme.lines().filter(|line| line.starts_with("```")).count() % 2, 0);
    let manifest = file(krate, "Cargo.toml");
    assert_eq!(manifest.lines().filter(|line| line.starts_with('[')).count(), 6, "{manifest}");
}

#[test]
fn each_runtime_has_its_manifest() {
    let source = spec("specs/vitaldb.yaml");
    let manifest = |runtime| {
        let options = Options { runtime, ..Options::default() };
        file(&generate(std::slice::from_ref(&source), &options).unwrap()[0], "Cargo.toml").to_owned()
    };
    let path = manifest(Runtime::Path("../../runtime".to_owned()));
    assert!(path.contains("authsmith = { path = \"../../runtime\", version = \"0.1.0\" }"), "{path}");
    assert!(path.contains("authsmith-login = { path = \"../../runtime/login\", version = \"0.1.0\" }"), "{path}");
    let git = manifest(Runtime::Git("https://git.example/authsmith".to_owned()));
    assert!(git.contains("authsmith = { git = \"https://git.example/authsmith\", version = \"0.1.0\" }"), "{git}");
    let version = manifest(Runtime::Version);
    assert!(version.contains("authsmith = { version = \"0.1.0\" }"), "{version}");
}
