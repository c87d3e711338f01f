//! Failures that a sandbox was told to answer with.

use authsmith_codegen::model::{Failure, Provider};
use serde_json::Value;

use crate::decode::Values;
use crate::limits;
use crate::refusals::{Refusal, status_of};
use crate::routes::Operation;

/// The failures to come, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    operation: String,
    refusal: Refusal,
    when: Option<(String, String)>,
    /// How many times yet; without end when `None`.
    left: Option<u32>,
}

impl Failures {
    pub(crate) fn add(
        &mut self,
        operation: &Operation,
        refusal: Refusal,
        when: Option<(String, String)>,
        left: Option<u32>,
    ) {
        self.rules.push(Rule { operation: operation.name().to_owned(), refusal, when, left });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The failure that a request with these values is answered with.
    pub(crate) fn due(&mut self, operation: &Operation, values: &Values) -> Option<Refusal> {
        let applies = |rule: &&mut Rule| {
            rule.operation == operation.name()
                && rule.left != Some(0)
                && rule.when.as_ref().is_none_or(|(name, wanted)| values.get(name).is_some_and(|v| is(v, wanted)))
        };
        let rule = self.rules.iter_mut().find(applies)?;
        rule.left = rule.left.map(|left| left.saturating_sub(1));
        let refusal = rule.refusal.clone();
        self.rules.retain(|rule| rule.left != Some(0));
        Some(refusal)
    }
}

fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        other => serde_json::from_str::<Value>(wanted).is_ok_and(|wanted| wanted == *other),
    }
}

/// The refusal called `name`: a failure that the spec documents for the operation, a rate limit as the spec has it
/// (`limited`), an error code of the RFCs or of the spec's lists, or an HTTP status.
pub(crate) fn named(provider: &Provider, operation: &Operation, name: &str) -> Option<Refusal> {
    if let Some(failure) = operation.failures().iter().find(|failure| failure.name.wire == name) {
        return Some(documented(failure));
    }
    if name == "limited" {
        return Some(limits::refusal(provider));
    }
    if status_of(name).is_some() {
        return Some(Refusal::new(name, format!("the sandbox was told to answer with {name}")));
    }
    let codes = operation.codes(provider);
    if codes.terminal.iter().chain(&codes.transient).chain(&codes.config).any(|code| code == name) {
        return Some(Refusal::new(name, format!("the sandbox was told to answer with {name}")));
    }
    let status = name.parse().ok().filter(|status| (400..=599).contains(status))?;
    let text = format!("the sandbox was told to answer with status {status}");
    Some(Refusal { status, code: None, text, challenge: None, exact: true, limited: status == 429 })
}

fn documented(failure: &Failure) -> Refusal {
    let status = failure.status.or_else(|| failure.code.as_deref().and_then(status_of)).unwrap_or(400);
    let text = failure.about.clone().unwrap_or_else(|| failure.name.wire.clone());
    Refusal {
        status,
        code: failure.code.clone(),
        text,
        challenge: None,
        exact: failure.status.is_some(),
        limited: status == 429,
    }
}
