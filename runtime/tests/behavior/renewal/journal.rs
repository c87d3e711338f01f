//! Renewed grants that the store would not take, and the file that keeps them meanwhile.

use std::fs;
use std::path::{Path, PathBuf};

use authsmith::{Config, Keys};
use tempfile::{TempDir, tempdir};

use super::failing_store::Flaky;
use super::*;

/// A process whose store goes away while the vendor answers, and its journal.
struct Spilled {
    stage: Stage,
    folder: TempDir,
    down: Arc<AtomicBool>,
    connection: Connection<Access>,
    keys: Option<Keys>,
}

impl Spilled {
    /// The vendor has given `access-1`, and the store has `access-0`.
    async fn new(keys: Option<Keys>) -> Self {
        let down = Arc::new(AtomicBool::new(false));
        let breaks = Arc::clone(&down);
        let mut stage = Stage::new(Vendor::new(move |request, n| {
            if request.url.path() == "/token" {
                breaks.store(true, Ordering::SeqCst);
            }
            tokens(n + 1)
        }));
        let folder = tempdir().unwrap();
        let store = Flaky { memory: Arc::clone(&stage.store), down: Arc::clone(&down), writes_arrive: false };
        let config = acme::config(&stage.vendor).clock(Arc::clone(&stage.clock)).store(store);
        stage.client = Self::journaled(config, folder.path(), keys.as_ref()).build().unwrap();
        let connection = stage.connection().await;
        stage.clock.advance(3600);
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
        assert!(!connection.is_saved().unwrap());
        Self { stage, folder, down, connection, keys }
    }

    fn journaled(config: Config, folder: &Path, keys: Option<&Keys>) -> Config {
        let config = config.journal(folder.join("journal"));
        match keys {
            Some(keys) => config.keys(keys.clone()),
            None => config,
        }
    }

    /// The process has ended, and another begins with its journal, and a store that works.
    fn next(&self) -> Client {
        let config = acme::config(&self.stage.vendor).clock(Arc::clone(&self.stage.clock));
        let config = config.store(Arc::clone(&self.stage.store));
        Self::journaled(config, self.folder.path(), self.keys.as_ref()).build().unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path().join("journal")).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }

    fn file(&self) -> PathBuf {
        let files = self.files();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    async fn stored_refresh(&self) -> String {
        let text = self.stage.stored().await["tokens"]["refresh_token"].as_str().unwrap().to_owned();
        text.replace(&format!("-{CANARY}"), "")
    }
}

#[tokio::test]
async fn scenario_14_tokens_that_cant_be_saved_outlive_their_process() {
    let spilled = Spilled::new(None).await;
    #[cfg(unix)]
    for (path, mode) in [(spilled.file(), 0o600), (spilled.folder.path().join("journal"), 0o700)] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
    let report = spilled.next().replay_journal().await.unwrap();
    assert_eq!((report.replayed, report.pending, report.unreadable.len()), (1, 0, 0));
    assert_eq!(spilled.stored_refresh().await, "refresh-1");
    assert!(spilled.files().is_empty());
    assert_eq!(spilled.next().replay_journal().await.unwrap().replayed, 0);
    assert_eq!(spilled.stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn a_connection_that_is_resumed_finds_its_entry_by_itself() {
    let spilled = Spilled::new(None).await;
    let connection: Connection<Access> = spilled.next().resume("u").await.unwrap();
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!((spilled.stage.vendor.count("/token"), spilled.files().len()), (1, 0));
}

#[tokio::test]
async fn a_renewal_looks_into_the_journal_before_it_shows_a_token_that_may_be_spent() {
    let spilled = Spilled::new(None).await;
    // The other process has the connection since before, and the lease of the first runs out.
    let journal = spilled.folder.path().join("journal");
    let away = spilled.folder.path().join("away");
    fs::rename(&journal, &away).unwrap();
    let connection: Connection<Access> = spilled.next().resume("u").await.unwrap();
    fs::remove_dir(&journal).unwrap();
    fs::rename(&away, &journal).unwrap();
    spilled.stage.clock.advance(61);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!((spilled.stage.vendor.count("/token"), spilled.files().len()), (1, 0));
}

#[tokio::test]
async fn what_the_store_takes_later_leaves_the_journal() {
    let spilled = Spilled::new(None).await;
    spilled.down.store(false, Ordering::SeqCst);
    spilled.stage.client.close().await.unwrap();
    assert_eq!(spilled.stored_refresh().await, "refresh-1");
    assert!(spilled.files().is_empty() && spilled.connection.is_saved().unwrap());
}

#[tokio::test]
async fn an_entry_stays_while_the_store_fails() {
    let spilled = Spilled::new(None).await;
    let report = spilled.stage.client.replay_journal().await.unwrap();
    assert_eq!((report.replayed, report.pending), (0, 1));
    assert_eq!(spilled.files().len(), 1);
}

#[tokio::test]
async fn an_entry_is_sealed_where_records_are() {
    let spilled = Spilled::new(Some(Keys::new("first", [1; 32]))).await;
    acme::assert_no_canary(&fs::read_to_string(spilled.file()).unwrap());
    acme::assert_no_canary(&format!("{:?}", spilled.file()));
    let connection: Connection<Access> = spilled.next().resume("u").await.unwrap();
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));

    let mut spilled = Spilled::new(Some(Keys::new("first", [1; 32]))).await;
    spilled.keys = Some(Keys::new("second", [2; 32]));
    let report = spilled.next().replay_journal().await.unwrap();
    assert!(report.unreadable[0].1.contains("sealed with the key `first`"), "{report:?}");
    assert_eq!(spilled.files().len(), 1);
}

