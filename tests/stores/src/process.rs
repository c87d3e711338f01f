//! A server's process: who it runs as, when it is ready, and how it ends.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the server until its standard input ends, which it does with this process, however that ends.
const WATCH: &str = r#""$@" & server=$!; read -r _; kill -INT "$server" 2>/dev/null; wait "$server""#;

/// A server that runs. Dropping it stops it, and removes what it has written.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Open as long as the server shall run.
    watch: Option<ChildStdin>,
    url: String,
    _folder: TempDir,
}

impl Server {
    /// Where it is reached.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Starts `command`, and waits until its log, the file `log` in `folder`, has the text `ready`.
    pub(crate) fn start(command: &Command, folder: TempDir, ready: &str, url: String) -> Result<Self, String> {
        let log = folder.path().join("log");
        let file = fs::File::create(&log).map_err(|error| error.to_string())?;
        let errors = file.try_clone().map_err(|error| error.to_string())?;
        let mut watched = Command::new("sh");
        watched.args(["-c", WATCH, "sh"]).arg(command.get_program()).args(command.get_args());
        watched.stdin(Stdio::piped()).stdout(file).stderr(errors).current_dir(folder.path());
        unprivileged(&mut watched, folder.path())?;
        let mut child = watched.spawn().map_err(|error| format!("the server doesn't start: {error}"))?;
        let watch = child.stdin.take();
        let mut server = Self { child, watch, url, _folder: folder };
        server.wait_for(&log, ready)?;
        Ok(server)
    }

    fn wait_for(&mut self, log: &Path, ready: &str) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(log).unwrap_or_default();
            if text.contains(ready) {
                return Ok(());
            }
            let ended = self.child.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || begun.elapsed() > PATIENCE {
                return Err(format!("the server doesn't start: {text}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.take());
        let _ = self.child.wait();
    }
}

/// A port of loopback that nobody uses just now.
pub(crate) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

/// Servers refuse to run as root, or shouldn't: then they run as a user that the system has for them, or as nobody.
#[cfg(unix)]
pub(crate) fn unprivileged(command: &mut Command, folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt, chown};
    use std::os::unix::process::CommandExt;

    let metadata = fs::metadata(folder).map_err(|error| error.to_string())?;
    // The folder is ours, so its owner says who we are. Once it was given away, it says whom to run as.
    let (user, group) = match metadata.uid() {
        0 => user("postgres").or_else(|| user("nobody")).ok_or("there is no user to run a server as")?,
        _ if !is_root()? => return Ok(()),
        user => (user, metadata.gid()),
    };
    chown(folder, Some(user), Some(group)).map_err(|error| error.to_string())?;
    command.uid(user).gid(group);
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn unprivileged(_: &mut Command, _: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn is_root() -> Result<bool, String> {
    use std::os::unix::fs::MetadataExt;

    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let metadata = fs::metadata(folder.path()).map_err(|error| error.to_string())?;
    Ok(metadata.uid() == 0)
}

/// The numbers of a user and its group.
#[cfg(unix)]
fn user(name: &str) -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let fields: Vec<&str> =
        users.lines().map(|line| line.split(':').collect()).find(|fields: &Vec<_>| fields.first() == Some(&name))?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}
