//! What happens to connections, for an app that wants to know without asking.

use std::fmt;
use std::time::{Duration, SystemTime};

use authsmith_protocol::IdTokenError;

/// Something that has happened to a connection, or to the whole client. There is one event a happening, told in the process in
/// which it happened, and no event holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The vendor, by its name in the spec.
    pub provider: &'static str,
    /// The kind of token.
    pub kind: &'static str,
    /// The app's own id of the connection by which it was noticed.
    pub id: String,
    /// What it was.
    pub what: Happening,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// The connection has new tokens.
    Renewed {
        /// When the new token expires, when that is known.
        expires_at: Option<SystemTime>,
    },
    /// The connection can't be renewed any more: ask its user for consent anew.
    NeedsConsent {
        /// Why.
        why: Consent,
    },
    /// A renewal gave less than was granted before. The tokens are kept and used.
    ScopeReduced {
        /// The scopes that are gone.
        lost: Vec<String>,
    },
    /// A renewal gave tokens of another user: the `sub` of the ID token in its answer is not the one of before (OpenID
    /// Connect Core, section 12.2). They are kept, so that nothing is lost, and never served: the connection needs consent.
    SubjectChanged,
    /// The ID token of a renewal can't be believed. It names the user of before or nobody, and the tokens beside it are kept and
    /// used: a renewal proves nothing by it (OpenID Connect Core, section 12.2).
    IdTokenRefused {
        /// Why.
        why: IdTokenError,
    },
    /// The store didn't take what a renewal gave, so that it lives in this process alone. It serves, and is saved later.
    DurabilityPending,
    /// What the store didn't take before is saved.
    DurabilityRecovered,
    /// A renewal has failed, and the connection is as good as before.
    RenewalFailed {
        /// The vendor's own code, when it refused.
        code: Option<String>,
        /// The HTTP status, when the vendor refused.
        status: Option<u16>,
        /// Before this moment it isn't tried again by itself.
        retry_at: SystemTime,
    },
    /// The vendor refuses the app itself: no connection of this client is renewed before that moment. Every grant is as good
    /// as before.
    ConfigurationRefused {
        /// The vendor's own code.
        code: Option<String>,
        /// Before this moment it isn't tried again by itself.
        retry_at: SystemTime,
    },
    /// The vendor takes the app again.
    ConfigurationAccepted,
    /// The refresh token ends soon, and no renewal is known to put that off: ask the user for consent in good time.
    RefreshTokenEnding {
        /// When it ends.
        ends_at: SystemTime,
    },
}

/// Why a user must consent anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// The vendor says that the grant is over.
    Ended {
        /// The vendor's own code.
        code: Option<String>,
    },
    /// The vendor says that the grant is over, after the answer to a renewal was lost which may have spent the refresh token.
    AnswerLost {
        /// How long before that renewal was sent.
        ago: Duration,
    },
    /// There is nothing with which to renew the token.
    NotRenewable,
}

impl Happening {
    /// The name under which traces and logs have it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Renewed { .. } => "authsmith.renewed",
            Self::NeedsConsent { .. } => "authsmith.needs_consent",
            Self::ScopeReduced { .. } => "authsmith.scope_reduced",
            Self::SubjectChanged => "authsmith.subject_changed",
            Self::IdTokenRefused { .. } => "authsmith.id_token_refused",
            Self::DurabilityPending => "authsmith.durability_pending",
            Self::DurabilityRecovered => "authsmith.durability_recovered",
            Self::RenewalFailed { .. } => "authsmith.renewal_failed",
            Self::ConfigurationRefused { .. } => "authsmith.configuration_refused",
            Self::ConfigurationAccepted => "authsmith.configuration_accepted",
            Self::RefreshTokenEnding { .. } => "authsmith.refresh_token_ending",
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}/{}", self.what.name(), self.provider, self.kind, self.id.escape_debug())
    }
}

/// Who is told of events.
pub(crate) type Listener = dyn Fn(&Event) + Send + Sync;
