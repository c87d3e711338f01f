//! `docs/mistakes.md`: what newcomers get wrong, and what they are told. The specs stand in `tests/mistakes`.

use std::fmt::Write;
use std::path::PathBuf;

use authsmith_codegen::diagnostics::{Applicability, apply};
use authsmith_codegen::{SourceFile, Style, check};

use crate::support::root;

/// A spec with one mistake of a newcomer's.
struct Mistake {
    title: String,
    about: String,
    source: SourceFile,
}

/// The first line of a file is the title, what follows it the explanation.
fn mistakes() -> Vec<Mistake> {
    let files = std::fs::read_dir(root().join("tests/mistakes")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    let mistake = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let head: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("# ")).collect();
        let spec = text.lines().skip(head.len()).map(|line| format!("{line}\n")).collect();
        let source = SourceFile { path: "specs/acme.yaml".to_owned(), text: spec };
        Mistake { title: head[0].to_owned(), about: head[1..].join(" "), source }
    };
    files.iter().map(mistake).collect()
}

/// The spec once every certain mend is made; nothing when there is none.
fn mended(source: &SourceFile) -> Option<SourceFile> {
    let (_, findings) = check(std::slice::from_ref(source));
    let fixes = findings.list.iter().filter_map(|finding| finding.fix.as_ref());
    let (text, made) = apply(&source.text, fixes.filter(|fix| fix.applicability == Applicability::Certain));
    (!made.is_empty()).then(|| SourceFile { text, ..source.clone() })
}

#[test]
fn the_mistakes_of_newcomers_are_shown_as_they_are_told() {
    let mut page = String::from(
        "# Ten mistakes\n\nWhat newcomers get wrong, and what `cargo xtask check` tells them. Each message says what is wrong, where, and the likely mend; its code leads to the \
         [page of the rule](diagnostics.md), which says why.\n",
    );
    for Mistake { title, about, source } in mistakes() {
        let sources = [source];
        let (_, findings) = check(&sources);
        assert!(findings.has_errors(), "{title}");
        let told = findings.render(&sources, Style::Plain);
        write!(page, "\n## {title}\n\n{about}\n\n```yaml\n{}```\n\n```text\n{told}\n```\n", sources[0].text).unwrap();
        if let Some(mended) = mended(&sources[0]) {
            let rest = check(&[mended]).1;
            assert!(rest.is_empty(), "{title}: {rest}");
            page.push_str("\n`cargo xtask check --fix` mends it.\n");
        }
    }
    let path = root().join("docs/mistakes.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/mistakes.md is stale; UPDATE_DOCS=1 writes it");
    assert_eq!(mistakes().len(), 10);
}
