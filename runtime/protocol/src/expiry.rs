//! When a token expires.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::jwt;
use crate::operation::{Expiry, ExpiryUnit};

/// The end of the year 9999 (UTC) in seconds since 1970: nothing that lasts longer is a date, and RFC 3339 can't write
/// it.
const LAST_SECOND: u64 = 253_402_300_799;

/// When a token expires whose answer is `body`, received at `now`: what the field says, else the constant lifetime, else
/// unknown.
///
/// A field that is absent, `null` or no sensible number says nothing: an odd expiry never costs a token. What is there and
/// can't be read is added to `notes`.
pub fn expires_at(expiry: Expiry<'_>, body: &Value, now: SystemTime, notes: &mut Vec<Note>) -> Option<SystemTime> {
    expires_at_of(expiry, |at| body.pointer(at).map(Cow::Borrowed), now, notes)
}

/// As [`expires_at`], of an answer whose places `look_up` knows.
pub(crate) fn expires_at_of<'b>(
    expiry: Expiry<'_>,
    look_up: impl Fn(&str) -> Option<Cow<'b, Value>>,
    now: SystemTime,
    notes: &mut Vec<Note>,
) -> Option<SystemTime> {
    let said = expiry.places().find_map(|(at, unit)| {
        let value = look_up(at)?;
        let moment = instant(&value, unit, now);
        if moment.is_none() && !value.is_null() && value.as_str() != Some("") {
            notes.push(Note { at: at.to_owned(), unit, found: found(&value) });
        }
        moment
    });
    said.or_else(|| after(now, Duration::from_secs(expiry.lifetime()?)))
}

/// An expiry that an answer tells in a way that can't be read. The token counts as one of which nothing is told. It holds no
/// text of the vendor's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    at: String,
    unit: ExpiryUnit,
    found: String,
}

impl Note {
    /// Where it stands: a JSON Pointer, `header:NAME` or `cookie:NAME`.
    pub fn at(&self) -> &str {
        &self.at
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let member = self.at.strip_prefix('/').filter(|member| !member.contains(['/', '~']));
        let due = match self.unit {
            ExpiryUnit::Seconds => "seconds",
            ExpiryUnit::Milliseconds => "milliseconds",
            ExpiryUnit::Epoch => "seconds since 1970",
            ExpiryUnit::EpochMilliseconds => "milliseconds since 1970",
            ExpiryUnit::Iso => "a date and time",
            ExpiryUnit::DayHourMinute => "days, hours and minutes",
            ExpiryUnit::Jwt => "a JWT with `exp`",
        };
        write!(f, "{}: can't be read as {due}: {}", member.unwrap_or(&self.at), self.found)
    }
}

/// What was found, without a text, which may be a secret.
fn found(value: &Value) -> String {
    match value {
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::String(text) => format!("a text of {} characters", text.chars().count()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

/// The moment that `value` means: a number, a float or a numeric string in `unit`, or the text that the unit says. `None`
/// for anything negative, not finite, not what the unit says, or beyond the year 9999.
pub fn instant(value: &Value, unit: ExpiryUnit, now: SystemTime) -> Option<SystemTime> {
    match unit {
        ExpiryUnit::Iso => return iso(value.as_str()?.trim()),
        ExpiryUnit::DayHourMinute => return after(now, day_hour_minute(value.as_str()?.trim())?),
        ExpiryUnit::Jwt => return instant(&jwt::claim(value.as_str()?, "exp")?, ExpiryUnit::Epoch, now),
        _ => {}
    }
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

/// With any zone, or without one in UTC; a date alone is its beginning.
fn iso(text: &str) -> Option<SystemTime> {
    let moment = match text.parse::<jiff::Timestamp>() {
        Ok(moment) => moment,
        Err(_) => {
            let local = text.parse::<jiff::civil::DateTime>().ok()?;
            local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
        }
    };
    let since_1970 = Duration::try_from(moment.duration_since(jiff::Timestamp::UNIX_EPOCH)).ok()?;
    after(SystemTime::UNIX_EPOCH, since_1970)
}

/// `D:HH:MM:SS` or `D:HH:MM`.
fn day_hour_minute(text: &str) -> Option<Duration> {
    let parts: Vec<&str> = text.split(':').collect();
    let (days, hours, minutes, seconds) = match *parts.as_slice() {
        [days, hours, minutes] => (days, hours, minutes, "0"),
        [days, hours, minutes, seconds] => (days, hours, minutes, seconds),
        _ => return None,
    };
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let below = |text: &str, limit: u64| number(text).filter(|number| *number < limit);
    let hours = number(days)?.checked_mul(24)?.checked_add(below(hours, 24)?)?;
    let minutes = hours.checked_mul(60)?.checked_add(below(minutes, 60)?)?;
    Some(Duration::from_secs(minutes.checked_mul(60)?.checked_add(below(seconds, 60)?)?))
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
