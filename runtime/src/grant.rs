//! What a client keeps of one grant, and how it is written in a record.

use std::fmt;
use std::time::SystemTime;

use authsmith_protocol::Secret;
use authsmith_protocol::provider::TokenKind as TokenKindData;
use serde::{Deserialize, Serialize};

use crate::clock::epoch_millis;
use crate::renewal::Windows;
use crate::store::{Record, StoreError};
use crate::tokens::{TokenSet, TokenText};

/// One grant at one version. `Debug` shows no secret.
#[derive(Clone)]
pub(crate) struct Grant {
    pub version: u64,
    pub needs_consent: bool,
    pub tokens: TokenSet,
}

/// The newest form of a record's text that this version reads.
const FORMAT: u32 = 2;

/// The form without kept values, which a program of before reads too. It would drop kept values, and must not read the
/// form with them.
const FORMAT_WITHOUT_KEPT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct GrantText {
    format: u32,
    #[serde(default)]
    needs_consent: bool,
    tokens: TokenText,
}

impl Grant {
    /// Reads what a store has kept.
    ///
    /// # Errors
    ///
    /// When it is no grant, or was written by a newer version of this crate.
    pub(crate) fn read(record: &Record) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        // serde's messages may quote the text, so they are left out.
        let broken = |_| StoreError::new("a kept record can't be read");
        let text = record.body().expose();
        let Format { format } = serde_json::from_str(text).map_err(broken)?;
        if format > FORMAT {
            let message = format!("a kept record has the format {format}, which is newer than this program");
            return Err(StoreError::new(message));
        }
        let grant: GrantText = serde_json::from_str(text).map_err(broken)?;
        Ok(Self { version: record.version(), needs_consent: grant.needs_consent, tokens: grant.tokens.into() })
    }

    /// The record for a store to keep.
    pub(crate) fn record(&self, kind: TokenKindData<'_>) -> Record {
        let text = GrantText {
            format: if self.tokens.kept.is_empty() { FORMAT_WITHOUT_KEPT } else { FORMAT },
            needs_consent: self.needs_consent,
            tokens: TokenText::from(&self.tokens),
        };
        let body = Secret::from(serde_json::to_string(&text).unwrap_or_default());
        Record::new(self.version, self.due(kind), body)
    }

    /// The moment from which the tokens should be renewed, as a store can keep it.
    fn due(&self, kind: TokenKindData<'_>) -> Option<SystemTime> {
        let windows = Windows::of(&self.tokens, kind).filter(|_| !self.needs_consent)?;
        epoch_millis::from_millis(epoch_millis::to_millis(windows.advisory))
    }

    /// The grant that follows this one with other tokens.
    pub(crate) fn followed_by(&self, tokens: TokenSet) -> Self {
        Self { version: next(self.version), needs_consent: false, tokens }
    }

    /// The grant that follows this one when the vendor has ended it. The tokens stay, as evidence.
    pub(crate) fn ended(&self) -> Self {
        Self { version: next(self.version), needs_consent: true, tokens: self.tokens.clone() }
    }
}

/// The version after this one.
pub(crate) fn next(version: u64) -> u64 {
    if version >= i64::MAX as u64 { 1 } else { version + 1 }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("version", &self.version)
            .field("needs_consent", &self.needs_consent)
            .finish_non_exhaustive()
    }
}
