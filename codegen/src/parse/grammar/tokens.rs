//! The token endpoint and the kinds of token.

use super::parts::{ANSWERS, CLIENT_AUTH, ENCODING, HEADERS, KEEP, PARAMS_IN, PLACES, SEND};
use super::{Form, POINTERS, Section, key};

pub(super) static TOKEN_ENDPOINT: Section = Section {
    name: "token",
    about: "The token endpoint (RFC 6749, section 3.2): what every grant uses unless it says otherwise.",
    keys: &[
        key("url", Form::Url, "its URL", "https://acme.example/token").required(),
        key(
            "client",
            CLIENT_AUTH,
            "how the client authenticates, in one of the words or forms of [Requests](#requests)",
            "body",
        )
        .or("`basic` (RFC 6749, section 2.3.1)"),
        key(
            "params_in",
            PARAMS_IN,
            "where the standard parameters and inputs of grants stand: `query` or `body`",
            "query",
        )
        .or("`query` for GET and DELETE, `body` for the rest (RFC 6749, section 3.2)"),
        key(
            "encoding",
            Form::WordOrSetting(ENCODING),
            "how bodies are encoded: `form`, `json`, or `<setting>` where the deployment chooses",
            "json",
        )
        .or("`form` (RFC 6749, section 4.1.3)"),
        key(
            "send",
            SEND,
            "further parameters of every grant; a grant's own of the same name holds",
            "{ audience: api }",
        )
        .or("none"),
        key(
            "headers",
            HEADERS,
            "further headers of every grant; a grant's own of the same name holds",
            "{ X-Api: \"2\" }",
        )
        .or("none"),
        key("answers", Form::Word(ANSWERS), "how answers are encoded: `json`, `form`, `text` or `xml`", "form")
            .or("`json` (RFC 6749, section 5.1)"),
    ],
};

pub(super) static TOKEN: Section = Section {
    name: "tokens.<kind>",
    about: "Where an answer keeps a token of this kind, how long it lives, how it is shown and renewed.",
    keys: &[
        key("about", Form::Prose, "what it is for", "Opens the widget.").or("none"),
        key("value", PLACES, "the field that holds it, or a list to be looked at in turn", "session_token")
            .or("`access_token` (RFC 6749, section 5.1)"),
        key(
            "keep",
            KEEP,
            "fields of the answer that are kept for the connection, `variable: field`, or a list of names",
            "{ api_url: /instance_url }",
        )
        .or("none"),
        key(
            "expires",
            EXPIRIES,
            "the field that says when it expires, a mapping that says what it counts, or a list to be looked at in turn",
            "{ field: expires_at, as: epoch }",
        )
        .or("`expires_in` (RFC 6749, section 5.1)"),
        key("lifetime", Form::Duration, "how long it lives when the answer doesn't say", "1h").or("unknown"),
        key(
            "present",
            Form::Either(&[Form::Word(&["bearer", "none"]), Form::Section(&PRESENT)]),
            "how a call shows it: `bearer`, `none`, or a mapping",
            "{ query: access_token }",
        )
        .or("`bearer` (RFC 6750, section 2.1)"),
        key(
            "refresh_token",
            Form::Either(&[Form::Pointer, Form::List(&Form::Pointer), Form::Section(&REFRESH_TOKEN)]),
            "the field that holds its refresh token, a list to be looked at in turn, or a mapping",
            "refresh_token",
        )
        .or("`refresh_token` (RFC 6749, section 5.1); none when `renew` says anything but `refresh`"),
        key(
            "renew",
            Form::Either(&[Form::Word(RENEW_BY), Form::Section(&RENEW)]),
            "how it is renewed: `refresh`, `reissue`, `extend`, `exchange`, `none`, or a mapping",
            "reissue",
        )
        .or("`refresh` (RFC 6749, section 6) when there is a refresh grant, else `none`"),
    ],
};

const RENEW_BY: &[&str] = &["refresh", "reissue", "extend", "exchange", "none"];

/// A field, the long form, or a list of either.
const EXPIRIES: Form = Form::Either(&[
    Form::Pointer,
    Form::List(&Form::Either(&[Form::Pointer, Form::Section(&EXPIRES)])),
    Form::Section(&EXPIRES),
]);

