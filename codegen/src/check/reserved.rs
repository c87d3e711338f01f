//! Names that belong to the language, to the runtime, to Rust's prelude, or to what the generator makes up itself.

use std::collections::BTreeMap;

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::emit::reserved::{
    AUTHORIZATION_METHODS, BUILDER_METHODS, CLIENT_METHODS, CONNECTION_METHODS, TYPES, derived_types,
};
use crate::model::Name;
use crate::model::draft::{Origins, all_kept};
use crate::parse::node::Text;
use authsmith_protocol::operation::VARIABLES;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    operations(case, sink);
    settings_and_inputs(case, sink);
    implied_arguments(case, sink);
    words(case, sink);
    types(case, sink);
}

/// AS0203: operations and settings become methods.
fn operations(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    let client = spec.grants.iter().map(|grant| &grant.name);
    let client = client.chain(spec.fallbacks.iter().map(|f| &f.name)).chain(spec.widgets.iter().map(|w| &w.name));
    for name in client {
        method(case, name, CLIENT_METHODS, "a client", sink);
    }
    for call in &spec.calls {
        method(case, &call.name, CONNECTION_METHODS, "a connection", sink);
        if call.name.text == "authorize" {
            method(case, &call.name, CLIENT_METHODS, "a client", sink);
        }
    }
    for setting in &spec.settings {
        match setting.of_connection {
            true => method(case, &setting.name, AUTHORIZATION_METHODS, "an authorization request", sink),
            false => method(case, &setting.name, BUILDER_METHODS, "a builder", sink),
        }
    }
    if let Some(authorize) = &spec.authorize {
        let lists = authorize.scope_lists.iter().map(|(name, _)| name);
        for name in lists.chain(authorize.request.inputs.iter().map(|input| &input.name)) {
            method(case, name, AUTHORIZATION_METHODS, "an authorization request", sink);
        }
    }
}

fn method(case: Case<'_>, name: &Text, taken: &[&str], of: &str, sink: &mut Sink) {
    let snake = Name::new(&name.text).snake;
    if !taken.contains(&snake.as_str()) {
        return;
    }
    let title = format!("`{}` is the name of a method that {of} has already", name.text);
    let finding = Diagnostic::new(&codes::RESERVED, name.span, title).label("reserved");
    let better = format!("{}_{}", case.draft.provider.name.snake, snake.trim_end_matches('_'));
    sink.push(finding.hint(format!("choose a name that says more, for example `{better}`")));
}

/// AS0208: settings and inputs are variables, beside those of the protocol.
fn settings_and_inputs(case: Case<'_>, sink: &mut Sink) {
    for setting in &case.spec.settings {
        if VARIABLES.contains(&setting.name.text.as_str()) {
            let title = format!("the setting `{}` hides the protocol's variable of that name", setting.name.text);
            let finding = Diagnostic::new(&codes::HIDES_VARIABLE, setting.name.span, title).label("reserved");
            sink.push(finding.hint(format!("call it `vendor_{}`, for example", setting.name.text)));
        }
    }
    let requests = case.operations().map(|operation| operation.written);
    for written in requests.chain(case.spec.authorize.iter().map(|authorize| &authorize.request)) {
        for input in &written.inputs {
            let name = &input.name;
            let setting = case.spec.settings.iter().find(|setting| setting.name.text == name.text);
            let what = match setting {
                Some(_) => "setting",
                None if case.spec.values.iter().any(|(value, _)| value.text == name.text) => "value",
                None if all_kept(case.spec).any(|kept| kept.name.text == name.text) => "kept value",
                None if VARIABLES.contains(&name.text.as_str()) => "variable of the protocol",
                None => continue,
            };
            let title = format!("the input `{}` hides the {what} of that name", name.text);
            let mut finding = Diagnostic::new(&codes::HIDES_VARIABLE, name.span, title).label("hides another");
            if let Some(setting) = setting {
                finding = finding.related(setting.name.span, "the setting");
            }
            let hint = format!("give it another name, and `wire: {}` if that is its name on the wire", name.text);
            sink.push(finding.hint(hint));
        }
    }
}

/// AS0208 once more: a setting of the connection and an input that the standard asks for are arguments side by side.
fn implied_arguments(case: Case<'_>, sink: &mut Sink) {
    let settings = || case.spec.settings.iter().filter(|setting| setting.of_connection);
    for (written, grant) in case.spec.grants.iter().zip(&case.draft.provider.grants) {
        let declared = |name: &str| written.request.inputs.iter().any(|input| input.name.text == name);
        for input in grant.request.inputs.iter().filter(|input| !declared(&input.name.wire)) {
            let same = |setting: &&crate::parse::spec::Setting| Name::new(&setting.name.text).snake == input.name.snake;
            let Some(setting) = settings().find(same) else { continue };
            let title = format!(
                "the setting `{}` hides an input that the grant `{}` has of the standard",
                setting.name.text, written.name.text
            );
            let finding = Diagnostic::new(&codes::HIDES_VARIABLE, setting.name.span, title).label("hides another");
            sink.push(finding.related(written.name.span, "the grant").hint("give the setting another name"));
        }
    }
}

