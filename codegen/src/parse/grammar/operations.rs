//! Grants and calls: one grammar of requests.

use super::{Form, Key, Section, key};

pub(super) const CLIENT: &[&str] = &["basic", "body", "both", "public", "none"];
pub(super) const ENCODING: &[&str] = &["form", "json"];

const fn method(name: &'static str, about: &'static str, example: &'static str) -> Key {
    key(name, Form::Url, about, example)
}

const SEND: Form = Form::Entries { what: "parameters", value: &Form::Template };
const HEADERS: Form = Form::Entries { what: "headers", value: &Form::Template };
const INPUTS: Form = Form::Entries { what: "inputs", value: &Form::Typed(&INPUT) };
const FAILURES: Form = Form::Entries { what: "failures", value: &Form::Section(&FAILURE) };

/// A grant.
pub(super) static GRANT: Section = Section {
    name: "grants.<name>",
    about: "An operation that yields tokens, or an authorization code.",
    keys: &[
        key(
            "kind",
            Form::Word(&["authorization_code", "refresh_token", "password", "client_credentials", "custom"]),
            "which standard grant it is (RFC 6749, section 4)",
            "password",
        )
        .or("by its name: exchange_code, refresh, client_credentials"),
        method("get", "GET, and the URL", "https://acme.example/token"),
        method("post", "POST, and the URL", "https://acme.example/token").or("token.url"),
        method("put", "PUT, and the URL", "https://acme.example/token"),
        method("patch", "PATCH, and the URL", "https://acme.example/token"),
        method("delete", "DELETE, and the URL", "https://acme.example/token"),
        key("client", Form::Word(CLIENT), "how the client authenticates (RFC 6749, section 2.3)", "body")
            .or("token.client"),
        key("encoding", Form::WordOrSetting(ENCODING), "how the body is encoded (RFC 6749, section 4.1.3)", "json")
            .or("token.encoding"),
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
        key("value", Form::Pointer, "the field that holds what it yields", "/data/token")
            .or("as the kind of token says"),
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
        key("client", Form::Word(CLIENT), "how the client authenticates besides the token", "public").or("none"),
        key("encoding", Form::WordOrSetting(ENCODING), "how the body is encoded", "form").or("json"),
        key("inputs", INPUTS, "what the caller supplies", "{ id: string }"),
        key("send", SEND, "further parameters", "{ format: full }"),
        key("headers", HEADERS, "further headers", "{ Api-Version: \"2\" }"),
        key("returns", Form::Type, "the type of the answer", "{ id: string }").or("nothing"),
        key("errors", FAILURES, "the failures that the vendor documents", "{ unknown_user: { status: 404 } }"),
        key("sample", Form::Json, "a sample of the vendor's answer", "{ id: abc }").or("made up from the types"),
        key("about", Form::Prose, "what it does", "Who the user is."),
        key("undocumented", Form::Prose, "what the page leaves out, a sentence or `true`", "true"),
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
