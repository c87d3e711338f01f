//! PostgreSQL.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::{TempDir, tempdir};

use crate::find;
use crate::process::{Server, free_port, unprivileged};

/// PostgreSQL as the machine has it.
#[derive(Clone, Debug)]
pub struct Postgres {
    initdb: PathBuf,
    server: PathBuf,
}

impl Postgres {
    /// `None` when it isn't installed.
    pub fn find() -> Option<Self> {
        // Debian keeps a folder for each version, and none of them in the PATH.
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
        folders.sort();
        folders.reverse();
        // A server must be of the version of what makes its files.
        let initdb = folders.iter().map(|folder| folder.join("initdb")).find(|file| file.is_file());
        let initdb = initdb.or_else(|| find("initdb", &[]))?.canonicalize().ok()?;
        let server = initdb.with_file_name("postgres");
        server.is_file().then_some(Self { initdb, server })
    }

    /// A new server, with nothing in it but the database `postgres`, whose user has no password.
    ///
    /// # Errors
    ///
    /// When it doesn't start.
    pub fn start(&self) -> Result<Server, String> {
        self.start_with(&[])
    }

    /// One with other settings than it has by itself, as `name=value`.
    ///
    /// # Errors
    ///
    /// When it doesn't start.
    pub fn start_with(&self, settings: &[&str]) -> Result<Server, String> {
        // A language in which texts are sorted otherwise than by their bytes, where the server was built with one.
        let english = self.new_folder(&["--locale-provider=icu", "--icu-locale=en", "--locale=C"]);
        let folder = english.or_else(|_| self.new_folder(&["--no-locale"]))?;
        let port = free_port()?;
        let mut server = Command::new(&self.server);
        server.arg("-D").arg(folder.path().join("data")).arg("-p").arg(port.to_string());
        let own = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "lc_messages=C"];
        for setting in own.iter().chain(settings) {
            server.args(["-c", setting]);
        }
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Server::start(&server, folder, "database system is ready to accept connections", url)
    }

    fn new_folder(&self, language: &[&str]) -> Result<TempDir, String> {
        let folder = tempdir().map_err(|error| error.to_string())?;
        let mut initdb = Command::new(&self.initdb);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "-D"]);
        initdb.arg(folder.path().join("data")).args(language);
        initdb.current_dir(folder.path());
        unprivileged(&mut initdb, folder.path())?;
        let made = initdb.output().map_err(|error| format!("initdb doesn't start: {error}"))?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
        }
        Ok(folder)
    }
}
