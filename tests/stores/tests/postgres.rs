//! PostgreSQL, for many machines.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authsmith::store::conformance;
use authsmith::{Claimed, Holder, PostgresStore, Record, Store};
use authsmith_store_tests::{Postgres, Server};
use libtest_mimic::{Failed, Trial};
use tokio_postgres::{Client, NoTls};

use crate::alternating::Alternating;
use crate::common::{
    CANARY, LONG, at, claim, leave, record, shared, told, trial, trial_on, what_was_left_is_there, without,
};

pub fn trials() -> Vec<Trial> {
    let Some(postgres) = Postgres::find() else { return without("PostgreSQL", "postgres") };
    let server = shared({
        let postgres = postgres.clone();
        move || postgres.start()
    });
    vec![
        trial_on("postgres::holds_to_what_stores_must", &server, holds_to_what_stores_must),
        trial_on("postgres::two_processes_are_one_store", &server, two_processes_are_one_store),
        trial_on("postgres::what_was_answered_outlives_the_process", &server, what_was_answered_outlives_the_process),
        trial_on("postgres::many_start_at_once_on_a_new_database", &server, many_start_at_once_on_a_new_database),
        trial_on("postgres::who_only_looks_makes_no_tables", &server, who_only_looks_makes_no_tables),
        trial_on("postgres::claims_and_writes_at_once_agree", &server, claims_and_writes_at_once_agree),
        trial_on(
            "postgres::tables_of_a_newer_program_are_left_alone",
            &server,
            tables_of_a_newer_program_are_left_alone,
        ),
        trial_on("postgres::a_failure_is_told_without_secrets", &server, a_failure_is_told_without_secrets),
        trial_on("postgres::tls_is_asked_for_in_vain", &server, tls_is_asked_for_in_vain),
        trial("postgres::a_server_that_may_lose_what_it_answered_is_refused", move || forgetful(postgres)),
    ]
}

async fn who_only_looks_makes_no_tables(server: Arc<Server>) -> Result<(), Failed> {
    let url = new_url(&server).await;
    for _ in 0..2 {
        let error = PostgresStore::connect_existing(&url).await.unwrap_err();
        assert_eq!(told(&error), "the database has no tables of this store");
    }
    assert!(PostgresStore::connect(&url).await?.compare_and_set("a", None, &record(1)).await?);
    assert_eq!(PostgresStore::connect_existing(&url).await?.load("a").await?, Some(record(1)));
    Ok(())
}

/// The URL of a schema of its own.
async fn new_url(server: &Server) -> String {
    static SCHEMAS: AtomicUsize = AtomicUsize::new(0);
    let schema = format!("store_{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
    client(server.url()).await.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    format!("{}?options=-csearch_path%3D{schema}", server.url())
}

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn holds_to_what_stores_must(server: Arc<Server>) -> Result<(), Failed> {
    Ok(conformance::check(|| async { PostgresStore::connect(&new_url(&server).await).await.unwrap() }).await?)
}

async fn two_processes_are_one_store(server: Arc<Server>) -> Result<(), Failed> {
    let new = || async {
        let url = new_url(&server).await;
        let connect = || async { PostgresStore::connect(&url).await.unwrap() };
        Alternating::new(connect().await, connect().await)
    };
    Ok(conformance::check(new).await?)
}

async fn what_was_answered_outlives_the_process(server: Arc<Server>) -> Result<(), Failed> {
    let url = new_url(&server).await;
    leave(&PostgresStore::connect(&url).await?).await;
    what_was_left_is_there(&PostgresStore::connect(&url).await?).await;
    Ok(())
}

async fn many_start_at_once_on_a_new_database(server: Arc<Server>) -> Result<(), Failed> {
    let url = new_url(&server).await;
    let starts: Vec<_> = (0..8)
        .map(|n| {
            let url = url.clone();
            tokio::spawn(async move {
                let store = PostgresStore::connect(&url).await?;
                store.compare_and_set(&format!("{n}"), None, &record(1)).await
            })
        })
        .collect();
    for start in starts {
        assert!(start.await??);
    }
    Ok(())
}

/// A claim that waits for a lock sees what the lock's holder has written, and leases nothing that is leased by then.
async fn claims_and_writes_at_once_agree(server: Arc<Server>) -> Result<(), Failed> {
    let store = Arc::new(PostgresStore::connect(&new_url(&server).await).await?);
    assert!(store.compare_and_set("a", None, &Record::new(0, Some(at(1)), "0")).await?);
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut renewals = 0_u64;
                for n in 0..60 {
                    let by = claim(&format!("{worker} {n}"), LONG);
                    let Claimed::Granted { record, unsettled } = store.claim("a", &by).await? else { continue };
                    assert!(unsettled.is_none());
                    assert_eq!(record.body().expose(), record.version().to_string());
                    assert!(store.confirm("a", &by.holder, LONG).await?, "nobody else may hold it");
                    let next = record.version() + 1;
                    let next = Record::new(next, Some(at(1)), next.to_string());
                    assert!(store.compare_and_set("a", Some(record.version()), &next).await?, "nobody else may write");
                    renewals += 1;
                }
                Ok::<_, authsmith::StoreError>(renewals)
            })
        })
        .collect();
    let mut renewals = 0;
    for worker in workers {
        renewals += worker.await??;
    }
    assert!(renewals > 10, "{renewals}");
    assert_eq!(store.load("a").await?.unwrap().version(), renewals);
    Ok(())
}

