//! `schema`: the language for editors.

use crate::say::say;
use crate::stop::Outcome;

/// Runs `schema`.
pub fn run() -> Outcome {
    say(&format!("{:#}", authsmith_codegen::schema::schema()))
}
