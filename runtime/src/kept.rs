//! What is kept with a connection besides its tokens: the settings that it was begun with, and what the vendor said when
//! it began.

use std::fmt;

use authsmith_protocol::Values;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// Names and texts, in the order in which they came. They are variables of every later request of the connection.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Kept(Map<String, Json>);

impl Kept {
    /// Adds the value of `name`, or replaces it.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), Json::String(value.into()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.shift_remove(name);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Json::as_str)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over all of `others`; theirs hold where both have one.
    pub(crate) fn merge(&mut self, others: &Self) {
        for (name, value) in others.iter() {
            self.set(name, value);
        }
    }

    /// Takes over what a callback or an answer has said.
    pub(crate) fn hear(&mut self, said: Vec<(String, String)>) {
        for (name, value) in said {
            self.set(name, value);
        }
    }

    /// All of them as values of a request's variables.
    pub(crate) fn add_to(&self, values: &mut Values) {
        for (name, value) in self.iter() {
            values.set(name.to_owned(), value);
        }
    }
}

impl fmt::Debug for Kept {
    /// Names only: nobody knows what a vendor says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
