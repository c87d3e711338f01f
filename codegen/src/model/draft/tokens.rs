//! Kinds of token: how they are shown and renewed.

use super::request::template;
use super::{default_kind, place, plain, pointer};
use crate::model::{
    Expiry, ExpiryUnit, GrantKind, Issued, Name, Param, Part, Place, Renew, Replay, Rotation, Template, TokenKind,
    Variable,
};
use crate::parse::spec::{self, At, Expires, Present, RenewBy, Spec};

/// Drafts a kind.
pub(super) fn kind(spec: &Spec, written: &spec::TokenKind) -> TokenKind {
    TokenKind {
        name: Name::new(&written.name.text),
        about: plain(&written.about),
        present: present(spec, written),
        renew: renew(spec, written),
        early: written.renew.as_ref().and_then(|renew| renew.early),
        on_demand: written.renew.as_ref().is_some_and(|renew| renew.on_demand),
        refresh_idle: written.refresh_token.as_ref().and_then(|refresh| refresh.idle.as_ref()).map(|idle| idle.value),
    }
}

/// The parameter that shows a token on a call.
pub(super) fn present(spec: &Spec, written: &spec::TokenKind) -> Option<Param> {
    let param = |place, name: &str, scheme: Option<&str>| {
        let scheme = scheme.map(|scheme| Part::Text(format!("{scheme} ")));
        let token = Part::Variable(Variable::Protocol("token".to_owned()));
        let alone = || Template { parts: scheme.into_iter().chain([token]).collect() };
        let value = written.present_value.as_ref().map_or_else(alone, |value| template(spec, value, &[]));
        Param { place, name: name.to_owned(), value, optional: false }
    };
    match &written.present {
        Present::Bearer => Some(param(Place::Header, "Authorization", Some("Bearer"))),
        Present::Header { name, scheme } => {
            Some(param(Place::Header, &name.text, scheme.as_ref().map(|scheme| scheme.text.as_str())))
        }
        Present::Query(name) => Some(param(Place::Query, &name.text, None)),
        Present::Cookie(name) => Some(param(Place::Cookie, &name.text, None)),
        Present::Body(name) => Some(param(Place::Body, &name.text, None)),
        Present::None | Present::Unclear(_) | Present::Broken => None,
    }
}

/// The refresh grant that yields a kind: one of its own, else one that shows the refresh token of another kind.
fn refresh_grant<'s>(spec: &'s Spec, kind: &str) -> Option<&'s spec::Grant> {
    let yields = |grant: &&spec::Grant| match grant.yields.as_slice() {
        [] => default_kind(spec) == kind,
        kinds => kinds.iter().any(|other| other.text == kind),
    };
    let refreshing = spec.grants.iter().filter(|grant| grant.kind == Some(GrantKind::RefreshToken));
    refreshing.filter(yields).min_by_key(|grant| grant.from.is_some())
}

fn renew(spec: &Spec, written: &spec::TokenKind) -> Renew {
    let by = written.renew.as_ref().and_then(|renew| renew.by).unwrap_or(RenewBy::Refresh);
    let named = written.renew.as_ref().and_then(|renew| renew.grant.as_ref());
    let grant = match named {
        Some(name) => spec.grants.iter().find(|grant| grant.name.text == name.text),
        None => refresh_grant(spec, &written.name.text),
    };
    match (by, grant) {
        (RenewBy::Refresh, Some(grant)) => Renew::Refresh {
            grant: grant.name.text.clone(),
            rotation: written.renew.as_ref().map_or(Rotation::Sometimes, |renew| renew.rotation),
            replay: written.renew.as_ref().map_or(Replay::Unknown, |renew| renew.replay),
            old_access_revoked: written.renew.as_ref().is_some_and(|renew| renew.old_access_revoked),
        },
        (RenewBy::Reissue, _) => Renew::Reissue,
        (RenewBy::Extend, Some(grant)) => Renew::Extend(grant.name.text.clone()),
        (RenewBy::Exchange, Some(grant)) => Renew::Exchange(grant.name.text.clone()),
        _ => Renew::None,
    }
}

/// Where the answer to a grant keeps a token of this kind (RFC 6749, section 5.1); `value` are the grant's own places.
pub(super) fn issued(spec: &Spec, kind: &str, value: &[At]) -> Issued {
    let written = spec.tokens.iter().find(|written| written.name.text == kind);
    let of_kind = || written.map_or(&[][..], |written| written.value.as_slice());
    let mut at = if value.is_empty() { of_kind() } else { value }.iter().map(place);
    let expires = written.map_or(&[][..], |written| written.expires.as_slice());
    let expiry = Expiry {
        fields: match expires {
            [] => vec![("/expires_in".to_owned(), ExpiryUnit::Seconds)],
            expires => expires.iter().map(field).collect(),
        },
        lifetime: written.and_then(|written| written.lifetime),
    };
    let refresh = written.and_then(|written| written.refresh_token.as_ref());
    let never_refreshed = written.and_then(|written| written.renew.as_ref()).and_then(|renew| renew.by);
    let never_refreshed = never_refreshed.is_some_and(|by| by != RenewBy::Refresh);
    Issued {
        kind: kind.to_owned(),
        optional: false,
        at: at.next().unwrap_or("/access_token".to_owned()),
        or: at.collect(),
        expiry,
        refresh: match refresh {
            Some(refresh) => Some(refresh.value.first().map_or("/refresh_token".to_owned(), pointer)),
            // Without a word of the spec a refresh token is kept if it comes, unless the spec says that none is used.
            None => (!never_refreshed).then(|| "/refresh_token".to_owned()),
        },
        refresh_or: refresh.iter().flat_map(|refresh| refresh.value.iter().skip(1)).map(pointer).collect(),
        refresh_expiry: Expiry {
            fields: refresh.iter().flat_map(|refresh| &refresh.expires).map(field).collect(),
            lifetime: refresh.and_then(|refresh| refresh.lifetime),
        },
    }
}

fn field(expires: &Expires) -> (String, ExpiryUnit) {
    (pointer(&expires.field), expires.unit)
}
