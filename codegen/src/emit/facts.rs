//! What several generated files ask of a provider.

use std::collections::BTreeSet;

use crate::model::{
    ClientAuth, Grant, GrantKind, Part, Provider, Renew, Request, Setting, Template, Type, TypeKind, Variable, Yields,
};

/// What a provider needs and has.
pub(super) struct Facts<'f> {
    /// Whether some request sends the client's identifier.
    pub(super) client_id: bool,
    /// Whether some request sends the client's secret.
    pub(super) client_secret: bool,
    /// Whether some request sends the redirect URI.
    pub(super) redirect_uri: bool,
    /// Whether there are several kinds of token.
    pub(super) many_kinds: bool,
    /// The grant that takes the code of a callback.
    pub(super) exchange: Option<&'f Grant>,
    /// Whether some grant yields a code.
    pub(super) yields_code: bool,
    provider: &'f Provider,
}

impl<'f> Facts<'f> {
    pub(super) fn new(provider: &'f Provider) -> Self {
        let credentials = |wanted: fn(ClientAuth) -> bool| requests(provider).any(|request| wanted(request.client));
        let id = |client| client != ClientAuth::None;
        let secret = |client| matches!(client, ClientAuth::Basic | ClientAuth::Body | ClientAuth::Both);
        let exchanges = |grant: &&Grant| grant.kind == GrantKind::AuthorizationCode;
        Self {
            client_id: credentials(id) || sends(provider, "client_id"),
            client_secret: credentials(secret) || sends(provider, "client_secret"),
            redirect_uri: sends(provider, "redirect_uri"),
            many_kinds: provider.tokens.len() > 1,
            exchange: provider.grants.iter().find(exchanges),
            yields_code: provider.grants.iter().any(|grant| matches!(grant.yields, Yields::Code(_))),
            provider,
        }
    }

    /// The settings that must be given.
    pub(super) fn required_settings(&self) -> impl Iterator<Item = &'f Setting> {
        self.provider.settings.iter().filter(|setting| setting.default.is_none())
    }

    /// The types of the runtime that the crate shows under its own name, in alphabetical order.
    pub(super) fn reexports(&self) -> impl Iterator<Item = &'static str> {
        let mut names = BTreeSet::from(["MemoryStore", "Secret", "Tokens"]);
        if self.provider.authorize.is_some() {
            names.insert("PendingLogin");
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
                    Type::Date => Some("Date"),
                    Type::Timestamp => Some("Timestamp"),
                    Type::Json => Some("Json"),
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

fn requests(provider: &Provider) -> impl Iterator<Item = &Request> {
    let authorize = provider.authorize.iter().map(|authorize| &authorize.request);
    let grants = provider.grants.iter().map(|grant| &grant.request);
    authorize.chain(grants).chain(provider.calls.iter().map(|call| &call.request))
}

/// Whether some request sends a variable of the protocol's.
fn sends(provider: &Provider, variable: &str) -> bool {
    let holds = |template: &Template| {
        template.parts.iter().any(|part| matches!(part, Part::Variable(Variable::Protocol(name)) if name == variable))
    };
    requests(provider).any(|request| holds(&request.url) || request.params.iter().any(|param| holds(&param.value)))
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
