//! Mends that a program can make: what stands in a file, and what should stand there instead.

use super::{Diagnostic, Position, Span};

/// A mend. All of its edits are made, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to write, in the file of the finding; none overlaps with another.
    pub edits: Vec<Edit>,
    /// Whether it can be made without asking.
    pub applicability: Applicability,
}

/// Whether a mend is what was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// There is no doubt: `check --fix` makes it.
    Certain,
    /// It is the likeliest of several things that could have been meant; it is shown, and left to the author.
    Likely,
}

/// A piece of a file that is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; nothing where it ends where it starts.
    pub span: Span,
    /// What stands there now.
    pub old: String,
    /// What should stand there.
    pub new: String,
    /// Whether `new` is several items of a list, with commas between them.
    pub(crate) is_items: bool,
}

impl Edit {
    /// An edit of a text.
    pub(crate) fn new(span: Span, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { span, old: old.into(), new: new.into(), is_items: false }
    }
}

impl Diagnostic {
    /// Writes `new` where `old` stands. That may be a part of a text, or the whole of it with or without quotes.
    pub(crate) fn instead(self, span: Span, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.edits(Applicability::Certain, vec![Edit::new(span, old, new)])
    }

    /// As [`Diagnostic::instead`], where something else may have been meant.
    pub(crate) fn perhaps(self, span: Span, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.edits(Applicability::Likely, vec![Edit::new(span, old, new)])
    }

    /// Makes several items of one item of a list.
    pub(crate) fn each(self, applicability: Applicability, span: Span, old: &str, items: &[&str]) -> Self {
        let edit = Edit { is_items: true, ..Edit::new(span, old, items.join(", ")) };
        self.edits(applicability, vec![edit])
    }

    /// Mends by these edits.
    pub(crate) fn edits(mut self, applicability: Applicability, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { edits, applicability });
        self
    }

    /// Says what is near to `word`, or what there is, and writes it there when only one candidate is near.
    pub(crate) fn suggest<'a>(
        self,
        (span, word): (Span, &str),
        what: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        let hinted = self.hint(super::suggestion(word, what, candidates.iter().copied()));
        match super::nearest(word, candidates.iter().copied()) {
            None => hinted,
            Some(near) if super::is_only_near(word, near, &candidates) => hinted.instead(span, word, near),
            Some(near) => hinted.perhaps(span, word, near),
        }
    }

    /// Holds the mend against the file: it stays when what it replaces stands there. Quotes stay where they are, and what
    /// would need some that aren't there is left out.
    pub(crate) fn settle(&mut self, chars: &[char]) {
        let holds = |edit: &mut Edit| {
            if edit.is_items {
                return items(edit, chars);
            }
            let here = stands(chars, edit.span);
            if here != edit.old && quotes(&here).is_some() {
                edit.span = inner(edit.span);
                return stands(chars, edit.span) == edit.old && !edit.new.contains(['"', '\'', '\\', '\n']);
            }
            here == edit.old
        };
        if let Some(fix) = &mut self.fix
            && !fix.edits.iter_mut().all(holds)
        {
            self.fix = None;
        }
    }
}

/// The quote that a text stands in.
fn quotes(here: &str) -> Option<char> {
    let is_within = |quote: &char| here.len() > 1 && here.starts_with(*quote) && here.ends_with(*quote);
    ['"', '\''].into_iter().find(is_within)
}

/// What stands between the quotes.
fn inner(span: Span) -> Span {
    Span { start: span.start.after(1), end: span.end.before(1) }
}

/// Several items in place of one, with its quotes; in a list of lines each gets its own.
fn items(edit: &mut Edit, chars: &[char]) -> bool {
    let before = chars.get(..edit.span.start.offset).unwrap_or_default();
    // The place of a text in quotes may be that of the text within.
    if let (Some(quote @ ('"' | '\'')), Some(next)) = (before.last(), chars.get(edit.span.end.offset))
        && quote == next
    {
        edit.span = Span { start: edit.span.start.before(1), end: edit.span.end.after(1) };
    }
    let here = stands(chars, edit.span);
    let bare = quotes(&here).map_or(here.as_str(), |quote| here.trim_matches(quote));
    let holds = bare == edit.old;
    let before = chars.get(..edit.span.start.offset).unwrap_or_default();
    let indent: Vec<char> = before.iter().rev().take_while(|c| **c != '\n').copied().collect();
    let indent: String = indent.into_iter().rev().collect();
    if indent.trim_start() == "- " {
        edit.new = edit.new.replace(", ", &format!("\n{indent}"));
    }
    edit.old = here;
    holds
}

/// What a span covers.
fn stands(chars: &[char], span: Span) -> String {
    chars.get(span.start.offset..span.end.offset).unwrap_or_default().iter().collect()
}

impl Position {
    /// So many characters later in the same line.
    pub(crate) fn after(self, by: usize) -> Self {
        Self { offset: self.offset + by, column: self.column + by, ..self }
    }

    /// So many characters earlier in the same line.
    pub(crate) fn before(self, by: usize) -> Self {
        Self { offset: self.offset.saturating_sub(by), column: self.column.saturating_sub(by).max(1), ..self }
    }
}

/// The text with mends made, and which of them. One that overlaps with an earlier one waits for another round, and one that
/// replaces something else than it says is not made.
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> (String, Vec<usize>) {
    let (mark, chars) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let chars: Vec<char> = chars.chars().collect();
    let mut taken: Vec<&Edit> = Vec::new();
    let mut made = Vec::new();
    for (index, fix) in fixes.into_iter().enumerate() {
        let is_free = |edit: &Edit| taken.iter().all(|other| apart(edit.span, other.span));
        if fix.edits.iter().all(|edit| is_free(edit) && stands(&chars, edit.span) == edit.old) {
            taken.extend(&fix.edits);
            made.push(index);
        }
    }
    taken.sort_by_key(|edit| edit.span.start.offset);
    let (mut new, mut at) = (mark.to_owned(), 0);
    for edit in taken {
        new.extend(chars.get(at..edit.span.start.offset).unwrap_or_default());
        new.push_str(&edit.new);
        at = edit.span.end.offset;
    }
    new.extend(chars.get(at..).unwrap_or_default());
    (new, made)
}

/// Whether two pieces have nothing in common; two that begin at one place do.
fn apart(one: Span, other: Span) -> bool {
    let (a, b) = (one.start.offset..one.end.offset, other.start.offset..other.end.offset);
    a.start != b.start && (a.end <= b.start || b.end <= a.start)
}
