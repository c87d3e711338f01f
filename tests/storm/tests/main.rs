//! The storm, short; and a process killed at each step of a renewal, on each store.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod crash_points;
mod short;

use libtest_mimic::Arguments;

fn main() {
    let trials = short::trials().into_iter().chain(crash_points::trials()).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
