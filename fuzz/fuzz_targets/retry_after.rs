//! How long to wait, in every spelling: the first byte chooses the unit.
#![no_main]

use std::time::{Duration, SystemTime};

use authsmith_protocol::operation::{Operation, Refusals, Wait, WaitUnit};
use authsmith_protocol::{ReadError, Response, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let Ok(value) = http::HeaderValue::from_bytes(text) else { return };
    let units = [
        WaitUnit::Delay,
        WaitUnit::Seconds,
        WaitUnit::Milliseconds,
        WaitUnit::Epoch,
        WaitUnit::EpochMilliseconds,
        WaitUnit::Iso,
        WaitUnit::HttpDate,
    ];
    let own = [Wait::new("header:x-wait", units[usize::from(first % 7)]).after("t=").before(";")];
    let plain = [Wait::new("header:x-wait", units[usize::from(first % 7)])];
    for waits in [&own[..], &plain[..], &[]] {
        let refusals = Refusals::rfc().waits(waits);
        let operation = Operation::get("call", "https://vendor.example/").refusal(refusals);
        let names = ["retry-after", "x-wait"].map(http::HeaderName::from_static);
        let headers = names.into_iter().map(|name| (name, value.clone())).collect();
        let response = Response { status: 429, headers, body: Vec::new() };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let Err(ReadError::Refused(refusal)) = read(&operation, &response, now) else { panic!("a refusal that is none") };
        assert!(refusal.limited && refusal.retry_after.is_none_or(|wait| wait.as_secs() <= 86_400));
    }
});
