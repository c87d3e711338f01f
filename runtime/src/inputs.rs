//! What a caller supplies to an operation.

use std::borrow::Cow;

use authsmith_protocol::operation::Operation;
use authsmith_protocol::{Value, Values};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::error::{Error, ErrorKind};
use crate::kept::Kept;

/// What the caller gives for a connection, unchecked.
pub(crate) type Settings = Kept;

/// The inputs of one operation, in the order of the spec. A value that can't be sent is reported when the operation is
/// sent, so that setters chain.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    values: Values,
    settings: Settings,
    scopes: Vec<String>,
    unusable: Option<&'static str>,
}

impl Inputs {
    /// No inputs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text, a number, a secret; replaces what had the name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.values.set(name, value);
        self
    }

    /// Adds text, a number, a secret, when there is one.
    #[must_use]
    pub fn maybe(self, name: impl Into<Cow<'static, str>>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds anything that serializes, when there is one.
    #[must_use]
    pub fn maybe_json(self, name: &'static str, value: &Option<impl Serialize>) -> Self {
        match value {
            Some(value) => self.json(name, value),
            None => self,
        }
    }

    /// Adds a setting of the connection that the operation begins. It is checked when the operation is sent, and kept
    /// with the tokens.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// Adds a setting of the connection that the operation begins, when there is one.
    #[must_use]
    pub fn maybe_setting(self, name: impl Into<String>, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.setting(name, value),
            None => self,
        }
    }

    /// Adds scopes to ask for (RFC 6749, section 3.3).
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// The scopes as the variable `scope`, which is kept with the other inputs: what is repeated asks for the same.
    pub(crate) fn for_operation(mut self, operation: &Operation<'_>) -> Self {
        if !self.scopes.is_empty() {
            let scope = std::mem::take(&mut self.scopes).join(operation.separator());
            self.values.set("scope", scope);
        }
        self
    }

    /// Adds anything that serializes.
    #[must_use]
    pub fn json(mut self, name: &'static str, value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => self.values.set(name, value),
            Err(_) => self.unusable = Some(name),
        }
        self
    }

    /// The settings of the connection, unchecked.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn values(&self) -> Result<&Values, Error> {
        match self.unusable {
            None => Ok(&self.values),
            Some(name) => Err(Error::new(ErrorKind::Input, format!("the input `{name}` can't be written as JSON"))),
        }
    }

    /// The inputs that may be kept, and whether those are all.
    pub(crate) fn keepable(&self) -> (Map<String, Json>, bool) {
        let mut kept = Map::new();
        let mut all = true;
        for (name, value) in self.values.iter() {
            match value {
                Value::Json(value) => {
                    kept.insert(name.to_owned(), value.clone());
                }
                Value::Secret(_) | Value::Bytes(_) | Value::Moment(_) | Value::File(_) => all = false,
            }
        }
        (kept, all)
    }
}
