//! Names: each must be sayable in Rust, and no two may become one.

use std::collections::HashMap;

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::Name;
use crate::parse::node::Text;
use crate::parse::spec::Spec;
use crate::parse::types::{FieldExpr, TypeExpr, TypeShape};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    provider(case, sink);
    for group in groups(case) {
        for name in &group.names {
            speakable(name, group.what, group.identifiers, sink);
        }
        collisions(&group, sink);
    }
}

/// Names of the project's own packages, `authsmith-<name>`.
const OWN_PACKAGES: &[&str] = &["codegen", "login", "macros", "protocol", "sandbox"];

/// AS0205, AS0206.
fn provider(case: Case<'_>, sink: &mut Sink) {
    let Some(name) = &case.spec.provider else { return };
    let is_word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !name.text.split(['-', '_']).all(is_word) || name.text.len() > 64 {
        let title = format!("`{}` can't be the name of a provider", name.text);
        let finding = Diagnostic::new(&codes::PROVIDER_NAME, name.span, title);
        let finding = finding.label("expected small letters and digits, with `-` or `_` between them");
        let better = Name::new(&name.text).snake.trim_end_matches('_').replace('_', "-");
        sink.push(match better != name.text && Name::is_speakable(&name.text) {
            true => {
                let hint = format!("write `{better}`, and the vendor's spelling under `title`");
                finding.hint(hint).instead(name.span, &name.text, better)
            }
            false => finding,
        });
        return;
    }
    if OWN_PACKAGES.contains(&name.text.as_str()) {
        let title = format!("`authsmith-{}` is a package already", name.text);
        let finding = Diagnostic::new(&codes::PROVIDER_NAME, name.span, title).label("taken");
        sink.push(finding.hint(format!("say more, for example `{}_health`", name.text)));
        return;
    }
    let file = case.draft.provider.source.file.as_str();
    let stem = file.rsplit(['/', '\\']).next().and_then(|file| file.split('.').next()).unwrap_or_default();
    if stem != name.text {
        let title = format!("the spec of `{}` stands in a file called `{stem}`", name.text);
        let finding = Diagnostic::new(&codes::FILE_NAME, name.span, title).label("differs from the file's name");
        sink.push(finding.hint(format!("call the file `{}.yaml`", name.text)));
    }
}

/// Names that live side by side in the generated crate.
struct Group<'a> {
    what: &'static str,
    names: Vec<&'a Text>,
    style: Style,
    /// Whether the names are the spec's own, so that they can be identifiers, and not the vendor's.
    identifiers: bool,
}

/// How Rust spells the names of a group.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Snake,
    Camel,
}

