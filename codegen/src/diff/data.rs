//! The operation data of two crates side by side: what is sent and read.

use std::collections::BTreeMap;

use super::compare::Found;
use super::{Change, Impact, Turn};
use crate::model::Provider;

/// How many lines of a difference are told.
const LINES: usize = 12;

/// One constant: its name, its type, and its lines.
struct Constant<'t> {
    what: &'static str,
    name: String,
    lines: Vec<&'t str>,
}

/// What is sent or read otherwise.
pub(super) fn compare(old: &str, new: &str, found: &mut Found) {
    let (before, after) = (constants(old), constants(new));
    for (name, constant) in &after {
        let Some(was) = before.get(name) else {
            found.whole(constant, Turn::Added, "is new");
            continue;
        };
        let (gone, come) = (missing(&was.lines, &constant.lines), missing(&constant.lines, &was.lines));
        if was.lines != constant.lines {
            let text = match constant.what {
                "operation" => "sends or reads something else",
                "token kind" => "is shown or renewed otherwise",
                "vendor" => "is described otherwise: its settings, waits, limits, or what its codes mean",
                _ => "says something else",
            };
            let mut change = Change::new(Impact::Behavior, Turn::Changed, constant.what, &constant.name, text);
            (change.before, change.after) = (shortened(&gone), shortened(&come));
            found.changes.push(change);
        }
    }
    for (_, constant) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        found.whole(constant, Turn::Removed, "is gone");
    }
}

impl Found {
    /// Tells of an operation that is there on one side only, unless a method says so already.
    fn whole(&mut self, constant: &Constant<'_>, turn: Turn, text: &str) {
        let said = |change: &Change| {
            let last = change.path.rsplit("::").next().unwrap_or_default();
            change.turn == turn && (last == constant.name || last.eq_ignore_ascii_case(&constant.name.replace('_', "")))
        };
        if matches!(constant.what, "operation") && !self.changes.iter().any(said) {
            self.changes.push(Change::new(Impact::Behavior, turn, constant.what, &constant.name, text));
        }
    }
}

/// What connections that are kept already can't have.
pub(super) fn compare_kept(old: &Provider, new: &Provider, found: &mut Found) {
    let (before, after) = (old.kept(), new.kept());
    for kept in after.iter().filter(|kept| kept.default.is_none()) {
        if before.iter().any(|other| other.name.wire == kept.name.wire) {
            continue;
        }
        let text = "is new, and connections that are kept already lack it: what needs it asks their users for consent";
        found.changes.push(Change::new(Impact::Breaking, Turn::Added, "kept value", &kept.name.wire, text));
    }
}

/// The constants of `operations.rs`, by name.
fn constants(text: &str) -> BTreeMap<&str, Constant<'_>> {
    let mut found: BTreeMap<&str, Constant<'_>> = BTreeMap::new();
    let mut open = None;
    for line in text.lines() {
        let start =
            line.strip_prefix("pub ").unwrap_or(line).strip_prefix("const ").and_then(|rest| rest.split_once(':'));
        if let Some((name, rest)) = start {
            let what = match rest.trim_start().split(['<', ' ']).next().unwrap_or_default() {
                "Operation" | "Authorize" | "Device" => "operation",
                "TokenKind" => "token kind",
                "Provider" => "vendor",
                "Shape" => "answer",
                _ => "data",
            };
            found.insert(name, Constant { what, name: name.to_ascii_lowercase(), lines: Vec::new() });
            open = Some(name);
        }
        if let Some(constant) = open.and_then(|name| found.get_mut(name)) {
            constant.lines.extend(told(line, constant.what));
        }
        if line.ends_with(';') {
            open = None;
        }
    }
    found
}

/// The line without what the surface tells already: the lists of operations and token kinds, and the vendor's name in prose.
fn told<'t>(line: &'t str, what: &str) -> Option<&'t str> {
    let line = line.trim();
    let line = line.strip_suffix(';').unwrap_or(line);
    let is_list = [".operations(", ".tokens(", ".authorize("].iter().any(|list| line.starts_with(list));
    match what {
        "vendor" if is_list => None,
        "vendor" if line.contains("Provider::new(") => None,
        _ if line.is_empty() => None,
        _ => Some(line),
    }
}

/// The lines of the one that the other lacks.
fn missing<'t>(one: &[&'t str], other: &[&'t str]) -> Vec<&'t str> {
    let mut rest = other.to_vec();
    let mut found = Vec::new();
    for line in one {
        match rest.iter().position(|known| known == line) {
            Some(at) => drop(rest.swap_remove(at)),
            None => found.push(*line),
        }
    }
    found
}

fn shortened(lines: &[&str]) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    let shown = lines.iter().take(LINES).map(|line| (*line).to_owned());
    shown.chain((more > 0).then(|| format!("and {more} more"))).collect()
}