async fn tables_of_a_newer_program_are_left_alone(server: Arc<Server>) -> Result<(), Failed> {
    let url = new_url(&server).await;
    drop(PostgresStore::connect(&url).await?);
    client(&url).await.batch_execute("UPDATE authsmith_tables SET version = 2").await?;
    let error = PostgresStore::connect(&url).await.unwrap_err();
    assert!(told(&error).contains("newer than this program"), "{}", told(&error));
    Ok(())
}

async fn a_failure_is_told_without_secrets(server: Arc<Server>) -> Result<(), Failed> {
    let url = new_url(&server).await;
    let store = PostgresStore::connect(&url.replace("postgres@", &format!("postgres:{CANARY}@"))).await?;
    assert!(store.compare_and_set("a", None, &record(1)).await?);
    client(&url).await.batch_execute("ALTER TABLE authsmith_records ADD CHECK (version < 2)").await?;
    let refused = store.compare_and_set("a", Some(1), &record(2)).await.unwrap_err();
    assert!(told(&refused).starts_with("the store couldn't write a record: "), "{}", told(&refused));
    let no_url = PostgresStore::connect(&format!("postgres://u:{CANARY}@[/x")).await.unwrap_err();
    let no_server = PostgresStore::connect(&format!("postgres://u:{CANARY}@127.0.0.1:1/x")).await.unwrap_err();
    for error in [refused, no_url, no_server] {
        let all = format!("{} {error:?} {store:?}", told(&error));
        assert!(!all.contains(CANARY), "{all}");
    }
    let gone = store.release("a", &Holder::new("nobody")).await;
    Ok(gone?)
}

async fn tls_is_asked_for_in_vain(server: Arc<Server>) -> Result<(), Failed> {
    let error = PostgresStore::connect(&format!("{}?sslmode=require", server.url())).await.unwrap_err();
    assert!(told(&error).contains("TLS"), "{}", told(&error));
    Ok(())
}

async fn forgetful(postgres: Postgres) -> Result<(), Failed> {
    for (setting, what) in [("fsync=off", "`fsync`"), ("synchronous_commit=off", "`synchronous_commit`")] {
        let server = postgres.start_with(&[setting])?;
        let error = PostgresStore::connect(server.url()).await.unwrap_err();
        assert!(told(&error).contains(what), "{}", told(&error));
        let tables = "SELECT to_regclass('authsmith_tables') IS NULL";
        assert!(client(server.url()).await.query_one(tables, &[]).await?.get::<_, bool>(0));
    }
    Ok(())
}
