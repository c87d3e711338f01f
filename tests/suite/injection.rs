//! Hostile values in every place where a placeholder may stand: each is refused, or escaped, byte by byte as
//! `injection.txt` lists it. `UPDATE_GOLDENS=1` writes that page anew; then every changed line wants to be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use authsmith_codegen::lower::lower;
use authsmith_codegen::model::Provider;
use authsmith_codegen::{SourceFile, check};
use authsmith_protocol::{BuildError, Request, Values, build};

use crate::support::root;

/// What attackers and accidents put into values.
const HOSTILE: &[(&str, &str)] = &[
    ("plain", "abc"),
    ("empty", ""),
    ("one dot", "."),
    ("two dots", ".."),
    ("two dots, encoded", "%2e%2e"),
    ("two dots, half encoded", ".%2E"),
    ("two dots, encoded twice", "%252e%252e"),
    ("a way up", "../admin"),
    ("a slash", "a/b"),
    ("a slash, encoded", "a%2Fb"),
    ("slashes ahead", "//evil.example"),
    ("a backslash", "a\\b"),
    ("user information", "acme@evil.example"),
    ("a fragment", "a#b"),
    ("a query", "a?b=c"),
    ("another parameter", "a&b=c"),
    ("a semicolon", "a; b=c"),
    ("a comma", "a,b"),
    ("a port", "evil.example:8443"),
    ("a colon", "a:b"),
    ("a dot", "evil.example"),
    ("a dot at the end", "evil.example."),
    ("a hyphen ahead", "-a"),
    ("an address", "127.0.0.1"),
    ("an address of IPv6", "[::1]"),
    ("a number", "2130706433"),
    ("a number in hexadecimal", "0x7f000001"),
    ("an address cut short", "127.1"),
    ("an address in octal", "0177.0.0.1"),
    ("a URL", "https://evil.example/x"),
    ("a URL with user information", "https://acme.example@evil.example/x"),
    ("a URL with a query", "https://evil.example/x?y=z"),
    ("a URL with a way up", "https://evil.example/a/../b"),
    ("a URL without TLS", "http://evil.example"),
    ("a script", "javascript:alert(1)"),
    ("a line break", "a\r\nX-Evil: 1"),
    ("a line feed", "a\nb"),
    ("a line break, encoded", "a%0d%0ab"),
    ("a tab", "a\tb"),
    ("a null", "a\0b"),
    ("spaces", " a b "),
    ("a plus", "a+b"),
    ("a percent", "100%"),
    ("quotes", "a\"b'c"),
    ("elements", "</q><b>&amp;]]>"),
    ("a placeholder", "<client_secret>"),
    ("half a placeholder", "<<client_secret"),
    ("a name in Unicode", "münchen.example"),
    ("a name in other letters", "аcme.example"),
    ("a name in Punycode", "xn--mnchen-3ya.example"),
    ("a full stop of other letters", "evil。example"),
    ("a full-width slash", "a／b"),
    ("text turned around", "a\u{202e}b"),
    ("nothing to see", "a\u{200b}b"),
    ("an emoji", "a🦀b"),
];

