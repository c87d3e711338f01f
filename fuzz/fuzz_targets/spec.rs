//! A spec: whatever it says, it is refused with places in it, or becomes code.
#![no_main]

use authsmith_codegen::{Options, SourceFile, check, generate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = [SourceFile { path: "acme.yaml".to_owned(), text: text.to_owned() }];
    let (_, findings) = check(&source);
    if findings.has_errors() {
        assert!(!findings.to_string().is_empty());
    } else {
        assert!(!generate(&source, &Options::default()).expect("what passes generates").is_empty());
    }
});
