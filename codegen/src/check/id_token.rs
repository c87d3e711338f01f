//! ID tokens: some answer has one, where nothing else stands, and something is believed of it.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::{Grant, Yields};
use crate::parse::spec::IdToken;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    let Some(written) = &case.spec.id_token else { return };
    believed(written, sink);
    names(case, sink);
    let carriers: Vec<&Grant> = case.draft.provider.grants.iter().filter(|grant| grant.id_token.is_some()).collect();
    if carriers.is_empty() {
        let title = "no grant has a user whose ID token its answer could have";
        let finding = Diagnostic::new(&codes::NO_ID_TOKEN, written.span, title).label("nobody gets one");
        sink.push(
            finding.hint("ID tokens come with the tokens of a user: add `authorize` or `device`, or remove the key"),
        );
    }
    carriers.into_iter().find_map(|grant| shared(case, written, grant)).into_iter().for_each(|found| sink.push(found));
}

/// AS0541.
fn believed(written: &IdToken, sink: &mut Sink) {
    let lists = [
        (written.issuers.is_empty(), written.issuers_at, "issuer", "what is `iss`?"),
        (written.algorithms.is_empty(), written.algorithms_at, "algorithms", "how is it signed?"),
    ];
    for (is_empty, at, key, label) in lists {
        if let Some(span) = at.filter(|_| is_empty) {
            let title = format!("`{key}` names none, so that every ID token would be refused");
            sink.push(Diagnostic::new(&codes::NOTHING_BELIEVED, span, title).label(label));
        }
    }
}

/// AS0542: an ID token is told from the tokens beside it by its place.
fn shared(case: Case<'_>, written: &IdToken, grant: &Grant) -> Option<Diagnostic> {
    let places = &grant.id_token.as_ref()?.at;
    let Yields::Tokens(issued) = &grant.yields else { return None };
    let taken = issued.iter().find_map(|token| {
        let all = [&token.at].into_iter().chain(&token.or).chain(&token.refresh).chain(&token.refresh_or);
        let same = all.into_iter().any(|at| places.contains(at));
        same.then(|| format!("a token of the kind `{}`", token.kind))
    });
    let is_place = |name: &str| places.iter().any(|at| at.strip_prefix('/') == Some(name));
    let field = grant.fields.iter().find(|field| is_place(&field.name.wire));
    let taken = taken.or_else(|| field.map(|field| format!("the field `{}`", field.name.wire)))?;
    let span = written.value.first().map_or(written.span, |value| value.span);
    let title = format!("the grant `{}` would read {taken} and the ID token in one place", grant.name.wire);
    let finding = Diagnostic::new(&codes::ID_TOKEN_PLACE, span, title).label("taken");
    let grant = case.spec.grants.iter().find(|written| written.name.text == grant.name.wire);
    let finding = match grant.filter(|_| case.spec.grants_written) {
        Some(grant) => finding.related(grant.name.span, "this grant"),
        None => finding,
    };
    Some(finding.hint(
        "say under `value` where the ID token stands; one that isn't signed is no ID token, but a kind under `tokens`",
    ))
}

/// AS0203: the request for the vendor's keys has a name like all others.
fn names(case: Case<'_>, sink: &mut Sink) {
    let grants = case.spec.grants.iter().map(|grant| &grant.name);
    for name in grants.chain(case.spec.calls.iter().map(|call| &call.name)).filter(|name| name.text == "jwks") {
        let title = "`jwks` is the name of the request for the vendor's keys";
        let finding = Diagnostic::new(&codes::RESERVED, name.span, title).label("reserved");
        sink.push(finding.hint("choose a name that says more, for example `own_keys`"));
    }
}
