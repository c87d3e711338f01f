//! When a token expires, whatever the vendor writes.

use std::time::{Duration, SystemTime};

use authsmith_protocol::expiry::{expires_at, instant};
use authsmith_protocol::operation::{Expiry, ExpiryUnit};
use serde_json::{Value, json};

use crate::functions::jwt;
use crate::now;

fn from_now(seconds: u64) -> Option<SystemTime> {
    Some(now() + Duration::from_secs(seconds))
}

#[test]
fn input_01_seconds_come_as_number_float_or_text() {
    let table: &[(Value, Option<SystemTime>)] = &[
        (json!(3600), from_now(3600)),
        (json!("3600"), from_now(3600)),
        (json!(" 3600 "), from_now(3600)),
        (json!(3600.0), from_now(3600)),
        (json!("3600.0"), from_now(3600)),
        (json!(3600.5), Some(now() + Duration::from_millis(3_600_500))),
        (json!(0), from_now(0)),
        (json!(null), None),
        (json!(-1), None),
        (json!("-1"), None),
        (json!(-0.5), None),
        (json!(1e308), None),
        (json!("1e308"), None),
        (json!(9_223_372_036_854_775_808_u64), None),
        (json!(i64::MAX), None),
        (json!(u64::MAX), None),
        (json!("99999999999999999999999999"), None),
        (json!("abc"), None),
        (json!(""), None),
        (json!("NaN"), None),
        (json!("inf"), None),
        (json!("infinity"), None),
        (json!("0x10"), None),
        (json!("1 hour"), None),
        (json!(true), None),
        (json!([3600]), None),
        (json!({ "seconds": 3600 }), None),
    ];
    for (value, expected) in table {
        assert_eq!(instant(value, ExpiryUnit::Seconds, now()), *expected, "{value}");
    }
}

#[test]
fn each_unit_counts_from_its_own_start() {
    let epoch = |milliseconds| Some(SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds));
    let table = [
        (ExpiryUnit::Milliseconds, json!(3_600_000), from_now(3600)),
        (ExpiryUnit::Milliseconds, json!("1500.0"), Some(now() + Duration::from_millis(1500))),
        (ExpiryUnit::Epoch, json!(1_547_163_941), epoch(1_547_163_941_000)),
        (ExpiryUnit::Epoch, json!("1547163941"), epoch(1_547_163_941_000)),
        (ExpiryUnit::EpochMilliseconds, json!(1_547_163_941_452_u64), epoch(1_547_163_941_452)),
        (ExpiryUnit::EpochMilliseconds, json!("1547163941452"), epoch(1_547_163_941_452)),
        (ExpiryUnit::Epoch, json!(253_402_300_799_u64), epoch(253_402_300_799_000)),
        (ExpiryUnit::Epoch, json!(253_402_300_800_u64), None),
        (ExpiryUnit::EpochMilliseconds, json!(u64::MAX), None),
        (ExpiryUnit::Epoch, json!(-1), None),
    ];
    for (unit, value, expected) in table {
        assert_eq!(instant(&value, unit, now()), expected, "{unit:?} {value}");
    }
}

#[test]
fn the_lifetime_holds_when_the_answer_says_nothing() {
    let expiry = Expiry::field("/expires_in", ExpiryUnit::Seconds).or_seconds(60);
    let table = [
        (json!({ "expires_in": 5 }), from_now(5)),
        (json!({}), from_now(60)),
        (json!({ "expires_in": null }), from_now(60)),
        (json!({ "expires_in": "soon" }), from_now(60)),
        (json!([]), from_now(60)),
    ];
    for (body, expected) in table {
        assert_eq!(said(expiry, &body), expected, "{body}");
    }
    assert_eq!(said(Expiry::unknown(), &json!({ "expires_in": 5 })), None);
    assert_eq!(said(Expiry::unknown().or_seconds(u64::MAX), &json!({})), None);
}

fn said(expiry: Expiry<'_>, body: &Value) -> Option<SystemTime> {
    expires_at(expiry, body, now(), &mut Vec::new())
}

