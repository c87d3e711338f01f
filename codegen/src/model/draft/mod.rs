//! Spec tree to model, before the rules have been checked. A draft is always complete: where the spec is wrong, something
//! stands in. The rules look at the draft too, and only when all of them hold is it given away.

mod device;
mod grants;
mod id_token;
mod json;
mod request;
mod tokens;
mod types;

pub(crate) use device::{any_scope as device_takes_any, scopes as device_scopes};
pub(crate) use grants::{default_kind, extends};
pub(crate) use id_token::CLAIMS;
pub(crate) use request::{Lines, Role, all_kept, body_place, implied_inputs, standard};
pub(crate) use types::{Origin, Origins};

use super::{
    Allowed, Authorize, Call, Callback, Check, Codes, Device, Due, Fallback, Grant, Input, Kept, Limited, Name,
    NamedValue, Provider, Scope, ScopeList, Setting, Source, StateRule, Template, Type, Variable, Wait, Widget,
    WidgetEvent,
};
use crate::parse::node::Text;
use crate::parse::spec::{self, At, Of, Spec};
use types::Book;

/// A model that no rule has looked at, and where its pieces came from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub provider: Provider,
    pub authorize: Option<Lines>,
    pub device: Option<Lines>,
    /// Parallel to the grants of the provider.
    pub grants: Vec<Lines>,
    /// Parallel to the calls of the provider.
    pub calls: Vec<Lines>,
    pub revoke: Option<Lines>,
    /// Parallel to the types of the provider.
    pub types: Vec<Origin>,
}

/// A template that belongs to no operation, its variables told apart.
pub(crate) fn shared_template(spec: &Spec, written: &crate::parse::template::Template) -> Template {
    request::template(spec, written, &[])
}

/// A warning that is allowed; one that there isn't has been reported.
fn allowance((code, reason): &(Text, Text)) -> Option<Allowed> {
    let rule = crate::check::codes::ALL.iter().find(|rule| rule.code == code.text)?;
    Some(Allowed { code: rule.code, title: rule.title, reason: reason.text.clone() })
}

/// Drafts the model of a spec.
pub(crate) fn draft(spec: &Spec, source: Source) -> Draft {
    let mut book = Book::new(spec);
    let name = Name::new(plain(&spec.provider).unwrap_or_else(|| "unnamed".to_owned()));
    let (authorize, authorize_lines) =
        spec.authorize.as_ref().map(|written| authorize(spec, written, &mut book)).unzip();
    let (device, device_lines) = spec.device.as_ref().map(|written| device::device(spec, written, &mut book)).unzip();
    let (grants, grant_lines): (Vec<Grant>, _) =
        spec.grants.iter().map(|written| grants::grant(spec, written, &mut book)).unzip();
    let (calls, call_lines): (Vec<Call>, _) = spec.calls.iter().map(|written| call(spec, written, &mut book)).unzip();
    let (revoke, revoke_lines) =
        spec.revoke.as_ref().map(|written| request::request(spec, &written.request, Role::Revoke, Vec::new())).unzip();
    let values = values(spec, authorize.as_ref(), device.as_ref(), &grants, &calls);
    let id_token = spec.id_token.as_ref();
    let id_token = id_token.map(|written| id_token::id_token(spec, written, authorize.as_ref(), &values, &mut book));
    let widgets = spec.widgets.iter().map(|written| widget(spec, written, &mut book)).collect();
    let (types, origins) = book.finish();
    let mut provider = Provider {
        title: plain(&spec.title).unwrap_or_else(|| title(&name.wire)),
        name,
        about: plain(&spec.about),
        docs: plain(&spec.docs),
        undocumented: spec.undocumented.iter().map(|text| text.text.clone()).collect(),
        allowed: spec.allow.iter().filter_map(allowance).collect(),
        settings: spec.settings.iter().map(setting).collect(),
        values,
        authorize,
        device,
        grants,
        id_token,
        tokens: spec.tokens.iter().map(|kind| tokens::kind(spec, kind)).collect(),
        api_params: request::api_params(spec),
        revoke,
        calls,
        verify: plain(&spec.verify),
        fallbacks: spec.fallbacks.iter().map(fallback).collect(),
        widgets,
        types,
        error_code: spec.error_code.first().map_or("/error".to_owned(), pointer),
        error_code_or: spec.error_code.iter().skip(1).map(pointer).collect(),
        error_text: spec.error_text.first().map_or("/error_description".to_owned(), pointer),
        error_text_or: spec.error_text.iter().skip(1).map(pointer).collect(),
        waits: spec.retry_after.iter().chain(&spec.reset).map(wait).collect(),
        limited: spec.limited.as_ref().map(limited),
        codes: Codes {
            terminal: texts(&spec.terminal),
            transient: texts(&spec.transient),
            config: texts(&spec.config),
        },
        api: spec.api.as_ref().map(|api| request::template(spec, api, &[])),
        source,
    };
    json::fill_samples(spec, &mut provider);
    types::mark_uses(&mut provider);
    Draft {
        provider,
        authorize: authorize_lines,
        device: device_lines,
        grants: grant_lines,
        calls: call_lines,
        revoke: revoke_lines,
        types: origins,
    }
}

