//! What became of every step.

use serde_json::{Value, json};

/// One step of the flow.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub name: String,
    pub outcome: Outcome,
    /// Why it was skipped or has failed.
    pub note: Option<String>,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Skipped,
    Failed,
}

impl Outcome {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// The report for programs: `{provider, steps: [{name, outcome, note}], error}`.
pub(crate) fn json(provider: &str, steps: &[Step], error: Option<&str>) -> Value {
    let steps: Vec<_> = steps
        .iter()
        .map(|step| json!({ "name": step.name, "outcome": step.outcome.word(), "note": step.note }))
        .collect();
    json!({ "provider": provider, "steps": steps, "error": error })
}
