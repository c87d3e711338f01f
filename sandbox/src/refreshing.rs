//! Refresh tokens shown, spent and shown again.

use std::time::SystemTime;

use authsmith_codegen::model::{Grant, Provider, Renew, Rotation};

use crate::events::{Decision, Entry};
use crate::refusals::Refusal;
use crate::renewals::{Renewals, Replay, Then};
use crate::reply::Reply;
use crate::store::{Family, Granted, RefreshToken, Store, later, renewal};

/// What decides about a refresh token besides itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) renewals: &'a Renewals,
    /// Whether a spent token costs the grant where nothing else is said.
    pub(crate) replay_revokes: bool,
    pub(crate) now: SystemTime,
}

/// A refresh token that is good.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    /// For this.
    Good(Granted),
    /// For the answer that it got before.
    Repeated(Reply),
}

/// What happens to a spent refresh token.
enum Verdict {
    Again,
    Repeat(Reply),
    Refuse,
    Family,
}

/// The answer that a refresh token got.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) reply: Reply,
    pub(crate) refresh_token: Option<String>,
}

impl Store {
    /// Whether a refresh token is of the kind from which the grant gets tokens of another.
    pub(crate) fn is_source(&self, token: &str, grant: &Grant) -> bool {
        self.refresh.get(token).is_some_and(|known| grant.from.as_ref() == Some(&known.kind))
    }

    /// Takes a refresh token for a grant. Whether it is spent by that is up to the answer.
    pub(crate) fn show_refresh_token(
        &mut self,
        token: &str,
        grant: &Grant,
        rules: Rules<'_>,
        entry: &mut Entry,
    ) -> Result<Shown, Refusal> {
        let Some(known) = self.refresh.get(token) else {
            return Err(Refusal::invalid_grant("the refresh token was not issued here"));
        };
        let granted = known.granted.clone();
        entry.family = Some(granted.family.number());
        let (is_source, name) = (self.is_source(token, grant), &grant.name.wire);
        let replay = match renewal(rules.provider, &known.kind) {
            Renew::Refresh { grant: by, replay, .. } if by == name || is_source => {
                rules.renewals.replay(*replay, rules.replay_revokes)
            }
            Renew::Extend(by) | Renew::Exchange(by) if by == name => Replay::Free,
            _ if is_source => Replay::Free,
            _ => return Err(Refusal::invalid_grant("the refresh token is of a kind that this grant does not take")),
        };
        if known.revoked {
            return Err(Refusal::invalid_grant("the refresh token is revoked"));
        }
        if let Some(late) = known.expires_at.and_then(|at| rules.now.duration_since(at).ok()) {
            return Err(Refusal::invalid_grant(format!("the refresh token expired {} s ago", late.as_secs())));
        }
        let parent = known.parent.clone();
        let verdict = known.spent.map(|spent| self.verdict(known, replay, spent, rules.now));
        match verdict {
            None => {}
            Some(Verdict::Again) => entry.decision = Decision::ReplayInGrace,
            Some(Verdict::Repeat(reply)) => {
                entry.decision = Decision::ReplayRepeated;
                return Ok(Shown::Repeated(reply));
            }
            Some(Verdict::Refuse) => {
                entry.decision = Decision::ReplayRefused;
                return Err(Refusal::invalid_grant("the refresh token was spent before"));
            }
            Some(Verdict::Family) => {
                entry.decision = Decision::FamilyRevoked;
                self.revoke_family(granted.family);
                return Err(Refusal::invalid_grant("the refresh token was spent before; all of the grant is revoked"));
            }
        }
        if let Some(parent) = parent {
            self.spend(&parent, rules.now);
        }
        Ok(Shown::Good(granted))
    }

    fn verdict(&self, known: &RefreshToken, replay: Replay, spent: SystemTime, now: SystemTime) -> Verdict {
        let is_spent = |token: &str| self.refresh.get(token).is_none_or(|token| token.spent.is_some());
        let then = |then: Then| if then == Then::Family { Verdict::Family } else { Verdict::Refuse };
        match replay {
            Replay::Free => Verdict::Again,
            Replay::Refuse | Replay::UseTriggered => Verdict::Refuse,
            Replay::Family => Verdict::Family,
            Replay::Grace(window) if window.is_open(spent, now) => Verdict::Again,
            Replay::Idempotent(window) if window.is_open(spent, now) => match &known.given {
                Some(given) if !given.refresh_token.as_deref().is_some_and(is_spent) => {
                    Verdict::Repeat(given.reply.clone())
                }
                _ => then(window.then),
            },
            Replay::Grace(window) | Replay::Idempotent(window) => then(window.then),
        }
    }

    /// Spends a refresh token; its first use counts.
    pub(crate) fn spend(&mut self, token: &str, now: SystemTime) {
        if let Some(known) = self.refresh.get_mut(token) {
            known.spent.get_or_insert(now);
        }
    }

    /// Whether a refresh token may get the answer that it got before.
    pub(crate) fn repeats(&self, token: &str, provider: &Provider, rules: &Renewals) -> bool {
        self.refresh.get(token).is_some_and(|known| rules.repeats(renewal(provider, &known.kind)))
    }

    /// Remembers what a refresh token got, where it may be asked for it again.
    pub(crate) fn remember_given(&mut self, token: &str, given: Given) {
        if let Some(known) = self.refresh.get_mut(token).filter(|known| known.given.is_none()) {
            known.given = Some(Box::new(given));
        }
    }

    /// Whether the refresh of a grant that is under way rotates.
    pub(crate) fn rotates(&mut self, family: Family, spec: Rotation, rules: &Renewals) -> bool {
        let grant = self.grant(family);
        let before = grant.refreshes;
        grant.refreshes += 1;
        rules.rotates(spec, before)
    }

    /// Lets a refresh token that stays live as long as it would if it were given now.
    pub(crate) fn keep_alive(&mut self, token: &str, idle: Option<u64>, rules: &Renewals, now: SystemTime) {
        let Some(family) = self.refresh.get(token).map(|known| known.granted.family) else { return };
        let since = self.since(family, now);
        let Some(idle) = rules.idle_seconds(idle) else { return };
        let seconds = rules.refresh_seconds(None, since, now).map_or(idle, |seconds| seconds.min(idle));
        if let Some(known) = self.refresh.get_mut(token) {
            let end = later(now, seconds);
            known.expires_at = Some(known.ends_at.map_or(end, |last| last.min(end)));
        }
    }
}
