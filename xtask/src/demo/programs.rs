//! The `login` programs of the generated crates: built by one call of cargo, run as processes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use authsmith_codegen::model::Provider;
use serde_json::Value;

use crate::paths;
use crate::stop::{Outcome, Stop};

/// The one program of a generated crate.
const PROGRAM: &str = "login";

/// Builds the programs of all vendors.
pub fn build(providers: &[Provider]) -> Outcome {
    let mut cargo = cargo("build");
    cargo.arg("--examples");
    for provider in providers {
        cargo.args(["-p", &package(provider)]);
    }
    let status = cargo.status().map_err(|error| Stop::new(format!("can't run cargo: {error}")))?;
    match status.success() {
        true => Ok(()),
        false => Err(Stop::new("the login programs don't build; cargo says why above")),
    }
}

/// Runs one vendor's program against `server`, passing on what it prints; gives its report.
pub fn run(provider: &Provider, server: &str, values: &BTreeMap<String, String>) -> Outcome<Value> {
    let mut program = cargo("run");
    program.args(["--quiet", "-p", &package(provider), "--example", PROGRAM, "--"]);
    program.args(["--auto", "--report", "json", "--server", server, "--callback", authsmith_sandbox::REDIRECT_URI]);
    for (name, value) in values {
        program.arg("--set").arg(format!("{name}={value}"));
    }
    let variable = |name: &str| format!("{}_{name}", provider.name.wire).to_uppercase();
    program.env(variable("client_id"), authsmith_sandbox::CLIENT_ID);
    program.env(variable("client_secret"), authsmith_sandbox::CLIENT_SECRET);
    let failed =
        |error: std::io::Error| Stop::new(format!("can't run the login program of {}: {error}", provider.title));
    let mut child = program.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().map_err(failed)?;
    let mut report = None;
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let line = line.map_err(failed)?;
        match serde_json::from_str::<Value>(&line).ok().filter(|value| value.get("steps").is_some()) {
            Some(value) => report = Some(value),
            None => println!("{line}"),
        }
    }
    child.wait().map_err(failed)?;
    report.ok_or_else(|| Stop::new(format!("the login program of {} ended without a report", provider.title)))
}

/// Cargo in the workspace of the clients, which is not ours.
fn cargo(command: &str) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo.arg(command).current_dir(paths::root());
    cargo
}

fn package(provider: &Provider) -> String {
    format!("authsmith-{}", provider.name.wire)
}
