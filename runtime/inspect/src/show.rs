//! What is printed. Names come from an app's users, so they are escaped.

use std::error::Error;
use std::io::{self, Write};
use std::time::SystemTime;

use authsmith::store::{Summary, sealed_with};
use authsmith::{Record, Store, StoreError, Timestamp};

const PAGE: usize = 200;

/// One line a record: name, version, when it is due, and how it is kept.
pub async fn all(store: &dyn Store, prefix: &str) -> Result<(), StoreError> {
    let mut after = None::<String>;
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (name, record) in &page {
            let (version, due) = (record.version(), due(record));
            print(&format!("{}\tversion {version}\t{due}\t{}\n", name.escape_debug(), state(record)))?;
        }
    }
}

/// All that may be shown of one record.
pub async fn one(store: &dyn Store, name: &str) -> Result<(), StoreError> {
    let missing = || StoreError::new(format!("there is no record {}", name.escape_debug()));
    let record = store.load(name).await?.ok_or_else(missing)?;
    let mut lines = vec![
        ("name", name.escape_debug().to_string()),
        ("version", record.version().to_string()),
        ("due", due(&record)),
        ("state", state(&record)),
    ];
    if let Ok(summary) = Summary::of(&record) {
        let refresh = if summary.has_refresh_token { "kept" } else { "none" };
        lines.extend([
            ("obtained", moment(summary.obtained_at)),
            ("expires", moment(summary.expires_at)),
            ("refresh token", refresh.to_owned()),
            ("it expires", moment(summary.refresh_expires_at)),
            ("scope", summary.scope.map_or_else(|| "unknown".to_owned(), |scope| scope.escape_debug().to_string())),
            ("kept values", summary.kept.join(", ").escape_debug().to_string()),
        ]);
    }
    lines.into_iter().try_for_each(|(what, text)| print(&format!("{what:<14} {text}\n")))
}

fn due(record: &Record) -> String {
    match record.due() {
        Some(due) => format!("due {}", moment(Some(due))),
        None => "not due".to_owned(),
    }
}

fn state(record: &Record) -> String {
    match (sealed_with(record), Summary::of(record)) {
        (Some(id), _) => format!("sealed with {}", id.escape_debug()),
        (None, Ok(summary)) if summary.needs_consent => "in the clear, needs consent".to_owned(),
        (None, Ok(_)) => "in the clear".to_owned(),
        (None, Err(error)) => error.to_string(),
    }
}

fn moment(moment: Option<SystemTime>) -> String {
    let text = moment.and_then(|moment| Timestamp::try_from(moment).ok()).map(|moment| moment.to_string());
    text.unwrap_or_else(|| "unknown".to_owned())
}

/// An error with its causes.
pub fn told(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// A reader that has seen enough ends the list.
fn print(text: &str) -> Result<(), StoreError> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        outcome => outcome.map_err(|error| StoreError::new("the output can't be written").with_source(error)),
    }
}
