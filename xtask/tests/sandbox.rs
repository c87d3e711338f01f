//! `sandbox`, as a program that runs until it is stopped.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn it_stays_when_nobody_reads_what_it_prints() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut program = Command::new(env!("CARGO_BIN_EXE_xtask"));
    program.args(["sandbox", "--port", &port.to_string()]).stdin(Stdio::null());
    let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let limit = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() && child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < limit, "nothing listens at {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
    // What it prints comes after it listens.
    std::thread::sleep(Duration::from_millis(500));
    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(ended.is_none() && said.is_empty(), "{ended:?}: {said}");
}
