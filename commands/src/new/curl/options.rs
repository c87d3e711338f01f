//! The options of `curl`: which there are, and which take a value.

use crate::stop::{Outcome, Stop};

/// What an option means for the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Url,
    Method,
    /// `-d`, where `@` names a file.
    Data,
    /// `--data-raw`.
    Raw,
    /// `--data-urlencode`.
    Encoded,
    /// `--url-query`.
    Query,
    Json,
    /// `-F`.
    Part,
    Header,
    User,
    Bearer,
    Get,
    Head,
    Cookie,
    /// Part of the request, and nothing that a spec says.
    Left,
    /// No part of the request.
    Idle,
    Unknown,
}

/// An option, or a URL, with its value.
#[derive(Debug)]
pub struct Word {
    pub meaning: Meaning,
    /// The option as it was written.
    pub name: String,
    /// Empty for an option that takes none.
    pub value: String,
}

/// The options that take a value.
const VALUED: &[(&str, &str, Meaning)] = &[
    ("X", "request", Meaning::Method),
    ("d", "data", Meaning::Data),
    ("", "data-ascii", Meaning::Data),
    ("", "data-binary", Meaning::Data),
    ("", "data-raw", Meaning::Raw),
    ("", "data-urlencode", Meaning::Encoded),
    ("", "url-query", Meaning::Query),
    ("", "json", Meaning::Json),
    ("F", "form", Meaning::Part),
    ("", "form-string", Meaning::Part),
    ("H", "header", Meaning::Header),
    ("u", "user", Meaning::User),
    ("", "oauth2-bearer", Meaning::Bearer),
    ("", "url", Meaning::Url),
    ("b", "cookie", Meaning::Cookie),
    ("A", "user-agent", Meaning::Idle),
    ("e", "referer", Meaning::Idle),
    ("o", "output", Meaning::Idle),
    ("D", "dump-header", Meaning::Idle),
    ("w", "write-out", Meaning::Idle),
    ("m", "max-time", Meaning::Idle),
    ("", "connect-timeout", Meaning::Idle),
    ("", "retry", Meaning::Idle),
    ("", "max-redirs", Meaning::Idle),
    ("c", "cookie-jar", Meaning::Idle),
    ("x", "proxy", Meaning::Idle),
    ("K", "config", Meaning::Left),
    ("", "cacert", Meaning::Idle),
    ("", "resolve", Meaning::Idle),
    ("E", "cert", Meaning::Left),
    ("", "key", Meaning::Left),
    ("", "cert-type", Meaning::Left),
    ("", "key-type", Meaning::Left),
    ("", "pass", Meaning::Left),
    ("T", "upload-file", Meaning::Left),
    ("", "aws-sigv4", Meaning::Left),
    ("r", "range", Meaning::Left),
];

/// The options that take none.
const BARE: &[(&str, &str, Meaning)] = &[
    ("G", "get", Meaning::Get),
    ("I", "head", Meaning::Head),
    ("s", "silent", Meaning::Idle),
    ("S", "show-error", Meaning::Idle),
    ("k", "insecure", Meaning::Idle),
    ("i", "include", Meaning::Idle),
    ("", "show-headers", Meaning::Idle),
    ("v", "verbose", Meaning::Idle),
    ("L", "location", Meaning::Idle),
    ("", "location-trusted", Meaning::Idle),
    ("f", "fail", Meaning::Idle),
    ("", "fail-with-body", Meaning::Idle),
    ("g", "globoff", Meaning::Idle),
    ("N", "no-buffer", Meaning::Idle),
    ("#", "progress-bar", Meaning::Idle),
    ("", "no-progress-meter", Meaning::Idle),
    ("O", "remote-name", Meaning::Idle),
    ("J", "remote-header-name", Meaning::Idle),
    ("4", "ipv4", Meaning::Idle),
    ("6", "ipv6", Meaning::Idle),
    ("0", "http1.0", Meaning::Idle),
    ("", "http1.1", Meaning::Idle),
    ("", "http2", Meaning::Idle),
    ("", "compressed", Meaning::Idle),
    ("", "basic", Meaning::Idle),
    ("", "ssl-no-revoke", Meaning::Idle),
    ("", "tlsv1.2", Meaning::Idle),
    ("", "tlsv1.3", Meaning::Idle),
    ("", "raw", Meaning::Idle),
    ("", "digest", Meaning::Left),
    ("", "negotiate", Meaning::Left),
    ("", "ntlm", Meaning::Left),
    ("", "anyauth", Meaning::Left),
];

/// The options and URLs of a command.
pub fn read(words: &[String]) -> Outcome<Vec<Word>> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word.trim().is_empty() {
            continue;
        }
        let (long, short) = (word.strip_prefix("--"), word.strip_prefix('-').filter(|rest| !rest.is_empty()));
        match (long, short) {
            (Some(""), _) | (_, None) => {
                found.push(Word { meaning: Meaning::Url, name: String::new(), value: word.clone() })
            }
            (Some(name), _) => {
                let (name, given) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
                let valued = VALUED.iter().find(|(_, long, _)| *long == name);
                let value = match (valued, given) {
                    (Some(_), Some(given)) => given.to_owned(),
                    (Some(_), None) => next(&mut words, word)?,
                    (None, _) => String::new(),
                };
                let bare = BARE.iter().find(|(_, long, _)| *long == name);
                let meaning = valued.or(bare).map_or(Meaning::Unknown, |(.., meaning)| *meaning);
                found.push(Word { meaning, name: format!("--{name}"), value });
            }
            (None, Some(letters)) => shorts(letters, &mut words, word, &mut found)?,
        }
    }
    Ok(found)
}

/// Letters behind one dash: options without a value, and perhaps one with it.
fn shorts<'a>(
    letters: &str,
    words: &mut impl Iterator<Item = &'a String>,
    word: &str,
    found: &mut Vec<Word>,
) -> Outcome {
    let mut rest = letters.chars();
    while let Some(letter) = rest.next() {
        let is = |(short, ..): &&(&str, &str, Meaning)| short.chars().eq([letter]);
        if let Some((.., meaning)) = VALUED.iter().find(is) {
            let value = match rest.as_str() {
                "" => next(words, word)?,
                given => given.to_owned(),
            };
            found.push(Word { meaning: *meaning, name: format!("-{letter}"), value });
            return Ok(());
        }
        let meaning = BARE.iter().find(is).map_or(Meaning::Unknown, |(.., meaning)| *meaning);
        found.push(Word { meaning, name: format!("-{letter}"), value: String::new() });
    }
    Ok(())
}

fn next<'a>(words: &mut impl Iterator<Item = &'a String>, option: &str) -> Outcome<String> {
    words.next().cloned().ok_or_else(|| Stop::new(format!("curl's {option} has no value; paste all of the line")))
}
