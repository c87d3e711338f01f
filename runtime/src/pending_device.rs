//! What is remembered between asking for consent on another device and having it.

use std::fmt;
use std::time::{Duration, SystemTime};

use authsmith_protocol::{DeviceCodes, Secret, Values};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::client::Inner;
use crate::clock::epoch_millis;
use crate::error::{Error, ErrorKind};
use crate::kept::Kept;

/// What a vendor that is asked too often adds to the interval (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How long a wait may grow while the vendor can't be reached.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(300);

/// A consent that was asked for, while the user gives it on another device: show them the code and the page.
///
/// A web app serializes it into the user's own session. It holds a secret, the device code, so the session must be kept
/// by the server or encrypted.
pub struct PendingDevice {
    provider: String,
    client_id: Option<String>,
    deployment: String,
    device_code: Secret,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_at: SystemTime,
    interval: Duration,
    next_poll_at: SystemTime,
    /// How many polls in a row have had no answer.
    failures: u32,
    kept: Kept,
}

impl PendingDevice {
    pub(crate) fn new(inner: &Inner, codes: DeviceCodes, kept: Kept, started: SystemTime) -> Self {
        let DeviceCodes { device_code, user_code, verification_uri, verification_uri_complete, .. } = codes;
        Self {
            provider: inner.provider.name().to_owned(),
            client_id: inner.client_id.clone(),
            deployment: inner.deployment.clone(),
            device_code,
            user_code,
            verification_uri,
            verification_uri_complete,
            expires_at: later(started, codes.expires_in),
            interval: codes.interval,
            next_poll_at: later(inner.clock.now(), codes.interval),
            failures: 0,
            kept,
        }
    }

    /// The code that the user types, as the vendor writes it.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The page where the user types it; an http or https URL, short enough to be typed itself.
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The page with the code in it, for a link or a QR code. Show the code beside it all the same, so that the user can
    /// compare (RFC 8628, section 3.3.1).
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// The moment after which both codes are over.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// How long the vendor wants to be left alone between two polls.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// How long there is to wait before the vendor may be asked, as seen at `now`; never longer than the codes live.
    pub fn wait(&self, now: SystemTime) -> Duration {
        let until = |moment: SystemTime| moment.duration_since(now).unwrap_or_default();
        until(self.next_poll_at).min(until(self.expires_at))
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    pub(crate) fn variables(&self) -> Values {
        Values::new().with("device_code", self.device_code.clone())
    }

    pub(crate) fn check_origin(&self, inner: &Inner) -> Result<(), Error> {
        let same = self.provider == inner.provider.name()
            && self.client_id == inner.client_id
            && self.deployment == inner.deployment;
        if same { Ok(()) } else { Err(Error::new(ErrorKind::LoginForeign, "the login was started by another client")) }
    }

    /// Waits the interval, or longer if `at_least` is.
    pub(crate) fn wait_again(&mut self, now: SystemTime, at_least: Duration) {
        self.failures = 0;
        self.next_poll_at = later(now, self.interval.max(at_least));
    }

    /// RFC 8628, section 3.5: for this and all polls to come.
    pub(crate) fn slow_down(&mut self, now: SystemTime, asked: Option<Duration>) {
        self.interval = self.interval.saturating_add(SLOWER);
        self.wait_again(now, asked.unwrap_or_default());
    }

    /// Doubles the wait with every poll in a row that has had no answer.
    pub(crate) fn back_off(&mut self, now: SystemTime, asked: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let factor = 2_u32.saturating_pow(self.failures.min(16));
        let longest = LONGEST_BACK_OFF.max(self.interval);
        let wait = self.interval.saturating_mul(factor).min(longest);
        self.next_poll_at = later(now, wait.max(asked.unwrap_or_default()));
    }
}

/// A moment later; the same where the platform can't count that far.
fn later(moment: SystemTime, by: Duration) -> SystemTime {
    moment.checked_add(by).unwrap_or(moment)
}

/// What a poll without tokens was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The user hasn't decided.
    Wait,
    /// They haven't, and the vendor is asked too often.
    SlowDown,
    /// The user has said no.
    No,
    /// The codes are over.
    Over,
    /// Nothing that counts: it passes by itself.
    Passing,
    /// Anything else.
    Other,
}

impl Said {
    /// By the codes of RFC 8628, section 3.5, or a failure of the spec that is called like one.
    pub(crate) fn by(error: &Error) -> Self {
        match error.code().and_then(Self::word).or_else(|| error.failure().and_then(Self::word)) {
            Some(said) => return said,
            None if error.is_retryable() => return Self::Passing,
            None => {}
        }
        match (error.kind(), error.status()) {
            // A poll may be repeated: what the vendor did is done for the next one.
            (ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Unreachable, _) => Self::Passing,
            (ErrorKind::Refused, Some(408 | 425 | 500 | 502 | 504)) => Self::Passing,
            _ => Self::Other,
        }
    }

    fn word(word: &str) -> Option<Self> {
        match word {
            "authorization_pending" => Some(Self::Wait),
            "slow_down" => Some(Self::SlowDown),
            "access_denied" => Some(Self::No),
            "expired_token" => Some(Self::Over),
            _ => None,
        }
    }
}

impl fmt::Debug for PendingDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingDevice")
            .field("provider", &self.provider)
            .field("device_code", &self.device_code)
            .field("verification_uri", &self.verification_uri)
            .field("expires_at", &self.expires_at)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

/// How it is written into a session.
#[derive(Serialize, Deserialize)]
struct PendingText {
    format: u32,
    provider: String,
    client_id: Option<String>,
    deployment: String,
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_at: u64,
    interval_ms: u64,
    next_poll_at: u64,
    #[serde(default)]
    failures: u32,
    #[serde(default, skip_serializing_if = "Kept::is_empty")]
    kept: Kept,
}

const FORMAT: u32 = 1;

impl Serialize for PendingDevice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PendingText {
            format: FORMAT,
            provider: self.provider.clone(),
            client_id: self.client_id.clone(),
            deployment: self.deployment.clone(),
            device_code: self.device_code.expose().to_owned(),
            user_code: self.user_code.clone(),
            verification_uri: self.verification_uri.clone(),
            verification_uri_complete: self.verification_uri_complete.clone(),
            expires_at: epoch_millis::to_millis(self.expires_at),
            interval_ms: u64::try_from(self.interval.as_millis()).unwrap_or(u64::MAX),
            next_poll_at: epoch_millis::to_millis(self.next_poll_at),
            failures: self.failures,
            kept: self.kept.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PendingDevice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let text = PendingText::deserialize(deserializer)?;
        if text.format != FORMAT {
            return Err(D::Error::custom("the pending login was written by another version"));
        }
        let moment = |millis| {
            epoch_millis::from_millis(millis)
                .ok_or_else(|| D::Error::custom("the pending login names a moment that this machine doesn't know"))
        };
        Ok(Self {
            provider: text.provider,
            client_id: text.client_id,
            deployment: text.deployment,
            device_code: text.device_code.into(),
            user_code: text.user_code,
            verification_uri: text.verification_uri,
            verification_uri_complete: text.verification_uri_complete,
            expires_at: moment(text.expires_at)?,
            interval: Duration::from_millis(text.interval_ms),
            next_poll_at: moment(text.next_poll_at)?,
            failures: text.failures,
            kept: text.kept,
        })
    }
}
