//! Grants and calls: one grammar of requests.

use super::{Form, Key, Section, key};

pub(super) const CLIENT: &[&str] = &["basic", "body", "both", "public", "none"];
pub(super) const ENCODING: &[&str] = &["form", "json"];
const BODIES: &[&str] = &["form", "json", "text", "xml"];
pub(super) const ANSWERS: &[&str] = &["json", "form", "text", "xml"];
pub(super) const FLAG: Form = Form::Word(&["true", "false"]);
/// Where standard parameters and inputs stand.
pub(super) const PARAMS_IN: Form = Form::Word(&["query", "body"]);
pub(super) const CLIENT_AUTH: Form = Form::Either(&[Form::Word(CLIENT), Form::Section(&CLIENT_LONG)]);
/// One place in an answer, or several to be looked at in turn.
pub(super) const PLACES: Form =
    Form::Either(&[Form::Place(&PLACE), Form::List(&Form::Place(&PLACE)), Form::Section(&PLACE)]);
pub(super) const CHECKS: Form = Form::Entries { what: "members", value: &Form::Text };
pub(super) const KEEP: Form = Form::Either(&[
    Form::List(&Form::Name),
    Form::Entries { what: "kept values", value: &Form::Either(&[Form::Place(&PLACE), Form::Section(&KEPT)]) },
]);

const fn method(name: &'static str, about: &'static str, example: &'static str) -> Key {
    key(name, Form::Url, about, example)
}

pub(super) const SEND: Form = Form::Entries { what: "parameters", value: &Form::Template };
pub(super) const HEADERS: Form = Form::Entries { what: "headers", value: &Form::Template };
pub(super) const INPUTS: Form = Form::Entries { what: "inputs", value: &Form::Typed(&INPUT) };
const FAILURES: Form = Form::Entries { what: "failures", value: &Form::Section(&FAILURE) };

/// A grant.
pub(super) static GRANT: Section = Section {
    name: "grants.<name>",
    about: "An operation that yields tokens, or an authorization code.",
    keys: &[
        key(
            "kind",
            Form::Word(KINDS),
            "which standard grant it is (RFC 6749, section 4; RFC 8693; RFC 7523)",
            "password",
        )
        .or("by its name: exchange_code, refresh, client_credentials"),
        method("get", "GET, and the URL", "https://acme.example/token"),
        method("post", "POST, and the URL", "https://acme.example/token").or("token.url"),
        method("put", "PUT, and the URL", "https://acme.example/token"),
        method("patch", "PATCH, and the URL", "https://acme.example/token"),
        method("delete", "DELETE, and the URL", "https://acme.example/token"),
        key("client", CLIENT_AUTH, "how the client authenticates (RFC 6749, section 2.3)", "body").or("token.client"),
        key("params_in", PARAMS_IN, "where standard parameters and inputs stand", "query")
            .or("token.params_in, else query for GET and DELETE, body for the rest"),
        key("encoding", Form::WordOrSetting(BODIES), "how the body is encoded (RFC 6749, section 4.1.3)", "json")
            .or("token.encoding"),
        key("body", Form::Json, "the body, written out in place of parameters", "{ auth: { user: <user> } }"),
        key("content_type", Form::Text, "the content type of a text body", "application/graphql").or("text/plain"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[grant_type]"),
        key(
            "rename",
            Form::Entries { what: "standard parameters", value: &Form::Text },
            "standard parameters under another name",
            "{ username: id }",
        ),
        key("inputs", INPUTS, "what the caller supplies", "{ email: string }"),
        key("send", SEND, "further parameters, or other values for standard ones", "{ type: session }"),
        key("headers", HEADERS, "further headers", "{ Cache-Control: no-cache }"),
        key(
            "yields",
            Form::Either(&[Form::Name, Form::List(&Form::Name)]),
            "the kind of token, a list of kinds, or `code`",
            "session",
        )
        .or("the only kind, else access"),
        key("value", PLACES, "the field that holds what it yields, or several to be looked at in turn", "/data/token")
            .or("as the kind of token says"),
        key("answers", Form::Word(ANSWERS), "how the answer is encoded (RFC 6749, section 5.1)", "xml")
            .or("token.answers"),
        key("succeeds", CHECKS, "members that an answer with a status of success must have", "{ ok: true }")
            .or("errors.succeeds"),
        key(
            "fields",
            Form::Entries { what: "fields", value: &Form::Typed(&FIELD) },
            "members of the answer that are kept besides the tokens",
            "{ user_id: string }",
        ),
        key("errors", FAILURES, "the failures that the vendor documents", "{ taken: { status: 409 } }"),
        key("sample", Form::Json, "a sample of the vendor's answer", "{ access_token: abc }")
            .or("made up from the types"),
        key("about", Form::Prose, "what it does", "Creates a user."),
        key("discouraged", Form::Prose, "why it should not be used", "It shows the user's password to the app."),
        key("undocumented", Form::Prose, "what the page leaves out, a sentence or `true`", "true"),
    ],
};

/// A call.
pub(super) static CALL: Section = Section {
    name: "calls.<name>",
    about: "An operation made with a token.",
    keys: &[
        method("get", "GET, and the URL", "/me"),
        method("post", "POST, and the URL", "/steps"),
        method("put", "PUT, and the URL", "/steps"),
        method("patch", "PATCH, and the URL", "/steps"),
        method("delete", "DELETE, and the URL", "/steps/<id>"),
        key("token", Form::Name, "the kind of token that it shows", "access").or("the only kind, else access"),
        key("client", CLIENT_AUTH, "how the client authenticates besides the token", "public").or("none"),
        key("encoding", Form::WordOrSetting(BODIES), "how the body is encoded", "form").or("json"),
        key("body", Form::Json, "the body, written out in place of parameters", "{ query: <query> }"),
        key("content_type", Form::Text, "the content type of a text body", "application/sql").or("text/plain"),
        key("inputs", INPUTS, "what the caller supplies", "{ id: string }"),
        key("send", SEND, "further parameters", "{ format: full }"),
        key("headers", HEADERS, "further headers", "{ Api-Version: \"2\" }"),
        key("returns", Form::Type, "the type of the answer", "{ id: string }").or("nothing"),
        key("succeeds", CHECKS, "members that an answer with a status of success must have", "{ ok: true }")
            .or("errors.succeeds"),
        key("errors", FAILURES, "the failures that the vendor documents", "{ unknown_user: { status: 404 } }"),
        key("sample", Form::Json, "a sample of the vendor's answer", "{ id: abc }").or("made up from the types"),
        key("about", Form::Prose, "what it does", "Who the user is."),
        key("undocumented", Form::Prose, "what the page leaves out, a sentence or `true`", "true"),
    ],
};

const KINDS: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "password",
    "client_credentials",
    "token_exchange",
    "jwt_bearer",
    "custom",
];

