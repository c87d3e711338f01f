//! What is not YAML: where, and what was likely meant. A mend is offered only when it brings the reader further.

use saphyr_parser::{Parser, ScanError};

use crate::check::codes;
use crate::diagnostics::{Applicability, Diagnostic, Edit, Fix, Position, Span, apply};

/// The finding about a file that can't be read.
pub(super) fn error(text: &str, file: u16, error: &ScanError) -> Diagnostic {
    let at = super::yaml::position(*error.marker(), file);
    let lines_from = at.line.saturating_sub(2);
    if let Some(tab) = indenting_tab(text, file, lines_from, at.line) {
        let title = "the file is not valid YAML: a line is indented by a tab";
        let hint = "indent by spaces; YAML doesn't take tabs there";
        let finding = Diagnostic::new(&codes::SYNTAX, tab, title).label("a tab").hint(hint);
        return offer(finding, text, at.line, [(Applicability::Certain, tabs(text, file))]);
    }
    let end = at.after(1);
    let (title, label, hint) = said(text, at, error.info());
    let finding =
        Diagnostic::new(&codes::SYNTAX, Span { start: at, end }, format!("the file is not valid YAML: {title}"));
    offer(finding.label(label).hint(hint), text, at.line, mends(text, at, error.info()))
}

/// The line of a file with its number and the place of its first character.
struct Line<'t> {
    text: &'t str,
    start: Position,
}

impl Line<'_> {
    fn indent(&self) -> usize {
        self.text.chars().take_while(|c| *c == ' ').count()
    }

    fn span(&self, from: usize, to: usize) -> Span {
        Span { start: self.start.after(from), end: self.start.after(to) }
    }

    fn edit(&self, from: usize, to: usize, new: impl Into<String>) -> Edit {
        let old: String = self.text.chars().skip(from).take(to.saturating_sub(from)).collect();
        Edit::new(self.span(from, to), old, new)
    }
}

fn lines(text: &str, file: u16) -> impl Iterator<Item = Line<'_>> {
    let mut offset = 0;
    text.split_inclusive('\n').enumerate().map(move |(index, line)| {
        let start = Position { file, offset, line: index + 1, column: 1 };
        offset += line.chars().count();
        Line { text: line.trim_end_matches(['\n', '\r']), start }
    })
}

/// Takes the first mend after which the reader comes further than to `line`.
fn offer(
    finding: Diagnostic,
    text: &str,
    line: usize,
    mends: impl IntoIterator<Item = (Applicability, Vec<Edit>)>,
) -> Diagnostic {
    let helps = |edits: &Vec<Edit>| {
        let fix = Fix { edits: edits.clone(), applicability: Applicability::Certain };
        let (mended, made) = apply(text, [&fix]);
        let wrong = Parser::new_from_str(&mended).find_map(Result::err);
        !made.is_empty() && wrong.is_none_or(|error| error.marker().line() > line)
    };
    match mends.into_iter().find(|(_, edits)| !edits.is_empty() && helps(edits)) {
        Some((applicability, edits)) => finding.edits(applicability, edits),
        None => finding,
    }
}

/// The first tab in the indentation of the lines `from..=to` (from 1).
fn indenting_tab(text: &str, file: u16, from: usize, to: usize) -> Option<Span> {
    lines(text, file).filter(|line| (from..=to).contains(&line.start.line)).find_map(|line| {
        let tab = line.text.chars().take_while(|c| matches!(c, ' ' | '\t')).position(|c| c == '\t')?;
        Some(line.span(tab, tab + 1))
    })
}

/// Two spaces in place of every tab that indents.
fn tabs(text: &str, file: u16) -> Vec<Edit> {
    let indented = lines(text, file).filter_map(|line| {
        let blank: String = line.text.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        blank.contains('\t').then(|| line.edit(0, blank.chars().count(), blank.replace('\t', "  ")))
    });
    indented.collect()
}

/// What is wrong in our words, what stands beside the caret, and the way out.
fn said(text: &str, at: Position, info: &str) -> (String, &'static str, &'static str) {
    let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    let sign = line.chars().nth(at.column.saturating_sub(1));
    if let Some(sign @ ('@' | '`' | '%')) = sign {
        let named = if sign == '`' { "a backtick".to_owned() } else { format!("`{sign}`") };
        return (
            format!("text can't start with {named}"),
            "begins here",
            "text that starts with this sign must stand in quotes",
        );
    }
    if info.contains("mapping values") {
        let hint = "text that contains `: ` must stand in quotes; otherwise check the indentation";
        return ("a `: ` where no key can stand".to_owned(), "makes a key of what stands before it", hint);
    }
    if info.contains("did not find expected key") {
        let hint = "keys of one mapping stand below one another: indent it like its neighbors";
        return ("this line's indentation fits no line above".to_owned(), "belongs to which mapping?", hint);
    }
    if info.contains("quoted scalar") {
        return ("a text in quotes never ends".to_owned(), "begins here", "close the quotes, or leave both away");
    }
    let hint = match info.contains("flow") || info.contains("expected ','") {
        true => "look for a bracket or brace that isn't closed, or a comma that is missing",
        false => "check the indentation of this line and of the one before",
    };
    (info.to_owned(), "found here", hint)
}

/// What could have been meant, the likeliest first.
fn mends(text: &str, at: Position, info: &str) -> Vec<(Applicability, Vec<Edit>)> {
    let Some(line) = lines(text, at.file).find(|line| line.start.line == at.line) else { return Vec::new() };
    let column = at.column.saturating_sub(1);
    let rest: String = line.text.chars().skip(column).collect();
    if rest.starts_with(['@', '`', '%']) {
        let (whole, item) = (quoted(&line, column, "\n"), quoted(&line, column, ",]}"));
        return item.into_iter().chain(whole).map(|edit| (Applicability::Certain, vec![edit])).collect();
    }
    if info.contains("mapping values") {
        let value = line.text.find(": ").and_then(|colon| line.text.get(..colon + 2));
        let value = value.map(|before| before.chars().count()).filter(|from| *from <= column);
        let edit = value.and_then(|from| quoted(&line, from, "\n"));
        return edit.into_iter().map(|edit| (Applicability::Certain, vec![edit])).collect();
    }
    if info.contains("did not find expected key") {
        let indented = |indent: usize| (Applicability::Likely, vec![line.edit(0, line.indent(), " ".repeat(indent))]);
        let above = lines(text, at.file).filter(|other| other.start.line < at.line && !other.text.trim().is_empty());
        return above.last().map(|above| indented(above.indent())).into_iter().collect();
    }
    if info.contains("quoted scalar") {
        let end = line.text.trim_end().chars().count();
        let quote: String = rest.chars().take(1).collect();
        return vec![(Applicability::Likely, vec![line.edit(end, end, quote)])];
    }
    let closing = [']', '}'].map(|sign| (Applicability::Likely, vec![line.edit(column, column, sign)]));
    if rest.starts_with([']', '}']) { closing.to_vec() } else { Vec::new() }
}

/// The text from `from` to the end of the line, or to its comment, or to one of the signs that end it, in quotes.
fn quoted(line: &Line<'_>, from: usize, ends: &str) -> Option<Edit> {
    let value: String = line.text.chars().skip(from).take_while(|c| !ends.contains(*c)).collect();
    let value = value.split(" #").next().unwrap_or_default().trim_end();
    let blanks = value.chars().take_while(|c| *c == ' ').count();
    let value = value.trim_start();
    let quotes = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    let from = from + blanks;
    (!value.is_empty()).then(|| line.edit(from, from + value.chars().count(), quotes))
}
