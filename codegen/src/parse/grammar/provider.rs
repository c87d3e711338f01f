//! A spec as a whole, and what its small sections hold.

use super::authorize::AUTHORIZE;
use super::operations::{CALL, CHECKS, FLAG, GRANT, HEADERS, REVOKE, SEND};
use super::tokens::{TOKEN, TOKEN_ENDPOINT};
use super::widgets::WIDGET;
use super::{Form, POINTERS, Section, entries, key};

/// A spec.
pub static SPEC: Section = Section {
    name: "a spec",
    about: "One vendor.",
    keys: &[
        key("spec", Form::Number, "version of the language", "1").or("1"),
        key("provider", Form::Name, "name of the vendor: small letters, digits and `_`", "acme").required(),
        key("extends", Form::Name, "the spec, by its file's name, of which this one says what differs", "acme"),
        key("abstract", FLAG, "whether the spec serves only as a base of others", "true").or("false"),
        key("title", Form::Text, "the vendor's name in prose", "Acme").or("the provider's name with a capital"),
        key("about", Form::Prose, "one sentence on what the vendor holds", "Vital signs recorded during surgery."),
        key("docs", Form::Text, "the vendor's own page", "https://acme.example/docs"),
        key(
            "settings",
            entries("settings", &Form::Section(&SETTING)),
            "what a deployment supplies besides credentials",
            "{ tenant: {} }",
        ),
        key(
            "values",
            entries("values", &Form::Template),
            "named templates, which are variables everywhere",
            "{ pair: <client_id>:<client_secret> }",
        ),
        key(
            "authorize",
            Form::Section(&AUTHORIZE),
            "how a user is asked for consent (RFC 6749, section 4.1.1)",
            "{ url: https://acme.example/authorize }",
        ),
        key(
            "token",
            Form::Section(&TOKEN_ENDPOINT),
            "the token endpoint (RFC 6749, section 3.2)",
            "{ url: https://acme.example/token }",
        ),
        key(
            "grants",
            entries("grants", &Form::Section(&GRANT)),
            "the operations that yield tokens or codes",
            "{ exchange_code: {} }",
        )
        .or("exchange_code and refresh, when there are authorize and token"),
        key(
            "tokens",
            entries("kinds of token", &Form::Section(&TOKEN)),
            "the kinds of token that the grants yield",
            "{ access: { lifetime: 1h } }",
        )
        .or("one kind, access (RFC 6749, section 5.1)"),
        key(
            "errors",
            Form::Section(&ERRORS),
            "where a refusal keeps its code and text (RFC 6749, section 5.2)",
            "{ text: message }",
        ),
        key(
            "api",
            Form::Either(&[Form::Url, Form::Section(&API)]),
            "what stands before the URL of a call that begins with `/`, and what every call sends",
            "https://acme.example/v1",
        ),
        key(
            "revoke",
            Form::Section(&REVOKE),
            "how a token is revoked (RFC 7009)",
            "{ post: https://acme.example/revoke }",
        )
        .or("tokens are not revoked"),
        key("verify", Form::Name, "the call that proves that a connection works", "me").or("none"),
        key(
            "calls",
            entries("calls", &Form::Section(&CALL)),
            "the operations made with a token",
            "{ me: { get: /me, returns: json } }",
        ),
        key("fallbacks", entries("fallbacks", &Form::Section(&FALLBACK)), "grants that stand in for one another", "{}"),
        key(
            "widgets",
            entries("widgets", &Form::Section(&WIDGET)),
            "the vendor's scripts that a page of the app embeds",
            "{}",
        ),
        key("types", entries("types", &Form::Type), "named objects", "{ Reading: { start: integer, value: number } }"),
        key("enums", entries("enums", &Form::List(&Form::Text)), "open sets of words", "{ Sex: [Male, Female] }"),
        key(
            "undocumented",
            Form::List(&Form::Prose),
            "what the vendor's page leaves out, one sentence each",
            "[How a refused request is answered.]",
        ),
    ],
};

static SETTING: Section = Section {
    name: "settings.<name>",
    about: "What one deployment of the app supplies.",
    keys: &[
        key("about", Form::Prose, "what it is", "The tenant's name."),
        key(
            "format",
            Form::Word(&["url", "hostname", "uuid", "email"]),
            "`url` may stand at the head of a URL, `hostname` as its host; `uuid`, `email`",
            "url",
        )
        .or("any text"),
        key("pattern", Form::Text, "a regular expression that the whole value matches", "[a-z0-9-]+").or("any text"),
        key("enum", Form::List(&Form::Text), "the only values", "[eu, us]").or("any"),
        key("of", Form::Word(&["client", "connection"]), "who supplies it", "connection").or("client"),
        key("optional", FLAG, "whether it may be left out without a default", "true").or("false"),
        key("prefix", Form::Text, "what is put before a value that doesn't begin with it", "https://"),
        key("suffix", Form::Text, "what is put behind a value that doesn't end with it", ".acme.example"),
        key("default", Form::Text, "what holds when it is left out", "eu").or("none: the builder requires it"),
        key("sample", Form::Text, "a value for trying things out", "eu"),
    ],
};

static API: Section = Section {
    name: "api",
    about: "Where the vendor's API starts, and what every call sends.",
    keys: &[
        key("url", Form::Url, "what stands before the URL of a call that begins with `/`", "https://acme.example/v1"),
        key("headers", HEADERS, "headers of every call", "{ Acme-Version: \"2026-01-01\" }"),
        key("send", SEND, "parameters in the query of every call", "{ format: json }"),
    ],
};

static ERRORS: Section = Section {
    name: "errors",
    about: "Where a refusal keeps what it says (RFC 6749, section 5.2).",
    keys: &[
        key("code", POINTERS, "the field with the vendor's code, or several to be looked at in turn", "/errors/0/type")
            .or("error"),
        key("text", POINTERS, "the field with the text for people, or several to be looked at in turn", "message")
            .or("error_description"),
        key("succeeds", CHECKS, "members that every answer with a status of success must have", "{ ok: true }"),
        key("retry_after", Form::Text, "the header that says how many seconds to wait", "X-Retry-In")
            .or("Retry-After (RFC 9110, section 10.2.3)"),
        key("reset", Form::Text, "the header that says when to come back, in seconds since 1970", "X-RateLimit-Reset"),
    ],
};

static FALLBACK: Section = Section {
    name: "fallbacks.<name>",
    about: "One grant, and another that stands in when it fails in one documented way.",
    keys: &[
        key("about", Form::Prose, "what the method does", "Starts a session, or resumes it."),
        key("try", Form::Name, "the grant that is tried", "session_token").required(),
        key("on", Form::Name, "the failure of that grant that leads to the other", "source_already_connected")
            .required(),
        key("then", Form::Name, "the other grant", "id_token").required(),
    ],
};
