//! An answer on its way out.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// A status, headers and a body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Reply {
    fn new(status: u16, content_type: &str, body: String) -> Self {
        // RFC 6749, section 5.1: nothing that carries a token may be cached.
        let headers = vec![("content-type", content_type.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, headers, body }
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
        Self { status: 204, headers: vec![("cache-control", "no-store".to_owned())], body: String::new() }
    }

    /// 302 (RFC 6749, section 4.1.2).
    pub(crate) fn redirect(location: String) -> Self {
        let headers = vec![("cache-control", "no-store".to_owned()), ("referrer-policy", "no-referrer".to_owned())];
        Self { status: 302, headers, body: String::new() }.with("location", location)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
