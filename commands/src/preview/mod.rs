//! `preview`: the exact request that a client would send, for any spec, generated or not.

mod format;
mod given;
mod settings;
mod signed;
mod typed;

use std::path::PathBuf;
use std::time::SystemTime;

use authsmith_codegen::lower::{DEVICE, REVOKE, lower};
use authsmith_codegen::model::Provider;
use authsmith_protocol::{Request, build};
use bumpalo::Bump;

use crate::say::say;
use crate::stop::{Outcome, Stop};
use crate::{specs, suggest, when};
use format::Format;
use given::Chosen;

/// The authorization request, as every spec calls it.
const AUTHORIZE: &str = "authorize";

/// The arguments of `preview`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec file
    spec: PathBuf,
    /// An operation of the spec, `authorize`, `device`, or `revoke`
    operation: String,
    /// Inputs, by their name in the spec or on the wire, and protocol variables such as code, redirect_uri, client_id;
    /// an input that isn't text is written in JSON
    #[arg(value_name = "NAME=VALUE", value_parser = given::pair)]
    values: Vec<(String, String)>,
    /// A setting of the spec, or a value that the connection keeps
    #[arg(long = "setting", value_name = "NAME=VALUE", value_parser = given::pair)]
    settings: Vec<(String, String)>,
    /// The time at which the request is made, in RFC 3339 or seconds since 1970: the variable `now`
    #[arg(long, value_name = "T", value_parser = when::parse)]
    now: Option<SystemTime>,
    /// The random bytes of a login, 128 hexadecimal digits: 64 make `state` and, of a request, the
    /// variable `random`, 64 the PKCE verifier; drawn when left out
    #[arg(long, value_name = "HEX", value_parser = random)]
    random: Option<Random>,
    /// How the request is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `preview`.
pub fn run(args: &Args) -> Outcome {
    let provider = specs::one(&args.spec)?;
    let chosen = choose(&provider, &args.operation)?;
    let arena = Bump::new();
    let data = lower(&provider, &arena);
    let values = given::values(&chosen, &data, args)?;
    let device = data.device_authorization().map(|device| device.request());
    let operation = match data.operation(chosen.name).copied().or(device.filter(|_| chosen.name == DEVICE)) {
        Some(operation) => operation,
        None => {
            data.authorization().map(|authorize| authorize.request()).ok_or_else(|| unknown(&provider, chosen.name))?
        }
    };
    let mut request = build(&operation, &values).map_err(|error| Stop::new(format!("{}: {error}", chosen.name)))?;
    if chosen.name == AUTHORIZE {
        as_visited(&mut request);
    }
    let text = format::text(&request, args.format);
    match signed::of(&operation, &values, &args.values)? {
        Some(signed) => say(&signed.beside(text, args.format)),
        None => say(&text),
    }
}

/// The user's browser visits the authorize URL; of the request only the URL is the client's.
fn as_visited(request: &mut Request) {
    request.headers.clear();
    request.body.clear();
}

fn choose<'a>(provider: &'a Provider, name: &str) -> Outcome<Chosen<'a>> {
    let grants = provider.grants.iter().map(|grant| (&grant.name, &grant.request, None));
    let calls = provider.calls.iter().map(|call| (&call.name, &call.request, Some(call.token.as_str())));
    let found = grants.chain(calls).find(|(known, ..)| known.wire == name || known.snake == name);
    let chosen = |name, request, token| Ok(Chosen { provider, name, request, token });
    match (found, &provider.authorize, &provider.revoke) {
        (Some((name, request, token)), ..) => chosen(name.wire.as_str(), request, token),
        (None, ..) if name == DEVICE && provider.device.is_some() => {
            let device = provider.device.as_ref().ok_or_else(|| unknown(provider, name))?;
            chosen(DEVICE, &device.request, None)
        }
        (None, Some(authorize), _) if name == AUTHORIZE => chosen(AUTHORIZE, &authorize.request, None),
        (None, _, Some(revoke)) if name == REVOKE => chosen(REVOKE, revoke, None),
        _ => Err(unknown(provider, name)),
    }
}

/// What to say to an operation that the spec doesn't have.
pub fn unknown(provider: &Provider, name: &str) -> Stop {
    let authorize = provider.authorize.iter().map(|_| AUTHORIZE);
    let grants = provider.grants.iter().map(|grant| grant.name.wire.as_str());
    let calls = provider.calls.iter().map(|call| call.name.wire.as_str());
    let revoke = provider.revoke.iter().map(|_| REVOKE);
    let device = provider.device.iter().map(|_| DEVICE);
    let known: Vec<_> = authorize.chain(device).chain(grants).chain(calls).chain(revoke).collect();
    Stop::new(suggest::unknown(&format!("operation of {}", provider.title), name, &known))
}

/// 64 random bytes.
type Random = [u8; 64];

fn random(text: &str) -> Result<Random, String> {
    let mut bytes = [0; 64];
    let digits: Vec<u8> =
        text.chars().filter_map(|digit| digit.to_digit(16)).filter_map(|digit| digit.try_into().ok()).collect();
    if digits.len() != 128 || text.len() != 128 {
        return Err(format!("give 128 hexadecimal digits (64 bytes); this has {}", text.len()));
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = pair.iter().fold(0, |byte, digit| byte << 4 | digit);
    }
    Ok(bytes)
}
