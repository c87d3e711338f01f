//! `openapi`: a vendor as OpenAPI has it.

use std::path::PathBuf;

use authsmith_codegen::openapi::{openapi, openapi_yaml};

use crate::say::say;
use crate::specs;
use crate::stop::Outcome;

/// The arguments of `openapi`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec
    spec: PathBuf,
    /// How to write the document
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    format: Format,
}

/// How the document is written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Json,
    Yaml,
}

/// Runs `openapi`.
pub fn run(args: &Args) -> Outcome {
    let provider = specs::one(&args.spec)?;
    match args.format {
        Format::Json => say(&format!("{:#}", openapi(&provider))),
        Format::Yaml => say(openapi_yaml(&provider).trim_end()),
    }
}
