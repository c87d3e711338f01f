//! The authorization request and its callback.

use super::parts::{INPUTS, KEEP, SCOPES};
use super::{Form, Section, entries, key};

pub(super) static AUTHORIZE: Section = Section {
    name: "authorize",
    about: "The authorization request (RFC 6749, section 4.1.1) and its callback.",
    keys: &[
        key("url", Form::Url, "the authorization endpoint (RFC 6749, section 3.1)", "https://acme.example/authorize")
            .required(),
        key("about", Form::Prose, "what the user sees", "Asks which records to share.").or("none"),
        key(
            "scopes",
            SCOPES,
            "the scopes that the vendor names, as a list or as `name: about`; the set stays open; `any` where the vendor has \
             scopes and the spec names none of them",
            "[profile, steps]",
        )
        .or("none: no scope is sent (RFC 6749, section 3.3)"),
        key("scope_separator", Form::Text, "what stands between two scopes", "\",\"")
            .or("a space (RFC 6749, section 3.3)"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[response_type]").or("none"),
        key(
            "rename",
            entries("standard parameters", &Form::Text),
            "standard parameters under another name",
            "{ client_id: client_key }",
        )
        .or("none"),
        key(
            "default_scopes",
            Form::List(&Form::Text),
            "the scopes that are sent when the caller names none",
            "[profile]",
        )
        .or("none is sent (RFC 6749, section 3.3)"),
        key(
            "scope_lists",
            entries("scope lists", &SCOPES),
            "further lists of scopes, each a parameter of its own, written like `scopes`",
            "{ user_scope: [read] }",
        )
        .or("none"),
        key(
            "inputs",
            INPUTS,
            "parameters that the caller supplies, each `name: type` or in long form",
            "{ login_hint: string? }",
        )
        .or("none"),
        key(
            "send",
            entries("parameters", &Form::Template),
            "further parameters, or other values for standard ones",
            "{ access_type: offline }",
        )
        .or("none"),
        key(
            "params_in",
            Form::Word(&["query", "fragment"]),
            "where the parameters stand: `query`, or `fragment` for parameters behind a `#` and its route",
            "fragment",
        )
        .or("`query` (RFC 6749, section 4.1.1)"),
        key("pkce", Form::Word(&["S256", "none"]), "the PKCE method: `S256` or `none`", "none")
            .or("`S256` (RFC 7636; RFC 9700, section 2.1.1)"),
        key(
            "state",
            Form::Either(&[Form::Word(&["returned", "undocumented"]), Form::Section(&STATE)]),
            "`returned`; `undocumented` when the page doesn't say so: then the app may choose, out loud, to \
             accept a callback without it; or a mapping that says what it looks like and where it stands",
            "undocumented",
        )
        .or("`returned` (RFC 6749, section 4.1.2)"),
        key(
            "callback",
            Form::Section(&CALLBACK),
            "what comes back, where it departs from the standard",
            "{ code: auth_code }",
        )
        .or("as RFC 6749, section 4.1.2, says"),
        key("code_lifetime", Form::Duration, "how long a code lives", "3m")
            .or("unknown (RFC 6749, section 4.1.2, recommends at most ten minutes)"),
    ],
};

static STATE: Section = Section {
    name: "authorize.state",
    about: "What `state` must look like, and where it stands.",
    keys: &[
        key(
            "in",
            Form::Word(&["query", "redirect_uri"]),
            "where it is sent: `query`, as a parameter like the others, or `redirect_uri`, in the query of the redirect URI, \
             for a vendor that has no such parameter; the exchange shows the same redirect URI",
            "redirect_uri",
        )
        .or("`query` (RFC 6749, section 4.1.1)"),
        key("length", Form::Number, "how many characters it has; at least 40 bits in all", "32")
            .or("`43` (RFC 6749, section 10.10)"),
        key(
            "alphabet",
            Form::Word(&["alphanumeric", "hex", "digits", "urlsafe"]),
            "which characters it has: `urlsafe`, `alphanumeric`, `hex` or `digits`",
            "alphanumeric",
        )
        .or("`urlsafe`"),
    ],
};

static CALLBACK: Section = Section {
    name: "authorize.callback",
    about: "The parameters of the callback (RFC 6749, sections 4.1.2 and 4.1.2.1).",
    keys: &[
        key("code", Form::Text, "the name of the code", "auth_code").or("`code` (RFC 6749, section 4.1.2)"),
        key("state", Form::Text, "the name of the state", "custom_field").or("`state` (RFC 6749, section 4.1.2)"),
        key("error", Form::Text, "the name of the error's code", "error_code")
            .or("`error` (RFC 6749, section 4.1.2.1)"),
        key("error_text", Form::Text, "the name of the error's text", "error_message")
            .or("`error_description` (RFC 6749, section 4.1.2.1)"),
        key(
            "keep",
            KEEP,
            "parameters that are kept for the connection, `variable: name`, or a list of names",
            "{ realm_id: realmId }",
        )
        .or("none"),
        key(
            "denied",
            Form::Word(&["error", "absence"]),
            "how a denial looks: `error`, or `absence` of both code and error",
            "absence",
        )
        .or("`error` (RFC 6749, section 4.1.2.1)"),
        key("issuer", Form::Url, "what `iss` must be; a callback without it is refused", "https://acme.example")
            .or("`iss` is not asked for (RFC 9207)"),
    ],
};
