//! Whether every loss was one that nobody could have kept from happening.
//!
//! The vendor's log and the store decide. A renewal that the vendor has carried out, and whose refresh token neither
//! stands in the store nor was ever shown, is lost. It must belong to a kill that struck between the vendor's commit and
//! the write, its user must be told so, and no refresh token may have been shown twice for another reason.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use authsmith_sandbox::{Decision, Event};

use crate::marks::{Mark, Phase};
use crate::vendor::Kept;

/// Where a kill has struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// No renewal was under way.
    Between,
    /// Before the lease was taken, or while it was asked for.
    BeforeClaim,
    /// Before it was written down that something is sent.
    BeforeConfirm,
    /// Before anything was sent.
    BeforeSend,
    /// The vendor has not carried it out.
    NotProcessed,
    /// The vendor has carried it out, and its answer was not received.
    BeforeAnswer,
    /// The answer was received and nothing written.
    BeforeWrite,
    /// While the store wrote.
    DuringWrite,
    /// Before the callers had the new token.
    BeforePublish,
}

impl Point {
    /// All of them, in the order of a renewal.
    pub const ALL: [Self; 9] = [
        Self::Between,
        Self::BeforeClaim,
        Self::BeforeConfirm,
        Self::BeforeSend,
        Self::NotProcessed,
        Self::BeforeAnswer,
        Self::BeforeWrite,
        Self::DuringWrite,
        Self::BeforePublish,
    ];

    /// Whether a kill here may cost the grant: the vendor has spent the refresh token, and nothing is written yet.
    pub fn may_cost_a_grant(self) -> bool {
        matches!(self, Self::BeforeAnswer | Self::BeforeWrite | Self::DuringWrite)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Between => "between renewals",
            Self::BeforeClaim => "before the lease",
            Self::BeforeConfirm => "leased, nothing written down",
            Self::BeforeSend => "written down, not sent",
            Self::NotProcessed => "sent, not carried out",
            Self::BeforeAnswer => "carried out, no answer yet",
            Self::BeforeWrite => "answered, not yet writing",
            Self::DuringWrite => "while the store wrote",
            Self::BeforePublish => "written, nobody told yet",
        })
    }
}

/// What the next holder of a grant met after the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// It was renewed.
    Renewed,
    /// The user must log in again; what the library says about a lost answer.
    Ended(Option<Duration>),
    /// Something else.
    Failed(String),
}

/// A grant when all is over.
#[derive(Clone, Debug)]
pub struct Left {
    /// Which one.
    pub kept: Kept,
    /// The fingerprint of the refresh token in the store.
    pub stored: Option<String>,
    /// Whether the vendor takes it.
    pub is_good: bool,
    /// What its holder met.
    pub met: Met,
}

/// What there is to judge by.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// All that the vendor decided.
    pub log: &'a [Event],
    /// Where the processes that were killed have stopped.
    pub cut_off: &'a [Mark],
    /// What the processes were told about lost grants.
    pub told: &'a [Mark],
    /// The grants.
    pub left: &'a [Left],
}

/// The outcome of a run.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many renewals were cut off at each point, and how many grants that has cost.
    pub points: BTreeMap<Point, (u64, u64)>,
    /// Grants whose refresh token is no longer good.
    pub lost: u64,
    /// Grants that the vendor has revoked because a spent refresh token was shown.
    pub revoked: u64,
    /// How many of the lost ones a process has met before the run was over, and was told why.
    pub told_meanwhile: u64,
    /// What must not be.
    pub wrong: Vec<String>,
}

