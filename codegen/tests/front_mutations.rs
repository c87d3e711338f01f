//! The five specs with every piece deleted, renamed, retyped and duplicated: findings or models, never a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use authsmith_codegen::diagnostics::{Applicability, Fix, apply};
use authsmith_codegen::{Diagnostic, Diagnostics, Options, SourceFile, Style, check, generate};

fn specs() -> Vec<(String, String)> {
    let read = |name: &str| {
        let path = format!("{}/../specs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        (format!("{name}.yaml"), std::fs::read_to_string(path).unwrap())
    };
    ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"].map(read).to_vec()
}

/// Every mutation of a text, one at a time.
fn mutations(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    for (at, line) in lines.iter().enumerate() {
        let block = 1 + lines[at + 1..].iter().take_while(|next| indent(next) > indent(line)).count();
        let with = |middle: &str| [&lines[..at], &[middle], &lines[at + block..]].concat().join("\n");
        let own = lines[at..at + block].join("\n");
        all.push(with(""));
        all.push(with(&format!("{own}\n{own}")));
        all.push(with(&own.lines().map(|line| format!(" {line}")).collect::<Vec<_>>().join("\n")));
        if let Some((key, _)) = line.split_once(':') {
            for value in [
                "",
                "{}",
                "[]",
                "x",
                "<x>",
                "<x",
                "true",
                "-1",
                "[x, [y]]",
                "{ x: { y: z } }",
                "'",
                "\"\\u202e\"",
                "&a x",
                "*a",
                "!t x",
                "|\n x",
            ] {
                all.push(with(&format!("{key}: {value}")));
            }
        }
    }
    for (from, to) in words(text) {
        let (before, word, after) = (&text[..from], &text[from..to], &text[to..]);
        for instead in [
            "",
            "x",
            "{}",
            "[x]",
            "'",
            "é",
            &format!("{word}x"),
            &format!("{word}, {word}"),
            &format!("{word}: {word}"),
            &word[1..],
        ] {
            all.push(format!("{before}{instead}{after}"));
        }
        all.push(before.to_owned());
    }
    all
}

/// The byte ranges of all words.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_ascii_alphanumeric() || c == '_') {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn no_mutation_panics() {
    let (mut refused, mut accepted, mut mended) = (0, 0, 0);
    for (path, text) in specs() {
        for (at, mutated) in mutations(&text).into_iter().enumerate() {
            let source = [SourceFile { path: path.clone(), text: mutated }];
            let (providers, findings) = check(&source);
            assert_eq!(providers.is_empty(), findings.has_errors(), "{}", source[0].text);
            if findings.has_errors() {
                refused += 1;
                if at % 50 == 0 {
                    places_are_in_the_file(&source, &findings);
                    mended += mends_hold(&source[0], &findings);
                }
            } else {
                accepted += 1;
                if at % 100 == 0 {
                    assert!(generate(&source, &Options::default()).is_ok());
                }
            }
        }
    }
    assert!(refused > 10_000 && accepted > 1_000, "{refused} refused, {accepted} accepted");
    assert!(mended > 50, "{mended}");
}

/// A certain mend takes its finding away, whatever else is wrong; gives how many there were.
fn mends_hold(source: &SourceFile, findings: &Diagnostics) -> usize {
    let is_certain = |fix: &&Fix| fix.applicability == Applicability::Certain;
    let mut mended = 0;
    for finding in &findings.list {
        let Some(fix) = finding.fix.as_ref().filter(is_certain) else { continue };
        let (text, made) = apply(&source.text, [fix]);
        assert_eq!(made, [0], "{finding:?}");
        let (_, rest) = check(&[SourceFile { text, path: source.path.clone() }]);
        let same = |other: &&Diagnostic| other.line() == finding.line();
        assert_eq!(rest.list.iter().find(same), None, "{}", source.text);
        mended += 1;
    }
    mended
}

fn places_are_in_the_file(source: &[SourceFile], findings: &Diagnostics) {
    let chars = source[0].text.chars().count();
    for finding in &findings.list {
        assert!(
            finding.span.start.offset <= finding.span.end.offset && finding.span.end.offset <= chars + 1,
            "{finding:?}"
        );
        let line = source[0].text.split('\n').nth(finding.span.start.line - 1).unwrap_or_default();
        assert!(finding.span.start.column <= line.chars().count() + 1, "{finding:?}");
    }
    let text = findings.render(source, Style::Plain);
    assert_eq!(text.matches(" --> ").count(), findings.list.len(), "{text}");
}
