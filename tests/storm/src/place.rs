//! The stores that a run can have.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use authsmith::{PostgresStore, RedisStore, SqliteStore, Store};
use authsmith_store_tests::{Postgres, Redis, Server};

use crate::Outcome;

/// A sort of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
    /// A Redis server.
    Redis,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Redis];
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Redis => "Redis",
        })
    }
}

/// Where a store is, in a form that another process can be told.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// A URL.
    Url(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => f.write_str(url),
        }
    }
}

impl FromStr for Place {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text.contains("://") { Self::Url(text.to_owned()) } else { Self::File(text.into()) })
    }
}

impl Place {
    /// Opens the store.
    ///
    /// # Errors
    ///
    /// When it can't be reached.
    pub async fn open(&self) -> Outcome<Arc<dyn Store>> {
        Ok(match self {
            Self::File(path) => Arc::new(SqliteStore::open(path)?),
            Self::Url(url) if url.starts_with("postgres") => Arc::new(PostgresStore::connect(url).await?),
            Self::Url(url) => Arc::new(RedisStore::connect(url).await?),
        })
    }
}

/// A store of a run's own: a new file in `folder`, or a new server.
///
/// # Errors
///
/// When the machine has no such server, or it doesn't start.
pub fn start(sort: Sort, folder: &Path) -> Outcome<(Place, Option<Server>)> {
    let server = match sort {
        Sort::Sqlite => return Ok((Place::File(folder.join("store").join("storm.db")), None)),
        Sort::Postgres => Postgres::find().ok_or("PostgreSQL isn't installed")?.start()?,
        Sort::Redis => Redis::find().ok_or("Redis isn't installed")?.start()?,
    };
    Ok((Place::Url(server.url().to_owned()), Some(server)))
}

/// Whether the machine has what the store needs.
pub fn is_there(sort: Sort) -> bool {
    match sort {
        Sort::Sqlite => true,
        Sort::Postgres => Postgres::find().is_some(),
        Sort::Redis => Redis::find().is_some(),
    }
}
