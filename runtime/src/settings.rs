//! The settings of a vendor: which must be given, and what their values must be like.

use authsmith_protocol::operation::Kept as KeptData;
use authsmith_protocol::provider::{Provider, Setting};

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
            Some(value) => values.set(name, setting.check(value).map_err(|what| wrong(owner, name, &what))?),
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

/// What is kept with tokens that came from elsewhere. What isn't a setting came from the vendor, and has its rule.
pub(crate) fn checked_kept(provider: &Provider<'_>, kept: &Kept) -> Result<Kept, Error> {
    let mut given = Kept::default();
    for setting in settings(provider, Owner::Connection) {
        if let Some(value) = kept.get(setting.name()) {
            given.set(setting.name(), value);
        }
    }
    if let Some((name, what)) = unfit(provider, kept) {
        return Err(Error::new(ErrorKind::Input, format!("`{name}` {what}")));
    }
    let mut all = kept.clone();
    all.merge(&checked(provider, Owner::Connection, &given)?);
    Ok(all)
}

/// Takes away what breaks its rule, of a record that a program with another rule may have written.
pub(crate) fn drop_unfit(provider: &Provider<'_>, kept: &mut Kept) {
    while let Some((name, _)) = unfit(provider, kept) {
        kept.remove(name);
    }
}

/// A value that none of the places which give it would give, and what it must be.
fn unfit<'p>(provider: &'p Provider<'_>, kept: &Kept) -> Option<(&'p str, String)> {
    kept_data(provider).find_map(|data| {
        let (name, value) = (data.name(), kept.get(data.name())?);
        let what = data.check(value).err()?;
        let taken = kept_data(provider).any(|other| other.name() == name && other.check(value).is_ok());
        (!taken).then_some((name, what))
    })
}

/// All that callbacks and answers of the vendor give to keep.
fn kept_data<'p>(provider: &'p Provider<'_>) -> impl Iterator<Item = KeptData<'p>> {
    let callback = provider.authorization().map_or(&[][..], |authorize| authorize.callback_data().kept());
    let answers = provider.all_operations().iter().flat_map(|operation| operation.answers().kept());
    callback.iter().chain(answers).copied()
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
