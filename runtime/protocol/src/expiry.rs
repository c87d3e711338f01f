//! When a token expires.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::operation::{Expiry, ExpiryUnit};

/// The end of the year 9999 (UTC) in seconds since 1970: nothing that lasts longer is a date, and RFC 3339 can't write
/// it.
const LAST_SECOND: u64 = 253_402_300_799;

/// When a token expires whose answer is `body`, received at `now`: what the field says, else the constant lifetime, else
/// unknown.
///
/// A field that is absent, `null` or no sensible number says nothing: an odd expiry never costs a token.
pub fn expires_at(expiry: Expiry<'_>, body: &Value, now: SystemTime) -> Option<SystemTime> {
    let said = expiry.at().and_then(|(at, unit)| instant(body.pointer(at)?, unit, now));
    said.or_else(|| after(now, Duration::from_secs(expiry.lifetime()?)))
}

/// The moment that `value` means: a number, a float or a numeric string in `unit`. `None` for anything negative, not
/// finite, not a number, or beyond the year 9999.
pub fn instant(value: &Value, unit: ExpiryUnit, now: SystemTime) -> Option<SystemTime> {
    let count = Count::read(value)?;
    match unit {
        ExpiryUnit::Seconds => after(now, count.seconds()?),
        ExpiryUnit::Milliseconds => after(now, count.milliseconds()?),
        ExpiryUnit::Epoch => after(SystemTime::UNIX_EPOCH, count.seconds()?),
        ExpiryUnit::EpochMilliseconds => after(SystemTime::UNIX_EPOCH, count.milliseconds()?),
        ExpiryUnit::Iso | ExpiryUnit::DayHourMinute | ExpiryUnit::Jwt => None,
    }
}

fn after(start: SystemTime, duration: Duration) -> Option<SystemTime> {
    let end = start.checked_add(duration)?;
    let since_1970 = end.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since_1970.as_secs() <= LAST_SECOND).then_some(end)
}

/// A number, exact where it can be. No [`Duration`] comes of one that is negative or not finite.
enum Count {
    Whole(u64),
    Float(f64),
}

impl Count {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64().map(Self::Whole).or_else(|| number.as_f64().map(Self::Float)),
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().map(Self::Whole).or_else(|| text.parse().ok().map(Self::Float))
            }
            _ => None,
        }
    }

    fn seconds(&self) -> Option<Duration> {
        match *self {
            Self::Whole(seconds) => Some(Duration::from_secs(seconds)),
            Self::Float(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        }
    }

    fn milliseconds(&self) -> Option<Duration> {
        match *self {
            Self::Whole(milliseconds) => Some(Duration::from_millis(milliseconds)),
            Self::Float(milliseconds) => Duration::try_from_secs_f64(milliseconds / 1000.0).ok(),
        }
    }
}
