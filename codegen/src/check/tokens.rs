//! Kinds of token: issued by a grant, shown by a call, renewed in a way that exists.

use super::headers::is_header_name;
use super::values::expanded;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, listed};
use crate::model::draft::default_kind;
use crate::model::{GrantKind, Renew};
use crate::parse::node::Text;
use crate::parse::spec::{At, Grant, Of, Present, RenewBy, TokenKind};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for kind in &case.spec.tokens {
        present(kind, sink);
        present_value(case, kind, sink);
        renew(case, kind, sink);
    }
    for call in &case.spec.calls {
        shown(case, &call.name, call.token.as_ref(), sink);
    }
    pointers(case, sink);
}

/// The grants that yield a kind.
fn sources<'a>(case: Case<'a>, kind: &str) -> impl Iterator<Item = &'a Grant> {
    let default = default_kind(case.spec);
    let kind = kind.to_owned();
    case.spec.grants.iter().filter(move |grant| match grant.yields.as_slice() {
        [] => !grant.yields_written && default == kind,
        kinds => kinds.iter().any(|other| other.text == kind),
    })
}

/// AS0510, and AS0408 for the header's name.
fn present(kind: &TokenKind, sink: &mut Sink) {
    match &kind.present {
        Present::Unclear(span) => {
            let title = "a token is shown in one place: `header`, `query`, `cookie` or `body`";
            let finding = Diagnostic::new(&codes::PRESENT, *span, title).label("unclear");
            sink.push(finding.hint("for example `{ header: X-Token, scheme: Token }` or `{ query: access_token }`"));
        }
        Present::Header { name, scheme } => {
            if !is_header_name(&name.text) {
                let title = format!("`{}` is not the name of a header", name.text);
                sink.push(Diagnostic::new(&codes::HEADER, name.span, title).label("expected letters, digits and `-`"));
            }
            if let Some(scheme) = scheme.as_ref().filter(|scheme| !is_header_name(&scheme.text)) {
                let title = format!("`{}` is not an authentication scheme", scheme.text);
                sink.push(
                    Diagnostic::new(&codes::HEADER, scheme.span, title).label("expected one word, such as `Bearer`"),
                );
            }
        }
        Present::Cookie(name) if !is_header_name(&name.text) => {
            let title = format!("`{}` is not the name of a cookie", name.text);
            sink.push(Diagnostic::new(&codes::HEADER, name.span, title).label("expected letters, digits and `-`"));
        }
        _ => {}
    }
}

/// AS0510 for what is sent in place of the token alone.
fn present_value(case: Case<'_>, kind: &TokenKind, sink: &mut Sink) {
    let Some(value) = &kind.present_value else { return };
    let finding = |title: &str, label: &str| Diagnostic::new(&codes::PRESENT, value.span, title).label(label);
    if matches!(kind.present, Present::Header { scheme: Some(_), .. }) {
        let found = finding("`value` says all that is sent, and `scheme` a part of it", "unclear");
        sink.push(found.hint("write the scheme into `value`: `\"Basic <pair | base64>\"`"));
    } else if !expanded(case, value).iter().any(|(_, name)| *name == "token") {
        let found = finding("what shows the token doesn't hold it", "without `<token>`");
        sink.push(found.hint("write `<token>` into it, or name a value under `values` that does"));
    }
}

/// AS0504, AS0509.
fn renew(case: Case<'_>, kind: &TokenKind, sink: &mut Sink) {
    let Some(renew) = &kind.renew else { return };
    let drafted = case.draft.provider.tokens.iter().find(|drafted| drafted.name.wire == kind.name.text);
    let refreshed = drafted.is_some_and(|drafted| matches!(drafted.renew, Renew::Refresh { .. }));
    if renew.by == Some(RenewBy::Refresh) && !refreshed && renew.grant.is_none() {
        let title = format!("no grant refreshes tokens of the kind `{}`", kind.name.text);
        let finding = Diagnostic::new(&codes::NO_REFRESH, renew.span, title).label("renewed by refresh");
        sink.push(finding.hint("add `refresh: {}` to the grants, or say `renew: none` or `renew: reissue`"));
    }
    let once = [GrantKind::AuthorizationCode, GrantKind::DeviceCode, GrantKind::RefreshToken];
    let repeatable = |grant: &Grant| !grant.kind.is_some_and(|kind| once.contains(&kind));
    let mut sources = sources(case, &kind.name.text).peekable();
    if renew.by == Some(RenewBy::Reissue) && sources.peek().is_some() && !sources.any(repeatable) {
        let title = format!("no grant that yields `{}` can be repeated", kind.name.text);
        let finding = Diagnostic::new(&codes::NO_REISSUE, renew.span, title).label("renewed by repeating a grant");
        sink.push(finding.hint("say `renew: refresh` or `renew: none`"));
    }
}

