//! Moments on the command line.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// A moment: RFC 3339, or seconds since 1970.
pub fn parse(text: &str) -> Result<SystemTime, String> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into()));
    }
    let moment: Timestamp =
        text.parse().map_err(|_| "give a moment as 2026-01-31T12:00:00Z, or as seconds since 1970".to_owned())?;
    Ok(moment.into())
}

/// The moment that `--now` names, else this one.
pub fn now(given: Option<SystemTime>) -> SystemTime {
    given.unwrap_or_else(SystemTime::now)
}

/// Whole seconds from `now` to `then`, rounded down; negative when `then` has passed.
pub fn seconds_until(then: SystemTime, now: SystemTime) -> i64 {
    let whole = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match then.duration_since(now) {
        Ok(left) => whole(left),
        Err(passed) => {
            let passed = passed.duration();
            -whole(passed) - i64::from(passed.subsec_nanos() > 0)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_both_forms() {
        assert_eq!(parse("1970-01-01T00:01:00Z").unwrap(), parse("60").unwrap());
        assert!(parse("tomorrow").is_err());
    }

    #[test]
    fn seconds_are_rounded_down() {
        let now = parse("100").unwrap();
        assert_eq!(seconds_until(now + Duration::from_millis(1900), now), 1);
        assert_eq!(seconds_until(now - Duration::from_millis(1900), now), -2);
    }
}
