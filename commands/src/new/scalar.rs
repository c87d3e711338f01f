//! Texts as YAML writes them.

/// A text as a key or value; `flow` inside of brackets. In quotes where YAML would read something else without them.
pub fn quoted(text: &str, flow: bool) -> String {
    if is_plain(text, flow) {
        text.to_owned()
    } else if text.contains(['\\', '"']) && !text.contains('\'') && !text.contains(is_hidden) {
        format!("'{text}'")
    } else {
        let mut quoted = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => quoted.extend(['\\', c]),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                c if is_hidden(c) => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        quoted
    }
}

/// Whether a text reads as itself without quotes, in every reader of YAML.
fn is_plain(text: &str, flow: bool) -> bool {
    let begins = text.starts_with(|c: char| c.is_whitespace() || "-?:,[]{}#&*!|>'\"%@`=".contains(c));
    let ends = text.ends_with(|c: char| c.is_whitespace() || c == ':');
    let inside = text.contains(": ") || text.contains(" #") || text == "<<";
    let in_flow = flow && text.contains([',', '[', ']', '{', '}']);
    !(text.is_empty() || begins || ends || inside || in_flow || text.contains(is_hidden) || is_typed(text))
}

/// Whether some reader of YAML takes it for something else than text.
fn is_typed(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let words = ["null", "~", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "-.inf", "+.inf", ".nan"];
    let digits = word.trim_start_matches(['+', '-']);
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | '_' | ':' | '-' | '+' | 'x' | 'o'));
    let date = word.starts_with(|c: char| c.is_ascii_digit()) && jiff::civil::Date::strptime("%Y-%m-%d", &word).is_ok();
    words.contains(&word.as_str()) || number || date
}

/// Characters that can't stand in a line as they are, or that nobody sees.
pub fn is_hidden(c: char) -> bool {
    let signs = matches!(c, '\u{061c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{2028}' | '\u{2029}');
    let marks = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}');
    c.is_control() || signs || marks || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn texts_stand_in_quotes_only_where_yaml_needs_them() {
        let cases = [
            ("authorization_code", "authorization_code", "authorization_code"),
            ("https://acme.example/a?b=c", "https://acme.example/a?b=c", "https://acme.example/a?b=c"),
            ("https://<shop>/x", "https://<shop>/x", "https://<shop>/x"),
            ("a, b", "a, b", "\"a, b\""),
            ("{id}", "\"{id}\"", "\"{id}\""),
            ("a: b", "\"a: b\"", "\"a: b\""),
            ("a #b", "\"a #b\"", "\"a #b\""),
            ("2", "\"2\"", "\"2\""),
            ("2026-01-01", "\"2026-01-01\"", "\"2026-01-01\""),
            ("null", "\"null\"", "\"null\""),
            ("No", "\"No\"", "\"No\""),
            ("", "\"\"", "\"\""),
            ("a\\b", "a\\b", "a\\b"),
            ("\"a\"", "'\"a\"'", "'\"a\"'"),
            ("\"it's\"\n", "\"\\\"it's\\\"\\n\"", "\"\\\"it's\\\"\\n\""),
        ];
        for (text, block, flow) in cases {
            assert_eq!((quoted(text, false).as_str(), quoted(text, true).as_str()), (block, flow), "{text}");
        }
    }
}
