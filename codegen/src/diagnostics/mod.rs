//! What is wrong with a spec, and where.

mod fix;
mod json;
mod render;
mod sarif;

pub use fix::{Applicability, Edit, Fix, apply};
pub use render::Style;

use crate::check::codes::Code;

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Which file: 0 is the spec itself, the others are those that it extends.
    pub file: u16,
    /// Characters before it, from the start of the file.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A stretch of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first character.
    pub start: Position,
    /// The character after its last.
    pub end: Position,
}

impl Span {
    /// Whether `other` lies within.
    pub fn contains(&self, other: &Span) -> bool {
        self.start.file == other.start.file
            && self.start.offset <= other.start.offset
            && other.end.offset <= self.end.offset
    }
}

/// Whether a finding stops the generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Worth a look; generation goes on.
    Warning,
}

impl Severity {
    /// The word that heads a rendering.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code of the rule, such as `AS0101`; [`crate::check::codes::ALL`] lists them.
    pub code: &'static str,
    /// Whether it stops the generator.
    pub severity: Severity,
    /// The file, as it was given.
    pub file: String,
    /// The text at fault.
    pub span: Span,
    /// What is wrong.
    pub title: String,
    /// What stands next to the caret.
    pub label: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// Other places of the same file that bear on it, each with what it is.
    pub related: Vec<Related>,
    /// The mend that a program can make.
    pub fix: Option<Fix>,
}

/// Another place that bears on a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The place.
    pub span: Span,
    /// What it is.
    pub label: String,
}

impl Diagnostic {
    /// A finding under the rule `code`; the file is filled in by the [`Sink`].
    pub(crate) fn new(code: &'static Code, span: Span, title: impl Into<String>) -> Self {
        Self {
            code: code.code,
            severity: code.severity,
            file: String::new(),
            span,
            title: title.into(),
            label: String::new(),
            hint: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// The finding in one line: `file:line:column: error[code]: title`.
    pub fn line(&self) -> String {
        let (start, severity) = (self.span.start, self.severity.as_str());
        let title = render::visible(&self.title);
        format!("{}:{}:{}: {severity}[{}]: {title}", self.file, start.line, start.column, self.code)
    }

    /// Writes `label` next to the caret.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Says how to mend it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says how to mend it, where that is known.
    pub(crate) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// Points at another place of the same file.
    pub(crate) fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Related { span, label: label.into() });
        self
    }
}

impl Diagnostic {
    /// Points at another place, where there is one.
    pub(crate) fn maybe_related(self, span: Option<Span>, label: impl Into<String>) -> Self {
        match span {
            Some(span) => self.related(span, label),
            None => self,
        }
    }
}

/// Everything that was found, in the order of the files and of the places in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The findings.
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Whether any finding stops the generator.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl std::fmt::Display for Diagnostics {
    /// One line a finding: `file:line:column: error[code]: title`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, d) in self.list.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{}", d.line())?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Collects the findings of one spec, and of the files that it extends.
#[derive(Debug)]
pub(crate) struct Sink {
    files: Vec<String>,
    list: Vec<Diagnostic>,
}

impl Sink {
    /// A collector for the file at `path`.
    pub(crate) fn new(path: &str) -> Self {
        Self { files: vec![path.to_owned()], list: Vec::new() }
    }

    /// Gives another file a number, which its positions carry; nothing when there are too many.
    pub(crate) fn add_file(&mut self, path: &str) -> Option<u16> {
        let number = u16::try_from(self.files.len()).ok()?;
        self.files.push(path.to_owned());
        Some(number)
    }

    /// Takes a finding. What bears on it in another file is told in its hint: a snippet shows one file.
    pub(crate) fn push(&mut self, mut diagnostic: Diagnostic) {
        let file = diagnostic.span.start.file;
        let name = |file: u16| self.files.get(usize::from(file)).cloned().unwrap_or_default();
        diagnostic.file = name(file);
        let (here, elsewhere) = diagnostic.related.into_iter().partition(|related| related.span.start.file == file);
        diagnostic.related = here;
        for Related { span, label } in elsewhere {
            let place = format!("{label}: {}:{}:{}", name(span.start.file), span.start.line, span.start.column);
            let hint = diagnostic.hint.map_or(place.clone(), |hint| format!("{hint} ({place})"));
            diagnostic.hint = Some(hint);
        }
        self.list.push(diagnostic);
    }

    /// Takes away what was found and `is_allowed`; the codes of what was taken away.
    pub(crate) fn silence(&mut self, is_allowed: impl Fn(&Diagnostic) -> bool) -> Vec<&'static str> {
        self.list.extract_if(.., |finding| is_allowed(finding)).map(|finding| finding.code).collect()
    }

    /// Forgets what was found so far.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// Whether an error was found so far.
    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The findings in the order of their places, none twice.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (a.span.start, a.code, &a.title).cmp(&(b.span.start, b.code, &b.title)));
        // From here on the finding names its file itself.
        for finding in &mut self.list {
            let related = finding.related.iter_mut().map(|related| &mut related.span);
            let edits = finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
            for span in related.chain(edits).chain([&mut finding.span]) {
                (span.start.file, span.end.file) = (0, 0);
            }
        }
        self.list.dedup();
        self.list
    }
}

/// The candidate nearest to `word`, if any is near enough to be what was meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let scored =
        candidates.into_iter().map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate));
    let (distance, candidate) = scored.min_by_key(|(distance, _)| *distance)?;
    let limit = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    (distance <= limit).then_some(candidate)
}

/// Whether no other candidate is as near to `word` as `near` is.
fn is_only_near(word: &str, near: &str, candidates: &[&str]) -> bool {
    let folded = fold(word);
    let distance = |candidate: &str| strsim::damerau_levenshtein(&folded, &fold(candidate));
    let nearest = distance(near);
    candidates.iter().all(|other| *other == near || distance(other) > nearest)
}

fn fold(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// `did you mean ...`, or the list of what there is.
pub(crate) fn suggestion<'a>(word: &str, what: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, candidates.clone()) {
        return format!("did you mean `{near}`?");
    }
    let list = listed(candidates);
    if list.is_empty() { format!("there are no {what} here") } else { format!("{what}: {list}") }
}

/// Words in backticks, separated by commas.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