/// AS0501, AS0503.
fn shown(case: Case<'_>, call: &Text, token: Option<&Text>, sink: &mut Sink) {
    let kinds: Vec<&str> = case.spec.tokens.iter().map(|kind| kind.name.text.as_str()).collect();
    let name = token.map_or_else(|| default_kind(case.spec), |token| token.text.clone());
    let span = token.map_or(call.span, |token| token.span);
    match case.spec.tokens.iter().find(|kind| kind.name.text == name) {
        None if kinds.is_empty() => {}
        None if token.is_none() => {
            let title = format!("the call `{}` doesn't say which token it shows", call.text);
            let finding = Diagnostic::new(&codes::UNKNOWN_KIND, span, title).label("which kind of token?");
            sink.push(finding.hint(format!("add `token`: one of {}", listed(kinds))));
        }
        None => {
            let title = format!("there is no kind of token `{name}`");
            let finding = Diagnostic::new(&codes::UNKNOWN_KIND, span, title).label("not declared under `tokens`");
            sink.push(finding.suggest((span, &name), "declared", kinds));
        }
        Some(kind) if matches!(kind.present, Present::None) => {
            let title = format!("the call `{}` needs a token, and the kind `{name}` is never shown", call.text);
            let finding = Diagnostic::new(&codes::NEVER_SHOWN, span, title).label("needs a token that is shown");
            let finding = finding.related(kind.name.span, "declared with `present: none`");
            sink.push(finding.hint("name another kind under `token`, or say how this one is shown"));
        }
        Some(_) => {}
    }
}

/// AS0513, AS0519.
fn pointers(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    let kinds = spec.tokens.iter().flat_map(|kind| {
        let refresh = kind.refresh_token.as_ref();
        let of_refresh = refresh.into_iter().flat_map(|refresh| &refresh.expires);
        let fields = kind.expires.iter().chain(of_refresh).map(|expires| &expires.field);
        fields.chain(refresh.into_iter().flat_map(|refresh| &refresh.value))
    });
    let kept = spec.tokens.iter().flat_map(|kind| &kind.keep).map(|kept| &kept.from);
    let places: Vec<&At> = spec
        .tokens
        .iter()
        .flat_map(|kind| &kind.value)
        .chain(spec.grants.iter().flat_map(|grant| &grant.value))
        .chain(kept)
        .collect();
    let operations = case.operations().flat_map(|operation| operation.written.succeeds.iter().flatten());
    let checks = operations.chain(&spec.succeeds).map(|check| &check.at);
    let in_body = places.iter().filter(|at| at.of == Of::Body).map(|at| &at.text);
    let waits = spec.retry_after.iter().chain(&spec.reset).map(|wait| &wait.at);
    let waits = waits.filter(|at| at.of == Of::Body).map(|at| &at.text);
    let all = kinds.chain(in_body).chain(waits).chain(&spec.error_code).chain(&spec.error_text).chain(checks);
    let all = all.chain(spec.device.iter().flat_map(|device| device.answer.places()));
    let all = all.chain(spec.id_token.iter().flat_map(|id_token| &id_token.value));
    for field in all.filter(|field| field.text.starts_with('/')) {
        let tail_of_tildes = field.text.split('~').skip(1);
        if tail_of_tildes.into_iter().any(|rest| !rest.starts_with(['0', '1'])) {
            let title = format!("`{}` is not a JSON Pointer", field.text);
            let finding = Diagnostic::new(&codes::POINTER, field.span, title).label("`~` without 0 or 1 behind it");
            let finding = finding.hint("in a JSON Pointer `~` is written `~0`, and `/` inside a name `~1`");
            let mut pieces = field.text.split('~');
            let first = pieces.next().unwrap_or_default().to_owned();
            let mended = pieces.fold(first, |text, rest| match rest.starts_with(['0', '1']) {
                true => format!("{text}~{rest}"),
                false => format!("{text}~0{rest}"),
            });
            sink.push(finding.instead(field.span, &field.text, mended));
        }
    }
    let callback = spec.authorize.iter().flat_map(|authorize| &authorize.callback.keep).map(|kept| &kept.from);
    for at in callback.filter(|at| at.of != Of::Body) {
        let finding = Diagnostic::new(&codes::PLACE, at.text.span, "a callback has neither headers nor cookies");
        sink.push(finding.label("not in a callback").hint("name the parameter of the callback"));
    }
    for at in places {
        let name = at.text.text.as_str();
        if at.of == Of::Unclear {
            let finding =
                Diagnostic::new(&codes::PLACE, at.text.span, "a value stands in one place: a header or a cookie");
            sink.push(finding.label("unclear").hint("keep one of the two, or list both as alternatives"));
        } else if at.of != Of::Body && !is_header_name(name) {
            let title = format!("`{name}` is not the name of a header or cookie");
            sink.push(Diagnostic::new(&codes::HEADER, at.text.span, title).label("expected letters, digits and `-`"));
        }
    }
}
