//! The protocol core at its public edge: what goes in, and what comes out byte by byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answers;
mod bodies;
mod callbacks;
mod canaries;
mod escaping;
mod expiries;
mod fingerprints;
mod formats;
mod functions;
mod kept;
mod mutations;
mod operations;
mod refusals;
mod requests;
mod shapes;
mod states;

use std::time::{Duration, SystemTime};

use authsmith_protocol::operation::Param;
use authsmith_protocol::{Request, Response};

/// The moment at which the tests receive answers: 2026-01-01T00:00:00Z.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

/// Parameters that live as long as the data of a generated crate.
fn params<const N: usize>(params: [Param<'static>; N]) -> &'static [Param<'static>] {
    Box::leak(Box::new(params))
}

/// An answer with headers written `name: value`.
fn response(status: u16, headers: &[(&'static str, &str)], body: impl AsRef<[u8]>) -> Response {
    let headers = headers
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap()))
        .collect();
    Response { status, headers, body: body.as_ref().to_vec() }
}

/// The whole request as text: request line, headers in order, a blank line, the body.
fn wire(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method, request.url);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
    }
    text.push('\n');
    text.push_str(std::str::from_utf8(&request.body).unwrap());
    text
}
