//! How the client proves who it is.

use super::codes;
use super::headers::is_header_name;
use crate::diagnostics::{Diagnostic, Sink};
use crate::parse::node::Text;
use crate::parse::spec::{Client, InputPlace, Jwt};

pub(super) fn check(client: Option<&Client>, sink: &mut Sink) {
    match client {
        Some(Client::Unclear(span)) => {
            let title =
                "the long form of `client` is `basic` alone, `jwt` and what goes with it, or `in`, `id` and `secret`";
            let finding = Diagnostic::new(&codes::CLIENT, *span, title).label("unclear");
            sink.push(finding.hint("for example `{ basic: \"<client_secret>:\" }`, `{ id: client_key }` or `{ jwt: private_key_jwt, algorithm: RS384 }`"));
        }
        Some(Client::Params { place, id, secret }) => {
            id.iter().chain(secret).for_each(|name| header(*place, name, sink));
        }
        Some(Client::Jwt(jwt)) => {
            jwt.id.iter().for_each(|name| header(jwt.place, name, sink));
            assertion(jwt, sink);
        }
        _ => {}
    }
}

/// AS0408.
fn header(place: Option<InputPlace>, name: &Text, sink: &mut Sink) {
    if place == Some(InputPlace::Header) && !is_header_name(&name.text) {
        let title = format!("`{}` is not the name of a header", name.text);
        let finding = Diagnostic::new(&codes::HEADER, name.span, title);
        sink.push(finding.label("expected letters, digits and `-`"));
    }
}

/// The claims that the client itself knows.
const OWN: [(&str, &str); 4] = [
    ("aud", "say whom it is for with `audience`"),
    ("exp", "say for how long it holds with `lifetime`"),
    ("iat", "it is the moment of the request"),
    ("jti", "it is another for every request"),
];

/// AS0416.
fn assertion(jwt: &Jwt, sink: &mut Sink) {
    for algorithm in jwt.algorithms.iter().filter(|algorithm| algorithm.value.is_symmetric() != jwt.symmetric) {
        let name = algorithm.value.name();
        let (title, hint) = match jwt.symmetric {
            true => (
                format!("`{name}` signs with a key of the client's own, not with its secret"),
                "`HS256`, or `jwt: private_key_jwt`",
            ),
            false => (
                format!("`{name}` signs with the client's secret, not with a key of its own"),
                "`RS256`, or `jwt: client_secret_jwt`",
            ),
        };
        let finding = Diagnostic::new(&codes::ASSERTION, algorithm.span, title).label("for another key");
        sink.push(finding.hint(format!("for example {hint}")));
    }
    if let Some(span) = jwt.unsigned {
        let finding = Diagnostic::new(&codes::ASSERTION, span, "an assertion without an algorithm can't be signed");
        sink.push(finding.label("no algorithm").hint("name one, such as `RS256`, or leave the key out"));
    }
    for (name, _) in &jwt.claims {
        if let Some((_, hint)) = OWN.iter().find(|(own, _)| *own == name.text) {
            let title = format!("the claim `{}` is the client's own to make", name.text);
            let finding = Diagnostic::new(&codes::ASSERTION, name.span, title).label("made by the client");
            sink.push(finding.hint(*hint));
        }
    }
}
