//! The store that an argument names.

use std::path::Path;

use authsmith::{PostgresStore, RedisStore, SqliteStore, Store, StoreError};

pub async fn open(place: &str, namespace: String) -> Result<Box<dyn Store>, StoreError> {
    match place.split_once("://") {
        Some(("postgres" | "postgresql", _)) => Ok(Box::new(PostgresStore::connect_existing(place).await?)),
        // Whoever only looks loses nothing.
        Some(("redis" | "rediss", _)) => {
            Ok(Box::new(RedisStore::builder(place).namespace(namespace).accept_volatile().connect().await?))
        }
        Some((scheme, _)) => {
            let known = "a store is a path, or begins with postgres://, redis:// or rediss://";
            Err(StoreError::new(format!("there is no store for {}://: {known}", scheme.escape_debug())))
        }
        None if Path::new(place).exists() => Ok(Box::new(SqliteStore::open(place)?)),
        None => Err(StoreError::new(format!("there is no file {place}"))),
    }
}
