//! Grants and the failures of operations.

use super::request::{self, Lines, Role};
use super::types::Book;
use super::{id_token, kept, place, plain, scope, succeeds, success_status, tokens};
use crate::model::{Failure, Grant, GrantKind, Issued, Kept, Name, Yields};
use crate::parse::spec::{self, Spec};

/// The kind of token where a grant or call names none: the only one, else `access`.
pub(crate) fn default_kind(spec: &Spec) -> String {
    match spec.tokens.as_slice() {
        [only] => only.name.text.clone(),
        _ => "access".to_owned(),
    }
}

/// Drafts a grant.
pub(super) fn grant(spec: &Spec, written: &spec::Grant, book: &mut Book<'_>) -> (Grant, Lines) {
    let name = Name::new(&written.name.text);
    let kind = written.kind.unwrap_or(GrantKind::Custom);
    let inputs = book.inputs(&written.request.inputs, &name.camel);
    let (request, lines) = request::request(spec, &written.request, Role::Grant(kind), inputs);
    let answers = written.request.answers.or_else(|| spec.token.as_ref().and_then(|token| token.answers));
    let yields = yields(spec, written);
    let grant = Grant {
        id_token: id_token::place(spec, kind, &yields),
        kind,
        about: plain(&written.request.about),
        discouraged: plain(&written.discouraged),
        undocumented: plain(&written.request.undocumented),
        request,
        scopes: written.scopes.iter().map(scope).collect(),
        any_scope: written.any_scope,
        scope_separator: written.scope_separator.as_ref().map_or(" ".to_owned(), |text| text.text.clone()),
        default_scopes: written.default_scopes.iter().map(|scope| scope.text.clone()).collect(),
        from: plain(&written.from),
        yields,
        fields: book.fields(&written.fields, &name.camel),
        answers: answers.unwrap_or_default(),
        succeeds: succeeds(spec, &written.request),
        success_status: success_status(spec, &written.request),
        keep: keeps(spec, written),
        failures: failures(&written.request),
        sample: None,
        name,
    };
    (grant, lines)
}

fn yields(spec: &Spec, written: &spec::Grant) -> Yields {
    if written.yields.iter().any(|kind| kind.text == "code") {
        return Yields::Code(written.value.first().map_or("/code".to_owned(), place));
    }
    if written.yields.is_empty() && extends(spec, &written.name.text) {
        return Yields::Tokens(Vec::new());
    }
    let kinds = kinds(spec, written);
    let value: &[spec::At] = if kinds.len() == 1 { &written.value } else { &[] };
    let issued = |kind: &String| Issued {
        optional: written.uncertain.iter().any(|uncertain| uncertain.text == *kind),
        ..tokens::issued(spec, kind, value)
    };
    Yields::Tokens(kinds.iter().map(issued).collect())
}

/// Whether a grant only makes the token live longer that is there, so that its answer has none.
pub(crate) fn extends(spec: &Spec, grant: &str) -> bool {
    let renewals = spec.tokens.iter().filter_map(|kind| kind.renew.as_ref());
    renewals
        .filter(|renew| renew.by == Some(spec::RenewBy::Extend))
        .any(|renew| renew.grant.as_ref().is_some_and(|name| name.text == grant))
}

/// The kinds of token that a grant yields.
fn kinds(spec: &Spec, written: &spec::Grant) -> Vec<String> {
    match written.yields.is_empty() {
        true => vec![default_kind(spec)],
        false => written.yields.iter().map(|kind| kind.text.clone()).collect(),
    }
}

/// What the answer gives for the connection: what its kinds of token keep.
fn keeps(spec: &Spec, written: &spec::Grant) -> Vec<Kept> {
    if written.yields.iter().any(|kind| kind.text == "code") {
        return Vec::new();
    }
    let kinds = kinds(spec, written);
    let kinds = spec.tokens.iter().filter(|kind| kinds.contains(&kind.name.text));
    kinds.flat_map(|kind| &kind.keep).map(kept).collect()
}

/// The failures that an operation documents.
pub(super) fn failures(written: &spec::Request) -> Vec<Failure> {
    let failure = |failure: &spec::Failure| Failure {
        name: Name::new(&failure.name.text),
        about: plain(&failure.about),
        status: failure.status.as_ref().and_then(|status| u16::try_from(status.value).ok()),
        code: plain(&failure.code),
        means: failure.means,
    };
    written.failures.iter().map(failure).collect()
}
