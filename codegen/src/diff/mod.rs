//! What a change of specs means to those who use the generated crates.
//!
//! Two models are compared by what is generated from them: the public items of `lib.rs`, which a program names, and the
//! data of `operations.rs`, which says what is sent and read. So whatever a program can name is compared, whichever key
//! of the language it comes from.

mod bodies;
mod compare;
mod data;
mod functions;
mod lists;
mod render;
mod surface;

use std::collections::BTreeMap;

use crate::emit;
use crate::model::Provider;
use compare::Found;

/// What a change asks of those who use the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Programs compile as before; something else is sent or read.
    Behavior,
    /// Programs compile as before, and there is more to use.
    Addition,
    /// Programs stop to compile or to work until somebody changes them.
    Breaking,
}

/// What has become of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is there, and other than before.
    Changed,
}

/// One change of what a crate offers or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it asks of users.
    pub impact: Impact,
    /// What has become of the thing.
    pub turn: Turn,
    /// What it is, in a word or two: `field`, `token kind`, `operation`.
    pub what: &'static str,
    /// Its name in Rust: `User::email`, `Client::authorize`.
    pub path: String,
    /// What has happened, and why that is breaking where it is.
    pub text: String,
    /// What stood there before; for data, line by line.
    pub before: Vec<String>,
    /// What stands there now.
    pub after: Vec<String>,
}

/// What has become of one crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateChanges {
    /// The name of the provider.
    pub name: String,
    /// What has become of the crate as a whole.
    pub turn: Option<Turn>,
    /// The changes, the heaviest first.
    pub changes: Vec<Change>,
    /// Whether texts of the documentation differ.
    pub texts: bool,
}

/// The part of a version that a release with these changes raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing is to be released.
    None,
    /// The last number.
    Patch,
    /// The middle number.
    Minor,
    /// The first number.
    Major,
}

impl CrateChanges {
    /// The heaviest impact; none when only texts have changed.
    pub fn impact(&self) -> Option<Impact> {
        match self.turn {
            Some(Turn::Removed) => Some(Impact::Breaking),
            Some(Turn::Added) => Some(Impact::Addition),
            _ => self.changes.iter().map(|change| change.impact).max(),
        }
    }

    /// The version that follows once the crate has reached 1.0.
    pub fn bump(&self) -> Bump {
        match self.impact() {
            Some(Impact::Breaking) => Bump::Major,
            Some(Impact::Addition) => Bump::Minor,
            Some(Impact::Behavior) => Bump::Patch,
            None if self.texts => Bump::Patch,
            None => Bump::None,
        }
    }

    /// The version that follows before 1.0, where cargo takes the middle number for what breaks and the last for the rest.
    pub fn bump_below_one(&self) -> Bump {
        match self.bump() {
            Bump::Major => Bump::Minor,
            Bump::Minor => Bump::Patch,
            other => other,
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.turn.is_none() && self.changes.is_empty() && !self.texts
    }
}

/// What has become of every crate, in the order of their names; crates that are as before aren't listed.
pub fn diff(old: &[Provider], new: &[Provider]) -> Vec<CrateChanges> {
    let mut pairs: BTreeMap<&str, (Option<&Provider>, Option<&Provider>)> = BTreeMap::new();
    for provider in old {
        pairs.entry(&provider.name.wire).or_default().0 = Some(provider);
    }
    for provider in new {
        pairs.entry(&provider.name.wire).or_default().1 = Some(provider);
    }
    let whole = |name: &str, turn| CrateChanges { name: name.to_owned(), turn: Some(turn), ..empty() };
    let all = pairs.into_iter().map(|(name, pair)| match pair {
        (Some(old), Some(new)) => one(old, new),
        (Some(_), None) => whole(name, Turn::Removed),
        (None, _) => whole(name, Turn::Added),
    });
    all.filter(|changes| !changes.is_empty()).collect()
}

fn empty() -> CrateChanges {
    CrateChanges { name: String::new(), turn: None, changes: Vec::new(), texts: false }
}

/// What has become of one crate that is there before and after.
fn one(old: &Provider, new: &Provider) -> CrateChanges {
    let ([old_lib, old_data], [new_lib, new_data]) = (emit::code(old), emit::code(new));
    let mut found = match (surface::read(&old_lib), surface::read(&new_lib)) {
        (Ok(before), Ok(after)) => compare::compare(&before, &after),
        // What is generated is Rust; should it not be, saying too much is right.
        _ => Found { changes: vec![unreadable()], texts: false },
    };
    data::compare(&old_data, &new_data, &mut found);
    data::compare_kept(old, new, &mut found);
    let texts = found.texts || emit::prose(old) != emit::prose(new);
    let mut changes = found.changes;
    changes.sort_by_key(|change| std::cmp::Reverse(change.impact));
    CrateChanges { name: new.name.wire.clone(), turn: None, changes, texts }
}

fn unreadable() -> Change {
    Change {
        impact: Impact::Breaking,
        turn: Turn::Changed,
        what: "crate",
        path: "lib.rs".to_owned(),
        text: "can't be read as Rust, so that nothing is known of it".to_owned(),
        before: Vec::new(),
        after: Vec::new(),
    }
}

impl Change {
    /// A change that says nothing of what stood there.
    fn new(impact: Impact, turn: Turn, what: &'static str, path: &str, text: impl Into<String>) -> Self {
        let (before, after) = (Vec::new(), Vec::new());
        Self { impact, turn, what, path: path.to_owned(), text: text.into(), before, after }
    }

    /// With what stood there and what stands there.
    fn between(mut self, before: &str, after: &str) -> Self {
        self.before.extend((!before.is_empty()).then(|| before.to_owned()));
        self.after.extend((!after.is_empty()).then(|| after.to_owned()));
        self
    }
}
