//! The repository.

use std::path::{Path, PathBuf};

use cargo_authsmith::Home;

/// Its directory.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Where the commands run: its own specs, clients and runtime.
pub fn home() -> Home {
    Home { program: "cargo xtask", root: root(), runtime: Some(root().join("runtime")) }
}
