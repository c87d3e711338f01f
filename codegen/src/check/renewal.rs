//! Renewal by a named grant, revocation, and the proof that a connection works.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::{GrantKind, Renew};
use crate::parse::node::Text;
use crate::parse::spec::{RenewBy, TokenKind};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for kind in &case.spec.tokens {
        renewal_grant(case, kind, sink);
        policy(case, kind, sink);
    }
    meanings(case, sink);
    revocation(case, sink);
    verification(case, sink);
}

/// AS0517.
fn renewal_grant(case: Case<'_>, kind: &TokenKind, sink: &mut Sink) {
    let Some(renew) = &kind.renew else { return };
    let by_grant = matches!(renew.by, Some(RenewBy::Extend | RenewBy::Exchange));
    let Some(name) = &renew.grant else {
        if by_grant {
            let finding = Diagnostic::new(&codes::NO_RENEWAL, renew.span, "nothing says which grant renews the token");
            sink.push(finding.label("by which grant?").hint("add `grant: <name>`, a grant that sends `<token>`"));
        }
        return;
    };
    let names = case.spec.grants.iter().map(|grant| grant.name.text.as_str());
    let Some(grant) = case.spec.grants.iter().find(|grant| grant.name.text == name.text) else {
        let title = format!("there is no grant `{}`", name.text);
        let finding = Diagnostic::new(&codes::NO_RENEWAL, name.span, title).label("not declared under `grants`");
        sink.push(finding.suggest((name.span, &name.text), "grants", names));
        return;
    };
    let refreshes = grant.kind == Some(GrantKind::RefreshToken);
    let shows_code = matches!(grant.kind, Some(GrantKind::AuthorizationCode | GrantKind::DeviceCode));
    let wrong = match renew.by {
        Some(RenewBy::Refresh) | None if !refreshes => "is not of the kind refresh_token",
        Some(RenewBy::Extend | RenewBy::Exchange) if refreshes || shows_code => {
            "shows a code or a refresh token, not the token itself"
        }
        Some(RenewBy::Reissue | RenewBy::None) => "has nothing to do: the token isn't renewed by a grant of its own",
        _ => return,
    };
    let title = format!("the grant `{}` {wrong}", name.text);
    let finding = Diagnostic::new(&codes::NO_RENEWAL, name.span, title).label("can't renew it");
    sink.push(finding.related(grant.name.span, "declared here").hint("see `renew` in the language reference"));
}

/// AS0531: what is said of refresh tokens holds where there are some.
fn policy(case: Case<'_>, kind: &TokenKind, sink: &mut Sink) {
    let idle = kind.refresh_token.as_ref().and_then(|refresh| refresh.idle.as_ref());
    let lifetime = kind.refresh_token.as_ref().and_then(|refresh| refresh.lifetime);
    if let Some((idle, lifetime)) = idle.zip(lifetime).filter(|(idle, lifetime)| *lifetime <= idle.value) {
        let title = "a refresh token that nobody uses would live longer than one that is used";
        let finding = Diagnostic::new(&codes::POLICY, idle.span, title).label(format!("it lives {lifetime} s at most"));
        sink.push(finding.hint("remove `idle`, or say a shorter time than `lifetime`"));
    }
    let window = kind.renew.as_ref().and_then(|renew| renew.replay_window.as_ref().zip(Some(renew.replay)));
    if let Some((window, _)) = window.filter(|(_, replay)| !replay.has_window()) {
        let title = "`replay_window` says how long a spent refresh token is taken again, and this one isn't";
        let finding = Diagnostic::new(&codes::POLICY, window.span, title).label("without effect");
        sink.push(finding.hint("add `replay: idempotent` or `replay: grace`, or remove the key"));
    }
    let drafted = case.draft.provider.tokens.iter().find(|drafted| drafted.name.wire == kind.name.text);
    let by_refresh = drafted.is_some_and(|drafted| matches!(drafted.renew, Renew::Refresh { .. }));
    // Where renewing by refresh is asked for and can't be, that is said already.
    let asked = kind.renew.as_ref().is_some_and(|renew| renew.by == Some(RenewBy::Refresh));
    let of_refresh = kind.renew.as_ref().and_then(|renew| renew.of_refresh.as_ref());
    let key = of_refresh.map(|key| (key.span, key.text.as_str())).or(idle.map(|idle| (idle.span, "idle")));
    if let Some((span, key)) = key.filter(|_| !by_refresh && !asked) {
        let title = format!("`{key}` is about refresh tokens, and `{}` isn't renewed by one", kind.name.text);
        let finding = Diagnostic::new(&codes::POLICY, span, title).label("without effect");
        sink.push(finding.hint("remove the key, or renew by `refresh`"));
    }
}

/// AS0532.
fn meanings(case: Case<'_>, sink: &mut Sink) {
    let lists = [("terminal", &case.spec.terminal), ("transient", &case.spec.transient), ("config", &case.spec.config)];
    let mut seen: Vec<(&str, &Text)> = Vec::new();
    for (list, listed) in lists {
        for code in listed {
            match seen.iter().find(|(_, other)| other.text == code.text) {
                Some((first, other)) => {
                    let title = format!("the code `{}` stands under `{first}` and `{list}`", code.text);
                    let finding = Diagnostic::new(&codes::MEANING, code.span, title).label("second meaning");
                    sink.push(finding.related(other.span, "first meaning").hint("keep one of them"));
                }
                None => seen.push((list, code)),
            }
        }
    }
}

/// AS0401: a revocation has a URL of its own.
fn revocation(case: Case<'_>, sink: &mut Sink) {
    let Some(revoke) = case.spec.revoke.as_ref().filter(|revoke| revoke.request.targets.is_empty()) else { return };
    let finding = Diagnostic::new(&codes::METHOD, revoke.name.span, "the revocation has no method");
    sink.push(finding.label("needs a method and a URL").hint("write `post: <url>` (RFC 7009, section 2)"));
}

/// AS0518.
fn verification(case: Case<'_>, sink: &mut Sink) {
    let Some(verify) = &case.spec.verify else { return };
    let calls = case.draft.provider.calls.iter();
    let Some(call) = calls.clone().find(|call| call.name.wire == verify.text) else {
        let title = format!("there is no call `{}`", verify.text);
        let finding = Diagnostic::new(&codes::VERIFY, verify.span, title).label("not declared under `calls`");
        sink.push(finding.suggest((verify.span, &verify.text), "calls", calls.map(|call| call.name.wire.as_str())));
        return;
    };
    if let Some(input) = call.request.inputs.iter().find(|input| !input.optional) {
        let title = format!("the call `{}` needs the input `{}`", verify.text, input.name.wire);
        let finding = Diagnostic::new(&codes::VERIFY, verify.span, title).label("who would supply it?");
        let written = case.spec.calls.iter().find(|written| written.name.text == verify.text);
        let written =
            written.and_then(|call| call.request.inputs.iter().find(|other| other.name.text == input.name.wire));
        let finding = finding.maybe_related(written.map(|input| input.name.span), "needed here");
        sink.push(finding.hint("name a call without required inputs, such as one that tells who the user is"));
    }
}