fn groups(case: Case<'_>) -> Vec<Group<'_>> {
    let spec = case.spec;
    let mut groups = Vec::new();
    let mut add = |what, style, names: Vec<_>| {
        let identifiers = matches!(
            what,
            "operation" | "setting" | "kind of token" | "input" | "failure" | "type" | "value" | "kept value"
        );
        groups.push(Group { what, names, style, identifiers });
    };
    let grants = spec.grants.iter().map(|grant| &grant.name);
    let calls = spec.calls.iter().map(|call| &call.name);
    let fallbacks = spec.fallbacks.iter().map(|fallback| &fallback.name);
    let widgets = spec.widgets.iter().map(|widget| &widget.name);
    add("operation", Style::Snake, grants.chain(calls).chain(fallbacks).chain(widgets).collect());
    if let Some(authorize) = &spec.authorize {
        let lists = authorize.scope_lists.iter().map(|(name, _)| name);
        let inputs = authorize.request.inputs.iter().map(|input| &input.name);
        let settings = spec.settings.iter().filter(|setting| setting.of_connection).map(|setting| &setting.name);
        add("input", Style::Snake, inputs.chain(lists).chain(settings).collect());
        add("kept value", Style::Snake, authorize.callback.keep.iter().map(|kept| &kept.name).collect());
        for (_, scopes) in &authorize.scope_lists {
            add("scope", Style::Camel, scopes.iter().map(|(name, _)| name).collect());
        }
    }
    if let Some(device) = &spec.device {
        let inputs = device.request.inputs.iter().map(|input| &input.name);
        let settings = spec.settings.iter().filter(|setting| setting.of_connection).map(|setting| &setting.name);
        add("input", Style::Snake, inputs.chain(settings).collect());
    }
    add("value", Style::Snake, spec.values.iter().map(|(name, _)| name).collect());
    for kind in &spec.tokens {
        add("kept value", Style::Snake, kind.keep.iter().map(|kept| &kept.name).collect());
    }
    add("setting", Style::Snake, spec.settings.iter().map(|setting| &setting.name).collect());
    add("kind of token", Style::Camel, spec.tokens.iter().map(|kind| &kind.name).collect());
    add("scope", Style::Camel, scopes(spec));
    let types = spec.types.iter().map(|ty| &ty.name).chain(spec.enums.iter().map(|ty| &ty.name));
    add("type", Style::Camel, types.collect());
    for setting in &spec.settings {
        add("word", Style::Camel, setting.allowed.iter().collect());
    }
    for ty in &spec.enums {
        add("word", Style::Camel, ty.words.iter().collect());
    }
    for widget in &spec.widgets {
        add("option", Style::Snake, widget.options.iter().map(|option| &option.name).collect());
        add("event", Style::Camel, widget.events.iter().map(|event| &event.name).collect());
    }
    let settings = || spec.settings.iter().filter(|setting| setting.of_connection).map(|setting| &setting.name);
    for grant in &spec.grants {
        add("input", Style::Snake, grant.request.inputs.iter().map(|input| &input.name).chain(settings()).collect());
    }
    for call in &spec.calls {
        add("input", Style::Snake, call.request.inputs.iter().map(|input| &input.name).collect());
    }
    add("failure", Style::Camel, failures(case));
    for fields in objects(case) {
        add("field", Style::Snake, fields.iter().map(|field| &field.name).collect());
    }
    groups
}

/// The scopes of consent, here or on another device, and of grants: one variant each, however many lists name it.
fn scopes(spec: &Spec) -> Vec<&Text> {
    let mut all: Vec<&Text> = spec.authorize.iter().flat_map(|a| &a.scopes).map(|(name, _)| name).collect();
    let device = spec.device.iter().filter_map(|device| device.scopes.as_ref());
    for list in device.chain(spec.grants.iter().map(|grant| &grant.scopes)) {
        let known: Vec<&str> = all.iter().map(|name| name.text.as_str()).collect();
        let own = list.iter().map(|(name, _)| name);
        let new: Vec<&Text> = own.filter(|name| !known.contains(&name.text.as_str())).collect();
        all.extend(new);
    }
    all
}

/// The failures of all operations: one variant each, however many operations document it.
fn failures(case: Case<'_>) -> Vec<&Text> {
    let mut names: Vec<&Text> = Vec::new();
    for failure in case.operations().flat_map(|operation| &operation.written.failures) {
        if !names.iter().any(|name| name.text == failure.name.text) {
            names.push(&failure.name);
        }
    }
    names
}

/// The fields of every object, declared or written in place.
pub(super) fn objects(case: Case<'_>) -> Vec<&[FieldExpr]> {
    let mut found: Vec<&[FieldExpr]> = case.spec.grants.iter().map(|grant| grant.fields.as_slice()).collect();
    found.extend(case.spec.id_token.iter().map(|id_token| id_token.claims.as_slice()));
    let mut open: Vec<&TypeExpr> = expressions(case);
    while let Some(expr) = open.pop() {
        match &expr.shape {
            TypeShape::Word(_) => {}
            TypeShape::List(item) => open.push(item),
            TypeShape::Map { value, .. } => open.push(value),
            TypeShape::Object(fields) => {
                open.extend(fields.iter().filter_map(|field| field.ty.as_ref()));
                found.push(fields);
            }
        }
    }
    found
}

/// Every type expression that stands for itself (not inside another).
pub(super) fn expressions(case: Case<'_>) -> Vec<&TypeExpr> {
    let spec = case.spec;
    let inputs = spec.grants.iter().map(|grant| &grant.request).chain(spec.calls.iter().map(|call| &call.request));
    let inputs = inputs.chain(spec.authorize.iter().map(|authorize| &authorize.request));
    let inputs = inputs.chain(spec.device.iter().map(|device| &device.request));
    let inputs =
        inputs.flat_map(|request| &request.inputs).chain(spec.widgets.iter().flat_map(|widget| &widget.options));
    let fields = spec.grants.iter().flat_map(|grant| &grant.fields).filter_map(|field| field.ty.as_ref());
    let events = spec.widgets.iter().flat_map(|widget| &widget.events).filter_map(|event| event.payload.as_ref());
    let claims = spec.id_token.iter().flat_map(|id_token| &id_token.claims).filter_map(|claim| claim.ty.as_ref());
    inputs
        .filter_map(|input| input.ty.as_ref())
        .chain(fields)
        .chain(claims)
        .chain(events)
        .chain(spec.calls.iter().filter_map(|call| call.returns.as_ref()))
        .chain(spec.types.iter().filter_map(|ty| ty.ty.as_ref()))
        .collect()
}

/// AS0201.
fn speakable(name: &Text, what: &str, identifiers: bool, sink: &mut Sink) {
    let identifier = name.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.text.starts_with(|c: char| c.is_ascii_digit());
    let speakable = Name::is_speakable(&name.text);
    if speakable && (identifier || !identifiers) {
        return;
    }
    let title = match speakable {
        true => format!("`{}` can't be the name of {} {what}", name.text, article(what)),
        false => format!("the {what} `{}` has no name in Rust", name.text),
    };
    let why = match speakable {
        true => "expected a letter, then letters, digits and `_`",
        false if name.text.is_ascii() => "has no letters or digits",
        false => "has signs outside ASCII",
    };
    let hint = match what {
        "input" => "name it in ASCII letters, and write the vendor's spelling under `wire`",
        "kept value" => "write `{ name_of_yours: its-name }`, in ASCII letters, digits and `_`",
        "field" => "leave it to the `extra` map, or give the object the type `json`",
        "word" => "leave it out: the set is open, and the word arrives as `Other`",
        "scope" => "leave it out: the set is open, and the app can still ask for it by name",
        _ => "use ASCII letters, digits and `_`",
    };
    let finding = Diagnostic::new(&codes::UNSPEAKABLE, name.span, title).label(why).hint(hint);
    // What is called so is the spec's own affair, nothing that is sent.
    sink.push(match what == "operation" && speakable {
        true => finding.instead(name.span, &name.text, Name::new(&name.text).snake),
        false => finding,
    });
}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// AS0202.
fn collisions(group: &Group<'_>, sink: &mut Sink) {
    let in_rust = |name: &Text| {
        let name = Name::new(&name.text);
        if group.style == Style::Snake { name.snake } else { name.camel }
    };
    let mut firsts: HashMap<String, &Text> = HashMap::new();
    for name in &group.names {
        let rust = in_rust(name);
        let Some(first) = firsts.get(&rust).filter(|_| Name::is_speakable(&name.text)) else {
            firsts.entry(rust).or_insert(name);
            continue;
        };
        let same = first.text == name.text;
        let title = match same {
            true => format!("the {} `{}` stands here twice", group.what, name.text),
            false => format!("the {}s `{}` and `{}` would both be `{rust}` in Rust", group.what, first.text, name.text),
        };
        let finding =
            Diagnostic::new(&codes::COLLISION, name.span, title).label(if same { "again" } else { "collides" });
        sink.push(finding.related(first.span, "first here").hint("rename or remove one of the two"));
    }
}