/// Judges a run.
pub fn judge(evidence: &Evidence<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let orphans = orphans(evidence);
    let ids: HashMap<u64, &str> = evidence.left.iter().map(|left| (left.kept.family, left.kept.id.as_str())).collect();
    let mut explained = HashSet::new();
    for mark in evidence.cut_off {
        let point = point(mark, &orphans);
        let costs = point.may_cost_a_grant() && mark.shown.as_deref().is_some_and(|shown| orphans.contains_key(shown));
        let (struck, lost) = verdict.points.entry(point).or_default();
        *struck += 1;
        *lost += u64::from(costs);
        explained.extend(mark.shown.clone().filter(|_| costs));
    }
    for (shown, family) in &orphans {
        if !explained.contains(shown) {
            let id = ids.get(family).unwrap_or(&"?");
            verdict.wrong.push(format!("{id}: what {shown} was renewed to is nowhere, and no kill explains it"));
        }
    }
    for event in evidence.log {
        let twice = matches!(event.decision, Decision::FamilyRevoked | Decision::ReplayRefused);
        verdict.revoked += u64::from(event.decision == Decision::FamilyRevoked);
        let shown = event.shown.map(|shown| shown.to_string()).unwrap_or_default();
        if twice && !explained.contains(&shown) {
            let id = event.family.and_then(|family| ids.get(&family).copied()).unwrap_or("?");
            verdict.wrong.push(format!("{id}: {shown} was shown again, although what it gave was kept"));
        }
    }
    let told: HashSet<&str> =
        evidence.told.iter().filter(|mark| mark.answer_lost.is_some()).map(|mark| mark.grant.as_str()).collect();
    for mark in evidence.told.iter().filter(|mark| mark.answer_lost.is_none()) {
        verdict.wrong.push(format!("{}: the user must log in again, and was not told why", mark.grant));
    }
    let lost_families: HashSet<u64> = orphans.values().copied().collect();
    for left in evidence.left {
        let (id, is_lost) = (&left.kept.id, lost_families.contains(&left.kept.family));
        verdict.lost += u64::from(!left.is_good);
        verdict.told_meanwhile += u64::from(!left.is_good && told.contains(id.as_str()));
        match (&left.met, left.is_good) {
            (Met::Renewed, true) => {}
            (Met::Ended(Some(_)), false) if is_lost => {}
            (met, true) => verdict.wrong.push(format!("{id}: the refresh token in the store is good, but: {met:?}")),
            (met, false) if is_lost => verdict.wrong.push(format!("{id}: lost, and its holder met: {met:?}")),
            (met, false) => verdict.wrong.push(format!("{id}: lost without a renewal that was lost: {met:?}")),
        }
    }
    verdict
}

/// Refresh tokens whose renewal was carried out, and whose successor is neither in the store nor was ever shown; with
/// the grants that they belong to.
fn orphans(evidence: &Evidence<'_>) -> HashMap<String, u64> {
    let shown = evidence.log.iter().filter_map(|event| event.shown).map(|shown| shown.to_string());
    let stored = evidence.left.iter().filter_map(|left| left.stored.clone());
    let kept: HashSet<String> = shown.chain(stored).collect();
    let renewals = evidence.log.iter().filter(|event| event.decision == Decision::Issued);
    let lost = renewals.filter(|event| !event.refresh_tokens.iter().any(|given| kept.contains(&given.to_string())));
    lost.filter_map(|event| Some((event.shown?.to_string(), event.family?))).collect()
}

fn point(mark: &Mark, orphans: &HashMap<String, u64>) -> Point {
    match mark.phase {
        Phase::Over | Phase::Ended => Point::Between,
        Phase::Claiming => Point::BeforeClaim,
        Phase::Claimed => Point::BeforeConfirm,
        // The mark stands before the first byte: where the vendor has heard nothing, perhaps nothing was sent.
        Phase::Confirmed => Point::BeforeSend,
        Phase::Unanswered => Point::NotProcessed,
        Phase::Sent => match mark.shown.as_deref().is_some_and(|shown| orphans.contains_key(shown)) {
            true => Point::BeforeAnswer,
            false => Point::NotProcessed,
        },
        Phase::Answered => Point::BeforeWrite,
        Phase::Storing => Point::DuringWrite,
        Phase::Stored => Point::BeforePublish,
    }
}
