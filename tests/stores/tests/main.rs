//! The stores: what every one must hold to, and what each has of its own.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod alternating;
mod common;
mod postgres;
mod redis;
mod sqlite;

use libtest_mimic::Arguments;

fn main() {
    let trials = sqlite::trials().into_iter().chain(postgres::trials()).chain(redis::trials()).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
