//! When a token expires, whatever the vendor writes.

use std::time::{Duration, SystemTime};

use authsmith_protocol::expiry::{expires_at, instant};
use authsmith_protocol::operation::{Expiry, ExpiryUnit};
use serde_json::{Value, json};

use crate::now;

fn from_now(seconds: u64) -> Option<SystemTime> {
    Some(now() + Duration::from_secs(seconds))
}

#[test]
fn seconds_come_as_number_float_or_text() {
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
        assert_eq!(expires_at(expiry, &body, now()), expected, "{body}");
    }
    assert_eq!(expires_at(Expiry::unknown(), &json!({ "expires_in": 5 }), now()), None);
    assert_eq!(expires_at(Expiry::unknown().or_seconds(u64::MAX), &json!({}), now()), None);
}
