//! `provider!`: a client from a YAML spec, at compile time.
