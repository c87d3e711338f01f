//! One listener a vendor.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use authsmith_codegen::model::Provider;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::control::ControlError;
use crate::control_http;
use crate::faults;
use crate::incoming::Incoming;
use crate::options::Options;
use crate::refusals::Refusal;
use crate::routes::Unroutable;
use crate::vendor::{Clock, Vendor};
use crate::wire::{Ear, Wire};

/// How long a body may be, in bytes.
const BODY: usize = 8 << 20;

/// Vendors being played. They stop when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    vendors: Vec<Arc<Vendor>>,
    clock: Arc<Clock>,
    /// Every listener waits for this to go.
    _running: watch::Sender<()>,
}

/// Why a sandbox did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// An operation's URL needs a setting that has neither a default nor a sample, and no value was given for it.
    UnknownSetting {
        /// The vendor.
        provider: String,
        /// The operation.
        operation: String,
        /// The setting.
        setting: String,
    },
    /// An operation's URL has no scheme and host.
    RelativeUrl {
        /// The vendor.
        provider: String,
        /// The operation.
        operation: String,
        /// Its URL template.
        url: String,
    },
    /// Two specs describe a vendor of the same name.
    Repeated(String),
    /// There are more vendors than ports after the base port.
    NoPort(String),
    /// A port could not be listened on.
    Listen {
        /// The vendor.
        provider: String,
        /// The port; 0 stands for any.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSetting { provider, operation, setting } => write!(
                f,
                "`{provider}` can't be played: the URL of `{operation}` needs the setting `{setting}`; give it a \
                 `default` or a `sample` in the spec"
            ),
            Self::RelativeUrl { provider, operation, url } => {
                write!(f, "`{provider}` can't be played: the URL of `{operation}` has no host: {url}")
            }
            Self::Repeated(name) => write!(f, "two specs are called `{name}`"),
            Self::NoPort(name) => write!(f, "there is no port left for `{name}`"),
            Self::Listen { provider, port, source } => {
                write!(f, "`{provider}` can't be played on port {port}: {source}")
            }
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Sandbox {
    /// Starts to play the vendors on loopback, on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When a spec can't be played or a port is taken; then none of them is played.
    pub async fn start(providers: Vec<Provider>, options: Options) -> Result<Self, StartError> {
        let clock = Arc::new(Clock::default());
        let (running, stopped) = watch::channel(());
        let mut listening: Vec<(Arc<Vendor>, TcpListener)> = Vec::new();
        for (at, provider) in providers.into_iter().enumerate() {
            let name = provider.name.wire.clone();
            if listening.iter().any(|(vendor, _)| vendor.provider.name.wire == name) {
                return Err(StartError::Repeated(name));
            }
            let mut vendor =
                Vendor::new(provider, &options, Arc::clone(&clock)).map_err(|why| unplayable(&name, why))?;
            let listener = listen(&name, options.base_port, at).await?;
            let address =
                listener.local_addr().map_err(|source| StartError::Listen { provider: name, port: 0, source })?;
            vendor.origin = format!("http://{address}");
            listening.push((Arc::new(vendor), listener));
        }
        let vendors = listening.iter().map(|(vendor, _)| Arc::clone(vendor)).collect();
        for (vendor, listener) in listening {
            serve(vendor, listener, stopped.clone());
        }
        Ok(Self { vendors, clock, _running: running })
    }

    /// What is played where, as a table for people.
    pub fn table(&self) -> String {
        let row = |(name, origin): (_, &str)| format!("{name:<16} {origin:<24} {origin}/_sandbox\n");
        let head = format!("{:<16} {:<24} {}\n", "vendor", "origin", "control");
        self.origins().map(|(name, origin)| (name.wire.as_str(), origin)).map(row).fold(head, |table, row| table + &row)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.iter().map(Arc::as_ref)
    }

    pub(crate) fn vendor(&self, name: &str) -> Result<&Vendor, ControlError> {
        self.vendors().find(|vendor| vendor.provider.name.wire == name).ok_or_else(|| {
            let known = self.vendors().map(|vendor| vendor.provider.name.wire.clone());
            ControlError::UnknownVendor(name.to_owned(), known.collect())
        })
    }
}

fn unplayable(provider: &str, (operation, why): (String, Unroutable)) -> StartError {
    let provider = provider.to_owned();
    match why {
        Unroutable::Setting(setting) => StartError::UnknownSetting { provider, operation, setting },
        Unroutable::Relative(url) => StartError::RelativeUrl { provider, operation, url },
    }
}

async fn listen(provider: &str, base_port: Option<u16>, at: usize) -> Result<TcpListener, StartError> {
    let offset = u16::try_from(at).ok();
    let port = match base_port {
        None => Some(0),
        Some(base) => offset.and_then(|offset| base.checked_add(offset)),
    };
    let port = port.ok_or_else(|| StartError::NoPort(provider.to_owned()))?;
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    bound.map_err(|source| StartError::Listen { provider: provider.to_owned(), port, source })
}

/// What every handler of a vendor needs.
#[derive(Clone, Debug)]
struct Shared {
    vendor: Arc<Vendor>,
    stopped: watch::Receiver<()>,
}

fn serve(vendor: Arc<Vendor>, listener: TcpListener, mut stopped: watch::Receiver<()>) {
    let router = Router::new().fallback(handle).with_state(Shared { vendor, stopped: stopped.clone() });
    let router = router.into_make_service_with_connect_info::<Wire>();
    let server = axum::serve(Ear(listener), router).with_graceful_shutdown(async move {
        // It never changes; it ends with the sandbox.
        while stopped.changed().await.is_ok() {}
    });
    tokio::spawn(server.into_future());
}

async fn handle(
    State(shared): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request<Body>,
) -> Response<Body> {
    let vendor = shared.vendor;
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY).await else {
        let text = "the body is too long or ended too soon";
        let refusal = Refusal { status: 413, ..Refusal::new("invalid_request", text) };
        return refusal.reply(&vendor, None).into_response();
    };
    let (method, path, query) = (parts.method.as_str(), parts.uri.path(), parts.uri.query());
    let incoming = Incoming::new(method, path, query, parts.headers, &body);
    if path == "/_sandbox" || path.starts_with("/_sandbox/") {
        return control_http::answer(&vendor, &incoming).into_response();
    }
    faults::serve(vendor, wire, incoming, shared.stopped).await
}
