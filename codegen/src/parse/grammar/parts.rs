//! What several sections share: forms of values, and the long forms of inputs, fields, places and client authentication.

use super::{Form, Section, key};

pub(super) const CLIENT: &[&str] = &["basic", "body", "both", "public", "none", PRIVATE_KEY_JWT, CLIENT_SECRET_JWT];

/// The ways to sign an assertion (OpenID Connect Core, section 9).
pub(crate) const PRIVATE_KEY_JWT: &str = "private_key_jwt";
pub(crate) const CLIENT_SECRET_JWT: &str = "client_secret_jwt";

/// The algorithms of JWTs (RFC 7518, section 3.1; RFC 8037).
const ALGORITHMS: &[&str] = &[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512",
];

pub(super) const ENCODING: &[&str] = &["form", "json"];

pub(super) const BODIES: &[&str] = &["form", "json", "text", "xml", "multipart"];

/// The formats of settings and of values that are kept.
pub(super) const FORMATS: &[&str] = &["url", "hostname", "uuid", "email"];

pub(super) const ANSWERS: &[&str] = &["json", "form", "text", "xml"];

pub(super) const FLAG: Form = Form::Word(&["true", "false"]);

/// Where standard parameters and inputs stand.
pub(super) const PARAMS_IN: Form = Form::Word(&["query", "body"]);

pub(super) const CLIENT_AUTH: Form = Form::Either(&[Form::Word(CLIENT), Form::Section(&CLIENT_LONG)]);

/// One place in an answer, or several to be looked at in turn.
pub(super) const PLACES: Form =
    Form::Either(&[Form::Place(&PLACE), Form::List(&Form::Place(&PLACE)), Form::Section(&PLACE)]);

pub(super) const CHECKS: Form =
    Form::Entries { what: "members", value: &Form::Either(&[Form::Text, Form::List(&Form::Text)]) };

/// One status, or several.
pub(super) const STATUSES: Form = Form::Either(&[Form::Number, Form::List(&Form::Number)]);

pub(super) const KEEP: Form = Form::Either(&[
    Form::List(&Form::Name),
    Form::Entries { what: "kept values", value: &Form::Either(&[Form::Place(&PLACE), Form::Section(&KEPT)]) },
]);

pub(super) const SEND: Form = Form::Entries { what: "parameters", value: &Form::Template };

/// The scopes that a vendor names.
pub(super) const SCOPES: Form = Form::Either(&[
    Form::List(&Form::Text),
    Form::Entries { what: "scopes", value: &Form::Prose },
    Form::Word(&["any"]),
]);

pub(super) const HEADERS: Form = Form::Entries { what: "headers", value: &Form::Template };

pub(super) const INPUTS: Form = Form::Entries { what: "inputs", value: &Form::Typed(&INPUT) };

pub(super) const FAILURES: Form = Form::Entries { what: "failures", value: &Form::Section(&FAILURE) };

/// How the client authenticates, where no word says it.
static CLIENT_LONG: Section = Section {
    name: "client",
    about: "The text of HTTP Basic, a signed assertion, or where the credentials stand as parameters and what they are \
            called.",
    keys: &[
        key(
            "basic",
            Form::Template,
            "the text that HTTP Basic shows, before base64: `<client_id>:<client_secret>` without form-encoding, \
             `<client_secret>:`",
            "\"<client_secret>:\"",
        )
        .or("none: the credentials are parameters"),
        key(
            "jwt",
            Form::Word(&[PRIVATE_KEY_JWT, CLIENT_SECRET_JWT]),
            "the client signs what it says of itself, with a key of its own (`private_key_jwt`) or with its secret \
             (`client_secret_jwt`), as RFC 7523, section 2.2, has it",
            "private_key_jwt",
        )
        .or("none: nothing is signed"),
        key(
            "algorithm",
            Form::Either(&[Form::Word(ALGORITHMS), Form::List(&Form::Word(ALGORITHMS))]),
            "how it is signed, or a list, of which the first holds that the client's key can do",
            "RS384",
        )
        .or("`RS256`; with the secret `HS256`"),
        key("audience", Form::Template, "whom it is for: the claim `aud`", "https://acme.example")
            .or("the URL that the request is sent to, of a revocation and a device `token.url` (RFC 7523, section 3)"),
        key("lifetime", Form::Duration, "for how long it holds", "5m").or("`3m`"),
        key(
            "claims",
            Form::Entries { what: "claims", value: &Form::Template },
            "further claims, or others in place of `iss` and `sub`",
            "{ iss: <team_id> }",
        )
        .or("`iss` and `sub` are `<client_id>` (RFC 7523, section 3)"),
        key(
            "in",
            Form::Word(&["body", "query", "header"]),
            "where the credentials stand: `body`, `query` or `header`",
            "header",
        )
        .or("as `params_in`"),
        key("id", Form::Text, "what the client's id is called; `none` leaves it out", "client_key")
            .or("`client_id` (RFC 6749, section 2.3.1); beside an assertion it is left out (RFC 7521, section 4.2)"),
        key("secret", Form::Text, "what the client's secret is called; `none` leaves it out", "secret")
            .or("`client_secret` (RFC 6749, section 2.3.1)"),
    ],
};

