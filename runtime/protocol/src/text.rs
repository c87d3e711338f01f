//! Text of a vendor's own, made fit to be printed.

/// `text` with control characters escaped (`\n`, `\u{1b}`), and the invisible ones that turn the direction of writing
/// as well, cut to at most `limit` characters; a cut text ends with `…`.
///
/// A vendor's words go to terminals and logs: an escape sequence in them must not reach a terminal, nor a line break a
/// log.
pub fn printable(text: &str, limit: usize) -> String {
    let mut shown = String::new();
    let mut length = 0;
    // Where a cut would leave room for the mark: after the last whole piece that ends before the limit.
    let mut cut = 0;
    for character in text.chars() {
        let piece = if must_be_escaped(character) { character.escape_default().to_string() } else { character.into() };
        length += piece.chars().count();
        if length > limit {
            shown.truncate(cut);
            if limit > 0 {
                shown.push('…');
            }
            break;
        }
        shown.push_str(&piece);
        if length < limit {
            cut = shown.len();
        }
    }
    shown
}

/// Control characters, line and paragraph separators, and those that reorder text on screen.
fn must_be_escaped(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
