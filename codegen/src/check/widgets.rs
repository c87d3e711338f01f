//! Widgets: scripts of the vendor's in a page of the app.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, suggestion};
use crate::parse::node::Text;
use crate::parse::spec::Widget;
use crate::parse::types::{TypeShape, WORDS};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for widget in &case.spec.widgets {
        open(widget.open.as_ref(), sink);
        option_name(widget.token_option.as_ref(), sink);
        kinds(case, widget, sink);
        payloads(widget, sink);
    }
}

/// AS0707.
fn open(open: Option<&Text>, sink: &mut Sink) {
    let Some(open) = open.filter(|open| !open.text.split('.').all(is_identifier)) else { return };
    let title = format!("`{}` is not the path of a JavaScript function", open.text);
    let finding = Diagnostic::new(&codes::WIDGET_OPEN, open.span, title).label("expected identifiers and dots");
    sink.push(finding.hint("for example `Vendor.open`, without parentheses"));
}

/// AS0707 once more.
fn option_name(option: Option<&Text>, sink: &mut Sink) {
    let Some(option) = option.filter(|option| !is_identifier(&option.text)) else { return };
    let title = format!("`{}` is not the name of a JavaScript option", option.text);
    sink.push(Diagnostic::new(&codes::WIDGET_OPEN, option.span, title).label("expected an identifier"));
}

fn is_identifier(text: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    text.starts_with(first) && text.chars().all(|c| first(c) || c.is_ascii_digit())
}

/// AS0501, and AS0202 for a kind that is named again.
fn kinds(case: Case<'_>, widget: &Widget, sink: &mut Sink) {
    let known: Vec<&str> = case.spec.tokens.iter().map(|kind| kind.name.text.as_str()).collect();
    for kind in widget.kinds.iter().filter(|kind| !known.contains(&kind.text.as_str())) {
        let title = format!("there is no kind of token `{}`", kind.text);
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, kind.span, title).label("not declared under `tokens`");
        sink.push(finding.suggest((kind.span, &kind.text), "declared", known.iter().copied()));
    }
    for (at, kind) in widget.kinds.iter().enumerate() {
        let Some(first) = widget.kinds.iter().take(at).find(|first| first.text == kind.text) else { continue };
        let title = format!("the kind of token `{}` is named twice", kind.text);
        let finding = Diagnostic::new(&codes::COLLISION, kind.span, title).label("again");
        sink.push(finding.related(first.span, "first here").hint("name it once"));
    }
    if let Some(option) = widget.token_option.as_ref().filter(|_| widget.kinds_written && widget.kinds.is_empty()) {
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, option.span, "no kind of token opens the widget");
        sink.push(finding.label("which token?").hint(suggestion("", "declared", known)));
    }
}

/// AS0605.
fn payloads(widget: &Widget, sink: &mut Sink) {
    let payloads = widget.events.iter().filter_map(|event| event.payload.as_ref());
    for payload in payloads {
        let named = match &payload.shape {
            TypeShape::Object(_) => true,
            TypeShape::Word(word) => !WORDS.contains(&word.text.as_str()),
            TypeShape::List(_) | TypeShape::Map { .. } => false,
        };
        if !named || payload.optional {
            let title = "what an event tells is an object, written here or under `types`";
            let finding = Diagnostic::new(&codes::MISPLACED_TYPE, payload.span, title).label("can't stand here");
            sink.push(finding.hint("for example `payload: { status: string }`"));
        }
    }
}
