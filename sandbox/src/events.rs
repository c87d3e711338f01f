//! What a vendor decided, for those who judge its clients.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::CLIENT_ID;
use crate::decode::Values;
use crate::refusals::Refusal;

/// How many events are kept at most.
const KEPT: usize = 1_000_000;

/// The start of the SHA-256 of a token: enough to tell tokens apart, too little to show one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 8]);

impl Fingerprint {
    /// The fingerprint of a token.
    pub fn of(token: &str) -> Self {
        let mut start = [0; 8];
        start.iter_mut().zip(Sha256::digest(token)).for_each(|(to, from)| *to = from);
        Self(start)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a vendor decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// It issued what was asked for.
    Issued,
    /// It was told to make up a grant.
    Minted,
    /// A spent refresh token was shown again, in time to get another pair of tokens.
    ReplayInGrace,
    /// A spent refresh token was shown again, in time to get the same answer again.
    ReplayRepeated,
    /// A spent refresh token was shown again and refused.
    ReplayRefused,
    /// A spent refresh token or code was shown again, which cost the whole grant.
    FamilyRevoked,
    /// The holder took a token back.
    Revoked,
    /// It refused for another reason.
    #[default]
    Refused,
    /// It failed as it was told to.
    Failed,
    /// A fault kept it from doing anything.
    NotProcessed,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// It went out, perhaps late or slowly.
    #[default]
    Whole,
    /// It went out altered.
    Altered,
    /// Another one went out in its place.
    Replaced,
    /// A part of it went out.
    Cut,
    /// Nothing went out.
    Dropped,
}

/// The fault that strikes a request, and what it does to the answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fate {
    pub(crate) fault: Option<u64>,
    pub(crate) delivery: Delivery,
}

/// A request for tokens, or for taking one back, and what the vendor decided. Tokens are in it by their fingerprints.
/// Events stand in the order in which the vendor decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Event {
    /// Its number, counted from 1 without gaps.
    pub seq: u64,
    /// When, by the vendor's clock, in milliseconds since 1970.
    pub at_ms: u64,
    /// When, by the real clock, in milliseconds since 1970.
    pub real_ms: u64,
    /// The operation.
    pub operation: String,
    /// The client, if it showed who it is.
    pub client: Option<&'static str>,
    /// The number of the grant that all tokens of one consent belong to.
    pub family: Option<u64>,
    /// The code, refresh token or token that was shown.
    pub shown: Option<Fingerprint>,
    /// The tokens that were issued.
    pub tokens: Vec<Fingerprint>,
    /// The refresh tokens that were issued.
    pub refresh_tokens: Vec<Fingerprint>,
    /// What was decided.
    pub decision: Decision,
    /// The error code of a refusal.
    pub code: Option<String>,
    /// What became of the answer.
    pub delivery: Delivery,
    /// The number of the fault that struck.
    pub fault: Option<u64>,
}

/// Events after a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Events {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// The cursor for the next page.
    pub cursor: u64,
    /// How many events after the given cursor are kept no longer.
    pub lost: u64,
}

/// How a grant stands with the vendor now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Standing {
    /// The number of the grant.
    pub family: u64,
    /// The refresh tokens that are good and were not used yet. Whoever holds one of them has not lost the grant.
    pub refresh_tokens: Vec<Fingerprint>,
    /// How often it was refreshed.
    pub refreshes: u64,
    /// Whether all of it was revoked.
    pub revoked: bool,
}

/// How often a vendor did what, since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// Grants answered with what was asked for, refreshes among them.
    pub issued: u64,
    /// Grants answered for a refresh token.
    pub refreshed: u64,
    /// Grants made up by [`Sandbox::mint`](crate::Sandbox::mint).
    pub minted: u64,
    /// Spent refresh tokens that got another pair of tokens.
    pub replays_in_grace: u64,
    /// Spent refresh tokens that got the same answer again.
    pub replays_repeated: u64,
    /// Spent refresh tokens that were refused, without further harm.
    pub replays_refused: u64,
    /// Grants lost because something spent was shown again.
    pub families_revoked: u64,
    /// Tokens that their holder took back.
    pub revoked: u64,
    /// Grants refused for other reasons.
    pub refused: u64,
    /// Grants that failed as the vendor was told to.
    pub failed: u64,
    /// Grants that a fault kept the vendor from carrying out.
    pub not_processed: u64,
    /// Grants carried out whose answer did not go out whole.
    pub undelivered: u64,
    /// Calls answered.
    pub calls: u64,
    /// Calls refused.
    pub calls_refused: u64,
}

/// An event on its way into the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) operation: String,
    pub(crate) family: Option<u64>,
    pub(crate) client: Option<&'static str>,
    pub(crate) shown: Option<Fingerprint>,
    /// Whether what was shown is a refresh token.
    pub(crate) is_refresh: bool,
    pub(crate) tokens: Vec<Fingerprint>,
    pub(crate) refresh_tokens: Vec<Fingerprint>,
    pub(crate) decision: Decision,
    pub(crate) code: Option<String>,
    pub(crate) fate: Fate,
}

