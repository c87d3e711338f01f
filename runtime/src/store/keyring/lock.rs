//! What keeps two processes of one user from making a key at once: a keyring takes whoever writes last, and what was
//! sealed with the other's key could not be opened again.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::{Keyring, KeyringError, KeyringErrorKind};
use crate::private::{self, Forbidden};

/// As long as a user may take to unlock a keyring for another process.
const PATIENCE: Duration = Duration::from_secs(60);

/// Held until it is dropped, or the process ends.
pub(super) struct Lock(#[allow(dead_code)] File);

impl Lock {
    pub(super) fn take(keyring: &Keyring) -> Result<Self, KeyringError> {
        let busy = || keyring.error(KeyringErrorKind::Busy);
        let folder = private::folder(&folder(), Forbidden::All).map_err(|error| busy().with_source(error))?;
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = folder.join(format!("{}.lock", name(&[&keyring.service, &keyring.account])));
        let open = options.write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(|error| busy().with_source(format!("{}: {error}", path.display())))?;
        let begun = Instant::now();
        while file.try_lock().is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(busy());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self(file))
    }
}

/// A folder of the user's own, the same for all of the user's processes.
fn folder() -> PathBuf {
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    let home = std::env::home_dir().unwrap_or_default();
    let name = name(&[&home.to_string_lossy()]);
    own.unwrap_or_else(std::env::temp_dir).join(format!("authsmith-keyring-{name}"))
}

fn name(texts: &[&str]) -> String {
    let digest = texts.iter().fold(Sha256::new(), |digest, text| {
        digest.chain_update((text.len() as u64).to_le_bytes()).chain_update(text.as_bytes())
    });
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
