//! Why a step, or the whole program, could not go on.

use std::error::Error;
use std::fmt;

/// A value that nobody has given. Its text says how to give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    names: Vec<String>,
    prefix: String,
}

impl Missing {
    pub(crate) fn new(names: Vec<String>, prefix: &str) -> Self {
        Self { names, prefix: prefix.to_owned() }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "give")?;
        for name in &self.names {
            write!(f, " --set {name}=...")?;
        }
        let variables: Vec<_> = self.names.iter().map(|name| crate::args::variable(&self.prefix, name)).collect();
        write!(f, ", or set {} in the environment", variables.join(" and "))
    }
}

impl Error for Missing {}

/// A value that was given and can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub(crate) String);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Unusable {}

/// Why a step did not happen. Any error turns into it, so that a step is written with `?`.
#[derive(Clone, Debug)]
pub struct Failed {
    /// In words, without secrets: the error and what caused it.
    pub(crate) text: String,
    /// Whether only an input was missing.
    pub(crate) missing: bool,
    /// Whether the report says it already.
    pub(crate) reported: bool,
}

impl Failed {
    pub(crate) fn reported(self) -> Self {
        Self { reported: true, ..self }
    }
}

impl<E: Error + 'static> From<E> for Failed {
    fn from(error: E) -> Self {
        let missing = (&error as &dyn Error).is::<Missing>();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text = format!("{text}: {cause_text}");
            }
            source = cause.source();
        }
        Self { text, missing, reported: false }
    }
}
