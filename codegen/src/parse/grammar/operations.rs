//! Grants, calls and the revocation: one grammar of requests.

use super::parts::{
    ANSWERS, BODIES, CHECKS, CLIENT_AUTH, ENCODING, FAILURES, FIELD, HEADERS, INPUTS, PARAMS_IN, PLACES, SCOPES, SEND,
    STATUSES,
};
use super::{Form, Key, Section, key};

const fn method(name: &'static str, about: &'static str, example: &'static str) -> Key {
    key(name, Form::Url, about, example)
}

/// A grant.
pub(super) static GRANT: Section = Section {
    name: "grants.<name>",
    about: "An operation that yields tokens, or an authorization code.",
    keys: &[
        key("kind", Form::Word(KINDS), "which standard grant it is, or `custom`; see below", "password")
            .or("implied by the names `exchange_code`, `exchange_device_code`, `refresh` and `client_credentials`"),
        method("get", "GET, and the URL", "https://acme.example/token")
            .or("POST to `token.url` (RFC 6749, section 3.2)"),
        method("post", "POST, and the URL", "https://acme.example/token")
            .or("POST to `token.url` (RFC 6749, section 3.2)"),
        method("put", "PUT, and the URL", "https://acme.example/token")
            .or("POST to `token.url` (RFC 6749, section 3.2)"),
        method("patch", "PATCH, and the URL", "https://acme.example/token")
            .or("POST to `token.url` (RFC 6749, section 3.2)"),
        key(
            "client",
            CLIENT_AUTH,
            "how the client authenticates: `basic` (both halves form-encoded, then base64), `body` (`client_id` \
             and `client_secret` as parameters), `both`, `public` (`client_id` alone), `none`, \
             `private_key_jwt` or `client_secret_jwt` (a signed assertion), or a mapping",
            "body",
        )
        .or("`token.client`"),
        key("params_in", PARAMS_IN, "where standard parameters and inputs stand: `query` or `body`", "query")
            .or("`token.params_in`; else `query` for GET and DELETE, `body` for the rest"),
        key(
            "encoding",
            Form::WordOrSetting(BODIES),
            "how the body is encoded: `form`, `json`, `text`, `xml`, `multipart`, or `<setting>` where the deployment \
             chooses between the first two",
            "json",
        )
        .or("`token.encoding`, else `form` (RFC 6749, section 4.1.3)"),
        key(
            "body",
            Form::Json,
            "the body, written out in place of parameters: JSON as YAML, each text a template; or one template \
             with `encoding: text` or `xml`",
            "{ auth: { user: <user> } }",
        )
        .or("made of the parameters"),
        key("content_type", Form::Text, "the content type of a text body", "application/graphql")
            .or("`text/plain; charset=utf-8`; `application/xml` with `encoding: xml`"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[grant_type]").or("none"),
        key(
            "rename",
            Form::Entries { what: "standard parameters", value: &Form::Text },
            "standard parameters under another name",
            "{ username: id }",
        )
        .or("none"),
        key(
            "inputs",
            INPUTS,
            "what the caller supplies, each `name: type` or in long form; `type?` is optional",
            "{ email: string }",
        )
        .or("none"),
        key(
            "scopes",
            SCOPES,
            "the scopes that the caller may name, as a list or as `name: about`; the set stays open; `any` where the spec names \
             none of them",
            "[read, write]",
        )
        .or("none: no scope is sent (RFC 6749, section 3.3)"),
        key("scope_separator", Form::Text, "what stands between two scopes", "\",\"")
            .or("a space (RFC 6749, section 3.3)"),
        key("default_scopes", Form::List(&Form::Text), "the scopes that are sent when the caller names none", "[read]")
            .or("none is sent (RFC 6749, section 3.3)"),
        key("send", SEND, "further parameters, or other values for standard ones", "{ type: session }").or("none"),
        key("headers", HEADERS, "further headers", "{ Cache-Control: no-cache }").or("none"),
        key(
            "yields",
            Form::Either(&[Form::Yielded, Form::List(&Form::Yielded)]),
            "the kind of token that it yields, a list of kinds, or `code` for an authorization code; behind the first \
             kind, `kind?` is one that the answer may lack",
            "session",
        )
        .or("the only kind, else `access`"),
        key(
            "from",
            Form::Name,
            "the kind of token of which it shows the refresh token, or the token, to yield another",
            "graph",
        )
        .or("a refresh shows that of the kind it yields, and others that of any kind"),
        key("value", PLACES, "the field that holds what it yields, or a list to be looked at in turn", "/data/token")
            .or("as the kind of token says; `code` for an authorization code"),
        key("answers", Form::Word(ANSWERS), "how the answer is encoded: `json`, `form`, `text` or `xml`", "xml")
            .or("`token.answers`, else `json` (RFC 6749, section 5.1)"),
        key(
            "succeeds",
            CHECKS,
            "members that an answer with a status of success must have, `field: text`, a list of texts of which it is \
             one, or `absent`; any other answer is a refusal, read as [errors](#errors) says",
            "{ ok: true }",
        )
        .or("`errors.succeeds`"),
        key(
            "success_status",
            STATUSES,
            "the status of a success, or a list; an answer with any other is a refusal",
            "201",
        )
        .or("`errors.success_status`"),
        key(
            "fields",
            Form::Entries { what: "fields", value: &Form::Typed(&FIELD) },
            "members of the answer that are kept besides the tokens",
            "{ user_id: string }",
        )
        .or("none; the rest is in `extra`"),
        key(
            "errors",
            FAILURES,
            "the failures that the vendor documents, by name",
            "{ taken: { status: 409, code: user_exists } }",
        )
        .or("none"),
        key("sample", Form::Json, "a sample of the vendor's answer; the sandbox answers so", "{ access_token: abc }")
            .or("made up from the types"),
        key("about", Form::Prose, "what it does", "Creates a user.").or("none"),
        key(
            "discouraged",
            Form::Prose,
            "why it should not be used; the generated docs say so",
            "It shows the user's password to the app.",
        )
        .or("none"),
        key(
            "undocumented",
            Form::Prose,
            "what the page leaves out, a sentence or `true`; the generated docs say so",
            "true",
        )
        .or("none"),
    ],
};

const KINDS: &[&str] = &[
    "authorization_code",
    "device_code",
    "refresh_token",
    "password",
    "client_credentials",
    "token_exchange",
    "jwt_bearer",
    "custom",
];

/// A call.
pub(super) static CALL: Section = Section {
    name: "calls.<name>",
    about: "An operation made with a token.",
    keys: &[
        method("get", "GET, and the URL", "/me").or("required: one of the five methods"),
        method("post", "POST, and the URL", "/steps").or("required: one of the five methods"),
        method("put", "PUT, and the URL", "/steps").or("required: one of the five methods"),
        method("patch", "PATCH, and the URL", "/steps").or("required: one of the five methods"),
        method("delete", "DELETE, and the URL", "/steps/<id>").or("required: one of the five methods"),
        key("token", Form::Name, "the kind of token that it shows", "access").or("the only kind, else `access`"),
        key("client", CLIENT_AUTH, "how the client authenticates besides the token, as on [grants](#grants)", "public")
            .or("`none`"),
        key(
            "encoding",
            Form::WordOrSetting(BODIES),
            "how the body is encoded: `json`, `form`, `text`, `xml`, `multipart`, or `<setting>` where the deployment \
             chooses between the first two",
            "form",
        )
        .or("`json`"),
        key(
            "body",
            Form::Json,
            "the body, written out in place of parameters: JSON as YAML, each text a template; or one template \
             with `encoding: text` or `xml`",
            "{ query: <query> }",
        )
        .or("made of the parameters"),
        key("content_type", Form::Text, "the content type of a text body", "application/sql")
            .or("`text/plain; charset=utf-8`; `application/xml` with `encoding: xml`"),
        key(
            "inputs",
            INPUTS,
            "what the caller supplies, each `name: type` or in long form; `type?` is optional",
            "{ id: string }",
        )
        .or("none"),
        key("send", SEND, "further parameters", "{ format: full }").or("none"),
        key("headers", HEADERS, "further headers", "{ Api-Version: \"2\" }").or("none"),
        key(
            "returns",
            Form::Type,
            "the type of the answer; `text` or `bytes` for an answer that isn't JSON",
            "{ id: string }",
        )
        .or("`nothing`"),
        key(
            "succeeds",
            CHECKS,
            "members that an answer with a status of success must have, `field: text`, a list of texts of which it is \
             one, or `absent`; any other answer is a refusal",
            "{ ok: true }",
        )
        .or("`errors.succeeds`"),
        key(
            "success_status",
            STATUSES,
            "the status of a success, or a list; an answer with any other is a refusal",
            "[200, 204]",
        )
        .or("`errors.success_status`"),
        key("errors", FAILURES, "the failures that the vendor documents, by name", "{ unknown_user: { status: 404 } }")
            .or("none"),
        key("sample", Form::Json, "a sample of the vendor's answer; the sandbox answers so", "{ id: abc }")
            .or("made up from the types"),
        key("about", Form::Prose, "what it does", "Who the user is.").or("none"),
        key(
            "undocumented",
            Form::Prose,
            "what the page leaves out, a sentence or `true`; the generated docs say so",
            "true",
        )
        .or("none"),
    ],
};

/// The revocation of a token.
pub(super) static REVOKE: Section = Section {
    name: "revoke",
    about: "The request that revokes a token (RFC 7009).",
    keys: &[
        method("get", "GET, and the URL", "https://acme.example/revoke").or("required: one of the three methods"),
        method("post", "POST, and the URL", "https://acme.example/revoke").or("required: one of the three methods"),
        method("delete", "DELETE, and the URL", "https://acme.example/tokens/<refresh_token>")
            .or("required: one of the three methods"),
        key("client", CLIENT_AUTH, "how the client authenticates, as on [grants](#grants)", "none")
            .or("`token.client` (RFC 7009, section 2.1)"),
        key("params_in", PARAMS_IN, "where the parameter `token` stands: `query` or `body`", "query")
            .or("`query` for GET and DELETE, `body` for the rest (RFC 7009, section 2.1)"),
        key(
            "encoding",
            Form::WordOrSetting(ENCODING),
            "how the body is encoded: `form`, `json`, or `<setting>` where the deployment chooses",
            "json",
        )
        .or("`form` (RFC 7009, section 2.1)"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[token]").or("none"),
        key(
            "rename",
            Form::Entries { what: "standard parameters", value: &Form::Text },
            "standard parameters under another name",
            "{ token: access_token }",
        )
        .or("none"),
        key("send", SEND, "further parameters, or other values for standard ones", "{ token_type_hint: access_token }")
            .or("none"),
        key("headers", HEADERS, "further headers", "{ Authorization: \"Bearer <token>\" }").or("none"),
        key("about", Form::Prose, "what it does", "Ends the user's session.").or("none"),
    ],
};
