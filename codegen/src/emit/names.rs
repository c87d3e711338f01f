//! The Rust names that generated code makes up, in one place, so that the rules of the language know them too.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};

use super::facts::is_required;
use crate::lower::REVOKE;
use crate::model::{self, Name};

/// The type that carries the optional inputs of a call: `UserSummariesRequest`.
pub(crate) fn request_type(call: &Name) -> String {
    format!("{}Request", call.camel)
}

/// The type that carries what an authorization request may be given besides its arguments.
pub(crate) const AUTHORIZATION: &str = "Authorization";

/// Whether an authorization request may be given more than its arguments.
pub(crate) fn takes_more(provider: &model::Provider, authorize: &model::Authorize) -> bool {
    let mut settings = provider.connection_settings();
    has_optional_inputs(&authorize.request)
        || !authorize.scope_lists.is_empty()
        || settings.any(|setting| !is_required(setting))
}

/// The trait of the tokens that open a widget: `ConnectToken`.
pub(crate) fn widget_token_trait(widget: &Name) -> String {
    format!("{}Token", widget.camel)
}

/// What a widget tells the page: `ConnectEvent`.
pub(crate) fn widget_event(widget: &Name) -> String {
    format!("{}Event", widget.camel)
}

/// Every type that generated code makes up for a provider, each with what it is made for.
pub(crate) fn derived_types(provider: &model::Provider) -> Vec<(String, String)> {
    let mut types = Vec::new();
    let mut add = |name: String, kind: &str, of: &Name| types.push((name, format!("{kind} `{}`", of.wire)));
    for kind in &provider.tokens {
        add(kind.name.camel.clone(), "the token kind", &kind.name);
    }
    for setting in provider.settings.iter().filter(|setting| !setting.allowed.is_empty()) {
        add(setting.name.camel.clone(), "the setting", &setting.name);
    }
    for list in provider.authorize.iter().flat_map(|authorize| &authorize.scope_lists) {
        add(list.name.camel.clone(), "the scopes of", &list.name);
    }
    for grant in provider.grants.iter().filter(|grant| !grant.fields.is_empty()) {
        add(grant.name.camel.clone(), "the fields of the grant", &grant.name);
    }
    for call in provider.calls.iter().filter(|call| has_optional_inputs(&call.request)) {
        add(request_type(&call.name), "the optional inputs of the call", &call.name);
    }
    for fallback in &provider.fallbacks {
        add(fallback.name.camel.clone(), "the outcome of the fallback", &fallback.name);
    }
    for widget in &provider.widgets {
        add(widget.name.camel.clone(), "the widget", &widget.name);
        add(widget_token_trait(&widget.name), "the tokens of the widget", &widget.name);
        if !widget.events.is_empty() {
            add(widget_event(&widget.name), "the events of the widget", &widget.name);
        }
    }
    if provider.authorize.as_ref().is_some_and(|authorize| takes_more(provider, authorize)) {
        types.push((AUTHORIZATION.to_owned(), "what `authorize` may be given".to_owned()));
    }
    types
}

/// Whether a request has inputs that may be left out.
pub(crate) fn has_optional_inputs(request: &model::Request) -> bool {
    request.inputs.iter().any(|input| input.optional)
}

/// An identifier. The model's names are identifiers already; should one not be, it is mended rather than trusted.
pub(super) fn ident(name: &str) -> Ident {
    if let Ok(ident) = syn::parse_str::<Ident>(name) {
        return ident;
    }
    let mended: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    Ident::new(&format!("_{mended}_"), Span::call_site())
}

/// The names of the `const` items in `operations`.
pub(super) struct Consts {
    pub(super) provider: String,
    pub(super) authorize: String,
    pub(super) device: String,
    pub(super) id_token: String,
    operations: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
    shapes: BTreeMap<String, String>,
}

impl Consts {
    pub(super) fn new(provider: &model::Provider) -> Self {
        let mut taken = Taken::default();
        let provider_name = taken.take("PROVIDER");
        let authorize = taken.take("AUTHORIZE");
        let device = if provider.device.is_some() { taken.take("DEVICE") } else { String::new() };
        let id_token = if provider.id_token.is_some() { taken.take("ID_TOKEN") } else { String::new() };
        let grants = provider.grants.iter().map(|grant| &grant.name);
        let calls = provider.calls.iter().map(|call| &call.name);
        let mut operations: BTreeMap<String, String> =
            grants.chain(calls).map(|name| (name.wire.clone(), taken.take(&screaming(&name.snake)))).collect();
        if provider.revoke.is_some() {
            operations.insert(REVOKE.to_owned(), taken.take(&screaming(REVOKE)));
        }
        let tokens = provider.tokens.iter().map(|kind| &kind.name);
        let tokens = tokens.map(|name| (name.wire.clone(), taken.take(&screaming(&name.snake)))).collect();
        let shapes = provider.types.iter().map(|def| &def.name);
        let shapes =
            shapes.map(|name| (name.clone(), taken.take(&format!("{}_SHAPE", screaming(&snake(name)))))).collect();
        Self { provider: provider_name, authorize, device, id_token, operations, tokens, shapes }
    }

    pub(super) fn operation(&self, name: &str) -> &str {
        self.operations.get(name).map_or("", String::as_str)
    }

    pub(super) fn token(&self, kind: &str) -> &str {
        self.tokens.get(kind).map_or("", String::as_str)
    }

    pub(super) fn shape(&self, ty: &str) -> &str {
        self.shapes.get(ty).map_or("", String::as_str)
    }
}

/// Names given away already; who comes later gets underscores.
#[derive(Default)]
struct Taken(BTreeSet<String>);

impl Taken {
    fn take(&mut self, name: &str) -> String {
        let mut name = name.to_owned();
        while !self.0.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}

fn screaming(snake: &str) -> String {
    snake.trim_end_matches('_').to_ascii_uppercase()
}

fn snake(camel: &str) -> String {
    let mut snake = String::new();
    let mut lower = false;
    for c in camel.chars() {
        if c.is_ascii_uppercase() && lower {
            snake.push('_');
        }
        lower = !c.is_ascii_uppercase();
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// The variants of a setting's words: `[json, form]` gives `Json` and `Form`.
pub(super) fn variants(words: &[String]) -> Vec<String> {
    let mut taken = Taken::default();
    words.iter().map(|word| taken.take(&variant(word))).collect()
}

fn variant(word: &str) -> String {
    let mut camel = String::new();
    let mut upper = true;
    for c in word.chars() {
        if c.is_ascii_alphanumeric() {
            camel.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        } else {
            upper = true;
        }
    }
    match camel.chars().next() {
        None => "Empty".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("N{camel}"),
        Some(_) if camel == "Self" => "Self_".to_owned(),
        Some(_) => camel,
    }
}

/// The kind that a grant yields when it yields exactly one.
pub(super) fn only_kind(grant: &model::Grant) -> Option<&str> {
    match &grant.yields {
        model::Yields::Tokens(issued) => match issued.as_slice() {
            [only] => Some(&only.kind),
            _ => None,
        },
        model::Yields::Code(_) => None,
    }
}

/// The first kind that a grant yields, and how the tokens are bound: a grant of several kinds gives a tuple.
pub(super) fn first_kind(grant: &model::Grant) -> Option<(&str, &'static str)> {
    match &grant.yields {
        model::Yields::Tokens(issued) => {
            let binding = if issued.len() == 1 { "tokens" } else { "(tokens, ..)" };
            issued.first().map(|first| (first.kind.as_str(), binding))
        }
        model::Yields::Code(_) => None,
    }
}
