//! What a caller supplies to an operation.

use std::borrow::Cow;

use authsmith_protocol::{Value, Values};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::error::{Error, ErrorKind};

/// The inputs of one operation, in the order of the spec. A value that can't be sent is reported when the operation is
/// sent, so that setters chain.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    values: Values,
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

    /// Adds anything that serializes.
    #[must_use]
    pub fn json(mut self, name: &'static str, value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => self.values.set(name, value),
            Err(_) => self.unusable = Some(name),
        }
        self
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
                Value::Secret(_) => all = false,
            }
        }
        (kept, all)
    }
}
