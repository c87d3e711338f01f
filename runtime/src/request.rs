//! Requests to endpoints that no spec describes.

use std::fmt;
use std::sync::Arc;

use ::http::{HeaderValue, Method};
use authsmith_protocol::operation::{Operation, Param};
use authsmith_protocol::{Value, Values};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::decode;
use crate::call::show;
use crate::error::{Error, ErrorKind};
use crate::renewal::Link;
use crate::wire::{Answered, RawBody};

/// A request that the spec doesn't describe. It shows the token as the vendor's calls do, and renews it as they do.
#[must_use = "nothing is sent before `send`"]
pub struct CustomRequest {
    link: Arc<Link>,
    method: Method,
    path: String,
    params: Vec<Custom>,
    values: Values,
    body: Option<RawBody>,
    unusable: Option<String>,
}

/// A parameter of the caller's own: its name, and the variable that holds its value.
struct Custom {
    is_header: bool,
    name: String,
    template: String,
}

impl CustomRequest {
    pub(crate) fn new(link: Arc<Link>, method: Method, path: String) -> Self {
        Self { link, method, path, params: Vec::new(), values: Values::new(), body: None, unusable: None }
    }

    /// Adds a parameter to the query.
    pub fn query(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.param(false, name.into(), value.into())
    }

    /// Adds a header.
    pub fn header(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.param(true, name.into(), value.into())
    }

    fn param(mut self, is_header: bool, name: String, value: Value) -> Self {
        // No name of the protocol, a setting or an input begins with an underscore and a number.
        let variable = format!("_{}", self.params.len());
        self.params.push(Custom { is_header, name, template: format!("<{variable}>") });
        self.values.set(variable, value);
        self
    }

    /// Sends this as a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => {
                let content_type = HeaderValue::from_static("application/json");
                self.body = Some(RawBody { content_type, bytes });
            }
            Err(_) => self.unusable = Some("the body can't be written as JSON".to_owned()),
        }
        self
    }

    /// Sends these bytes as the body.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        match HeaderValue::from_str(content_type) {
            Ok(content_type) => self.body = Some(RawBody { content_type, bytes: bytes.into() }),
            Err(_) => self.unusable = Some("the content type can't be sent".to_owned()),
        }
        self
    }

    /// Sends the request and decodes its JSON answer; `()` takes an empty one, and [`Json`](crate::Json) any.
    ///
    /// # Errors
    ///
    /// As the vendor's calls; [`ErrorKind::Config`] when the spec doesn't say where the API starts.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, Error> {
        let Sent { answered, values, link, method, .. } = self.run().await?;
        let operation = Operation::new(NAME, method.as_str(), "");
        let reading = link.client().inner().read(&operation, &values, &answered)?;
        decode(NAME, reading.body)
    }

    /// Sends the request and gives its answer as it came, whatever the status.
    ///
    /// # Errors
    ///
    /// When the request can't be sent, no token is to be had, or no answer comes.
    pub async fn send_raw(self) -> Result<http::Response<Vec<u8>>, Error> {
        let response = self.run().await?.answered.response;
        let mut raw = http::Response::new(response.body);
        *raw.status_mut() = http::StatusCode::from_u16(response.status)
            .map_err(|_| Error::new(ErrorKind::Unreadable, "the answer's status is none of HTTP").during(NAME))?;
        *raw.headers_mut() = response.headers;
        Ok(raw)
    }

    async fn run(self) -> Result<Sent, Error> {
        let wrong = |kind, message: String| Err(Error::new(kind, message).during(NAME));
        if let Some(message) = self.unusable {
            return wrong(ErrorKind::Input, message);
        }
        let kind = self.link.kind();
        let Some(api) = kind.api_url() else {
            let title = self.link.client().provider().title();
            return wrong(ErrorKind::Config, format!("the spec of {title} doesn't say where its API starts"));
        };
        if let Err(message) = check_path(&self.path) {
            return wrong(ErrorKind::Input, message.to_owned());
        }
        let url = format!("{}{}", api.trim_end_matches('/'), self.path.replace('<', "<<"));
        let mut params = kind.shown_by().to_vec();
        params.extend(self.params.iter().map(|custom| match custom.is_header {
            true => Param::header(&custom.name, &custom.template),
            false => Param::query(&custom.name, &custom.template),
        }));
        let operation = Operation::new(NAME, self.method.as_str(), &url).params(&params);
        let (answered, values) = show(&self.link, &operation, &self.values, self.body.as_ref()).await?;
        Ok(Sent { answered, values, link: self.link, method: self.method })
    }
}

/// What observers and errors call such a request.
const NAME: &str = "request";

struct Sent {
    answered: Answered,
    values: Values,
    link: Arc<Link>,
    method: Method,
}

/// A path stays below the start of the API: it begins with one slash and climbs nowhere, also when a server decodes it
/// first.
fn check_path(path: &str) -> Result<(), &'static str> {
    let (before_query, _) = path.split_once('?').unwrap_or((path, ""));
    if !before_query.starts_with('/') || before_query.starts_with("//") {
        return Err("the path must begin with one slash");
    }
    if path.contains(['\\', '#']) || !path.chars().all(|character| character.is_ascii_graphic()) {
        return Err("the path has characters that don't belong in a URL");
    }
    let decoded = before_query.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    if decoded.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err("the path must not have `.` or `..` segments");
    }
    Ok(())
}

impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        f.debug_struct("CustomRequest").field("method", &self.method).field("path", &path).finish_non_exhaustive()
    }
}
