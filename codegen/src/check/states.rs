//! `state`: what it looks like, and how it gets to the vendor and back.

use super::codes;
use super::dangers::characters_for;
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::Request;
use crate::parse::spec::{Authorize, StateForm};

pub(super) fn check(authorize: &Authorize, request: &Request, sink: &mut Sink) {
    let Some(state) = &authorize.state_form else { return };
    form(state, sink);
    if state.in_redirect_uri {
        place(authorize, state, request, sink);
    }
}

/// AS0415.
fn place(authorize: &Authorize, state: &StateForm, request: &Request, sink: &mut Sink) {
    let sends_uri = request.params.iter().flat_map(|param| param.value.variables());
    if !sends_uri.into_iter().any(|variable| variable.name() == "redirect_uri") {
        let title = "the state stands in the redirect URI, and no redirect URI is sent";
        let finding = Diagnostic::new(&codes::STATE_PLACE, state.span, title).label("would not be sent");
        sink.push(finding.hint("send `redirect_uri`, or say `state: undocumented`"));
    }
    let modes = authorize.request.send.iter().filter(|(name, _)| name.text == "response_mode");
    for (name, _) in modes.filter(|(_, mode)| mode.head() != "query") {
        let title = "the state comes back in the query of the redirect URI, and everything else comes elsewhere";
        let finding = Diagnostic::new(&codes::STATE_PLACE, name.span, title).label("says where the code comes");
        let finding = finding.related(state.span, "the state stands in the redirect URI");
        sink.push(finding.hint("leave out `response_mode`, or send the state as a parameter"));
    }
}

/// AS0412.
fn form(form: &StateForm, sink: &mut Sink) {
    let length = form.length.as_ref().map_or(43, |length| length.value);
    let needed = characters_for(40, form.alphabet);
    let span = form.length.as_ref().map_or(form.span, |length| length.span);
    if length < needed {
        let title = format!("a state of {length} such characters can be guessed");
        let finding = Diagnostic::new(&codes::STATE_FORM, span, title).label("fewer than 40 bits");
        sink.push(finding.hint(format!("at least {needed} characters")));
    } else if length > 512 {
        let finding = Diagnostic::new(&codes::STATE_FORM, span, "a state has at most 512 characters");
        sink.push(finding.label("too long").hint("43 characters are 256 bits"));
    }
}
