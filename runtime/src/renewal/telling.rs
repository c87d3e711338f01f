//! What a renewal tells: events for the app, and what traces and numbers have of it.

use std::sync::atomic::Ordering;

use authsmith_protocol::Secret;
use authsmith_protocol::operation::Meaning;

use super::boarding::Airborne;
use super::{Link, Outcome, Snapshot};
use crate::client::Client;
use crate::clock::epoch_millis;
use crate::error::{Error, ErrorKind};
use crate::events::{Consent, Event, Happening};
use crate::grant::Grant;
use crate::kept::Kept;
use crate::telemetry::{self, Ending, Shown};
use crate::tokens::TokenSet;

impl Link {
    /// The connection as traces have it.
    pub(super) fn shown(&self) -> Shown<'_> {
        let inner = self.client.inner();
        let id = (!inner.hides_ids).then_some(self.id.as_str());
        Shown { provider: inner.provider.name(), kind: self.kind.name(), id }
    }

    pub(super) fn tell(&self, what: Happening) {
        announce(&self.client, self.kind.name(), &self.id, what);
    }

    /// Looks at who has signed the ID token of a renewal, once its tokens are kept: nothing depends on it any more, and the
    /// vendor's keys may take a while.
    pub(super) fn verify_behind(&self, raw: Option<Secret>, kept: &Kept) {
        let client = self.client.clone();
        let (Some(raw), Some(data)) = (raw, client.inner().provider.id_tokens()) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let airborne = Airborne::new(&client);
        let (kind, id, kept) = (self.kind.name(), self.id.clone(), kept.clone());
        runtime.spawn(async move {
            let _airborne = airborne;
            let outcome = client.inner().verified(&data, &kept, raw, None).await;
            if let Some(why) = outcome.err().and_then(|error| error.id_token().cloned()) {
                announce(&client, kind, &id, Happening::IdTokenRefused { why });
            }
        });
    }

    /// New tokens stand in the store, or will.
    pub(super) fn tell_renewed(&self, old: &TokenSet, grant: &Grant) {
        self.gave.store(true, Ordering::Relaxed);
        let new = &grant.tokens;
        if grant.quarantined {
            return self.tell(Happening::SubjectChanged);
        }
        if new.value != old.value || new.expires_at != old.expires_at {
            self.tell(Happening::Renewed { expires_at: new.expires_at });
        }
        let lost = lost_scopes(old.scope.as_deref(), new.scope.as_deref());
        if !lost.is_empty() {
            self.tell(Happening::ScopeReduced { lost });
        }
    }

    /// The vendor has ended the grant.
    pub(super) fn tell_ended(&self, error: &Error) {
        let why = match error.answer_lost() {
            Some(ago) => Consent::AnswerLost { ago },
            None => Consent::Ended { code: error.code().map(str::to_owned) },
        };
        self.tell(Happening::NeedsConsent { why });
    }

    /// The user must consent anew although the vendor has not ended the grant: told once a version of the record.
    pub(super) fn tell_stuck(&self, base: &Grant, error: &Error) {
        if self.stuck.swap(base.version, Ordering::Relaxed) == base.version {
            return;
        }
        let why = match error.refusal() {
            Some(refusal) => Consent::Ended { code: refusal.code.clone() },
            None => Consent::NotRenewable,
        };
        self.tell(Happening::NeedsConsent { why });
    }

    /// Tokens that only this process has, or that it had: `before` is what was published until now.
    pub(super) fn tell_durability(&self, before: Option<&Snapshot>, after: Option<&Snapshot>) {
        let is_pending = |snapshot: Option<&Snapshot>| snapshot.is_some_and(|snapshot| snapshot.unsaved_over.is_some());
        match (is_pending(before), is_pending(after)) {
            (false, true) => self.tell(Happening::DurabilityPending),
            (true, false) => self.tell(Happening::DurabilityRecovered),
            _ => {}
        }
    }

    /// Tells once that the refresh token ends soon.
    pub(super) fn warn(&self, snapshot: &Snapshot) {
        let Some(warning) = snapshot.windows.warning.filter(|_| !snapshot.grant.needs_consent) else { return };
        let Some(ends_at) = snapshot.tokens().refresh_expires_at.filter(|_| warning <= self.now()) else { return };
        let end = epoch_millis::to_millis(ends_at);
        if self.warned.swap(end, Ordering::Relaxed) != end {
            self.tell(Happening::RefreshTokenEnding { ends_at });
        }
    }

    /// Rests after a failure, and tells of it.
    pub(super) fn note(&self, outcome: &Outcome) -> Ending {
        let client = self.client.inner();
        let gave = self.gave.swap(false, Ordering::Relaxed);
        let error = match outcome {
            Ok(_) => {
                self.rest.over();
                if client.rest.over() {
                    self.tell(Happening::ConfigurationAccepted);
                }
                return if gave { Ending::Renewed } else { Ending::Adopted };
            }
            Err(error) if error.needs_consent() => return Ending::NeedsConsent,
            // The next renewal has another refresh token to show.
            Err(error) if error.kind() == ErrorKind::Closed || error.rescued_set(self.kind.name()).is_some() => {
                return Ending::Failed;
            }
            Err(error) => error,
        };
        let (code, status) = (error.code().map(str::to_owned), error.status());
        // The client itself is refused: no other connection of it fares better.
        if error.meaning() == Meaning::Config {
            let (retry_at, before) = client.rest.failed(self.now(), error);
            if !before {
                self.tell(Happening::ConfigurationRefused { code, retry_at });
            }
            return Ending::Refused;
        }
        let (retry_at, _) = self.rest.failed(self.now(), error);
        self.tell(Happening::RenewalFailed { code, status, retry_at });
        Ending::Failed
    }
}

fn announce(client: &Client, kind: &'static str, id: &str, what: Happening) {
    let inner = client.inner();
    let event = Event { provider: inner.provider.name(), kind, id: id.to_owned(), what };
    telemetry::event(&event, (!inner.hides_ids).then_some(id));
    if let Some(listener) = &inner.listener {
        listener(&event);
    }
}

/// The scopes that were granted before and are no more. Vendors put spaces or commas between them.
fn lost_scopes(old: Option<&str>, new: Option<&str>) -> Vec<String> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let scopes = |text: &'_ str| -> Vec<String> {
        let parts = text.split(|character: char| character == ',' || character.is_whitespace());
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let kept = scopes(new);
    scopes(old).into_iter().filter(|scope| !kept.contains(scope)).collect()
}
