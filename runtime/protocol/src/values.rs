//! The values of a request's variables.

use std::borrow::Cow;
use std::fmt;

use crate::secret::{REDACTED, Secret};
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
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => REDACTED,
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
pub struct Values(Vec<(Cow<'static, str>, Value)>);

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
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Adds every value of `others`; theirs hold where both have one.
    pub fn merge(&mut self, others: &Values) {
        for (name, value) in &others.0 {
            self.set(name.clone(), value.clone());
        }
    }

    /// Every name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same values with every secret replaced by the text `[redacted]`; a request built from them may be printed.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let shown = |value: &Value| match value {
            Value::Secret(_) => Value::from(REDACTED),
            Value::Json(_) => value.clone(),
        };
        Self(self.0.iter().map(|(name, value)| (name.clone(), shown(value))).collect())
    }

    /// `text` with every secret of these values replaced by `[redacted]`, as it stands, form-encoded, and as
    /// [`printable`] writes it: vendors echo what they refuse. Secrets of fewer than four characters are not searched for.
    pub fn hide_in(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        for secret in self.secrets() {
            let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            for spelling in [secret, &encoded, &printable(secret, usize::MAX)] {
                hidden = hidden.replace(spelling, REDACTED);
            }
        }
        hidden
    }

    /// The secrets worth searching for, longest first: one may hold another.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self
            .0
            .iter()
            .filter_map(|(_, value)| match value {
                Value::Secret(secret) => Some(secret.expose()),
                Value::Json(_) => None,
            })
            .filter(|secret| secret.chars().count() >= SHORTEST_HIDDEN)
            .collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
}

impl fmt::Debug for Values {
    /// Names, and of each value only its kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, value)| (name, value))).finish()
    }
}