pub(super) fn plain(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.text.trim_end().to_owned())
}

/// The JSON Pointer of a field; a plain name is a top-level member.
pub(super) fn pointer(field: &Text) -> String {
    match field.text.starts_with('/') || field.text.is_empty() {
        true => field.text.clone(),
        false => format!("/{}", field.text.replace('~', "~0").replace('/', "~1")),
    }
}

/// A place in an answer, as the model spells it.
pub(super) fn place(at: &At) -> String {
    match at.of {
        Of::Body => pointer(&at.text),
        Of::Header | Of::Unclear => format!("header:{}", at.text.text),
        Of::Cookie => format!("cookie:{}", at.text.text),
    }
}

/// What is kept of an answer.
pub(super) fn kept(written: &spec::Kept) -> Kept {
    Kept {
        name: Name::new(&written.name.text),
        from: place(&written.from),
        default: plain(&written.default),
        allowed: written.allowed.iter().map(|word| word.text.clone()).collect(),
        format: written.format,
        pattern: plain(&written.pattern),
        sample: plain(&written.sample),
    }
}

fn wait(written: &spec::Wait) -> Wait {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.text.clone());
    Wait { at: place(&written.at), unit: written.unit, after: text(&written.after), before: text(&written.before) }
}

fn limited(written: &spec::Limited) -> Limited {
    Limited {
        statuses: written.statuses.iter().filter_map(|status| u16::try_from(status.value).ok()).collect(),
        remaining: plain(&written.remaining),
        codes: texts(&written.codes),
    }
}

fn texts(written: &[Text]) -> Vec<String> {
    written.iter().map(|text| text.text.clone()).collect()
}

/// What an operation's answer must say; its own word takes the place of the general one.
pub(super) fn succeeds(spec: &Spec, written: &spec::Request) -> Vec<Check> {
    let checks = written.succeeds.as_ref().unwrap_or(&spec.succeeds);
    let due = |check: &spec::Check| match check.absent {
        true => Due::Absent,
        false => Due::OneOf(check.texts.iter().map(|text| text.text.clone()).collect()),
    };
    checks.iter().map(|check| Check { at: pointer(&check.at), due: due(check) }).collect()
}

/// The only statuses of success of an operation; its own word takes the place of the general one.
pub(super) fn success_status(spec: &Spec, written: &spec::Request) -> Vec<u16> {
    let statuses = written.success_status.as_ref().or(spec.success_status.as_ref());
    let list = statuses.iter().flat_map(|statuses| &statuses.list);
    list.filter_map(|status| u16::try_from(status.value).ok()).collect()
}

/// The named templates, over whatever the operations that use them have. A value is secret when a part of it is, however
/// deep.
fn values(
    spec: &Spec,
    authorize: Option<&Authorize>,
    device: Option<&Device>,
    grants: &[Grant],
    calls: &[Call],
) -> Vec<NamedValue> {
    let requests = authorize.map(|authorize| &authorize.request).into_iter();
    let requests = requests.chain(device.map(|device| &device.request));
    let requests =
        requests.chain(grants.iter().map(|grant| &grant.request)).chain(calls.iter().map(|call| &call.request));
    let inputs: Vec<Input> = requests.flat_map(|request| &request.inputs).cloned().collect();
    let value = |(name, written): &(Text, crate::parse::template::Template)| NamedValue {
        name: Name::new(&name.text),
        value: request::template(spec, written, &inputs),
        secret: false,
    };
    let mut values: Vec<NamedValue> = spec.values.iter().map(value).collect();
    let secret_inputs: Vec<&str> =
        inputs.iter().filter(|input| input.ty == Type::Secret).map(|input| input.name.wire.as_str()).collect();
    // As often as there are values: then a secret has come through the longest chain.
    for _ in 0..values.len() {
        let secret: Vec<String> = values.iter().filter(|v| v.secret).map(|v| v.name.wire.clone()).collect();
        for value in &mut values {
            value.secret = value.secret || is_secret(&value.value, &secret, &secret_inputs);
        }
    }
    values
}

