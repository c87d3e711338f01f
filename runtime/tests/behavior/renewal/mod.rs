//! Tokens that are renewed: the stage on which the other modules play.

mod ends;
mod failing_store;
mod journal;
mod refused;
mod timely;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use authsmith::codegen::v1 as rt;
use authsmith::{
    BoxFuture, Claim, Claimed, Client, Connection, Error, ErrorKind, Holder, Json, MemoryStore, Record, Store,
    StoreError, Tokens, TransportErrorKind,
};

use crate::acme::{self, Access, CANARY, HandClock, Id, Once, Reply, Vendor, json, operations, tokens};

pub(crate) const KEY: &str = "acme/access/u";

pub(crate) struct Stage {
    pub vendor: Arc<Vendor>,
    pub clock: Arc<HandClock>,
    pub store: Arc<MemoryStore>,
    pub client: Client,
}

impl Stage {
    pub fn new(vendor: Arc<Vendor>) -> Self {
        let clock = HandClock::new();
        let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
        let client = Self::client_over(&vendor, &clock, Arc::clone(&store));
        Self { vendor, clock, store, client }
    }

    pub fn client_over(vendor: &Arc<Vendor>, clock: &Arc<HandClock>, store: impl Store) -> Client {
        acme::config(vendor).clock(Arc::clone(clock)).store(store).build().unwrap()
    }

    /// Another process on the same store.
    pub fn elsewhere(&self) -> Client {
        Self::client_over(&self.vendor, &self.clock, Arc::clone(&self.store))
    }

    pub async fn connection(&self) -> Connection<Access> {
        self.client.keep("u", acme::access(&self.clock)).await.unwrap()
    }

    pub async fn stored(&self) -> Json {
        let record = self.store.load(KEY).await.unwrap().unwrap();
        serde_json::from_str(record.body().expose()).unwrap()
    }
}

pub(crate) async fn me(connection: &Connection<Access>) -> Result<Json, Error> {
    connection.call(&operations::ME, rt::inputs()).send().await
}

pub(crate) async fn token(connection: &Connection<Access>) -> String {
    connection.token().await.unwrap().expose().to_owned()
}

/// Accepts only the token `access-<n>`, where `n` counts the refreshes.
pub(crate) fn strict(request: &authsmith::Request, accepted: &str) -> Reply {
    let shown = request.headers["authorization"].to_str().unwrap();
    match shown == format!("Bearer {accepted}-{CANARY}") {
        true => json(200, r#"{"name":"Ada"}"#),
        false => json(401, r#"{"error":"invalid_token"}"#),
    }
}
