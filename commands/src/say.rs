//! What a command prints.

use std::io::{ErrorKind, Write, stdout};

use crate::stop::{Outcome, Stop};

/// Prints a line. Whoever stops reading, as `head` does, has read enough.
pub fn say(line: &str) -> Outcome {
    let mut out = stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Stop::new(format!("can't print: {error}"))),
        _ => Ok(()),
    }
}
