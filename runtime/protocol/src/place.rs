//! Places in an answer: JSON Pointers into its body, its headers, and the cookies that it sets.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::SET_COOKIE;
use serde_json::Value;

/// An answer taken apart.
#[derive(Clone, Copy)]
pub(crate) struct Answered<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Value,
}

impl<'a> Answered<'a> {
    /// What stands at the place.
    pub(crate) fn at(self, place: &str) -> Option<Cow<'a, Value>> {
        if let Some(name) = place.strip_prefix("header:") {
            let text = self.headers.get(name)?.to_str().ok()?.trim();
            return Some(Cow::Owned(text.into()));
        }
        if let Some(name) = place.strip_prefix("cookie:") {
            return Some(Cow::Owned(self.cookie(name)?.into()));
        }
        self.body.pointer(place).map(Cow::Borrowed)
    }

    /// The text there: a text itself, a number or a boolean as JSON writes it. Empty text counts as none.
    pub(crate) fn text(self, place: &str) -> Option<String> {
        match self.at(place)?.as_ref() {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The value of the last cookie of this name (RFC 6265, section 5.2), without the quotes that may stand around it.
    fn cookie(self, name: &str) -> Option<&'a str> {
        let lines = self.headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.filter_map(|line| line.split(';').next()?.split_once('='));
        let (_, value) = pairs.rfind(|(known, _)| known.trim() == name)?;
        let value = value.trim();
        Some(value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(value))
    }
}

/// Whether the place is in the body.
pub(crate) fn is_in_body(place: &str) -> bool {
    !place.starts_with("header:") && !place.starts_with("cookie:")
}
