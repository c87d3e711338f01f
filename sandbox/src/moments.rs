//! Moments as vendors write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::types::is_date;

const DAY: u64 = 86_400;
/// The last day that four digits can name, 9999-12-31, counted from 1970.
const LAST: u64 = 2_932_896;

/// Seconds since 1970 as `YYYY-MM-DDThh:mm:ssZ` (RFC 3339).
pub(crate) fn iso(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / DAY);
    let clock = seconds % DAY;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60)
}

/// Seconds since 1970 as an HTTP date (RFC 9110, section 5.6.7).
pub(crate) fn http_date(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / DAY);
    let word = |list: &'static str, at: u64| list.split(' ').nth(usize::try_from(at).unwrap_or_default()).unwrap_or("");
    // The first day was a Thursday.
    let weekday = word("Thu Fri Sat Sun Mon Tue Wed", seconds / DAY % 7);
    let month = word("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", month - 1);
    let clock = seconds % DAY;
    format!("{weekday}, {day:02} {month} {year:04} {:02}:{:02}:{:02} GMT", clock / 3600, clock / 60 % 60, clock % 60)
}

/// The day of a date, or in UTC of a moment, as `YYYYMMDD`.
pub(crate) fn compact(text: &str) -> Option<String> {
    let date = match text.split_once(['T', 't']) {
        None if is_date(text) => text.to_owned(),
        Some((_, time)) => {
            let sign = time.rfind(['+', '-']).and_then(|at| time.split_at_checked(at));
            let (zone, offset) = match sign {
                Some((clock, zone)) => (format!("{}T{clock}Z", text.split('T').next()?), offset(zone)?),
                None => (text.to_owned(), 0),
            };
            iso(parse_iso(&zone)?.as_secs().checked_add_signed(-offset)?)
        }
        None => return None,
    };
    Some(date.get(..10)?.replace('-', ""))
}

/// The seconds of `+hh:mm` or `-hh:mm`.
fn offset(zone: &str) -> Option<i64> {
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

/// The moment that a text in one of the formats of templates names; `format` is the function that made it.
pub(crate) fn parse(text: &str, format: &str) -> Option<SystemTime> {
    let digits = || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok());
    let since = match format {
        "epoch" => Duration::from_secs(digits()??),
        "epoch_ms" => Duration::from_millis(digits()??),
        "yyyymmdd" if text.len() == 8 => {
            let part = |from, to| text.get(from..to).unwrap_or_default();
            parse_iso(&format!("{}-{}-{}T00:00:00Z", part(0, 4), part(4, 6), part(6, 8)))?
        }
        _ => parse_iso(text)?,
    };
    UNIX_EPOCH.checked_add(since)
}

/// `YYYY-MM-DDThh:mm:ss[.fraction]Z`, since 1970.
fn parse_iso(text: &str) -> Option<Duration> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let numbers = |text: &str, sign| text.split(sign).map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let ([year, month, day], [hour, minute, second]) =
        (numbers(date, '-')?.try_into().ok()?, numbers(clock, ':')?.try_into().ok()?);
    let day = (0..366).map(|at| days_before(year).saturating_add(at)).find(|at| civil(*at) == (year, month, day))?;
    let fits =
        text.len() >= 20 && hour < 24 && minute < 60 && second <= 60 && fraction.bytes().all(|b| b.is_ascii_digit());
    let nanos = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let seconds: u64 = day * DAY + hour * 3600 + minute * 60 + second;
    fits.then(|| Duration::new(seconds, nanos))
}

/// How many days lie between 1970 and a year from 1970 to 9999.
fn days_before(year: u64) -> u64 {
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    let year = year.clamp(1970, 10_000);
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

/// Year, month and day of a day that is counted from 1970; what is later than the last day is the last day.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days.min(LAST);
    let mut year = 1970 + days / 366;
    while days_before(year + 1) <= days && year < 9999 {
        year += 1;
    }
    let february = days_before(year + 1) - days_before(year) - 337;
    let mut rest = days - days_before(year);
    for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if rest < length {
            return (year, month, rest + 1);
        }
        rest -= length;
    }
    (year, 12, 31)
}

/// A lifetime as `D:HH:MM:SS`.
pub(crate) fn days_hours_minutes(seconds: u64) -> String {
    format!("{}:{:02}:{:02}:{:02}", seconds / DAY, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

/// The seconds of `D:HH:MM:SS` or `D:HH:MM`.
pub(crate) fn parse_days_hours_minutes(text: &str) -> Option<u64> {
    let parts = text.split(':').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>()?;
    match parts.as_slice() {
        [days, hours, minutes] => Some(days * DAY + hours * 3600 + minutes * 60),
        [days, hours, minutes, seconds] => Some(days * DAY + hours * 3600 + minutes * 60 + seconds),
        _ => None,
    }
}

/// Seconds since 1970.
pub(crate) fn epoch(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

#[cfg(test)]
mod tests {
    use super::{days_hours_minutes, epoch, http_date, iso, parse, parse_days_hours_minutes};

    #[test]
    fn there_and_back() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_208_000, "2024-02-29T12:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_102_444_800, "2100-01-01T00:00:00Z"),
        ];
        for (seconds, text) in cases {
            assert_eq!(iso(seconds), text);
            assert_eq!(parse(text, "iso").map(epoch), Some(seconds), "{text}");
            assert_eq!(parse(&seconds.to_string(), "epoch").map(epoch), Some(seconds));
        }
        assert!(parse("2024-02-29T12:00:00.250Z", "iso").is_some());
        for wrong in ["2024-02-30T12:00:00Z", "2024-02-29T12:00:00", "2024-02-29 12:00:00Z", "1709208000", ""] {
            assert_eq!(parse(wrong, "iso"), None, "{wrong}");
        }
        assert_eq!(parse("+5", "epoch"), None);
        assert!(iso(253_402_300_799) == "9999-12-31T23:59:59Z" && iso(u64::MAX).starts_with("9999-12-31T"));
    }

    #[test]
    fn dates_of_http() {
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(1_709_208_000), "Thu, 29 Feb 2024 12:00:00 GMT");
        assert!(http_date(u64::MAX).contains(" 31 Dec 9999 "));
    }

    #[test]
    fn lifetimes() {
        assert_eq!(days_hours_minutes(90_061), "1:01:01:01");
        assert_eq!(parse_days_hours_minutes("1:01:01:01"), Some(90_061));
        assert_eq!(parse_days_hours_minutes("0:02:30"), Some(9_000));
        assert_eq!(parse_days_hours_minutes("2:30"), None);
    }
}
