//! What comes over a socket, byte by byte, and how it ends.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{BASIC, FORM, encode, send};

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Closed,
    Reset,
    /// It did not, for as long as the test waited or up to the bytes that it wanted.
    Open,
}

#[derive(Debug)]
pub struct Raw {
    pub bytes: Vec<u8>,
    pub end: End,
    pub took: Duration,
}

impl Raw {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn body(&self) -> &[u8] {
        let at = self.bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
        &self.bytes[at + 4..]
    }

    /// The number that a header holds.
    pub fn length(&self) -> usize {
        let text = self.text();
        let line = text.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        line.parse().unwrap()
    }
}

pub async fn open(origin: &str, request: &str) -> TcpStream {
    let address = origin.strip_prefix("http://").unwrap();
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let headers: String = headers.lines().map(|header| format!("{header}\r\n")).collect();
    let text = format!("{line} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Sends a request on a connection that may stay open, and reads until it ends, or nothing comes for `patience`, or
/// `most` bytes are there.
pub async fn raw(origin: &str, request: &str, patience: Duration, most: usize) -> Raw {
    let start = Instant::now();
    let mut stream = open(origin, request).await;
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 65_536]);
    let end = loop {
        match timeout(patience, stream.read(&mut buffer)).await {
            Err(_) => break End::Open,
            Ok(Err(_)) => break End::Reset,
            Ok(Ok(0)) => break End::Closed,
            Ok(Ok(count)) => bytes.extend_from_slice(&buffer[..count]),
        }
        if bytes.len() >= most {
            break End::Open;
        }
    };
    Raw { bytes, end, took: start.elapsed() }
}

/// A refresh as RFC 6749, section 6, has it.
pub fn refresh(token: &str) -> String {
    let token = encode(token);
    format!(
        "POST /token\nAuthorization: {BASIC}\nContent-Type: {FORM}\n\ngrant_type=refresh_token&refresh_token={token}"
    )
}

/// The status of a refresh, and the token and refresh token that it gave.
pub async fn refreshed(origin: &str, token: &str) -> (u16, Option<String>, Option<String>) {
    let answer = send(origin, &refresh(token)).await;
    let text = |name: &str| answer.json()[name].as_str().map(str::to_owned);
    (answer.status, text("access_token"), text("refresh_token"))
}

/// The status of a call with this token.
pub async fn call(origin: &str, token: &str) -> u16 {
    send(origin, &format!("GET /v2/me\nAuthorization: Bearer {token}")).await.status
}

/// A vendor that departs from nothing.
pub const PLAIN: &str = "
provider: acme
authorize: { url: https://acme.example/authorize, scopes: [read, write], default_scopes: [read, write] }
token: { url: https://acme.example/token }
api: https://api.acme.example/v2
calls: { me: { get: /me, returns: { id: string } } }
";
