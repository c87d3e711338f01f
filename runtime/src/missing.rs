//! Where a variable without a value should have got one.

use authsmith_protocol::BuildError;
use authsmith_protocol::provider::Provider;

/// Why a request can't be built; of a variable without a value, also what gives it one.
pub(crate) fn unsendable(provider: &Provider<'_>, error: &BuildError) -> String {
    match error {
        BuildError::Missing { variable, .. } => match giver(provider, variable) {
            Some(giver) => format!("{error}; {giver} gives it"),
            None => error.to_string(),
        },
        _ => error.to_string(),
    }
}

fn giver(provider: &Provider<'_>, variable: &str) -> Option<String> {
    if let Some(setting) = provider.all_settings().iter().find(|setting| setting.name() == variable) {
        let giver = if setting.is_of_connection() { "whoever begins the connection" } else { "the client's builder" };
        return Some(giver.to_owned());
    }
    let callback = provider.authorization().map(|authorize| authorize.callback_data().kept()).unwrap_or_default();
    if callback.iter().any(|kept| kept.name() == variable) {
        return Some("the callback of a login".to_owned());
    }
    let mut grants = provider.all_operations().iter();
    let grant = grants.find(|operation| operation.answers().kept().iter().any(|kept| kept.name() == variable))?;
    Some(format!("the answer to `{}`", grant.name()))
}