/// A place in an answer.
static PLACE: Section = Section {
    name: "value",
    about: "A header or cookie of an answer.",
    keys: &[
        key("header", Form::Text, "the header that holds it", "X-Token").or("none: the place is a field"),
        key("cookie", Form::Text, "the cookie that holds it (RFC 6265)", "SESSION").or("none: the place is a field"),
    ],
};

/// The long form of a kept value.
static KEPT: Section = Section {
    name: "keep.<name>",
    about: "Something that is kept for the connection.",
    keys: &[
        key("field", Form::Text, "where it stands", "/api_domain").required(),
        key("default", Form::Text, "what holds when the field is absent", "https://acme.example").or("no value"),
        key(
            "enum",
            Form::List(&Form::Text),
            "the only values that it may have; a value of the callback may stand at the head of a URL, or be its host, \
             when all of them are fit for that",
            "[https://eu.acme.example, https://us.acme.example]",
        )
        .or("any text"),
        key("format", Form::Word(FORMATS), "the format that it must have: `url`, `hostname`, `uuid` or `email`", "url")
            .or("any text"),
        key("pattern", Form::Text, "a regular expression that the whole value matches", "\"[a-z]{2}[0-9]\"")
            .or("any text"),
        key("sample", Form::Text, "a value for trying things out; the sandbox gives it", "eu1")
            .or("the first of `enum`, else made up"),
    ],
};

/// The long form of an input.
pub(super) static INPUT: Section = Section {
    name: "inputs.<name>",
    about: "Something that the caller supplies.",
    keys: &[
        key("is", Form::Type, "its type", "string").required(),
        key("about", Form::Prose, "what it is", "The user's e-mail address.").or("none"),
        key(
            "in",
            Form::Word(&["path", "query", "header", "body"]),
            "where it stands: `path`, `query`, `header` or `body`",
            "header",
        )
        .or("`path` when its placeholder stands in the URL; else `query` for GET and DELETE, `body` for the rest"),
        key("wire", Form::Text, "its name on the wire", "X-Request-ID").or("the input's name"),
        key("sample", Form::Json, "a value for trying things out", "kai123").or("none"),
    ],
};

/// The long form of a field.
pub(crate) static FIELD: Section = Section {
    name: "fields.<name>",
    about: "A member of an answer or object.",
    keys: &[
        key("is", Form::Type, "its type", "string").required(),
        key("about", Form::Prose, "what it is", "Seconds since 1970 (UTC).").or("none"),
    ],
};

static FAILURE: Section = Section {
    name: "errors.<name>",
    about: "A failure that the vendor documents.",
    keys: &[
        key("status", Form::Number, "its HTTP status", "403").or("any"),
        key("code", Form::Text, "the vendor's code", "user_exists").or("any"),
        key(
            "means",
            Form::Word(&["terminal", "transient", "config"]),
            "what it means for the connection: `terminal` (the user must consent anew), `transient` (it passes by itself), \
             `config` (the app is to blame)",
            "terminal",
        )
        .or("as [errors](#errors) says of its code; of its name, when that is a code of the standard"),
        key("about", Form::Prose, "what it means", "The user exists already.").or("none"),
    ],
};
