//! What an app decides for itself: settings, scopes, inputs.

use std::collections::BTreeMap;

use authsmith_codegen::model::{Format, Input, Provider, Setting, Yields};
use authsmith_protocol::provider::Provider as Data;
use authsmith_protocol::{Value, Values};
use authsmith_sandbox::Options;
use regex_lite::Regex;

use crate::support::sample;

/// How much of what may be left out is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Everything that may be given is given; what has a default is left to it.
    Full,
    /// Whatever is optional is left out, on both sides; of a set of words the last is taken.
    Bare,
}

/// The same for both sides, also when their specs differ.
#[derive(Clone, Debug)]
pub struct Given {
    pub manner: Manner,
    settings: BTreeMap<String, String>,
    scopes: Vec<String>,
    lists: BTreeMap<String, Vec<String>>,
    /// How often a grant is made, so that every place in which an answer may keep something is seen.
    pub rounds: usize,
}

impl Given {
    pub fn new(provider: &Provider, manner: Manner) -> Self {
        let mut settings = BTreeMap::new();
        for setting in &provider.settings {
            settings.extend(given(setting, manner).map(|value| (setting.name.wire.clone(), value)));
        }
        let authorize = provider.authorize.as_ref();
        let names = |scopes: &[authsmith_codegen::model::Scope]| match manner {
            Manner::Full => scopes.iter().take(2).map(|scope| scope.name.wire.clone()).collect(),
            Manner::Bare => Vec::new(),
        };
        let lists = authorize.iter().flat_map(|authorize| &authorize.scope_lists);
        Self {
            manner,
            settings,
            scopes: authorize.map(|authorize| names(&authorize.scopes)).unwrap_or_default(),
            lists: lists.map(|list| (list.name.wire.clone(), names(&list.scopes))).collect(),
            rounds: rounds(provider),
        }
    }

    /// What a sandbox is told that plays `provider`: the settings of the deployment.
    pub fn options(&self, provider: &Provider) -> Options {
        let options = match self.manner {
            Manner::Full => Options::default(),
            Manner::Bare => Options::default().leave_out_optional(),
        };
        let name = &provider.name.wire;
        provider.client_settings().fold(options, |options, setting| {
            // A sample without more is one of many values that a deployment could have.
            let is_open = self.manner == Manner::Full && setting.sample.is_some() && setting.default.is_none();
            let value = self.settings.get(&setting.name.wire).or(setting.default.as_ref());
            match value.filter(|_| !is_open) {
                Some(value) => options.setting(name, &setting.name.wire, value),
                None => options,
            }
        })
    }

    /// The settings of the client, or of a connection, as the client checks and completes them.
    pub fn settings(&self, provider: &Provider, data: &Data<'_>, of_connection: bool) -> Result<Values, String> {
        let mut values = Values::new();
        for (model, setting) in provider.settings.iter().zip(data.all_settings()) {
            if model.of_connection != of_connection {
                continue;
            }
            let given = self.settings.get(setting.name()).map(String::as_str);
            let Some(value) = given.or(setting.default_value()) else {
                if setting.is_optional() {
                    continue;
                }
                return Err(format!("the setting `{}` is missing", setting.name()));
            };
            let value = setting.complete(value).into_owned();
            let allowed = setting.allowed_values();
            let pattern = setting.value_pattern().map(|pattern| Regex::new(&format!("^(?:{pattern})$")).unwrap());
            if !(allowed.is_empty() || allowed.contains(&value.as_str()))
                || pattern.is_some_and(|pattern| !pattern.is_match(&value))
            {
                return Err(format!("the setting `{}` can't be that", setting.name()));
            }
            values.set(setting.name().to_owned(), value);
        }
        Ok(values)
    }

    /// The scopes of a login: those of `scope`, and those of further lists.
    pub fn scopes(&self, provider: &Provider, values: &mut Values) {
        let Some(authorize) = &provider.authorize else { return };
        // A spec without scopes gives the app no way to ask for one.
        let asked = if authorize.scopes.is_empty() { &[] } else { self.scopes.as_slice() };
        let asked = if asked.is_empty() { authorize.default_scopes.as_slice() } else { asked };
        if !asked.is_empty() {
            values.set("scope", asked.join(&authorize.scope_separator));
        }
        for list in &authorize.scope_lists {
            let asked = self.lists.get(&list.name.wire).map(Vec::as_slice).unwrap_or_default();
            if !asked.is_empty() {
                values.set(list.name.wire.clone(), asked.join(&authorize.scope_separator));
            }
        }
    }

    /// The scopes of a device.
    pub fn device_scopes(&self, provider: &Provider, values: &mut Values) {
        let Some(device) = &provider.device else { return };
        let named = device.scopes.iter().take(2).map(|scope| scope.name.wire.clone());
        let asked: Vec<String> = named.filter(|_| self.manner == Manner::Full).collect();
        let asked = if asked.is_empty() { device.default_scopes.clone() } else { asked };
        if !asked.is_empty() {
            values.set("scope", asked.join(&device.scope_separator));
        }
    }

    /// Values for the inputs of an operation.
    pub fn inputs(&self, provider: &Provider, inputs: &[Input], values: &mut Values) {
        for input in inputs {
            if input.optional && self.manner == Manner::Bare {
                continue;
            }
            let value = input.sample.clone().unwrap_or_else(|| sample(provider, &input.ty, &input.name.wire));
            values.set(input.name.wire.clone(), Value::Json(value));
        }
    }
}

/// What the app says for a setting; `None` when it says nothing.
fn given(setting: &Setting, manner: Manner) -> Option<String> {
    match (manner, setting.allowed.last()) {
        (Manner::Bare, _) if setting.optional => return None,
        (Manner::Bare, Some(last)) => return Some(last.clone()),
        _ if setting.default.is_some() => return None,
        _ => {}
    }
    let name = &setting.name.wire;
    let made_up = || match setting.format {
        Some(Format::Url) => format!("https://{name}.example/base"),
        Some(Format::Hostname) => format!("{}.example", name.replace('_', "-")),
        Some(Format::Uuid) => "0b9a2a5e-6f0c-4c4b-9c57-0e6c3a7d9f10".to_owned(),
        Some(Format::Email) => "somebody@example.com".to_owned(),
        _ => name.to_uppercase(),
    };
    Some(setting.sample.clone().or_else(|| setting.allowed.first().cloned()).unwrap_or_else(made_up))
}

fn rounds(provider: &Provider) -> usize {
    let issued = provider.grants.iter().flat_map(|grant| match &grant.yields {
        Yields::Tokens(issued) => issued.as_slice(),
        Yields::Code(_) => &[],
    });
    issued.map(|issued| 1 + issued.or.len().max(issued.refresh_or.len())).max().unwrap_or(1)
}
