//! The rules of the language; each a diagnostic with a code.

pub mod codes;
