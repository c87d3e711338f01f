//! `demo`: every vendor's whole flow, by the generated clients, against the sandbox.

mod programs;
mod samples;

use authsmith_codegen::model::Provider;
use authsmith_sandbox::Options;
use serde_json::Value;

use crate::stop::{Outcome, Stop};
use crate::{regen, specs};

/// Runs `demo`; exits with 1 unless every step of every vendor is done.
pub fn run() -> Outcome {
    regen::everything()?;
    let providers = specs::all()?;
    programs::build(&providers)?;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| Stop::new(format!("can't start the sandbox: {error}")))?;
    let sandbox = crate::sandbox::start(&runtime, providers.clone(), Options::default())?;
    let mut rows = Vec::new();
    for provider in &providers {
        println!();
        let report = programs::run(provider, &crate::sandbox::origin(&sandbox, provider)?, &samples::values(provider))?;
        rows.extend(rows_of(provider, &report));
    }
    println!("\n{}", table(&rows));
    let open = rows.iter().filter(|row| row.outcome != "done").count();
    match open {
        0 => {
            println!("{} vendors, {} steps, all done", providers.len(), rows.len());
            Ok(())
        }
        _ => Err(Stop { code: 1, text: format!("{open} of {} steps were not done", rows.len()) }),
    }
}

/// One operation of one vendor.
struct Row {
    vendor: String,
    operation: String,
    outcome: String,
    note: String,
}

/// Every operation of the spec, with what the program says of it.
fn rows_of(provider: &Provider, report: &Value) -> Vec<Row> {
    let authorize = provider.authorize.iter().map(|_| "authorize");
    let grants = provider.grants.iter().map(|grant| grant.name.wire.as_str());
    let fallbacks = provider.fallbacks.iter().map(|fallback| fallback.name.wire.as_str());
    let calls = provider.calls.iter().map(|call| call.name.wire.as_str());
    let row = |operation: &str| {
        let steps = report.get("steps").and_then(Value::as_array).into_iter().flatten();
        let step = steps.rev().find(|step| step.get("name").is_some_and(|name| name == operation));
        let text = |key: &str| step.and_then(|step| step.get(key)).and_then(Value::as_str).map(str::to_owned);
        let error = || report.get("error").and_then(Value::as_str).map(str::to_owned);
        Row {
            vendor: provider.title.clone(),
            operation: operation.to_owned(),
            outcome: text("outcome").unwrap_or_else(|| "not reached".to_owned()),
            note: text("note").or_else(error).unwrap_or_default(),
        }
    };
    authorize.chain(grants).chain(fallbacks).chain(calls).map(row).collect()
}

fn table(rows: &[Row]) -> String {
    let heading =
        Row { vendor: "vendor".into(), operation: "operation".into(), outcome: "outcome".into(), note: String::new() };
    let all = || std::iter::once(&heading).chain(rows);
    let width = |column: fn(&Row) -> &str| all().map(|row| column(row).chars().count()).max().unwrap_or_default();
    let (vendor, operation) = (width(|row| &row.vendor), width(|row| &row.operation));
    let mut before = "";
    let mut lines = Vec::new();
    for row in all() {
        // A vendor's name stands once, in the first of its rows.
        let name = if row.vendor == before { "" } else { &row.vendor };
        before = &row.vendor;
        let line = format!("{name:<vendor$}  {:<operation$}  {}  {}", row.operation, row.outcome, row.note);
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}
