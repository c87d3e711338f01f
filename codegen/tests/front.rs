//! The five specs of the repository through the front end.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use authsmith_codegen::{SourceFile, Style, check};

#[test]
fn dump() {
    for name in ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"] {
        let path = format!("../specs/{name}.yaml");
        let sources = [SourceFile { text: std::fs::read_to_string(&path).unwrap(), path }];
        let (_, d) = check(&sources);
        assert!(d.is_empty(), "{}", d.render(&sources, Style::Plain));
    }
}
