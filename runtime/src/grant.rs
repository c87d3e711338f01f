//! What a client keeps of one grant, and how it is written in a record.

use std::fmt;
use std::time::{Duration, SystemTime};

use authsmith_protocol::Secret;
use authsmith_protocol::provider::{Renew, TokenKind as TokenKindData};
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
    /// Whether the tokens are another user's than those before: they are never served.
    pub quarantined: bool,
    /// How long before the vendor ended the grant a renewal was sent whose answer was lost.
    pub answer_lost: Option<Duration>,
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
    #[serde(default, skip_serializing_if = "is_false")]
    quarantined: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer_lost_millis: Option<u64>,
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
        Ok(Self {
            version: record.version(),
            needs_consent: grant.needs_consent,
            quarantined: grant.quarantined,
            answer_lost: grant.answer_lost_millis.map(Duration::from_millis),
            tokens: grant.tokens.into(),
        })
    }

    /// The record for a store to keep, to be renewed from the moment `due` on.
    pub(crate) fn record(&self, due: Option<SystemTime>) -> Record {
        let text = GrantText {
            format: if self.tokens.kept.is_empty() { FORMAT_WITHOUT_KEPT } else { FORMAT },
            needs_consent: self.needs_consent,
            quarantined: self.quarantined,
            answer_lost_millis: self.answer_lost.and_then(|age| u64::try_from(age.as_millis()).ok()),
            tokens: TokenText::from(&self.tokens),
        };
        let body = Secret::from(serde_json::to_string(&text).unwrap_or_default());
        Record::new(self.version, due, body)
    }

    /// The moment from which the tokens should be renewed, as a store can keep it; nothing when they can't be.
    pub(crate) fn due(&self, kind: TokenKindData<'_>) -> Option<SystemTime> {
        let renewable = match kind.renewal() {
            Renew::Refresh(_) => self.tokens.refresh_token.is_some(),
            Renew::Reissue => self.tokens.origin.as_ref().is_some_and(|origin| origin.repeatable),
            Renew::Extend(_) | Renew::Exchange(_) => true,
            _ => false,
        };
        let due = Windows::of(&self.tokens, kind, self.version).due();
        let due = due.filter(|_| renewable && !self.needs_consent)?;
        epoch_millis::from_millis(epoch_millis::to_millis(due))
    }

    /// A living grant at this version.
    pub(crate) fn at(version: u64, tokens: TokenSet) -> Self {
        Self { version, needs_consent: false, quarantined: false, answer_lost: None, tokens }
    }

    /// The grant that follows this one with other tokens.
    pub(crate) fn followed_by(&self, tokens: TokenSet) -> Self {
        Self::at(next(self.version), tokens)
    }

    /// The grant that follows this one by a renewal. Tokens of another user are kept, but no program serves them: to one that
    /// knows nothing of quarantine the grant needs consent.
    pub(crate) fn renewed_by(&self, tokens: TokenSet) -> Self {
        let quarantined = tokens.is_of_another_user_than(&self.tokens);
        Self { needs_consent: quarantined, quarantined, ..self.followed_by(tokens) }
    }

    /// The grant that follows this one when the vendor has ended it, and the lost answer that explains it. The tokens
    /// stay, as evidence.
    pub(crate) fn ended(&self, answer_lost: Option<Duration>) -> Self {
        Self { needs_consent: true, answer_lost, ..self.followed_by(self.tokens.clone()) }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(flag: &bool) -> bool {
    !flag
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
