//! Headers, and the cookies in one of them.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::{Param, Part, Place};

/// AS0408.
pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for operation in case.operations() {
        let lines = operation.request.params.iter().zip(&operation.lines.params);
        for (param, line) in lines.filter_map(|(param, line)| Some((param, (*line)?))) {
            one(param, line, sink);
        }
    }
    let written = || case.spec.api_headers.iter();
    for param in &case.draft.provider.api_params {
        // A cookie of its own name stands in the header `Cookie`.
        let is_its = |name: &str| match param.place {
            Place::Cookie => name.eq_ignore_ascii_case("cookie"),
            _ => name == param.name,
        };
        if let Some((name, _)) = written().find(|(name, _)| is_its(&name.text)) {
            one(param, name.span, sink);
        }
    }
}

fn one(param: &Param, span: Span, sink: &mut Sink) {
    let mut refuse = |title: String, label: &str, hint: Option<&str>| {
        let finding = Diagnostic::new(&codes::HEADER, span, title).label(label);
        sink.push(hint.map_or(finding.clone(), |hint| finding.hint(hint)));
    };
    let name = &param.name;
    let texts = || {
        param.value.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
    };
    match param.place {
        Place::Cookie if !is_header_name(name) => {
            refuse(format!("`{name}` is not the name of a cookie"), "expected letters, digits and `-`", None);
        }
        Place::Cookie if !texts().all(is_cookie_text) => {
            let label = "can't be sent";
            refuse(format!("the cookie `{name}` has signs that none can have (RFC 6265, section 4.1.1)"), label, None);
        }
        Place::Header if !is_header_name(name) => {
            refuse(format!("`{name}` is not the name of a header"), "expected letters, digits and `-`", None);
        }
        Place::Header if OWN.contains(&name.to_ascii_lowercase().as_str()) => {
            let hint = Some("leave it out; `encoding` sets the content type");
            refuse(format!("the header `{name}` belongs to the HTTP client"), "set for every request", hint);
        }
        Place::Header if name.eq_ignore_ascii_case("cookie") => {
            let hint = Some("for example `Cookie: \"lang=de; route=<route>\"`");
            refuse(format!("the header `{name}` holds no cookies"), "expected `name=value; name=value`", hint);
        }
        Place::Header if !texts().all(|text| text.chars().all(|c| c == ' ' || c.is_ascii_graphic())) => {
            refuse(format!("the value of the header `{name}` has signs outside ASCII"), "can't be sent", None);
        }
        _ => {}
    }
}

/// Headers that nobody but the HTTP client sets.
const OWN: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A token as RFC 9110, section 5.6.2, has it.
pub(super) fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

fn is_cookie_text(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\'))
}
