//! `allow`: what a spec says to warnings.
#![allow(missing_docs, clippy::unwrap_used)]

use authsmith_codegen::{SourceFile, check};

const ACME: &str = "\
provider: acme
authorize: { url: https://acme.example/authorize, pkce: none }
token: { url: https://acme.example/token }
";

fn file(name: &str, text: String) -> SourceFile {
    SourceFile { path: format!("{name}.yaml"), text }
}

/// What is found, as lines without the titles.
fn found(sources: &[SourceFile]) -> Vec<String> {
    let (_, findings) = check(sources);
    findings.list.iter().map(|d| format!("{}:{} {}", d.file, d.span.start.line, d.code)).collect()
}

#[test]
fn a_reason_silences_a_warning_and_the_model_keeps_it() {
    assert_eq!(found(&[file("acme", ACME.to_owned())]), ["acme.yaml:2 AS0802"]);
    let (providers, findings) = check(&[file("acme", format!("{ACME}allow: {{ AS0802: It refuses one. }}\n"))]);
    assert!(findings.is_empty(), "{findings}");
    let allowed = &providers.first().unwrap().allowed;
    let told: Vec<_> = allowed.iter().map(|one| (one.code, one.title, one.reason.as_str())).collect();
    assert_eq!(told, [("AS0802", "login without PKCE", "It refuses one.")]);
}

#[test]
fn without_a_reason_nothing_is_allowed() {
    for reason in ["", "\"\"", "\" \"", "[a]", "{}"] {
        let text = format!("{ACME}allow: {{ AS0802: {reason} }}\n");
        assert_eq!(found(&[file("acme", text)]), ["acme.yaml:2 AS0802", "acme.yaml:4 AS0103"], "{reason}");
    }
}

#[test]
fn any_warning_can_be_allowed_and_no_error() {
    let unused =
        format!("{ACME}settings: {{ region: {{}} }}\nallow: {{ AS0802: It refuses one., AS0703: For later. }}\n");
    assert_eq!(found(&[file("acme", unused)]), Vec::<String>::new());
    let http = ACME.replace("https://acme.example/token", "http://acme.example/token");
    let text = format!("{http}allow: {{ AS0802: It refuses one., AS0304: It has no TLS. }}\n");
    assert_eq!(found(&[file("acme", text)]), ["acme.yaml:3 AS0304", "acme.yaml:4 AS0821"]);
}

#[test]
fn an_allowance_of_nothing_is_told_once_nothing_else_is_wrong() {
    let unused = "allow: { AS0802: It refuses one., AS0801: No grant takes a password. }\n";
    assert_eq!(found(&[file("acme", format!("{ACME}{unused}"))]), ["acme.yaml:4 AS0820"]);
    // A mistake may hide what the allowance is for.
    assert_eq!(found(&[file("acme", format!("{ACME}{unused}tokn: {{}}\n"))]), ["acme.yaml:5 AS0101"]);
    let itself = "allow: { AS0802: It refuses one., AS0801: None., AS0820: So it is. }\n";
    assert_eq!(found(&[file("acme", format!("{ACME}{itself}"))]), ["acme.yaml:4 AS0821"]);
}

#[test]
fn what_a_base_allows_holds_for_those_that_extend_it() {
    let base = file(
        "family",
        format!("{ACME}allow: {{ AS0802: It refuses one., AS0804: Some show it. }}\n")
            .replace("provider: acme", "provider: family\nabstract: true"),
    );
    let derived = file("acme", "provider: acme\nextends: family\n".to_owned());
    assert_eq!(found(&[base.clone(), derived]), Vec::<String>::new());
    let taken = file("acme", "provider: acme\nextends: family\nallow: { AS0802: null }\n".to_owned());
    assert_eq!(found(&[base.clone(), taken]), ["family.yaml:3 AS0802"]);
    let own = file("acme", "provider: acme\nextends: family\nallow: { AS0801: None. }\n".to_owned());
    assert_eq!(found(&[base, own]), ["acme.yaml:3 AS0820"]);
}

#[test]
fn what_goes_through_a_digest_is_not_read_off_a_url() {
    let call = |sent: &str| {
        let calls =
            format!("calls:\n  me: {{ get: https://acme.example/me, send: {{ proof: {sent} }}, returns: json }}\n");
        found(&[file("acme", ACME.replace(", pkce: none", "") + &calls)])
    };
    let secret = ["acme.yaml:5 AS0805"];
    assert_eq!(call("<client_secret>"), secret);
    assert_eq!(call("<client_secret | base64>"), secret);
    assert_eq!(call("<client_secret | sha256 | hex>"), Vec::<String>::new());
    assert_eq!(call("<token | hmac_sha256(client_secret) | hex>"), Vec::<String>::new());
    assert_eq!(call("<token | base64>"), ["acme.yaml:5 AS0804"]);
}
