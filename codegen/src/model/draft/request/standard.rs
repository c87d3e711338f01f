//! What the standards send, and what they ask of the caller, before the spec changes it.

use super::Role;
use super::variables::mentions;
use crate::model::draft::{device_scopes, device_takes_any};
use crate::model::{GrantKind, Input, Name, Pkce, Type};
use crate::parse::spec::{self, Spec};

/// A standard parameter before the spec changes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standard {
    pub name: &'static str,
    pub(super) value: Value,
    pub(super) optional: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Constant(&'static str),
    Variable(&'static str),
}

const fn constant(name: &'static str, value: &'static str) -> Standard {
    Standard { name, value: Value::Constant(value), optional: false }
}

const fn variable(name: &'static str) -> Standard {
    Standard { name, value: Value::Variable(name), optional: false }
}

/// The standard parameters of a request, in order: RFC 6749, sections 4.1.1, 4.1.3, 4.3.2, 4.4.2 and 6; RFC 7636; RFC 7009, section 2.1;
/// RFC 7523, section 2.1; RFC 8628, sections 3.1 and 3.4; RFC 8693, section 2.1.
pub(crate) fn standard(spec: &Spec, written: &spec::Request, role: Role<'_>) -> Vec<Standard> {
    let scope = written.scoped.then_some(Standard { optional: true, ..variable("scope") });
    of_role(spec, role).into_iter().chain(scope).collect()
}

fn of_role(spec: &Spec, role: Role<'_>) -> Vec<Standard> {
    let authorize = spec.authorize.as_ref();
    let pkce = authorize.is_some_and(|authorize| authorize.pkce.value == Pkce::S256);
    let redirects =
        authorize.is_some_and(|authorize| !authorize.request.omit.iter().any(|name| name.text == "redirect_uri"));
    match role {
        Role::Authorize => {
            let mut params = vec![constant("response_type", "code"), variable("client_id"), variable("redirect_uri")];
            if authorize.is_some_and(|authorize| authorize.any_scope || !authorize.scopes.is_empty()) {
                params.push(Standard { optional: true, ..variable("scope") });
            }
            let inside =
                |authorize: &spec::Authorize| authorize.state_form.as_ref().is_some_and(|form| form.in_redirect_uri);
            params.extend((!authorize.is_some_and(inside)).then(|| variable("state")));
            if pkce {
                params.extend([variable("code_challenge"), constant("code_challenge_method", "S256")]);
            }
            // OpenID Connect Core, section 3.1.2.1.
            params.extend(spec.id_token.as_ref().map(|_| Standard { name: "nonce", ..variable("login_nonce") }));
            params
        }
        Role::Device => {
            let takes = |device| device_takes_any(spec, device) || !device_scopes(spec, device).is_empty();
            let named = spec.device.as_ref().is_some_and(takes);
            named.then(|| Standard { optional: true, ..variable("scope") }).into_iter().collect()
        }
        Role::Grant(GrantKind::DeviceCode) => {
            vec![constant("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), variable("device_code")]
        }
        Role::Grant(GrantKind::AuthorizationCode) => {
            let mut params = vec![constant("grant_type", "authorization_code"), variable("code")];
            params.extend(redirects.then(|| variable("redirect_uri")));
            // A code that a grant yields was never bound to a challenge.
            let unbound = spec.grants.iter().any(|grant| grant.yields.iter().any(|kind| kind.text == "code"));
            params.extend(pkce.then(|| Standard { optional: unbound, ..variable("code_verifier") }));
            params
        }
        Role::Grant(GrantKind::RefreshToken) => {
            vec![constant("grant_type", "refresh_token"), variable("refresh_token")]
        }
        Role::Grant(GrantKind::Password) => {
            vec![constant("grant_type", "password"), variable("username"), variable("password")]
        }
        Role::Grant(GrantKind::ClientCredentials) => vec![constant("grant_type", "client_credentials")],
        Role::Grant(GrantKind::TokenExchange) => vec![
            constant("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            variable("subject_token"),
            variable("subject_token_type"),
        ],
        Role::Grant(GrantKind::JwtBearer) => {
            vec![constant("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), variable("assertion")]
        }
        Role::Revoke => vec![variable("token")],
        Role::Grant(GrantKind::Custom) | Role::Call(_) => Vec::new(),
    }
}

/// The inputs that a standard grant has unless the spec declares them itself or sends something else.
pub(crate) fn implied_inputs(kind: GrantKind) -> &'static [(&'static str, Type, &'static str)] {
    match kind {
        GrantKind::Password => &[
            ("username", Type::String, "The user's name at the vendor."),
            ("password", Type::Secret, "The user's password at the vendor."),
        ],
        GrantKind::TokenExchange => &[
            ("subject_token", Type::Secret, "The token that is exchanged."),
            ("subject_token_type", Type::String, "What kind of token it is, as a URI (RFC 8693, section 3)."),
        ],
        GrantKind::JwtBearer => &[("assertion", Type::Secret, "A signed JWT (RFC 7523, section 3).")],
        _ => &[],
    }
}

pub(super) fn with_implied_inputs(
    spec: &Spec,
    written: &spec::Request,
    role: Role<'_>,
    mut inputs: Vec<Input>,
) -> Vec<Input> {
    let Role::Grant(kind) = role else { return inputs };
    let mut implied = Vec::new();
    for (name, ty, about) in implied_inputs(kind) {
        let name = *name;
        let declared = inputs.iter().any(|input| input.name.wire == name);
        let omitted = written.omit.iter().any(|omitted| omitted.text == name);
        let replaced = written.send.iter().any(|(key, _)| key.text == name);
        let mentioned = written.templates().chain(written.urls()).any(|value| mentions(spec, value, name));
        if !declared && (mentioned || !(omitted || replaced || written.body.is_some())) {
            let about = Some((*about).to_owned());
            implied.push(Input { name: Name::new(name), ty: ty.clone(), optional: false, about, sample: None });
        }
    }
    implied.append(&mut inputs);
    implied
}
