//! Templates of the spec, their variables told apart.

use crate::model::{Alternative, Function, Input, Part, Template, Variable};
use crate::parse::spec::{self, Spec};
use crate::parse::template as written;

/// A template of the spec, its variables told apart.
pub(in crate::model::draft) fn template(spec: &Spec, written: &written::Template, inputs: &[Input]) -> Template {
    let function = |call: &written::Call| Function {
        name: call.name.text.clone(),
        argument: call.argument.as_ref().map(|argument| argument.text.clone()),
    };
    let alternative = |one: &written::Alternative| Alternative {
        variable: resolve(spec, &one.variable.text, inputs),
        functions: one.calls.iter().map(function).collect(),
    };
    let parts = written.parts.iter().map(|part| match part {
        written::Part::Text(text) => Part::Text(text.clone()),
        written::Part::Variable(name) => Part::Variable(resolve(spec, &name.text, inputs)),
        written::Part::Alternatives(list) => Part::Alternatives(list.iter().map(alternative).collect()),
    });
    Template { parts: parts.collect() }
}

/// Whether a template comes down to the variable of this name, by itself or through named values.
pub(super) fn mentions(spec: &Spec, written: &written::Template, name: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut open = vec![written];
    while let Some(template) = open.pop() {
        if template.uses(name) {
            return true;
        }
        for (value, inner) in spec.values.iter().filter(|(value, _)| template.uses(&value.text)) {
            if !seen.contains(&value.text.as_str()) {
                seen.push(&value.text);
                open.push(inner);
            }
        }
    }
    false
}

pub(super) fn resolve(spec: &Spec, name: &str, inputs: &[Input]) -> Variable {
    let name = name.to_owned();
    if inputs.iter().any(|input| input.name.wire == name) {
        Variable::Input(name)
    } else if spec.settings.iter().any(|setting| setting.name.text == name) {
        Variable::Setting(name)
    } else if spec.values.iter().any(|(value, _)| value.text == name) {
        Variable::Value(name)
    } else if all_kept(spec).any(|kept| kept.name.text == name) {
        Variable::Kept(name)
    } else if spec.authorize.iter().flat_map(|a| &a.scope_lists).any(|(list, _)| list.text == name) {
        Variable::Input(name)
    } else {
        Variable::Protocol(name)
    }
}

/// Everything that callbacks and answers give for the connection.
pub(crate) fn all_kept(spec: &Spec) -> impl Iterator<Item = &spec::Kept> {
    let callback = spec.authorize.iter().flat_map(|authorize| &authorize.callback.keep);
    callback.chain(spec.tokens.iter().flat_map(|kind| &kind.keep))
}

/// Whether a template can be without value: a part of it has no alternative that always has one.
pub(super) fn may_lack(spec: &Spec, template: &Template, inputs: &[Input]) -> bool {
    lacks_within(spec, template, inputs, spec.values.len())
}

/// As [`may_lack`], through at most `depth` named values, one in another.
fn lacks_within(spec: &Spec, whole: &Template, inputs: &[Input], depth: usize) -> bool {
    let lacks = |variable: &Variable| match variable {
        Variable::Input(name) => inputs.iter().any(|input| input.optional && input.name.wire == *name),
        Variable::Setting(name) => {
            let optional = |setting: &spec::Setting| setting.optional && setting.default.is_none();
            spec.settings.iter().any(|setting| setting.name.text == *name && optional(setting))
        }
        Variable::Kept(name) => all_kept(spec).any(|kept| kept.name.text == *name && kept.default.is_none()),
        Variable::Value(name) => {
            let named = spec.values.iter().find(|(value, _)| value.text == *name).filter(|_| depth > 0);
            named.is_some_and(|(_, value)| lacks_within(spec, &template(spec, value, inputs), inputs, depth - 1))
        }
        // The caller may name none.
        Variable::Protocol(name) => name == "scope",
    };
    whole.parts.iter().any(|part| part.variables().count() > 0 && part.variables().all(lacks))
}

/// A URL with `api` before it if it begins with `/`.
pub(super) fn absolute(spec: &Spec, url: &written::Template, inputs: &[Input]) -> Template {
    let path = template(spec, url, inputs);
    let Some(api) = spec.api.as_ref().filter(|_| url.head().starts_with('/')) else { return path };
    let mut parts = template(spec, api, inputs).parts;
    if let Some(Part::Text(base)) = parts.last_mut() {
        base.truncate(base.trim_end_matches('/').len());
    }
    let mut rest = path.parts.into_iter();
    match (parts.last_mut(), rest.next()) {
        (Some(Part::Text(base)), Some(Part::Text(first))) => base.push_str(&first),
        (_, first) => parts.extend(first),
    }
    parts.extend(rest);
    Template { parts }
}
