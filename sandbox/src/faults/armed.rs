//! The faults that wait for requests.

use std::sync::Arc;

use serde::Serialize;

use super::Fault;
use crate::events::Fate;

/// A fault that was added to a vendor, and how it went so far.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmedFault {
    /// Its number, counted from 1 for each vendor.
    pub id: u64,
    /// How many requests it was tried on.
    pub seen: u64,
    /// How many requests it struck.
    pub struck: u64,
    /// The fault.
    pub fault: Fault,
}

/// All faults of a vendor, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Armed {
    count: u64,
    faults: Vec<One>,
}

#[derive(Debug)]
struct One {
    id: u64,
    seen: u64,
    struck: u64,
    dice: u64,
    fault: Arc<Fault>,
}

/// A fault that strikes a request.
#[derive(Clone, Debug)]
pub(crate) struct Struck {
    pub(crate) id: u64,
    pub(crate) fault: Arc<Fault>,
}

impl Struck {
    pub(crate) fn fate(&self) -> Fate {
        Fate { fault: Some(self.id), delivery: self.fault.does.delivery() }
    }
}

impl Armed {
    /// Adds a fault that was checked, and gives its number.
    pub(crate) fn add(&mut self, fault: Fault) -> u64 {
        self.count += 1;
        self.faults.push(One { id: self.count, seen: 0, struck: 0, dice: fault.seed, fault: Arc::new(fault) });
        self.count
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn list(&self) -> Vec<ArmedFault> {
        let shown =
            |one: &One| ArmedFault { id: one.id, seen: one.seen, struck: one.struck, fault: Fault::clone(&one.fault) };
        self.faults.iter().map(shown).collect()
    }

    /// The first fault that strikes a request for this operation.
    pub(crate) fn strike(&mut self, operation: Option<&str>) -> Option<Struck> {
        let one = self.faults.iter_mut().find_map(|one| one.strikes(operation).then_some(one))?;
        Some(Struck { id: one.id, fault: Arc::clone(&one.fault) })
    }
}

impl One {
    fn strikes(&mut self, operation: Option<&str>) -> bool {
        let fault = &self.fault;
        if fault.operation.is_some() && fault.operation.as_deref() != operation
            || fault.times.is_some_and(|times| self.struck >= times)
        {
            return false;
        }
        self.seen += 1;
        let strikes = self.seen > fault.skip && (fault.probability >= 1.0 || roll(&mut self.dice) < fault.probability);
        self.struck += u64::from(strikes);
        strikes
    }
}

/// A number from 0 to 1, 1 left out, by SplitMix64.
fn roll(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // 32 bits fit a float exactly.
    f64::from(u32::try_from(mixed >> 32).unwrap_or_default()) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::{Armed, Fault};
    use crate::faults::Misdeed;

    fn struck(armed: &mut Armed, count: usize) -> Vec<Option<u64>> {
        (0..count).map(|_| armed.strike(Some("refresh")).map(|struck| struck.id)).collect()
    }

    #[test]
    fn in_order_and_counted() {
        let mut armed = Armed::default();
        armed.add(Fault::new(Misdeed::drop_before()).on("exchange_code"));
        armed.add(Fault::new(Misdeed::drop_before()).on("refresh").skip(1).times(2));
        armed.add(Fault::new(Misdeed::html(502)).skip(1).times(1));
        let none: Option<u64> = None;
        assert_eq!(struck(&mut armed, 6), [none, Some(2), Some(2), Some(3), none, none]);
        let list = armed.list();
        assert_eq!(list.iter().map(|one| (one.seen, one.struck)).collect::<Vec<_>>(), [(0, 0), (3, 2), (2, 1)]);
        armed.clear();
        assert_eq!(armed.list(), []);
    }

    #[test]
    fn one_seed_one_sequence() {
        let roll = |seed: u64| {
            let mut armed = Armed::default();
            armed.add(Fault::new(Misdeed::drop_before()).chance(0.25, seed));
            struck(&mut armed, 4000).iter().map(Option::is_some).collect::<Vec<_>>()
        };
        let hits = roll(7).iter().filter(|hit| **hit).count();
        assert!((900..1100).contains(&hits), "{hits}");
        assert_eq!(roll(7), roll(7));
        assert_ne!(roll(7), roll(8));
        let mut never = Armed::default();
        never.add(Fault::new(Misdeed::drop_before()).chance(0.0, 1));
        assert!(struck(&mut never, 100).iter().all(Option::is_none));
    }
}
