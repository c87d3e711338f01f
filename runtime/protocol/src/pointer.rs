//! JSON Pointers (RFC 6901), grown and taken apart.

use crate::text::printable;

/// How much of a key stands in a pointer that people read; keys can be data.
const LONGEST_KEY: usize = 80;

/// `pointer` and one more key.
pub(crate) fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&printable(key, LONGEST_KEY).replace('~', "~0").replace('/', "~1"));
}

/// `pointer` and one more index.
pub(crate) fn push_index(pointer: &mut String, index: usize) {
    pointer.push('/');
    pointer.push_str(&index.to_string());
}

/// The pointer to the parent, and the last key.
pub(crate) fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, key) = pointer.rsplit_once('/')?;
    Some((parent, unescape(key)))
}

/// The keys of a pointer, from the root on.
pub(crate) fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
