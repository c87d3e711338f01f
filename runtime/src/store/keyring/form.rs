//! What an entry holds: lines of text, which end with a checksum, so that one that was cut off isn't taken for whole.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Error;
use crate::authorize::fill_random;
use crate::store::seal::{Key, Keys};

/// What an entry begins with; the number is the form's.
const MARK: &str = "authsmith-keys:";
const HEAD: &str = "authsmith-keys:1\n";

const KEY_BYTES: usize = 32;
const ID_BYTES: usize = 8;
const CHECK_BYTES: usize = 16;
/// An id in hexadecimal, a blank, 32 bytes in base64 without padding, and the end of the line.
const LINE: usize = 2 * ID_BYTES + 1 + (KEY_BYTES * 4).div_ceil(3) + 1;

const MAX_KEYS: usize = 16;
/// What the Credential Manager of Windows takes, the least of all.
const MAX_BYTES: usize = 2560;
const LONGEST: usize = HEAD.len() + MAX_KEYS * LINE + 2 * CHECK_BYTES;
const _: () = assert!(LONGEST * 2 <= MAX_BYTES, "also where each character takes two bytes");

/// A new key under a random id.
pub(super) fn made() -> Result<Keys, Error> {
    let mut id = [0; ID_BYTES];
    fill_random(&mut id)?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    fill_random(&mut *key)?;
    Ok(Keys { newest: Key { id: hexadecimal(&id), key }, older: Vec::new(), takes_plain: false })
}

/// `None` when there are too many keys.
pub(super) fn written(keys: &Keys) -> Option<Zeroizing<String>> {
    // As long as it can become, since what outgrows its place isn't wiped there.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    text.push_str(HEAD);
    if keys.all().count() > MAX_KEYS {
        return None;
    }
    for Key { id, key } in keys.all() {
        text.push_str(id);
        text.push(' ');
        STANDARD_NO_PAD.encode_string(key.as_slice(), &mut text);
        text.push('\n');
    }
    let check = check(&text);
    text.push_str(&check);
    Some(text)
}

/// The keys, or why there are none.
pub(super) fn read(bytes: &[u8]) -> Result<Keys, &'static str> {
    const FOREIGN: &str = "it is another program's";
    const TORN: &str = "it was cut off or changed";
    if bytes.len() > MAX_BYTES {
        return Err("it is longer than any of ours");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| FOREIGN)?;
    let Some(rest) = text.strip_prefix(MARK) else {
        return Err(if MARK.starts_with(text) { TORN } else { FOREIGN });
    };
    if !rest.is_empty() && !rest.starts_with("1\n") && rest != "1" {
        return Err("it is of another version of this program");
    }
    let (body, end) = text.split_at_checked(text.len().saturating_sub(2 * CHECK_BYTES)).ok_or(TORN)?;
    if check(body) != end {
        return Err(TORN);
    }
    let mut keys = body.strip_prefix(HEAD).ok_or(TORN)?.lines().map(|line| key(line).ok_or(TORN));
    let newest = keys.next().ok_or(TORN)??;
    Ok(Keys { newest, older: keys.collect::<Result<_, _>>()?, takes_plain: false })
}

fn key(line: &str) -> Option<Key> {
    let (id, text) = line.split_once(' ')?;
    // A little longer than it must be: the decoder wants room.
    let mut bytes = Zeroizing::new([0; KEY_BYTES + 4]);
    let length = STANDARD_NO_PAD.decode_slice(text, &mut *bytes).ok()?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    key.copy_from_slice(bytes.get(..length).filter(|bytes| bytes.len() == KEY_BYTES)?);
    Some(Key { id: id.to_owned(), key })
}

fn check(text: &str) -> String {
    hexadecimal(Sha256::digest(text).get(..CHECK_BYTES).unwrap_or_default())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
