//! `new`, from what its arguments say.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod common;

use common::Folder;

/// A vendor that is as the standards say.
const STANDARD: &[&str] = &[
    "new",
    "acme",
    "--authorize-url",
    "https://acme.example/oauth/authorize",
    "--token-url",
    "https://acme.example/oauth/token",
    "--scopes",
    "profile,steps",
    "--api",
    "https://acme.example/v1",
];

#[test]
fn a_spec_says_what_is_known_and_marks_what_is_not() {
    let folder = Folder::new();
    let ran = folder.done(STANDARD);
    let spec = "\
# yaml-language-server: $schema=authsmith.schema.json
spec: 1
provider: acme
# fill in: the vendor's own page
# docs: https://

authorize: { url: https://acme.example/oauth/authorize, scopes: [profile, steps] }

token: { url: https://acme.example/oauth/token }

# fill in: how long tokens live and how they are shown, where it is not as RFC 6749 and RFC 6750 say
# tokens: { access: { lifetime: 1h, present: bearer } }

api: https://acme.example/v1

# fill in: what the app does with a token
# calls:
#   me: { get: /me, returns: { id: string, email: string? } }
";
    assert_eq!(folder.read("specs/acme.yaml"), spec);
    assert!(ran.out.contains("3 places to fill in, marked `# fill in:`: lines 4, 11, 16"), "{}", ran.out);
    assert!(ran.out.contains("cargo authsmith check specs/acme.yaml"), "{}", ran.out);
    assert_eq!(folder.done(&["check"]).out, "1 spec, no mistakes\n");
    // Editors find the schema where the first line says.
    assert!(folder.read("specs/authsmith.schema.json").contains("\"provider\""));
    // What stands there as a comment can stand there as it is.
    let filled = spec.replace("# tokens:", "tokens:").replace("# calls:", "calls:").replace("#   me:", "  me:");
    folder.write("specs/acme.yaml", &filled);
    assert_eq!(folder.done(&["check"]).out, "1 spec, no mistakes\n");
}

#[test]
fn departures_are_written_and_defaults_are_not() {
    let token = ["--token-url", "https://acme.example/token"];
    let cases: &[(&[&str], &[&str], &[&str])] = &[
        (&["--client", "body"], &["token: { url: https://acme.example/token, client: body }"], &[]),
        (&["--client", "basic", "--encoding", "form", "--pkce", "S256"], &[], &["client:", "encoding:", "pkce"]),
        (&["--encoding", "json"], &["token: { url: https://acme.example/token, encoding: json }"], &[]),
        (
            &["--pkce", "none"],
            &["  pkce: none # the vendor takes no code_challenge", "# allow:\n#   AS0802: \"\" # login without PKCE\n"],
            &[],
        ),
        (&["--grants", "client_credentials"], &["grants:\n  client_credentials: {}"], &["authorize", "settings"]),
        // Who asks users, and says nowhere where, gets a setting.
        (
            &[],
            &["url: <authorize_url>", "authorize_url: { format: url, sample: https://acme.example/oauth/authorize }"],
            &["# authorize"],
        ),
        (&["--authorize-url", "https://a.example/x"], &["authorize:\n  url: https://a.example/x\n"], &["settings"]),
        // Placeholders of the vendor's page.
        (
            &["--api", "https://{shop}.acme.example/{version}/"],
            &[
                "api: https://<shop>.acme.example/<version>\n",
                "shop: { pattern: \"[A-Za-z0-9-]+\", sample: eu }",
                "version: { sample: sample }",
            ],
            &[],
        ),
        (&["--api", "acme.example/v1"], &["api: https://acme.example/v1\n"], &[]),
        (&["--title", "Acme: \"Health\""], &["title: 'Acme: \"Health\"'"], &[]),
    ];
    for (arguments, has, lacks) in cases {
        let folder = Folder::new();
        folder.done(&[&["new", "acme"], &token[..], arguments].concat());
        let spec = folder.read("specs/acme.yaml");
        has.iter().for_each(|text| assert!(spec.contains(text), "{arguments:?} lacks {text}:\n{spec}"));
        lacks.iter().for_each(|text| assert!(!spec.contains(text), "{arguments:?} has {text}:\n{spec}"));
        assert!(folder.done(&["check"]).out.starts_with("1 spec, no mistakes"), "{spec}");
    }
}

#[test]
fn nothing_is_written_over_and_nothing_wrong_is_written() {
    let folder = Folder::new();
    folder.write("specs/acme.yaml", "mine");
    let ran = folder.run(STANDARD);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("specs/acme.yaml is there already"), "{}", ran.err);
    assert_eq!(folder.read("specs/acme.yaml"), "mine");

    let refused = |arguments: &[&str], why: &str| {
        let folder = Folder::new();
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains(why), "{arguments:?}: {}", ran.err);
        assert!(!folder.path("specs").exists(), "{arguments:?}");
    };
    refused(&["new", "Acme Health", "--token-url", "https://a.example"], "for example `acme-health`");
    refused(&["new", "../acme", "--token-url", "https://a.example"], "can't be the name of a provider");
    refused(&["new", "acme"], "nothing is known of acme yet");
    refused(&["new", "acme", "--token-url", "ftp://a.example/x"], "AS0304");
    refused(&["new", "acme", "--token-url", "https://me:pin@a.example/x"], "AS0306");
    refused(&["new", "acme", "--authorize-url", "https://a.example", "--scopes", "a b"], "AS0409");
    refused(&["new", "codegen", "--token-url", "https://a.example/x"], "AS0205");
}

