//! Where a kind of token comes from: a grant that needs none, or one that shows tokens which somebody can have.

use super::values::expanded;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::draft::{default_kind, extends};
use crate::model::{GrantKind, Issued, Renew, Replay, Rotation, Yields};
use crate::parse::node::Text;
use crate::parse::spec::{Grant, RenewBy, Spec, TokenKind};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    let reachable = reachable(case);
    for kind in &case.spec.tokens {
        issued(case, kind, &reachable, sink);
    }
    for grant in &case.spec.grants {
        if let Some(from) = &grant.from {
            source(case, grant, from, sink);
        }
    }
}

/// The kinds that a grant yields.
pub(super) fn yielded(case: Case<'_>, grant: &Grant) -> Vec<String> {
    match grant.yields.as_slice() {
        [] if grant.yields_written || extends(case.spec, &grant.name.text) => Vec::new(),
        [] => vec![default_kind(case.spec)],
        kinds => kinds.iter().map(|kind| kind.text.clone()).collect(),
    }
}

/// Which of `<token>` and `<refresh_token>` a grant shows.
fn shown(case: Case<'_>, grant: &Grant) -> Vec<&'static str> {
    let templates = grant.request.templates().chain(grant.request.urls());
    let named: Vec<&str> = templates.flat_map(|template| expanded(case, template)).map(|(_, name)| name).collect();
    let is_omitted = |name: &str| grant.request.omit.iter().any(|omitted| omitted.text == name);
    let by_itself = grant.kind == Some(GrantKind::RefreshToken) && !is_omitted("refresh_token");
    let shows = |name: &&str| named.contains(name) || (*name == "refresh_token" && by_itself);
    ["token", "refresh_token"].into_iter().filter(shows).collect()
}

/// The kinds that a grant renews by itself: it extends or exchanges their tokens.
fn renews<'a>(case: Case<'a>, grant: &Grant) -> impl Iterator<Item = &'a TokenKind> {
    let name = grant.name.text.clone();
    case.spec.tokens.iter().filter(move |kind| {
        kind.renew.as_ref().is_some_and(|renew| {
            matches!(renew.by, Some(RenewBy::Extend | RenewBy::Exchange))
                && renew.grant.as_ref().is_some_and(|by| by.text == name)
        })
    })
}

/// The kinds of token that somebody can have.
fn reachable(case: Case<'_>) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    loop {
        let has = |kind: &str| kinds.iter().any(|known| known == kind);
        let is_open = |grant: &&Grant| match (&grant.kind, &grant.from) {
            (Some(GrantKind::AuthorizationCode | GrantKind::DeviceCode), _) => true,
            (_, Some(from)) => has(&from.text),
            (Some(GrantKind::RefreshToken), None) => false,
            _ if renews(case, grant).next().is_some() => renews(case, grant).any(|kind| has(&kind.name.text)),
            _ => shown(case, grant).is_empty() || !kinds.is_empty(),
        };
        let open = case.spec.grants.iter().filter(is_open).flat_map(|grant| yielded(case, grant));
        let new: Vec<String> = open.filter(|kind| !has(kind)).collect();
        if new.is_empty() {
            return kinds;
        }
        kinds.extend(new);
    }
}

