//! What the language takes and RFC 9700 advises against. Vendors ask for it all the same, so these are warnings; a spec that
//! says why, under `allow`, has none of them.

use super::{Case, Operation, codes};
use crate::check::codes::Code;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::draft::Role;
use crate::model::{Alphabet, ClientAuth, GrantKind, Part, Pkce, Place, Renew, Rotation, Template, Type, Variable};
use crate::parse::spec::{Authorize, Present};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    if let Some(authorize) = &case.spec.authorize {
        pkce(authorize, sink);
        state(authorize, sink);
    }
    for operation in case.operations() {
        if operation.role == Role::Grant(GrantKind::Password) {
            password(operation, sink);
        }
        urls(case, operation, sink);
    }
    for kind in &case.spec.tokens {
        if let Present::Query(name) = &kind.present {
            let title = format!("the token `{}` is shown in the query of URLs", kind.name.text);
            sink.push(token_in_url(name.span, title));
        }
    }
    lasting(case, sink);
}

/// How a warning is silenced.
fn allowed(way_out: &str, code: &Code) -> String {
    format!("{way_out}; where the vendor leaves no choice, say why: `allow: {{ {}: <the reason> }}`", code.code)
}

/// AS0801.
fn password(operation: Operation<'_>, sink: &mut Sink) {
    let title = format!("the grant `{}` takes the user's password", operation.name.text);
    let finding = Diagnostic::new(&codes::PASSWORD, operation.name.span, title).label("the app sees the password");
    let way_out = "send the user to the vendor, by `authorize` (RFC 9700, section 2.4, forbids password grants)";
    sink.push(finding.hint(allowed(way_out, &codes::PASSWORD)));
}

/// AS0802.
fn pkce(authorize: &Authorize, sink: &mut Sink) {
    if authorize.pkce.value == Pkce::None {
        let title = "logins have no PKCE: a stolen code works for the thief";
        let finding = Diagnostic::new(&codes::NO_PKCE, authorize.pkce.span, title).label("no challenge is sent");
        let way_out =
            "leave out `pkce`, since most vendors ignore a challenge that they don't know (RFC 9700, section 2.1.1)";
        sink.push(finding.hint(allowed(way_out, &codes::NO_PKCE)));
    }
}

/// AS0803 and AS0807.
fn state(authorize: &Authorize, sink: &mut Sink) {
    if let Some(span) = authorize.state_undocumented {
        let title = "the app may take a callback without `state`, which anybody can forge";
        let finding = Diagnostic::new(&codes::STATE_UNDOCUMENTED, span, title).label("may not come back");
        let way_out = "leave it out once a login has shown that `state` comes back (RFC 6749, section 10.12)";
        sink.push(finding.hint(allowed(way_out, &codes::STATE_UNDOCUMENTED)));
    }
    let Some(form) = &authorize.state_form else { return };
    let length = form.length.as_ref().map_or(43, |length| length.value);
    let needed = characters_for(128, form.alphabet);
    // Fewer than 40 bits are an error already.
    if length < needed && length >= characters_for(40, form.alphabet) {
        let title = format!("a state of {length} such characters has fewer than 128 bits");
        let span = form.length.as_ref().map_or(form.span, |length| length.span);
        let finding = Diagnostic::new(&codes::SHORT_STATE, span, title).label("could be guessed with great effort");
        let way_out = format!("at least {needed} characters (RFC 6749, section 10.10)");
        sink.push(finding.hint(allowed(&way_out, &codes::SHORT_STATE)));
    }
}

/// How many characters of an alphabet have so many bits.
pub(super) fn characters_for(bits: u32, alphabet: Alphabet) -> u32 {
    let tenths = match alphabet {
        Alphabet::Digits => 33,
        Alphabet::Hex => 40,
        Alphabet::Alphanumeric => 59,
        Alphabet::UrlSafe => 60,
    };
    (bits * 10).div_ceil(tenths)
}