/// AS0209: words with a meaning of their own in one place.
fn words(case: Case<'_>, sink: &mut Sink) {
    let mut refuse = |name: &Text, title: String, hint: &str| {
        sink.push(Diagnostic::new(&codes::RESERVED_WORD, name.span, title).label("reserved").hint(hint));
    };
    for kind in case.spec.tokens.iter().filter(|kind| kind.name.text == "code") {
        refuse(
            &kind.name,
            "a kind of token can't be called `code`".to_owned(),
            "`yields: code` stands for an authorization code",
        );
    }
    let other = |name: &&Text| Name::new(&name.text).camel == "Other";
    for ty in &case.spec.enums {
        for word in ty.words.iter().filter(other) {
            let title =
                format!("the word `{}` would be the variant `Other`, which stands for unknown words", word.text);
            refuse(word, title, "leave it out: the word arrives as `Other`");
        }
    }
    let scopes = case.spec.authorize.iter().flat_map(|authorize| &authorize.scopes);
    let scopes = scopes.chain(case.spec.grants.iter().flat_map(|grant| &grant.scopes));
    for (scope, _) in scopes.filter(|(name, _)| other(&name)) {
        let title = format!("the scope `{}` would be the variant `Other`, which stands for unknown scopes", scope.text);
        refuse(scope, title, "leave it out: the app can still ask for it by name");
    }
    let failures = case.operations().flat_map(|operation| &operation.written.failures);
    for failure in failures.filter(|failure| other(&&failure.name)) {
        let title = format!(
            "the failure `{}` would be the variant `Other`, which stands for all other errors",
            failure.name.text
        );
        refuse(&failure.name, title, "say what it means, for example `user_exists`");
    }
    let words: Vec<_> =
        case.spec.types.iter().map(|ty| &ty.name).chain(case.spec.enums.iter().map(|ty| &ty.name)).collect();
    for name in words.into_iter().filter(|name| crate::parse::types::WORDS.contains(&name.text.as_str())) {
        let title = format!("`{}` is a type of the language", name.text);
        refuse(name, title, "type names begin with a capital, such as `Reading`");
    }
}

/// AS0204: types, and objects written in place, beside those that the generator makes up.
fn types(case: Case<'_>, sink: &mut Sink) {
    let derived: BTreeMap<String, String> = derived_types(&case.draft.provider).into_iter().collect();
    let defs = case.draft.provider.types.iter().zip(&case.draft.types);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (def, origin) in defs {
        let span = origin.span;
        let in_place = origin.how == Origins::InPlace;
        let taken = match derived.get(&def.name) {
            _ if TYPES.contains(&def.name.as_str()) => "the generated crate or to Rust",
            Some(of) => of.as_str(),
            None => match seen.insert(&def.name, "another type of the spec") {
                Some(other) if in_place => other,
                _ => continue,
            },
        };
        let title = match in_place {
            true => format!("the object written here would be the type `{}`, a name that belongs to {taken}", def.name),
            false => format!("a type can't be called `{}`, a name that belongs to {taken}", def.name),
        };
        let hint = match in_place {
            true => "give the object a name of its own under `types`".to_owned(),
            false => format!("say more, for example `{}{}`", case.draft.provider.name.camel, def.name),
        };
        sink.push(Diagnostic::new(&codes::RESERVED_TYPE, span, title).label("taken").hint(hint));
    }
    collisions_of_derived(case, sink);
}

/// AS0204 once more: what the generator makes up must not collide with itself.
fn collisions_of_derived(case: Case<'_>, sink: &mut Sink) {
    let named = case.spec.tokens.iter().map(|kind| (&kind.name, "a kind of token"));
    let settings = case.spec.settings.iter().filter(|setting| !setting.allowed.is_empty());
    let named = named.chain(settings.map(|setting| (&setting.name, "a setting with an enum")));
    let grants = case.spec.grants.iter().filter(|grant| !grant.fields.is_empty());
    let named = named.chain(grants.map(|grant| (&grant.name, "the fields of a grant")));
    let lists = case.spec.authorize.iter().flat_map(|authorize| &authorize.scope_lists);
    let lists = lists.filter(|(_, scopes)| !scopes.is_empty());
    let named = named.chain(lists.map(|(name, _)| (name, "a further list of scopes")));
    let named = named.chain(case.spec.fallbacks.iter().map(|fallback| (&fallback.name, "the outcome of a fallback")));
    let named = named.chain(case.spec.widgets.iter().map(|widget| (&widget.name, "a widget")));
    // What is made of a name and a word of the generator's own, such as `MeRequest`.
    let composed = derived_types(&case.draft.provider).into_iter().filter(|(ty, of)| !of.ends_with(&format!("`{ty}`")));
    let composed: Vec<(String, String)> = composed.collect();
    let mut seen: BTreeMap<String, (&Text, &str)> = BTreeMap::new();
    for (name, what) in named {
        let camel = Name::new(&name.text).camel;
        let own = format!("`{}`", name.text);
        if let Some((_, of)) = composed.iter().find(|(ty, of)| *ty == camel && !of.ends_with(&own)) {
            let title = format!("{what} called {own} would be the type `{camel}`, a name that belongs to {of}");
            let finding = Diagnostic::new(&codes::RESERVED_TYPE, name.span, title).label("taken");
            sink.push(finding.hint("choose another name"));
            continue;
        }
        if TYPES.contains(&camel.as_str()) {
            let title = format!(
                "{what} called `{}` would be the type `{camel}`, which the generated crate or Rust has already",
                name.text
            );
            sink.push(
                Diagnostic::new(&codes::RESERVED_TYPE, name.span, title).label("taken").hint("choose another name"),
            );
        } else if let Some((first, other)) = seen.insert(camel.clone(), (name, what)) {
            let title = format!("{what} and {other} would both be the type `{camel}`");
            let mut finding = Diagnostic::new(&codes::RESERVED_TYPE, name.span, title).label("taken");
            if case.spec.tokens_written.is_some() || other != "a kind of token" {
                finding = finding.related(first.span, "first here");
            }
            sink.push(finding.hint("choose another name for one of the two"));
        }
    }
}
