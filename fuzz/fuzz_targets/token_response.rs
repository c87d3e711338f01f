//! A vendor's answer to a request for tokens: the first byte chooses the format, the rest is the body.
#![no_main]

use std::time::{Duration, SystemTime};

use authsmith_protocol::operation::{Answer, AnswerFormat, Check, Expiry, ExpiryUnit, Issued, Kept, Operation};
use authsmith_protocol::shape::{Field, Shape};
use authsmith_protocol::{ReadError, Response, read, redact};
use libfuzzer_sys::fuzz_target;

const STANDARD: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "/access_token")
    .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds))
    .refresh("/refresh_token", Expiry::field("/refresh_expires_in", ExpiryUnit::Seconds))]);

const GROWN: Answer<'static> = Answer::json()
    .shape(Shape::Object(&[
        Field::new("since", Shape::Epoch).optional(),
        Field::new("day", Shape::BasicDate).optional(),
        Field::new("list", Shape::List(&Shape::Integer)).optional(),
    ]))
    .succeeds(&[Check::equals("/ok", "true")])
    .tokens(&[
        Issued::new("access", "/a/token").or(&["/token", "header:x-token"]).expires(Expiry::field("/a/end", ExpiryUnit::Iso)),
        Issued::new("id", "/id_token")
            .expires(Expiry::field("/id_token", ExpiryUnit::Jwt).or_seconds(60))
            .refresh("/refresh_token", Expiry::field("/span", ExpiryUnit::DayHourMinute)),
    ])
    .keep(&[Kept::new("k", "/a/kept").or_default("x")]);

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let formats = [AnswerFormat::Json, AnswerFormat::Form, AnswerFormat::Text, AnswerFormat::Xml];
    let format = formats[usize::from(first % 4)];
    let answer = if first & 4 == 0 { STANDARD } else { GROWN };
    let operation = Operation::post("grant", "https://vendor.example/token").answer(answer.format(format));
    let form = [(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/x-www-form-urlencoded"))];
    let headers = if first & 8 == 0 { Default::default() } else { form.into_iter().collect() };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let response = Response { status: 200, headers, body: body.to_vec() };
    let tokens = match read(&operation, &response, now) {
        Ok(reading) => {
            assert!(!reading.tokens.is_empty(), "a success without a token");
            reading.tokens
        }
        Err(ReadError::Unreadable(unreadable)) => {
            assert!(!unreadable.to_string().chars().any(char::is_control));
            unreadable.salvaged
        }
        Err(ReadError::Refused(refusal)) => {
            assert!(!refusal.to_string().chars().any(char::is_control));
            Vec::new()
        }
    };
    for token in tokens {
        assert!(!token.value.is_empty(), "an empty token");
        assert!(token.refresh_token.is_none_or(|refresh| !refresh.is_empty()), "an empty refresh token");
    }
    redact(&operation, body);
});
