//! What the sandbox can work out of a template by itself, from what it knows of a request and its connection.

use std::collections::BTreeMap;

use authsmith_codegen::model::{Alternative, Function, Input, Part, Provider, Setting, Template, Variable};

use crate::decode::Values;
use crate::functions;
use crate::options::Settings;
use crate::xml::plain;
use crate::{CLIENT_ID, client_secret};

/// What a pipeline of functions over `now` or `random` was seen to give, by [`stage`].
pub(crate) type Stages = BTreeMap<String, Vec<u8>>;

/// The value of a variable or template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Is(Vec<u8>),
    /// It has none, so that an alternative takes its place.
    Nothing,
    /// Only the client knows.
    Unknown,
}

/// Everything that is known.
pub(crate) struct Known<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) settings: &'a Settings,
    pub(crate) inputs: &'a [Input],
    pub(crate) values: &'a Values,
    pub(crate) stages: &'a Stages,
}

impl Known<'_> {
    pub(crate) fn template(&self, template: &Template) -> Outcome {
        let mut whole = Vec::new();
        for part in &template.parts {
            let outcome = match part {
                Part::Text(text) => Outcome::Is(text.as_bytes().to_vec()),
                Part::Variable(variable) => self.variable(variable),
                Part::Alternatives(list) => self.alternatives(list),
            };
            match outcome {
                Outcome::Is(bytes) => whole.extend(bytes),
                other => return other,
            }
        }
        Outcome::Is(whole)
    }

    /// The first alternative that has a value.
    pub(crate) fn alternatives(&self, list: &[Alternative]) -> Outcome {
        let outcomes = list.iter().map(|one| self.alternative(one));
        outcomes.into_iter().find(|outcome| *outcome != Outcome::Nothing).unwrap_or(Outcome::Nothing)
    }

    pub(crate) fn alternative(&self, one: &Alternative) -> Outcome {
        // What was seen of `now` and `random` starts as late as possible: they can't be worked out.
        let seen = (0..=one.functions.len()).rev().find_map(|done| {
            let (before, rest) = one.functions.split_at_checked(done)?;
            Some((self.stages.get(&stage(&one.variable, before))?.clone(), rest))
        });
        let (start, rest) = match seen {
            Some((bytes, rest)) => (Outcome::Is(bytes), rest),
            None => (self.variable(&one.variable), one.functions.as_slice()),
        };
        let Outcome::Is(mut bytes) = start else { return start };
        for function in rest {
            let unknown_key = std::cell::Cell::new(false);
            let key = |name: &str| match self.named(name) {
                Outcome::Is(key) => Some(key),
                _ => {
                    unknown_key.set(true);
                    None
                }
            };
            match functions::apply(function, &bytes, key) {
                Some(made) => bytes = made,
                None if unknown_key.get() => return Outcome::Unknown,
                None => return Outcome::Nothing,
            }
        }
        if bytes.is_empty() { Outcome::Nothing } else { Outcome::Is(bytes) }
    }

    fn variable(&self, variable: &Variable) -> Outcome {
        match variable {
            Variable::Value(name) => {
                let template = self.provider.values.iter().find(|value| value.name.wire == *name);
                template.map_or(Outcome::Unknown, |value| self.template(&value.value))
            }
            other => self.named(other.name()),
        }
    }

    /// The value of the variable of this name, whatever kind of variable it is.
    fn named(&self, name: &str) -> Outcome {
        let is = |text: &str| Outcome::Is(text.as_bytes().to_vec());
        if let Some(value) = self.values.get(name) {
            return is(&plain(value));
        }
        if let Some(value) = self.provider.values.iter().find(|value| value.name.wire == name) {
            return self.template(&value.value);
        }
        if let Some(setting) = self.provider.settings.iter().find(|setting| setting.name.wire == name) {
            return self.setting(setting);
        }
        match name {
            "client_id" => is(CLIENT_ID),
            "client_secret" => is(client_secret(self.provider)),
            _ if self.inputs.iter().any(|input| input.name.wire == name) => Outcome::Unknown,
            _ if self.provider.kept().iter().any(|kept| kept.name.wire == name) => Outcome::Nothing,
            _ => Outcome::Unknown,
        }
    }

    fn setting(&self, setting: &Setting) -> Outcome {
        let value = self.settings.value(&setting.name.wire).filter(|_| !setting.of_connection);
        value.map_or(Outcome::Unknown, |value| Outcome::Is(dressed(setting, value).into_bytes()))
    }
}

/// A value with the prefix and the suffix that clients put around it.
pub(crate) fn dressed(setting: &Setting, value: &str) -> String {
    let prefix = setting.prefix.as_deref().filter(|prefix| !value.starts_with(prefix)).unwrap_or_default();
    let suffix = setting.suffix.as_deref().filter(|suffix| !value.ends_with(suffix)).unwrap_or_default();
    format!("{prefix}{value}{suffix}")
}

/// A variable and the functions that its value has gone through, as one name.
pub(crate) fn stage(variable: &Variable, functions: &[Function]) -> String {
    functions.iter().fold(variable.name().to_owned(), |name, function| {
        let argument = function.argument.as_deref().unwrap_or_default();
        format!("{name} | {}({argument})", function.name)
    })
}