/// The revocation of a token.
pub(super) static REVOKE: Section = Section {
    name: "revoke",
    about: "The request that revokes a token (RFC 7009).",
    keys: &[
        method("get", "GET, and the URL", "https://acme.example/revoke"),
        method("post", "POST, and the URL", "https://acme.example/revoke"),
        method("put", "PUT, and the URL", "https://acme.example/revoke"),
        method("patch", "PATCH, and the URL", "https://acme.example/revoke"),
        method("delete", "DELETE, and the URL", "https://acme.example/tokens/<refresh_token>"),
        key("client", CLIENT_AUTH, "how the client authenticates (RFC 7009, section 2.1)", "none").or("token.client"),
        key("params_in", PARAMS_IN, "where the parameter `token` stands", "query")
            .or("query for GET and DELETE, body for the rest"),
        key("encoding", Form::WordOrSetting(ENCODING), "how the body is encoded", "json").or("form"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[token]"),
        key(
            "rename",
            Form::Entries { what: "standard parameters", value: &Form::Text },
            "standard parameters under another name",
            "{ token: access_token }",
        ),
        key("send", SEND, "further parameters, or other values for standard ones", "{ token_type_hint: access_token }"),
        key("headers", HEADERS, "further headers", "{ Authorization: Bearer <token> }"),
        key("about", Form::Prose, "what it does", "Ends the user's session."),
    ],
};

/// How the client authenticates, where no word says it.
static CLIENT_LONG: Section = Section {
    name: "client",
    about: "The text of HTTP Basic, or where the credentials stand as parameters and what they are called.",
    keys: &[
        key("basic", Form::Template, "the text that HTTP Basic shows, before base64", "\"<client_secret>:\""),
        key("in", Form::Word(&["body", "query", "header"]), "where the credentials stand", "header")
            .or("query for GET and DELETE, body for the rest"),
        key("id", Form::Text, "the name of the client's id, or `none`", "client_key").or("client_id"),
        key("secret", Form::Text, "the name of the client's secret, or `none`", "secret").or("client_secret"),
    ],
};

/// A place in an answer.
static PLACE: Section = Section {
    name: "value",
    about: "A header or cookie of an answer.",
    keys: &[
        key("header", Form::Text, "the header", "X-Token"),
        key("cookie", Form::Text, "the cookie (RFC 6265)", "SESSION"),
    ],
};

/// The long form of a kept value.
static KEPT: Section = Section {
    name: "keep.<name>",
    about: "Something that is kept for the connection.",
    keys: &[
        key("field", Form::Text, "where it stands", "/api_domain").required(),
        key("default", Form::Text, "what holds when it is absent", "https://acme.example").or("it has no value"),
    ],
};

/// The long form of an input.
pub(super) static INPUT: Section = Section {
    name: "inputs.<name>",
    about: "Something that the caller supplies.",
    keys: &[
        key("is", Form::Type, "its type", "string").required(),
        key("about", Form::Prose, "what it is", "The user's e-mail address."),
        key("in", Form::Word(&["path", "query", "header", "body"]), "where it stands", "header")
            .or("path when the URL has its placeholder; else query for GET and DELETE, body for the rest"),
        key("wire", Form::Text, "its name on the wire", "X-Request-ID").or("the input's name"),
        key("sample", Form::Json, "a value for trying things out", "kai123"),
    ],
};

/// The long form of a field.
pub(crate) static FIELD: Section = Section {
    name: "fields.<name>",
    about: "A member of an answer or object.",
    keys: &[
        key("is", Form::Type, "its type", "string").required(),
        key("about", Form::Prose, "what it is", "Seconds since 1970 (UTC)."),
    ],
};

static FAILURE: Section = Section {
    name: "errors.<name>",
    about: "A failure that the vendor documents.",
    keys: &[
        key("status", Form::Number, "its HTTP status", "403").or("any"),
        key("code", Form::Text, "the vendor's code", "user_exists").or("any"),
        key("about", Form::Prose, "what it means", "The user exists already."),
    ],
};
