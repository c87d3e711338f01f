//! The spec has mistakes; each is named with its place in the YAML.

authsmith_macros::provider!("specs/wrong.yaml");

fn main() {}
