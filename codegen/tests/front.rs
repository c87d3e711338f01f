//! The five specs of the repository through the front end.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use authsmith_codegen::{SourceFile, Style, load};

#[test]
fn dump() {
    for name in ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"] {
        let path = format!("../specs/{name}.yaml");
        let sources = [SourceFile { text: std::fs::read_to_string(&path).unwrap(), path }];
        match load(&sources) {
            Ok(providers) => println!("{:#?}", providers),
            Err(d) => panic!("{}", d.render(&sources, Style::Plain)),
        }
    }
}