/// A place, and the spec in which a placeholder stands there. `@` stands for what declares the variable `v`.
const PLACES: &[(&str, &str)] = &[
    ("the whole host", "calls: { probe: { get: \"https://<v>/x\" @input } }"),
    ("a label of the host", "calls: { probe: { get: \"https://<v>.acme.example/x\" @input } }"),
    ("a part of a label", "calls: { probe: { get: \"https://a-<v>.acme.example/x\" @input } }"),
    ("the head of the URL", "calls: { probe: { get: <v>/x @input } }"),
    ("a segment of the path", "calls: { probe: { get: \"https://acme.example/<v>/x\" @input } }"),
    ("the last segment of the path", "calls: { probe: { get: \"https://acme.example/x/<v>\" @input } }"),
    ("a part of a segment", "calls: { probe: { get: \"https://acme.example/a-<v>.json\" @input } }"),
    ("the query of the URL", "calls: { probe: { get: \"https://acme.example/x?q=<v>&r=1\" @input } }"),
    ("a parameter of the query", "calls: { probe: { get: https://acme.example/x, send: { q: \"a <v>\" } @input } }"),
    (
        "a parameter of a form",
        "calls: { probe: { post: https://acme.example/x, encoding: form, send: { q: \"a <v>\" } @input } }",
    ),
    ("a parameter of JSON", "calls: { probe: { post: https://acme.example/x, send: { q: \"a <v>\" } @input } }"),
    ("a body of JSON", "calls: { probe: { post: https://acme.example/x, body: { q: \"a <v>\", r: [<v>] } @input } }"),
    (
        "a body of XML",
        "calls: { probe: { post: https://acme.example/x, encoding: xml, body: \"<<q r='<v>'><v><</q>\" @input } }",
    ),
    (
        "a JSON string in a body of text",
        "calls: { probe: { post: https://acme.example/x, encoding: text, body: \"q <v | json>;\" @input } }",
    ),
    (
        "a body of text, as it is",
        "calls: { probe: { post: https://acme.example/x, encoding: text, body: \"q <v | raw>;\" @input } }",
    ),
    ("a body of text", "calls: { probe: { post: https://acme.example/x, encoding: text, body: \"q <v>;\" @input } }"),
    ("a header", "calls: { probe: { get: https://acme.example/x, headers: { X-V: \"a <v>\" } @input } }"),
    (
        "a cookie among headers",
        "calls: { probe: { get: https://acme.example/x, headers: { Cookie: \"q=<v>\" } @input } }",
    ),
    (
        "HTTP Basic",
        "calls: { probe: { get: https://acme.example/x, client: { basic: \"<v>:<client_secret>\" } @input } }",
    ),
    ("the query of the authorization request", "authorize: { url: https://acme.example/a, send: { q: <v> } @input }"),
    (
        "behind the `#` of the authorization request",
        "authorize: { url: \"https://acme.example/#/a\", params_in: fragment, send: { q: <v> } @input }",
    ),
];

/// Where the token itself stands.
const SHOWN: &[(&str, &str)] = &[
    ("a token in a header", "{ header: X-Token }"),
    ("a bearer token", "bearer"),
    ("a token in the query", "{ query: q }"),
    ("a token in a cookie", "{ cookie: q }"),
    ("a token in a body", "{ body: q }"),
];

/// Who gives a value: the name, and what is put into the spec for it.
const SOURCES: &[&str] = &["setting", "connection's setting", "kept of a callback", "kept of an answer", "input"];

/// A spec in which `v` comes from a source and stands in a place.
fn spec(place: &str, source: &str) -> String {
    let head = "provider: acme\ntoken: { url: https://acme.example/token }\n";
    let format = match () {
        () if place.contains("\"https://<v>/x") => "format: hostname",
        () if place.contains("get: <v>/x") => "format: url",
        () => "about: Something.",
    };
    let login = "authorize: { url: https://acme.example/authorize }\n";
    let has_login = place.starts_with("authorize");
    let (declared, input) = match source {
        "setting" => (format!("settings: {{ v: {{ {format} }} }}\n"), ""),
        "connection's setting" => (format!("settings: {{ v: {{ of: connection, {format} }} }}\n"), ""),
        "kept of a callback" => (String::new(), ""),
        "kept of an answer" => ("tokens: { access: { keep: { v: /v } } }\n".to_owned(), ""),
        _ => (String::new(), ", inputs: { v: string }"),
    };
    let login = match source {
        "kept of a callback" => "authorize: { url: https://acme.example/authorize, callback: { keep: [v] } }\n",
        _ if has_login => "",
        _ => login,
    };
    // What comes back can't be sent ahead.
    let place = place.replace(" @input", input);
    if has_login && source == "kept of a callback" {
        return format!("{head}{}\n", place.replacen("authorize: { ", "authorize: { callback: { keep: [v] }, ", 1));
    }
    format!("{head}{login}{declared}{place}\n")
}