#[tokio::test]
async fn a_torn_or_foreign_file_is_reported_and_left_alone() {
    type Harm = fn(&Path);
    let cases: [(&str, Harm); 7] = [
        ("its checksum is another", |path| {
            let text = fs::read_to_string(path).unwrap();
            fs::write(path, &text[..text.len() - 9]).unwrap();
            fs::write(path, format!("{}\n", &text[..text.len() - 9])).unwrap();
        }),
        ("was cut off", |path| {
            let text = fs::read_to_string(path).unwrap();
            fs::write(path, &text[..30]).unwrap();
        }),
        ("its checksum is another", |path| {
            let text = fs::read_to_string(path).unwrap();
            fs::write(path, text.replace("access-1", "access-9")).unwrap();
        }),
        ("is no entry of the journal", |path| fs::write(path, "hello\n").unwrap()),
        ("has a form that is newer", |path| fs::write(path, "authsmith-journal:2\n").unwrap()),
        ("has the name of another entry", |path| {
            fs::rename(path, path.with_file_name(format!("{}-0123456789abcdef.grant", "0".repeat(32)))).unwrap();
        }),
        ("was cut off while it was written", |path| fs::rename(path, path.with_extension("0.new")).unwrap()),
    ];
    for (what, harm) in cases {
        let spilled = Spilled::new(None).await;
        harm(&spilled.file());
        let before = (spilled.file(), fs::read(spilled.file()).unwrap());
        let report = spilled.next().replay_journal().await.unwrap();
        assert_eq!((report.replayed, report.unreadable.len()), (0, 1), "{what}: {report:?}");
        assert_eq!(report.unreadable[0].0, before.0);
        assert!(report.unreadable[0].1.contains(what), "{what}: {report:?}");
        acme::assert_no_canary(&format!("{report:?}"));
        assert_eq!((spilled.file(), fs::read(spilled.file()).unwrap()), before, "{what}");
        assert_eq!(spilled.stored_refresh().await, "refresh-0", "{what}");
        assert!(spilled.next().resume::<Access>("u").await.is_ok(), "{what}: nobody is kept from working");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_or_folder_that_others_may_read_is_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let spilled = Spilled::new(None).await;
    fs::set_permissions(spilled.file(), fs::Permissions::from_mode(0o640)).unwrap();
    let report = spilled.next().replay_journal().await.unwrap();
    assert!(report.unreadable[0].1.contains("chmod 600"), "{report:?}");
    let (file, away) = (spilled.file(), spilled.folder.path().join("away"));
    fs::rename(&file, &away).unwrap();
    symlink(&away, &file).unwrap();
    let report = spilled.next().replay_journal().await.unwrap();
    assert!(report.unreadable[0].1.contains("symbolic link"), "{report:?}");

    let open = spilled.folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o750)).unwrap();
    let error = acme::config(&spilled.stage.vendor).journal(&open).build().unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert!(error.kind() == ErrorKind::Config && why.contains("chmod 700"), "{why}");
}

#[tokio::test]
async fn what_came_later_is_not_written_over() {
    let spilled = Spilled::new(None).await;
    let elsewhere = spilled.stage.elsewhere();
    elsewhere.keep("u", Tokens::<Access>::new("from a new login").with_refresh_token("r")).await.unwrap();
    let report = spilled.next().replay_journal().await.unwrap();
    assert_eq!((report.replayed, report.unreadable.len()), (1, 0));
    assert_eq!(spilled.stage.stored().await["tokens"]["value"], "from a new login");
    assert!(spilled.files().is_empty());
}

#[tokio::test]
async fn a_new_login_and_a_logout_empty_the_journal() {
    let spilled = Spilled::new(None).await;
    spilled.next().keep("u", Tokens::<Access>::new("from a new login")).await.unwrap();
    assert!(spilled.files().is_empty());

    let spilled = Spilled::new(None).await;
    let next = spilled.next();
    let away = spilled.folder.path().join("away");
    let file = spilled.file();
    fs::rename(&file, &away).unwrap();
    let connection: Connection<Access> = next.resume("u").await.unwrap();
    fs::rename(&away, &file).unwrap();
    connection.disconnect().await.unwrap();
    assert!(spilled.files().is_empty());
    assert_eq!(next.resume::<Access>("u").await.unwrap_err().kind(), ErrorKind::NotKept);
}
