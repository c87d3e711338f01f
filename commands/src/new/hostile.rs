//! Whatever strings come in: the spec is accepted, and says just these strings, or there is none.

use authsmith_codegen::SourceFile;
use clap::Parser;

use super::{Args, compose};
use crate::home::Home;

#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

/// Pieces of which hostile texts are made.
const PIECES: &[&str] = &[
    "a",
    "B",
    "7",
    " ",
    "  ",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "🦀",
    "'",
    "\"",
    "\\",
    "#",
    " # x",
    ": ",
    ":",
    "- ",
    "---",
    "...",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "%",
    "@",
    "`",
    "?",
    "<",
    ">",
    "<<",
    "<client_secret>",
    "<x | json>",
    "${HOME}",
    "$(id)",
    "{id}",
    "null",
    "~",
    "yes",
    "1e3",
    "0x1f",
    "1_000",
    "https://",
    "http://",
    "acme.example",
    "/",
    "//",
    "..",
    "?a=b",
    "&",
    "=",
    "//evil.example",
    "user:pass@",
    ":8080",
    "=x",
];

/// A small generator of numbers (xorshift), the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn text(&mut self) -> String {
        let length = 1 + self.below(5);
        (0..length).map(|_| PIECES.get(self.below(PIECES.len())).copied().unwrap_or_default()).collect()
    }
}

/// What the command writes, and what `check` says to it.
fn written(arguments: &[String]) -> Option<(String, Vec<authsmith_codegen::model::Provider>, String)> {
    let cli = Cli::try_parse_from(arguments).ok()?;
    let home = Home { program: "cargo authsmith", root: "/none".into(), runtime: None };
    let text = compose(&cli.args, &home).ok()?.text("authsmith.schema.json");
    let sources = [SourceFile { path: "specs/acme.yaml".to_owned(), text: text.clone() }];
    let (providers, findings) = authsmith_codegen::check(&sources);
    Some((text, providers, findings.render(&sources, authsmith_codegen::Style::Plain)))
}

#[test]
fn titles_and_pages_are_read_back_as_they_were_given() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let mut accepted = 0;
    for _ in 0..1500 {
        let title = numbers.text();
        let arguments = ["new", "acme", "--token-url", "https://a.example/t", "--title"].map(str::to_owned);
        let Some((text, providers, findings)) = written(&[&arguments[..], std::slice::from_ref(&title)].concat())
        else {
            continue;
        };
        match providers.as_slice() {
            [provider] => {
                accepted += 1;
                assert_eq!(provider.title.trim(), title.trim(), "{text}");
            }
            // What nobody can see is refused, and nothing else is: it is YAML all the same.
            _ => assert!(findings.contains("AS0010") || findings.contains("AS0103"), "{title:?}\n{text}\n{findings}"),
        }
    }
    assert!(accepted > 500, "{accepted}");
}

#[test]
fn whatever_comes_in_is_yaml() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let options = ["--authorize-url", "--token-url", "--scopes", "--api", "--docs", "--title"];
    let mut accepted = 0;
    for _ in 0..1500 {
        let mut arguments = vec!["new".to_owned(), "acme".to_owned()];
        for option in options {
            match numbers.below(4) {
                0 => arguments.push(format!("{option}={}", numbers.text())),
                1 if option.ends_with("url") => {
                    arguments.push(format!("{option}=https://a.example/{}", numbers.text()))
                }
                _ => {}
            }
        }
        let Some((text, providers, findings)) = written(&arguments) else { continue };
        accepted += providers.len();
        assert!(!providers.is_empty() || findings.contains("error"), "{text}");
        assert!(!findings.contains("AS0002") && !findings.contains("AS0101"), "{arguments:?}\n{text}\n{findings}");
    }
    assert!(accepted > 75, "{accepted}");
}

#[test]
fn whatever_a_curl_line_holds_is_yaml() {
    let mut numbers = Numbers(0x0123_4567_89ab_cdef);
    let fields =
        ["grant_type", "code", "client_id", "client_secret", "scope", "username", "pw", "access_token", "type", "a[]"];
    let mut accepted = 0;
    for _ in 0..1500 {
        let mut pairs = Vec::new();
        for _ in 0..=numbers.below(4) {
            let name =
                if numbers.below(3) == 0 { numbers.text() } else { fields[numbers.below(fields.len())].to_owned() };
            pairs.push((name, numbers.text()));
        }
        let json = serde_json::Value::from_iter(pairs.iter().cloned()).to_string();
        let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let line = match numbers.below(4) {
            0 => ["curl", "https://a.example/token", "--json", json.as_str()].map(quoted).join(" "),
            1 => ["curl", "https://a.example/token", "-d", form.as_str()].map(quoted).join(" "),
            2 => quoted("curl") + " " + &quoted(&format!("https://a.example/{}?{form}", numbers.text())),
            _ => {
                let header = format!("{}: {}", numbers.text(), numbers.text());
                ["curl", "https://a.example/v1/me", "-H", "Authorization: Bearer x", "-H", &header]
                    .map(quoted)
                    .join(" ")
            }
        };
        let Some((text, providers, findings)) = written(&["new", "acme", "--from-curl", &line].map(str::to_owned))
        else {
            continue;
        };
        accepted += providers.len();
        assert!(!providers.is_empty() || findings.contains("error"), "{text}");
        assert!(!findings.contains("AS0002") && !findings.contains("AS0101"), "{line}\n{text}\n{findings}");
    }
    assert!(accepted > 100, "{accepted}");
}

