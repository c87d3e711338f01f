//! The servers that tests need: found on the machine, started for a test in a temporary folder, on a free port of
//! loopback and without root's rights, and stopped with it, however it ends.

mod postgres;
mod process;
mod redis;

use std::path::PathBuf;

pub use postgres::Postgres;
pub use process::Server;
pub use redis::Redis;

/// When this is set in the environment, tests fail where a server is missing, instead of being left out.
pub const REQUIRE: &str = "AUTHSMITH_REQUIRE_SERVERS";

/// Whether a server that is missing is a failure.
pub fn are_required() -> bool {
    std::env::var_os(REQUIRE).is_some_and(|value| value != "0" && !value.is_empty())
}

/// A program of the `PATH`, or of the folders where packages hide it.
fn find(program: &str, more: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(more.iter().cloned())
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
