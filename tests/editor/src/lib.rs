//! The schema of the language in a real editor's language server: see `tests/`.
