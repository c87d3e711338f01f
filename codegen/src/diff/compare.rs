//! Two surfaces side by side.

use std::collections::BTreeSet;

use super::functions;
use super::surface::{Face, Named, Surface};
use super::{Change, Impact, Turn};

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Change>,
    /// Whether documentation differs.
    pub(super) texts: bool,
}

/// What stands on one side only, and what has been told of already.
pub(super) struct Sides<'s> {
    pub(super) old: &'s Surface,
    pub(super) new: &'s Surface,
    /// The paths, on either side, of which no more is to be told.
    pub(super) told: BTreeSet<String>,
}

/// Everything that differs for a program.
pub(super) fn compare(old: &Surface, new: &Surface) -> Found {
    let mut found = Found::default();
    let mut sides = Sides { old, new, told: BTreeSet::new() };
    for (before, after) in sides.both() {
        found.texts |= before.docs != after.docs;
        sides.changed(before, after, &mut found);
    }
    sides.renamed_types(&mut found);
    for item in sides.only(old, new) {
        found.changes.push(sides.removed(item));
    }
    for item in sides.only(new, old) {
        found.changes.push(sides.added(item));
    }
    sides.markers(&mut found);
    if old.requires != new.requires {
        let text = "asks for another revision of the runtime; an older runtime says so when it is compiled";
        let change = Change::new(Impact::Behavior, Turn::Changed, "runtime", "authsmith", text);
        found.changes.push(change.between(&old.requires, &new.requires));
    }
    found
}

impl<'s> Sides<'s> {
    /// What stands on both sides.
    fn both(&self) -> Vec<(&'s Named, &'s Named)> {
        let (old, new) = (self.old, self.new);
        old.items.iter().filter_map(|before| Some((before, new.get(&before.path)?))).collect()
    }

    /// What stands on the one side only; what belongs to something that does so too is told with it.
    fn only(&self, one: &'s Surface, other: &'s Surface) -> Vec<&'s Named> {
        let alone = |item: &&Named| other.get(&item.path).is_none() && !self.told.contains(&item.path);
        let with_parent = |item: &&Named| {
            let parent = item.parent.as_deref().filter(|parent| one.get(parent).is_some());
            parent.is_none_or(|parent| other.get(parent).is_some())
        };
        one.items.iter().filter(alone).filter(with_parent).collect()
    }

    /// What differs in a thing that is there before and after.
    fn changed(&mut self, before: &Named, after: &Named, found: &mut Found) {
        let change = |impact, text: &str| Change::new(impact, Turn::Changed, after.what, &after.path, text);
        match (&before.face, &after.face) {
            (Face::Member { ty: old, wire: was }, Face::Member { ty: new, wire: is }) => {
                if old != new {
                    found.changes.push(change(Impact::Breaking, of_type(old, new)).between(old, new));
                } else if was != is {
                    found.changes.push(change(Impact::Behavior, "is spelled otherwise on the wire").between(was, is));
                }
            }
            (Face::Function(old), Face::Function(new)) => {
                found.changes.extend(functions::compare(self, after, old, new));
            }
            (Face::Type { head: old, derives: had, open: was }, Face::Type { head: new, derives: has, open: is }) => {
                if old != new {
                    found.changes.push(change(Impact::Breaking, "is declared otherwise").between(old, new));
                }
                for gone in had.difference(has) {
                    found.changes.push(change(Impact::Breaking, &format!("no longer implements `{gone}`")));
                }
                for come in has.difference(had) {
                    found.changes.push(change(Impact::Addition, &format!("implements `{come}`")));
                }
                match (was, is) {
                    (false, true) => {
                        let text = "may grow: a `match` needs another arm, and nothing makes it by its fields";
                        found.changes.push(change(Impact::Breaking, text));
                    }
                    (true, false) => found.changes.push(change(Impact::Addition, "no longer grows")),
                    _ => {}
                }
            }
            _ => found.changes.push(change(Impact::Breaking, "is something else")),
        }
    }

    /// Types that have got another name: all that they consist of stayed, and nothing else looks like them.
    fn renamed_types(&mut self, found: &mut Found) {
        let types = |one: &'s Surface, other: &'s Surface| {
            let alone = one.items.iter().filter(|item| item.parent.is_none() && other.get(&item.path).is_none());
            alone.collect::<Vec<_>>()
        };
        let (gone, come) = (types(self.old, self.new), types(self.new, self.old));
        for before in &gone {
            let same = |after: &&&Named| alike(self.old, before, self.new, after);
            let mut candidates = come.iter().filter(same);
            let twin = gone.iter().filter(|other| alike(self.old, before, self.old, other)).count() > 1;
            let (Some(after), None, false) = (candidates.next(), candidates.next(), twin) else { continue };
            let text = format!("is now called `{}`", after.path);
            found.changes.push(Change::new(Impact::Breaking, Turn::Changed, before.what, &before.path, text));
            self.told.extend([before.path.clone(), after.path.clone()]);
        }
    }

    fn removed(&self, item: &'s Named) -> Change {
        let mut text = match item.what {
            "token kind" => "is gone; connections of this kind that are kept can't be resumed".to_owned(),
            "setting" => "is gone; the client takes no such setting".to_owned(),
            _ => "is gone".to_owned(),
        };
        // With one candidate of the same type it may be the same under another name, which only its author knows.
        if let Some(other) = self.successor(item) {
            text.push_str(&format!("; is it `{other}` now?"));
        }
        Change::new(Impact::Breaking, Turn::Removed, item.what, &item.path, text).between(&item.shown(), "")
    }

    /// The only new thing beside it that looks the same, where it is the only such thing that went.
    fn successor(&self, item: &'s Named) -> Option<&'s str> {
        let parent = item.parent.as_deref()?;
        let like = |other: &&Named| other.what == item.what && same_but_for_names(&other.face, &item.face);
        let come: Vec<_> =
            self.new.children(parent).filter(|other| self.old.get(&other.path).is_none()).filter(like).collect();
        let gone = self
            .old
            .items
            .iter()
            .filter(|other| other.parent.as_deref() == Some(parent) && like(other))
            .filter(|other| self.new.get(&other.path).is_none());
        match (come.as_slice(), gone.count()) {
            ([only], 1) => Some(only.path.as_str()),
            _ => None,
        }
    }

    fn added(&self, item: &Named) -> Change {
        let may_grow = item.parent.as_deref().and_then(|parent| self.old.get(parent)).is_none_or(|parent| {
            let closed = |head: &str| head.starts_with("struct with private fields");
            matches!(&parent.face, Face::Type { open, head, .. } if *open || closed(head))
        });
        let must_be_set = matches!(&item.face, Face::Function(signature) if signature.marker.is_some());
        let is_member = matches!(item.face, Face::Member { .. });
        let (impact, text) = match item.what {
            "setting" if must_be_set => (Impact::Breaking, "is new and must be given: no client is built without it"),
            "setting" => (Impact::Addition, "is new and may be left out"),
            "variant" if !may_grow => (Impact::Breaking, "is new: a `match` that names all variants lacks it"),
            "field" if !may_grow => (Impact::Breaking, "is new: a value made by its fields lacks it"),
            "value" | "scope" if is_member => (Impact::Addition, "is new; it came as `Other` before"),
            _ => (Impact::Addition, "is new"),
        };
        Change::new(impact, Turn::Added, item.what, &item.path, text).between("", &item.shown())
    }

    /// The order in which the builder's type names what it lacks.
    fn markers(&self, found: &mut Found) {
        let shared = |one: &'s [String], other: &'s [String]| {
            one.iter().filter(|marker| other.contains(marker)).collect::<Vec<_>>()
        };
        let (old, new) = (&self.old.markers, &self.new.markers);
        if shared(old, new) != shared(new, old) {
            let text = "names what it lacks in another order; that concerns only programs that write its type out";
            let change = Change::new(Impact::Breaking, Turn::Changed, "type", "Builder", text);
            found.changes.push(change.between(&old.join(", "), &new.join(", ")));
        }
    }
}

