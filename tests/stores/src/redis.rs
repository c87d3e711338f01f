//! Redis.

use std::path::PathBuf;
use std::process::Command;

use tempfile::tempdir;

use crate::find;
use crate::process::{Server, free_port};

/// What makes Redis keep what it has answered.
pub const DURABLE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// Redis as the machine has it.
#[derive(Clone, Debug)]
pub struct Redis {
    server: PathBuf,
}

impl Redis {
    /// `None` when it isn't installed.
    pub fn find() -> Option<Self> {
        let server = find("redis-server", &[PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/bin")])?;
        Some(Self { server })
    }

    /// A new server that keeps what it has answered.
    ///
    /// # Errors
    ///
    /// When it doesn't start.
    pub fn start(&self) -> Result<Server, String> {
        self.start_with(DURABLE)
    }

    /// One with these arguments.
    ///
    /// # Errors
    ///
    /// When it doesn't start.
    pub fn start_with(&self, arguments: &[&str]) -> Result<Server, String> {
        let folder = tempdir().map_err(|error| error.to_string())?;
        let port = free_port()?;
        let mut server = Command::new(&self.server);
        server.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"]).arg(folder.path());
        server.args(arguments);
        Server::start(&server, folder, "eady to accept connections", format!("redis://127.0.0.1:{port}"))
    }
}
