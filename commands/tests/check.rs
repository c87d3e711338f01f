//! `check`: what is mended, what is only shown, and what programs read of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::Folder;
use serde_json::Value;

const RIGHT: &str = "\
# Acme, by its page
provider: acme

authorize: { url: https://acme.example/authorize, scopes: [profile, steps] } # for everybody
token: { url: 'https://acme.example/token' }
";

/// `autorize`, and two scopes in one item.
fn wrong() -> String {
    RIGHT.replace("authorize: {", "autorize: {").replace("[profile, steps]", "[profile steps]")
}

fn with(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    files.iter().for_each(|(name, text)| folder.write(name, text));
    folder
}

#[test]
fn certain_mends_are_made_and_nothing_else_is_touched() {
    let folder = with(&[("specs/acme.yaml", &wrong()), ("specs/other.yaml", &RIGHT.replace("acme\n", "other\n"))]);
    let untouched = std::fs::metadata(folder.path("specs/other.yaml")).unwrap().modified().unwrap();
    let ran = folder.run(&["check", "--fix"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "2 specs, no mistakes\n"), "{}", ran.err);
    let told = "specs/acme.yaml:4:1: error[AS0101]: a spec has no key `autorize`\n\
                specs/acme.yaml:4:59: error[AS0409]: `profile steps` is not a scope: it has a space in it\n\
                fixed 2 findings in 1 file\n\n";
    assert_eq!(ran.err, told);
    assert_eq!(folder.read("specs/acme.yaml"), RIGHT);
    assert_eq!(std::fs::metadata(folder.path("specs/other.yaml")).unwrap().modified().unwrap(), untouched);
    let again = folder.run(&["check", "--fix"]);
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert_eq!(std::fs::read_dir(folder.path("specs")).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn what_one_mistake_hides_is_mended_after_it() {
    // A tab hides everything, and the wrong kind of value what is in it.
    let text = "provider: acme\nauthorize:\n\turl: https://acme.example/authorize\n\tscopes: profile email\n\
                \tpcke: S256\ntoken: https://acme.example/token\n";
    let folder = with(&[("specs/acme.yaml", text)]);
    folder.done(&["check", "--fix"]);
    let mended = "provider: acme\nauthorize:\n  url: https://acme.example/authorize\n  scopes: [profile, email]\n  \
                  pkce: S256\ntoken: { url: https://acme.example/token }\n";
    assert_eq!(folder.read("specs/acme.yaml"), mended);
}

#[test]
fn what_is_only_likely_is_shown_and_left_to_the_author() {
    let text = RIGHT.replace("'https:", "'http:");
    let folder = with(&[("specs/acme.yaml", &text)]);
    let ran = folder.run(&["check", "--fix"]);
    assert!(ran.code == 1 && ran.err.contains("5 | token: { url: 'https://acme.example/token' }"), "{}", ran.err);
    assert!(!ran.err.contains("fixed"), "{}", ran.err);
    assert_eq!(folder.read("specs/acme.yaml"), text);
}

#[test]
fn a_base_that_was_not_named_is_left_alone() {
    let base = format!("abstract: true\n{}", wrong().replace("acme\n", "family\n"));
    let files = [("family.yaml", base.as_str()), ("acme.yaml", "provider: acme\nextends: family\nabuot: x\n")];
    let folder = with(&files);
    let ran = folder.run(&["check", "--fix", "acme.yaml"]);
    assert!(ran.code == 1 && ran.err.contains("family.yaml:5:1"), "{}", ran.err);
    assert_eq!(folder.read("family.yaml"), base);
    assert_eq!(folder.read("acme.yaml"), "provider: acme\nextends: family\nabout: x\n");
    folder.done(&["check", "--fix", "acme.yaml", "family.yaml", "acme.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = with(&[("real/acme.yaml", &wrong()), ("specs/x", "")]);
    symlink(folder.path("real/acme.yaml"), folder.path("specs/acme.yaml")).unwrap();
    std::fs::set_permissions(folder.path("real/acme.yaml"), PermissionsExt::from_mode(0o640)).unwrap();
    folder.done(&["check", "--fix"]);
    assert!(folder.path("specs/acme.yaml").is_symlink());
    assert_eq!(folder.read("real/acme.yaml"), RIGHT);
    assert_eq!(std::fs::metadata(folder.path("real/acme.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn warnings_fail_only_where_they_are_denied() {
    let folder = with(&[("specs/acme.yaml", &RIGHT.replace("scopes:", "pkce: none, scopes:"))]);
    let ran = folder.done(&["check"]);
    assert!(
        ran.out.starts_with("1 spec, no mistakes, 1 warning\n") && ran.err.contains("warning[AS0802]"),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("check --explain AS0802\n"), "{}", ran.out);
    for format in ["human", "json", "sarif"] {
        let ran = folder.run(&["check", "--deny-warnings", "--format", format]);
        assert_eq!(ran.code, 1, "{}", ran.out);
    }
}

/// The text that a span of the JSON covers, by its lines and columns and by its offsets.
fn covered(text: &str, span: &Value) -> String {
    let at = |of: &str, what: &str| usize::try_from(span[of][what].as_u64().unwrap()).unwrap();
    let chars: Vec<char> = text.chars().collect();
    let by_offset: String = chars[at("start", "offset")..at("end", "offset")].iter().collect();
    let line = text.lines().nth(at("start", "line") - 1).unwrap();
    let by_column: String = line.chars().take(at("end", "column") - 1).skip(at("start", "column") - 1).collect();
    assert_eq!(by_offset, by_column);
    by_offset
}

#[test]
fn programs_read_findings_as_json() {
    let text = format!("{}calls:\n  me: {{ get: https://acme.example/me }}\n  me: {{ get: /me }}\n", wrong());
    let folder = with(&[("specs/acme.yaml", &text)]);
    let ran = folder.run(&["check", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json["version"], &json["errors"], &json["warnings"]), (&1.into(), &3.into(), &0.into()));
    let findings = json["findings"].as_array().unwrap();
    let codes: Vec<_> = findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["AS0101", "AS0409", "AS0008"]);
    for finding in findings {
        assert_eq!((&finding["severity"], &finding["file"]), (&"error".into(), &"specs/acme.yaml".into()));
        for edit in finding["fix"]["edits"].as_array().into_iter().flatten() {
            assert_eq!(covered(&text, &edit["span"]), edit["old"]);
        }
    }
    assert_eq!(covered(&text, &findings[0]["span"]), "autorize");
    assert_eq!(findings[0]["hint"], "did you mean `authorize`?");
    assert_eq!(
        (&findings[0]["fix"]["certain"], &findings[0]["fix"]["edits"][0]["new"]),
        (&true.into(), &"authorize".into())
    );
    assert_eq!(findings[2]["fix"], Value::Null);
    assert_eq!(findings[2]["related"][0]["label"], "first here");
    assert_eq!(findings[2]["related"][0]["span"]["start"]["line"], 7);
}

#[test]
fn code_hosts_read_findings_as_sarif() {
    let folder = with(&[("specs/ac me.yaml", &wrong())]);
    let ran = folder.run(&["check", "--format", "sarif", "specs/ac me.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let run = &log["runs"][0];
    assert_eq!((&log["version"], &run["columnKind"]), (&"2.1.0".into(), &"unicodeCodePoints".into()));
    let (rules, results) = (&run["tool"]["driver"]["rules"], run["results"].as_array().unwrap());
    let file = serde_json::json!({ "uri": "specs/ac%20me.yaml" });
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"], file);
    }
    let codes: Vec<_> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!(codes, ["AS0206", "AS0101", "AS0409"]);
    let change = &results[1]["fixes"][0]["artifactChanges"][0];
    let region = serde_json::json!({ "startLine": 4, "startColumn": 1, "endLine": 4, "endColumn": 9 });
    assert_eq!(change["replacements"][0]["deletedRegion"], region);
    assert_eq!(
        (&change["replacements"][0]["insertedContent"]["text"], &change["artifactLocation"]),
        (&"authorize".into(), &file)
    );
}

#[test]
fn nothing_wrong_is_an_empty_list() {
    let folder = with(&[("specs/acme.yaml", RIGHT)]);
    let json: Value = serde_json::from_str(&folder.done(&["check", "--format", "json"]).out).unwrap();
    assert_eq!(json, serde_json::json!({ "version": 1, "errors": 0, "warnings": 0, "findings": [] }));
    let log: Value = serde_json::from_str(&folder.done(&["check", "--format", "sarif"]).out).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}
