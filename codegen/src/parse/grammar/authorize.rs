//! The authorization request and its callback.

use super::operations::{INPUTS, KEEP};
use super::{Form, Section, entries, key};

pub(super) static AUTHORIZE: Section = Section {
    name: "authorize",
    about: "The authorization request (RFC 6749, section 4.1.1) and its callback.",
    keys: &[
        key("url", Form::Url, "the authorization endpoint (RFC 6749, section 3.1)", "https://acme.example/authorize")
            .required(),
        key("about", Form::Prose, "what the user sees", "Asks which records to share."),
        key(
            "scopes",
            Form::Either(&[Form::List(&Form::Text), entries("scopes", &Form::Prose)]),
            "the scopes that the vendor names (RFC 6749, section 3.3)",
            "[profile, steps]",
        )
        .or("none is sent"),
        key("scope_separator", Form::Text, "what stands between two scopes (RFC 6749, section 3.3)", "\",\"")
            .or("a space"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[response_type]"),
        key(
            "rename",
            entries("standard parameters", &Form::Text),
            "standard parameters under another name",
            "{ client_id: client_key }",
        ),
        key(
            "default_scopes",
            Form::List(&Form::Text),
            "the scopes that are sent when the caller names none",
            "[profile]",
        )
        .or("none is sent"),
        key(
            "scope_lists",
            entries("scope lists", &Form::Either(&[Form::List(&Form::Text), entries("scopes", &Form::Prose)])),
            "further lists of scopes, each a parameter of its own",
            "{ user_scope: [read] }",
        ),
        key("inputs", INPUTS, "parameters that the caller supplies", "{ login_hint: string? }"),
        key(
            "send",
            entries("parameters", &Form::Template),
            "further parameters, or other values for standard ones",
            "{ access_type: offline }",
        ),
        key(
            "params_in",
            Form::Word(&["query", "fragment"]),
            "whether the parameters stand in the query or behind a `#`",
            "fragment",
        )
        .or("query (RFC 6749, section 4.1.1)"),
        key("pkce", Form::Word(&["S256", "none"]), "the PKCE method (RFC 7636; RFC 9700, section 2.1.1)", "none")
            .or("S256"),
        key(
            "state",
            Form::Either(&[Form::Word(&["returned", "undocumented"]), Form::Section(&STATE)]),
            "whether the page says that state comes back (RFC 6749, section 4.1.2), or what it must look like",
            "undocumented",
        )
        .or("returned"),
        key(
            "callback",
            Form::Section(&CALLBACK),
            "what comes back, where it departs from RFC 6749, section 4.1.2",
            "{ code: auth_code }",
        ),
        key("code_lifetime", Form::Duration, "how long a code lives (RFC 6749, section 4.1.2)", "3m").or("unknown"),
    ],
};

static STATE: Section = Section {
    name: "authorize.state",
    about: "What `state` must look like.",
    keys: &[
        key("length", Form::Number, "how many characters it has", "32").or("43"),
        key(
            "alphabet",
            Form::Word(&["alphanumeric", "hex", "digits", "urlsafe"]),
            "which characters it has",
            "alphanumeric",
        )
        .or("urlsafe"),
    ],
};

static CALLBACK: Section = Section {
    name: "authorize.callback",
    about: "The parameters of the callback (RFC 6749, sections 4.1.2 and 4.1.2.1).",
    keys: &[
        key("code", Form::Text, "the name of the code", "auth_code").or("code"),
        key("state", Form::Text, "the name of the state", "custom_field").or("state"),
        key("error", Form::Text, "the name of the error's code", "error_code").or("error"),
        key("error_text", Form::Text, "the name of the error's text", "error_message").or("error_description"),
        key("keep", KEEP, "parameters that are kept for the connection", "{ realm_id: realmId }"),
        key(
            "denied",
            Form::Word(&["error", "absence"]),
            "how a denial looks: an error, or a callback with neither code nor error",
            "absence",
        )
        .or("error"),
        key("issuer", Form::Url, "what `iss` must be (RFC 9207)", "https://acme.example").or("`iss` is not asked for"),
    ],
};
