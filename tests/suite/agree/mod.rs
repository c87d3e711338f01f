//! Client and vendor agree: the interpreter plays every spec against the sandbox, which decodes with code of its own.

mod alter;
mod breakage;
mod given;
pub mod mutations;
mod outline;
mod player;
mod signing;
mod specs;
pub mod tree;
mod unseen;
mod wire;

use authsmith_codegen::model::Provider;
use authsmith_sandbox::Sandbox;

use given::{Given, Manner};
use player::Told;

/// Plays `client` against a vendor who is `vendor`.
async fn played(client: &Provider, vendor: &Provider, given: &Given, due: Option<&[String]>) -> Told<Vec<String>> {
    let sandbox = Sandbox::start(vec![vendor.clone()], given.options(vendor)).await;
    let sandbox = sandbox.map_err(|error| error.to_string())?;
    player::walk(client, &sandbox, given, due).await
}

#[tokio::test]
async fn the_client_of_every_spec_agrees_with_its_vendor() {
    let mut wrong = Vec::new();
    for spec in specs::all() {
        let provider = spec.provider().unwrap_or_else(|error| panic!("{}: {error}", spec.path));
        for manner in [Manner::Full, Manner::Bare] {
            let outcome = played(&provider, &provider, &Given::new(&provider, manner), None).await;
            match outcome {
                Ok(told) if std::env::var_os("SHOW_AGREEMENT").is_some() => {
                    println!("{} {manner:?}\n  {}", spec.path, told.join("\n  "));
                }
                Ok(_) => {}
                Err(why) => wrong.push(format!("{} ({manner:?}): {why}", spec.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
