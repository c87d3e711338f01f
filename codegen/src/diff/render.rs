//! Changes as text for people, and as JSON for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Bump, Change, CrateChanges, Impact, Turn};

impl Impact {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Behavior => "behavior",
            Self::Addition => "addition",
            Self::Breaking => "breaking",
        }
    }
}

impl Turn {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl Bump {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl CrateChanges {
    /// A paragraph: what has changed, the heaviest first, and the version that follows.
    pub fn text(&self) -> String {
        let mut text = format!("authsmith-{}: {}\n", self.name, self.summary());
        for change in &self.changes {
            change.write(&mut text);
        }
        let (below, from) = (self.bump_below_one(), self.bump());
        if from != Bump::None && self.turn.is_none() {
            let (below, from) = (below.as_str(), from.as_str());
            // Writing to a string doesn't fail.
            let _ = writeln!(text, "  next version: {below} while below 1.0, {from} from 1.0 on");
        }
        text
    }

    fn summary(&self) -> String {
        let breaking = self.changes.iter().filter(|change| change.impact == Impact::Breaking).count();
        match (self.turn, self.changes.len()) {
            (Some(Turn::Added), _) => "the crate is new".to_owned(),
            (Some(Turn::Removed), _) => "breaking: the crate is gone".to_owned(),
            (_, 0) => "only texts differ".to_owned(),
            (_, 1) => format!("1 change, {}", if breaking == 1 { "breaking" } else { "not breaking" }),
            (_, all) if breaking == 0 => format!("{all} changes, none breaking"),
            (_, all) => format!("{all} changes, {breaking} breaking"),
        }
    }

    /// The same for programs; docs/changes.md describes it.
    pub fn json(&self) -> Value {
        let changes: Vec<Value> = self.changes.iter().map(Change::json).collect();
        json!({
            "crate": format!("authsmith-{}", self.name),
            "turn": self.turn.unwrap_or(Turn::Changed).as_str(),
            "breaking": self.impact() == Some(Impact::Breaking),
            "bump": { "below_1_0": self.bump_below_one().as_str(), "from_1_0": self.bump().as_str() },
            "changes": changes,
        })
    }
}

impl Change {
    fn write(&self, text: &mut String) {
        let (impact, what, path) = (self.impact.as_str(), self.what, &self.path);
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "  {impact}: {what} `{path}` {}", self.text);
        for (sign, lines) in [('-', &self.before), ('+', &self.after)] {
            for line in lines {
                let _ = writeln!(text, "      {sign} {line}");
            }
        }
    }

    fn json(&self) -> Value {
        json!({
            "impact": self.impact.as_str(),
            "turn": self.turn.as_str(),
            "what": self.what,
            "path": self.path,
            "text": self.text,
            "before": self.before,
            "after": self.after,
        })
    }
}
