//! Tokens and the client's credentials as security schemes.

use serde_json::{Map, Value, json};

use super::urls::Address;
use super::{component, describe, object};
use crate::model::{ClientAuth, Grant, GrantKind, Place, Provider, Request, Scope, TokenKind, Yields};

/// The scheme of HTTP Basic with the client's credentials.
const CLIENT: &str = "client";

/// All schemes.
pub(super) fn schemes(provider: &Provider) -> Map<String, Value> {
    let mut schemes = Map::new();
    if requests(provider).any(is_basic) {
        let basic = json!({ "type": "http", "scheme": "basic", "description": "The client's own credentials." });
        schemes.insert(CLIENT.to_owned(), basic);
    }
    for kind in &provider.tokens {
        if let Some(scheme) = scheme(provider, kind) {
            schemes.insert(name(&kind.name.wire), scheme);
        }
    }
    schemes
}

/// The name of a token kind's scheme.
fn name(kind: &str) -> String {
    let name = component(kind);
    if name == CLIENT { format!("{name}_token") } else { name }
}

fn requests(provider: &Provider) -> impl Iterator<Item = &Request> {
    let grants = provider.grants.iter().map(|grant| &grant.request);
    let calls = provider.calls.iter().map(|call| &call.request);
    grants.chain(calls).chain(&provider.revoke).chain(provider.device.iter().map(|device| &device.request))
}

fn is_basic(request: &Request) -> bool {
    matches!(request.client, ClientAuth::Basic | ClientAuth::Both | ClientAuth::BasicOf)
}

/// What a request needs: the client's credentials, where they are no parameters, and a token.
pub(super) fn needs(provider: &Provider, request: &Request, token: Option<&str>) -> Value {
    let mut all = Map::new();
    if is_basic(request) {
        all.insert(CLIENT.to_owned(), json!([]));
    }
    let shown = token.filter(|token| {
        provider.tokens.iter().any(|kind| kind.name.wire == *token && scheme(provider, kind).is_some())
    });
    if let Some(token) = shown {
        all.insert(name(token), json!([]));
    }
    if all.is_empty() { json!([]) } else { json!([all]) }
}

fn scheme(provider: &Provider, kind: &TokenKind) -> Option<Value> {
    let present = kind.present.as_ref()?;
    let bearer = present.place == Place::Header
        && present.name.eq_ignore_ascii_case("authorization")
        && present.value.to_string().to_ascii_lowercase().starts_with("bearer ");
    let flows = flows(provider, kind);
    let mut scheme = match present.place {
        _ if bearer && !flows.is_empty() => object(&[("type", "oauth2".into()), ("flows", flows.into())]),
        _ if bearer => object(&[("type", "http".into()), ("scheme", "bearer".into())]),
        Place::Query | Place::Header | Place::Cookie => {
            let place = match present.place {
                Place::Query => "query",
                Place::Cookie => "cookie",
                _ => "header",
            };
            object(&[("type", "apiKey".into()), ("in", place.into()), ("name", present.name.as_str().into())])
        }
        Place::Body | Place::Fragment => return None,
    };
    describe(&mut scheme, kind.about.as_deref());
    Some(scheme.into())
}

/// The standard flows that give a token of the kind.
fn flows(provider: &Provider, kind: &TokenKind) -> Map<String, Value> {
    let gives = |grant: &&Grant| match &grant.yields {
        Yields::Tokens(issued) => issued.iter().any(|issued| issued.kind == kind.name.wire),
        Yields::Code(_) => false,
    };
    let grants = || provider.grants.iter().filter(gives);
    let refresh = grants().find(|grant| grant.kind == GrantKind::RefreshToken);
    let mut flows = Map::new();
    for grant in grants() {
        let (name, consent) = match (grant.kind, &provider.authorize) {
            (GrantKind::AuthorizationCode, Some(authorize)) => ("authorizationCode", Some(authorize)),
            (GrantKind::ClientCredentials, _) => ("clientCredentials", None),
            (GrantKind::Password, _) => ("password", None),
            _ => continue,
        };
        let scopes = consent.map_or(&grant.scopes, |authorize| &authorize.scopes);
        let mut flow = object(&[("tokenUrl", url(provider, &grant.request)), ("scopes", told(scopes))]);
        if let Some(authorize) = consent {
            flow.insert("authorizationUrl".to_owned(), url(provider, &authorize.request));
        }
        if let Some(refresh) = refresh {
            flow.insert("refreshUrl".to_owned(), url(provider, &refresh.request));
        }
        flows.entry(name.to_owned()).or_insert(flow.into());
    }
    flows
}

fn url(provider: &Provider, request: &Request) -> Value {
    Address::new(provider, &request.url).plain().into()
}

fn told(scopes: &[Scope]) -> Value {
    let about = |scope: &Scope| scope.about.as_deref().map(crate::emit::described).unwrap_or_default();
    scopes.iter().map(|scope| (scope.name.wire.clone(), Value::from(about(scope)))).collect::<Map<_, _>>().into()
}
