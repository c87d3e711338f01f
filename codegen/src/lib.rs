//! Turns YAML provider specs into typed OAuth client crates.

pub mod model;
