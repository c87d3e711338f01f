//! Rate limits: how a refusal of the vendor's says that it is one, how long to wait, and what is left.

use std::time::SystemTime;

use authsmith_codegen::model::{Provider, Wait, WaitUnit};
use serde_json::Value;

use crate::moments;
use crate::refusals::Refusal;
use crate::vendor::Vendor;
use crate::writing::Writing;

/// How long the sandbox asks to wait; a moment is a second later, so that it is ahead even when it is cut to a whole one.
const SECONDS: u64 = 1;
/// How many requests a client may make.
const ALLOWED: usize = 1_000;

/// A refusal that is a rate limit by the first sign that the spec names, and by no other.
pub(crate) fn refusal(provider: &Provider) -> Refusal {
    let limited = provider.limited.clone().unwrap_or_default();
    let by_status = limited.statuses.first().copied();
    let code = limited.codes.into_iter().next().filter(|_| by_status.is_none());
    let by_code = code.is_some();
    let status = by_status.unwrap_or(if by_code { 400 } else { 429 });
    let text = "there were too many requests".to_owned();
    Refusal { status, code, text, challenge: None, exact: !by_code, limited: true }
}

/// How many requests are left, as the header that the spec names says it.
pub(crate) fn left(vendor: &Vendor) -> Option<(String, String)> {
    let name = vendor.provider.limited.as_ref()?.remaining.clone()?;
    Some((name, ALLOWED.saturating_sub(vendor.log().len()).max(1).to_string()))
}

/// Says in a refusal how long to wait, and that nothing is left when it is a rate limit.
pub(crate) fn write(writing: &mut Writing, vendor: &Vendor, refusal: &Refusal) {
    let left = left(vendor).map(|(name, left)| (name, if refusal.limited { "0".to_owned() } else { left }));
    if let Some((name, left)) = left {
        writing.set(&format!("header:{name}"), Value::from(left));
    }
    if !refusal.limited && !matches!(refusal.status, 429 | 503) {
        return;
    }
    let waits = &vendor.provider.waits;
    // A client must find it wherever it may stand, so it stands in each place in turn and in no other.
    match vendor.turn_of_wait().checked_rem(waits.len()).and_then(|turn| waits.get(turn)) {
        Some(wait) => writing.set(&wait.at, value(wait, vendor.now())),
        None => writing.set("header:retry-after", Value::from(SECONDS)),
    }
}

/// A number, unless it is written otherwise or stands inside a text.
fn value(wait: &Wait, now: SystemTime) -> Value {
    let then = moments::epoch(now) + SECONDS + 1;
    let value = match wait.unit {
        WaitUnit::Milliseconds => Value::from(SECONDS * 1_000),
        WaitUnit::Epoch => Value::from(then),
        WaitUnit::EpochMilliseconds => Value::from(then * 1_000),
        WaitUnit::Iso => Value::from(moments::iso(then)),
        WaitUnit::HttpDate => Value::from(moments::http_date(then)),
        _ => Value::from(SECONDS),
    };
    if wait.after.is_none() && wait.before.is_none() {
        return value;
    }
    let (after, before) = (wait.after.as_deref().unwrap_or_default(), wait.before.as_deref().unwrap_or_default());
    Value::from(format!("{after}{}{before}", crate::xml::plain(&value)))
}
