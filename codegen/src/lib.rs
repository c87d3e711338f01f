//! Turns YAML provider specs into typed OAuth client crates.

pub mod lower;
pub mod model;
