//! The inputs of one step.

use authsmith::{File, Secret};
use serde::de::DeserializeOwned;

use crate::Login;
use crate::failed::{Missing, Unusable};

/// What the user has given for the inputs of a step.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a>(pub(crate) &'a Login);

impl Set<'_> {
    /// An input that is text, or a word of an enum.
    ///
    /// # Errors
    ///
    /// When it was not given; the step is then skipped.
    pub fn text(&self, name: &str) -> Result<String, Missing> {
        self.0.text(name)
    }

    /// An input, or a setting of the connection, that may be left out.
    pub fn maybe(&self, name: &str) -> Option<String> {
        self.0.maybe(name)
    }

    /// An input that is never shown.
    ///
    /// # Errors
    ///
    /// When it was not given; the step is then skipped.
    pub fn secret(&self, name: &str) -> Result<Secret, Missing> {
        self.0.secret(name)
    }

    /// An input that is a file, given as the path of one, which may be followed by `;type=` and its media type.
    ///
    /// # Errors
    ///
    /// When it was not given (the step is then skipped), or can't be read.
    pub fn file(&self, name: &str) -> Result<File, crate::Failed> {
        let text = self.0.text(name)?;
        let (path, content_type) = text.split_once(";type=").unwrap_or((&text, "application/octet-stream"));
        let bytes = std::fs::read(path).map_err(|error| Unusable(format!("{name} can't be read: {error}")))?;
        let file_name = std::path::Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        Ok(File::new(file_name, content_type, bytes))
    }

    /// An input of any other type, given as JSON. A date or a moment may do without its quotation marks.
    ///
    /// # Errors
    ///
    /// When it was not given (the step is then skipped), or is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, crate::Failed> {
        let text = self.0.text(name)?;
        let bare = || serde_json::from_value(serde_json::Value::String(text.clone()));
        let value = serde_json::from_str(&text).or_else(|error| bare().map_err(|_| error));
        Ok(value.map_err(|error| Unusable(format!("{name} is not JSON of the right type: {error}")))?)
    }
}
