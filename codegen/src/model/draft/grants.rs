//! Grants and the failures of operations.

use super::request::{self, Lines, Role};
use super::types::Book;
use super::{plain, pointer, tokens};
use crate::model::{AnswerFormat, Failure, Grant, GrantKind, Name, Yields};
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
    let grant = Grant {
        kind,
        about: plain(&written.request.about),
        discouraged: plain(&written.discouraged),
        undocumented: plain(&written.request.undocumented),
        request,
        yields: yields(spec, written),
        fields: book.fields(&written.fields, &name.camel),
        answers: AnswerFormat::Json,
        succeeds: Vec::new(),
        keep: Vec::new(),
        failures: failures(&written.request),
        sample: None,
        name,
    };
    (grant, lines)
}

fn yields(spec: &Spec, written: &spec::Grant) -> Yields {
    if written.yields.iter().any(|kind| kind.text == "code") {
        return Yields::Code(written.value.as_ref().map_or("/code".to_owned(), pointer));
    }
    let kinds = match written.yields.is_empty() {
        true => vec![default_kind(spec)],
        false => written.yields.iter().map(|kind| kind.text.clone()).collect(),
    };
    let value = written.value.as_ref().filter(|_| kinds.len() == 1);
    Yields::Tokens(kinds.iter().map(|kind| tokens::issued(spec, kind, value)).collect())
}

/// The failures that an operation documents.
pub(super) fn failures(written: &spec::Request) -> Vec<Failure> {
    let failure = |failure: &spec::Failure| Failure {
        name: Name::new(&failure.name.text),
        about: plain(&failure.about),
        status: failure.status.as_ref().and_then(|status| u16::try_from(status.value).ok()),
        code: plain(&failure.code),
    };
    written.failures.iter().map(failure).collect()
}