/// Whether two types look the same but for their names. Only what consists of something can be told so.
fn alike(old: &Surface, before: &Named, new: &Surface, after: &Named) -> bool {
    let own = |name: &str, path: &str| path.strip_prefix(name).unwrap_or(path).to_owned();
    let parts = |surface: &Surface, item: &Named| {
        surface.children(&item.path).map(|child| own(&item.path, &child.path)).collect::<Vec<_>>()
    };
    let mine = parts(old, before);
    let faces = || old.children(&before.path).zip(new.children(&after.path));
    !mine.is_empty()
        && before.what == after.what
        && before.face == after.face
        && mine == parts(new, after)
        && faces().all(|(one, other)| one.face == other.face)
}

/// Whether two things of different names are of one type.
fn same_but_for_names(one: &Face, other: &Face) -> bool {
    match (one, other) {
        (Face::Member { ty: one, .. }, Face::Member { ty: other, .. }) => one == other,
        (Face::Function(one), Face::Function(other)) => one.arguments == other.arguments && one.result == other.result,
        _ => false,
    }
}

/// What it is for a program that a type is another.
fn of_type(old: &str, new: &str) -> &'static str {
    let optional =
        |ty: &str, other: &str| ty.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) == Some(other);
    if optional(new, old) {
        "may be missing now"
    } else if optional(old, new) {
        "is always there now, no longer an `Option`"
    } else {
        "is of another type"
    }
}

impl Named {
    /// The thing as a person writes it, where its name alone doesn't say it.
    fn shown(&self) -> String {
        let name = self.path.rsplit("::").next().unwrap_or(&self.path);
        match &self.face {
            Face::Member { ty, .. } if self.what == "field" => format!("{name}: {ty}"),
            Face::Function(signature) => signature.text(name),
            _ => String::new(),
        }
    }
}
