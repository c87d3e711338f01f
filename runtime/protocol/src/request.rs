//! From an operation and its values to the request, byte by byte.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use thiserror::Error;
use url::Url;

use crate::body::add_body;
use crate::endpoint::{UrlError, check_url};
use crate::operation::{AnswerFormat, ClientAuth, Operation, Param, Place};
use crate::template;
use crate::values::Values;

/// One request, ready to be sent.
///
/// `Debug` shows the method, the URL without its query (and without its path when a secret stands in it), and the names
/// of the headers.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: http::Method,
    /// The URL. Its query may carry a token: it belongs in no log.
    pub url: Url,
    /// The headers, in the order in which they are sent; those with credentials are marked sensitive.
    pub headers: HeaderMap,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
    is_path_secret: bool,
}

impl Request {
    /// A request without a body whose only header is `Accept: application/json`.
    pub fn new(method: http::Method, url: Url) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Self { method, url, headers, body: Vec::new(), is_path_secret: false }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.url.origin().ascii_serialization();
        let path = if self.is_path_secret { "/[redacted]" } else { self.url.path() };
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &format_args!("{origin}{path}"))
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Why no request could be built. It names variables and never shows their values.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// A variable that is needed has no value.
    #[error("`{variable}` has no value, and {place} needs it")]
    Missing {
        /// The variable.
        variable: String,
        /// What needs it, in words: the URL, or a parameter.
        place: String,
    },
    /// The value of a variable can't stand where the operation puts it.
    #[error("the value of `{variable}` can't stand in {place}: expected {expected}")]
    Unfit {
        /// The variable.
        variable: String,
        /// Where it stands, in words.
        place: String,
        /// What could stand there.
        expected: &'static str,
    },
    /// The URL is none that a client may talk to.
    #[error("the URL of the operation can't be used: {0}")]
    Url(#[from] UrlError),
    /// The setting that chooses the encoding has an unknown value.
    #[error("the setting `{setting}` must be `form` or `json`")]
    Encoding {
        /// The setting.
        setting: String,
    },
    /// The operation's method isn't one of HTTP.
    #[error("`{0}` is no HTTP method")]
    Method(String),
    /// The operation sends a body with a method that has none.
    #[error("a {0} request has no body, and the operation has body parameters")]
    Body(String),
    /// The text between `<` and `>` is neither a name nor made of alternatives and functions.
    #[error("`<{0}>` is no placeholder: a name, `<a ?? b>` or `<a | function>`")]
    Template(String),
    /// The operation's whole body isn't JSON.
    #[error("the body of the operation isn't JSON")]
    BodyJson,
    /// The operation's encoding is text or XML, and it says no body.
    #[error("the operation sends text or XML, and doesn't say which")]
    NoBody,
    /// A part of a multipart body holds the text that stands between parts; the next attempt has another.
    #[error("the part `{0}` of the body holds the text that stands between parts")]
    Boundary(String),
    /// The name of a header isn't one, or its text has line breaks or characters outside ASCII.
    #[error("the header `{0}` can't be sent as it is written")]
    Header(String),
    /// Two parts of the operation write the same header.
    #[error("the header `{0}` would be sent twice")]
    HeaderTwice(String),
}

/// Where a template stands, for the words of an error.
#[derive(Clone, Copy)]
pub(crate) enum Spot<'a> {
    Url,
    Param(&'a Param<'a>),
    ClientAuth,
    Encoding,
    Body,
    Issuer,
    Claim(&'a str),
}

impl Spot<'_> {
    pub(crate) fn missing(self, variable: &str) -> BuildError {
        BuildError::Missing { variable: variable.to_owned(), place: self.to_string() }
    }

    pub(crate) fn unfit(self, variable: &str, expected: &'static str) -> BuildError {
        BuildError::Unfit { variable: variable.to_owned(), place: self.to_string(), expected }
    }
}