impl Entry {
    /// An entry for a request with these values.
    pub(crate) fn new(operation: &str, values: &Values, shown: &[String], fate: Fate) -> Self {
        let named = |name: &str| values.get(name).and_then(|value| value.as_str());
        let token = named("code").or_else(|| named("refresh_token")).or_else(|| named("token"));
        let token = token.or_else(|| shown.first().map(String::as_str));
        let is_refresh = named("code").is_none() && named("refresh_token").is_some();
        let shown = token.map(Fingerprint::of);
        Self { operation: operation.to_owned(), client: Some(CLIENT_ID), shown, is_refresh, fate, ..Self::default() }
    }

    /// The same, refused unless something worse was decided already.
    pub(crate) fn refused(mut self, refusal: &Refusal) -> Self {
        if !matches!(self.decision, Decision::ReplayRefused | Decision::FamilyRevoked) {
            self.decision = Decision::Refused;
        }
        if refusal.code.as_deref() == Some("invalid_client") {
            self.client = None;
        }
        self.code.clone_from(&refusal.code);
        self
    }
}

/// The events of a vendor.
#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: VecDeque<Event>,
    last: u64,
    counters: Counters,
}

impl Log {
    pub(crate) fn push(&mut self, entry: Entry, now: SystemTime) {
        self.count(&entry);
        self.last += 1;
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(Event {
            seq: self.last,
            at_ms: milliseconds(now),
            real_ms: milliseconds(SystemTime::now()),
            operation: entry.operation,
            client: entry.client,
            family: entry.family,
            shown: entry.shown,
            tokens: entry.tokens,
            refresh_tokens: entry.refresh_tokens,
            decision: entry.decision,
            code: entry.code,
            delivery: entry.fate.delivery,
            fault: entry.fate.fault,
        });
    }

    pub(crate) fn call(&mut self, refused: bool) {
        let counter = if refused { &mut self.counters.calls_refused } else { &mut self.counters.calls };
        *counter += 1;
    }

    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    /// The events after `after`, `limit` of them at most.
    pub(crate) fn page(&self, after: u64, limit: usize) -> Events {
        let first = self.kept.front().map_or(self.last + 1, |event| event.seq);
        let wanted = after.saturating_add(1);
        let skip = usize::try_from(wanted.saturating_sub(first)).unwrap_or(usize::MAX);
        let from = skip.min(self.kept.len());
        let until = from.saturating_add(limit).min(self.kept.len());
        let events: Vec<Event> = self.kept.range(from..until).cloned().collect();
        let cursor = events.last().map_or(after, |event| event.seq);
        Events { events, cursor, lost: first.saturating_sub(wanted) }
    }

    fn count(&mut self, entry: &Entry) {
        let counters = &mut self.counters;
        let counter = match entry.decision {
            Decision::Issued => &mut counters.issued,
            Decision::Minted => &mut counters.minted,
            Decision::ReplayInGrace => &mut counters.replays_in_grace,
            Decision::ReplayRepeated => &mut counters.replays_repeated,
            Decision::ReplayRefused => &mut counters.replays_refused,
            Decision::FamilyRevoked => &mut counters.families_revoked,
            Decision::Revoked => &mut counters.revoked,
            Decision::Refused => &mut counters.refused,
            Decision::Failed => &mut counters.failed,
            Decision::NotProcessed => &mut counters.not_processed,
        };
        *counter += 1;
        counters.refreshed += u64::from(entry.decision == Decision::Issued && entry.is_refresh);
        let carried_out = entry.decision != Decision::NotProcessed;
        let whole = matches!(entry.fate.delivery, Delivery::Whole | Delivery::Altered);
        counters.undelivered += u64::from(carried_out && !whole);
    }
}

fn milliseconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::{Entry, Fingerprint, Log};

    #[test]
    fn pages() {
        let mut log = Log::default();
        for _ in 0..5 {
            log.push(Entry::default(), SystemTime::now());
        }
        log.kept.drain(..2);
        let numbers = |after, limit| log.page(after, limit).events.iter().map(|one| one.seq).collect::<Vec<_>>();
        assert_eq!((numbers(0, 2), log.page(0, 2).cursor, log.page(0, 2).lost), (vec![3, 4], 4, 2));
        assert_eq!((numbers(4, 9), log.page(4, 9).lost), (vec![5], 0));
        assert_eq!((numbers(5, 9), log.page(5, 9).cursor), (vec![], 5));
        assert_eq!((numbers(u64::MAX, 9), log.page(u64::MAX, 9).cursor), (vec![], u64::MAX));
        assert_eq!(Log::default().page(0, 9).lost, 0);
    }

    #[test]
    fn fingerprints() {
        // The start of `printf abc | sha256sum`.
        assert_eq!(Fingerprint::of("abc").to_string(), "ba7816bf8f01cfea");
    }
}
