//! `sandbox`, as a program that runs until it is stopped.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The first of sixteen ports that nobody listens at: the vendors take one each, one after the other. They lie below
/// those that the system gives to whoever asks for any.
fn free_ports() -> u16 {
    let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let blocks = (0..500_u16).map(|block| 20_000 + block * 16);
    let mut blocks = blocks.cycle().skip(std::process::id() as usize % 500).take(500);
    blocks.find(|first| (*first..first + 16).all(is_free)).unwrap()
}

#[test]
fn it_stays_when_nobody_reads_what_it_prints() {
    let port = free_ports();
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
