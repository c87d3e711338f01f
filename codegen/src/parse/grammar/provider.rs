//! A spec as a whole, and what its small sections hold.

use super::authorize::AUTHORIZE;
use super::device::DEVICE;
use super::id_token::ID_TOKEN;
use super::operations::{CALL, GRANT, REVOKE};
use super::parts::{CHECKS, FLAG, HEADERS, SEND, STATUSES};
use super::tokens::{TOKEN, TOKEN_ENDPOINT};
use super::widgets::WIDGET;
use super::{Form, POINTERS, Section, entries, key};

/// A spec.
pub static SPEC: Section = Section {
    name: "a spec",
    about: "One vendor.",
    keys: &[
        key("spec", Form::Number, "version of the language", "1").or("`1`"),
        key(
            "provider",
            Form::Name,
            "name of the vendor: small letters and digits, with `-` or `_` between them; the crate is `authsmith-<provider>`",
            "acme",
        )
        .required(),
        key(
            "extends",
            Form::Name,
            "the spec of which this one says what differs, by its file's name without `.yaml`",
            "family",
        )
        .or("none: the spec stands alone"),
        key("abstract", FLAG, "`true` for a spec that serves only as a base of others and has no crate", "true")
            .or("`false`"),
        key("title", Form::Text, "the vendor's name in prose", "Acme").or("the words of `provider` with capitals"),
        key("about", Form::Prose, "one sentence on what the vendor holds", "Vital signs recorded during surgery.")
            .or("none"),
        key("docs", Form::Text, "the vendor's own page", "https://acme.example/docs").or("none"),
        key(
            "settings",
            entries("settings", &Form::Section(&SETTING)),
            "what a deployment, or a connection, supplies besides credentials",
            "{ tenant: { about: The tenant's name. } }",
        )
        .or("none"),
        key(
            "values",
            entries("values", &Form::Template),
            "named templates, which are variables everywhere",
            "{ pair: \"<client_id>:<client_secret>\" }",
        )
        .or("none"),
        key(
            "authorize",
            Form::Section(&AUTHORIZE),
            "how a user is asked for consent (RFC 6749, section 4.1.1)",
            "{ url: https://acme.example/authorize }",
        )
        .or("none: the vendor asks nobody"),
        key(
            "device",
            Form::Section(&DEVICE),
            "how a user is asked for consent on another device (RFC 8628)",
            "{ url: https://acme.example/device }",
        )
        .or("none: no device without a browser can ask"),
        key(
            "token",
            Form::Section(&TOKEN_ENDPOINT),
            "the token endpoint (RFC 6749, section 3.2)",
            "{ url: https://acme.example/token }",
        )
        .or("none: every grant says its own URL"),
        key(
            "grants",
            entries("grants", &Form::Section(&GRANT)),
            "the operations that yield tokens or codes",
            "{ exchange_code: {} }",
        )
        .or(
            "with `token`: `exchange_code` where `authorize` is, `exchange_device_code` where `device` is, and `refresh`",
        ),
        key(
            "tokens",
            entries("kinds of token", &Form::Section(&TOKEN)),
            "the kinds of token that the grants yield",
            "{ access: { lifetime: 1h } }",
        )
        .or("one kind, `access` (RFC 6749, section 5.1)"),
        key(
            "id_token",
            Form::Section(&ID_TOKEN),
            "how the vendor issues ID tokens, which say who the user is (OpenID Connect Core, section 2)",
            "{ issuer: https://acme.example, jwks: https://acme.example/jwks }",
        )
        .or("none: nothing is believed of what a token says"),
        key("errors", Form::Section(&ERRORS), "where a refusal keeps its code and text", "{ text: message }")
            .or("as RFC 6749, section 5.2, says"),
        key(
            "api",
            Form::Either(&[Form::Url, Form::Section(&API)]),
            "what stands before the URL of a call that begins with `/`, or a mapping that also says what every \
             call sends",
            "https://acme.example/v1",
        )
        .or("none: every call says its whole URL"),
        key(
            "revoke",
            Form::Section(&REVOKE),
            "the request that revokes a token",
            "{ post: https://acme.example/revoke }",
        )
        .or("none: tokens are forgotten, not revoked (RFC 7009)"),
        key(
            "verify",
            Form::Name,
            "the call that proves that a connection works, for `connection.verify()`; it needs no input",
            "me",
        )
        .or("none"),
        key(
            "calls",
            entries("calls", &Form::Section(&CALL)),
            "the operations made with a token",
            "{ me: { get: /me, returns: json } }",
        )
        .or("none"),
        key(
            "fallbacks",
            entries("fallbacks", &Form::Section(&FALLBACK)),
            "grants that stand in for one another",
            "{ open: { try: renewed, on: gone, then: anew } }",
        )
        .or("none"),
        key(
            "widgets",
            entries("widgets", &Form::Section(&WIDGET)),
            "the vendor's scripts that a page of the app embeds",
            "{ connect: { script: https://acme.example/connect.js, open: Acme.open, token: { option: token, \
             kinds: [session] } } }",
        )
        .or("none"),
        key("types", entries("types", &Form::Type), "named objects", "{ Reading: { start: integer, value: number } }")
            .or("none"),
        key(
            "enums",
            entries("enums", &Form::List(&Form::Text)),
            "open sets of words: a word that the vendor adds later is read as `Other`",
            "{ Sex: [Male, Female] }",
        )
        .or("none"),
        key(
            "undocumented",
            Form::List(&Form::Prose),
            "what the vendor's page leaves out, one sentence each; the generated README lists them",
            "[How a refused request is answered.]",
        )
        .or("none"),
        key(
            "allow",
            entries("reasons", &Form::Prose),
            "warnings that this spec must live with, each by its code and with the reason; the generated README lists them",
            "{ AS0802: The vendor's page names no code_challenge. }",
        )
        .or("none: every warning is shown"),
    ],
};

