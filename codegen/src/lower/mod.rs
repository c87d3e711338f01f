//! The model as operation data. This is the only place where that happens: `emit` prints the result into a crate, the
//! tools interpret it, so that what a tool shows is what a client sends.
//!
//! Whatever the data owns is copied into an arena, because operation data only borrows (generated crates hold it in
//! `const` items).

mod answer;
mod request;

use authsmith_protocol::operation::{Kept, Operation, Param};
use authsmith_protocol::provider::{
    Alphabet, Authorize, Callback, Device, DeviceAnswer, IdToken, Provider, Renew, Replay, Setting, TokenKind,
};
use authsmith_protocol::shape::Shape;
use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;
use std::cell::RefCell;

use crate::model;

/// The operation data of a provider.
pub fn lower<'a>(provider: &'a model::Provider, arena: &'a Bump) -> Provider<'a> {
    lower_with_shapes(provider, arena).0
}

/// The operation data of a provider, and the shapes of the named types in it, each after those that it mentions.
pub fn lower_with_shapes<'a>(provider: &'a model::Provider, arena: &'a Bump) -> (Provider<'a>, Vec<NamedShape<'a>>) {
    let shapes: &RefCell<Shapes<'a>> = arena.alloc(RefCell::new(Shapes::default()));
    let data = Lowering { provider, arena, shapes }.provider();
    (data, shapes.take().done)
}

/// The shape of a named type.
#[derive(Clone, Copy, Debug)]
pub struct NamedShape<'a> {
    /// The name of the type.
    pub name: &'a str,
    /// Its shape.
    pub shape: Shape<'a>,
}

/// The operation that revokes a token, as operation data calls it.
pub const REVOKE: &str = "revoke";

/// The device authorization request, as operation data calls it.
pub const DEVICE: &str = "device";

/// The text of a template as operation data spells it: `<name>` for a variable, `<a | f(x) ?? b>` for alternatives and
/// functions, `<<` for the sign itself.
pub fn template_text(template: &model::Template) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            model::Part::Text(part) => text.push_str(&part.replace('<', "<<")),
            placeholder => {
                text.push_str(&model::Template { parts: vec![placeholder.clone()] }.to_string());
            }
        }
    }
    text
}

/// A provider and the arena that its operation data borrows from.
#[derive(Clone, Copy)]
struct Lowering<'a> {
    provider: &'a model::Provider,
    arena: &'a Bump,
    shapes: &'a RefCell<Shapes<'a>>,
}

/// The named types met so far: each is lowered once, however often it is mentioned.
#[derive(Default)]
struct Shapes<'a> {
    done: Vec<NamedShape<'a>>,
    open: Vec<&'a str>,
}

