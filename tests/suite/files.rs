//! The generated files: the same every time, of bounded length, and carrying the data that the tools interpret.

use authsmith_codegen::lower::lower;
use authsmith_codegen::{Options, generate};
use authsmith_protocol::provider::Provider;

use crate::support::{VENDORS, provider, root, spec};

#[test]
fn generating_twice_gives_the_same_bytes() {
    let specs = VENDORS.map(spec);
    let generate = || generate(&specs, &Options::default()).unwrap();
    let (first, second) = (generate(), generate());
    assert_eq!(first.len(), VENDORS.len());
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first.name, second.name);
        for (first, second) in first.files.iter().zip(&second.files) {
            assert_eq!((&first.path, &first.text), (&second.path, &second.text));
        }
    }
}

#[test]
fn what_clients_carry_is_what_tools_interpret() {
    let carried: [(&str, Provider<'static>); 5] = [
        ("cardiogram", authsmith_cardiogram::PROVIDER),
        ("cardiomood", authsmith_cardiomood::PROVIDER),
        ("healthtap", authsmith_healthtap::PROVIDER),
        ("humanapi", authsmith_humanapi::PROVIDER),
        ("vitaldb", authsmith_vitaldb::PROVIDER),
    ];
    for (vendor, carried) in carried {
        let arena = bumpalo::Bump::new();
        assert_eq!(carried, lower(&provider(vendor), &arena), "{vendor}");
    }
}

#[test]
fn a_client_reads_in_one_sitting() {
    for vendor in VENDORS {
        let lines = |file: &str| {
            std::fs::read_to_string(root().join("clients").join(vendor).join(file)).unwrap().lines().count()
        };
        assert!(lines("src/lib.rs") <= 320, "{vendor}: lib.rs has {} lines", lines("src/lib.rs"));
        assert!(lines("examples/login.rs") < 40, "{vendor}: login.rs has {} lines", lines("examples/login.rs"));
    }
}
