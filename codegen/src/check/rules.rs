//! What texts from outside must be like: settings, and values that are kept of callbacks and answers. The examples of
//! them that stand in the spec obey the rule too.

use super::codes;
use super::urls::judge;
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::Format;
use crate::parse::node::Text;
use crate::parse::spec::{Kept, Setting};
use regex_lite::Regex;

/// The rule of one value.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a> {
    name: &'a Text,
    allowed: &'a [Text],
    format: Option<Format>,
    pattern: Option<&'a Text>,
    prefix: &'a str,
    suffix: &'a str,
}

impl<'a> Rule<'a> {
    pub(super) fn of_setting(setting: &'a Setting) -> Self {
        Self {
            name: &setting.name,
            allowed: &setting.allowed,
            format: setting.format,
            pattern: setting.pattern.as_ref(),
            prefix: setting.prefix.as_ref().map_or("", |prefix| prefix.text.as_str()),
            suffix: setting.suffix.as_ref().map_or("", |suffix| suffix.text.as_str()),
        }
    }

    pub(super) fn of_kept(kept: &'a Kept) -> Self {
        Self {
            name: &kept.name,
            allowed: &kept.allowed,
            format: kept.format,
            pattern: kept.pattern.as_ref(),
            prefix: "",
            suffix: "",
        }
    }

    /// Checks the rule itself, and the values that stand in the spec.
    pub(super) fn check(self, values: impl IntoIterator<Item = &'a Text>, sink: &mut Sink) {
        let pattern = self.compiled(sink);
        for value in values {
            self.is_allowed(value, sink);
            self.has_format(pattern.as_ref(), value, sink);
        }
        for word in self.allowed {
            self.has_format(pattern.as_ref(), word, sink);
        }
    }

    /// AS0701.
    fn is_allowed(self, value: &Text, sink: &mut Sink) {
        if self.allowed.is_empty() || self.allowed.iter().any(|word| word.text == value.text) {
            return;
        }
        let words: Vec<&str> = self.allowed.iter().map(|word| word.text.as_str()).collect();
        let title = format!("`{}` is not among the allowed values of `{}`", value.text, self.name.text);
        let finding = Diagnostic::new(&codes::DEFAULT, value.span, title).label("not in `enum`");
        let finding = finding.maybe_related(self.allowed.first().map(|word| word.span), "the allowed values");
        sink.push(finding.suggest((value.span, &value.text), "allowed", words));
    }

    /// AS0709.
    fn compiled(self, sink: &mut Sink) -> Option<Regex> {
        let written = self.pattern?;
        match Regex::new(&format!("^(?:{})$", written.text)) {
            Ok(regex) => Some(regex),
            Err(why) => {
                let title = format!("`{}` is not a regular expression: {why}", written.text);
                let finding = Diagnostic::new(&codes::PATTERN, written.span, title).label("can't be compiled");
                sink.push(finding.hint("the whole value is compared; neither look-around nor `\\p{...}` is known"));
                None
            }
        }
    }

    /// A value with its prefix and suffix, as the client would complete it.
    fn complete(self, value: &str) -> String {
        let before = if value.starts_with(self.prefix) { "" } else { self.prefix };
        let after = if value.ends_with(self.suffix) { "" } else { self.suffix };
        format!("{before}{value}{after}")
    }

    /// AS0702.
    fn has_format(self, pattern: Option<&Regex>, value: &Text, sink: &mut Sink) {
        let text = self.complete(&value.text);
        let expected = match self.format {
            Some(Format::Url) if judge(&text).is_err() || text.contains('#') => "an absolute https URL",
            Some(Format::Hostname) if !is_hostname(&text) => "a host name",
            Some(Format::Uuid) if !is_uuid(&text) => "a UUID",
            Some(Format::Email) if !is_email(&text) => "an e-mail address",
            _ if pattern.is_some_and(|pattern| !pattern.is_match(&text)) => "what the pattern says",
            _ => return,
        };
        let title = format!("`{}` is not {expected}", value.text);
        let finding = Diagnostic::new(&codes::SETTING_FORMAT, value.span, title).label(format!("expected {expected}"));
        let pattern = self.pattern.filter(|_| expected == "what the pattern says").map(|pattern| pattern.span);
        let finding = finding.maybe_related(pattern, "the pattern");
        let example = match self.format {
            Some(Format::Url) => "for example `https://api.example/v1`".to_owned(),
            Some(Format::Hostname) => "for example `eu.api.example`".to_owned(),
            Some(Format::Uuid) => "for example `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`".to_owned(),
            Some(Format::Email) => "for example `user@example.com`".to_owned(),
            _ => "the whole value is compared, its prefix and suffix included".to_owned(),
        };
        sink.push(finding.hint(example));
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn is_email(text: &str) -> bool {
    let good = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    text.split_once('@').is_some_and(|(user, host)| good(user) && good(host))
}

pub(super) fn is_hostname(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label)
}
