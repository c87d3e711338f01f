//! Why a keyring gives no keys, and what to do.

use std::error::Error as StdError;
use std::fmt;

use keyring_core::Error;
use zeroize::Zeroizing;

use super::Keyring;

/// Why a [`Keyring`] gives no keys. It tells what to do, and has no secret.
#[derive(Debug)]
pub struct KeyringError {
    kind: KeyringErrorKind,
    keyring: Keyring,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyringErrorKind {
    /// The service or the account is empty or has control characters.
    Name,
    /// There is no keyring, or nobody answers for it, as where a program runs without a desktop.
    Unavailable,
    /// The keyring is locked, and the user didn't unlock it.
    Locked,
    /// The entry is another program's, of a newer version, or was cut off or changed.
    Unreadable,
    /// There are several entries of this name.
    Ambiguous,
    /// There are as many keys as an entry takes.
    Full,
    /// Another process is making a key, or the file that keeps it from that can't be had.
    Busy,
    /// The keyring took the key, and doesn't have it.
    NotKept,
    /// The keyring failed otherwise.
    Failed,
}

impl KeyringErrorKind {
    /// What is so, and what to do.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("can't be named so", "give a service and an account without control characters"),
            Self::Unavailable => (
                "can't be reached, for there is no keyring",
                "start one (on Linux a D-Bus session with a Secret Service, such as GNOME Keyring, KWallet or KeePassXC), or \
                 give the key of a secret manager to `Keys::new`",
            ),
            Self::Locked => ("is locked", "unlock the keyring, or see that it has a default collection, and try again"),
            Self::Unreadable => (
                "is no list of keys that can be read",
                "it was left as it is. Restore it, or give another account; remove it only when nothing that it has sealed is \
                 needed",
            ),
            Self::Ambiguous => {
                ("is there more than once", "find out which one has sealed the records, and remove the others")
            }
            Self::Full => (
                "has as many keys as it takes",
                "nothing was changed. Let `reseal` rewrite the records, then `Keyring::forget_older`",
            ),
            Self::Busy => ("is being written by another process", "try again"),
            Self::NotKept => {
                ("wasn't kept", "nothing was sealed with the key. See whether the keyring can be written to")
            }
            Self::Failed => ("can't be used", "see the cause, and try again"),
        }
    }
}

impl KeyringError {
    /// What sort of failure it was.
    pub fn kind(&self) -> KeyringErrorKind {
        self.kind
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, keyring: Keyring { service, account }, source } = self;
        let (what, then) = kind.words();
        write!(f, "the keyring's entry {account:?} of {service:?} {what}")?;
        if let Some(source) = source {
            write!(f, " ({source})")?;
        }
        write!(f, ": {then}")
    }
}

impl StdError for KeyringError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

impl Keyring {
    pub(super) fn error(&self, kind: KeyringErrorKind) -> KeyringError {
        KeyringError { kind, keyring: self.clone(), source: None }
    }

    pub(super) fn unavailable(&self, error: Error) -> KeyringError {
        let source = self.failed(error).source;
        KeyringError { source, ..self.error(KeyringErrorKind::Unavailable) }
    }

    /// Never keeps the error itself: some have what the entry holds.
    pub(super) fn failed(&self, error: Error) -> KeyringError {
        use KeyringErrorKind::{Ambiguous, Failed, Locked, Unavailable, Unreadable};
        match error {
            Error::NoStorageAccess(source) => self.error(Locked).with_source(source),
            Error::PlatformFailure(source) => self.error(Failed).with_source(source),
            Error::Ambiguous(_) => self.error(Ambiguous),
            Error::NoDefaultStore => self.error(Unavailable),
            Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
                drop(Zeroizing::new(bytes));
                self.error(Unreadable).with_source("the keyring can't read it itself")
            }
            Error::BadStoreFormat(why) | Error::NotSupportedByStore(why) => self.error(Failed).with_source(why),
            Error::TooLong(what, limit) => {
                self.error(Failed).with_source(format!("{what} is longer than {limit} characters"))
            }
            Error::Invalid(what, why) => self.error(Failed).with_source(format!("{what} {why}")),
            _ => self.error(Failed),
        }
    }
}
