//! What vendors and networks send that nobody asked for, each under its number in `docs/reliability.md`. Those that are
//! not here stand beside what they are about.

mod answers;
#[cfg(feature = "keyring")]
mod keyrings;
mod machines;
mod refusals;

use std::sync::Arc;
use std::time::Duration;

use authsmith::{Connection, ErrorKind, Json, Response, TransportErrorKind};

use crate::acme::{self, Access, CANARY, Reply, Vendor, json, tokens};
use crate::faulty::{Fate, Faulty, Rotation, Step};
use crate::renewal::{Stage, token};

/// A connection that is renewed with an answer of these bytes. Gives the outcome, and what is kept then.
async fn renewed_by(
    status: u16,
    content_type: &'static str,
    body: Vec<u8>,
) -> (Result<String, authsmith::Error>, Json) {
    let text = String::from_utf8_lossy(&body).into_owned();
    let stage =
        Stage::new(Vendor::new(move |_, _| Reply::Headed(status, ("content-type", content_type), text.clone())));
    let connection = stage.connection().await;
    let outcome = connection.renew().await;
    (outcome.map(|()| connection.tokens().unwrap().token().expose().to_owned()), stage.stored().await["tokens"].clone())
}

const JSON: &str = "application/json";
