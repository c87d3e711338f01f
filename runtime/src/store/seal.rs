//! Records that only who has the key can read.

use std::fmt;

use authsmith_protocol::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{Record, StoreError};
use crate::authorize::fill_random;

/// What a sealed body begins with; the number is the form's.
const MARK: &str = "authsmith-sealed:1:";

const NONCE_BYTES: usize = 24;

/// The keys that seal what a store keeps, given to [`Config::keys`](crate::Config::keys): the store then sees neither
/// tokens nor anything else of a grant but its key, its version, and when it is due.
///
/// A record is sealed with XChaCha20-Poly1305 and a random nonce, together with the name that it is kept under and its
/// version, so that it can't be passed off as another's. Every write uses the first key; [`reseal`](super::reseal) rewrites
/// what was sealed with others.
///
/// A record that no key opens is an error, and is never written over.
#[derive(Clone)]
pub struct Keys {
    pub(super) newest: Key,
    pub(super) older: Vec<Key>,
    pub(super) takes_plain: bool,
}

#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) key: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// Seals with this key: 32 random bytes, from a secret manager, never from a password. `id` is written beside what is
    /// sealed, so that the key is found again; it is no secret.
    pub fn new(id: impl Into<String>, key: [u8; 32]) -> Self {
        Self { newest: Key { id: id.into(), key: Zeroizing::new(key) }, older: Vec::new(), takes_plain: false }
    }

    /// Opens what this key has sealed, too.
    #[must_use]
    pub fn also(mut self, id: impl Into<String>, key: [u8; 32]) -> Self {
        self.older.push(Key { id: id.into(), key: Zeroizing::new(key) });
        self
    }

    /// Reads records that aren't sealed, too: those of the time before there were keys. Without this they are refused,
    /// since whoever can write to the store could plant them.
    #[must_use]
    pub fn also_plain(mut self) -> Self {
        self.takes_plain = true;
        self
    }

    /// The record as a store shall keep it under `name`, sealed with the first key.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub fn seal(&self, name: &str, record: &Record) -> Result<Record, StoreError> {
        let cant = |why: &str| StoreError::new(format!("a record can't be sealed: {why}"));
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce).map_err(|_| cant("the operating system gives no randomness"))?;
        let Key { id, key } = &self.newest;
        let bound = bound(id, name, record.version());
        let payload = Payload { msg: record.body().expose().as_bytes(), aad: &bound };
        let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| cant("it is too long"))?;
        let text = STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat());
        Ok(Record::new(record.version(), record.due(), format!("{MARK}{id}:{text}")))
    }

    /// The record that was sealed to be kept under `name`.
    ///
    /// # Errors
    ///
    /// When none of the keys has sealed it, or it was changed, or moved here from another name or version.
    pub fn open(&self, name: &str, record: &Record) -> Result<Record, StoreError> {
        let Some((id, text)) = parts(record) else {
            if self.takes_plain {
                return Ok(record.clone());
            }
            let how = "if it is of the time before there were keys, say `Keys::also_plain` until all are sealed";
            return Err(StoreError::new(format!("a kept record isn't sealed: {how}")));
        };
        let mut keys = self.all().filter(|key| key.id == id).peekable();
        if keys.peek().is_none() {
            return Err(StoreError::new(format!("a kept record is sealed with the key `{id}`, which isn't given")));
        }
        let wrong = || {
            let why = "the key is another under the same id, or the record was changed or put in another's place";
            StoreError::new(format!("a kept record doesn't open with the key `{id}`: {why}"))
        };
        let sealed = STANDARD_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let bound = bound(id, name, record.version());
        let open =
            |key: &Key| cipher(&key.key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &bound }).ok();
        let body = keys.find_map(open).ok_or_else(wrong)?;
        let body = String::from_utf8(body).map_err(|_| wrong())?;
        Ok(Record::new(record.version(), record.due(), Secret::from(body)))
    }

    /// Whether the record is sealed with the key that seals now.
    pub(super) fn are_newest(&self, record: &Record) -> bool {
        parts(record).is_some_and(|(id, _)| id == self.newest.id)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.all().map(|key| key.id.as_str()).collect();
        f.debug_struct("Keys").field("ids", &ids).field("takes_plain", &self.takes_plain).finish_non_exhaustive()
    }
}

/// The record as the store keeps it, sealed when there are keys.
pub(crate) fn closed(keys: Option<&Keys>, name: &str, record: Record) -> Result<Record, StoreError> {
    match keys {
        Some(keys) => keys.seal(name, &record),
        None => Ok(record),
    }
}

/// The record as the runtime reads it.
pub(crate) fn opened(keys: Option<&Keys>, name: &str, record: &Record) -> Result<Record, StoreError> {
    match (keys, parts(record)) {
        (Some(keys), _) => keys.open(name, record),
        (None, None) => Ok(record.clone()),
        (None, Some((id, _))) => {
            Err(StoreError::new(format!("a kept record is sealed with the key `{id}`, and the client has no keys")))
        }
    }
}

/// The id of the key that has sealed the record, when it is sealed.
pub fn sealed_with(record: &Record) -> Option<&str> {
    parts(record).map(|(id, _)| id)
}

/// The key's id, which may have any character, and what it has sealed, which has no colon.
fn parts(record: &Record) -> Option<(&str, &str)> {
    record.body().expose().strip_prefix(MARK)?.rsplit_once(':')
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

/// What a sealed body belongs to. Lengths keep one text from running into the next.
fn bound(id: &str, name: &str, version: u64) -> Vec<u8> {
    let mut bytes = MARK.as_bytes().to_vec();
    for text in [id, name] {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(version.to_le_bytes());
    bytes
}
