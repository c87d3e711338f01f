//! Why a command ends early, and with which exit code.

use std::fmt::Display;
use std::path::Path;

/// What ends a command before it is done.
#[derive(Debug)]
pub struct Stop {
    /// The exit code: 1 when a check has found something, 2 when the command could not be done.
    pub code: u8,
    /// What to print; empty when everything was said already.
    pub text: String,
}

impl Stop {
    /// The check has found what is printed already.
    pub fn found() -> Self {
        Self { code: 1, text: String::new() }
    }

    /// The command could not be done: what, where, and what to do.
    pub fn new(text: impl Into<String>) -> Self {
        Self { code: 2, text: text.into() }
    }

    /// The file system refused.
    pub fn io(what: &str, path: &Path, error: impl Display) -> Self {
        Self::new(format!("can't {what} {}: {error}", crate::paths::shown(path)))
    }
}

/// What a command gives.
pub type Outcome<T = ()> = Result<T, Stop>;
