//! What a vendor, or something before it, says when it refuses: the first byte chooses the status.
#![no_main]

use std::time::SystemTime;

use authsmith_protocol::operation::{Operation, Refusals, Wait, WaitUnit};
use authsmith_protocol::{ReadError, Response, Secret, Values, read};
use libfuzzer_sys::fuzz_target;

const OPERATION: Operation<'static> = Operation::post("grant", "https://vendor.example/token").refusal(
    Refusals::rfc().or_code(&["/errors/0/code"]).or_text(&["/errors/0/text"]).waits(&[
        Wait::new("/error/wait", WaitUnit::Milliseconds),
        Wait::new("/error_description", WaitUnit::Seconds).after("in ").before(" s"),
    ]),
);

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let status = [400, 401, 403, 408, 429, 500, 502, 503][usize::from(first % 8)];
    let response = Response { status, headers: Default::default(), body: body.to_vec() };
    let Err(ReadError::Refused(mut refusal)) = read(&OPERATION, &response, SystemTime::UNIX_EPOCH) else {
        panic!("a refusal that is none");
    };
    let secret = "k4n4ry-secret";
    refusal.hide(&Values::new().with("client_secret", Secret::from(secret)));
    let shown = refusal.to_string();
    assert!(!shown.contains(secret) && !shown.chars().any(char::is_control), "{shown:?}");
    assert!(refusal.code.is_none_or(|code| code.chars().count() <= 100));
    assert!(refusal.text.is_none_or(|text| text.chars().count() <= 300));
    assert!(refusal.retry_after.is_none_or(|wait| wait.as_secs() <= 86_400));
});
