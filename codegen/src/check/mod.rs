//! The rules of the language; each a function, and a diagnostic with a code.

pub mod codes;

mod allowances;
mod clients;
mod dangers;
mod escaped;
mod fallbacks;
mod fits;
mod grants;
mod headers;
mod hosts;
mod id_token;
mod limits;
mod names;
mod renewal;
mod requests;
mod reserved;
mod rules;
mod samples;
mod settings;
mod sources;
mod states;
mod success;
mod templates;
mod tokens;
mod twice;
mod types;
mod urls;
mod values;
mod widgets;

use crate::diagnostics::{Diagnostic, Diagnostics, Sink, Span};
use crate::model::draft::{Draft, Lines, Role};
use crate::model::{GrantKind, Provider, Request};
use crate::parse::node::Text;
use crate::parse::spec::{self, Spec};

/// What the rules look at: the spec as it is written, and the model that it would become.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub spec: &'a Spec,
    pub draft: &'a Draft,
}

/// Checks every rule that concerns one file.
pub(crate) fn check(spec: &Spec, draft: &Draft, sink: &mut Sink) {
    let case = Case { spec, draft };
    names::check(case, sink);
    reserved::check(case, sink);
    settings::check(case, sink);
    fits::check(case, sink);
    values::check(case, sink);
    templates::check(case, sink);
    urls::check(case, sink);
    requests::check(case, sink);
    headers::check(case, sink);
    grants::check(case, sink);
    sources::check(case, sink);
    tokens::check(case, sink);
    renewal::check(case, sink);
    limits::check(case, sink);
    success::check(case, sink);
    types::check(case, sink);
    samples::check(case, sink);
    id_token::check(case, sink);
    fallbacks::check(case, sink);
    widgets::check(case, sink);
    dangers::check(case, sink);
    allowances::apply(case, sink);
}

/// Checks what concerns all files together: no provider is described twice.
pub(crate) fn check_together(providers: &[Provider], places: &[(String, Span)], findings: &mut Diagnostics) {
    for (at, (provider, (file, span))) in providers.iter().zip(places).enumerate() {
        let earlier = providers.iter().take(at).find(|other| other.name.snake == provider.name.snake);
        let Some(earlier) = earlier else { continue };
        let title = match earlier.name.wire == provider.name.wire {
            true => format!("the provider `{}` is described twice", provider.name.wire),
            false => format!(
                "the providers `{}` and `{}` would both be `{}` in Rust",
                earlier.name.wire, provider.name.wire, provider.name.snake
            ),
        };
        let mut finding = Diagnostic::new(&codes::SAME_PROVIDER, *span, title).label("again");
        finding = finding.hint(format!("the other description is {}", earlier.source.file));
        finding.file.clone_from(file);
        findings.list.push(finding);
    }
}

/// A grant, a call, or another request of the spec.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub name: &'a Text,
    pub written: &'a spec::Request,
    pub request: &'a Request,
    pub lines: &'a Lines,
    pub role: Role<'a>,
}

impl Operation<'_> {
    /// What the operation is, in a word.
    pub(crate) fn what(&self) -> &'static str {
        match self.role {
            Role::Authorize => "authorization request",
            Role::Device => "device authorization request",
            Role::Grant(_) => "grant",
            Role::Revoke => "revocation",
            Role::Call(_) => "call",
        }
    }
}

impl<'a> Case<'a> {
    /// The grants and calls, the device authorization request and the revocation.
    pub(crate) fn operations(self) -> impl Iterator<Item = Operation<'a>> {
        let provider = &self.draft.provider;
        let grants = self.spec.grants.iter().zip(&provider.grants).zip(&self.draft.grants);
        let grants = grants.map(|((written, grant), lines)| Operation {
            name: &written.name,
            written: &written.request,
            request: &grant.request,
            lines,
            role: Role::Grant(written.kind.unwrap_or(GrantKind::Custom)),
        });
        let calls = self.spec.calls.iter().zip(&provider.calls).zip(&self.draft.calls);
        let calls = calls.map(|((written, call), lines)| Operation {
            name: &written.name,
            written: &written.request,
            request: &call.request,
            lines,
            role: Role::Call(&call.token),
        });
        let revoke = self.spec.revoke.iter().zip(&provider.revoke).zip(&self.draft.revoke);
        let revoke = revoke.map(|((written, request), lines)| Operation {
            name: &written.name,
            written: &written.request,
            request,
            lines,
            role: Role::Revoke,
        });
        let device = self.spec.device.iter().zip(&provider.device).zip(&self.draft.device);
        let device = device.map(|((written, device), lines)| Operation {
            name: &written.name,
            written: &written.request,
            request: &device.request,
            lines,
            role: Role::Device,
        });
        device.chain(grants).chain(calls).chain(revoke)
    }

    /// The authorization request; its name is the key.
    pub(crate) fn authorize(self) -> Option<(&'a spec::Authorize, &'a Request, &'a Lines)> {
        let written = self.spec.authorize.as_ref()?;
        let authorize = self.draft.provider.authorize.as_ref()?;
        Some((written, &authorize.request, self.draft.authorize.as_ref()?))
    }
}
