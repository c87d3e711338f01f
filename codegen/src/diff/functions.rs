//! Two signatures side by side.

use super::compare::Sides;
use super::surface::{Face, Named, Signature};
use super::{Change, Impact, Turn};

/// What differs for whoever calls the function.
pub(super) fn compare(sides: &mut Sides<'_>, item: &Named, old: &Signature, new: &Signature) -> Vec<Change> {
    let name = item.path.rsplit("::").next().unwrap_or(&item.path);
    let change = |impact, text: String| Change::new(impact, Turn::Changed, item.what, &item.path, text);
    let mut texts = arguments(sides, old, new);
    if old.result != new.result {
        texts.push(format!("gives `{}` instead of `{}`", shown(&new.result), shown(&old.result)));
    }
    if old.head != new.head {
        texts.push("is declared otherwise".to_owned());
    }
    let mut changes = Vec::new();
    if !texts.is_empty() {
        changes.push(change(Impact::Breaking, texts.join("; ")).between(&old.text(name), &new.text(name)));
    }
    match (&old.marker, &new.marker) {
        (None, Some(_)) => {
            changes.push(change(Impact::Breaking, "must be given now: no client is built without it".to_owned()))
        }
        (Some(marker), None) => changes.push(change(
            Impact::Breaking,
            format!("may be left out now; that concerns only programs that write the builder's type out (`{marker}`)"),
        )),
        (Some(old), Some(new)) if old != new => {
            changes.push(change(Impact::Breaking, "stands under another name in the builder's type".to_owned()));
        }
        _ => {}
    }
    if changes.is_empty() && old.body != new.body {
        changes.push(change(Impact::Behavior, "hands something else on".to_owned()));
    }
    changes
}

/// What differs in the arguments, one text each.
fn arguments(sides: &mut Sides<'_>, old: &Signature, new: &Signature) -> Vec<String> {
    let mut texts = Vec::new();
    let find = |signature: &Signature, name: &str| {
        signature.arguments.iter().find(|(other, _)| other == name).map(|(_, ty)| ty.clone())
    };
    for (name, ty) in &new.arguments {
        match find(old, name) {
            None if takes_from_setter(sides, old, name) => {
                texts.push(format!("asks for `{name}` now, as an argument; it could be left out"));
            }
            None => texts.push(format!("also takes `{name}: {ty}`")),
            Some(was) if was == *ty => {}
            Some(was) if is_option_of(&was, ty) => {
                texts.push(format!("asks for `{name}` now, which could be left out"))
            }
            Some(was) if is_option_of(ty, &was) => {
                texts.push(format!("lets `{name}` be left out now: it is an `Option`"));
            }
            Some(was) => texts.push(format!("takes `{name}` as `{ty}` instead of `{was}`")),
        }
    }
    for (name, _) in old.arguments.iter().filter(|(name, _)| find(new, name).is_none()) {
        texts.push(match gives_to_setter(sides, new, name) {
            true => format!("lets `{name}` be left out now: it is set afterwards"),
            false => format!("no longer takes `{name}`"),
        });
    }
    let names = |one: &Signature, other: &Signature| -> Vec<String> {
        one.arguments.iter().map(|(name, _)| name.clone()).filter(|name| find(other, name).is_some()).collect()
    };
    if texts.is_empty() && names(old, new) != names(new, old) {
        texts.push("takes its arguments in another order".to_owned());
    }
    texts
}

/// Whether an argument was a setter of what the function gave; then that needn't be told once more.
fn takes_from_setter(sides: &mut Sides<'_>, old: &Signature, name: &str) -> bool {
    let path = setter(&old.result, name);
    let known = sides.old.get(&path).is_some_and(|item| matches!(item.face, Face::Function(_)));
    if known && sides.new.get(&path).is_none() {
        sides.told.insert(path);
    }
    known
}

fn gives_to_setter(sides: &mut Sides<'_>, new: &Signature, name: &str) -> bool {
    let path = setter(&new.result, name);
    let known = sides.new.get(&path).is_some_and(|item| matches!(item.face, Face::Function(_)));
    if known && sides.old.get(&path).is_none() {
        sides.told.insert(path);
    }
    known
}

fn setter(result: &str, name: &str) -> String {
    format!("{}::{name}", result.split('<').next().unwrap_or(result))
}

/// Whether the one type is an `Option` of the other, as an argument takes it.
fn is_option_of(option: &str, other: &str) -> bool {
    let inner = option.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>'));
    let other = other.strip_prefix("impl Into<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(other);
    inner == Some(other)
}

fn shown(result: &str) -> &str {
    if result.is_empty() { "()" } else { result }
}
