//! The device authorization request and its answer, as constant data (RFC 8628), and how the answer is read.
//! [`crate::provider`] exports the data.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde_json::Value;
use url::Url;

use crate::operation::Operation;
use crate::place::Answered;
use crate::read::{ReadError, Reading, Response, Unreadable, read};
use crate::secret::Secret;

/// What stands between two polls when the vendor doesn't say (RFC 8628, section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);
/// No user needs longer, and no moment that far away can't be counted.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// The device authorization request and how its answer is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Device<'a> {
    request: Operation<'a>,
    scope_separator: &'a str,
    default_scopes: &'a [&'a str],
    answer: DeviceAnswer<'a>,
}

impl<'a> Device<'a> {
    /// Consent on another device is asked for by sending `request`, whose answer's code is the device code.
    pub const fn new(request: Operation<'a>) -> Self {
        Self { request, scope_separator: " ", default_scopes: &[], answer: DeviceAnswer::rfc() }
    }

    /// What stands between two scopes; a space when left out (RFC 6749, section 3.3).
    pub const fn scope_separator(mut self, separator: &'a str) -> Self {
        self.scope_separator = separator;
        self
    }

    /// The scopes that are asked for when the app names none.
    pub const fn default_scopes(mut self, scopes: &'a [&'a str]) -> Self {
        self.default_scopes = scopes;
        self
    }

    /// Where the answer keeps what it says; as RFC 8628 says when left out.
    pub const fn answer(mut self, answer: DeviceAnswer<'a>) -> Self {
        self.answer = answer;
        self
    }

    /// The request that is sent.
    pub const fn request(&self) -> Operation<'a> {
        self.request
    }

    /// See [`Device::scope_separator`].
    pub const fn separator(&self) -> &'a str {
        self.scope_separator
    }

    /// See [`Device::default_scopes`].
    pub const fn scopes_by_default(&self) -> &'a [&'a str] {
        self.default_scopes
    }

    /// See [`Device::answer`].
    pub const fn answer_data(&self) -> DeviceAnswer<'a> {
        self.answer
    }
}

/// Where the answer keeps everything but the device code: places that are looked at in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAnswer<'a> {
    user_code: &'a [&'a str],
    verification_uri: &'a [&'a str],
    verification_uri_complete: &'a [&'a str],
    expires_in: &'a [&'a str],
    interval: &'a [&'a str],
}

impl<'a> DeviceAnswer<'a> {
    /// The members of RFC 8628, section 3.2.
    pub const fn rfc() -> Self {
        Self {
            user_code: &["/user_code"],
            verification_uri: &["/verification_uri"],
            verification_uri_complete: &["/verification_uri_complete"],
            expires_in: &["/expires_in"],
            interval: &["/interval"],
        }
    }

    /// The code that the user types.
    pub const fn user_code(mut self, places: &'a [&'a str]) -> Self {
        self.user_code = places;
        self
    }

    /// The page where the user types it.
    pub const fn verification_uri(mut self, places: &'a [&'a str]) -> Self {
        self.verification_uri = places;
        self
    }

    /// The same page with the code in it.
    pub const fn verification_uri_complete(mut self, places: &'a [&'a str]) -> Self {
        self.verification_uri_complete = places;
        self
    }

    /// How many seconds both codes live.
    pub const fn expires_in(mut self, places: &'a [&'a str]) -> Self {
        self.expires_in = places;
        self
    }

    /// How many seconds stand between two polls.
    pub const fn interval(mut self, places: &'a [&'a str]) -> Self {
        self.interval = places;
        self
    }

    /// See [`DeviceAnswer::user_code`].
    pub const fn user_code_at(&self) -> &'a [&'a str] {
        self.user_code
    }

    /// See [`DeviceAnswer::verification_uri`].
    pub const fn verification_uri_at(&self) -> &'a [&'a str] {
        self.verification_uri
    }

    /// See [`DeviceAnswer::verification_uri_complete`].
    pub const fn verification_uri_complete_at(&self) -> &'a [&'a str] {
        self.verification_uri_complete
    }

    /// See [`DeviceAnswer::expires_in`].
    pub const fn expires_in_at(&self) -> &'a [&'a str] {
        self.expires_in
    }

    /// See [`DeviceAnswer::interval`].
    pub const fn interval_at(&self) -> &'a [&'a str] {
        self.interval
    }
}

