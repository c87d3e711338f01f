//! A storm of a few hundred renewals, and a keeper of a few hundred grants.

use std::time::Duration;

use authsmith_storm::keeper;
use authsmith_storm::place::Sort;
use authsmith_storm::storm::{Plan, run};
use libtest_mimic::{Failed, Trial};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("short_storm_on_sqlite", || short(Sort::Sqlite)),
        Trial::test("keeper_of_grants_on_sqlite_while_workers_are_killed", || keep(Sort::Sqlite)),
    ]
}

fn keep(sort: Sort) -> Result<(), Failed> {
    let (program, kill_every) = (env!("CARGO_BIN_EXE_authsmith-storm").into(), Duration::from_millis(400));
    let plan = keeper::Plan { program, sort, grants: 300, workers: 3, at_once: 4, kill_every, seed: 3 };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(keeper::run(plan)).map_err(|error| error.to_string())?;
    match report.is_good() {
        true => Ok(()),
        false => Err(report.to_string().into()),
    }
}

fn short(sort: Sort) -> Result<(), Failed> {
    let program = env!("CARGO_BIN_EXE_authsmith-storm").into();
    let plan = Plan { program, sort, renewals: 300, processes: 4, tasks: 4, grants: 200, seed: 7 };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(run(&plan)).map_err(|error| error.to_string())?;
    match report.is_good() {
        true => Ok(()),
        false => Err(report.to_string().into()),
    }
}
