//! A spec is untrusted text: what the eye can't see isn't allowed in it.

use super::yaml::first_character;
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Position, Sink, Span};

/// Reports invisible characters of the raw file, comments included; at most ten of them.
pub(crate) fn check_file(text: &str, file: u16, sink: &mut Sink) {
    let mut at = first_character(file).start;
    let mut found = 0;
    for c in text.chars() {
        if is_invisible(c) && !matches!(c, '\n' | '\r' | '\t') && found < 10 {
            found += 1;
            let end = Position { offset: at.offset + 1, column: at.column + 1, ..at };
            sink.push(finding(c, Span { start: at, end }).instead(Span { start: at, end }, c, ""));
        }
        at.offset += 1;
        at.column += 1;
        if c == '\n' {
            (at.line, at.column) = (at.line + 1, 1);
        }
    }
}

/// Reports the first invisible character that `text` has once its escapes are resolved. Prose may have line breaks.
pub(crate) fn check_text(text: &str, span: Span, prose: bool, sink: &mut Sink) -> bool {
    let bad = |c: &char| is_invisible(*c) && !(prose && matches!(c, '\n' | '\t'));
    let Some(c) = text.chars().find(bad) else { return true };
    sink.push(finding(c, span));
    false
}

fn finding(c: char, span: Span) -> Diagnostic {
    let title = format!("the character U+{:04X} can't stand here", u32::from(c));
    Diagnostic::new(&codes::INVISIBLE, span, title).label("invisible").hint("remove it; specs are plain visible text")
}

/// Control characters, line separators, and signs that change the direction of the text around them.
pub(crate) fn is_invisible(c: char) -> bool {
    let direction =
        matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hidden = matches!(c, '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    let tag = matches!(c, '\u{e0000}'..='\u{e007f}');
    c.is_control() || direction || hidden || tag
}
