//! What is printed about a run.

use std::fmt;
use std::time::Duration;

use crate::judge::{Point, Verdict};
use crate::place::Sort;

/// A run, and how it was judged.
#[derive(Debug)]
pub struct Report {
    /// The store.
    pub sort: Sort,
    /// Where the dice started.
    pub seed: u64,
    /// How long the processes renewed.
    pub took: Duration,
    /// How often the vendor has renewed.
    pub renewals: u64,
    /// How many grants there were.
    pub grants: usize,
    /// How many processes were started.
    pub started: u64,
    /// How many of them were killed from outside.
    pub killed: u64,
    /// How many ended themselves at a point, by the same signal.
    pub fell: u64,
    /// The judgment.
    pub verdict: Verdict,
}

impl Report {
    /// Points that no kill has struck. A run that misses one proves nothing about it.
    pub fn missed(&self) -> Vec<Point> {
        let struck = |point: &Point| self.verdict.points.contains_key(point);
        Point::ALL.into_iter().filter(|point| !struck(point)).collect()
    }

    /// Whether nothing was lost that could have been kept, and every point was struck.
    pub fn is_good(&self) -> bool {
        self.verdict.wrong.is_empty() && self.missed().is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, seconds) = (&self.verdict, self.took.as_secs_f64());
        let rate = self.renewals as f64 / seconds.max(0.001);
        writeln!(f, "{}: {} renewals of {} grants in {seconds:.1} s", self.sort, self.renewals, self.grants)?;
        writeln!(f, "  {rate:.0} renewals a second, seed {}", self.seed)?;
        let (started, killed, fell) = (self.started, self.killed, self.fell);
        writeln!(f, "  {started} processes, of which {killed} were killed at random and {fell} at a point\n")?;
        writeln!(f, "  {:<30} {:>8} {:>12}", "cut off", "renewals", "grants lost")?;
        for point in Point::ALL {
            let (struck, lost) = verdict.points.get(&point).copied().unwrap_or_default();
            writeln!(f, "  {point:<30} {struck:>8} {lost:>12}")?;
        }
        writeln!(f, "\n  {} grants lost, {} of them revoked", verdict.lost, verdict.revoked)?;
        writeln!(f, "  {} were told why while the run went on, the rest by the next to ask", verdict.told_meanwhile)?;
        for point in self.missed() {
            writeln!(f, "  MISSED: no kill struck: {point}")?;
        }
        for wrong in &verdict.wrong {
            writeln!(f, "  WRONG: {wrong}")?;
        }
        write!(f, "  {}", if self.is_good() { "nothing was lost that could have been kept" } else { "FAILED" })
    }
}
