//! The `login` programs of the generated crates: built by one call of cargo, run as processes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use authsmith_codegen::model::Provider;
use cargo_authsmith::{Outcome, Stop, say};
use serde_json::Value;

use crate::home;

/// The programs, by the name of their vendor.
pub type Programs = BTreeMap<String, PathBuf>;

/// Builds the programs of all vendors.
pub fn build(providers: &[Provider]) -> Outcome<Programs> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The workspace of the clients is not ours.
    cargo.current_dir(home::root()).args(["build", "--examples", "--message-format", "json-render-diagnostics"]);
    for provider in providers {
        cargo.args(["-p", &format!("authsmith-{}", provider.name.wire)]);
    }
    let failed = |error: std::io::Error| Stop::new(format!("can't run cargo: {error}"));
    let output = cargo.stderr(Stdio::inherit()).output().map_err(failed)?;
    if !output.status.success() {
        return Err(Stop::new("the login programs don't build; cargo says why above"));
    }
    let built: Vec<_> = output.stdout.lines().map_while(Result::ok).filter_map(|line| executable(&line)).collect();
    let program = |provider: &Provider| {
        let source = Path::new("clients").join(&provider.name.wire).join("examples/login.rs");
        let of = |(from, _): &&(PathBuf, PathBuf)| from.ends_with(&source);
        let found = built.iter().find(of).map(|(_, program)| program.clone());
        let program = found.ok_or_else(|| Stop::new(format!("cargo has built no {}", source.display())))?;
        Ok((provider.name.wire.clone(), program))
    };
    providers.iter().map(program).collect()
}

/// The source and the executable that a message of cargo's tells of.
fn executable(message: &str) -> Option<(PathBuf, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let text = |value: &Value| value.as_str().map(PathBuf::from);
    Some((text(message.get("target")?.get("src_path")?)?, text(message.get("executable")?)?))
}

/// Runs one vendor's program against `server`, passing on what it prints; gives its report.
pub fn run(program: &Path, provider: &Provider, server: &str, values: &BTreeMap<String, String>) -> Outcome<Value> {
    let mut program = Command::new(program);
    program.args(["--auto", "--report", "json", "--server", server, "--callback", authsmith_sandbox::REDIRECT_URI]);
    for (name, value) in values {
        program.arg("--set").arg(format!("{name}={value}"));
    }
    let variable = |name: &str| format!("{}_{name}", provider.name.wire).to_uppercase().replace('-', "_");
    program.env(variable("client_id"), authsmith_sandbox::CLIENT_ID);
    program.env(variable("client_secret"), authsmith_sandbox::CLIENT_SECRET);
    if let Some(key) = authsmith_sandbox::client_key(provider) {
        program.env(variable("client_key"), key);
    }
    let failed =
        |error: std::io::Error| Stop::new(format!("can't run the login program of {}: {error}", provider.title));
    let mut child = program.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().map_err(failed)?;
    let mut report = None;
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let line = line.map_err(failed)?;
        match serde_json::from_str::<Value>(&line).ok().filter(|value| value.get("steps").is_some()) {
            Some(value) => report = Some(value),
            None => say(&line)?,
        }
    }
    child.wait().map_err(failed)?;
    report.ok_or_else(|| Stop::new(format!("the login program of {} ended without a report", provider.title)))
}
