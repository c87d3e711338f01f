//! `new --from-discovery`: what an authorization server says of itself, from a file and from a server on this machine.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use common::Folder;
use serde_json::{Value, json};

/// What a server says that has nearly everything.
fn everything() -> Value {
    json!({
        "issuer": "https://login.acme.example",
        "authorization_endpoint": "https://login.acme.example/authorize",
        "token_endpoint": "https://login.acme.example/token",
        "revocation_endpoint": "https://login.acme.example/revoke",
        "device_authorization_endpoint": "https://login.acme.example/device",
        "userinfo_endpoint": "https://login.acme.example/userinfo",
        "jwks_uri": "https://login.acme.example/jwks",
        "service_documentation": "https://acme.example/docs",
        "scopes_supported": ["openid", "email", "steps:read"],
        "claims_supported": ["sub", "email", "email_verified"],
        "response_types_supported": ["code"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

const SPEC: &str = "\
# yaml-language-server: $schema=authsmith.schema.json
spec: 1
provider: acme
docs: https://acme.example/docs

authorize:
  url: https://login.acme.example/authorize
  scopes: [openid, email, steps:read]
  callback: { issuer: https://login.acme.example }

device: { url: https://login.acme.example/device }

# make sure: how the client authenticates: body here, and the vendor also takes private_key_jwt
token: { url: https://login.acme.example/token, client: body }

grants:
  exchange_code: {}
  exchange_device_code: {}
  refresh: {}
  client_credentials: {}

# fill in: how long tokens live and how they are shown, where it is not as RFC 6749 and RFC 6750 say
# tokens: { access: { lifetime: 1h, present: bearer } }

# make sure: logins that ask for the scope openid give an ID token; without `optional` every login must
id_token:
  issuer: https://login.acme.example
  jwks: https://login.acme.example/jwks
  algorithms: [ES256]
  optional: true

revoke: { post: https://login.acme.example/revoke, client: public }

calls:
  userinfo:
    get: https://login.acme.example/userinfo
    returns: { sub: string, email: string?, email_verified: boolean? }
";

#[test]
fn a_document_becomes_a_spec() {
    let folder = Folder::new();
    folder.write("acme.json", &everything().to_string());
    folder.done(&["new", "acme", "--from-discovery", "acme.json"]);
    assert_eq!(folder.read("specs/acme.yaml"), SPEC);
    assert_eq!(folder.done(&["check"]).out, "1 spec, no mistakes\n");
}

/// The document with these members in place of its own; null takes one away.
fn with(members: Value) -> Value {
    let mut document = everything();
    for (key, value) in members.as_object().unwrap() {
        match value {
            Value::Null => drop(document.as_object_mut().unwrap().remove(key)),
            value => document[key] = value.clone(),
        }
    }
    document
}

#[test]
fn what_departs_from_the_standards_is_said() {
    let methods = |list: Value| with(json!({ "token_endpoint_auth_methods_supported": list }));
    let cases: Vec<(Value, &[&str], &[&str])> = vec![
        // Authentication; without a list it is client_secret_basic (RFC 8414, section 2).
        (methods(json!(null)), &["token: { url: https://login.acme.example/token }"], &["# make sure: how"]),
        (methods(json!(["client_secret_basic"])), &["token: { url: https://login.acme.example/token }"], &[]),
        (
            methods(json!(["client_secret_post", "client_secret_basic"])),
            &["and the vendor also takes body"],
            &["client: body"],
        ),
        (methods(json!(["private_key_jwt"])), &["client: private_key_jwt"], &[]),
        (methods(json!(["client_secret_jwt"])), &["client: client_secret_jwt"], &[]),
        (methods(json!(["none"])), &["client: public"], &[]),
        (methods(json!(["tls_client_auth"])), &["# make sure: the client authenticates in ways"], &["client: tls"]),
        (
            with(json!({
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ["RS384", "HS256", "XS1"],
            })),
            &["client: { jwt: private_key_jwt, algorithm: RS384 }"],
            &[],
        ),
        (
            with(json!({
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ["RS384", "RS256"],
            })),
            &["client: private_key_jwt"],
            &["algorithm:"],
        ),
        // PKCE.
        (
            with(json!({ "code_challenge_methods_supported": ["plain"] })),
            &["pkce: none # the vendor doesn't list S256"],
            &[],
        ),
        (
            with(json!({ "code_challenge_methods_supported": null })),
            &["# make sure: the vendor takes a code_challenge"],
            &["pkce: none #"],
        ),
        // The issuer.
        (with(json!({ "authorization_response_iss_parameter_supported": false })), &[], &["callback"]),
        (with(json!({ "jwks_uri": null })), &[], &["id_token"]),
        (with(json!({ "id_token_signing_alg_values_supported": ["RS256"] })), &["id_token:"], &["algorithms"]),
        (with(json!({ "scopes_supported": ["steps"] })), &["scopes: [steps]"], &["id_token"]),
        // Grants.
        (with(json!({ "grant_types_supported": null })), &["device:"], &["grants:"]),
        (
            with(json!({ "grant_types_supported": ["authorization_code"] })),
            &["exchange_code: {}", "# make sure: nothing renews"],
            &["refresh: {}", "device:"],
        ),
        (
            with(json!({ "grant_types_supported": ["client_credentials"] })),
            &["grants:\n  client_credentials: {}"],
            &["authorize:", "userinfo", "id_token"],
        ),
        // Other endpoints.
        (with(json!({ "revocation_endpoint": null })), &[], &["revoke"]),
        (with(json!({ "userinfo_endpoint": null })), &["# fill in: what the app does with a token"], &[]),
        (
            with(
                json!({ "issuer": "https://a.example/{tenantid}", "authorization_endpoint": "https://{tenant}.acme.example/authorize" }),
            ),
            &[
                "url: https://<tenant>.acme.example/authorize",
                "tenant: { pattern: ",
                "issuer: https://a.example/<tenantid>",
            ],
            &[],
        ),
    ];
    for (document, has, lacks) in cases {
        let folder = Folder::new();
        folder.write("acme.json", &document.to_string());
        folder.done(&["new", "acme", "--from-discovery", "@acme.json"]);
        let spec = folder.read("specs/acme.yaml");
        has.iter().for_each(|text| assert!(spec.contains(text), "no `{text}` of {document}:\n{spec}"));
        lacks.iter().for_each(|text| assert!(!spec.contains(text), "`{text}` of {document}:\n{spec}"));
        folder.done(&["check"]);
    }
}

#[test]
fn what_is_said_by_hand_holds() {
    let folder = Folder::new();
    folder.write("acme.json", &everything().to_string());
    let more = ["--client", "public", "--pkce", "none", "--scopes", "email"];
    folder.done(&[&["new", "acme", "--from-discovery", "acme.json"], &more[..]].concat());
    let spec = folder.read("specs/acme.yaml");
    for text in ["client: public", "pkce: none", "scopes: [email]"] {
        assert!(spec.contains(text), "{spec}");
    }
}

#[test]
fn what_is_no_document_is_refused_with_the_reason() {
    let refused = |document: &str, why: &str| {
        let folder = Folder::new();
        folder.write("acme.json", document);
        let ran = folder.run(&["new", "acme", "--from-discovery", "acme.json"]);
        assert_eq!(ran.code, 2, "{document}");
        assert!(ran.err.contains(why), "no `{why}`: {}", ran.err);
        assert!(!folder.path("specs").exists(), "{document}");
    };
    refused("{\"keys\": []}", "names neither authorization_endpoint nor token_endpoint");
    refused("<html>", "a mapping is expected");
    refused(&with(json!({ "token_endpoint": "ftp://a.example/x" })).to_string(), "AS0304");
    refused(&with(json!({ "revocation_endpoint": "https://a.example/x#y" })).to_string(), "AS0307");
}

/// A server on this machine: answers by path, and remembers what it was asked for.
fn serve(answer: impl Fn(&str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            reader.read_line(&mut first).unwrap();
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            log.lock().unwrap().push(path.clone());
            // Who has read enough hangs up.
            let _ = stream.write_all(answer(&path).as_bytes());
        }
    });
    (base, asked)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn missing() -> String {
    "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

#[test]
fn a_document_is_looked_for_where_the_standards_put_it() {
    let oauth = "/.well-known/oauth-authorization-server";
    let openid = "/.well-known/openid-configuration";
    let cases: Vec<(&str, String, Vec<String>)> = vec![
        ("", oauth.to_owned(), vec![oauth.to_owned()]),
        ("/", openid.to_owned(), vec![oauth.to_owned(), openid.to_owned()]),
        ("/t1", format!("{oauth}/t1"), vec![format!("{oauth}/t1")]),
        ("/t1/", format!("/t1{openid}"), vec![format!("{oauth}/t1"), format!("/t1{openid}")]),
        ("/about", "/about".to_owned(), vec![format!("{oauth}/about"), format!("/about{openid}"), "/about".to_owned()]),
        (
            "/t1/.well-known/openid-configuration?v=2",
            "/t1/.well-known/openid-configuration?v=2".to_owned(),
            vec!["/t1/.well-known/openid-configuration?v=2".to_owned()],
        ),
        ("/moved.json", "/there.json".to_owned(), vec!["/moved.json".to_owned(), "/there.json".to_owned()]),
    ];
    for (path, at, asks) in cases {
        let document = everything().to_string();
        let place = at.clone();
        let (base, asked) = serve(move |path| match path {
            path if path == place => ok(&document),
            "/moved.json" => moved("/there.json"),
            _ => missing(),
        });
        let folder = Folder::new();
        let ran = folder.done(&["new", "acme", "--from-discovery", &format!("{base}{path}")]);
        assert_eq!(folder.read("specs/acme.yaml"), SPEC, "{path}");
        assert_eq!(*asked.lock().unwrap(), asks, "{path}");
        // The document is of somebody else than this server, which a reader has to know.
        assert!(ran.err.contains("is of the issuer https://login.acme.example; make sure"), "{}", ran.err);
    }
}

#[test]
fn nothing_is_believed_that_comes_from_elsewhere_or_never_ends() {
    let (base, asked) = serve(|path| match path {
        "/long.json" => ok(&format!("{{\"token_endpoint\": \"{}\"}}", "x".repeat(1024 * 1024))),
        "/plain.json" => moved("http://plain.example/x.json"),
        "/round.json" => moved("/round.json"),
        "/page.json" => ok("<html>"),
        _ => missing(),
    });
    let refused = |url: &str, why: &str| {
        let folder = Folder::new();
        let ran = folder.run(&["new", "acme", "--from-discovery", url]);
        assert_eq!(ran.code, 2, "{url}");
        assert!(ran.err.contains(why), "no `{why}`: {}", ran.err);
        assert!(!folder.path("specs").exists(), "{url}");
    };
    refused(&format!("{base}/long.json"), "more than 1048576 bytes");
    refused(&format!("{base}/plain.json"), "redirects to where no credentials may go");
    refused(&format!("{base}/round.json"), "redirects again and again");
    refused(&format!("{base}/page.json"), "a mapping is expected");
    refused(&format!("{base}/none.json"), "status 404");
    refused(&base, "/.well-known/openid-configuration: it answers with status 404");
    assert!(asked.lock().unwrap().len() < 20);
    refused("http://acme.example", "it is not https");
    refused("https://me:pin@acme.example/x.json", "it is not https");
    refused("acme.example", "a URL begins with https://");
}
