//! `demo`: every vendor's whole flow, by the generated clients, against the sandbox.

mod programs;
mod samples;

use std::collections::BTreeMap;

use authsmith_codegen::model::{Fallback, Input, Provider, Type};
use authsmith_sandbox::{Options, Sandbox};
use cargo_authsmith::{Outcome, Stop, count, regen, say, specs};
use serde_json::Value;

use crate::home::home;

/// Runs `demo`; exits with 1 unless every step of every vendor is done.
pub fn run() -> Outcome {
    let home = home();
    regen::run(&regen::Args::default(), &home)?;
    let providers = specs::all(&home.specs())?;
    let programs = programs::build(&providers)?;
    let failed = |error| Stop::new(format!("can't start the sandbox: {error}"));
    let runtime = tokio::runtime::Runtime::new().map_err(failed)?;
    let sandbox = cargo_authsmith::sandbox::start(&runtime, providers.clone(), Options::default())?;
    let mut rows = Vec::new();
    for provider in &providers {
        let program = programs.get(&provider.name.wire).ok_or_else(Stop::found)?;
        let server = cargo_authsmith::sandbox::origin(&sandbox, provider)?;
        let run = |values: &BTreeMap<String, String>| {
            say("")?;
            programs::run(program, provider, &server, values)
        };
        let mut values = samples::values(provider);
        rows.extend(rows_of(provider, &run(&values)?));
        for fallback in &provider.fallbacks {
            let name = refuse(&sandbox, provider, fallback, &mut values)?;
            say(&format!("\nOnce more, for a {name} with which {} fails with {}:", fallback.attempt, fallback.on))?;
            let row = row(provider, &run(&values)?, &fallback.name.wire);
            rows.push(Row { operation: format!("{}, after {}", fallback.name.wire, fallback.on), ..row });
        }
    }
    say(&format!("\n{}\n", table(&rows)))?;
    let open = rows.iter().filter(|row| row.outcome != "done").count();
    match open {
        0 => say(&format!("{}, {}, all done", count(providers.len(), "vendor"), count(rows.len(), "step"))),
        _ => Err(Stop { code: 1, text: format!("{open} of {} steps were not done", rows.len()) }),
    }
}

/// Makes the sandbox refuse what a fallback tries first, for one value of an input, which is put among the values; gives
/// the name of the input.
fn refuse(
    sandbox: &Sandbox,
    provider: &Provider,
    fallback: &Fallback,
    values: &mut BTreeMap<String, String>,
) -> Outcome<String> {
    let inputs = provider.grants.iter().filter(|grant| grant.name.wire == fallback.attempt);
    let text = |input: &&Input| !input.optional && input.ty == Type::String;
    let input = inputs.flat_map(|grant| &grant.request.inputs).find(text).map(|input| input.name.wire.clone());
    let no_input = || Stop::new(format!("{} has no text input by which the sandbox could refuse it", fallback.attempt));
    let name = input.ok_or_else(no_input)?;
    let value = format!("refused-{name}");
    let failed = |error| Stop::new(format!("the sandbox can't refuse {}: {error}", fallback.attempt));
    sandbox.fail_when(&provider.name.wire, &fallback.attempt, &fallback.on, &name, &value).map_err(failed)?;
    values.insert(name.clone(), value);
    Ok(name)
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
    authorize.chain(grants).chain(fallbacks).chain(calls).map(|operation| row(provider, report, operation)).collect()
}

fn row(provider: &Provider, report: &Value, operation: &str) -> Row {
    let mut steps = report.get("steps").and_then(Value::as_array).into_iter().flatten();
    let step = steps.find(|step| step.get("name").is_some_and(|name| name == operation));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let of_step = |key: &str| text(step.and_then(|step| step.get(key)));
    Row {
        vendor: provider.title.clone(),
        operation: operation.to_owned(),
        outcome: of_step("outcome").unwrap_or_else(|| "not reached".to_owned()),
        note: of_step("note").or_else(|| text(report.get("error"))).unwrap_or_default(),
    }
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

#[cfg(test)]
mod tests {
    use super::{Row, table};

    #[test]
    fn a_vendor_is_named_once_and_notes_come_last() {
        let row = |operation: &str, outcome: &str, note: &str| Row {
            vendor: "Acme".into(),
            operation: operation.into(),
            outcome: outcome.into(),
            note: note.into(),
        };
        assert_eq!(
            table(&[row("authorize", "done", ""), row("me", "failed", "status 401")]),
            "vendor  operation  outcome\nAcme    authorize  done\n        me         failed  status 401"
        );
    }
}
