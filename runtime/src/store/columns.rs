//! How the stores that keep rows write moments, versions and prefixes: as numbers and ranges that every database has.

use std::time::{Duration, SystemTime};

use super::{Record, StoreError};
use crate::clock::epoch_millis;

/// A moment as milliseconds since 1970 (UTC); one that no column can hold is the last that it can.
pub(super) fn millis(moment: SystemTime) -> i64 {
    i64::try_from(epoch_millis::to_millis(moment)).unwrap_or(i64::MAX)
}

/// A lease's length in milliseconds, short enough to be added to any moment.
pub(super) fn length(length: Duration) -> i64 {
    const YEAR: i64 = 366 * 24 * 60 * 60 * 1000;
    i64::try_from(length.as_millis()).unwrap_or(YEAR).min(YEAR)
}

/// A duration that the database has counted in milliseconds.
pub(super) fn duration(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

pub(super) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A version as a column keeps it.
pub(super) fn version(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|_| StoreError::new("a record's version must fit in 63 bits"))
}

/// A record of columns.
pub(super) fn record(version: i64, due: Option<i64>, body: String) -> Result<Record, StoreError> {
    let version = u64::try_from(version).map_err(|_| StoreError::new("a kept record has a negative version"))?;
    let due = due.and_then(|due| u64::try_from(due).ok()).and_then(epoch_millis::from_millis);
    Ok(Record::new(version, due, body))
}

/// The first text after all those that begin with `prefix`, in the order of their bytes; `None` when there is none.
pub(super) fn after_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // Between the two lie the surrogates, which are no characters.
        let next = if last == '\u{D7FF}' { Some('\u{E000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            return Some(characters.into_iter().chain([next]).collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::after_prefix;

    #[test]
    fn a_prefix_ends_before_the_next_character() {
        for (prefix, after) in [
            ("acme/", Some("acme0")),
            ("a\u{7f}", Some("a\u{80}")),
            ("a\u{D7FF}", Some("a\u{E000}")),
            ("a\u{10FFFF}", Some("b")),
            ("\u{10FFFF}", None),
            ("", None),
        ] {
            assert_eq!(after_prefix(prefix).as_deref(), after);
        }
    }
}