impl fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("the URL"),
            Self::ClientAuth => f.write_str("the client authentication"),
            Self::Encoding => f.write_str("the encoding of the body"),
            Self::Body => f.write_str("the body"),
            Self::Issuer => f.write_str("the issuer"),
            Self::Claim(name) => write!(f, "the claim `{name}` of the client's assertion"),
            Self::Param(param) => match param.place() {
                Place::Query => write!(f, "the query parameter `{}`", param.name()),
                Place::Body => write!(f, "the body parameter `{}`", param.name()),
                Place::Header => write!(f, "the header `{}`", param.name()),
                Place::Cookie => write!(f, "the cookie `{}`", param.name()),
                Place::Fragment => write!(f, "the parameter `{}` behind the `#`", param.name()),
            },
        }
    }
}

/// The request that `operation` sends with `values`.
///
/// The headers are `Accept`, the client's credentials (RFC 6749, section 2.3.1), those of the operation, and
/// `Content-Type` when there is a body. An optional parameter is left out when a variable of its template has no value.
/// A JSON body keeps the type of a value whose template is one placeholder; elsewhere numbers and booleans are written
/// as plain text. The query is form-encoded (RFC 6749, appendix B).
///
/// # Errors
///
/// [`BuildError::Missing`] when a variable has no value, [`BuildError::Unfit`] when a value can't stand where it is put,
/// the others when the operation itself can't be sent.
pub fn build(operation: &Operation<'_>, values: &Values) -> Result<Request, BuildError> {
    let method = http::Method::from_bytes(operation.method().as_bytes())
        .map_err(|_| BuildError::Method(operation.method().to_owned()))?;
    let target = template::url(operation.url(), values)?;
    let mut fragment_params = of_place(operation.parameters(), Place::Fragment).peekable();
    // Only the template's own text can have a `#`: a value's is escaped.
    let (address, route) = match target.text.split_once('#') {
        Some((address, route)) if fragment_params.peek().is_some() => (address, route),
        _ => (target.text.as_str(), ""),
    };
    let mut request = Request::new(method, check_url(address)?);
    request.headers.insert(ACCEPT, HeaderValue::from_static(accepted(operation.answers().body_format())));
    request.is_path_secret = target.secret;
    if let Some(credentials) = basic(operation.auth(), values)? {
        request.headers.insert(AUTHORIZATION, credentials);
    }
    add_query(&mut request, operation.parameters(), values)?;
    if fragment_params.peek().is_some() {
        add_fragment(&mut request, route, fragment_params, values)?;
    }
    add_headers(&mut request, operation.parameters(), values)?;
    add_cookies(&mut request, operation.parameters(), values)?;
    add_body(&mut request, operation, values)?;
    Ok(request)
}

/// What the operation can read, and what else a vendor may send in its stead.
fn accepted(format: AnswerFormat) -> &'static str {
    match format {
        AnswerFormat::Json => "application/json",
        AnswerFormat::Form => "application/x-www-form-urlencoded, application/json;q=0.9",
        AnswerFormat::Xml => "application/xml, text/xml;q=0.9",
        AnswerFormat::Text => "text/plain, */*;q=0.9",
        AnswerFormat::Bytes => "*/*",
    }
}

/// `Basic` over the form-encoded halves (RFC 6749, section 2.3.1), or over a text of the vendor's own.
fn basic(auth: ClientAuth<'_>, values: &Values) -> Result<Option<HeaderValue>, BuildError> {
    let half = |variable| -> Result<String, BuildError> {
        let rendered = template::text(variable, values, Spot::ClientAuth)?;
        Ok(form_urlencoded::byte_serialize(rendered.text.as_bytes()).collect())
    };
    let credentials = match auth {
        ClientAuth::None => return Ok(None),
        ClientAuth::Basic => format!("{}:{}", half("<client_id>")?, half("<client_secret>")?),
        ClientAuth::BasicOf(text) => template::text(text, values, Spot::ClientAuth)?.text,
    };
    header_value("authorization", &format!("Basic {}", STANDARD.encode(credentials)), true).map(Some)
}

pub(crate) fn header_value(name: &str, text: &str, is_secret: bool) -> Result<HeaderValue, BuildError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| BuildError::Header(name.to_owned()))?;
    value.set_sensitive(is_secret);
    Ok(value)
}

