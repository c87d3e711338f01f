//! The scripts of a vendor that a page embeds.

use super::parts::INPUT;
use super::{Form, Section, entries, key};

pub(super) static WIDGET: Section = Section {
    name: "widgets.<name>",
    about: "A script of the vendor's that a page of the app loads and opens with a token.",
    keys: &[
        key("about", Form::Prose, "what it is", "The Connect widget.").or("none"),
        key("script", Form::Url, "the URL of the script", "https://acme.example/connect.js").required(),
        key("open", Form::Text, "the JavaScript function that opens it", "Acme.open").required(),
        key(
            "token",
            Form::Section(&WIDGET_TOKEN),
            "the option that carries the token, and the kinds of token that it takes",
            "{ option: token, kinds: [session] }",
        )
        .required(),
        key(
            "options",
            entries("options", &Form::Typed(&INPUT)),
            "further options, written like inputs",
            "{ userId: string? }",
        )
        .or("none"),
        key(
            "events",
            entries("events", &Form::Section(&WIDGET_EVENT)),
            "callbacks, and the type of what they get",
            "{ onClose: { payload: Closed } }",
        )
        .or("none"),
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
        key("payload", Form::Type, "the type of what the callback gets", "Closed").required(),
        key("about", Form::Prose, "when it is called", "The user left the widget.").or("none"),
    ],
};
