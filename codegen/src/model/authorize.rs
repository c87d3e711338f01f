//! The authorization request and its callback.

use super::{Kept, Name, Pkce, Request, Template};

/// The authorization request (RFC 6749, section 4.1.1) and its callback (section 4.1.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Authorize {
    /// The request; always GET, all parameters in the query or all behind the `#`. Its inputs are what the caller of
    /// `authorize` supplies.
    pub request: Request,
    /// The scopes that the vendor names; the set is open. Without any, no scope is sent.
    pub scopes: Vec<Scope>,
    /// Whether the vendor has scopes and the spec names none of them.
    pub any_scope: bool,
    /// What stands between two scopes.
    pub scope_separator: String,
    /// What is sent when the caller names no scope.
    pub default_scopes: Vec<String>,
    /// Further lists of scopes, each sent as a parameter of its own.
    pub scope_lists: Vec<ScopeList>,
    /// The PKCE method.
    pub pkce: Pkce,
    /// Whether the vendor says that `state` comes back.
    pub state_documented: bool,
    /// Whether `state` stands in the query of the redirect URI, under the name that the callback has for it, and is no
    /// parameter of the request.
    pub state_in_redirect_uri: bool,
    /// The form that the vendor asks of `state`; the client's own choice when there is none.
    pub state_rule: Option<StateRule>,
    /// What comes back.
    pub callback: Callback,
    /// How many seconds a code lives.
    pub code_lifetime: Option<u64>,
}

impl Authorize {
    /// Whether a caller can name scopes.
    pub fn takes_scopes(&self) -> bool {
        self.any_scope || !self.scopes.is_empty()
    }
}

/// A further list of scopes. Its parameter stands among those of the request: its value is the
/// [`Variable::Input`](super::Variable::Input) of the list's wire name, and nothing of that name is among the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeList {
    /// Its name: the parameter, the variable, and the setter in Rust.
    pub name: Name,
    /// The scopes that the vendor names; the set is open.
    pub scopes: Vec<Scope>,
}

/// What `state` must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRule {
    /// How many characters it has.
    pub length: u32,
    /// Which characters.
    pub alphabet: Alphabet,
}

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// `A-Z`, `a-z`, `0-9`.
    Alphanumeric,
    /// `0-9`, `a-f`.
    Hex,
    /// `0-9`.
    Digits,
    /// `A-Z`, `a-z`, `0-9`, `-`, `_`.
    UrlSafe,
}

/// The callback (RFC 6749, sections 4.1.2 and 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The name of the code.
    pub code: String,
    /// The name of the state.
    pub state: String,
    /// The name of the error's code.
    pub error: String,
    /// The name of the error's text.
    pub error_text: String,
    /// What is kept for the connection; a variable of the exchange and of everything after it.
    pub keep: Vec<Kept>,
    /// Whether a callback without code and without error is a denial.
    pub denied_by_absence: bool,
    /// What `iss` must be (RFC 9207).
    pub issuer: Option<Template>,
}

impl Default for Callback {
    fn default() -> Self {
        Self {
            code: "code".to_owned(),
            state: "state".to_owned(),
            error: "error".to_owned(),
            error_text: "error_description".to_owned(),
            keep: Vec::new(),
            denied_by_absence: false,
            issuer: None,
        }
    }
}

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its name on the wire and its variant in Rust.
    pub name: Name,
    /// What it allows.
    pub about: Option<String>,
}
