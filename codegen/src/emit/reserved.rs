//! The names that generated code needs for itself, for the rules of the language to refuse.

use crate::model::Provider;

/// Types, traits and modules that a type of a spec must not hide: what generated code defines itself, what it takes from
/// the runtime, and what it uses of the prelude.
pub const TYPES: &[&str] = &[
    // Defined in every generated crate.
    "Builder",
    "Client",
    "Connection",
    "Error",
    "Scope",
    // Shown under the crate's own name.
    "AuthorizationCode",
    "Date",
    "File",
    "Granted",
    "GrantedCode",
    "Json",
    "MemoryStore",
    "PendingDevice",
    "PendingLogin",
    "Secret",
    "Timestamp",
    "Tokens",
    // Used of the prelude.
    "AsRef",
    // The parameter of generic methods.
    "K",
    "BTreeMap",
    "Clone",
    "Copy",
    "Debug",
    "Deref",
    "FnOnce",
    "Into",
    "IntoIterator",
    "Option",
    "PhantomData",
    "Result",
    "Self",
    "String",
    "Vec",
    "Send",
    "Sync",
    "Sized",
];

/// Methods of every generated client.
pub const CLIENT_METHODS: &[&str] = &[
    "authorize",
    "builder",
    "clone",
    "close",
    "device",
    "exchange_issued_code",
    "keep",
    "keeper",
    "poll_device_code",
    "provider",
    "resume",
    "revoke",
];

/// Methods of every generated connection, those of the runtime included.
pub const CONNECTION_METHODS: &[&str] =
    &["clone", "deref", "disconnect", "fields", "id", "remaining", "renew", "request", "token", "tokens", "verify"];

/// Methods of every generated builder; a setting is a method there.
pub const BUILDER_METHODS: &[&str] =
    &["build", "clone", "client_id", "client_key", "client_secret", "configure", "redirect_uri", "store", "with"];

/// Methods of every call with optional inputs; an optional input is a method there.
pub const REQUEST_METHODS: &[&str] = &["clone", "send"];

/// Methods of an authorization request; an optional input, setting or list of scopes is a method there.
pub const AUTHORIZATION_METHODS: &[&str] = &["accept_missing_state", "clone", "scopes", "start"];

/// The types that generated code makes up for a provider, each with what it is made for: a type of the spec can't have
/// the same name.
pub fn derived_types(provider: &Provider) -> Vec<(String, String)> {
    super::names::derived_types(provider)
}
