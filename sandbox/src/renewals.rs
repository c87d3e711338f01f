//! How strict a vendor is about refresh tokens, as far as it was told to depart from its spec.

use std::time::{Duration, SystemTime};

use authsmith_codegen::model::{Renew as SpecRenew, Replay as SpecReplay, Rotation as SpecRotation};
use serde::{Deserialize, Serialize};

/// How a vendor renews tokens. What is `None` is as the spec says. As JSON it is what `/_sandbox/renewals` takes and
/// gives; every member may be left out there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Renewals {
    /// Whether a refresh gives another refresh token.
    pub rotation: Option<Rotation>,
    /// What happens when a spent refresh token is shown again.
    pub replay: Option<Replay>,
    /// What becomes of the access token when a new one is given.
    pub old_access: Option<OldAccess>,
    /// How many seconds a refresh token lives that nobody uses.
    pub idle_seconds: Option<u64>,
    /// How many seconds the refresh tokens of one grant live altogether, counted from the first.
    pub absolute_seconds: Option<u64>,
    /// How many seconds access tokens live.
    pub token_seconds: Option<u64>,
    /// Whether answers leave out when the access token expires.
    pub hides_expiry: bool,
}

/// Whether a refresh gives another refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// Each time, and the old one is spent.
    Always,
    /// Every second time of a grant, beginning with the first.
    Sometimes,
    /// Never: it stays good.
    Never,
}

/// What happens when a spent refresh token is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// It works as before.
    Free,
    /// It is refused.
    Refuse,
    /// It is refused, and all tokens of the grant are revoked (RFC 9700, section 4.14.2).
    Family,
    /// It gives another pair of tokens for a while.
    Grace(Window),
    /// It gives the same answer again for a while, unless the refresh token in it was spent too.
    Idempotent(Window),
    /// It works until the token or the refresh token that it gave is used for the first time; then it is refused.
    UseTriggered,
}

/// A while, counted from the first use of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How long it is.
    pub seconds: u64,
    /// What happens after it.
    #[serde(default)]
    pub then: Then,
}

/// What happens to a refresh token that is shown too late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// It is refused.
    #[default]
    Refuse,
    /// It is refused, and all tokens of the grant are revoked.
    Family,
}

/// What becomes of the access token when a new one is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OldAccess {
    /// It lives on until it expires.
    Kept,
    /// It dies at once.
    Revoked,
}

impl Renewals {
    /// Whether a refresh rotates, given how often the grant was refreshed before.
    pub(crate) fn rotates(&self, spec: SpecRotation, before: u64) -> bool {
        match self.rotation {
            Some(Rotation::Always) => true,
            Some(Rotation::Sometimes) => before.is_multiple_of(2),
            Some(Rotation::Never) => false,
            None => spec != SpecRotation::Never,
        }
    }

    /// What happens to spent refresh tokens; `revokes` is what the sandbox was started with.
    pub(crate) fn replay(&self, spec: SpecReplay, revokes: bool) -> Replay {
        let then = if revokes { Then::Family } else { Then::Refuse };
        self.replay.unwrap_or(match spec {
            SpecReplay::Free => Replay::Free,
            SpecReplay::Fatal => Replay::Family,
            SpecReplay::Idempotent { seconds } => Replay::Idempotent(Window { seconds, then }),
            SpecReplay::Grace { seconds } => Replay::Grace(Window { seconds, then }),
            SpecReplay::Unknown if revokes => Replay::Family,
            SpecReplay::Unknown => Replay::Refuse,
        })
    }

    /// Whether a spent refresh token of this kind may get the answer that it got before.
    pub(crate) fn repeats(&self, spec: &SpecRenew) -> bool {
        let spec = match spec {
            SpecRenew::Refresh { replay, .. } => *replay,
            _ => SpecReplay::Unknown,
        };
        matches!(self.replay(spec, false), Replay::Idempotent(_))
    }

    pub(crate) fn is_use_triggered(&self) -> bool {
        self.replay == Some(Replay::UseTriggered)
    }

    pub(crate) fn revokes_old_access(&self, spec: bool) -> bool {
        self.old_access.map_or(spec, |old| old == OldAccess::Revoked)
    }

    /// How many seconds a refresh token lives that is given or used now; `spec` is how long one lives, as the spec says it,
    /// and `since` is when the grant had its first.
    pub(crate) fn refresh_seconds(&self, spec: Option<u64>, since: SystemTime, now: SystemTime) -> Option<u64> {
        let past = now.duration_since(since).unwrap_or(Duration::ZERO).as_secs();
        let rest = self.absolute_seconds.map(|seconds| seconds.saturating_sub(past));
        match (self.idle_seconds.or(spec), rest) {
            (Some(idle), Some(rest)) => Some(idle.min(rest)),
            (idle, rest) => idle.or(rest),
        }
    }

    /// How many seconds a refresh token lives that nobody uses; `spec` is what the spec says.
    pub(crate) fn idle_seconds(&self, spec: Option<u64>) -> Option<u64> {
        self.idle_seconds.or(spec)
    }
}

impl Window {
    /// Whether it is still open for a token that was first used at `spent`.
    pub(crate) fn is_open(self, spent: SystemTime, now: SystemTime) -> bool {
        now.duration_since(spent).unwrap_or(Duration::ZERO) <= Duration::from_secs(self.seconds)
    }
}
