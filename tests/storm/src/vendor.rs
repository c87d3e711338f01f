//! The vendor of a run, and its clients.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use authsmith::{Store, Tokens, Transport};
use authsmith_codegen::{SourceFile, load};
use authsmith_sandbox::{
    CLIENT_ID, CLIENT_SECRET, Event, Fault, Minted, Misdeed, Options, REDIRECT_URI, Renewals, Replay, Rotation, Sandbox,
};

use crate::Outcome;
use crate::client::{Access, Client};

/// The vendor's name.
pub const NAME: &str = "storm";

/// The most that a request may take.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// The most that the store may take to keep an answer.
pub const KEEP: Duration = Duration::from_secs(3);

/// A vendor that rotates each time and revokes the whole grant when a spent refresh token is shown.
///
/// # Errors
///
/// When there is no port for it.
pub async fn start() -> Outcome<Sandbox> {
    let source = SourceFile { path: "storm.yaml".into(), text: include_str!("../storm.yaml").into() };
    let providers = load(&[source]).map_err(|wrong| format!("{wrong:?}"))?;
    let sandbox = Sandbox::start(providers, Options::default()).await?;
    let rules = Renewals { rotation: Some(Rotation::Always), replay: Some(Replay::Family), ..Renewals::default() };
    sandbox.set_renewals(NAME, rules)?;
    Ok(sandbox)
}

/// Some requests are never carried out, and some answers are late: what a kill in between needs to strike.
///
/// # Errors
///
/// Never, as long as the faults make sense.
pub fn misbehave(sandbox: &Sandbox, seed: u64, chance: f64) -> Outcome {
    let lost = Misdeed::Drop { processed: false, reset: false };
    sandbox.add_fault(NAME, Fault { probability: chance * 2.0, seed, does: lost, ..Fault::default() })?;
    sandbox.add_fault(NAME, Fault { probability: 0.1, seed: seed + 1, wait_after_ms: 8, ..Fault::default() })?;
    Ok(())
}

/// A client of the vendor at `origin`.
///
/// # Errors
///
/// Never, as long as `origin` is one.
pub fn client(
    origin: &str,
    store: impl Store,
    transport: impl Transport,
    deadline: Duration,
    keep: Duration,
    journal: Option<&std::path::Path>,
) -> Outcome<Client> {
    let builder = Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
        .store(store)
        .configure(|config| config.server(origin).transport(transport).deadline(deadline).keep_deadline(keep));
    let builder = match journal {
        Some(folder) => builder.configure(|config| config.journal(folder)),
        None => builder,
    };
    builder.build().map_err(|error| error.to_string().into())
}

/// A grant that is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The id that it is kept under.
    pub id: String,
    /// The vendor's number of it.
    pub family: u64,
}

/// Makes up grants and keeps them under `u0`, `u1` and so on.
///
/// # Errors
///
/// When the store fails.
pub async fn keep(sandbox: &Sandbox, client: &Client, count: usize) -> Outcome<Vec<Kept>> {
    let mut kept = Vec::new();
    for (at, minted) in sandbox.mint(NAME, count)?.iter().enumerate() {
        kept.push(keep_minted(client, minted, format!("u{at}")).await?);
    }
    Ok(kept)
}

/// Makes up one grant and keeps it under `id`.
///
/// # Errors
///
/// When the store fails.
pub async fn keep_one(sandbox: &Sandbox, client: &Client, id: &str) -> Outcome<Kept> {
    let minted = sandbox.mint(NAME, 1)?;
    keep_minted(client, minted.first().ok_or("the vendor gave nothing")?, id.to_owned()).await
}

async fn keep_minted(client: &Client, minted: &Minted, id: String) -> Outcome<Kept> {
    let (_, access) = minted.tokens.first().ok_or("the vendor gave no token")?;
    let (_, refresh) = minted.refresh_tokens.first().ok_or("the vendor gave no refresh token")?;
    let hour = SystemTime::now() + Duration::from_secs(3600);
    let tokens = Tokens::<Access>::new(access.as_str()).with_refresh_token(refresh.as_str()).expires_at(hour);
    client.keep(&id, tokens).await.map_err(|error| error.to_string())?;
    Ok(Kept { id, family: minted.family })
}

/// All that the vendor has decided.
///
/// # Errors
///
/// When the vendor has forgotten some of it.
pub fn log(sandbox: &Sandbox) -> Outcome<Vec<Event>> {
    let (mut all, mut cursor) = (Vec::new(), 0);
    loop {
        let page = sandbox.events(NAME, cursor, 10_000)?;
        if page.lost > 0 {
            return Err("the vendor's log is too short for the run".into());
        }
        if page.events.is_empty() {
            return Ok(all);
        }
        cursor = page.cursor;
        all.extend(page.events);
    }
}

/// The store as trait value that clients take.
pub fn shared(store: &Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::clone(store)
}
