//! The functions of templates, each with what it takes and what it gives. The list itself is the protocol's.

use super::template::Call;
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink, listed};
use authsmith_protocol::template::{Argument, FUNCTIONS, Function};

/// What a value is on its way through functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Bytes,
    Moment,
}

impl Kind {
    /// What the value of a variable is before any function.
    pub(crate) fn of(variable: &str) -> Self {
        match variable {
            "now" => Self::Moment,
            "random" => Self::Bytes,
            _ => Self::Text,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Moment => "a moment",
        }
    }
}

const ANY: &[Kind] = &[Kind::Text, Kind::Bytes];
const TEXT: &[Kind] = &[Kind::Text];
const MOMENT: &[Kind] = &[Kind::Moment];

/// What a function takes, and what it gives.
fn kinds(name: &str) -> (&'static [Kind], Kind) {
    match name {
        "base64" | "base64url" | "hex" => (ANY, Kind::Text),
        "sha256" | "hmac_sha256" | "hmac_sha1" => (ANY, Kind::Bytes),
        "fingerprint" => (TEXT, Kind::Bytes),
        "uuid" => (&[Kind::Bytes], Kind::Text),
        "iso" | "epoch" | "epoch_ms" => (MOMENT, Kind::Text),
        "yyyymmdd" => (&[Kind::Moment, Kind::Text], Kind::Text),
        "plus" => (MOMENT, Kind::Moment),
        _ => (TEXT, Kind::Text),
    }
}

/// What stands between the parentheses of a function.
pub(crate) fn argument(name: &str) -> Option<Argument> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).and_then(|(_, argument)| *argument)
}

/// Whether what a function gives has no sign that could end the place it stands in: quotes, brackets, separators.
pub(crate) fn escapes(name: &str) -> bool {
    matches!(
        name,
        "json" | "raw" | "base64" | "base64url" | "hex" | "uuid" | "iso" | "epoch" | "epoch_ms" | "yyyymmdd" | "host"
    )
}

/// AS0310, AS0311: whether a function exists, has the argument it needs, and takes what it gets; what it gives.
pub(super) fn check(call: &Call, given: Kind, sink: &mut Sink) -> Option<Kind> {
    let name = call.name.text.as_str();
    if !FUNCTIONS.iter().any(|(known, _)| *known == name) {
        let title = format!("there is no function `{name}`");
        let finding = Diagnostic::new(&codes::FUNCTION, call.name.span, title).label("not in the list");
        sink.push(finding.suggest((call.name.span, name), "functions", FUNCTIONS.iter().map(|(name, _)| *name)));
        return None;
    }
    if Function::parse(name, call.argument.as_ref().map(|argument| argument.text.as_str())).is_none() {
        let expected = match argument(name) {
            None => "takes nothing in parentheses".to_owned(),
            Some(Argument::Number) => format!("needs a whole number: `{name}(300)`"),
            Some(Argument::Variable) => format!("needs the variable that is the key: `{name}(client_secret)`"),
            Some(_) => format!("needs a text: `{name}(x)`"),
        };
        let span = call.argument.as_ref().filter(|argument| !argument.text.is_empty());
        let span = span.map_or(call.name.span, |argument| argument.span);
        let title = format!("the function `{name}` {expected}");
        sink.push(Diagnostic::new(&codes::FUNCTION_USE, span, title).label("wrong argument"));
    }
    let (takes, gives) = kinds(name);
    if !takes.contains(&given) {
        let title = format!("the function `{name}` can't be given {}", given.describe());
        let finding = Diagnostic::new(&codes::FUNCTION_USE, call.name.span, title);
        let finding = finding.label(format!("is given {}", given.describe()));
        sink.push(finding.hint(takers(given)));
    }
    Some(gives)
}

/// AS0311: what stands in a template at last is text.
pub(super) fn check_end(span: crate::diagnostics::Span, given: Kind, sink: &mut Sink) {
    if given != Kind::Text {
        let title = format!("this is {}, and a template is text", given.describe());
        sink.push(Diagnostic::new(&codes::FUNCTION_USE, span, title).label(given.describe()).hint(takers(given)));
    }
}

fn takers(given: Kind) -> String {
    let takers = FUNCTIONS.iter().map(|(name, _)| *name).filter(|name| kinds(name).0.contains(&given));
    format!("functions of {}: {}", given.describe(), listed(takers))
}