fn provider(text: &str) -> Result<Provider, Vec<String>> {
    let sources = [SourceFile { path: "acme.yaml".into(), text: text.to_owned() }];
    let (mut providers, found) = check(&sources);
    match found.has_errors() {
        false => Ok(providers.remove(0)),
        true => Err(found.list.iter().map(|one| one.code.to_owned()).collect()),
    }
}

fn request(provider: &Provider, name: &str, value: &str) -> Result<Request, BuildError> {
    let arena = bumpalo::Bump::new();
    let data = lower(provider, &arena);
    let operation = match data.authorization() {
        Some(authorize) if !data.all_operations().iter().any(|one| one.name() == "probe") => authorize.request(),
        _ => *data.operation("probe").unwrap(),
    };
    let mut values = Values::new();
    for known in ["client_id", "client_secret", "redirect_uri", "state", "login_nonce", "code_challenge", "token"] {
        values.set(known, known.to_uppercase());
    }
    build(&operation, &values.with(name.to_owned(), value))
}

/// What is sent, without what is the same whatever the value.
fn shown(request: &Request) -> String {
    let mut parts = vec![request.url.as_str().to_owned()];
    let own = |name: &str| !matches!(name, "accept" | "content-type") && name != "authorization";
    for (name, value) in &request.headers {
        if own(name.as_str()) || !value.as_bytes().starts_with(b"Bearer TOKEN") {
            parts.push(format!("{name}: {}", value.as_bytes().escape_ascii()));
        }
    }
    parts.retain(|part| !part.starts_with("accept: ") && !part.starts_with("content-type: "));
    if !request.body.is_empty() {
        parts.push(String::from_utf8(request.body.clone()).unwrap().escape_debug().to_string());
    }
    parts.join(" | ")
}

fn outcome(provider: &Provider, name: &str, value: &str) -> String {
    match request(provider, name, value) {
        Ok(request) => shown(&request),
        Err(error) => format!("refused: {error}"),
    }
}

/// What must hold of every request that is built, whatever the value: nothing but the place of the value differs.
fn stays_in_its_place(provider: &Provider, place: &str, name: &str, value: &str) {
    let (Ok(plain), Ok(request)) = (request(provider, name, "abc"), request(provider, name, value)) else { return };
    let context = format!("{place}: {value:?} gives {}", shown(&request));
    if !place.contains("host") && !place.contains("label") && !place.contains("head of") {
        assert_eq!(request.url.host_str(), plain.url.host_str(), "{context}");
    }
    if place.contains("label") {
        assert!(request.url.host_str().unwrap().ends_with(".acme.example"), "{context}");
    }
    assert!(request.url.username().is_empty() && request.url.password().is_none(), "{context}");
    assert_eq!(request.url.scheme(), "https", "{context}");
    let segments = |request: &Request| request.url.path_segments().unwrap().count();
    if !place.contains("head of") {
        assert_eq!(segments(&request), segments(&plain), "{context}");
        assert_eq!(request.url.port(), plain.url.port(), "{context}");
    }
    let names = |request: &Request| request.url.query_pairs().map(|(name, _)| name.into_owned()).collect::<Vec<_>>();
    assert_eq!(names(&request), names(&plain), "{context}");
    let headers = |request: &Request| request.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(headers(&request), headers(&plain), "{context}");
    assert_eq!(request.url.fragment().is_some(), plain.url.fragment().is_some(), "{context}");
    match place {
        "a segment of the path" | "the last segment of the path" => {
            let at = if place.starts_with("a segment") { 0 } else { 1 };
            let segment = request.url.path_segments().unwrap().nth(at).unwrap().to_owned();
            let mut pair = format!("q={}", segment.replace('+', "%2B")).into_bytes();
            pair.retain(|byte| *byte != b'\n');
            let decoded = url::form_urlencoded::parse(&pair).next().unwrap().1.into_owned();
            assert_eq!(decoded, value, "{context}");
        }
        "a parameter of the query" | "the query of the authorization request" => {
            let pair = request.url.query_pairs().find(|(name, _)| name == "q").unwrap().1.into_owned();
            assert!(pair.ends_with(value), "{context}");
        }
        "a JSON string in a body of text" => {
            let inside = &request.body[2..request.body.len() - 1];
            assert_eq!(serde_json::from_slice::<String>(inside).unwrap(), value, "{context}");
        }
        "a parameter of JSON" | "a body of JSON" => {
            let json: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            assert_eq!(json["q"], format!("a {value}"), "{context}");
        }
        "a parameter of a form" | "a token in a body" => {
            let pairs: Vec<_> = url::form_urlencoded::parse(&request.body).collect();
            assert!(pairs.len() == 1 && pairs[0].1.ends_with(value), "{context}");
        }
        _ => {}
    }
}

