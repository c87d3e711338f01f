//! The authorization response: what the vendor appends to the redirect URI (RFC 6749, section 4.1.2).

use std::fmt;

use thiserror::Error;

use crate::provider::Callback;
use crate::read::names;
use crate::request::Spot;
use crate::secret::Secret;
use crate::template;
use crate::text::printable;
use crate::values::Values;

/// No browser and no vendor needs more, in bytes.
const LONGEST: usize = 16 * 1024;

/// Why a callback gives no code. The vendor's words in it are printable and cut.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The user or the vendor said no (RFC 6749, section 4.1.2.1). `access_denied` is the user's no.
    #[error("the vendor gave no code: {code}{}", .text.as_deref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Denied {
        /// `error`.
        code: String,
        /// `error_description`.
        text: Option<String>,
    },
    /// `state` didn't come back.
    #[error("the callback has no state, so nothing shows that it belongs to this login")]
    StateMissing,
    /// `state` is that of another login.
    #[error("the callback's state is not the one of this login")]
    StateMismatch,
    /// There is neither a code nor an error.
    #[error("the callback has neither a code nor an error")]
    CodeMissing,
    /// What the parameter means (`code`, `state`, `error`, `iss`, `a kept value`) stands there more than once (RFC 6749,
    /// section 3.1).
    #[error("the callback has `{0}` more than once")]
    Repeated(&'static str),
    /// `iss` didn't come back (RFC 9207, section 2.4).
    #[error("the callback doesn't say which authorization server it comes from")]
    IssuerMissing,
    /// `iss` names another authorization server (RFC 9207, section 2.4).
    #[error("the callback comes from another authorization server")]
    IssuerMismatch,
    /// There are a code and an error.
    #[error("the callback has a code and an error at once")]
    CodeAndError,
    /// The code isn't text in UTF-8.
    #[error("the callback's code is not text")]
    CodeUnreadable,
    /// What is kept of the callback breaks its rule ([`Kept::check`](crate::operation::Kept::check)). Whoever made the
    /// callback chose the value, which is not told.
    #[error("the callback's `{name}` {expected}")]
    Unfit {
        /// The variable that would have kept it.
        name: String,
        /// What it must be.
        expected: String,
    },
    /// The callback is longer than 16 KiB.
    #[error("the callback is too long")]
    TooLong,
}

/// The authorization code of a callback.
///
/// `text` is the whole URL that the user agent came to, or its path, or only its query with or without `?`; where the
/// query says nothing, the fragment of the URL or what stands behind `#` (`response_mode=fragment`); or the body of the
/// form that it posted (`response_mode=form_post`). The state is looked at first and compared in constant time; with `may_lack_state` a callback without any is taken, but never
/// one with another.
///
/// # Errors
///
/// See [`CallbackError`].
pub fn read_callback(text: &str, expected_state: &Secret, may_lack_state: bool) -> Result<Secret, CallbackError> {
    let expected = Expected { state: expected_state, may_lack_state, values: &Values::new() };
    read_arrival(&Callback::new(), text, &expected).map(|arrival| arrival.code)
}

/// What a callback must agree with.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The state of the login.
    pub state: &'a Secret,
    /// A callback without any state is taken, but never one with another.
    pub may_lack_state: bool,
    /// The settings, for the template of [`Callback::issuer`].
    pub values: &'a Values,
}

/// What a callback brings. `Debug` shows the names of what is kept.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival {
    /// The authorization code.
    pub code: Secret,
    /// What the vendor's callback keeps ([`Callback::keep`]): variables and their texts.
    pub kept: Vec<(String, String)>,
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival").field("code", &self.code).field("kept", &names(&self.kept)).finish()
    }
}

