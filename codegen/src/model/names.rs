//! A name as the vendor spells it, side by side with the names that Rust code uses.

/// A name on the wire (or in the spec) and in Rust.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// As the vendor or the spec spells it.
    pub wire: String,
    /// `snake_case`, as a method, field or argument; a keyword has got a trailing underscore.
    pub snake: String,
    /// `UpperCamelCase`, as a type or variant.
    pub camel: String,
}

/// The keywords of every edition up to 2024, strict and reserved. A trailing underscore makes each of them a name, those
/// included that can't be raw identifiers (`self`, `super`, `crate`).
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

impl Name {
    /// The names that `wire` has in Rust. A name without an ASCII letter or digit becomes `unnamed`; a rule refuses it.
    pub fn new(wire: impl Into<String>) -> Self {
        let wire = wire.into();
        let words = words(&wire);
        let mut snake = words.join("_");
        let mut camel: String = words.iter().map(|word| capitalized(word)).collect();
        if snake.starts_with(|c: char| c.is_ascii_digit()) {
            snake.insert(0, 'n');
            camel.insert(0, 'N');
        }
        if snake.is_empty() {
            (snake, camel) = ("unnamed".to_owned(), "Unnamed".to_owned());
        }
        if KEYWORDS.contains(&snake.as_str()) {
            snake.push('_');
        }
        if camel == "Self" {
            camel.push('_');
        }
        Self { wire, snake, camel }
    }

    /// As [`Name::new`], with a trailing underscore where generated code needs the snake-case name for itself.
    pub(crate) fn avoiding(wire: impl Into<String>, taken: &[&str]) -> Self {
        let mut name = Self::new(wire);
        if taken.contains(&name.snake.as_str()) {
            name.snake.push('_');
        }
        name
    }

    /// Whether Rust can tell the name from others: it has an ASCII letter or digit, and nothing outside ASCII.
    pub(crate) fn is_speakable(wire: &str) -> bool {
        wire.is_ascii() && wire.chars().any(|c| c.is_ascii_alphanumeric())
    }
}

/// Splits at signs, before a capital that follows a small letter or digit, and before the last capital of a run that a
/// small letter follows: `RESTING_BPM`, `heightUnit`, `HTTPServer`, `ft/in`. All in small letters.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            finish(&mut word, &mut words);
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = chars.get(at + 1).copied();
        let follows_small = before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let ends_run = before.is_some_and(|b| b.is_ascii_uppercase()) && after.is_some_and(|a| a.is_ascii_lowercase());
        if c.is_ascii_uppercase() && (follows_small || ends_run) {
            finish(&mut word, &mut words);
        }
        word.push(c.to_ascii_lowercase());
    }
    finish(&mut word, &mut words);
    words
}

fn finish(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn names_of_every_spelling() {
        let cases = [
            ("memberId", "member_id", "MemberId"),
            ("RESTING_BPM", "resting_bpm", "RestingBpm"),
            ("ft/in", "ft_in", "FtIn"),
            ("HTTPServer", "http_server", "HttpServer"),
            ("Cache-Control", "cache_control", "CacheControl"),
            ("isOnBetaBlocker", "is_on_beta_blocker", "IsOnBetaBlocker"),
            ("type", "type_", "Type"),
            ("self", "self_", "Self_"),
            ("crate", "crate_", "Crate"),
            ("2fa", "n2fa", "N2fa"),
            ("v2Api", "v2_api", "V2Api"),
            ("__", "unnamed", "Unnamed"),
        ];
        for (wire, snake, camel) in cases {
            let name = Name::new(wire);
            assert_eq!((name.snake.as_str(), name.camel.as_str()), (snake, camel), "{wire}");
        }
    }
}