fn table() -> String {
    let mut page = String::new();
    for (place, written) in PLACES {
        writeln!(page, "# {place}").unwrap();
        let mut by_outcome: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for source in SOURCES {
            let outcomes = match provider(&spec(written, source)) {
                Ok(provider) => {
                    HOSTILE.iter().for_each(|(_, value)| stays_in_its_place(&provider, place, "v", value));
                    HOSTILE
                        .iter()
                        .map(|(what, value)| format!("  {what}: {}", outcome(&provider, "v", value)))
                        .collect()
                }
                Err(codes) => vec![format!("  against the rules: {}", codes.join(", "))],
            };
            by_outcome.entry(outcomes).or_default().push(source);
        }
        for (outcomes, sources) in by_outcome {
            writeln!(page, "by: {}\n{}", sources.join(", "), outcomes.join("\n")).unwrap();
        }
        page.push('\n');
    }
    for (place, present) in SHOWN {
        let call = if place.contains("body") {
            "post: https://acme.example/x, encoding: form"
        } else {
            "get: https://acme.example/x"
        };
        let text = format!(
            "provider: acme\nauthorize: {{ url: https://acme.example/authorize }}\ntoken: {{ url: https://acme.example/token }}\n\
             tokens: {{ access: {{ present: {present} }} }}\ncalls: {{ probe: {{ {call} }} }}\n"
        );
        let provider = provider(&text).unwrap_or_else(|codes| panic!("{place}: {codes:?}"));
        writeln!(page, "# {place}").unwrap();
        for (what, value) in HOSTILE {
            stays_in_its_place(&provider, place, "token", value);
            writeln!(page, "  {what}: {}", outcome(&provider, "token", value)).unwrap();
        }
        page.push('\n');
    }
    page
}

#[test]
fn every_hostile_value_is_refused_or_escaped() {
    let page = table();
    let path = root().join("tests/suite/injection.txt");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let due = std::fs::read_to_string(&path).unwrap();
    let changed = page.lines().zip(due.lines()).find(|(now, due)| now != due);
    assert_eq!(changed, None, "run the tests with UPDATE_GOLDENS=1 and read the change");
    assert_eq!(page, due);
}

#[test]
fn very_long_values_stay_in_their_place() {
    let long = "a".repeat(100_000);
    for (place, written) in PLACES {
        for source in SOURCES {
            let Ok(provider) = provider(&spec(written, source)) else { continue };
            stays_in_its_place(&provider, place, "v", &long);
            // It is no URL either.
            let host = place.contains("host") || place.contains("label") || place.contains("head of");
            let outcome = request(&provider, "v", &long);
            // A host has at most 253 characters, a label of it 63 (RFC 1035, section 2.3.4).
            assert_eq!(outcome.is_err(), host, "{place}: {outcome:?}");
        }
    }
}
