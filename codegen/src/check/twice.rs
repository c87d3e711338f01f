//! Parameters that would be sent twice: among themselves, beside the client's credentials, and beside those that a URL has
//! already.

use super::codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::draft::Lines;
use crate::model::{ClientAuth, Param, Part, Place, Request, Template};
use crate::parse::spec;

/// What stands somewhere already.
struct Seen {
    place: Place,
    name: String,
    /// Where the spec says so; nothing for what the standard sends.
    line: Option<Span>,
    in_url: bool,
}

/// AS0403.
pub(super) fn check(request: &Request, written: &spec::Request, lines: &Lines, owner: Span, sink: &mut Sink) {
    let url = written.urls().next().map_or(owner, |url| url.span);
    let in_url = names_in(&request.url).into_iter();
    let mut seen: Vec<Seen> = in_url.map(|(place, name)| Seen { place, name, line: Some(url), in_url: true }).collect();
    let credentials = credentials(request).map(|(place, name)| (place, name, None));
    let params = request.params.iter().zip(&lines.params);
    let params = params.map(|(param, line)| (param.place, spelled(param), *line));
    for (place, name, line) in credentials.chain(params.collect::<Vec<_>>()) {
        let first = seen.iter().find(|other| other.place == place && other.name == name);
        if let Some(first) = first {
            sink.push(again(first, place, &name, line, owner));
        }
        seen.push(Seen { place, name, line, in_url: false });
    }
}

fn again(first: &Seen, place: Place, name: &str, line: Option<Span>, owner: Span) -> Diagnostic {
    let title = format!("{} `{name}` would be sent twice", place_name(place));
    let finding = Diagnostic::new(&codes::SAME_PARAMETER, line.or(first.line).unwrap_or(owner), title);
    if first.in_url {
        let finding = match (line, first.line) {
            (Some(_), Some(url)) => finding.label("again").related(url, "stands in the URL already"),
            _ => finding.label("stands in the URL, and is sent besides, as the standard has it"),
        };
        return finding.hint("take it out of the URL");
    }
    let finding = finding.label(if first.line.is_none() { "sent already, as the standard has it" } else { "again" });
    let finding = match (first.line, line) {
        (Some(first), Some(_)) => finding.related(first, "first here"),
        _ => finding,
    };
    finding.hint("remove one, or give one of them another name on the wire")
}

/// Headers are the same however they are written.
fn spelled(param: &Param) -> String {
    if param.place == Place::Header { param.name.to_ascii_lowercase() } else { param.name.clone() }
}

/// Where the client's credentials stand.
fn credentials(request: &Request) -> impl Iterator<Item = (Place, String)> {
    let basic = matches!(request.client, ClientAuth::Basic | ClientAuth::BasicOf | ClientAuth::Both);
    let header = basic.then(|| (Place::Header, "authorization".to_owned()));
    header.into_iter().chain(request.credentials.iter().map(|param| (param.place, spelled(param))))
}

/// The names of the parameters that stand in a URL: in its query, and behind the `#` in the query of a route.
fn names_in(url: &Template) -> Vec<(Place, String)> {
    const VALUE: char = '\u{1}';
    let text: String = url.parts.iter().fold(String::new(), |mut text, part| {
        match part {
            Part::Text(fixed) => text.push_str(fixed),
            _ => text.push(VALUE),
        }
        text
    });
    let (before, behind) = text.split_once('#').unwrap_or((&text, ""));
    let names = |part: &str, place| {
        let query = part.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
        pairs
            .filter(|name| !name.is_empty() && !name.contains(VALUE))
            .map(move |name| (place, name))
            .collect::<Vec<_>>()
    };
    [names(before, Place::Query), names(behind, Place::Fragment)].concat()
}

fn place_name(place: Place) -> &'static str {
    match place {
        Place::Query => "the query parameter",
        Place::Body => "the body parameter",
        Place::Header => "the header",
        Place::Cookie => "the cookie",
        Place::Fragment => "the parameter behind the `#`",
    }
}
