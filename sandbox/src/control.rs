//! What a test can tell a vendor to do, and ask it.

use std::fmt;
use std::time::Duration;

use authsmith_codegen::model::Name;
use serde::Serialize;
use url::Url;

use crate::device;
use crate::failures;
use crate::incoming::Incoming;
use crate::routes::Operation;
use crate::server::Sandbox;
use crate::vendor::Vendor;

/// One request that a vendor answered, as it came. It holds whatever secrets the client sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The operation that it was read as; `None` when no operation has its method and path.
    pub operation: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query, still encoded.
    pub query: Option<String>,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; what is not UTF-8 in it is replaced.
    pub body: String,
    /// The status of the vendor's answer, whatever a fault made of it; 0 when a fault kept the vendor from answering.
    pub status: u16,
}

impl Recorded {
    pub(crate) fn new(operation: Option<String>, incoming: &Incoming, status: u16) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = incoming.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        Self {
            operation,
            method: incoming.method.clone(),
            path: incoming.path.clone(),
            query: incoming.raw_query.clone(),
            headers: headers.collect(),
            body: incoming.body.raw.clone(),
            status,
        }
    }

    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why a sandbox can't do what it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlError {
    /// No vendor has this name; these are played.
    UnknownVendor(String, Vec<String>),
    /// The vendor has no such operation; it has these.
    UnknownOperation(String, Vec<String>),
    /// The operation has no such input, so that no failure can wait for its value.
    UnknownInput(String),
    /// It is neither a failure that the spec documents for the operation, nor `limited`, nor an error code of RFC 6749 or
    /// RFC 6750, nor a status from 400 to 599.
    UnknownFailure(String),
    /// The code of a device can't be typed, and why.
    UserCode(&'static str),
    /// It is no absolute URI without a fragment (RFC 6749, section 3.1.2).
    InvalidRedirectUri(String),
    /// The fault makes no sense; this says why.
    SenselessFault(String),
    /// No grants can be made up; this says why.
    Unmintable(String),
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVendor(name, known) => write!(f, "no vendor `{name}` is played, only {}", known.join(", ")),
            Self::UnknownOperation(name, known) => {
                write!(f, "there is no operation `{name}`, only {}", known.join(", "))
            }
            Self::UnknownInput(name) => write!(f, "the operation has no input `{name}`"),
            Self::UnknownFailure(name) => write!(
                f,
                "`{name}` is neither a documented failure of the operation, nor `limited`, nor an error code of RFC 6749 \
                 or RFC 6750, nor a status from 400 to 599"
            ),
            Self::UserCode(why) => f.write_str(why),
            Self::InvalidRedirectUri(uri) => write!(f, "`{uri}` is not an absolute URI without a fragment"),
            Self::SenselessFault(why) | Self::Unmintable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ControlError {}

/// What the methods have in common with the actions over HTTP.
impl Vendor {
    pub(crate) fn fail(
        &self,
        operation: &str,
        failure: &str,
        when: Option<(String, String)>,
        times: Option<u32>,
    ) -> Result<(), ControlError> {
        let operation = self.operation(operation).ok_or_else(|| self.unknown_operation(operation))?;
        if let Some((input, _)) = when.as_ref().filter(|(input, _)| !has_value(operation, input)) {
            return Err(ControlError::UnknownInput(input.clone()));
        }
        let refusal = failures::named(&self.provider, operation, failure)
            .ok_or_else(|| ControlError::UnknownFailure(failure.to_owned()))?;
        self.failures().add(operation, refusal, when, times);
        Ok(())
    }

    pub(crate) fn unknown_operation(&self, name: &str) -> ControlError {
        let known = self.routes.iter().map(|route| route.operation.name().to_owned());
        ControlError::UnknownOperation(name.to_owned(), known.collect())
    }

    pub(crate) fn revoke_access_tokens(&self) {
        self.store().access.values_mut().for_each(|token| token.revoked = true);
    }

    pub(crate) fn revoke_refresh_tokens(&self) {
        self.store().refresh.values_mut().for_each(|token| token.revoked = true);
    }

    pub(crate) fn register(&self, uri: &str) -> Result<(), ControlError> {
        if !Url::parse(uri).is_ok_and(|parsed| parsed.fragment().is_none()) {
            return Err(ControlError::InvalidRedirectUri(uri.to_owned()));
        }
        self.redirect_uris().push(uri.to_owned());
        Ok(())
    }
}

fn has_value(operation: &Operation, input: &str) -> bool {
    let request = operation.request();
    let params = request.params.iter().chain(&request.credentials).map(|param| &param.value);
    let mut templates = params.chain([&request.url]);
    request.inputs.iter().any(|known| known.name.wire == input)
        || templates.any(|template| template.variables().any(|variable| variable.name() == input))
}

/// What tests say and ask. Each method that takes a vendor's name fails when no such vendor is played.
impl Sandbox {
    /// Where a vendor is played, such as `http://127.0.0.1:4000`; every path of every host of the vendor is there.
    pub fn origin(&self, provider: &str) -> Result<&str, ControlError> {
        Ok(&self.vendor(provider)?.origin)
    }

    /// The names of the vendors and where each is played, in the order in which they were given.
    pub fn origins(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.vendors().map(|vendor| (&vendor.provider.name, vendor.origin.as_str()))
    }

    /// Moves the clock of all vendors forward.
    pub fn advance(&self, by: Duration) {
        self.clock().advance(by);
    }

    /// Lets the user say no to the next consent that a program asks for.
    pub fn deny_next_consent(&self, provider: &str) -> Result<(), ControlError> {
        self.vendor(provider)?.consents().deny_next = true;
        Ok(())
    }

    /// Types a user's code on the page of a device (RFC 8628), and says yes or no there.
    pub fn decide_device(&self, provider: &str, user_code: &str, allow: bool) -> Result<(), ControlError> {
        device::decide(self.vendor(provider)?, user_code, allow).map_err(ControlError::UserCode)
    }

    /// Leaves `state` out of every callback, or puts it back in.
    pub fn drop_state(&self, provider: &str, drop: bool) -> Result<(), ControlError> {
        self.vendor(provider)?.consents().drop_state = drop;
        Ok(())
    }

    /// Answers the next `times` sound requests for `operation` with `failure`: one that the spec documents for it,
    /// `limited` for a rate limit as the spec has it, an error code of RFC 6749 or RFC 6750, or a status from 400 to 599.
    /// Unsound requests are refused as ever.
    pub fn fail_next(&self, provider: &str, operation: &str, failure: &str, times: u32) -> Result<(), ControlError> {
        self.vendor(provider)?.fail(operation, failure, None, Some(times))
    }

    /// Answers every sound request for `operation` whose `input` has `value` with `failure`, as [`Sandbox::fail_next`]
    /// knows them, until [`Sandbox::clear_failures`].
    pub fn fail_when(
        &self,
        provider: &str,
        operation: &str,
        failure: &str,
        input: &str,
        value: &str,
    ) -> Result<(), ControlError> {
        self.vendor(provider)?.fail(operation, failure, Some((input.to_owned(), value.to_owned())), None)
    }

    /// Forgets all failures to come.
    pub fn clear_failures(&self, provider: &str) -> Result<(), ControlError> {
        self.vendor(provider)?.failures().clear();
        Ok(())
    }

    /// Revokes every token, of all kinds, that calls can show.
    pub fn revoke_access_tokens(&self, provider: &str) -> Result<(), ControlError> {
        self.vendor(provider)?.revoke_access_tokens();
        Ok(())
    }

    /// Revokes every refresh token.
    pub fn revoke_refresh_tokens(&self, provider: &str) -> Result<(), ControlError> {
        self.vendor(provider)?.revoke_refresh_tokens();
        Ok(())
    }

    /// The requests that a vendor answered, oldest first; of very many, the latest. Those to `/_sandbox` are not among
    /// them.
    pub fn requests(&self, provider: &str) -> Result<Vec<Recorded>, ControlError> {
        Ok(self.vendor(provider)?.log().clone())
    }

    /// Registers a redirect URI. The newest one is where a vendor sends users whose authorization request names none.
    pub fn register_redirect_uri(&self, provider: &str, uri: &str) -> Result<(), ControlError> {
        self.vendor(provider)?.register(uri)
    }
}