/// Texts in every place of a value: some of its own, in place of texts and of keys.
fn disturbed(value: &serde_json::Value, numbers: &mut Numbers) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(_) if numbers.below(12) == 0 => numbers.text().into(),
        Value::Array(items) => items.iter().map(|item| disturbed(item, numbers)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let key = if numbers.below(40) == 0 { numbers.text() } else { key.clone() };
                (key, disturbed(value, numbers))
            })
            .collect(),
        other => other.clone(),
    }
}

/// Runs `new` on disturbed documents: what is written is YAML, and accepted or refused with a reason.
fn documents(document: &serde_json::Value, option: &str, more: &[&str], seed: u64) -> usize {
    let mut numbers = Numbers(seed);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.json");
    let mut accepted = 0;
    for _ in 0..1000 {
        let document = disturbed(document, &mut numbers);
        std::fs::write(&path, document.to_string()).unwrap();
        let arguments = [&["new", "acme", option, path.to_str().unwrap()], more].concat();
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        let Some((text, providers, findings)) = written(&arguments) else { continue };
        accepted += providers.len();
        assert!(!providers.is_empty() || findings.contains("error"), "{text}");
        assert!(!findings.contains("AS0002") && !findings.contains("AS0101"), "{document}\n{text}\n{findings}");
        assert!(!findings.contains("AS02") && !findings.contains("AS06"), "{document}\n{text}\n{findings}");
    }
    accepted
}

#[test]
fn whatever_an_openapi_document_holds_is_yaml() {
    let fields =
        serde_json::json!({ "a": { "type": "string", "description": "x" }, "b": { "$ref": "#/components/schemas/B" } });
    let document = serde_json::json!({
        "openapi": "3.1.0",
        "info": { "title": "Acme", "description": "Steps." },
        "servers": [{ "url": "https://{r}.a.example/{v}", "variables": { "r": { "default": "eu", "enum": ["eu", "us"] }, "v": { "default": "1" } } }],
        "paths": { "/x/{id}": { "post": {
            "operationId": "op",
            "summary": "Does.",
            "parameters": [{ "name": "id", "in": "path" }, { "name": "q", "in": "query", "schema": { "type": "string", "enum": ["a", "b"] } }],
            "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": fields } } } },
            "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } } },
        } } },
        "components": {
            "schemas": {
                "A": { "type": "object", "required": ["a"], "properties": fields },
                "B": { "type": "object", "properties": { "A": { "$ref": "#/components/schemas/A" }, "e": { "type": "string", "enum": ["x", "y"] } } },
            },
            "securitySchemes": { "o": { "type": "oauth2", "flows": { "authorizationCode": {
                "authorizationUrl": "https://a.example/a", "tokenUrl": "https://a.example/t", "scopes": { "s": "Reads.", "t": "" },
            } } } },
        },
    });
    let accepted = documents(&document, "--from-openapi", &["--operation", "op"], 0x1357_9bdf_0246_8ace);
    assert!(accepted > 200, "{accepted}");
}

#[test]
fn whatever_a_discovery_document_holds_is_yaml() {
    let document = serde_json::json!({
        "issuer": "https://a.example/{t}",
        "authorization_endpoint": "https://a.example/authorize",
        "token_endpoint": "https://a.example/token",
        "revocation_endpoint": "https://a.example/revoke",
        "device_authorization_endpoint": "https://a.example/device",
        "userinfo_endpoint": "https://a.example/userinfo",
        "jwks_uri": "https://a.example/jwks",
        "service_documentation": "https://a.example/docs",
        "scopes_supported": ["openid", "email"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    });
    let accepted = documents(&document, "--from-discovery", &[], 0x0f1e_2d3c_4b5a_6978);
    assert!(accepted > 200, "{accepted}");
}

/// A word that a shell reads as it stands.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
