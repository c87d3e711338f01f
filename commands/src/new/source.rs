//! What a source says, wherever it stands.

use std::io::Read;
use std::path::Path;

use crate::stop::{Outcome, Stop};

/// The text itself, that of the file behind `@`, or standard input for `-`.
pub fn text(given: &str) -> Outcome<String> {
    match given.strip_prefix('@') {
        _ if given == "-" => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map(|_| text).map_err(|error| Stop::new(format!("can't read standard input: {error}")))
        }
        Some(path) => std::fs::read_to_string(path).map_err(|error| Stop::io("read", Path::new(path), error)),
        None => Ok(given.to_owned()),
    }
}
