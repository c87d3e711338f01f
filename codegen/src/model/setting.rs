//! What fills the placeholders: settings, named templates, and what vendors give on the way.

use super::{Format, Name, Template};

/// A named template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedValue {
    /// Its name: a variable everywhere.
    pub name: Name,
    /// What it stands for. It may name other values; there are no cycles.
    pub value: Template,
    /// Whether a part of it is secret.
    pub secret: bool,
}

/// Something that a callback or an answer gives, kept with the connection and a variable of what comes after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name: the variable.
    pub name: Name,
    /// Where it stands: a parameter of the callback, or a place in the answer (see [`Issued::at`](super::Issued::at)).
    pub from: String,
    /// What holds when it is absent; without it an absent value has none.
    pub default: Option<String>,
    /// The only values that it may have; any when empty.
    pub allowed: Vec<String>,
    /// The format that it must have.
    pub format: Option<Format>,
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    /// A value for trying things out: the sandbox gives it.
    pub sample: Option<String>,
}

/// What a deployment, or whoever starts a connection, supplies besides credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub about: Option<String>,
    /// What holds when it is left out; without it the builder requires the setting.
    pub default: Option<String>,
    /// The only values that it may have; any when empty.
    pub allowed: Vec<String>,
    /// The format of its value.
    pub format: Option<Format>,
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    /// Whether it is given when a login or grant starts and kept with the connection, not given to the client.
    pub of_connection: bool,
    /// Whether it may be missing without a default.
    pub optional: bool,
    /// What is put before a value that doesn't begin with it.
    pub prefix: Option<String>,
    /// What is put behind a value that doesn't end with it.
    pub suffix: Option<String>,
    /// A value for trying things out: the sandbox and the generated docs use it.
    pub sample: Option<String>,
}
