//! Reaching the server, and what is asked of it before it is trusted with grants.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::sql;
use crate::store::StoreError;

/// How long the server may take to be reached, or a connection to become free.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn pool(url: &str) -> Result<Pool, StoreError> {
    // The error quotes no part of the URL, which has a password.
    let mut config: Config = url.parse().map_err(|error| failed("the URL can't be read", error))?;
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("authsmith");
    }
    settle_tls(&mut config);
    let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match config.get_ssl_mode() {
        SslMode::Disable => Manager::from_config(config, NoTls, how),
        _ => Manager::from_config(config, tls()?, how),
    };
    let pool = Pool::builder(manager)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE));
    pool.build().map_err(|error| failed("no connections can be kept", error))
}

/// A URL that doesn't say it leaves nothing to chance: `prefer` would send tokens in the clear to whoever turns TLS down.
fn settle_tls(config: &mut Config) {
    if config.get_ssl_mode() == SslMode::Prefer {
        let is_local = config.get_hosts().iter().all(is_local);
        config.ssl_mode(if is_local { SslMode::Disable } else { SslMode::Require });
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// The server's certificate is checked against what the operating system trusts.
fn tls() -> Result<MakeRustlsConnect, StoreError> {
    let cant = |error| failed("TLS can't be set up", error);
    let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.and_then(BuilderVerifierExt::with_platform_verifier).map_err(cant)?;
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

/// Whether the server keeps what it has answered.
pub(super) async fn check(pool: &Pool) -> Result<(), StoreError> {
    let client = pool.get().await.map_err(|error| failed("the server can't be reached", error))?;
    let row =
        client.query_typed_one(sql::SAFETY, &[]).await.map_err(|error| failed("the server can't be asked", error))?;
    for (column, what) in [
        (0, "the server has `fsync` off, and would lose grants with its power"),
        (1, "the server has `synchronous_commit` off for this user, and would lose grants that were renewed last"),
        (2, "the server is a replica, which takes no writes and may lag behind"),
    ] {
        let is_good: bool = row.try_get(column).map_err(|error| failed("the server can't be asked", error))?;
        if !is_good {
            return Err(StoreError::new(what));
        }
    }
    Ok(())
}

/// Makes the tables when there are none, unless whoever asks only looks.
pub(super) async fn prepare_tables(pool: &Pool, looks_only: bool) -> Result<(), StoreError> {
    let cant = |error| failed("the store's tables can't be made", error);
    let mut client = pool.get().await.map_err(|error| failed("the server can't be reached", error))?;
    let row = client.query_typed_one(sql::HAS_TABLES, &[]).await.map_err(cant)?;
    // A user who may not make tables may use those that are there.
    if !row.try_get::<_, bool>(0).map_err(cant)? {
        if looks_only {
            return Err(StoreError::new("the database has no tables of this store"));
        }
        let transaction = client.transaction().await.map_err(cant)?;
        transaction.batch_execute(sql::ALONE).await.map_err(cant)?;
        transaction.batch_execute(sql::TABLES).await.map_err(cant)?;
        transaction.commit().await.map_err(cant)?;
    }
    let row = client.query_typed_one(sql::TABLES_VERSION, &[]).await.map_err(cant)?;
    match row.try_get(0).map_err(cant)? {
        Some(sql::VERSION) => Ok(()),
        Some(version) if version > sql::VERSION => {
            let message = format!("the store's tables have the version {version}, which is newer than this program");
            Err(StoreError::new(message))
        }
        _ => Err(StoreError::new("the store's tables say no version that this program knows")),
    }
}

fn failed(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::new(what).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_other_machines_over_tls_unless_the_url_says_otherwise() {
        for (url, mode) in [
            ("postgres://user@localhost/db", SslMode::Disable),
            ("postgres://user@127.0.0.1/db", SslMode::Disable),
            ("postgres://user@[::1]/db", SslMode::Disable),
            ("postgres:///db?host=/run/postgresql", SslMode::Disable),
            ("postgres://user@localhost/db?sslmode=require", SslMode::Require),
            ("postgres://user@db.example/db", SslMode::Require),
            ("postgres://user@db.example/db?sslmode=prefer", SslMode::Require),
            ("postgres://user@localhost,db.example/db", SslMode::Require),
            ("postgres://user@localhost.example/db", SslMode::Require),
            ("postgres://user@db.example/db?sslmode=disable", SslMode::Disable),
        ] {
            let mut config: Config = url.parse().unwrap_or_else(|_| Config::new());
            settle_tls(&mut config);
            assert_eq!(config.get_ssl_mode(), mode, "{url}");
        }
    }
}
