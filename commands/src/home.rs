//! Where a command runs, and under which name.

use std::path::PathBuf;

/// What the commands don't ask their user for.
#[derive(Clone, Debug)]
pub struct Home {
    /// What the user types before the name of a command: `cargo authsmith`.
    pub program: &'static str,
    /// The directory in which `specs/` and `clients/` stand unless the arguments name others.
    pub root: PathBuf,
    /// The directory of the runtime that generated crates depend on; none takes it from the registry.
    pub runtime: Option<PathBuf>,
}

impl Home {
    /// The directory of the specs.
    pub fn specs(&self) -> PathBuf {
        self.root.join("specs")
    }
}