/// The authorization code of a callback and what is kept of it, under the names that the vendor uses.
///
/// `text` is taken as [`read_callback`] takes it. The state is looked at first, then the issuer, where one is expected.
///
/// # Errors
///
/// See [`CallbackError`].
pub fn read_arrival(callback: &Callback<'_>, text: &str, expected: &Expected<'_>) -> Result<Arrival, CallbackError> {
    if text.len() > LONGEST {
        return Err(CallbackError::TooLong);
    }
    let query = parameters(callback, text.trim());
    match single(query, callback.state_name(), "state")?.map(Secret::from) {
        Some(state) if state == *expected.state && !state.is_empty() => {}
        Some(_) => return Err(CallbackError::StateMismatch),
        None if expected.may_lack_state => {}
        None => return Err(CallbackError::StateMissing),
    }
    check_issuer(callback, query, expected.values)?;
    match (single(query, callback.code_name(), "code")?, single(query, callback.error_name(), "error")?) {
        (Some(_), Some(_)) => Err(CallbackError::CodeAndError),
        (None, Some(code)) => Err(denied(callback, query, &code)),
        (Some(code), None) if code.contains(char::REPLACEMENT_CHARACTER) => Err(CallbackError::CodeUnreadable),
        (Some(code), None) if !code.is_empty() => {
            Ok(Arrival { code: Secret::from(code), kept: kept(callback, query)? })
        }
        (None, None) if callback.is_absence_denial() => Err(denied(callback, query, "access_denied")),
        _ => Err(CallbackError::CodeMissing),
    }
}

/// Compared as they stand, without any normalization (RFC 9207, section 2.4).
fn check_issuer(callback: &Callback<'_>, query: &str, values: &Values) -> Result<(), CallbackError> {
    let Some(template) = callback.expected_issuer() else { return Ok(()) };
    let issuer = single(query, "iss", "iss")?.ok_or(CallbackError::IssuerMissing)?;
    let expected = template::text(template, values, Spot::Issuer).map_err(|_| CallbackError::IssuerMismatch)?;
    if issuer == expected.text { Ok(()) } else { Err(CallbackError::IssuerMismatch) }
}

fn kept(callback: &Callback<'_>, query: &str) -> Result<Vec<(String, String)>, CallbackError> {
    let mut kept = Vec::new();
    for value in callback.kept() {
        let said = single(query, value.at(), "a kept value")?.filter(|text| !text.is_empty());
        if let Some(text) = &said {
            let unfit = |expected| CallbackError::Unfit { name: value.name().to_owned(), expected };
            value.check(text).map_err(unfit)?;
        }
        kept.extend(said.or(value.default_value().map(str::to_owned)).map(|text| (value.name().to_owned(), text)));
    }
    Ok(kept)
}

fn denied(callback: &Callback<'_>, query: &str, code: &str) -> CallbackError {
    let text = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == callback.error_text_name());
    CallbackError::Denied {
        code: printable(code, 100),
        text: text.map(|(_, text)| printable(&text, 300)).filter(|text| !text.is_empty()),
    }
}

/// What the vendor says: in the query, else behind the `#`. A browser adds a fragment of its own where a redirect has none,
/// and some vendors a meaningless one, so that the query holds whenever it says anything.
fn parameters<'t>(callback: &Callback<'_>, text: &'t str) -> &'t str {
    let (query, fragment) = (query_of(text), text.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default());
    let known = [callback.code_name(), callback.state_name(), callback.error_name()];
    let says = |text: &str| form_urlencoded::parse(text.as_bytes()).any(|(name, _)| known.contains(&&*name));
    if !says(query) && says(fragment) { fragment } else { query }
}

/// The query of a URL (it begins with a scheme or a path), or of a text that is one.
fn query_of(text: &str) -> &str {
    let text = text.split('#').next().unwrap_or_default();
    let scheme = text.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let has_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if has_scheme || text.starts_with('/') {
        text.split_once('?').map(|(_, query)| query).unwrap_or_default()
    } else {
        text.strip_prefix('?').unwrap_or(text)
    }
}

/// The one value of a parameter, after decoding: `%63ode` is `code` too. `meaning` is what an error calls it.
fn single(query: &str, name: &str, meaning: &'static str) -> Result<Option<String>, CallbackError> {
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        Some(_) => Err(CallbackError::Repeated(meaning)),
        None => Ok(value),
    }
}
