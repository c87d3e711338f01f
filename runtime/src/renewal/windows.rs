//! When a token is renewed: behind the callers' backs for a while, and in the end while they wait.

use std::time::{Duration, SystemTime};

use authsmith_protocol::provider::{Renew, TokenKind};

use crate::tokens::TokenSet;

const LONGEST_ADVISORY: Duration = Duration::from_secs(5 * 60);
const LONGEST_MANDATORY: Duration = Duration::from_secs(60);

/// How long before the end of a refresh token the app is told of it: a fifth of its life, and at most so long.
const LONGEST_WARNING: Duration = Duration::from_secs(7 * 86_400);

/// The last part of a token's life. What is `None` never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// From here on the token is renewed while it still serves.
    pub advisory: Option<SystemTime>,
    /// From here on callers wait for another, so that it doesn't expire on its way.
    pub mandatory: Option<SystemTime>,
    /// By then the refresh token wants to be used, or it dies of being idle.
    pub keep_alive: Option<SystemTime>,
    /// From here on the refresh token is near an end that no renewal is known to put off.
    pub warning: Option<SystemTime>,
}

impl Windows {
    /// The windows of a token whose expiry is known; none for one that is renewed only on demand, nor for one that was over
    /// when it came: a clock is wrong, or the vendor means something else by it, so that the token is used until it is
    /// refused, instead of being renewed for every caller. A token that can't be renewed serves to its end.
    ///
    /// The advisory window is what the spec says, or a fifth of the life and at most five minutes; the mandatory one is a
    /// twentieth and at most one. Neither ever takes more than half of a life.
    pub(crate) fn of(tokens: &TokenSet, kind: TokenKind<'_>, version: u64) -> Self {
        let warning = warning(tokens);
        if kind.is_on_demand() {
            return Self { advisory: None, mandatory: None, keep_alive: None, warning };
        }
        if kind.renewal() == Renew::None {
            let end = tokens.expires_at;
            return Self { advisory: end, mandatory: end, keep_alive: None, warning };
        }
        let (advisory, mandatory) = own(tokens, kind).unzip();
        Self { advisory, mandatory, keep_alive: keep_alive(tokens, kind, version), warning }
    }

    /// The moment from which the token should be renewed.
    pub(crate) fn due(self) -> Option<SystemTime> {
        match (self.advisory, self.keep_alive) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// The same with the advisory window shortened by up to a quarter, as `share` of 255 says: what many processes know
    /// of one token they don't all renew at one moment.
    pub(crate) fn jittered(self, share: u8) -> Self {
        let Some((advisory, mandatory)) = self.advisory.zip(self.mandatory) else { return self };
        let between = mandatory.duration_since(advisory).unwrap_or_default();
        Self { advisory: Some(advisory + between * u32::from(share) / 1020), ..self }
    }
}

/// The windows of the token's own life.
fn own(tokens: &TokenSet, kind: TokenKind<'_>) -> Option<(SystemTime, SystemTime)> {
    let expires_at = tokens.expires_at?;
    if tokens.obtained_at.is_some_and(|obtained| expires_at <= obtained) && !tokens.value.is_empty() {
        return None;
    }
    let before = |margin| expires_at.checked_sub(margin).unwrap_or(expires_at);
    let life = tokens.obtained_at.and_then(|obtained| expires_at.duration_since(obtained).ok());
    let early = kind.early_seconds().map(Duration::from_secs);
    let (advisory, mandatory) = match (early, life) {
        (Some(early), Some(life)) => (early.min(life / 2), life / 20),
        (None, Some(life)) => (LONGEST_ADVISORY.min(life / 5), life / 20),
        (early, None) => (early.unwrap_or_default(), LONGEST_MANDATORY),
    };
    let mandatory = mandatory.min(LONGEST_MANDATORY).min(advisory);
    Some((before(advisory), before(mandatory)))
}

/// When a refresh token that dies of being idle is used at the latest: in the first half of the last fifth of its idle life,
/// at a moment that differs from grant to grant and is the same in every process.
fn keep_alive(tokens: &TokenSet, kind: TokenKind<'_>, version: u64) -> Option<SystemTime> {
    let idle = Duration::from_secs(kind.refresh_idle_seconds()?);
    let used_at = tokens.obtained_at.filter(|_| tokens.refresh_token.is_some())?;
    let share = u32::from(scattered(version));
    used_at.checked_add(idle - idle / 5 + idle / 10 * share / 255)
}

/// When the app is told that the refresh token ends.
fn warning(tokens: &TokenSet) -> Option<SystemTime> {
    let end = tokens.refresh_expires_at.filter(|_| tokens.refresh_token.is_some())?;
    let life = tokens.obtained_at.and_then(|obtained| end.duration_since(obtained).ok());
    end.checked_sub(life.map_or(LONGEST_WARNING, |life| LONGEST_WARNING.min(life / 5)))
}

/// A byte that follows from a version and looks random: versions of different grants begin at random, and grow by one.
fn scattered(version: u64) -> u8 {
    let [first, ..] = version.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
    first
}
