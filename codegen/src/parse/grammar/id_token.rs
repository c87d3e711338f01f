//! ID tokens.

use super::parts::FLAG;
use super::{FIELD, Form, POINTERS, Section, entries, key};

/// The algorithms of signatures with public keys that clients know.
pub(super) const ALGORITHMS: &[&str] =
    &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

pub(super) static ID_TOKEN: Section = Section {
    name: "id_token",
    about: "How the vendor issues ID tokens (OpenID Connect Core, section 2), and what is believed of them.",
    keys: &[
        key(
            "issuer",
            Form::Either(&[Form::Template, Form::List(&Form::Template)]),
            "what `iss` must be, letter by letter, or a list of which it is one",
            "https://acme.example",
        )
        .required(),
        key(
            "jwks",
            Form::Url,
            "where the vendor's public keys stand (RFC 7517, section 5)",
            "https://acme.example/jwks",
        )
        .required(),
        key(
            "algorithms",
            Form::List(&Form::Word(ALGORITHMS)),
            "the only algorithms of the signature (RFC 7518, section 3.1)",
            "[ES256]",
        )
        .or("`[RS256]` (OpenID Connect Core, section 3.1.3.7)"),
        key(
            "value",
            POINTERS,
            "the field of an answer that holds the ID token, or a list to be looked at in turn",
            "/data/id_token",
        )
        .or("`id_token` (OpenID Connect Core, section 3.1.3.3)"),
        key(
            "optional",
            FLAG,
            "`true` when the answer to a login may lack it, as where not every login asks for `openid`",
            "true",
        )
        .or("`false`: a login without it gives no tokens"),
        key(
            "audiences",
            Form::List(&Form::Template),
            "who else may stand in `aud` beside the client; then `azp` must be the client",
            "[\"<project>\"]",
        )
        .or("none (OpenID Connect Core, section 3.1.3.7)"),
        key(
            "claims",
            entries("claims", &Form::Typed(&FIELD)),
            "claims that the app reads, each `name: type`; the others can be read by their names",
            "{ email: string? }",
        )
        .or("none"),
    ],
};