/// AS0804 and AS0805, once each for an operation.
fn urls(case: Case<'_>, operation: Operation<'_>, sink: &mut Sink) {
    let request = operation.request;
    let written = operation.written.urls().next().map_or(operation.name.span, |url| url.span);
    let lines = operation.lines.params.iter().map(|line| line.unwrap_or(operation.name.span));
    // The token of a call is the matter of its kind.
    let standard = if matches!(operation.role, Role::Call(_)) { request.standard } else { 0 };
    let params = request.params.iter().zip(lines).skip(standard);
    let credentials = request.credentials.iter().map(|param| (param, operation.name.span));
    let in_query = params.chain(credentials).filter(|(param, _)| param.place == Place::Query);
    let texts = in_query.map(|(param, span)| (&param.value, span)).chain([(&request.url, written)]);
    let sent: Vec<(&Variable, Span)> =
        texts.flat_map(|(text, span)| bare(case, text).into_iter().map(move |variable| (variable, span))).collect();
    let what = format!("the {} `{}`", operation.what(), operation.name.text);
    let is_token = |variable: &Variable| matches!(variable.name(), "token" | "refresh_token");
    if let Some((variable, span)) = sent.iter().find(|(variable, _)| is_token(variable)) {
        sink.push(token_in_url(*span, format!("{what} has the {} in its URL", spoken(variable))));
    }
    let is_secret = |variable: &Variable| match variable {
        Variable::Protocol(name) => name == "client_secret",
        Variable::Input(name) => {
            request.inputs.iter().any(|input| input.name.wire == *name && input.ty == Type::Secret)
        }
        _ => false,
    };
    if let Some((variable, span)) = sent.iter().find(|(variable, _)| is_secret(variable)) {
        let title = format!("{what} has the {} in its URL", spoken(variable));
        let finding = Diagnostic::new(&codes::SECRET_IN_URL, *span, title).label("stands in the vendor's logs");
        let way_out = "send it in the body or a header (RFC 6749, section 2.3.1, forbids it in URLs)";
        sink.push(finding.hint(allowed(way_out, &codes::SECRET_IN_URL)));
    }
}

fn token_in_url(span: Span, title: String) -> Diagnostic {
    let finding = Diagnostic::new(&codes::TOKEN_IN_URL, span, title).label("stands in the vendor's logs");
    let way_out = "send it in a header or the body (RFC 9700, section 4.3.2, forbids it in URLs)";
    finding.hint(allowed(way_out, &codes::TOKEN_IN_URL))
}

fn spoken(variable: &Variable) -> String {
    match variable {
        Variable::Protocol(name) => name.replace('_', " "),
        other => format!("secret input `{}`", other.name()),
    }
}

/// The variables whose values can be read off a text, through named values; what goes through a digest can't.
fn bare<'a>(case: Case<'a>, text: &'a Template) -> Vec<&'a Variable> {
    let values = &case.draft.provider.values;
    let (mut found, mut seen, mut open) = (Vec::new(), Vec::new(), vec![text]);
    while let Some(text) = open.pop() {
        for variable in text.parts.iter().flat_map(readable) {
            let named =
                values.iter().find(|value| matches!(variable, Variable::Value(name) if value.name.wire == *name));
            match named {
                Some(value) if seen.contains(&&value.name.wire) => {}
                Some(value) => {
                    seen.push(&value.name.wire);
                    open.push(&value.value);
                }
                None => found.push(variable),
            }
        }
    }
    found
}

fn readable(part: &Part) -> Vec<&Variable> {
    let digests = ["sha256", "hmac_sha256", "hmac_sha1", "fingerprint"];
    match part {
        Part::Text(_) => Vec::new(),
        Part::Variable(variable) => vec![variable],
        Part::Alternatives(list) => {
            let open = list.iter().filter(|one| !one.functions.iter().any(|f| digests.contains(&f.name.as_str())));
            open.map(|one| &one.variable).collect()
        }
    }
}

/// AS0806.
fn lasting(case: Case<'_>, sink: &mut Sink) {
    for (written, kind) in case.spec.tokens.iter().zip(&case.draft.provider.tokens) {
        let Renew::Refresh { grant, rotation: Rotation::Never, .. } = &kind.renew else { continue };
        let refresh = case.draft.provider.grants.iter().find(|other| other.name.wire == *grant);
        let is_public = |client| matches!(client, ClientAuth::Public | ClientAuth::None);
        if refresh.is_some_and(|grant| is_public(grant.request.client)) {
            let span = written.renew.as_ref().map_or(written.name.span, |renew| renew.span);
            let title =
                format!("whoever has the refresh token of `{}` can use it for as long as it lives", kind.name.wire);
            let finding =
                Diagnostic::new(&codes::LASTING, span, title).label("never replaced, and shown without a secret");
            let way_out = "authenticate the client, or ask the vendor for rotation (RFC 9700, section 2.2.2)";
            sink.push(finding.hint(allowed(way_out, &codes::LASTING)));
        }
    }
}
