//! Chance that can be had twice: one seed, one sequence (SplitMix64).

use std::sync::atomic::{AtomicU64, Ordering};

/// Dice that any number of tasks may throw.
#[derive(Debug)]
pub struct Dice(AtomicU64);

impl Dice {
    /// Dice that start here.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when that is 0.
    pub fn below(&self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// True once in so many throws, on average.
    pub fn strikes(&self, chance: f64) -> bool {
        const FINE: u64 = 1 << 40;
        (self.below(FINE) as f64) < chance * FINE as f64
    }
}
