//! The rim: one request out, one answer in. Everything above works with any [`Transport`].

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::http::header::{HeaderValue, USER_AGENT};
use authsmith_protocol::{Request, Response};

use crate::config::is_loopback;

/// A boxed future, as the trait values of this crate return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests. A transport follows no redirect, and retries nothing that may have been sent.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and reads its whole answer, whatever the status.
    ///
    /// # Errors
    ///
    /// When no whole answer came; [`TransportErrorKind`] tells whether the vendor may have acted.
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>> {
        (**self).send(request, limits)
    }
}

/// What a transport must hold to for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most that the whole exchange may take, from the first packet to the last byte.
    pub deadline: Duration,
    /// The most bytes that the body may have.
    pub body_bytes: usize,
    /// Whether the request needs a connection of its own. A connection that was kept open may break just when a
    /// one-time token is on its way, which leaves unsaid whether the vendor has got it.
    pub fresh_connection: bool,
}

impl Limits {
    /// A deadline and a body limit, on any connection.
    pub fn new(deadline: Duration, body_bytes: usize) -> Self {
        Self { deadline, body_bytes, fresh_connection: false }
    }

    /// Asks for a connection of its own.
    #[must_use]
    pub fn on_fresh_connection(mut self) -> Self {
        self.fresh_connection = true;
        self
    }
}

/// How a transport failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made; nothing was sent.
    Unreachable,
    /// The deadline passed.
    Timeout,
    /// The connection broke, or what came was not HTTP.
    Interrupted,
    /// The body was longer than the limit.
    TooLarge,
}

/// Why no answer came. A transport takes care that the cause shows no URL: its query may carry a token.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
    partial: Option<Box<Response>>,
}

impl TransportError {
    /// A failure without a cause to name.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None, partial: None }
    }

    /// Names the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Hands over what had come of the answer: a refresh token in it may be the only one that works.
    #[must_use]
    pub fn with_partial(mut self, partial: Option<Response>) -> Self {
        self.partial = partial.map(Box::new);
        self
    }

    /// How it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The answer as far as it had come: its status, its headers, and the beginning of its body.
    pub fn partial(&self) -> Option<&Response> {
        self.partial.as_deref()
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Unreachable => "no connection could be made",
            TransportErrorKind::Timeout => "no complete answer came in time",
            TransportErrorKind::Interrupted => "the connection broke before the answer was complete",
            TransportErrorKind::TooLarge => "the answer is longer than the client takes",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

/// Sends requests over HTTP/1.1 with TLS. Redirects are not followed, answers are not decompressed, and the proxy of
/// the environment is used for everything but loopback.
#[derive(Debug, Default)]
pub struct HttpTransport {
    outside: Pair,
    loopback: Pair,
}

/// Two clients, made when first needed: making one reads the certificates of the system.
#[derive(Debug, Default)]
struct Pair {
    pooled: OnceLock<reqwest::Client>,
    fresh: OnceLock<reqwest::Client>,
}

impl HttpTransport {
    /// A transport that connects when it is first used.
    pub fn new() -> Self {
        Self::default()
    }

    fn client(&self, loopback: bool, fresh: bool) -> Result<&reqwest::Client, TransportError> {
        let pair = if loopback { &self.loopback } else { &self.outside };
        let slot = if fresh { &pair.fresh } else { &pair.pooled };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).referer(false);
        if loopback {
            builder = builder.no_proxy();
        }
        if fresh {
            builder = builder.pool_max_idle_per_host(0);
        }
        let client = builder
            .build()
            .map_err(|error| TransportError::new(TransportErrorKind::Unreachable).with_source(error.without_url()))?;
        Ok(slot.get_or_init(|| client))
    }

    /// Leaves in `came` what had come of the answer when it fails or is dropped.
    async fn exchange(
        &self,
        request: Request,
        limits: Limits,
        came: &mut Option<Response>,
    ) -> Result<(), TransportError> {
        let client = self.client(is_loopback(&request.url), limits.fresh_connection)?;
        let mut headers = request.headers;
        headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(concat!("authsmith/", env!("CARGO_PKG_VERSION"))));
        let has_body = !request.body.is_empty() || request.method == http::Method::POST;
        let mut outgoing = client.request(request.method, request.url).headers(headers);
        if has_body {
            outgoing = outgoing.body(request.body);
        }
        let mut incoming = outgoing.send().await.map_err(failed)?;
        let (status, headers) = (incoming.status().as_u16(), std::mem::take(incoming.headers_mut()));
        let answer = came.insert(Response { status, headers, body: Vec::new() });
        while let Some(chunk) = incoming.chunk().await.map_err(failed)? {
            if chunk.len() > limits.body_bytes.saturating_sub(answer.body.len()) {
                return Err(TransportError::new(TransportErrorKind::TooLarge));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(())
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let mut came = None;
            let outcome = tokio::time::timeout(limits.deadline, self.exchange(request, limits, &mut came)).await;
            match (outcome, came) {
                (Ok(Ok(())), Some(answer)) => Ok(answer),
                (Ok(Ok(())), None) => Err(TransportError::new(TransportErrorKind::Interrupted)),
                (Ok(Err(error)), came) => Err(error.with_partial(came)),
                (Err(_), came) => Err(TransportError::new(TransportErrorKind::Timeout).with_partial(came)),
            }
        })
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Unreachable
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).with_source(error.without_url())
}
