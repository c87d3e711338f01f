//! ID tokens: what is said of them, and which answers have one.

use super::types::Book;
use super::{pointer, request};
use crate::model::{Authorize, GrantKind, IdToken, IdTokenPlace, JwsAlgorithm, NamedValue, Template, Variable, Yields};
use crate::parse::spec::{self, Spec};

/// The type of the claims.
pub(crate) const CLAIMS: &str = "Claims";
/// Where an ID token stands, when the spec doesn't say (OpenID Connect Core, section 3.1.3.3).
const PLACE: &str = "/id_token";

pub(super) fn id_token(
    spec: &Spec,
    written: &spec::IdToken,
    authorize: Option<&Authorize>,
    values: &[NamedValue],
    book: &mut Book<'_>,
) -> IdToken {
    let template = |template| request::template(spec, template, &[]);
    let about = "What the ID token says of the user.";
    let is_empty = written.claims.is_empty();
    let params = authorize.map(|authorize| authorize.request.params.as_slice()).unwrap_or_default();
    IdToken {
        issuers: written.issuers.iter().map(template).collect(),
        jwks: written.jwks.as_ref().map(template).unwrap_or_default(),
        algorithms: match written.algorithms_at {
            Some(_) => written.algorithms.clone(),
            None => vec![JwsAlgorithm::Rs256],
        },
        audiences: written.audiences.iter().map(template).collect(),
        claims: (!is_empty).then(|| book.object(&written.claims, CLAIMS, about, written.span)),
        nonce: params.iter().any(|param| sends_nonce(&param.value, values, values.len())),
    }
}

/// Whether a template has the nonce in it, by itself or through named values.
fn sends_nonce(template: &Template, values: &[NamedValue], depth: usize) -> bool {
    template.variables().any(|variable| match variable {
        Variable::Protocol(name) => name == "login_nonce",
        Variable::Value(name) if depth > 0 => {
            values.iter().any(|value| value.name.wire == *name && sends_nonce(&value.value, values, depth - 1))
        }
        _ => false,
    })
}

/// Where the answer to a grant has one: the answer to a login must, that to a renewal may. A client of its own has no user.
pub(super) fn place(spec: &Spec, kind: GrantKind, yields: &Yields) -> Option<IdTokenPlace> {
    let written = spec.id_token.as_ref()?;
    let gives = matches!(yields, Yields::Tokens(issued) if !issued.is_empty());
    if !gives || kind == GrantKind::ClientCredentials {
        return None;
    }
    let at = match written.value.as_slice() {
        [] => vec![PLACE.to_owned()],
        fields => fields.iter().map(pointer).collect(),
    };
    let begins = matches!(kind, GrantKind::AuthorizationCode | GrantKind::DeviceCode);
    Some(IdTokenPlace { at, due: begins && !written.optional })
}