static SETTING: Section = Section {
    name: "settings.<name>",
    about: "What one deployment of the app supplies.",
    keys: &[
        key("about", Form::Prose, "what it is", "The tenant's name.").or("none"),
        key(
            "format",
            Form::Word(super::parts::FORMATS),
            "`url` (may stand at the head of a URL), `hostname` (may stand as its host), `uuid` or `email`",
            "url",
        )
        .or("any text, which may stand in a path or a value"),
        key("pattern", Form::Text, "a regular expression that the whole value matches", "\"[a-z0-9-]+\"")
            .or("any text"),
        key("enum", Form::List(&Form::Text), "the only values", "[eu, us]").or("any text"),
        key(
            "of",
            Form::Word(&["client", "connection"]),
            "who supplies it: `client`, or `connection` for each login",
            "connection",
        )
        .or("`client`"),
        key("optional", FLAG, "`true` when it may be left out without a default", "true").or("`false`"),
        key("prefix", Form::Text, "what the client puts before a value that doesn't begin with it", "https://")
            .or("none"),
        key("suffix", Form::Text, "what the client puts behind a value that doesn't end with it", ".acme.example")
            .or("none"),
        key("default", Form::Text, "what holds when it is left out", "eu").or("none: the builder requires it"),
        key("sample", Form::Prose, "a value for trying things out; the sandbox answers there", "eu").or("none"),
    ],
};

static API: Section = Section {
    name: "api",
    about: "Where the vendor's API starts, and what every call sends.",
    keys: &[
        key("url", Form::Url, "what stands before the URL of a call that begins with `/`", "https://acme.example/v1")
            .or("none: every call says its whole URL"),
        key("headers", HEADERS, "headers of every call", "{ Acme-Version: \"2026-01-01\" }").or("none"),
        key(
            "send",
            SEND,
            "parameters in the query of every call; a call's own of the same name holds",
            "{ format: json }",
        )
        .or("none"),
    ],
};

