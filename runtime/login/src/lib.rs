//! The terminal side of the generated login examples.
