//! The token endpoint and the kinds of token.

use super::operations::{ANSWERS, CLIENT_AUTH, ENCODING, KEEP, PARAMS_IN, PLACES};
use super::{Form, POINTERS, Section, key};

pub(super) static TOKEN_ENDPOINT: Section = Section {
    name: "token",
    about: "The token endpoint (RFC 6749, section 3.2): what every grant uses unless it says otherwise.",
    keys: &[
        key("url", Form::Url, "its URL", "https://acme.example/token").required(),
        key("client", CLIENT_AUTH, "how the client authenticates (RFC 6749, section 2.3.1)", "body").or("basic"),
        key("params_in", PARAMS_IN, "where standard parameters and inputs stand", "query")
            .or("query for GET and DELETE, body for the rest"),
        key("encoding", Form::WordOrSetting(ENCODING), "how bodies are encoded (RFC 6749, section 4.1.3)", "json")
            .or("form"),
        key("answers", Form::Word(ANSWERS), "how answers are encoded (RFC 6749, section 5.1)", "form").or("json"),
    ],
};

pub(super) static TOKEN: Section = Section {
    name: "tokens.<kind>",
    about: "Where an answer keeps a token of this kind, how long it lives, how it is shown and renewed.",
    keys: &[
        key("about", Form::Prose, "what it is for", "Opens the widget."),
        key(
            "value",
            PLACES,
            "the field that holds it, or several to be looked at in turn (RFC 6749, section 5.1)",
            "session_token",
        )
        .or("access_token"),
        key("keep", KEEP, "fields of the answer that are kept for the connection", "{ api_url: /instance_url }"),
        key(
            "expires",
            Form::Either(&[Form::Pointer, Form::Section(&EXPIRES)]),
            "the field that says when it expires (RFC 6749, section 5.1)",
            "{ field: expires_at, as: epoch }",
        )
        .or("expires_in"),
        key("lifetime", Form::Duration, "how long it lives when the answer doesn't say", "1h").or("unknown"),
        key(
            "present",
            Form::Either(&[Form::Word(&["bearer", "none"]), Form::Section(&PRESENT)]),
            "how a call shows it (RFC 6750, section 2)",
            "{ query: access_token }",
        )
        .or("bearer"),
        key(
            "refresh_token",
            Form::Either(&[Form::Pointer, Form::List(&Form::Pointer), Form::Section(&REFRESH_TOKEN)]),
            "the field that holds its refresh token, or several to be looked at in turn (RFC 6749, section 5.1)",
            "refresh_token",
        )
        .or("refresh_token"),
        key(
            "renew",
            Form::Either(&[Form::Word(RENEW_BY), Form::Section(&RENEW)]),
            "how it is renewed (RFC 6749, section 6)",
            "reissue",
        )
        .or("refresh when there is a refresh grant, else none"),
    ],
};

const RENEW_BY: &[&str] = &["refresh", "reissue", "extend", "exchange", "none"];

static EXPIRES: Section = Section {
    name: "tokens.<kind>.expires",
    about: "The field that says when a token expires.",
    keys: &[
        key("field", Form::Pointer, "the field", "expires_in").required(),
        key(
            "as",
            Form::Word(&["seconds", "ms", "epoch", "epoch_ms", "iso", "dhms", "jwt"]),
            "what it counts, from now or (`epoch`) from 1970, or how it is written",
            "epoch_ms",
        )
        .or("seconds"),
    ],
};

static PRESENT: Section = Section {
    name: "tokens.<kind>.present",
    about: "Where a call shows the token; exactly one of `header`, `query`, `cookie` and `body`.",
    keys: &[
        key("header", Form::Text, "the header", "Authentication"),
        key("scheme", Form::Text, "the word before the token in the header", "Bearer").or("none"),
        key("query", Form::Text, "the parameter of the query", "access_token"),
        key("cookie", Form::Text, "the cookie (RFC 6265)", "SESSION"),
        key("body", Form::Text, "the parameter of the body", "access_token"),
    ],
};

static REFRESH_TOKEN: Section = Section {
    name: "tokens.<kind>.refresh_token",
    about: "The refresh token that comes with a token.",
    keys: &[
        key("value", POINTERS, "the field that holds it, or several to be looked at in turn", "refresh_token")
            .or("refresh_token"),
        key(
            "expires",
            Form::Either(&[Form::Pointer, Form::Section(&EXPIRES)]),
            "the field that says when it expires",
            "refresh_token_expires_in",
        )
        .or("unknown"),
        key("lifetime", Form::Duration, "how long it lives when the answer doesn't say", "30d").or("unknown"),
    ],
};

static RENEW: Section = Section {
    name: "tokens.<kind>.renew",
    about: "How a token is renewed, and what that does to the old ones.",
    keys: &[
        key("by", Form::Word(RENEW_BY), "the way of renewing", "refresh")
            .or("refresh when there is a refresh grant, else none"),
        key("grant", Form::Name, "the grant that renews it", "extend_token")
            .or("the only grant of the kind refresh_token that yields it"),
        key("early", Form::Duration, "how long before it expires it is renewed", "30s").or("the client's own margin"),
        key(
            "when",
            Form::Word(&["expiry", "demand"]),
            "whether it is renewed because it expires, or only when the app asks",
            "demand",
        )
        .or("expiry"),
        key(
            "rotation",
            Form::Word(&["always", "sometimes", "never"]),
            "whether a refresh replaces the refresh token (RFC 6749, section 6)",
            "always",
        )
        .or("sometimes"),
        key(
            "replay",
            Form::Word(&["unknown", "fatal", "free"]),
            "what a spent refresh token does (RFC 9700, section 4.14)",
            "fatal",
        )
        .or("unknown"),
        key("old_access", Form::Word(&["revoked", "kept"]), "whether a refresh kills the old access token", "revoked")
            .or("kept"),
    ],
};