/// `None` when an optional parameter lacks a value.
pub(crate) fn unless_missing<T>(param: &Param<'_>, result: Result<T, BuildError>) -> Result<Option<T>, BuildError> {
    match result {
        Err(BuildError::Missing { .. }) if param.is_optional() => Ok(None),
        result => result.map(Some),
    }
}

pub(crate) fn of_place<'p>(params: &'p [Param<'p>], place: Place) -> impl Iterator<Item = &'p Param<'p>> {
    params.iter().filter(move |param| param.place() == place)
}

/// The parameters of one place, form-encoded (RFC 6749, appendix B).
pub(crate) fn form<'p>(params: impl Iterator<Item = &'p Param<'p>>, values: &Values) -> Result<String, BuildError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for param in params {
        let rendered = template::text(param.value(), values, Spot::Param(param));
        if let Some(rendered) = unless_missing(param, rendered)? {
            form.append_pair(param.name(), &rendered.text);
        }
    }
    Ok(form.finish())
}

fn add_query(request: &mut Request, params: &[Param<'_>], values: &Values) -> Result<(), BuildError> {
    let query = form(of_place(params, Place::Query), values)?;
    let whole = match request.url.query() {
        _ if query.is_empty() => return Ok(()),
        None | Some("") => query,
        Some(standing) => format!("{standing}&{query}"),
    };
    request.url.set_query(Some(&whole));
    Ok(())
}

/// The parameters behind the route that a page keeps after `#`.
fn add_fragment<'p>(
    request: &mut Request,
    route: &str,
    params: impl Iterator<Item = &'p Param<'p>>,
    values: &Values,
) -> Result<(), BuildError> {
    let query = form(params, values)?;
    let joint = match route {
        _ if query.is_empty() => "",
        "" => "",
        route if route.ends_with(['?', '&']) => "",
        route if route.contains('?') => "&",
        _ => "?",
    };
    request.url.set_fragment(Some(&format!("{route}{joint}{query}")));
    Ok(())
}

/// All cookies share one header (RFC 6265, section 5.4), also with one that is written as a header.
fn add_cookies(request: &mut Request, params: &[Param<'_>], values: &Values) -> Result<(), BuildError> {
    let mut pairs = Vec::new();
    let mut is_secret = false;
    for param in of_place(params, Place::Cookie) {
        let rendered = template::cookie(param.value(), values, Spot::Param(param));
        let Some(rendered) = unless_missing(param, rendered)? else { continue };
        // The name of a cookie is made of the characters of a header's name.
        HeaderName::from_bytes(param.name().as_bytes()).map_err(|_| BuildError::Header("cookie".to_owned()))?;
        is_secret |= rendered.secret;
        pairs.push(format!("{}={}", param.name(), rendered.text));
    }
    if pairs.is_empty() {
        return Ok(());
    }
    if let Some(written) = request.headers.get(COOKIE) {
        is_secret |= written.is_sensitive();
        pairs.extend(written.to_str().map(str::to_owned));
    }
    request.headers.insert(COOKIE, header_value("cookie", &pairs.join("; "), is_secret)?);
    Ok(())
}

fn add_headers(request: &mut Request, params: &[Param<'_>], values: &Values) -> Result<(), BuildError> {
    for param in of_place(params, Place::Header) {
        let rendered = template::header(param.value(), values, Spot::Param(param));
        let Some(rendered) = unless_missing(param, rendered)? else { continue };
        let name =
            HeaderName::from_bytes(param.name().as_bytes()).map_err(|_| BuildError::Header(param.name().to_owned()))?;
        let is_secret = rendered.secret || name == AUTHORIZATION;
        let value = header_value(param.name(), &rendered.text, is_secret)?;
        // What every request accepts is a default, which an operation may replace.
        let is_default = name == ACCEPT;
        if request.headers.insert(name, value).is_some() && !is_default {
            return Err(BuildError::HeaderTwice(param.name().to_owned()));
        }
    }
    Ok(())
}
