//! Kinds of token, and how each is renewed.

use super::{Name, Param};

/// A kind of token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKind {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub about: Option<String>,
    /// How it is shown on a call; `None` when it never is.
    pub present: Option<Param>,
    /// How it is renewed.
    pub renew: Renew,
    /// How many seconds before it expires it counts as expired; the client's own margin when nothing is said.
    pub early: Option<u64>,
    /// Whether it is renewed only when the app asks for it, never because it is about to expire.
    pub on_demand: bool,
    /// How many seconds its refresh token lives that nobody uses; each renewal begins them anew.
    pub refresh_idle: Option<u64>,
}

/// How a kind of token is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renew {
    /// Not at all: the user must come back.
    None,
    /// By a refresh grant.
    Refresh {
        /// The wire name of the grant.
        grant: String,
        /// What becomes of the refresh token.
        rotation: Rotation,
        /// What a refresh token does that is shown once more.
        replay: Replay,
        /// Whether the old access token dies at once.
        old_access_revoked: bool,
    },
    /// By repeating the grant that gave it, with the same inputs.
    Reissue,
    /// By this grant (wire name), whose answer has no token: the token that is there lives on.
    Extend(String),
    /// By this grant (wire name), which shows the current token as `<token>` and gives a new one.
    Exchange(String),
}

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays.
    Never,
    /// It may be replaced.
    Sometimes,
    /// It is replaced.
    Always,
}

/// What happens when a spent refresh token is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Nobody says.
    Unknown,
    /// It is refused, and ends the grant.
    Fatal,
    /// It works as before.
    Free,
    /// It gives the same tokens again for so many seconds.
    Idempotent {
        /// Counted from its first use.
        seconds: u64,
    },
    /// It gives other tokens for so many seconds.
    Grace {
        /// Counted from its first use.
        seconds: u64,
    },
}

impl Replay {
    /// Whether it holds for a while.
    pub fn has_window(self) -> bool {
        matches!(self, Self::Idempotent { .. } | Self::Grace { .. })
    }
}
