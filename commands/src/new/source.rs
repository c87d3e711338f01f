//! What a source says, wherever it stands.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::stop::{Outcome, Stop};

/// The longest document, in bytes; the largest descriptions of APIs have a third of it.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// The text itself, that of the file behind `@`, or standard input for `-`.
pub fn text(given: &str) -> Outcome<String> {
    match given.strip_prefix('@') {
        _ if given == "-" => file(given),
        Some(path) => file(path),
        None => Ok(given.to_owned()),
    }
}

/// The text of a file, with `@` before its name or without, or standard input for `-`.
pub fn file(given: &str) -> Outcome<String> {
    let path = Path::new(given.strip_prefix('@').unwrap_or(given));
    let mut text = String::new();
    let read = match given {
        "-" => std::io::stdin().take(MAX_BYTES + 1).read_to_string(&mut text),
        _ => File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text)),
    };
    match read {
        Ok(_) if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_BYTES => {
            Err(Stop::new(format!("{given} has more than {MAX_BYTES} bytes, which no description of a vendor needs")))
        }
        Ok(_) => Ok(text),
        Err(error) if given == "-" => Err(Stop::new(format!("can't read standard input: {error}"))),
        Err(error) => Err(Stop::io("read", path, error)),
    }
}