impl<'a> Lowering<'a> {
    fn provider(self) -> Provider<'a> {
        let provider = self.provider;
        let mut operations = ArenaVec::new_in(self.arena);
        operations.extend(provider.grants.iter().map(|grant| self.grant(grant)));
        operations.extend(provider.revoke.iter().map(|request| self.revoke(request)));
        operations.extend(provider.calls.iter().map(|call| self.call(call)));
        let mut data = Provider::new(&provider.name.wire, &provider.title)
            .operations(operations.into_bump_slice())
            .tokens(self.all(&provider.tokens, |kind| self.token(kind)))
            .settings(self.all(&provider.settings, |setting| self.setting(setting)))
            .values(self.all(&provider.values, |value| (value.name.wire.as_str(), self.template(&value.value))));
        if let Some(id_token) = &provider.id_token {
            data = data.id_token(self.id_token(id_token));
        }
        if let Some(call) = &provider.verify {
            data = data.verify(call);
        }
        if let Some(device) = &provider.device {
            data = data.device(self.device(device));
        }
        match &provider.authorize {
            Some(authorize) => data.authorize(self.authorize(authorize)),
            None => data,
        }
    }

    /// Every item, lowered, in one slice of the arena.
    fn all<S, T>(self, items: &'a [S], lower: impl Fn(&'a S) -> T) -> &'a [T] {
        let mut lowered = ArenaVec::with_capacity_in(items.len(), self.arena);
        lowered.extend(items.iter().map(lower));
        lowered.into_bump_slice()
    }

    fn texts(self, texts: &'a [String]) -> &'a [&'a str] {
        self.all(texts, String::as_str)
    }

    fn template(self, template: &model::Template) -> &'a str {
        self.arena.alloc_str(&template_text(template))
    }

    fn grant(self, grant: &'a model::Grant) -> Operation<'a> {
        self.request(&grant.name.wire, &grant.request)
            .scope_separator(&grant.scope_separator)
            .default_scopes(self.texts(&grant.default_scopes))
            .answer(self.grant_answer(grant))
            .refusal(self.grant_refusals(&grant.failures))
    }

    fn call(self, call: &'a model::Call) -> Operation<'a> {
        self.request(&call.name.wire, &call.request)
            .token(&call.token)
            .answer(self.call_answer(call))
            .refusal(self.refusals(&call.failures))
    }

    /// Nobody looks into the answer: a status of success is enough (RFC 7009, section 2.2).
    fn revoke(self, request: &'a model::Request) -> Operation<'a> {
        self.request(REVOKE, request).answer(answer::nothing()).refusal(self.grant_refusals(&[]))
    }

    fn authorize(self, authorize: &'a model::Authorize) -> Authorize<'a> {
        let request = &authorize.request;
        let operation = Operation::get("authorize", self.template(&request.url)).params(self.params(&request.params));
        let mut data = Authorize::new(operation)
            .scope_separator(&authorize.scope_separator)
            .pkce(authorize.pkce)
            .default_scopes(self.texts(&authorize.default_scopes))
            .callback(self.callback(&authorize.callback));
        if !authorize.state_documented {
            data = data.state_undocumented();
        }
        if authorize.state_in_redirect_uri {
            data = data.state_in_redirect_uri();
        }
        if let Some(rule) = authorize.state_rule {
            data = data.state_rule(u16::try_from(rule.length).unwrap_or(u16::MAX), alphabet(rule.alphabet));
        }
        match authorize.code_lifetime {
            Some(seconds) => data.code_lifetime(seconds),
            None => data,
        }
    }

    fn device(self, device: &'a model::Device) -> Device<'a> {
        let rfc = DeviceAnswer::rfc();
        let answer = &device.answer;
        let places = |own: &'a [String]| self.texts(own);
        let request =
            self.request(DEVICE, &device.request).answer(self.device_answer(device)).refusal(self.grant_refusals(&[]));
        Device::new(request)
            .scope_separator(&device.scope_separator)
            .default_scopes(self.texts(&device.default_scopes))
            .answer(
                rfc.user_code(places(&answer.user_code))
                    .verification_uri(places(&answer.verification_uri))
                    .verification_uri_complete(places(&answer.verification_uri_complete))
                    .expires_in(places(&answer.expires_in))
                    .interval(places(&answer.interval)),
            )
    }

    fn id_token(self, id_token: &'a model::IdToken) -> IdToken<'a> {
        let templates = |list: &'a [model::Template]| self.all(list, |template| self.template(template));
        let data = IdToken::new(templates(&id_token.issuers), self.template(&id_token.jwks))
            .algorithms(&id_token.algorithms)
            .audiences(templates(&id_token.audiences))
            .claims(id_token.claims.as_ref().map_or(Shape::Json, |claims| self.shape(claims)));
        if id_token.nonce { data.nonce() } else { data }
    }

    fn callback(self, callback: &'a model::Callback) -> Callback<'a> {
        let mut data = Callback::new()
            .code(&callback.code)
            .state(&callback.state)
            .error(&callback.error)
            .error_text(&callback.error_text)
            .keep(self.kept(&callback.keep));
        if callback.denied_by_absence {
            data = data.denied_by_absence();
        }
        match &callback.issuer {
            Some(issuer) => data.issuer(self.template(issuer)),
            None => data,
        }
    }

    fn kept(self, kept: &'a [model::Kept]) -> &'a [Kept<'a>] {
        self.all(kept, |kept| {
            let mut data = Kept::new(&kept.name.wire, &kept.from).allowed(self.texts(&kept.allowed));
            if let Some(default) = &kept.default {
                data = data.or_default(default);
            }
            if let Some(format) = kept.format {
                data = data.format(format);
            }
            match &kept.pattern {
                Some(pattern) => data.pattern(pattern),
                None => data,
            }
        })
    }

    fn token(self, kind: &'a model::TokenKind) -> TokenKind<'a> {
        let mut data = TokenKind::new(&kind.name.wire).renew(match &kind.renew {
            model::Renew::None => Renew::None,
            model::Renew::Refresh { grant, .. } => Renew::Refresh(grant),
            model::Renew::Reissue => Renew::Reissue,
            model::Renew::Extend(grant) => Renew::Extend(grant),
            model::Renew::Exchange(grant) => Renew::Exchange(grant),
        });
        if let Some(seconds) = kind.early {
            data = data.early(seconds);
        }
        if let model::Renew::Refresh { replay, .. } = &kind.renew {
            data = match *replay {
                model::Replay::Unknown => data.replay(Replay::Unknown),
                model::Replay::Free => data.replay(Replay::Free),
                model::Replay::Fatal => data.replay(Replay::Fatal),
                model::Replay::Idempotent { seconds } => data.replay(Replay::Idempotent).replay_within(seconds),
                model::Replay::Grace { seconds } => data.replay(Replay::Grace).replay_within(seconds),
            };
        }
        if let Some(seconds) = kind.refresh_idle {
            data = data.refresh_idle(seconds);
        }
        if kind.on_demand {
            data = data.on_demand();
        }
        if self.provider.revoke.is_some() {
            data = data.revoke(REVOKE);
        }
        match (&self.provider.api, &kind.present) {
            (Some(api), Some(shown)) => data.api(self.template(api), self.shown(shown)),
            _ => data,
        }
    }

    /// The parameter that shows a token, and those that every call sends.
    fn shown(self, shown: &'a model::Param) -> &'a [Param<'a>] {
        let mut params = ArenaVec::with_capacity_in(1 + self.provider.api_params.len(), self.arena);
        params.push(self.param(shown));
        params.extend(self.provider.api_params.iter().map(|param| self.param(param)));
        params.into_bump_slice()
    }

    fn setting(self, setting: &'a model::Setting) -> Setting<'a> {
        let mut data = Setting::new(&setting.name.wire).allowed(self.texts(&setting.allowed));
        if let Some(default) = &setting.default {
            data = data.default(default);
        }
        if let Some(format) = setting.format {
            data = data.format(format);
        }
        if let Some(pattern) = &setting.pattern {
            data = data.pattern(pattern);
        }
        if let Some(prefix) = &setting.prefix {
            data = data.prefix(prefix);
        }
        if let Some(suffix) = &setting.suffix {
            data = data.suffix(suffix);
        }
        if setting.optional {
            data = data.optional();
        }
        if setting.of_connection { data.of_connection() } else { data }
    }
}

fn alphabet(alphabet: model::Alphabet) -> Alphabet {
    match alphabet {
        model::Alphabet::Alphanumeric => Alphabet::Alphanumeric,
        model::Alphabet::Hex => Alphabet::Hex,
        model::Alphabet::Digits => Alphabet::Digits,
        model::Alphabet::UrlSafe => Alphabet::UrlSafe,
    }
}
