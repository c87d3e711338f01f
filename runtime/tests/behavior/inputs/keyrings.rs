//! The operating system's keyring: a mock of one, which does what real ones do at bad moments, and the lack of any.

use std::any::Any;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::thread;

use authsmith::{Keyring, KeyringErrorKind, Keys, MemoryStore, Record};
use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Entry, Error, Result, mock};

use super::*;

const SERVICE: &str = "authsmith-tests";

/// What this keyring does besides is said by the account.
struct Odd(Arc<mock::Store>);

#[derive(Debug)]
struct OddEntry {
    account: String,
    inner: Entry,
}

impl Odd {
    fn entry(&self, account: &str) -> Entry {
        self.0.build(SERVICE, account, None).unwrap()
    }
}

impl CredentialStoreApi for Odd {
    fn vendor(&self) -> String {
        self.0.vendor()
    }

    fn id(&self) -> String {
        self.0.id()
    }

    fn build(&self, service: &str, account: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        let inner = self.0.build(service, account, None)?;
        Ok(Entry::new_with_credential(Arc::new(OddEntry { account: account.to_owned(), inner })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for OddEntry {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let account = self.account.as_str();
        match account {
            "forgets" => return Ok(()),
            // As KeePassXC: what it has is seen once it is unlocked, and to be written to it asks to be.
            "hides (probe)" => keyring().entry("hides").set_secret(&text("hidden"))?,
            "slow" => thread::sleep(Duration::from_millis(20)),
            _ => {}
        }
        self.inner.set_secret(secret)?;
        if account == "raced" {
            self.inner.set_secret(&text("winner"))?;
        }
        Ok(())
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.inner.get_secret()
    }

    fn delete_credential(&self) -> Result<()> {
        self.inner.delete_credential()
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        self.inner.get_specifiers()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn keyring() -> &'static Odd {
    static KEYRING: OnceLock<Arc<Odd>> = OnceLock::new();
    KEYRING.get_or_init(|| {
        let keyring = Arc::new(Odd(mock::Store::new().unwrap()));
        keyring_core::set_default_store(keyring.clone());
        keyring
    })
}

fn opened(account: &str) -> std::result::Result<Keys, authsmith::KeyringError> {
    keyring();
    Keys::from_keyring(SERVICE, account)
}

/// What an entry holds.
fn text(account: &str) -> Vec<u8> {
    let entry = keyring().entry(account);
    if matches!(entry.get_secret(), Err(Error::NoEntry)) {
        opened(account).unwrap();
    }
    entry.get_secret().unwrap()
}

fn sealed(keys: &Keys) -> Record {
    keys.seal("a", &Record::new(1, None, CANARY)).unwrap()
}

fn opens(keys: &Keys, record: &Record) -> bool {
    keys.open("a", record).is_ok_and(|record| record.body().expose() == CANARY)
}

#[tokio::test]
async fn input_20_a_keyring_keeps_the_key_that_seals() {
    let store = Arc::new(MemoryStore::new());
    let client = |keys| {
        let (vendor, clock) = (Vendor::new(|_, n| tokens(n)), acme::HandClock::new());
        (acme::config(&vendor).store(Arc::clone(&store)).clock(clock.clone()).keys(keys).build().unwrap(), clock)
    };
    let (first, clock) = client(opened("kept").unwrap());
    first.keep("user-42", acme::access(&clock)).await.unwrap();
    // Another process, later.
    let (second, _) = client(opened("kept").unwrap());
    assert!(second.resume::<Access>("user-42").await.unwrap().token().await.unwrap().expose().contains(CANARY));
    let (third, _) = client(opened("another").unwrap());
    assert!(third.resume::<Access>("user-42").await.is_err());

    let kept = text("kept");
    assert!(kept.len() < 200, "{}", kept.len());
    assert_eq!(text("kept"), kept, "never written over");
    assert_ne!(text("another"), kept);
    let shown = format!("{:?} {:?}", opened("kept").unwrap(), Keyring::new(SERVICE, "kept"));
    let kept = String::from_utf8(kept).unwrap();
    let key = kept.lines().nth(1).unwrap().split_once(' ').unwrap().1;
    assert!(key.len() == 43 && !shown.contains(key), "{shown}");
    let probe = keyring().entry("kept (probe)").get_secret();
    assert!(matches!(probe, Err(Error::NoEntry)), "{probe:?}");
}

#[test]
fn input_20_an_entry_that_isnt_ours_is_told_and_left_alone() {
    let whole = text("whole");
    let mut cases: Vec<(Vec<u8>, &str)> =
        (0..whole.len()).map(|end| (whole[..end].to_vec(), "it was cut off")).collect();
    for n in "authsmith-keys:1\n".len()..whole.len() {
        let mut changed = whole.clone();
        changed[n] = if changed[n] == b'A' { b'B' } else { b'A' };
        cases.push((changed, "it was cut off or changed"));
    }
    let newer = String::from_utf8(whole.clone()).unwrap().replace("keys:1", "keys:2");
    cases.extend([
        (CANARY.as_bytes().to_vec(), "it is another program's"),
        (vec![0xff; 32], "it is another program's"),
        (newer.into_bytes(), "it is of another version"),
        ([whole.clone(), vec![b'\n'; 2560]].concat(), "it is longer"),
    ]);
    for (bytes, why) in cases {
        let entry = keyring().entry("foreign");
        entry.set_secret(&bytes).unwrap();
        let ring = Keyring::new(SERVICE, "foreign");
        for outcome in [ring.keys(), ring.rotate(), ring.forget_older()] {
            let error = outcome.unwrap_err();
            let told = error.to_string();
            assert_eq!(error.kind(), KeyringErrorKind::Unreadable, "{told}");
            assert!(told.contains(why) && told.contains("left as it is"), "{told}");
            acme::assert_no_canary(&format!("{told} {error:?}"));
        }
        assert_eq!(entry.get_secret().unwrap(), bytes);
    }
}

#[test]
fn input_20_a_keyring_that_fails_is_told_with_what_to_do() {
    let cause = || "the prompt was dismissed".into();
    let secret = || CANARY.as_bytes().to_vec();
    for (error, kind, what) in [
        (Error::NoStorageAccess(cause()), KeyringErrorKind::Locked, "is locked (the prompt was dismissed): unlock"),
        (Error::PlatformFailure(cause()), KeyringErrorKind::Failed, "(the prompt was dismissed): see the cause"),
        (Error::NoDefaultStore, KeyringErrorKind::Unavailable, "`Keys::new`"),
        (Error::Ambiguous(Vec::new()), KeyringErrorKind::Ambiguous, "remove the others"),
        (Error::BadEncoding(secret()), KeyringErrorKind::Unreadable, "left as it is"),
        (Error::BadDataFormat(secret(), CANARY.into()), KeyringErrorKind::Unreadable, "left as it is"),
        (Error::TooLong("secret".to_owned(), 9), KeyringErrorKind::Failed, "longer than 9"),
    ] {
        let entry = keyring().entry("failing");
        entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
        let error = opened("failing").unwrap_err();
        let told = error.to_string();
        assert_eq!(error.kind(), kind, "{told}");
        assert!(told.contains(what) && told.contains("failing"), "{told}");
        acme::assert_no_canary(&format!("{told} {error:?}"));
        assert!(matches!(entry.get_secret(), Err(Error::NoEntry)), "nothing was made");
    }
    for (service, account) in [("", "a"), (SERVICE, ""), (SERVICE, "a\n"), ("a\0", "a")] {
        assert_eq!(Keys::from_keyring(service, account).unwrap_err().kind(), KeyringErrorKind::Name);
    }
}

#[test]
fn input_20_of_two_keys_that_are_made_at_once_one_holds() {
    let winner = text("winner");
    let keys = opened("raced").unwrap();
    assert_eq!(keyring().entry("raced").get_secret().unwrap(), winner);
    assert!(opens(&opened("winner").unwrap(), &sealed(&keys)), "the loser goes on with the winner's");

    keyring();
    let all: Vec<Keys> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| opened("slow").unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for keys in &all {
        assert!(opens(&opened("slow").unwrap(), &sealed(keys)));
    }
    thread::scope(|scope| {
        (0..8).for_each(|_| drop(scope.spawn(|| Keyring::new(SERVICE, "slow").rotate().unwrap())));
    });
    assert_eq!(text("slow").iter().filter(|byte| **byte == b' ').count(), 9, "no key was lost");

    assert_eq!(opened("forgets").unwrap_err().kind(), KeyringErrorKind::NotKept);
    text("hidden");
    let keys = opened("hides").unwrap();
    assert!(opens(&opened("hidden").unwrap(), &sealed(&keys)), "what was hidden isn't written over");
}

#[test]
fn input_20_keys_of_a_keyring_are_replaced() {
    let ring = Keyring::new(SERVICE, "rotated");
    let first = opened("rotated").unwrap();
    let old = sealed(&first);
    let second = ring.rotate().unwrap();
    let new = sealed(&second);
    assert!(opens(&second, &old) && opens(&second, &new) && !opens(&first, &new));
    let again = opened("rotated").unwrap();
    assert_eq!(authsmith::store::sealed_with(&sealed(&again)), authsmith::store::sealed_with(&new));
    assert!(opens(&again, &old));
    (2..16).for_each(|_| drop(ring.rotate().unwrap()));
    let full = text("rotated");
    assert!(full.len() < 1280, "{}", full.len());
    assert!(opens(&opened("rotated").unwrap(), &old));
    let error = ring.rotate().unwrap_err();
    assert_eq!((error.kind(), text("rotated")), (KeyringErrorKind::Full, full));
    let last = sealed(&opened("rotated").unwrap());
    let only = ring.forget_older().unwrap();
    assert!(opens(&only, &last) && !opens(&only, &old));
    assert!(opens(&opened("rotated").unwrap(), &last) && !opens(&opened("rotated").unwrap(), &old));
}

/// Run once more as a process of its own, without the mock: what a program meets where there is no desktop.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn input_20_without_a_session_there_is_no_keyring() {
    const CHILD: &str = "AUTHSMITH_TEST_KEYRING";
    if std::env::var_os(CHILD).is_some() {
        let error = Keys::from_keyring(SERVICE, "absent").unwrap_err();
        assert_eq!(error.kind(), KeyringErrorKind::Unavailable, "{error}");
        println!("told: {error}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for address in [None, Some("unix:path=/nowhere/bus"), Some("nonsense")] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "--nocapture", "inputs::keyrings::input_20_without_a_session_there_is_no_keyring"]);
        child.env(CHILD, "1").env("XDG_RUNTIME_DIR", folder.path()).env_remove("DBUS_SESSION_BUS_ADDRESS");
        child.envs(address.map(|address| ("DBUS_SESSION_BUS_ADDRESS", address)));
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{address:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        for part in ["told: the keyring's entry \"absent\"", "there is no keyring", "D-Bus", "`Keys::new`"] {
            assert!(said.contains(part), "{address:?}: {said}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is put anywhere else");
}
