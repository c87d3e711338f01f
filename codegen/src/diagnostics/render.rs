//! Findings as text for people, in the look of rustc.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet, renderer::DecorStyle};

use super::{Diagnostic, Diagnostics, Fix, Severity, Span};
use crate::SourceFile;

/// How a rendering looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With ANSI colors, for a terminal.
    Colored,
}

impl Diagnostics {
    /// Every finding with the lines that it is about, a caret under the text at fault, and a hint.
    /// `sources` are the files that were given to the generator; a finding whose file isn't among them has no snippet.
    pub fn render(&self, sources: &[SourceFile], style: Style) -> String {
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Colored => Renderer::styled(),
        };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for diagnostic in &self.list {
            let source = sources.iter().find(|source| source.path == diagnostic.file);
            out.push_str(&diagnostic.render(source.map_or("", |source| source.text.as_str()), &renderer));
            out.push_str("\n\n");
        }
        out.truncate(out.trim_end().len());
        out
    }
}

impl Diagnostic {
    fn render(&self, text: &str, renderer: &Renderer) -> String {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let spans = || std::iter::once(self.span).chain(self.related.iter().map(|related| related.span));
        let excerpt = Excerpt::over(text, spans);
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let primary = AnnotationKind::Primary.span(excerpt.range(self.span)).label(self.label.as_str());
        let others = self
            .related
            .iter()
            .map(|related| AnnotationKind::Context.span(excerpt.range(related.span)).label(related.label.as_str()));
        let snippet = Snippet::source(excerpt.text)
            .path(self.file.as_str())
            .line_start(excerpt.first_line)
            .annotation(primary)
            .annotations(others);
        let title = visible(&self.title);
        let mut group = level.primary_title(title.as_str()).id(self.code).element(snippet);
        let hint = self.hint.as_deref();
        let Some(fix) = &self.fix else {
            group = group.elements(hint.map(|hint| Level::HELP.message(hint)));
            return renderer.render(&[group]);
        };
        renderer.render(&[group, patch(fix, hint.unwrap_or("write this instead"), text, &self.file)])
    }
}

/// The lines as a mend would leave them.
fn patch<'a>(fix: &'a Fix, title: &'a str, text: &'a str, path: &'a str) -> Group<'a> {
    let excerpt = Excerpt::over(text, || fix.edits.iter().map(|edit| edit.span));
    let patches = fix.edits.iter().map(|edit| Patch::new(excerpt.exactly(edit.span), edit.new.as_str()));
    let patches: Vec<_> = patches.collect();
    let snippet = Snippet::source(excerpt.text).path(path).line_start(excerpt.first_line);
    Level::HELP.secondary_title(title).element(snippet.patches(patches))
}

/// The lines that one finding is about; a renderer that got the whole file would read all of it for each finding.
struct Excerpt<'a> {
    text: &'a str,
    first_line: usize,
    chars_before: usize,
}

impl<'a> Excerpt<'a> {
    fn over<S: Iterator<Item = Span>>(text: &'a str, spans: impl Fn() -> S) -> Self {
        let first_line = spans().map(|span| span.start.line).min().unwrap_or(1).max(1);
        let last_line = spans().map(|span| span.end.line).max().unwrap_or(1).max(first_line);
        let (mut line, mut start, mut end, mut chars_before) = (1, 0, text.len(), 0);
        for (chars, (at, c)) in text.char_indices().enumerate() {
            if c != '\n' {
                continue;
            }
            if line == last_line {
                end = at;
                break;
            }
            line += 1;
            if line == first_line {
                (start, chars_before) = (at + 1, chars + 1);
            }
        }
        Self { text: text.get(start..end).unwrap_or_default(), first_line, chars_before }
    }

    /// The bytes of the excerpt that a span covers; at least one character where there is one.
    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let end = span.end.offset.max(span.start.offset + 1);
        let (start, end) = (self.byte(span.start.offset), self.byte(end));
        start..end.max(start)
    }

    /// The bytes of the excerpt that a span covers, none where it is empty.
    fn exactly(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.byte(span.start.offset);
        start..self.byte(span.end.offset).max(start)
    }

    fn byte(&self, offset: usize) -> usize {
        let chars = offset.saturating_sub(self.chars_before);
        self.text.char_indices().nth(chars).map_or(self.text.len(), |(at, _)| at)
    }
}

/// Text of a spec as it can stand in a terminal.
pub(super) fn visible(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}