fn is_secret(template: &Template, secret: &[String], secret_inputs: &[&str]) -> bool {
    template.variables().any(|variable| match variable {
        Variable::Protocol(name) => !matches!(name.as_str(), "client_id" | "redirect_uri" | "scope" | "now"),
        Variable::Value(name) => secret.contains(name),
        Variable::Input(name) => secret_inputs.contains(&name.as_str()),
        Variable::Setting(_) | Variable::Kept(_) => false,
    })
}

/// The words of a name, each with a capital.
fn title(name: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    name.split(['-', '_']).map(capital).collect::<Vec<_>>().join(" ")
}

fn setting(written: &spec::Setting) -> Setting {
    Setting {
        name: Name::new(&written.name.text),
        about: plain(&written.about),
        default: written.default.as_ref().map(|text| text.text.clone()),
        allowed: written.allowed.iter().map(|text| text.text.clone()).collect(),
        format: written.format,
        pattern: plain(&written.pattern),
        of_connection: written.of_connection,
        optional: written.optional,
        prefix: plain(&written.prefix),
        suffix: plain(&written.suffix),
        sample: written.sample.as_ref().map(|text| text.text.clone()),
    }
}

pub(super) fn scope((name, about): &(Text, Option<Text>)) -> Scope {
    Scope { name: Name::new(&name.text), about: plain(about) }
}

fn authorize(spec: &Spec, written: &spec::Authorize, book: &mut Book<'_>) -> (Authorize, Lines) {
    let inputs = book.inputs(&written.request.inputs, "Authorize");
    let (request, lines) = request::request(spec, &written.request, Role::Authorize, inputs);
    let list = |(name, scopes): &(Text, spec::Scopes)| ScopeList {
        name: Name::new(&name.text),
        scopes: scopes.iter().map(scope).collect(),
    };
    let rule = |form: &spec::StateForm| StateRule {
        length: form.length.as_ref().map_or(43, |length| length.value),
        alphabet: form.alphabet,
    };
    let authorize = Authorize {
        request,
        scopes: written.scopes.iter().map(scope).collect(),
        any_scope: written.any_scope,
        scope_separator: written.scope_separator.as_ref().map_or(" ".to_owned(), |text| text.text.clone()),
        default_scopes: written.default_scopes.iter().map(|scope| scope.text.clone()).collect(),
        scope_lists: written.scope_lists.iter().map(list).collect(),
        state_in_redirect_uri: written.state_form.as_ref().is_some_and(|form| form.in_redirect_uri),
        state_rule: written.state_form.as_ref().filter(|form| form.written).map(rule),
        callback: callback(spec, &written.callback),
        pkce: written.pkce.value,
        state_documented: written.state_undocumented.is_none(),
        code_lifetime: written.code_lifetime,
    };
    (authorize, lines)
}

fn callback(spec: &Spec, written: &spec::Callback) -> Callback {
    let standard = Callback::default();
    let kept = |kept: &spec::Kept| Kept { from: kept.from.text.text.clone(), ..self::kept(kept) };
    Callback {
        code: plain(&written.code).unwrap_or(standard.code),
        state: plain(&written.state).unwrap_or(standard.state),
        error: plain(&written.error).unwrap_or(standard.error),
        error_text: plain(&written.error_text).unwrap_or(standard.error_text),
        keep: written.keep.iter().map(kept).collect(),
        denied_by_absence: written.denied_by_absence,
        issuer: written.issuer.as_ref().map(|issuer| request::template(spec, issuer, &[])),
    }
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
        succeeds: succeeds(spec, &written.request),
        success_status: success_status(spec, &written.request),
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