/// AS0502.
fn issued(case: Case<'_>, kind: &TokenKind, reachable: &[String], sink: &mut Sink) {
    let spec = case.spec;
    let unclear = spec.grants.iter().any(|grant| grant.yields_written && grant.yields.is_empty());
    let is_kind = |name: &str| spec.tokens.iter().any(|kind| kind.name.text == name);
    let named = spec.grants.iter().flat_map(|grant| &grant.yields).filter(|yielded| yielded.text != "code");
    let unknown =
        named.chain(spec.grants.iter().filter_map(|grant| grant.from.as_ref())).any(|name| !is_kind(&name.text));
    let name = &kind.name.text;
    if spec.tokens_written.is_none()
        || spec.grants.is_empty()
        || unclear
        || unknown
        || name == "code"
        || reachable.contains(name)
    {
        return;
    }
    let finding = |title: String| Diagnostic::new(&codes::NEVER_ISSUED, kind.name.span, title).label("never issued");
    let source = spec.grants.iter().find(|grant| yielded(case, grant).contains(name));
    if source.is_some() && spec.grants.iter().any(|grant| grant.kind.is_none()) {
        return;
    }
    sink.push(match source {
        None => finding(format!("no grant yields the kind of token `{name}`"))
            .maybe_related(needed(spec, name), "needed here")
            .hint(format!("add `yields: {name}` to a grant, or remove the kind")),
        Some(grant) => finding(format!("nobody can have a first token of the kind `{name}`"))
            .related(grant.name.span, "this shows one to get another")
            .hint("add a grant that needs no token, or say with `from` which kind it shows to get this one"),
    });
}

/// The first call that shows a kind of token.
fn needed(spec: &Spec, kind: &str) -> Option<Span> {
    let mut shown = spec.calls.iter().filter_map(|call| call.token.as_ref());
    shown.find(|token| token.text == kind).map(|token| token.span)
}

/// AS0501, AS0533.
fn source(case: Case<'_>, grant: &Grant, from: &Text, sink: &mut Sink) {
    let Some(kind) = case.draft.provider.tokens.iter().find(|kind| kind.name.wire == from.text) else {
        let kinds = case.spec.tokens.iter().map(|kind| kind.name.text.as_str());
        let title = format!("there is no kind of token `{}`", from.text);
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, from.span, title).label("not declared under `tokens`");
        return sink.push(finding.suggest((from.span, &from.text), "declared", kinds));
    };
    let mut refuse = |title: String, hint: &str| {
        sink.push(Diagnostic::new(&codes::SOURCE, from.span, title).label("can't come from there").hint(hint));
    };
    let shown = shown(case, grant);
    let takes_code = matches!(grant.kind, Some(GrantKind::AuthorizationCode | GrantKind::DeviceCode));
    let refreshes = grant.kind == Some(GrantKind::RefreshToken);
    if takes_code || shown.is_empty() {
        let title = format!("the grant `{}` shows no token", grant.name.text);
        refuse(title, "send `<token>` or `<refresh_token>`, or leave `from` out");
    } else if (refreshes && yielded(case, grant).contains(&from.text)) || renews(case, grant).next().is_some() {
        let title = format!("the grant `{}` renews a kind of token, and shows that kind anyway", grant.name.text);
        refuse(title, "leave `from` out, or make it a grant of its own");
    } else if shown.contains(&"refresh_token") && !has_refresh_token(case, &from.text) {
        let title = format!("tokens of the kind `{}` come without a refresh token", from.text);
        refuse(title, "show `<token>`, or say where the refresh token stands");
    } else if shown.contains(&"refresh_token") && is_spent(&kind.renew) {
        let title = format!("to show the refresh token of the kind `{}` is to spend it", from.text);
        refuse(title, "a second token needs a refresh token that stays good: `replay: free` or no rotation");
    }
}

fn has_refresh_token(case: Case<'_>, kind: &str) -> bool {
    let gives = |issued: &Issued| issued.kind == kind && issued.refresh.is_some();
    case.draft.provider.grants.iter().any(|grant| match &grant.yields {
        Yields::Tokens(issued) => issued.iter().any(gives),
        Yields::Code(_) => false,
    })
}

/// Whether the refresh token is worth nothing once it was shown, so that whoever keeps it would lose the grant.
fn is_spent(renew: &Renew) -> bool {
    match renew {
        Renew::Refresh { replay: Replay::Free, .. } => false,
        Renew::Refresh { replay: Replay::Unknown, rotation, .. } => *rotation == Rotation::Always,
        Renew::Refresh { .. } => true,
        _ => false,
    }
}
