//! The values of a request's variables.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::multipart::File;
use crate::request::Spot;
use crate::secret::{REDACTED, Secret, SecretBytes};
use crate::template;
use crate::text::printable;

/// Secrets shorter than this are not searched for in a vendor's text: taking them out would spell them.
const SHORTEST_HIDDEN: usize = 4;

/// The value of one variable.
///
/// `Debug` shows what kind of value it is and never the value.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// A value that may be shown to the user who gave it.
    Json(serde_json::Value),
    /// A value that is never shown.
    Secret(Secret),
    /// Bytes that are never shown, such as the variable `random`; functions of a template make text of them.
    Bytes(SecretBytes),
    /// A file, which stands in a multipart body and nowhere else.
    File(Arc<File>),
    /// A moment, such as the variable `now`; without a function it is written as ISO 8601 writes it.
    Moment(SystemTime),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) | Self::Bytes(_) => REDACTED,
            Self::Moment(_) => "moment",
            Self::File(_) => "file",
            Self::Json(serde_json::Value::Null) => "null",
            Self::Json(serde_json::Value::Bool(_)) => "boolean",
            Self::Json(serde_json::Value::Number(_)) => "number",
            Self::Json(serde_json::Value::String(_)) => "text",
            Self::Json(serde_json::Value::Array(_)) => "array",
            Self::Json(serde_json::Value::Object(_)) => "object",
        })
    }
}

impl From<Secret> for Value {
    fn from(secret: Secret) -> Self {
        Self::Secret(secret)
    }
}

impl From<SecretBytes> for Value {
    fn from(bytes: SecretBytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<File> for Value {
    fn from(file: File) -> Self {
        Self::File(Arc::new(file))
    }
}

impl From<SystemTime> for Value {
    fn from(moment: SystemTime) -> Self {
        Self::Moment(moment)
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        Self::Json(value)
    }
}

macro_rules! value_from {
    ($($source:ty),*) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::Json(value.into())
            }
        })*
    };
}

value_from!(&str, String, Cow<'_, str>, bool, i32, i64, u16, u32, u64, f64);

/// The variables of a request and their values, in the order in which they were set.
#[derive(Clone, Default, PartialEq)]
pub struct Values {
    list: Vec<(Cow<'static, str>, Value)>,
    defined: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    is_redacted: bool,
}

impl Values {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the value of `name`, or replaces it.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Adds the value of `name`, or replaces it.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.list.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.list.push((name, value)),
        }
    }

    /// Makes `name` stand for a template ([`crate::provider::Provider::values`]) where it has no value of its own. The
    /// template is filled in where it is used.
    pub fn define(&mut self, name: impl Into<Cow<'static, str>>, template: impl Into<Cow<'static, str>>) {
        let (name, template) = (name.into(), template.into());
        self.defined.retain(|(known, _)| *known != name);
        self.defined.push((name, template));
    }

    /// The template that `name` stands for.
    pub(crate) fn definition(&self, name: &str) -> Option<&str> {
        self.defined.iter().find(|(known, _)| known == name).map(|(_, template)| template.as_ref())
    }

    /// Whether these are values for people to look at.
    pub(crate) fn is_redacted(&self) -> bool {
        self.is_redacted
    }

    /// The value of `name`; a defined template has none.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.list.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Adds every value and definition of `others`; theirs hold where both have one.
    pub fn merge(&mut self, others: &Values) {
        for (name, value) in &others.list {
            self.set(name.clone(), value.clone());
        }
        for (name, template) in &others.defined {
            self.define(name.clone(), template.clone());
        }
        self.is_redacted |= others.is_redacted;
    }

    /// Every name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.list.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The same values with every secret replaced by the text `[redacted]`; a request built from them may be printed.
    /// Functions of a template leave that text as it is.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let shown = |value: &Value| match value {
            Value::Secret(_) | Value::Bytes(_) => Value::from(REDACTED),
            Value::File(file) => Value::from(file.redacted()),
            Value::Json(_) | Value::Moment(_) => value.clone(),
        };
        let list = self.list.iter().map(|(name, value)| (name.clone(), shown(value))).collect();
        Self { list, defined: self.defined.clone(), is_redacted: true }
    }

    /// `text` with every secret of these values and definitions replaced by `[redacted]`, as it stands, form-encoded, in
    /// base64, and as [`printable`] writes it: vendors echo what they refuse. Secrets of fewer than four characters are
    /// not searched for.
    pub fn hide_in(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        for secret in self.secrets() {
            let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let base64 = [STANDARD.encode(secret.as_bytes()), URL_SAFE_NO_PAD.encode(secret.as_bytes())];
            let [padded, url_safe] = &base64;
            for spelling in [&secret, &encoded, &printable(&secret, usize::MAX), padded, url_safe] {
                hidden = hidden.replace(spelling.as_str(), REDACTED);
            }
        }
        hidden
    }

    /// The secrets worth searching for, longest first: one may hold another.
    pub(crate) fn secrets(&self) -> Vec<Zeroizing<String>> {
        let given = self.list.iter().filter_map(|(_, value)| match value {
            Value::Secret(secret) => Some(secret.expose().to_owned()),
            Value::Json(_) | Value::Bytes(_) | Value::Moment(_) | Value::File(_) => None,
        });
        let made = self.defined.iter().filter_map(|(_, template)| {
            let rendered = template::text(template, self, Spot::Body).ok()?;
            rendered.secret.then_some(rendered.text)
        });
        let worth = |secret: &String| secret.chars().count() >= SHORTEST_HIDDEN;
        let mut secrets: Vec<_> = given.chain(made).filter(worth).map(Zeroizing::new).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
}

impl fmt::Debug for Values {
    /// Names, and of each value only its kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.list.iter().map(|(name, value)| (name, value))).finish()
    }
}
