//! Placeholders as vendors' pages write them: `<CLIENT_ID>`, `{code}`, `$TOKEN`, `YOUR_CLIENT_ID`, `xxxxxxxx`.

use super::names;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Text(String),
    /// A placeholder, by the name that it has inside.
    Place(String),
}

/// The pieces of a text: what stands between brackets of any kind, behind `$`, and words such as `YOUR_DOMAIN`.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match bracketed(rest).or_else(|| worded(rest, plain.chars().last())) {
            Some((name, length)) => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Place(name));
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                plain.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// The pieces of a path or URL, where a segment such as `:id` is a placeholder, too.
pub fn pieces_of_url(url: &str) -> Vec<Piece> {
    let (head, path) = match url.split_once("://") {
        Some((scheme, rest)) => match rest.find('/') {
            Some(at) => url.split_at(scheme.len() + 3 + at),
            None => (url, ""),
        },
        None => ("", url),
    };
    let mut marked = head.to_owned();
    for (at, segment) in path.split('/').enumerate() {
        if at > 0 {
            marked.push('/');
        }
        match segment.strip_prefix(':').filter(|name| names::identifier(name).as_deref() == Some(name)) {
            Some(name) => marked.push_str(&format!("{{{name}}}")),
            None => marked.push_str(segment),
        }
    }
    pieces(&marked)
}

/// A URL of a call in which what can only be one record's id is a placeholder: `/artists/4Z8W4fKeB5YxbusRsdQVPb` is
/// `/artists/{artist_id}`.
pub fn without_ids(url: &str) -> String {
    let mut before = "";
    let mut segments = Vec::new();
    for segment in url.split('/') {
        segments.push(match is_id(segment) {
            true => format!("{{{}_id}}", before.trim_end_matches('s')),
            false => segment.to_owned(),
        });
        before = segment;
    }
    segments.join("/")
}

/// Whether a segment of a path can only be an id: a number, a UUID, a long mixture of letters and digits.
fn is_id(segment: &str) -> bool {
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    let plain = segment.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let number = !segment.is_empty() && digits == segment.len();
    plain && (number || (segment.len() >= 12 && digits >= 2 && digits < segment.len()))
}

/// The name of a text that is a placeholder and nothing else; the name is empty where it says none (`xxxxx`, `...`).
pub fn whole(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('-').trim_matches(['"', '\'']);
    if let [Piece::Place(name)] = pieces(text).as_slice() {
        return Some(name.clone());
    }
    let filler = |sign: char| matches!(sign, 'x' | 'X' | '*' | '.' | '…' | '-');
    if text == "…" || (text.chars().count() >= 3 && text.chars().all(filler)) {
        return Some(String::new());
    }
    let inner = text.strip_suffix("...").or_else(|| text.strip_suffix('…')).or_else(|| text.strip_prefix("..."));
    if inner.is_some_and(|inner| inner.len() < 12) {
        return Some(String::new());
    }
    let words: Vec<String> = names::words(text);
    let is = |word: &str| words.iter().any(|other| other == word);
    let told =
        is("your") || is("my") && words.len() > 1 || is("insert") || words.last().is_some_and(|word| word == "here");
    let shouted = text.contains('_')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && text.chars().any(|c| c.is_ascii_uppercase());
    (told || shouted).then(|| plain_name(text))
}

/// A placeholder in brackets, or behind `$`, that the text begins with, and its length.
fn bracketed(text: &str) -> Option<(String, usize)> {
    let pairs = [("${", "}"), ("{{", "}}"), ("{", "}"), ("<", ">"), ("[", "]"), ("%7B", "%7D"), ("%3C", "%3E")];
    for (open, close) in pairs {
        let Some(rest) = text.strip_prefix(open) else { continue };
        let Some(end) = rest.find(close) else { continue };
        let inner = rest.get(..end)?;
        let sound = inner.len() <= 60 && inner.chars().any(|c| c.is_ascii_alphabetic());
        let words = inner.chars().all(|c| c.is_ascii_alphanumeric() || " _-./'%".contains(c));
        return (sound && words).then(|| (plain_name(inner), open.len() + end + close.len()));
    }
    let name = text.strip_prefix('$')?;
    let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    let name = name.get(..length).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))?;
    Some((plain_name(name), length + 1))
}

/// A word such as `YOUR_DOMAIN`, `your-domain` or `TENANT_ID` that the text begins with, and its length.
fn worded(text: &str, before: Option<char>) -> Option<(String, usize)> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if before.is_some_and(part) {
        return None;
    }
    let length = text.find(|c: char| !part(c)).unwrap_or(text.len());
    let word = text.get(..length)?;
    let lower = word.to_ascii_lowercase();
    let told = ["your_", "your-"].iter().any(|start| lower.strip_prefix(start).is_some_and(|rest| !rest.is_empty()));
    let shouted = word.contains('_') && word.starts_with(|c: char| c.is_ascii_uppercase());
    let shouted = shouted && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    (told || shouted).then(|| (plain_name(word), length))
}

/// What a placeholder is about, without what only says that it is one: `your-client-id-here` is `client_id`.
fn plain_name(text: &str) -> String {
    let words = names::words(text);
    let idle = ["your", "my", "the", "insert", "enter", "here", "value"];
    let said: Vec<&str> = words.iter().map(String::as_str).filter(|word| !idle.contains(word)).collect();
    said.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_every_spelling_are_told_from_values() {
        let cases = [
            ("<CLIENT_ID>", Some("client_id")),
            ("{code}", Some("code")),
            ("{{refreshToken}}", Some("refresh_token")),
            ("$TOKEN", Some("token")),
            ("${CLIENT_SECRET}", Some("client_secret")),
            ("YOUR_CLIENT_ID", Some("client_id")),
            ("your-client-id", Some("client_id")),
            ("[your app id]", Some("app_id")),
            ("--YOUR_CLIENT_ID--", Some("client_id")),
            ("CODE_FROM_CALLBACK", Some("code_from_callback")),
            ("xxxxxxxx", Some("")),
            ("...", Some("")),
            ("abc...", Some("")),
            ("authorization_code", None),
            ("session", None),
            ("https://api.example/x", None),
            ("S256", None),
            ("{\"a\": 1}", None),
        ];
        for (text, name) in cases {
            assert_eq!(whole(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn urls_fall_apart_at_their_placeholders() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let place = |name: &str| Piece::Place(name.to_owned());
        let cases = [
            ("https://{shop}.acme.example/x", vec![text("https://"), place("shop"), text(".acme.example/x")]),
            ("https://your-domain.acme.example", vec![text("https://"), place("domain"), text(".acme.example")]),
            ("/users/:id/steps", vec![text("/users/"), place("id"), text("/steps")]),
            ("https://acme.example:8080/x", vec![text("https://acme.example:8080/x")]),
            ("$BASE_URL/token", vec![place("base_url"), text("/token")]),
        ];
        for (url, pieces) in cases {
            assert_eq!(pieces_of_url(url), pieces, "{url}");
        }
        for (url, without) in [
            ("https://a.example/v1/artists/4Z8W4fKeB5YxbusRsdQVPb", "https://a.example/v1/artists/{artist_id}"),
            ("https://a.example/users/12/steps", "https://a.example/users/{user_id}/steps"),
            ("https://a.example/oauth2/client-credentials", "https://a.example/oauth2/client-credentials"),
        ] {
            assert_eq!(without_ids(url), without);
        }
    }
}
