//! What several generated files ask of a provider.

use std::collections::BTreeSet;

use crate::model::{
    Assertion, Body, ClientAuth, Grant, GrantKind, Provider, Renew, Request, Setting, Template, Type, TypeKind,
    Variable, Yields,
};

/// What a grant's method takes besides inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes<'f> {
    /// A pending login and its callback.
    Callback,
    /// A pending device.
    DeviceCode,
    /// Tokens, whose refresh token it sends.
    RefreshToken,
    /// Tokens of this kind, which then live longer.
    Extended(&'f str),
    /// Tokens of this kind, for which it gives others.
    Exchanged(&'f str),
    /// Tokens of this kind, besides inputs: it shows them to give tokens of another kind.
    From(&'f str),
    /// Tokens of any kind, besides inputs.
    Tokens,
    /// Nothing: it begins a connection.
    Inputs,
}

/// What a provider needs and has.
pub(super) struct Facts<'f> {
    /// Whether some request sends the client's identifier.
    pub(super) client_id: bool,
    /// Whether some request sends the client's secret.
    pub(super) client_secret: bool,
    /// Whether some request is signed with a key of the client's own.
    pub(super) client_key: bool,
    /// Whether the client works with JWTs, for which the runtime has a feature.
    pub(super) jwt: bool,
    /// Whether some request sends the redirect URI.
    pub(super) redirect_uri: bool,
    /// Whether there are several kinds of token.
    pub(super) many_kinds: bool,
    /// The grant that takes the code of a callback.
    pub(super) exchange: Option<&'f Grant>,
    /// The grant that takes the code of a device.
    pub(super) device_exchange: Option<&'f Grant>,
    /// Whether some grant yields a code.
    pub(super) yields_code: bool,
    provider: &'f Provider,
}

impl<'f> Facts<'f> {
    pub(super) fn new(provider: &'f Provider) -> Self {
        let credentials = |wanted: fn(ClientAuth) -> bool| requests(provider).any(|request| wanted(request.client));
        // All others name the credentials in templates.
        let basic = |client| matches!(client, ClientAuth::Basic | ClientAuth::Both);
        let signed = || requests(provider).filter_map(|request| request.assertion.as_ref());
        let exchanges = |grant: &&Grant| grant.kind == GrantKind::AuthorizationCode;
        Self {
            client_id: credentials(basic)
                || signed().next().is_some()
                || provider.id_token.is_some()
                || sends(provider, "client_id"),
            client_secret: credentials(basic)
                || signed().any(Assertion::is_symmetric)
                || sends(provider, "client_secret"),
            client_key: signed().any(|assertion| !assertion.is_symmetric()),
            jwt: signed().next().is_some() || provider.id_token.is_some(),
            redirect_uri: sends(provider, "redirect_uri"),
            many_kinds: provider.tokens.len() > 1,
            exchange: provider.grants.iter().find(exchanges),
            device_exchange: provider.grants.iter().find(|grant| grant.kind == GrantKind::DeviceCode),
            yields_code: provider.grants.iter().any(|grant| matches!(grant.yields, Yields::Code(_))),
            provider,
        }
    }

    /// The settings that the builder can't do without.
    pub(super) fn required_settings(&self) -> impl Iterator<Item = &'f Setting> {
        self.provider.client_settings().filter(|setting| is_required(setting))
    }

    /// The settings that the builder can do without.
    pub(super) fn optional_settings(&self) -> impl Iterator<Item = &'f Setting> {
        self.provider.client_settings().filter(|setting| !is_required(setting))
    }

    /// The settings that whoever begins a connection gives.
    pub(super) fn connection_settings(&self) -> impl Iterator<Item = &'f Setting> {
        self.provider.connection_settings()
    }

    /// What the method of a grant takes.
    pub(super) fn takes(&self, grant: &'f Grant) -> Takes<'f> {
        let name = &grant.name.wire;
        let renews = self.provider.tokens.iter().find_map(|kind| match &kind.renew {
            Renew::Extend(by) if by == name => Some(Takes::Extended(&kind.name.wire)),
            Renew::Exchange(by) if by == name => Some(Takes::Exchanged(&kind.name.wire)),
            Renew::Refresh { grant: by, .. } if by == name => Some(Takes::RefreshToken),
            _ => None,
        });
        let shows = || ["token", "refresh_token"].into_iter().any(|token| names(self.provider, &grant.request, token));
        match (grant.kind, renews) {
            (GrantKind::AuthorizationCode, _) => Takes::Callback,
            (GrantKind::DeviceCode, _) => Takes::DeviceCode,
            _ if grant.from.is_some() => Takes::From(grant.from.as_deref().unwrap_or_default()),
            (GrantKind::RefreshToken, _) => Takes::RefreshToken,
            (_, Some(takes)) => takes,
            (_, None) if shows() => Takes::Tokens,
            (_, None) => Takes::Inputs,
        }
    }

    /// The settings of the connection that a grant begins.
    pub(super) fn begun_with(&self, grant: &'f Grant) -> impl Iterator<Item = &'f Setting> {
        let begins = self.takes(grant) == Takes::Inputs;
        self.connection_settings().filter(move |_| begins)
    }

    /// The types of the runtime that the crate shows under its own name, in alphabetical order.
    pub(super) fn reexports(&self) -> impl Iterator<Item = &'static str> {
        let mut names = BTreeSet::from(["MemoryStore", "Secret", "Tokens"]);
        if self.client_key {
            names.insert("ClientKey");
        }
        if self.provider.authorize.is_some() {
            names.insert("PendingLogin");
        }
        if self.provider.device.is_some() {
            names.insert("PendingDevice");
        }
        for grant in &self.provider.grants {
            match (&grant.yields, grant.fields.is_empty()) {
                (Yields::Code(_), true) => names.extend(["AuthorizationCode"]),
                (Yields::Code(_), false) => names.extend(["AuthorizationCode", "GrantedCode"]),
                (Yields::Tokens(_), true) => {}
                (Yields::Tokens(_), false) => names.extend(["Granted"]),
            }
        }
        if self.yields_code && self.exchange.is_some() {
            names.insert("AuthorizationCode");
        }
        for ty in types(self.provider) {
            mentioned(ty, &mut |ty| {
                names.extend(match ty {
                    Type::Date | Type::CompactDate => Some("Date"),
                    Type::Timestamp | Type::Epoch | Type::EpochMillis => Some("Timestamp"),
                    Type::Json => Some("Json"),
                    Type::File => Some("File"),
                    _ => None,
                });
            });
        }
        names.into_iter()
    }

    /// Whether some kind of token is renewed.
    pub(super) fn renews(&self) -> bool {
        self.provider.tokens.iter().any(|kind| kind.renew != Renew::None)
    }

    /// Whether some type is a map.
    pub(super) fn has_maps(&self) -> bool {
        let mut found = false;
        for ty in types(self.provider) {
            mentioned(ty, &mut |ty| found |= matches!(ty, Type::Map { .. }));
        }
        found
    }
}

