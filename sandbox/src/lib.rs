//! Plays OAuth vendors on loopback, each from the model of its spec.
//!
//! A [`Sandbox`] listens on one port a vendor and answers as the vendor would, but more strictly: it refuses a wrong
//! encoding, credentials in the wrong place, missing, renamed or extra parameters, used or expired codes, spent refresh
//! tokens and tokens of the wrong kind, and says in the answer what was wrong. It decodes requests with code of its
//! own, shared with no client, so that a mistake in a client can't agree with itself.
//!
//! All hosts of a vendor are on its one port, told apart by path. The clock starts at the real time and can be moved
//! ([`Sandbox::advance`]). What the methods of [`Sandbox`] do, `/_sandbox/...` on each port does over HTTP.
//!
//! A vendor also misbehaves on demand ([`Sandbox::add_fault`]), is as strict about refresh tokens as it is told
//! ([`Sandbox::set_renewals`]), and keeps a log of all that it decided ([`Sandbox::events`]), by which clients can be
//! judged.
//!
//! ```no_run
//! # async fn run(text: String) -> Result<(), Box<dyn std::error::Error>> {
//! let sources = [authsmith_codegen::SourceFile { path: "specs/acme.yaml".into(), text }];
//! let providers = authsmith_codegen::load(&sources).map_err(|wrong| format!("{wrong:?}"))?;
//! let sandbox = authsmith_sandbox::Sandbox::start(providers, authsmith_sandbox::Options::default()).await?;
//! println!("acme is at {}", sandbox.origin("acme")?);
//! # Ok(())
//! # }
//! ```

mod answers;
mod assertion;
mod authorize;
mod bodies;
mod choose;
mod client;
mod client_keys;
mod connection;
mod control;
mod control_http;
mod decode;
mod device;
mod events;
mod failures;
mod faults;
mod fit;
mod flat;
mod functions;
mod id_tokens;
mod incoming;
mod keys;
mod known;
mod limits;
mod made_up;
mod mint;
mod misbehave;
mod moments;
mod options;
mod page;
mod parts;
mod perform;
mod refreshing;
mod refusals;
mod renewals;
mod reply;
mod routes;
mod server;
mod signing;
mod store;
mod tokens;
mod types;
mod vendor;
mod wire;
mod writing;
mod xml;

pub use client_keys::{CLIENT_KEY_ID, client_key, key_for};
pub use control::{ControlError, Recorded};
pub use events::{Counters, Decision, Delivery, Event, Events, Fingerprint, Standing};
pub use faults::{ArmedFault, Canned, Edit, Fault, Misdeed};
pub use id_tokens::{IdTokens, Signer};
pub use mint::Minted;
pub use options::Options;
pub use renewals::{OldAccess, Renewals, Replay, Rotation, Then, Window};
pub use server::{Sandbox, StartError};

/// The identifier of the one client that every vendor knows.
pub const CLIENT_ID: &str = "sandbox-client";

/// The secret of that client. Its characters are odd on purpose: each encoding has to escape some of them.
pub const CLIENT_SECRET: &str = "sandbox-secret with:odd+chars%&é";

/// The secret of that client at a vendor who wants it as it is in a header, where only ASCII can stand.
pub const HEADER_SECRET: &str = "sandbox-secret with:odd+chars%&";

/// The secret of the client at one vendor: [`CLIENT_SECRET`], or where the spec wants it so [`HEADER_SECRET`].
pub fn client_secret(provider: &authsmith_codegen::model::Provider) -> &'static str {
    use authsmith_codegen::model::{Part, Place, Variable};
    let grants = provider.grants.iter().map(|grant| &grant.request);
    let calls = provider.calls.iter().map(|call| &call.request);
    let params = grants.chain(calls).chain(&provider.revoke).flat_map(|one| one.params.iter().chain(&one.credentials));
    let secret = Part::Variable(Variable::Protocol("client_secret".to_owned()));
    match params.filter(|param| param.place == Place::Header).any(|param| param.value.parts.contains(&secret)) {
        true => HEADER_SECRET,
        false => CLIENT_SECRET,
    }
}

/// The user whom every password grant knows.
pub const USERNAME: &str = "sandbox-user";

/// The password of that user.
pub const PASSWORD: &str = "sandbox-password with:odd+chars%&é";

/// The redirect URI that is registered with every vendor from the start.
pub const REDIRECT_URI: &str = "http://127.0.0.1:8910/callback";
