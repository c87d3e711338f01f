//! Settings as constant data. [`crate::provider`] exports it.

use std::borrow::Cow;

use crate::rule::{check_allowed, check_format, check_pattern};

/// What a deployment supplies besides credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    name: &'a str,
    default: Option<&'a str>,
    allowed: &'a [&'a str],
    format: Option<Format>,
    pattern: Option<&'a str>,
    optional: bool,
    prefix: &'a str,
    suffix: &'a str,
    of_connection: bool,
}

impl<'a> Setting<'a> {
    /// A setting that must be given.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            default: None,
            allowed: &[],
            format: None,
            pattern: None,
            optional: false,
            prefix: "",
            suffix: "",
            of_connection: false,
        }
    }

    /// A regular expression that the whole value must match.
    pub const fn pattern(mut self, pattern: &'a str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// It may be left out; then the variable has no value.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// What stands before the value, unless it is there already.
    pub const fn prefix(mut self, prefix: &'a str) -> Self {
        self.prefix = prefix;
        self
    }

    /// What stands after the value, unless it is there already.
    pub const fn suffix(mut self, suffix: &'a str) -> Self {
        self.suffix = suffix;
        self
    }

    /// It is given for every user when a login or grant starts, and kept with the connection.
    pub const fn of_connection(mut self) -> Self {
        self.of_connection = true;
        self
    }

    /// What holds when it is left out.
    pub const fn default(mut self, value: &'a str) -> Self {
        self.default = Some(value);
        self
    }

    /// The only values that it may have.
    pub const fn allowed(mut self, values: &'a [&'a str]) -> Self {
        self.allowed = values;
        self
    }

    /// The format that its value must have.
    pub const fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// The name in the spec, and the variable that templates use.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// See [`Setting::default`].
    pub const fn default_value(&self) -> Option<&'a str> {
        self.default
    }

    /// See [`Setting::allowed`].
    pub const fn allowed_values(&self) -> &'a [&'a str] {
        self.allowed
    }

    /// See [`Setting::format`].
    pub const fn value_format(&self) -> Option<Format> {
        self.format
    }

    /// See [`Setting::pattern`].
    pub const fn value_pattern(&self) -> Option<&'a str> {
        self.pattern
    }

    /// See [`Setting::optional`].
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// See [`Setting::prefix`].
    pub const fn value_prefix(&self) -> &'a str {
        self.prefix
    }

    /// See [`Setting::suffix`].
    pub const fn value_suffix(&self) -> &'a str {
        self.suffix
    }

    /// See [`Setting::of_connection`].
    pub const fn is_of_connection(&self) -> bool {
        self.of_connection
    }

    /// `value` with the prefix and the suffix around it, each unless it is there already.
    pub fn complete<'v>(&self, value: &'v str) -> Cow<'v, str> {
        let prefix = if value.starts_with(self.prefix) { "" } else { self.prefix };
        let suffix = if value.ends_with(self.suffix) { "" } else { self.suffix };
        match (prefix, suffix) {
            ("", "") => Cow::Borrowed(value),
            _ => Cow::Owned(format!("{prefix}{value}{suffix}")),
        }
    }

    /// `value` with its prefix and suffix, when the setting may have it.
    ///
    /// # Errors
    ///
    /// What the value must be. The value itself, which may be a person's, is not told.
    pub fn check(&self, value: &str) -> Result<String, String> {
        let whole = self.complete(value).into_owned();
        check_allowed(self.allowed, |word| self.complete(word) == whole)?;
        check_pattern(self.pattern, &whole)?;
        check_format(self.format, &whole)?;
        Ok(whole)
    }
}

/// A format that a setting, or a kept value, must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An absolute `https` URL, or `http` on loopback; it may stand at the head of a URL template.
    Url,
    /// A host name, which may stand as the host of a URL template.
    Hostname,
    /// A UUID with hyphens (RFC 9562, section 4).
    Uuid,
    /// An e-mail address: something, `@`, and a host name.
    Email,
    /// Characters that no place needs to escape: letters, digits, `-`, `.`, `_` and `~`.
    Token,
}
