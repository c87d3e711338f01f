//! Traces and metrics, under names that stay. Nothing here ever sees a secret.

use std::time::Duration;

use tracing::Span;

use crate::events::{Event, Happening};

/// The target of all spans and events.
const TARGET: &str = "authsmith";

/// A connection as it may be shown: without its id where the app wants it so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub provider: &'static str,
    pub kind: &'static str,
    pub id: Option<&'a str>,
}

/// How a renewal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The vendor gave tokens, and they are what the store has.
    Renewed,
    /// Another process was faster.
    Adopted,
    /// The user must consent anew.
    NeedsConsent,
    /// The vendor refuses the app.
    Refused,
    /// It is tried again later.
    Failed,
}

impl Ending {
    fn name(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Adopted => "adopted",
            Self::NeedsConsent => "needs_consent",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The span of one renewal. It belongs to nobody who waits for it, so it has no parent, and follows from who began it.
pub(crate) fn renewal(shown: Shown<'_>) -> Span {
    let Shown { provider, kind, id } = shown;
    let span = tracing::debug_span!(target: TARGET, parent: None, "authsmith.renewal", provider, kind, id, outcome = tracing::field::Empty);
    span.follows_from(Span::current());
    span
}

/// How the renewal of the present span ended, and how long it took.
pub(crate) fn renewal_ended(shown: Shown<'_>, ending: Ending, took: Duration) {
    Span::current().record("outcome", ending.name());
    numbers::renewal_ended(shown, ending.name(), took);
}

/// Somebody waits for a renewal that others have begun.
pub(crate) fn joined(shown: Shown<'_>) {
    let Shown { provider, kind, id } = shown;
    tracing::trace!(name: "authsmith.joined", target: TARGET, provider, kind, id, "joined a renewal under way");
    numbers::joined(shown);
}

/// The span of one request.
pub(crate) fn request(provider: &'static str, operation: &str, method: &str, host: Option<&str>) -> Span {
    let status = tracing::field::Empty;
    tracing::debug_span!(target: TARGET, "authsmith.request", provider, operation, method, host, status, failure = tracing::field::Empty)
}

/// The span of one step of the store.
pub(crate) fn store(step: &'static str) -> Span {
    tracing::trace_span!(target: TARGET, "authsmith.store", step, failed = tracing::field::Empty)
}

/// A step of the store has failed.
pub(crate) fn store_failed(step: &'static str) {
    Span::current().record("failed", true);
    tracing::debug!(name: "authsmith.store_failed", target: TARGET, step, "the store failed");
    numbers::store_failed(step);
}

/// Writes an event to the trace and counts it.
pub(crate) fn event(event: &Event, id: Option<&str>) {
    let Event { provider, kind, what, .. } = event;
    macro_rules! write {
        ($level:ident, $name:literal $(, $field:ident = $value:expr)*) => {
            tracing::$level!(name: $name, target: TARGET, provider, kind, id $(, $field = $value)*, $name)
        };
    }
    match what {
        Happening::Renewed { .. } => write!(debug, "authsmith.renewed"),
        Happening::NeedsConsent { why } => write!(warn, "authsmith.needs_consent", why = tracing::field::debug(why)),
        Happening::ScopeReduced { lost } => write!(warn, "authsmith.scope_reduced", lost = tracing::field::debug(lost)),
        Happening::SubjectChanged => write!(error, "authsmith.subject_changed"),
        Happening::IdTokenRefused { why } => {
            write!(error, "authsmith.id_token_refused", why = tracing::field::display(why));
        }
        Happening::DurabilityPending => write!(error, "authsmith.durability_pending"),
        Happening::DurabilityRecovered => write!(info, "authsmith.durability_recovered"),
        Happening::RenewalFailed { code, status, .. } => {
            write!(warn, "authsmith.renewal_failed", code = code.as_deref(), status = *status);
        }
        Happening::ConfigurationRefused { code, .. } => {
            write!(error, "authsmith.configuration_refused", code = code.as_deref());
        }
        Happening::ConfigurationAccepted => write!(info, "authsmith.configuration_accepted"),
        Happening::RefreshTokenEnding { .. } => write!(warn, "authsmith.refresh_token_ending"),
    }
    numbers::event(event);
}

/// The numbers, where an app wants them.
#[cfg(feature = "metrics")]
mod numbers {
    use std::time::Duration;

    use super::Shown;
    use crate::events::{Event, Happening};

    pub(super) fn renewal_ended(shown: Shown<'_>, outcome: &'static str, took: Duration) {
        let Shown { provider, kind, .. } = shown;
        metrics::counter!("authsmith_renewals_total", "provider" => provider, "kind" => kind, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("authsmith_renewal_seconds", "provider" => provider, "kind" => kind).record(took);
    }

    pub(super) fn joined(shown: Shown<'_>) {
        let Shown { provider, kind, .. } = shown;
        metrics::counter!("authsmith_renewals_joined_total", "provider" => provider, "kind" => kind).increment(1);
    }

    pub(super) fn store_failed(step: &'static str) {
        metrics::counter!("authsmith_store_errors_total", "step" => step).increment(1);
    }

    pub(super) fn event(event: &Event) {
        let Event { provider, kind, what, .. } = event;
        let (provider, kind) = (*provider, *kind);
        let pending = || metrics::gauge!("authsmith_durability_pending", "provider" => provider, "kind" => kind);
        let circuit = || metrics::gauge!("authsmith_configuration_refused", "provider" => provider);
        match what {
            Happening::DurabilityPending => pending().increment(1.0),
            Happening::DurabilityRecovered => pending().decrement(1.0),
            Happening::ConfigurationRefused { .. } => circuit().set(1.0),
            Happening::ConfigurationAccepted => circuit().set(0.0),
            _ => {}
        }
    }
}

#[cfg(not(feature = "metrics"))]
mod numbers {
    use std::time::Duration;

    use super::Shown;
    use crate::events::Event;

    pub(super) fn renewal_ended(_: Shown<'_>, _: &'static str, _: Duration) {}

    pub(super) fn joined(_: Shown<'_>) {}

    pub(super) fn store_failed(_: &'static str) {}

    pub(super) fn event(_: &Event) {}
}
