//! What the user's browser comes back with.
#![no_main]

use authsmith_protocol::operation::Kept;
use authsmith_protocol::provider::Callback;
use authsmith_protocol::{Expected, Secret, Values, read_arrival, read_callback};
use libfuzzer_sys::fuzz_target;

const GROWN: Callback<'static> = Callback::new()
    .code("auth_code")
    .state("mark")
    .error("fault")
    .error_text("fault_text")
    .keep(&[Kept::new("realm", "realmId"), Kept::new("shard", "shard").or_default("0").allowed(&["0", "1"])])
    .denied_by_absence()
    .issuer("https://<tenant>.vendor.example");

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let state = Secret::from("s7a7e");
    if let Ok(code) = read_callback(text, &state, false) {
        // `s7a7e` in any spelling that a query has.
        assert!(!code.is_empty() && (text.contains("s7a7e") || text.contains('%')), "{text}");
    }
    let values = Values::new().with("tenant", "acme");
    for may_lack_state in [false, true] {
        let expected = Expected { state: &state, may_lack_state, values: &values };
        match read_arrival(&GROWN, text, &expected) {
            Ok(arrival) => {
                let shard = arrival.kept.iter().find(|(name, _)| name == "shard");
                assert!(shard.is_some_and(|(_, value)| value == "0" || value == "1"), "{text}");
            }
            Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error}"),
        }
    }
});
