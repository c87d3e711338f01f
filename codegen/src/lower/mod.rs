//! The model as operation data. This is the only place where that happens: `emit` prints the result into a crate, the
//! tools interpret it, so that what a tool shows is what a client sends.
//!
//! Whatever the data owns is copied into an arena, because operation data only borrows (generated crates hold it in
//! `const` items).

mod answer;
mod request;

use authsmith_protocol::operation::Operation;
use authsmith_protocol::provider::{Authorize, Provider, Renew, Setting, TokenKind};
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

/// The text of a template as operation data spells it: `<name>` for a variable, `<<` for the sign itself.
pub fn template_text(template: &model::Template) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            model::Part::Text(part) => text.push_str(&part.replace('<', "<<")),
            model::Part::Variable(variable) => {
                text.push('<');
                text.push_str(variable.name());
                text.push('>');
            }
            model::Part::Alternatives(_) => {
                text.push_str(&model::Template { parts: vec![part.clone()] }.to_string());
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
        let mut operations = ArenaVec::new_in(self.arena);
        operations.extend(self.provider.grants.iter().map(|grant| self.grant(grant)));
        operations.extend(self.provider.calls.iter().map(|call| self.call(call)));
        let data = Provider::new(&self.provider.name.wire, &self.provider.title)
            .operations(operations.into_bump_slice())
            .tokens(self.all(&self.provider.tokens, |kind| self.token(kind)))
            .settings(self.all(&self.provider.settings, |setting| self.setting(setting)));
        match &self.provider.authorize {
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

    fn template(self, template: &model::Template) -> &'a str {
        self.arena.alloc_str(&template_text(template))
    }

    fn grant(self, grant: &'a model::Grant) -> Operation<'a> {
        self.request(&grant.name, &grant.request)
            .answer(self.grant_answer(grant))
            .refusal(self.refusals(&grant.failures))
    }

    fn call(self, call: &'a model::Call) -> Operation<'a> {
        self.request(&call.name, &call.request)
            .token(&call.token)
            .answer(self.call_answer(call))
            .refusal(self.refusals(&call.failures))
    }

    fn authorize(self, authorize: &'a model::Authorize) -> Authorize<'a> {
        let request = &authorize.request;
        let operation = Operation::get("authorize", self.template(&request.url)).params(self.params(&request.params));
        let mut data = Authorize::new(operation).scope_separator(&authorize.scope_separator).pkce(authorize.pkce);
        if !authorize.state_documented {
            data = data.state_undocumented();
        }
        match authorize.code_lifetime {
            Some(seconds) => data.code_lifetime(seconds),
            None => data,
        }
    }

    fn token(self, kind: &'a model::TokenKind) -> TokenKind<'a> {
        let data = TokenKind::new(&kind.name.wire).renew(match &kind.renew {
            model::Renew::None => Renew::None,
            model::Renew::Refresh { grant, .. } => Renew::Refresh(grant),
            model::Renew::Reissue => Renew::Reissue,
            model::Renew::Extend(_) | model::Renew::Exchange(_) => Renew::None,
        });
        match (&self.provider.api, &kind.present) {
            (Some(api), Some(shown)) => data.api(self.template(api), self.params(std::slice::from_ref(shown))),
            _ => data,
        }
    }

    fn setting(self, setting: &'a model::Setting) -> Setting<'a> {
        let mut data = Setting::new(&setting.name.wire).allowed(self.all(&setting.allowed, |word| word.as_str()));
        if let Some(default) = &setting.default {
            data = data.default(default);
        }
        match setting.format {
            Some(format) => data.format(format),
            None => data,
        }
    }
}
