//! What goes over the wire, redacted, for people who want to watch.

use std::fmt;
use std::sync::Arc;

use authsmith_protocol::Note;

use crate::error::Error;

/// Watches requests and answers. Everything handed to it is free of secrets: tokens, codes, passwords and the client's
/// secret read `[redacted]`. Methods are called on the way of a request, so they should return at once.
pub trait Observer: Send + Sync + 'static {
    /// A request is about to be sent.
    fn sent(&self, request: &SentRequest) {
        let _ = request;
    }

    /// An answer was received.
    fn received(&self, response: &ReceivedResponse) {
        let _ = response;
    }

    /// No answer was received.
    fn failed(&self, operation: &str, error: &Error) {
        let _ = (operation, error);
    }

    /// An answer was read, except for what `note` says: its tokens are good, and when they expire is not known from there.
    fn noted(&self, operation: &str, note: &Note) {
        let _ = (operation, note);
    }
}

impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn sent(&self, request: &SentRequest) {
        (**self).sent(request);
    }

    fn received(&self, response: &ReceivedResponse) {
        (**self).received(response);
    }

    fn failed(&self, operation: &str, error: &Error) {
        (**self).failed(operation, error);
    }

    fn noted(&self, operation: &str, note: &Note) {
        (**self).noted(operation, note);
    }
}

/// A request as it may be shown. `Display` writes it as HTTP does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRequest {
    /// The operation's name in the spec; `request` when the spec doesn't describe it.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Names and values of the headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there is none.
    pub body: String,
}

impl fmt::Display for SentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        write_rest(f, &self.headers, &self.body)
    }
}

/// An answer as it may be shown. `Display` writes it as HTTP does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedResponse {
    /// The name of the operation that was answered.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers that say how to read the answer; others may carry secrets and are left out.
    pub headers: Vec<(String, String)>,
    /// The body; a body that isn't JSON shows only its length.
    pub body: String,
}

impl fmt::Display for ReceivedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        write_rest(f, &self.headers, &self.body)
    }
}

fn write_rest(f: &mut fmt::Formatter<'_>, headers: &[(String, String)], body: &str) -> fmt::Result {
    for (name, value) in headers {
        write!(f, "\n{name}: {value}")?;
    }
    if body.is_empty() { Ok(()) } else { write!(f, "\n\n{body}") }
}
