//! Spec tree to model, before the rules have been checked. A draft is always complete: where the spec is wrong, something
//! stands in. The rules look at the draft too, and only when all of them hold is it given away.

mod grants;
mod json;
mod request;
mod tokens;
mod types;

pub(crate) use grants::default_kind;
pub(crate) use request::{Lines, Role, body_place, standard};
pub(crate) use types::{Origin, Origins};

use super::{Authorize, Call, Callback, Fallback, Name, Provider, Scope, Setting, Source, Type, Widget, WidgetEvent};
use crate::parse::node::Text;
use crate::parse::spec::{self, Spec};
use types::Book;

/// A model that no rule has looked at, and where its pieces came from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub provider: Provider,
    pub authorize: Option<Lines>,
    /// Parallel to the grants of the provider.
    pub grants: Vec<Lines>,
    /// Parallel to the calls of the provider.
    pub calls: Vec<Lines>,
    /// Parallel to the types of the provider.
    pub types: Vec<Origin>,
}

/// Drafts the model of a spec.
pub(crate) fn draft(spec: &Spec, source: Source) -> Draft {
    let mut book = Book::new(spec);
    let name = Name::new(plain(&spec.provider).unwrap_or_else(|| "unnamed".to_owned()));
    let (authorize, authorize_lines) = spec.authorize.as_ref().map(|written| authorize(spec, written)).unzip();
    let (grants, grant_lines) = spec.grants.iter().map(|written| grants::grant(spec, written, &mut book)).unzip();
    let (calls, call_lines) = spec.calls.iter().map(|written| call(spec, written, &mut book)).unzip();
    let widgets = spec.widgets.iter().map(|written| widget(spec, written, &mut book)).collect();
    let (types, origins) = book.finish();
    let mut provider = Provider {
        title: plain(&spec.title).unwrap_or_else(|| title(&name.wire)),
        name,
        about: plain(&spec.about),
        docs: plain(&spec.docs),
        undocumented: spec.undocumented.iter().map(|text| text.text.clone()).collect(),
        settings: spec.settings.iter().map(setting).collect(),
        values: Vec::new(),
        authorize,
        grants,
        tokens: spec.tokens.iter().map(|kind| tokens::kind(spec, kind)).collect(),
        api_params: Vec::new(),
        revoke: None,
        calls,
        verify: None,
        fallbacks: spec.fallbacks.iter().map(fallback).collect(),
        widgets,
        types,
        error_code: spec.error_code.as_ref().map_or("/error".to_owned(), pointer),
        error_code_or: Vec::new(),
        error_text_or: Vec::new(),
        retry_after: None,
        retry_at: None,
        error_text: spec.error_text.as_ref().map_or("/error_description".to_owned(), pointer),
        api: spec.api.as_ref().map(|api| request::template(spec, api, &[])),
        source,
    };
    json::fill_samples(spec, &mut provider);
    types::mark_uses(&mut provider);
    Draft { provider, authorize: authorize_lines, grants: grant_lines, calls: call_lines, types: origins }
}

pub(super) fn plain(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.text.trim_end().to_owned())
}

/// The JSON Pointer of a field; a plain name is a top-level member.
pub(super) fn pointer(field: &Text) -> String {
    match field.text.starts_with('/') {
        true => field.text.clone(),
        false => format!("/{}", field.text.replace('~', "~0").replace('/', "~1")),
    }
}

fn title(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn setting(written: &spec::Setting) -> Setting {
    Setting {
        name: Name::new(&written.name.text),
        about: plain(&written.about),
        default: written.default.as_ref().map(|text| text.text.clone()),
        allowed: written.allowed.iter().map(|text| text.text.clone()).collect(),
        format: written.format,
        pattern: None,
        of_connection: false,
        optional: false,
        prefix: None,
        suffix: None,
        sample: written.sample.as_ref().map(|text| text.text.clone()),
    }
}

fn authorize(spec: &Spec, written: &spec::Authorize) -> (Authorize, Lines) {
    let (request, lines) = request::request(spec, &written.request, Role::Authorize, Vec::new());
    let scope = |(name, about): &(Text, Option<Text>)| Scope { name: Name::new(&name.text), about: plain(about) };
    let authorize = Authorize {
        request,
        scopes: written.scopes.iter().map(scope).collect(),
        scope_separator: written.scope_separator.as_ref().map_or(" ".to_owned(), |text| text.text.clone()),
        default_scopes: Vec::new(),
        scope_lists: Vec::new(),
        state_rule: None,
        callback: Callback::default(),
        pkce: written.pkce,
        state_documented: written.state_documented,
        code_lifetime: written.code_lifetime,
    };
    (authorize, lines)
}

fn call(spec: &Spec, written: &spec::Call, book: &mut Book<'_>) -> (Call, Lines) {
    let name = Name::new(&written.name.text);
    let inputs = book.inputs(&written.request.inputs, &name.camel);
    let kind = written.token.as_ref().map_or_else(|| default_kind(spec), |kind| kind.text.clone());
    let (request, lines) = request::request(spec, &written.request, Role::Call(&kind), inputs);
    let returns = match &written.returns {
        Some(returns) => book.ty(returns, &name.camel),
        None => Type::Nothing,
    };
    let call = Call {
        about: plain(&written.request.about),
        undocumented: plain(&written.request.undocumented),
        token: kind,
        request,
        returns,
        succeeds: Vec::new(),
        failures: grants::failures(&written.request),
        sample: None,
        name,
    };
    (call, lines)
}

fn fallback(written: &spec::Fallback) -> Fallback {
    let wire = |text: &Option<Text>| plain(text).unwrap_or_default();
    Fallback {
        name: Name::new(&written.name.text),
        about: plain(&written.about),
        attempt: wire(&written.attempt),
        on: wire(&written.on),
        then: wire(&written.then),
    }
}

fn widget(spec: &Spec, written: &spec::Widget, book: &mut Book<'_>) -> Widget {
    let name = Name::new(&written.name.text);
    let options = book.inputs(&written.options, &name.camel);
    let events = written.events.iter().map(|event| {
        let event_name = Name::new(&event.name.text);
        let place = format!("{}{}", name.camel, event_name.camel);
        let payload = event.payload.as_ref().map(|payload| book.ty(payload, &place));
        let payload = match payload {
            Some(Type::Named(name)) => name,
            _ => place,
        };
        WidgetEvent { name: event_name, about: plain(&event.about), payload }
    });
    Widget {
        about: plain(&written.about),
        script: written.script.as_ref().map(|script| request::template(spec, script, &[])).unwrap_or_default(),
        open: plain(&written.open).unwrap_or_default(),
        token_option: plain(&written.token_option).unwrap_or_default(),
        kinds: written.kinds.iter().map(|kind| kind.text.clone()).collect(),
        events: events.collect(),
        options,
        name,
    }
}
