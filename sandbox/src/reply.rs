//! An answer on its way out.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// A status, headers and a body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: String) -> Self {
        // RFC 6749, section 5.1: nothing that carries a token may be cached.
        let headers = Vec::new();
        Self { status, headers, body }.with("content-type", content_type).with("cache-control", "no-store")
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// A page that loads nothing from elsewhere and tells nobody where it was.
    pub(crate) fn html(status: u16, body: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
            .with("referrer-policy", "no-referrer")
            .with("x-frame-options", "DENY")
    }

    pub(crate) fn empty() -> Self {
        Self { status: 204, headers: Vec::new(), body: String::new() }.with("cache-control", "no-store")
    }

    /// 302 (RFC 6749, section 4.1.2).
    pub(crate) fn redirect(location: String) -> Self {
        Self { status: 302, ..Self::empty() }.with("referrer-policy", "no-referrer").with("location", location)
    }

    pub(crate) fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(&value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
