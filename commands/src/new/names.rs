//! Names of a vendor's page as names of a spec.

use authsmith_codegen::emit::reserved::{AUTHORIZATION_METHODS, BUILDER_METHODS, CLIENT_METHODS, CONNECTION_METHODS};
use authsmith_codegen::model::Name;
use authsmith_protocol::operation::VARIABLES;

/// The words of a name in small letters: `clientId`, `client-id` and `CLIENT_ID` are the same.
pub fn words(text: &str) -> Vec<String> {
    let name = Name::new(text);
    let snake = match text.starts_with(|c: char| c.is_ascii_digit()) {
        true => name.snake.trim_start_matches('n'),
        false => &name.snake,
    };
    match text.chars().any(|c| c.is_ascii_alphanumeric()) {
        true => snake.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        false => Vec::new(),
    }
}

/// A name that a spec can have: as it is where that is possible, else its words; none when it has none.
pub fn identifier(text: &str) -> Option<String> {
    let sound = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && text.chars().any(|c| c.is_ascii_alphanumeric())
    };
    if sound(text) {
        return Some(text.to_owned());
    }
    let words = words(text).join("_");
    let name = if words.starts_with(|c: char| c.is_ascii_digit()) { format!("n{words}") } else { words };
    sound(&name).then_some(name)
}

/// The name of an operation, a setting or an input beside those that are taken: by others of the spec, by the protocol's
/// variables, or by the methods of a generated client.
pub fn free(wanted: &str, taken: &[String]) -> String {
    let own = |name: &str| {
        let snake = Name::new(name).snake;
        let methods = [CLIENT_METHODS, CONNECTION_METHODS, BUILDER_METHODS, AUTHORIZATION_METHODS];
        VARIABLES.contains(&snake.as_str()) || methods.iter().any(|methods| methods.contains(&snake.as_str()))
    };
    let used = |name: &str| taken.iter().any(|other| Name::new(other).snake == Name::new(name).snake);
    if !own(wanted) && !used(wanted) {
        return wanted.to_owned();
    }
    let vendors = if own(wanted) { format!("vendor_{wanted}") } else { wanted.to_owned() };
    let numbered = (2..).map(|number| format!("{vendors}_{number}"));
    std::iter::once(vendors.clone()).chain(numbered).find(|name| !used(name)).unwrap_or(vendors)
}

/// Whether this can be the name of a provider: small letters and digits, with `-` or `_` between them.
pub fn is_provider(name: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.len() <= 64 && name.split(['-', '_']).all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_names_of_specs() {
        for (text, name) in
            [("userId", "userId"), ("X-Request-ID", "x_request_id"), ("2fa", "n2fa"), ("get /me", "get_me")]
        {
            assert_eq!(identifier(text).as_deref(), Some(name));
        }
        assert_eq!(identifier("--"), None);
        assert_eq!(free("token", &[]), "vendor_token");
        assert_eq!(free("steps", &["steps".to_owned()]), "steps_2");
    }
}
