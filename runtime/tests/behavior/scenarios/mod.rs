//! What can go wrong with a grant, each under its number in `docs/reliability.md`. Those that are not here stand beside
//! what they are about.

mod processes;
mod vendors;

use std::sync::Arc;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{
    BoxFuture, Claim, Claimed, Client, Connection, Holder, Json, Limits, MemoryStore, Request, Response, Store, Tokens,
    Transport, TransportError,
};
use tokio::sync::Notify;

use crate::acme::{self, Access, CANARY, HandClock, Reply, Vendor, json, operations, tokens};
use crate::faulty::{Fate, Faulty, Rotation, Step};
use crate::renewal::{KEY, Stage, token};

/// Of a vendor who takes a refresh token that is shown twice for a stolen one.
#[derive(Debug)]
enum Strict {}

impl rt::TokenKind for Strict {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ACCESS.replay(rt::data::Replay::Fatal);
}

/// Of a vendor who forgives it always.
#[derive(Debug)]
enum Forgiving {}

impl rt::TokenKind for Forgiving {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ACCESS.replay(rt::data::Replay::Free);
}

/// A stage whose vendor takes each refresh token once.
fn rotating() -> (Stage, Arc<Rotation>) {
    let rotation = Arc::new(Rotation::default());
    let vendor = Vendor::new({
        let rotation = Arc::clone(&rotation);
        move |request, _| rotation.refresh(request)
    });
    (Stage::new(vendor), rotation)
}

/// Tokens of any kind with an hour to live, the refresh token being the vendor's first.
fn given<K: rt::TokenKind>(clock: &HandClock) -> Tokens<K> {
    Tokens::new(format!("access-0-{CANARY}"))
        .with_refresh_token(format!("refresh-0-{CANARY}"))
        .expires_at(authsmith::Clock::now(clock) + Duration::from_secs(3600))
}

async fn refresh_token(stage: &Stage) -> String {
    stage.stored().await["tokens"]["refresh_token"].as_str().unwrap().to_owned()
}
