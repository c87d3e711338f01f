//! Names of a vendor's page as names of a spec.

use authsmith_codegen::emit::reserved::{
    AUTHORIZATION_METHODS, BUILDER_METHODS, CLIENT_METHODS, CONNECTION_METHODS, REQUEST_METHODS,
};
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

/// What a name is for: it may not be that of a method that generated code has there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A grant or a call.
    Operation,
    /// A setting.
    Setting,
    /// An input.
    Input,
}

impl Of {
    fn taken(self) -> [&'static [&'static str]; 3] {
        match self {
            Self::Operation => [CLIENT_METHODS, CONNECTION_METHODS, &[]],
            Self::Setting => [VARIABLES, BUILDER_METHODS, AUTHORIZATION_METHODS],
            Self::Input => [VARIABLES, REQUEST_METHODS, AUTHORIZATION_METHODS],
        }
    }
}

/// A name beside those that are taken: by others of the spec, by the protocol's variables, or by generated methods.
pub fn free(wanted: &str, of: Of, taken: &[String]) -> String {
    let own = |name: &str| of.taken().iter().any(|names| names.contains(&Name::new(name).snake.as_str()));
    let used = |name: &str| taken.iter().any(|other| Name::new(other).snake == Name::new(name).snake);
    let vendors = if own(wanted) { format!("vendor_{wanted}") } else { wanted.to_owned() };
    let numbered = (2..).map(|number| format!("{vendors}_{number}"));
    std::iter::once(vendors.clone()).chain(numbered).find(|name| !used(name)).unwrap_or(vendors)
}

/// Those of the words that can stand beside one another as variants of one type: sayable in Rust, no two the same there,
/// and none that stands for words that nobody knows.
pub fn distinct<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen: Vec<String> = vec!["Other".to_owned()];
    let mut kept = Vec::new();
    for word in words {
        let sayable = word.chars().all(|c| c == ' ' || c.is_ascii_graphic())
            && word.contains(|c: char| c.is_ascii_alphanumeric());
        let variant = Name::new(word).camel;
        if sayable && !seen.contains(&variant) {
            seen.push(variant);
            kept.push(word.to_owned());
        }
    }
    kept
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
        assert_eq!(free("token", Of::Operation, &[]), "vendor_token");
        assert_eq!(free("steps", Of::Operation, &["steps".to_owned()]), "steps_2");
        assert_eq!(free("id", Of::Input, &[]), "id");
        assert_eq!(free("state", Of::Input, &[]), "vendor_state");
        assert_eq!(distinct(["asc", "ASC", "", "other", "å", "a b", "1"]), ["asc", "a b", "1"]);
    }
}