static EXPIRES: Section = Section {
    name: "tokens.<kind>.expires",
    about: "The field that says when a token expires.",
    keys: &[
        key("field", Form::Pointer, "that field", "expires_in").required(),
        key(
            "as",
            Form::Word(&["seconds", "ms", "epoch", "epoch_ms", "iso", "dhms", "jwt"]),
            "what it counts or how it is written: `seconds` or `ms` from now, `epoch` or `epoch_ms` for a moment \
             (UTC), `iso` for a date and time, `dhms` for `D:HH:MM` and `D:HH:MM:SS`, `jwt` when the field is a \
             JWT whose `exp` counts",
            "epoch_ms",
        )
        .or("`seconds` (RFC 6749, section 5.1)"),
    ],
};

static PRESENT: Section = Section {
    name: "tokens.<kind>.present",
    about: "Where a call shows the token; exactly one of `header`, `query`, `cookie` and `body`.",
    keys: &[
        key("header", Form::Text, "the header that carries it", "Authentication")
            .or("none; exactly one of `header`, `query`, `cookie` and `body` must stand"),
        key("scheme", Form::Text, "the word before it in the header", "Bearer")
            .or("none: the header is the token alone"),
        key(
            "value",
            Form::Template,
            "what is sent in place of the token alone; a template in which `<token>` stands, by itself or in a value",
            "\"Basic <pair | base64>\"",
        )
        .or("the token, after its `scheme`"),
        key("query", Form::Text, "the parameter of the query that carries it", "access_token").or("none"),
        key("cookie", Form::Text, "the cookie that carries it (RFC 6265)", "SESSION").or("none"),
        key("body", Form::Text, "the parameter of the body that carries it", "access_token").or("none"),
    ],
};

static REFRESH_TOKEN: Section = Section {
    name: "tokens.<kind>.refresh_token",
    about: "The refresh token that comes with a token.",
    keys: &[
        key("value", POINTERS, "the field that holds it, or a list to be looked at in turn", "/data/refresh_token")
            .or("`refresh_token` (RFC 6749, section 5.1)"),
        key(
            "expires",
            EXPIRIES,
            "the field that says when it expires, a mapping that says what it counts, or a list to be looked at in turn",
            "refresh_token_expires_in",
        )
        .or("unknown"),
        key("lifetime", Form::Duration, "how long it lives when the answer doesn't say", "30d").or("unknown"),
        key(
            "idle",
            Form::Duration,
            "how long it lives when nobody uses it; a client renews in time for that, and each renewal begins it anew",
            "60d",
        )
        .or("as long as it lives"),
    ],
};

static RENEW: Section = Section {
    name: "tokens.<kind>.renew",
    about: "How a token is renewed, and what that does to the old ones.",
    keys: &[
        key(
            "by",
            Form::Word(RENEW_BY),
            "the way: `refresh`; `reissue` (the grant is repeated with the same inputs); `extend` (a grant makes \
             the token live longer, its answer has none, and it says no `yields`); `exchange` (a grant that \
             sends `<token>` gives a new one); `none`",
            "refresh",
        )
        .or("`refresh` (RFC 6749, section 6) when there is a refresh grant, else `none`"),
        key("grant", Form::Name, "the grant that renews it", "extend_token")
            .or("the only grant of the kind `refresh_token` that yields it"),
        key("early", Form::Duration, "how long before it expires it is renewed", "30s").or("the client's own margin"),
        key(
            "when",
            Form::Word(&["expiry", "demand"]),
            "`expiry`, or `demand` when it is renewed only because the app asks",
            "demand",
        )
        .or("`expiry`"),
        key(
            "rotation",
            Form::Word(&["always", "sometimes", "never"]),
            "whether a refresh replaces the refresh token: `always`, `sometimes`, `never`",
            "always",
        )
        .or("`sometimes` (RFC 6749, section 6)"),
        key(
            "replay",
            Form::Word(&["unknown", "fatal", "free", "idempotent", "grace"]),
            "what a spent refresh token does: `fatal` (it ends the whole login), `free` (it works again), `idempotent` (for \
             a while it gives the same tokens again), `grace` (for a while it gives others), `unknown`",
            "fatal",
        )
        .or("`unknown` (RFC 9700, section 4.14)"),
        key(
            "replay_window",
            Form::Duration,
            "how long that while is, counted from the first use; with `idempotent` and `grace`",
            "30m",
        )
        .or("`30s` with `idempotent` and `grace`"),
        key(
            "old_access",
            Form::Word(&["revoked", "kept"]),
            "whether a refresh kills the old access token: `revoked`, `kept`",
            "revoked",
        )
        .or("`kept`"),
    ],
};
