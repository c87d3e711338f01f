//! The keys that seal records, in the operating system's keyring.

mod error;
mod form;
mod lock;

use std::sync::Arc;
use std::thread;

pub use error::{KeyringError, KeyringErrorKind};
use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use self::lock::Lock;
use super::seal::Keys;

/// An entry of the operating system's keyring that holds the keys of a store: the Secret Service on Linux and the BSDs,
/// the login keychain on macOS, the Credential Manager on Windows. A program that has given `keyring-core` a default
/// store is taken at its word, and its entry is in that one.
///
/// A keyring can't tell who wrote first, nor lend a record to one process at a time, so it keeps the keys and a
/// [`Store`](super::Store) keeps the grants. All keys are in one entry, of up to 16 keys and a thousand bytes.
///
/// Each method blocks its thread, as long as the user is asked to unlock the keyring: call it before the async runtime
/// starts, or within `tokio::task::spawn_blocking`. Nothing falls back to a file or to records that aren't sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyring {
    service: String,
    account: String,
}

impl Keyring {
    /// The entry of this service and account: the app's name, say, and what the keys are for. Neither is a secret.
    pub fn new(service: impl Into<String>, account: impl Into<String>) -> Self {
        Self { service: service.into(), account: account.into() }
    }

    /// The keys of the entry, with one of 32 random bytes when there is no entry. What is there is never written over.
    ///
    /// # Errors
    ///
    /// When there is no keyring, it is locked, or the entry isn't one of ours; see [`KeyringErrorKind`].
    pub fn keys(&self) -> Result<Keys, KeyringError> {
        self.aside(|entry| match self.read(entry)? {
            Some(keys) => Ok(keys),
            None => {
                let _lock = Lock::take(self)?;
                self.first(entry)
            }
        })
    }

    /// Puts another key before those of the entry: it seals from now on, the others open still. Who has opened the entry
    /// before must open it again to read what the new key has sealed; until then such records are refused, and are not
    /// written over. [`reseal`](super::reseal) rewrites the rest.
    ///
    /// # Errors
    ///
    /// As [`Keyring::keys`], and when there are 16 keys already; nothing has changed then.
    pub fn rotate(&self) -> Result<Keys, KeyringError> {
        self.aside(|entry| {
            let _lock = Lock::take(self)?;
            let Some(old) = self.read(entry)? else { return self.first(entry) };
            let mut keys = self.made()?;
            keys.older = std::iter::once(old.newest).chain(old.older).collect();
            self.write(entry, &keys)
        })
    }

    /// Takes all keys but the newest out of the entry. What they have sealed can't be opened by anybody after that, so
    /// let [`reseal`](super::reseal) leave nothing first.
    ///
    /// # Errors
    ///
    /// As [`Keyring::keys`].
    pub fn forget_older(&self) -> Result<Keys, KeyringError> {
        self.aside(|entry| {
            let _lock = Lock::take(self)?;
            let Some(mut keys) = self.read(entry)? else { return self.first(entry) };
            keys.older.clear();
            self.write(entry, &keys)
        })
    }

    /// A first key, while the lock is held.
    fn first(&self, entry: &Entry) -> Result<Keys, KeyringError> {
        // Some keyrings show what they have only when they are unlocked, and unlock only to be written to.
        let probe = self.entry(&format!("{} (probe)", self.account))?;
        probe.set_secret(b"probe").map_err(|error| self.failed(error))?;
        let found = self.read(entry);
        // It is no secret, and may stay where it can't be removed.
        let _ = probe.delete_credential();
        match found? {
            Some(keys) => Ok(keys),
            None => self.write(entry, &self.made()?),
        }
    }

    fn made(&self) -> Result<Keys, KeyringError> {
        form::made().map_err(|error| self.error(KeyringErrorKind::Failed).with_source(error))
    }

    fn read(&self, entry: &Entry) -> Result<Option<Keys>, KeyringError> {
        match entry.get_secret().map(Zeroizing::new) {
            Ok(bytes) => {
                let unreadable = |why: &'static str| self.error(KeyringErrorKind::Unreadable).with_source(why);
                form::read(&bytes).map(Some).map_err(unreadable)
            }
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Gives what is kept afterwards: where two have written, both go on with the same keys.
    fn write(&self, entry: &Entry, keys: &Keys) -> Result<Keys, KeyringError> {
        let Some(text) = form::written(keys) else { return Err(self.error(KeyringErrorKind::Full)) };
        entry.set_secret(text.as_bytes()).map_err(|error| self.failed(error))?;
        self.read(entry)?.ok_or_else(|| self.error(KeyringErrorKind::NotKept))
    }

    fn entry(&self, account: &str) -> Result<Entry, KeyringError> {
        let store = match keyring_core::get_default_store() {
            Some(store) => store,
            None => platform().map_err(|error| self.unavailable(error))?,
        };
        store.build(&self.service, account, None).map_err(|error| self.failed(error))
    }

    /// Does it on a thread of its own: some keyrings are reached by a client that must not run within an async runtime.
    fn aside(&self, work: impl FnOnce(&Entry) -> Result<Keys, KeyringError> + Send) -> Result<Keys, KeyringError> {
        let is_name = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
        if !is_name(&self.service) || !is_name(&self.account) {
            return Err(self.error(KeyringErrorKind::Name));
        }
        let work = || work(&self.entry(&self.account)?);
        thread::scope(|scope| match thread::Builder::new().spawn_scoped(scope, work) {
            Ok(thread) => {
                let panicked = |_| Err(self.error(KeyringErrorKind::Failed).with_source("its client has panicked"));
                thread.join().unwrap_or_else(panicked)
            }
            Err(error) => Err(self.error(KeyringErrorKind::Failed).with_source(error)),
        })
    }
}

impl Keys {
    /// The keys of this entry of the operating system's keyring, with a new one when there is no entry: see
    /// [`Keyring::keys`], which blocks.
    ///
    /// # Errors
    ///
    /// When there is no keyring, it is locked, or the entry isn't one of ours.
    pub fn from_keyring(service: impl Into<String>, account: impl Into<String>) -> Result<Self, KeyringError> {
        Keyring::new(service, account).keys()
    }
}

#[cfg(target_os = "macos")]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(any(target_os = "android", target_os = "ios", target_os = "macos"))))]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(not(any(windows, all(unix, not(any(target_os = "android", target_os = "ios"))))))]
fn platform() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}
