//! The sections of a spec besides its operations.

use super::operations::{
    ANSWERS, CALL, CHECKS, CLIENT_AUTH, FLAG, GRANT, HEADERS, INPUTS, KEEP, PARAMS_IN, PLACES, REVOKE, SEND,
};
use super::{Form, Section, key};

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

const fn entries(what: &'static str, value: &'static Form) -> Form {
    Form::Entries { what, value }
}

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

static AUTHORIZE: Section = Section {
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

static TOKEN_ENDPOINT: Section = Section {
    name: "token",
    about: "The token endpoint (RFC 6749, section 3.2): what every grant uses unless it says otherwise.",
    keys: &[
        key("url", Form::Url, "its URL", "https://acme.example/token").required(),
        key("client", CLIENT_AUTH, "how the client authenticates (RFC 6749, section 2.3.1)", "body").or("basic"),
        key("params_in", PARAMS_IN, "where standard parameters and inputs stand", "query")
            .or("query for GET and DELETE, body for the rest"),
        key(
            "encoding",
            Form::WordOrSetting(super::operations::ENCODING),
            "how bodies are encoded (RFC 6749, section 4.1.3)",
            "json",
        )
        .or("form"),
        key("answers", Form::Word(ANSWERS), "how answers are encoded (RFC 6749, section 5.1)", "form").or("json"),
    ],
};

static TOKEN: Section = Section {
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

const POINTERS: Form = Form::Either(&[Form::Pointer, Form::List(&Form::Pointer)]);

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

static WIDGET: Section = Section {
    name: "widgets.<name>",
    about: "A script of the vendor's that a page of the app loads and opens with a token.",
    keys: &[
        key("about", Form::Prose, "what it is", "The Connect widget."),
        key("script", Form::Url, "the URL of the script", "https://acme.example/connect.js").required(),
        key("open", Form::Text, "the JavaScript function that opens it", "Acme.open").required(),
        key(
            "token",
            Form::Section(&WIDGET_TOKEN),
            "the option that carries the token",
            "{ option: token, kinds: [session] }",
        )
        .required(),
        key(
            "options",
            entries("options", &Form::Typed(&super::operations::INPUT)),
            "further options, written like inputs",
            "{ userId: string? }",
        ),
        key(
            "events",
            entries("events", &Form::Section(&WIDGET_EVENT)),
            "callbacks, and what they get",
            "{ onClose: { payload: Closed } }",
        ),
    ],
};

static WIDGET_TOKEN: Section = Section {
    name: "widgets.<name>.token",
    about: "The option that carries the token.",
    keys: &[
        key("option", Form::Text, "its name", "token").required(),
        key("kinds", Form::List(&Form::Name), "the kinds of token that it takes", "[session]").required(),
    ],
};

static WIDGET_EVENT: Section = Section {
    name: "widgets.<name>.events.<event>",
    about: "A callback of the widget.",
    keys: &[
        key("payload", Form::Type, "the type of what it gets", "Closed").required(),
        key("about", Form::Prose, "when it is called", "The user left the widget."),
    ],
};