#[test]
fn a_dry_run_prints_and_writes_nothing() {
    let folder = Folder::new();
    let ran = folder.done(&[STANDARD, &["--dry-run"]].concat());
    assert!(ran.out.starts_with("# yaml-language-server: "), "{}", ran.out);
    assert!(ran.out.contains("provider: acme\n"), "{}", ran.out);
    assert!(!folder.path("specs").exists());
}

#[test]
fn whoever_knows_no_argument_is_asked() {
    let told = Folder::new();
    told.done(STANDARD);
    let page = "https://acme.example/oauth/authorize\n";
    let token = "https://acme.example/oauth/token\n";
    let api = "https://acme.example/v1\n";
    // Empty answers take the defaults, and what can't be is asked again.
    for client in ["\n", "basic\n", "sealed\nBASIC\n"] {
        let answers = format!("{page}{token}{client}form\n\nprofile, steps\n{api}\n");
        let asked = Folder::new();
        let ran = asked.with_input(&["new", "acme", "--ask"], &answers);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(asked.read("specs/acme.yaml"), told.read("specs/acme.yaml"));
        assert_eq!(ran.err.contains("`sealed` is none of these"), client.starts_with("sealed"), "{}", ran.err);
    }
    // What the arguments say isn't asked for.
    let asked = Folder::new();
    let ran = asked.with_input(&[STANDARD, &["--ask", "--client", "body", "--encoding", "json"]].concat(), "none\n\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(asked.read("specs/acme.yaml").contains("client: body, encoding: json"));
    assert!(!ran.err.contains("token endpoint") && ran.err.contains("PKCE"), "{}", ran.err);
}

#[test]
fn an_app_that_acts_for_itself_needs_no_page() {
    let asked = Folder::new();
    let ran = asked.with_input(&["new", "acme", "--ask"], "\nhttps://acme.example/token\n\n\n\n\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let spec = asked.read("specs/acme.yaml");
    assert!(spec.contains("client_credentials: {}") && !spec.contains("authorize"), "{spec}");
}

#[test]
fn answers_that_end_too_early_write_nothing() {
    let asked = Folder::new();
    let ran = asked.with_input(&["new", "acme", "--ask"], "https://acme.example/oauth/authorize\n");
    assert_eq!(ran.code, 2);
    assert!(ran.err.ends_with("error: there are no more answers, and nothing was written\n"), "{}", ran.err);
    assert!(!asked.path("specs").exists());
}

#[test]
fn a_reason_in_its_place_silences_the_warning() {
    let folder = Folder::new();
    folder.done(&[STANDARD, &["--pkce", "none"]].concat());
    assert!(folder.done(&["check"]).out.starts_with("1 spec, no mistakes, 1 warning\n"));
    let spec = folder.read("specs/acme.yaml");
    let reason =
        spec.replace("# allow:\n#   AS0802: \"\"", "allow:\n  AS0802: The vendor refuses what it doesn't know.");
    folder.write("specs/acme.yaml", &reason);
    assert_eq!(folder.done(&["check", "--deny-warnings"]).out, "1 spec, no mistakes\n");
}