static ERRORS: Section = Section {
    name: "errors",
    about: "Where a refusal keeps what it says (RFC 6749, section 5.2).",
    keys: &[
        key("code", POINTERS, "the field with the vendor's code, or a list to be looked at in turn", "/errors/0/type")
            .or("`error` (RFC 6749, section 5.2)"),
        key("text", POINTERS, "the field with the text for people, or a list to be looked at in turn", "message")
            .or("`error_description` (RFC 6749, section 5.2)"),
        key(
            "succeeds",
            CHECKS,
            "members that every answer with a status of success must have, `field: text`, a list of texts of which it \
             is one, or `absent` for a member that must be missing or null; any other answer is a refusal",
            "{ ok: true }",
        )
        .or("none: the status decides (RFC 9110, section 15.3)"),
        key(
            "success_status",
            STATUSES,
            "the status of every success, or a list; an answer with any other is a refusal",
            "[200, 201]",
        )
        .or("200 to 299 (RFC 9110, section 15.3)"),
        key(
            "retry_after",
            WAITS,
            "the header that says how many seconds to wait, or an HTTP date; the long form; or a list to be looked at in \
             turn",
            "X-Retry-In",
        )
        .or("`Retry-After` (RFC 9110, section 10.2.3), which is looked at last in any case"),
        key(
            "reset",
            WAITS,
            "the header that says when to come back, in seconds since 1970; the long form; or a list",
            "X-RateLimit-Reset",
        )
        .or("none"),
        key(
            "limited",
            Form::Section(&LIMITED),
            "which refusals are rate limits besides status 429",
            "{ status: 403, remaining: X-RateLimit-Remaining }",
        )
        .or("none: only status 429 is (RFC 6585, section 4)"),
        key(
            "terminal",
            CODES,
            "a code with which a grant's answer says that the user must consent anew, or a list",
            "bad_refresh_token",
        )
        .or("`invalid_grant` (RFC 6749, section 5.2), in any case"),
        key("transient", CODES, "a code of a grant's answer that passes by itself, or a list", "internal_error")
            .or("`server_error` and `temporarily_unavailable`, in any case"),
        key(
            "config",
            CODES,
            "a code with which a grant's answer blames the app, so that every grant is as good as before, or a list",
            "incorrect_client_credentials",
        )
        .or("`invalid_client`, `unauthorized_client` and `unsupported_grant_type` (RFC 6749, section 5.2), in any case"),
    ],
};

/// One code of the vendor's, or several. What a list says of a code holds before what the standard says of it.
const CODES: Form = Form::Either(&[Form::Text, Form::List(&Form::Text)]);

/// The name of a header, the long form, or a list of either.
const WAITS: Form =
    Form::Either(&[Form::Text, Form::List(&Form::Either(&[Form::Text, Form::Section(&WAIT)])), Form::Section(&WAIT)]);

static WAIT: Section = Section {
    name: "errors.retry_after",
    about: "Where a refusal says how long to wait, or until when.",
    keys: &[
        key("header", Form::Text, "the header that says it; exactly one of `header` and `field`", "X-Retry-In")
            .or("none: a field says it"),
        key("field", Form::Pointer, "the field of the body that says it", "/error/message")
            .or("none: a header says it"),
        key(
            "as",
            Form::Word(&["seconds", "ms", "epoch", "epoch_ms", "iso", "http_date"]),
            "how it is written: `seconds` or `ms` from now, `epoch` or `epoch_ms` for a moment (UTC), `iso` for a date \
             and time, `http_date` as HTTP writes one (RFC 9110, section 5.6.7)",
            "iso",
        )
        .or("`retry_after`: seconds or an HTTP date (RFC 9110, section 10.2.3); `reset`: `epoch`"),
        key("after", Form::Text, "the text before it, where it is a part of a longer text", "\"Retry after \"")
            .or("none: it begins the text"),
        key("before", Form::Text, "the text behind it, where it is a part of a longer text", "\" seconds\"")
            .or("none: it ends the text"),
    ],
};

static LIMITED: Section = Section {
    name: "errors.limited",
    about: "Which refusals are rate limits besides status 429 (RFC 6585, section 4).",
    keys: &[
        key(
            "status",
            Form::Either(&[Form::Number, Form::List(&Form::Number)]),
            "a status, or a list: a refusal that has it is a rate limit when `remaining` is 0, or not given here",
            "403",
        )
        .or("none"),
        key("remaining", Form::Text, "the header that says how many requests are left", "X-RateLimit-Remaining")
            .or("none"),
        key(
            "code",
            Form::Either(&[Form::Text, Form::List(&Form::Text)]),
            "a code of the vendor's, or a list: a refusal that has it is a rate limit",
            "too_many_requests",
        )
        .or("none"),
    ],
};

static FALLBACK: Section = Section {
    name: "fallbacks.<name>",
    about: "One grant, and another that stands in when it fails in one documented way.",
    keys: &[
        key("about", Form::Prose, "what the method does", "Starts a session or resumes it.").or("none"),
        key("try", Form::Name, "the grant that is tried", "session_token").required(),
        key(
            "on",
            Form::Name,
            "the failure of that grant, by its name under `errors`, that leads to the other",
            "source_already_connected",
        )
        .required(),
        key("then", Form::Name, "the other grant", "id_token").required(),
    ],
};
