//! A client of forty lines, so that requests can be written out as they stand on the wire.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod raw;
pub mod vendors;

use std::path::Path;

use authsmith_codegen::SourceFile;
use authsmith_sandbox::{Options, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// HTTP Basic of the sandbox's client: both halves form-encoded, then base64.
pub const BASIC: &str = "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQrd2l0aCUzQW9kZCUyQmNoYXJzJTI1JTI2JUMzJUE5";
/// The same without form-encoding.
pub const RAW_BASIC: &str = "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQgd2l0aDpvZGQrY2hhcnMlJsOp";
/// The secret as it stands in JSON, and in a form.
pub const SECRET: &str = "sandbox-secret with:odd+chars%&é";
pub const FORM_SECRET: &str = "sandbox-secret+with%3Aodd%2Bchars%25%26%C3%A9";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The text of a member at the top.
    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no `{name}`: {self:?}")).to_owned()
    }

    /// A parameter of the callback that the answer redirects to.
    pub fn callback(&self, name: &str) -> Option<String> {
        let location = self.header("location").unwrap_or_else(|| panic!("no redirect: {self:?}"));
        let query = location.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// Sends a request written as `METHOD target`, header lines, an empty line and the body.
pub async fn send(origin: &str, request: &str) -> Answer {
    send_to(origin, "", request).await
}

/// The same, for a host of the vendor's; for the sandbox itself when it is empty.
pub async fn send_to(origin: &str, host: &str, request: &str) -> Answer {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let address = origin.strip_prefix("http://").unwrap();
    let host = if host.is_empty() { address } else { host };
    let mut text = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for header in headers.lines() {
        text += &format!("{header}\r\n");
    }
    text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answer { status, headers, body: body.to_owned() }
}

pub fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Plays the five vendors.
pub async fn start() -> Sandbox {
    start_with(Options::default()).await
}

pub async fn start_with(options: Options) -> Sandbox {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let source = |name| {
        let path = format!("specs/{name}.yaml");
        SourceFile { text: std::fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap(), path }
    };
    let sources = ["cardiogram", "cardiomood", "humanapi", "healthtap", "vitaldb"].map(source);
    play(&sources, options).await
}

/// Plays one vendor of a spec written out in the test.
pub async fn start_spec(spec: &str) -> Sandbox {
    play_spec(spec, Options::default()).await
}

pub async fn play_spec(spec: &str, options: Options) -> Sandbox {
    play(&[SourceFile { path: "acme.yaml".into(), text: spec.into() }], options).await
}

async fn play(sources: &[SourceFile], options: Options) -> Sandbox {
    let providers = authsmith_codegen::load(sources).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    Sandbox::start(providers, options).await.unwrap()
}