#[test]
fn what_cannot_be_read_is_noted_without_its_text() {
    use ExpiryUnit::{DayHourMinute, Epoch, EpochMilliseconds, Iso, Jwt, Milliseconds, Seconds};
    let table = [
        (Seconds, json!(-5), Some("expires: can't be read as seconds: -5")),
        (Seconds, json!("secret"), Some("expires: can't be read as seconds: a text of 6 characters")),
        (Seconds, json!([3600]), Some("expires: can't be read as seconds: a list")),
        (Milliseconds, json!({}), Some("expires: can't be read as milliseconds: an object")),
        (Epoch, json!(true), Some("expires: can't be read as seconds since 1970: true")),
        (EpochMilliseconds, json!(1e300), Some("expires: can't be read as milliseconds since 1970: 1e+300")),
        (Iso, json!(3600), Some("expires: can't be read as a date and time: 3600")),
        (DayHourMinute, json!(3600), Some("expires: can't be read as days, hours and minutes: 3600")),
        (Jwt, json!("opaque"), Some("expires: can't be read as a JWT with `exp`: a text of 6 characters")),
        (Seconds, json!(0), None),
        (Seconds, json!(null), None),
        (Seconds, json!(""), None),
    ];
    for (unit, value, expected) in table {
        let mut notes = Vec::new();
        let at = expires_at(Expiry::field("/expires", unit), &json!({ "expires": value }), now(), &mut notes);
        let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes, Vec::from_iter(expected.map(str::to_owned)), "{unit:?} {value}");
        assert_eq!(at.is_some(), value == json!(0), "{unit:?} {value}");
    }
    let mut notes = Vec::new();
    let body = json!({ "life": { "seconds": "x" } });
    expires_at(Expiry::field("/life/seconds", Seconds), &body, now(), &mut notes);
    assert_eq!(notes[0].at(), "/life/seconds");
    assert!(notes[0].to_string().starts_with("/life/seconds: can't"), "{}", notes[0]);
}

#[test]
fn moments_and_spans_are_written_in_many_ways() {
    let new_year = Some(now());
    let table = [
        (ExpiryUnit::Iso, json!("2026-01-01T00:00:00Z"), new_year),
        (ExpiryUnit::Iso, json!(" 2026-01-01T01:00:00.000+01:00 "), new_year),
        (ExpiryUnit::Iso, json!("2026-01-01T01:00:00+0100"), new_year),
        (ExpiryUnit::Iso, json!("2026-01-01 00:00:00Z"), new_year),
        (ExpiryUnit::Iso, json!("2026-01-01T00:00:00"), new_year),
        (ExpiryUnit::Iso, json!("2026-01-01 00:00:00"), new_year),
        (ExpiryUnit::Iso, json!("2026-01-01"), new_year),
        (ExpiryUnit::Iso, json!("1969-12-31T23:59:59Z"), None),
        (ExpiryUnit::Iso, json!("2026-02-30T00:00:00Z"), None),
        (ExpiryUnit::Iso, json!("tomorrow"), None),
        (ExpiryUnit::Iso, json!(1_767_225_600), None),
        (ExpiryUnit::DayHourMinute, json!("1:02:03:04"), from_now(93_784)),
        (ExpiryUnit::DayHourMinute, json!("177:05:38"), from_now(15_313_080)),
        (ExpiryUnit::DayHourMinute, json!("0:00:00"), from_now(0)),
        (ExpiryUnit::DayHourMinute, json!("0:24:00"), None),
        (ExpiryUnit::DayHourMinute, json!("0:00:60"), None),
        (ExpiryUnit::DayHourMinute, json!("02:03"), None),
        (ExpiryUnit::DayHourMinute, json!("1:2:3:4:5"), None),
        (ExpiryUnit::DayHourMinute, json!("-1:00:00"), None),
        (ExpiryUnit::DayHourMinute, json!("+1:00:00"), None),
        (ExpiryUnit::DayHourMinute, json!("::"), None),
        (ExpiryUnit::DayHourMinute, json!("18446744073709551615:00:00"), None),
        (ExpiryUnit::DayHourMinute, json!(7), None),
        (ExpiryUnit::Jwt, json!(jwt(&json!({ "exp": 1_767_225_600 }))), new_year),
        (ExpiryUnit::Jwt, json!(jwt(&json!({ "exp": 1_767_225_600.0 }))), new_year),
        (ExpiryUnit::Jwt, json!(jwt(&json!({ "exp": "1767225600" }))), new_year),
        (ExpiryUnit::Jwt, json!(jwt(&json!({ "exp": null }))), None),
        (ExpiryUnit::Jwt, json!(jwt(&json!({}))), None),
        (ExpiryUnit::Jwt, json!(jwt(&json!([1]))), None),
        (ExpiryUnit::Jwt, json!("opaque"), None),
        (ExpiryUnit::Jwt, json!("a.!.c"), None),
        (ExpiryUnit::Jwt, json!(7), None),
    ];
    for (unit, value, expected) in table {
        assert_eq!(instant(&value, unit, now()), expected, "{unit:?} {value}");
    }
}

#[test]
fn the_example_of_rfc_7519_expires_when_it_says() {
    // RFC 7519, section 3.1.
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                 cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_300_819_380);
    assert_eq!(instant(&json!(token), ExpiryUnit::Jwt, now()), Some(expected));
}
