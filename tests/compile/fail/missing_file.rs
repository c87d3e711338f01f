//! The spec isn't there.

authsmith_macros::provider!("specs/nowhere.yaml");

fn main() {}
