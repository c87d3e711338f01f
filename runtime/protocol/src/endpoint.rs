//! Which URLs a client talks to.

use thiserror::Error;
use url::{Host, Url};

/// Why a URL is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// It isn't an absolute URL.
    #[error("it isn't an absolute URL")]
    Malformed,
    /// It has characters that no URL has (RFC 3986): spaces, control characters, backslashes, letters outside ASCII.
    #[error("it has characters that don't belong in a URL (RFC 3986); write a host outside ASCII in its `xn--` form")]
    Characters,
    /// Its scheme is neither `https`, nor `http` on loopback.
    #[error("it must be https; http is for loopback only")]
    Scheme,
    /// It has a user name or a password before the host.
    #[error("it must not have a user name or password before the host")]
    UserInfo,
    /// It has a fragment (RFC 6749, sections 3.1 and 3.2).
    #[error("it must not have a fragment")]
    Fragment,
}

/// The URL that `text` is, when a client may send credentials to it: `https`, or `http` on loopback (`127.0.0.0/8`,
/// `::1`, `localhost`), without user information and fragment (RFC 6749, sections 3.1 and 3.2).
///
/// A parser of the web repairs what people type: it drops line breaks and takes `\` for `/`. Here such text is refused,
/// so that nobody reads another host in it than the client does.
///
/// # Errors
///
/// Which rule the text breaks.
pub fn check_url(text: &str) -> Result<Url, UrlError> {
    if !text.chars().all(|character| character.is_ascii_graphic() && character != '\\') {
        return Err(UrlError::Characters);
    }
    let (scheme, rest) = text.split_once("://").ok_or(UrlError::Malformed)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Err(UrlError::Malformed);
    }
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    let url = Url::parse(text).map_err(|_| UrlError::Malformed)?;
    if !url.scheme().eq_ignore_ascii_case(scheme) || !is_scheme_allowed(&url) {
        return Err(UrlError::Scheme);
    }
    if url.fragment().is_some() {
        return Err(UrlError::Fragment);
    }
    Ok(url)
}

fn is_scheme_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
