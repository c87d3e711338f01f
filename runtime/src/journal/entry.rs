//! The form of an entry.

use authsmith_protocol::Secret;
use serde::{Deserialize, Serialize};

use crate::authorize::sha256_hex;
use crate::clock::epoch_millis;
use crate::store::Record;

/// What the text of an entry begins with; the number is the form's.
const MARK: &str = "authsmith-journal:1\n";

/// A record that a store has not taken, as it shall be kept: sealed when there are keys.
pub(crate) struct Entry {
    /// What it is kept under.
    pub key: String,
    /// The version that it takes the place of.
    pub base: u64,
    pub record: Record,
}

#[derive(Serialize, Deserialize)]
struct EntryText {
    key: String,
    base: u64,
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_millis: Option<u64>,
    body: String,
}

impl Entry {
    /// The whole file: its mark, the SHA-256 of what follows, and that.
    pub(super) fn text(&self) -> Secret {
        let text = EntryText {
            key: self.key.clone(),
            base: self.base,
            version: self.record.version(),
            due_millis: self.record.due().map(epoch_millis::to_millis),
            body: self.record.body().expose().to_owned(),
        };
        let body = Secret::from(serde_json::to_string(&text).unwrap_or_default());
        let sum = sha256_hex(body.expose().as_bytes());
        Secret::from(format!("{MARK}{sum}\n{}\n", body.expose()))
    }

    /// Reads a whole file; the error says what is wrong with it, and quotes nothing.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let Some(rest) = text.strip_prefix(MARK) else {
            return Err(match text.starts_with("authsmith-journal:") {
                true => "has a form that is newer than this program",
                false => "is no entry of the journal",
            });
        };
        let (sum, body) = rest.split_once('\n').ok_or("was cut off")?;
        let body = body.strip_suffix('\n').ok_or("was cut off")?;
        if sha256_hex(body.as_bytes()) != sum {
            return Err("was changed or cut off: its checksum is another");
        }
        let text: EntryText = serde_json::from_str(body).map_err(|_| "can't be read")?;
        let due = text.due_millis.and_then(epoch_millis::from_millis);
        Ok(Self { key: text.key, base: text.base, record: Record::new(text.version, due, text.body) })
    }
}
