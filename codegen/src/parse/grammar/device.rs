//! The device authorization request and its answer.

use super::parts::{CLIENT_AUTH, ENCODING, HEADERS, INPUTS, PARAMS_IN, SCOPES, SEND};
use super::{Form, POINTERS, Section, entries, key};

pub(super) static DEVICE: Section = Section {
    name: "device",
    about: "The device authorization request (RFC 8628, section 3.1) and its answer.",
    keys: &[
        key("url", Form::Url, "the device authorization endpoint, which takes a POST", "https://acme.example/device")
            .or("required, unless `get` stands there"),
        key("get", Form::Url, "the endpoint of a vendor that takes a GET", "https://acme.example/device")
            .or("the request is sent to `url` (RFC 8628, section 3.1)"),
        key("about", Form::Prose, "what the user sees", "Asks which screens to connect.").or("none"),
        key(
            "client",
            CLIENT_AUTH,
            "how the client authenticates, in one of the words or forms of [Requests](#requests)",
            "public",
        )
        .or("`token.client` (RFC 8628, section 3.1)"),
        key("params_in", PARAMS_IN, "where standard parameters and inputs stand: `query` or `body`", "query")
            .or("`query` for GET, `body` for POST (RFC 8628, section 3.1)"),
        key(
            "encoding",
            Form::WordOrSetting(ENCODING),
            "how the body is encoded: `form`, `json`, or `<setting>` where the deployment chooses",
            "json",
        )
        .or("`form` (RFC 8628, section 3.1)"),
        key(
            "scopes",
            SCOPES,
            "the scopes that the vendor names, as a list or as `name: about`; the set stays open; `any` where the spec names \
             none of them",
            "[profile, offline_access]",
        )
        .or("those of `authorize`; without any, no scope is sent (RFC 6749, section 3.3)"),
        key("scope_separator", Form::Text, "what stands between two scopes", "\",\"")
            .or("that of `authorize`, else a space (RFC 6749, section 3.3)"),
        key(
            "default_scopes",
            Form::List(&Form::Text),
            "the scopes that are sent when the caller names none",
            "[profile]",
        )
        .or("those of `authorize` where its scopes hold, else none is sent"),
        key("omit", Form::List(&Form::Text), "standard parameters that are not sent", "[scope]").or("none"),
        key(
            "rename",
            entries("standard parameters", &Form::Text),
            "standard parameters under another name",
            "{ scope: scopes }",
        )
        .or("none"),
        key(
            "inputs",
            INPUTS,
            "parameters that the caller supplies, each `name: type` or in long form",
            "{ screen: string? }",
        )
        .or("none"),
        key("send", SEND, "further parameters, or other values for standard ones", "{ response_type: device_code }")
            .or("none"),
        key("headers", HEADERS, "further headers", "{ Accept: application/json }").or("none"),
        key(
            "answer",
            Form::Section(&ANSWER),
            "where the answer keeps what RFC 8628, section 3.2, says, a mapping with the keys below",
            "{ verification_uri: verification_url }",
        )
        .or("RFC 8628, section 3.2"),
    ],
};

static ANSWER: Section = Section {
    name: "device.answer",
    about: "The members of the answer (RFC 8628, section 3.2); each is one field, or several to be looked at in turn.",
    keys: &[
        key("device_code", POINTERS, "the code that the device polls with", "/data/device_code").or("`device_code`"),
        key("user_code", POINTERS, "the code that the user types", "code").or("`user_code`"),
        key("verification_uri", POINTERS, "the page where the user types it", "[verification_uri, verification_url]")
            .or("`verification_uri`"),
        key("verification_uri_complete", POINTERS, "the same page with the code in it", "verification_url_complete")
            .or("`verification_uri_complete`"),
        key("expires_in", POINTERS, "how many seconds both codes live", "expires").or("`expires_in`"),
        key("interval", POINTERS, "how many seconds to wait between two polls; 5 when it isn't there", "poll_every")
            .or("`interval`"),
    ],
};
