//! When a token is renewed: behind the callers' backs for a while, and in the end while they wait.

use std::time::{Duration, SystemTime};

use authsmith_protocol::provider::{Renew, TokenKind};

use crate::tokens::TokenSet;

const LONGEST_ADVISORY: Duration = Duration::from_secs(5 * 60);
const LONGEST_MANDATORY: Duration = Duration::from_secs(60);

/// The last part of a token's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// From here on the token is renewed while it still serves.
    pub advisory: SystemTime,
    /// From here on callers wait for another, so that it doesn't expire on its way.
    pub mandatory: SystemTime,
}

impl Windows {
    /// The windows of a token whose expiry is known; none for one that is renewed only on demand, nor for one that was over
    /// when it came: a clock is wrong, or the vendor means something else by it, so that the token is used until it is
    /// refused, instead of being renewed for every caller. A token that can't be renewed serves to its end.
    ///
    /// The advisory window is what the spec says, or a fifth of the life and at most five minutes; the mandatory one is a
    /// twentieth and at most one. Neither ever takes more than half of a life.
    pub(crate) fn of(tokens: &TokenSet, kind: TokenKind<'_>) -> Option<Self> {
        let expires_at = tokens.expires_at.filter(|_| !kind.is_on_demand())?;
        let before = |margin| expires_at.checked_sub(margin).unwrap_or(expires_at);
        if kind.renewal() == Renew::None {
            return Some(Self { advisory: expires_at, mandatory: expires_at });
        }
        if tokens.obtained_at.is_some_and(|obtained| expires_at <= obtained) && !tokens.value.is_empty() {
            return None;
        }
        let life = tokens.obtained_at.and_then(|obtained| expires_at.duration_since(obtained).ok());
        let early = kind.early_seconds().map(Duration::from_secs);
        let (advisory, mandatory) = match (early, life) {
            (Some(early), Some(life)) => (early.min(life / 2), life / 20),
            (None, Some(life)) => (LONGEST_ADVISORY.min(life / 5), life / 20),
            (early, None) => (early.unwrap_or_default(), LONGEST_MANDATORY),
        };
        let mandatory = mandatory.min(LONGEST_MANDATORY).min(advisory);
        Some(Self { advisory: before(advisory), mandatory: before(mandatory) })
    }

    /// The same with the advisory window shortened by up to a quarter, as `share` of 255 says: what many processes know
    /// of one token they don't all renew at one moment.
    pub(crate) fn jittered(self, share: u8) -> Self {
        let between = self.mandatory.duration_since(self.advisory).unwrap_or_default();
        Self { advisory: self.advisory + between * u32::from(share) / 1020, ..self }
    }
}
