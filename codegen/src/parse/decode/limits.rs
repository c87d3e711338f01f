//! Rate limits.

use super::{one_or_more, text, word};
use crate::model::WaitUnit;
use crate::parse::node::{Kind, Node};
use crate::parse::spec::{At, Limited, Of, Placed, Wait};

/// Reads `errors.retry_after` or `errors.reset`: the name of a header, the long form, or a list of either.
pub(super) fn waits(root: &Node, key: &str, unit: WaitUnit) -> Vec<Wait> {
    match root.get("errors").and_then(|errors| errors.get(key)).map(|node| (node, &node.kind)) {
        Some((_, Kind::Sequence(items))) => items.iter().filter_map(|item| wait(item, unit)).collect(),
        Some((one, _)) => wait(one, unit).into_iter().collect(),
        None => Vec::new(),
    }
}

fn wait(node: &Node, usual: WaitUnit) -> Option<Wait> {
    if let Some(text) = node.text() {
        return Some(Wait { at: At { text, of: Of::Header }, unit: usual, after: None, before: None });
    }
    let (text_of, of) = match (text(node, "header"), text(node, "field")) {
        (Some(header), None) => (header, Of::Header),
        (None, Some(field)) => (field, Of::Body),
        (Some(text), Some(_)) => (text, Of::Unclear),
        // A mapping always has a first key: an empty one has been reported.
        (None, None) => (node.entries().first()?.key.clone(), Of::Unclear),
    };
    let unit = match word(node, "as").as_deref() {
        Some("seconds") => WaitUnit::Seconds,
        Some("ms") => WaitUnit::Milliseconds,
        Some("epoch") => WaitUnit::Epoch,
        Some("epoch_ms") => WaitUnit::EpochMilliseconds,
        Some("iso") => WaitUnit::Iso,
        Some("http_date") => WaitUnit::HttpDate,
        _ => usual,
    };
    let (after, before) = (text(node, "after"), text(node, "before"));
    Some(Wait { at: At { text: text_of, of }, unit, after, before })
}

/// Reads `errors.limited`.
pub(super) fn limited(root: &Node) -> Option<Limited> {
    let entry = root.get("errors")?.entry("limited")?;
    let node = &entry.value;
    let number =
        |text: crate::parse::node::Text| Some(Placed { value: text.text.parse::<u32>().ok()?, span: text.span });
    let broken = ["status", "remaining", "code"].iter().any(|key| node.entry(key).is_some_and(|e| e.value.is_broken()));
    Some(Limited {
        span: entry.key.span,
        statuses: one_or_more(node, "status").into_iter().filter_map(number).collect(),
        remaining: text(node, "remaining"),
        codes: one_or_more(node, "code"),
        broken: broken || node.is_broken(),
    })
}
