//! The command, on a store in a file.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, UNIX_EPOCH};

use authsmith::{Keys, Record, SqliteStore, Store};

const CANARY: &str = "k4n4ry";

fn inspect(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_authsmith-store")).arg("inspect").args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let all = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8(all).unwrap();
    assert!(!text.contains(CANARY), "a secret shows in: {text}");
    text
}

async fn fill(file: &Path) {
    let store = SqliteStore::open(file).unwrap();
    let body = format!(
        r#"{{"format":2,"needs_consent":true,"tokens":{{"value":"{CANARY}","refresh_token":"{CANARY}","scope":"a b","expires_at":60000,"kept":{{"tenant":"{CANARY}"}}}}}}"#
    );
    let due = Some(UNIX_EPOCH + Duration::from_secs(60));
    let sealed = Keys::new("first", [1; 32]).seal("acme/id/\u{1b}[1mx", &Record::new(2, None, CANARY)).unwrap();
    for (name, record) in [
        ("acme/access/a", Record::new(1, due, body)),
        ("acme/id/\u{1b}[1mx", sealed),
        ("other/access/a", Record::new(3, None, CANARY)),
    ] {
        assert!(store.compare_and_set(name, None, &record).await.unwrap());
    }
}

#[tokio::test]
async fn a_store_is_listed_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grants.db");
    fill(&file).await;
    let file = file.to_str().unwrap();
    let rows = [
        "acme/access/a\tversion 1\tdue 1970-01-01T00:01:00Z\tin the clear, needs consent\n",
        "acme/id/\\u{1b}[1mx\tversion 2\tnot due\tsealed with first\n",
        "other/access/a\tversion 3\tnot due\ta kept record can't be read\n",
    ];
    assert_eq!(text(&inspect(&[file])), rows.concat());
    assert_eq!(text(&inspect(&[file, "--prefix", "acme/i"])), rows.get(1).copied().unwrap());
}

#[tokio::test]
async fn a_record_is_shown_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grants.db");
    fill(&file).await;
    let shown = text(&inspect(&[file.to_str().unwrap(), "acme/access/a"]));
    for line in [
        "name           acme/access/a\n",
        "expires        1970-01-01T00:01:00Z\n",
        "refresh token  kept\n",
        "scope          a b\n",
        "kept values    tenant\n",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    let missing = inspect(&[file.to_str().unwrap(), "acme/access/b"]);
    assert_eq!(
        (missing.status.code(), text(&missing).as_str()),
        (Some(1), "error: there is no record acme/access/b\n")
    );
}

#[test]
fn looking_makes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grants.db");
    for (place, what) in [
        (file.to_str().unwrap(), "there is no file"),
        ("mysql://u:k4n4ry@host/x", "there is no store for mysql://"),
        ("postgres://u:k4n4ry@127.0.0.1:1/x", "can't be reached"),
        ("redis://u:k4n4ry@127.0.0.1:1/0", "couldn't reach the server"),
    ] {
        let output = inspect(&[place]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains(what), "{}", text(&output));
    }
    assert!(!file.exists());
}
