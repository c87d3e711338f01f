//! What a text from outside must be like: a setting that is given, or a value that is kept of a callback or an answer.
//! Every `Err` says what the text must be, and never shows it: it may be a person's.

use regex_lite::Regex;

use crate::endpoint::check_url;
use crate::setting::Format;

pub(crate) fn check_allowed(allowed: &[&str], is: impl Fn(&str) -> bool) -> Result<(), String> {
    match allowed.is_empty() || allowed.iter().any(|word| is(word)) {
        true => Ok(()),
        false => Err(format!("must be one of: {}", allowed.join(", "))),
    }
}

/// The pattern must match the whole text.
pub(crate) fn check_pattern(pattern: Option<&str>, text: &str) -> Result<(), String> {
    let Some(pattern) = pattern else { return Ok(()) };
    let regex = Regex::new(&format!("^(?:{pattern})$"));
    let regex = regex.map_err(|_| format!("has a pattern that is no regular expression: `{pattern}`"))?;
    if regex.is_match(text) { Ok(()) } else { Err(format!("must match `{pattern}`")) }
}

pub(crate) fn check_format(format: Option<Format>, text: &str) -> Result<(), String> {
    let (fits, expected) = match format {
        None => return Ok(()),
        Some(Format::Url) => {
            return check_url(text).map(drop).map_err(|error| format!("can't be used as a URL: {error}"));
        }
        Some(Format::Hostname) => (is_hostname(text), "must be a host name"),
        Some(Format::Uuid) => (is_uuid(text), "must be a UUID"),
        Some(Format::Email) => (is_email(text), "must be an e-mail address"),
        Some(Format::Token) => (is_token(text), "must be of letters, digits, `-`, `.`, `_` and `~`"),
    };
    if fits { Ok(()) } else { Err(expected.to_owned()) }
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_email(text: &str) -> bool {
    let is_plain = |local: &str| !local.chars().any(|character| character.is_control() || character.is_whitespace());
    text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && is_plain(local) && is_hostname(host))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}