/// Whether a setting must be given.
pub(super) fn is_required(setting: &Setting) -> bool {
    setting.default.is_none() && !setting.optional
}

fn requests(provider: &Provider) -> impl Iterator<Item = &Request> {
    let authorize = provider.authorize.iter().map(|authorize| &authorize.request);
    let grants = provider.grants.iter().map(|grant| &grant.request);
    let calls = provider.calls.iter().map(|call| &call.request);
    let device = provider.device.iter().map(|device| &device.request);
    authorize.chain(device).chain(grants).chain(&provider.revoke).chain(calls)
}

/// Whether some request sends a variable of the protocol's.
fn sends(provider: &Provider, variable: &str) -> bool {
    requests(provider).any(|request| names(provider, request, variable))
}

/// Whether a request sends a variable, by way of a named value or at once.
fn names(provider: &Provider, request: &Request, variable: &str) -> bool {
    templates(request).into_iter().any(|template| leads_to(provider, template, variable))
}

/// Named values have no cycles; a rule refuses them.
fn leads_to(provider: &Provider, template: &Template, wanted: &str) -> bool {
    template.variables().any(|variable| match variable {
        Variable::Protocol(name) => name == wanted,
        Variable::Value(name) => {
            let value = provider.values.iter().find(|value| value.name.wire == *name);
            value.is_some_and(|value| leads_to(provider, &value.value, wanted))
        }
        Variable::Setting(_) | Variable::Input(_) | Variable::Kept(_) => false,
    })
}

fn templates(request: &Request) -> Vec<&Template> {
    let body = match &request.body {
        Some(Body::Json(node)) => node.templates(),
        Some(Body::Text(text)) => vec![text],
        None => Vec::new(),
    };
    let params = request.params.iter().chain(&request.credentials).map(|param| &param.value);
    let assertion = request.assertion.iter().flat_map(Assertion::templates);
    [&request.url].into_iter().chain(&request.basic).chain(assertion).chain(params).chain(body).collect()
}

/// Every type that an input, an answer, a field or an option has.
fn types(provider: &Provider) -> impl Iterator<Item = &Type> {
    let inputs = requests(provider).flat_map(|request| &request.inputs).map(|input| &input.ty);
    let options = provider.widgets.iter().flat_map(|widget| &widget.options).map(|option| &option.ty);
    let fields = provider.grants.iter().flat_map(|grant| &grant.fields).map(|field| &field.ty);
    let returns = provider.calls.iter().map(|call| &call.returns);
    let members = provider.types.iter().flat_map(|def| match &def.kind {
        TypeKind::Object(fields) => fields.as_slice(),
        TypeKind::Enum(_) => &[],
    });
    inputs.chain(options).chain(fields).chain(returns).chain(members.map(|field| &field.ty))
}

fn mentioned(ty: &Type, see: &mut impl FnMut(&Type)) {
    see(ty);
    match ty {
        Type::List(item) => mentioned(item, see),
        Type::Map { key, value } => {
            mentioned(key, see);
            mentioned(value, see);
        }
        _ => {}
    }
}