impl Default for DeviceAnswer<'_> {
    fn default() -> Self {
        Self::rfc()
    }
}

/// What a vendor gave for a device to wait with.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct DeviceCodes {
    /// What the device polls with.
    pub device_code: Secret,
    /// What the user types: printable, and not empty.
    pub user_code: String,
    /// The page where the user types it: an http or https URL.
    pub verification_uri: String,
    /// The same page with the code in it.
    pub verification_uri_complete: Option<String>,
    /// How long both codes live, from when the request was sent.
    pub expires_in: Duration,
    /// How long to wait between two polls: five seconds where the vendor doesn't say, and at least one.
    pub interval: Duration,
}

impl fmt::Debug for DeviceCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCodes")
            .field("device_code", &self.device_code)
            .field("verification_uri", &self.verification_uri)
            .field("expires_in", &self.expires_in)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

/// Reads the answer to the device authorization request, received at `now`.
///
/// # Errors
///
/// As [`read`]; [`ReadError::Unreadable`] too when something that RFC 8628 requires isn't there, or isn't fit to be shown
/// to a user.
pub fn read_device(device: &Device<'_>, response: &Response, now: SystemTime) -> Result<DeviceCodes, ReadError> {
    let reading = read(&device.request, response, now)?;
    let status = response.status;
    device_codes(device, reading).map_err(|error| ReadError::Unreadable(Unreadable { status, ..error }))
}

/// What the answer to the device authorization request says, once it is read.
///
/// # Errors
///
/// When something that RFC 8628 requires isn't there, or isn't fit to be shown to a user.
pub fn device_codes(device: &Device<'_>, reading: Reading) -> Result<DeviceCodes, Unreadable> {
    let answer = device.answer;
    let device_code = reading.code.ok_or_else(|| Unreadable::new("", "a device code"))?;
    let found = Found(&reading.body);
    let user_code = found.text(answer.user_code).filter(|code| !code.contains(char::is_control));
    let page = |places| match found.text(places) {
        Some(url) if is_page(&url) => Ok(Some(url)),
        Some(_) => Err(wrong(places, "an http or https URL")),
        None => Ok(None),
    };
    let verification_uri = page(answer.verification_uri)?;
    let expires_in = found.seconds(answer.expires_in)?;
    Ok(DeviceCodes {
        device_code,
        user_code: user_code.ok_or_else(|| wrong(answer.user_code, "a code for the user"))?,
        verification_uri: verification_uri.ok_or_else(|| wrong(answer.verification_uri, "an http or https URL"))?,
        verification_uri_complete: page(answer.verification_uri_complete)?,
        expires_in: expires_in.ok_or_else(|| wrong(answer.expires_in, SECONDS))?,
        interval: found.seconds(answer.interval)?.unwrap_or(INTERVAL).max(Duration::from_secs(1)),
    })
}

const SECONDS: &str = "a number of seconds";

fn wrong(places: &[&str], expected: &'static str) -> Unreadable {
    Unreadable::new(places.first().copied().unwrap_or_default(), expected)
}

/// Whether a browser may be sent there.
fn is_page(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// The body of an answer.
struct Found<'a>(&'a Value);

impl Found<'_> {
    /// The text at the first of the places that has one.
    fn text(&self, places: &[&str]) -> Option<String> {
        let headers = HeaderMap::new();
        let answered = Answered { headers: &headers, body: self.0 };
        places.iter().find_map(|at| answered.text(at))
    }

    /// A number, or the text of one.
    fn seconds(&self, places: &[&str]) -> Result<Option<Duration>, Unreadable> {
        let Some(text) = self.text(places) else { return Ok(None) };
        let seconds = text.trim().parse::<f64>().ok().filter(|seconds| *seconds >= 0.0);
        let seconds = seconds.ok_or_else(|| wrong(places, SECONDS))?;
        Ok(Some(Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())).min(LONGEST)))
    }
}
