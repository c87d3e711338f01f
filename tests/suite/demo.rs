//! The README's first command: every vendor's whole flow, by the `login` programs against the sandbox.

use std::process::Command;

use authsmith_sandbox::{CLIENT_SECRET, PASSWORD};

use crate::support::{MASK, mask, root};

/// What every token and code of the sandbox ends in, as it stands in JSON, and in a URL.
const MARKS: [&str; 3] = ["+/=", "%2B%2F%3D", "%2b%2f%3d"];

/// `sandbox-client:` in base64, with which every basic header would begin.
const BASIC: &str = "c2FuZGJveC1jbGllbnQ6";

#[test]
fn every_step_is_done_and_no_secret_is_shown() {
    let output = Command::new(env!("CARGO")).args(["xtask", "demo"]).current_dir(root()).output().unwrap();
    let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let masked = mask(&shown, [CLIENT_SECRET, PASSWORD, BASIC].into_iter().chain(MARKS));
    assert!(output.status.success(), "{masked}");
    assert!(shown.contains("5 vendors, 28 steps, all done"), "{masked}");
    assert!(shown.matches("[redacted]").count() > 50, "the steps are shown: {masked}");
    assert!(masked == shown, "a secret was shown, where {MASK} stands:\n{masked}");
}
