//! The settings of a vendor: which must be given, and what their values must be like.

use authsmith_protocol::check_url;
use authsmith_protocol::provider::{Format, Provider, Setting};
use regex_lite::Regex;

use crate::error::{Error, ErrorKind};
use crate::kept::Kept;

/// Who gives a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The app, when it builds the client.
    Client,
    /// Whoever begins a connection.
    Connection,
}

/// The settings of one owner as every request may use them: checked, complete, and with their defaults.
pub(crate) fn checked(provider: &Provider<'_>, owner: Owner, given: &Kept) -> Result<Kept, Error> {
    for (name, _) in given.iter() {
        check_name(provider, owner, name)?;
    }
    let mut values = Kept::default();
    for setting in settings(provider, owner) {
        let name = setting.name();
        let given = given.get(name).filter(|value| !value.is_empty() || !setting.is_optional());
        match given.or(setting.default_value()) {
            Some(value) => values.set(name, complete(setting, value).map_err(|what| wrong(owner, name, &what))?),
            None if setting.is_optional() => {}
            None => return Err(wrong(owner, name, "is missing")),
        }
    }
    Ok(values)
}

fn settings<'p>(provider: &'p Provider<'_>, owner: Owner) -> impl Iterator<Item = &'p Setting<'p>> {
    let of_connection = owner == Owner::Connection;
    provider.all_settings().iter().filter(move |setting| setting.is_of_connection() == of_connection)
}

/// What is kept with tokens that came from elsewhere. What isn't a setting came from the vendor and is taken as it is.
pub(crate) fn checked_kept(provider: &Provider<'_>, kept: &Kept) -> Result<Kept, Error> {
    let mut given = Kept::default();
    for setting in settings(provider, Owner::Connection) {
        if let Some(value) = kept.get(setting.name()) {
            given.set(setting.name(), value);
        }
    }
    let mut all = kept.clone();
    all.merge(&checked(provider, Owner::Connection, &given)?);
    Ok(all)
}

fn check_name(provider: &Provider<'_>, owner: Owner, name: &str) -> Result<(), Error> {
    if settings(provider, owner).any(|setting| setting.name() == name) {
        return Ok(());
    }
    let title = provider.title();
    let known = provider.all_settings().iter().any(|setting| setting.name() == name);
    Err(match (known, owner) {
        (true, Owner::Client) => wrong(owner, name, "is given when a login or a grant begins, not to the client"),
        (true, Owner::Connection) => wrong(owner, name, "is given to the client, not to one connection"),
        (false, _) => {
            let names: Vec<_> = settings(provider, owner).map(|setting| setting.name()).collect();
            error(owner, format!("{title} has no setting `{name}`; its settings are: {}", names.join(", ")))
        }
    })
}

fn wrong(owner: Owner, name: &str, what: &str) -> Error {
    error(owner, format!("the setting `{name}` {what}"))
}

fn error(owner: Owner, message: String) -> Error {
    let kind = match owner {
        Owner::Client => ErrorKind::Config,
        Owner::Connection => ErrorKind::Input,
    };
    Error::new(kind, message)
}

/// The value with its prefix and suffix, when the spec allows it. Otherwise what is wrong with it; never the value,
/// which may be a person's.
fn complete(setting: &Setting<'_>, value: &str) -> Result<String, String> {
    let whole = setting.complete(value).into_owned();
    let allowed = setting.allowed_values();
    if !allowed.is_empty() && !allowed.iter().any(|word| setting.complete(word) == whole) {
        return Err(format!("must be one of: {}", allowed.join(", ")));
    }
    if let Some(pattern) = setting.value_pattern() {
        let regex = Regex::new(&format!("^(?:{pattern})$"));
        let regex = regex.map_err(|_| format!("has a pattern that is no regular expression: `{pattern}`"))?;
        if !regex.is_match(&whole) {
            return Err(format!("must match `{pattern}`"));
        }
    }
    check_format(setting.value_format(), &whole)?;
    Ok(whole)
}

fn check_format(format: Option<Format>, value: &str) -> Result<(), String> {
    let (fits, expected) = match format {
        Some(Format::Url) => {
            return check_url(value).map(drop).map_err(|error| format!("can't be used as a URL: {error}"));
        }
        Some(Format::Hostname) => (is_hostname(value), "must be a host name"),
        Some(Format::Uuid) => (is_uuid(value), "must be a UUID"),
        Some(Format::Email) => (is_email(value), "must be an e-mail address"),
        Some(Format::Token) => (is_token(value), "must be of letters, digits, `-`, `.`, `_` and `~`"),
        _ => return Ok(()),
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
