//! `sandbox`: every vendor of a directory of specs on loopback.

use std::path::PathBuf;

use authsmith_codegen::model::Provider;
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options, PASSWORD, REDIRECT_URI, Sandbox, USERNAME, client_key};
use tokio::runtime::Runtime;

use crate::home::Home;
use crate::say::say;
use crate::specs;
use crate::stop::{Outcome, Stop};

/// The arguments of `sandbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The port of the first vendor; the next ones get the ports after it [default: any free ports]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// The directory of the specs [default: specs/]
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
}

/// Runs `sandbox`, until it is interrupted.
pub fn run(args: &Args, home: &Home) -> Outcome {
    let providers = specs::all(&args.specs.clone().unwrap_or_else(|| home.specs()))?;
    let options = args.port.map_or_else(Options::default, |port| Options::default().base_port(port));
    let runtime = Runtime::new().map_err(|error| Stop::new(format!("can't start the sandbox: {error}")))?;
    let sandbox = start(&runtime, providers.clone(), options)?;
    let width = providers.iter().map(|provider| provider.name.wire.len()).max().unwrap_or_default();
    for provider in &providers {
        say(&format!("{:<width$}  {}", provider.name.wire, origin(&sandbox, provider)?))?;
    }
    say(&format!(
        "\nclient_id      {CLIENT_ID}\nclient_secret  {CLIENT_SECRET}\nusername       {USERNAME}\npassword       {PASSWORD}"
    ))?;
    if providers.iter().any(|provider| client_key(provider).is_some()) {
        say("client_key     `client_key` of GET /_sandbox at each vendor that takes one")?;
    }
    say(&format!("redirect_uri   {REDIRECT_URI}, or any on loopback\n\nStop with Ctrl-C."))?;
    runtime.block_on(std::future::pending())
}

/// Starts the sandbox on `runtime`.
pub fn start(runtime: &Runtime, providers: Vec<Provider>, options: Options) -> Outcome<Sandbox> {
    let started = runtime.block_on(Sandbox::start(providers, options));
    started.map_err(|error| Stop::new(format!("can't start the sandbox: {error}")))
}

/// Where a vendor is played.
pub fn origin(sandbox: &Sandbox, provider: &Provider) -> Outcome<String> {
    let origin = sandbox.origin(&provider.name.wire);
    origin
        .map(|origin| origin.to_string())
        .map_err(|error| Stop::new(format!("{} is not in the sandbox: {error}", provider.title)))
}
