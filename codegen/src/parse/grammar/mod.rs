//! The whole language as one table: every section, its keys, and the form of each value. The decoder and its suggestions
//! read it, and so do the tests of the language reference.

mod authorize;
mod device;
mod id_token;
mod operations;
mod parts;
mod provider;
mod tokens;
mod widgets;

pub(crate) use parts::{CLIENT_SECRET_JWT, FIELD, PRIVATE_KEY_JWT};
pub use provider::SPEC;

/// A mapping with a fixed set of keys.
#[derive(Debug)]
pub struct Section {
    /// What the language reference calls it: `authorize`, `tokens.<kind>`.
    pub name: &'static str,
    /// One sentence on what it describes.
    pub about: &'static str,
    /// Its keys, in the order of the reference.
    pub keys: &'static [Key],
}

/// A key of a section.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value looks like.
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
    /// What holds when it is left out, where that can be said in a word.
    pub default: Option<&'static str>,
    /// One line on what it means, with its RFC.
    pub about: &'static str,
    /// A value, as YAML.
    pub example: &'static str,
}

/// What a value looks like.
#[derive(Debug)]
pub enum Form {
    /// Sentences for people.
    Prose,
    /// Short text without line breaks.
    Text,
    /// The name of something declared elsewhere in the spec, or a new one.
    Name,
    /// The name of a kind of token, with `?` behind it where an answer may lack the token.
    Yielded,
    /// One of a fixed set of words.
    Word(&'static [&'static str]),
    /// One of a fixed set of words, or `<setting>`.
    WordOrSetting(&'static [&'static str]),
    /// A whole number.
    Number,
    /// `90s`, `3m`, `1h` or `30d`.
    Duration,
    /// Text with `<name>` in it.
    Template,
    /// A template that is an absolute URL.
    Url,
    /// A top-level member of a JSON answer, or a JSON Pointer (RFC 6901) when it begins with `/`.
    Pointer,
    /// Any JSON, written as YAML.
    Json,
    /// A type expression.
    Type,
    /// A type expression, or with the key `is` the long form of this section.
    Typed(&'static Section),
    /// A place in an answer in the long form of this section, or short as [`Form::Pointer`].
    Place(&'static Section),
    /// A list of values of one form.
    List(&'static Form),
    /// A mapping with fixed keys.
    Section(&'static Section),
    /// A mapping from names of the spec's own to values of one form.
    Entries {
        /// What the keys name, in the plural.
        what: &'static str,
        /// The form of every value.
        value: &'static Form,
    },
    /// Several forms, told apart by whether the value is text, a list or a mapping.
    Either(&'static [Form]),
}

impl Form {
    /// What is expected, for a finding: `text`, `a duration such as 3m`.
    pub fn describe(&self) -> String {
        match self {
            Self::Prose | Self::Text => "text".to_owned(),
            Self::Name => "a name".to_owned(),
            Self::Yielded => "the name of a kind of token".to_owned(),
            Self::Word(words) => format!("one of {}", crate::diagnostics::listed(words.iter().copied())),
            Self::WordOrSetting(words) => {
                format!("one of {}, or `<setting>`", crate::diagnostics::listed(words.iter().copied()))
            }
            Self::Number => "a whole number".to_owned(),
            Self::Duration => "a duration such as `90s`, `3m`, `1h` or `30d`".to_owned(),
            Self::Template => "text, which may contain `<name>`".to_owned(),
            Self::Url => "a URL, which may contain `<name>`".to_owned(),
            Self::Pointer => "the name of a field, or a JSON Pointer such as `/data/token`".to_owned(),
            Self::Place(_) => {
                "the name of a field, a JSON Pointer, `{ header: name }` or `{ cookie: name }`".to_owned()
            }
            Self::Json => "any value".to_owned(),
            Self::Type => "a type".to_owned(),
            Self::Typed(_) => "a type, or a mapping with the key `is`".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Section(section) => {
                format!("a mapping with {}", crate::diagnostics::listed(section.keys.iter().map(|key| key.name)))
            }
            Self::Entries { what, .. } => format!("a mapping of {what}"),
            Self::Either(forms) => forms.iter().map(Form::describe).collect::<Vec<_>>().join(", or "),
        }
    }
}

impl Section {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A mapping from names of the spec's own.
const fn entries(what: &'static str, value: &'static Form) -> Form {
    Form::Entries { what, value }
}

/// A field of an answer, or several to be looked at in turn.
const POINTERS: Form = Form::Either(&[Form::Pointer, Form::List(&Form::Pointer)]);

/// A key that may be left out.
const fn key(name: &'static str, form: Form, about: &'static str, example: &'static str) -> Key {
    Key { name, form, required: false, default: None, about, example }
}

impl Key {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}
