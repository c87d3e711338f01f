//! What a fault can't be.

use axum::http::{HeaderName, HeaderValue};

use super::{Canned, Edit, Fault, Misdeed};

/// How long a wait may be, in milliseconds.
const HOUR: u64 = 3_600_000;
/// How many bytes a small body may unpack to.
const UNPACKED: u64 = 1 << 30;
/// How deep an answer may be nested.
const DEPTH: usize = 10_000_000;

impl Fault {
    /// What makes no sense about the fault by itself.
    pub(crate) fn nonsense(&self) -> Option<String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Some("`probability` must be a number from 0 to 1".to_owned());
        }
        if self.times == Some(0) {
            return Some("`times` must be 1 or more; leave it out for all requests".to_owned());
        }
        if self.wait_before_ms > HOUR || self.wait_after_ms > HOUR {
            return Some("`wait_before_ms` and `wait_after_ms` must be an hour at most".to_owned());
        }
        let idle = self.wait_before_ms == 0 && self.wait_after_ms == 0;
        match &self.does {
            Misdeed::Nothing if idle => Some("the fault does nothing; say what it `does`, or how long it waits".into()),
            Misdeed::Answer(canned) => canned.nonsense(),
            Misdeed::Edit(edit) => edit.nonsense(),
            Misdeed::Drip { every_ms, bytes } if *bytes == 0 || *every_ms > HOUR => {
                Some("`drip` needs 1 byte or more each time, and an hour at most between two pieces".to_owned())
            }
            Misdeed::Gzip { bytes, .. } if *bytes > UNPACKED => {
                Some(format!("`gzip` can't unpack to more than {UNPACKED} bytes"))
            }
            _ => None,
        }
    }
}

impl Canned {
    fn nonsense(&self) -> Option<String> {
        let unsound = self.headers.iter().find_map(|(name, value)| header(name, value));
        status(self.status).or(unsound).or_else(|| {
            let bare = matches!(self.status, 204 | 304) && !self.body.is_empty();
            bare.then(|| format!("an answer with status {} has no body", self.status))
        })
    }
}

impl Edit {
    fn nonsense(&self) -> Option<String> {
        let pointers = || self.set.keys().chain(&self.remove);
        if let Some(pointer) = pointers().find(|pointer| !pointer.starts_with('/')) {
            return Some(format!("`{pointer}` is no place in a body: a JSON Pointer begins with `/`"));
        }
        if self.nested > DEPTH {
            return Some(format!("`nested` must be {DEPTH} at most"));
        }
        let content_type = self.content_type.as_ref().and_then(|value| header("content-type", value));
        let nothing = *self == Self::default();
        self.status
            .and_then(status)
            .or(content_type)
            .or_else(|| nothing.then(|| "`edit` must say what is altered".to_owned()))
    }
}

fn status(status: u16) -> Option<String> {
    (!(200..=599).contains(&status)).then(|| format!("{status} is no status of an answer; it must be from 200 to 599"))
}

fn header(name: &str, value: &str) -> Option<String> {
    if HeaderName::try_from(name).is_err() {
        return Some(format!("`{}` is no name of a header", name.escape_debug()));
    }
    if HeaderValue::try_from(value).is_err() {
        return Some(format!("the header `{name}` can't have this value"));
    }
    let frames = ["content-length", "transfer-encoding", "connection"].iter().any(|f| name.eq_ignore_ascii_case(f));
    frames.then(|| format!("the header `{name}` is the server's own; `truncate` lets it lie about the length"))
}
