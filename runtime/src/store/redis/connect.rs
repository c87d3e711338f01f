//! Reaching the server, and what is asked of it before it is trusted with grants.

use std::fmt;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue};

use super::{RedisStore, failed};
use crate::store::StoreError;

/// How long the server may take to be reached, and to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a [`RedisStore`] is reached.
#[must_use]
pub struct RedisBuilder {
    url: String,
    namespace: String,
    accepts_volatile: bool,
}

impl RedisBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.to_owned(), namespace: "authsmith".to_owned(), accepts_volatile: false }
    }

    /// What all its names in Redis begin with; `authsmith` when left out.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Takes a server that may lose what it has answered, or doesn't say whether it does, as many that are hosted. Users
    /// whose grants are lost must give their consent anew.
    pub fn accept_volatile(mut self) -> Self {
        self.accepts_volatile = true;
        self
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// When the server can't be reached, is a replica, or may lose what it has answered: that is, unless it has
    /// `appendonly yes`, `appendfsync always`, and a `maxmemory-policy` that throws no grants away.
    pub async fn connect(self) -> Result<RedisStore, StoreError> {
        let client = Client::open(self.url.as_str()).map_err(|error| failed("read the URL", error))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(2)
            .set_max_delay(Duration::from_secs(1));
        let unreached = |error| failed("reach the server", error);
        let connection = ConnectionManager::new_with_config(client, config).await.map_err(unreached)?;
        check_role(&connection).await?;
        if !self.accepts_volatile {
            check_durability(&connection).await?;
        }
        // The braces keep all in one slot of a cluster, where a script can reach it.
        Ok(RedisStore::new(connection, format!("{{{}}}", self.namespace)))
    }
}

impl fmt::Debug for RedisBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBuilder").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

async fn check_role(connection: &ConnectionManager) -> Result<(), StoreError> {
    let role: Vec<redis::Value> = ask(connection, redis::cmd("ROLE").to_owned()).await?;
    let role = role.into_iter().next().and_then(|role| String::from_redis_value(role).ok());
    match role.as_deref() {
        Some("master") => Ok(()),
        _ => Err(StoreError::new("the server is a replica, which takes no writes and may lag behind")),
    }
}

async fn check_durability(connection: &ConnectionManager) -> Result<(), StoreError> {
    let refused = |what: &str| {
        let how = "set `appendonly yes` and `appendfsync always`, or say `accept_volatile`";
        Err(StoreError::new(format!("the server {what}, so it may lose grants: {how}")))
    };
    for (name, good) in
        [("appendonly", "yes"), ("appendfsync", "always"), ("maxmemory-policy", "noeviction or volatile-*")]
    {
        let answer = ask::<Vec<String>>(connection, redis::cmd("CONFIG").arg("GET").arg(name).to_owned()).await;
        let value = match &answer {
            Ok(pair) => pair.get(1),
            Err(_) => None,
        };
        match value.map(String::as_str) {
            None => return refused(&format!("doesn't say its `{name}`")),
            Some(value) if value == good => {}
            // Grants have no time to live, so they are not among what these throw away.
            Some(value) if name == "maxmemory-policy" && !value.starts_with("allkeys") => {}
            Some(value) => return refused(&format!("has `{name} {value}`")),
        }
    }
    Ok(())
}

async fn ask<T: FromRedisValue>(connection: &ConnectionManager, command: redis::Cmd) -> Result<T, StoreError> {
    command.query_async(&mut connection.clone()).await.map_err(|error| failed("ask the server how it is set up", error))
}
