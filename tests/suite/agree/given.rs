//! What an app decides for itself: settings, scopes, inputs.

use std::collections::BTreeMap;

use authsmith_codegen::lower::DEVICE;
use authsmith_codegen::model::{Check, DeviceAnswer, Due, Format, Grant, Input, Provider, Setting, Type, Yields};
use authsmith_protocol::provider::Provider as Data;
use authsmith_protocol::{File, Value, Values};
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
    device_scopes: Vec<String>,
    /// The scopes of each grant.
    grant_scopes: BTreeMap<String, Vec<String>>,
    /// The inputs of each operation.
    inputs: BTreeMap<String, Vec<(String, serde_json::Value)>>,
    /// How often a grant is made, so that every place in which an answer may keep something is seen.
    pub rounds: usize,
    /// How often each call is made, for the same reason.
    pub call_rounds: BTreeMap<String, usize>,
}

impl Given {
    pub fn new(provider: &Provider, manner: Manner) -> Self {
        let mut settings = BTreeMap::new();
        for setting in &provider.settings {
            settings.extend(given(setting, manner).map(|value| (setting.name.wire.clone(), value)));
        }
        let authorize = provider.authorize.as_ref();
        let names = |scopes: &[authsmith_codegen::model::Scope], any: bool| match (manner, scopes.first()) {
            // The set is open, so an app may ask for what the spec doesn't name.
            (Manner::Full, Some(first)) => vec![first.name.wire.clone(), "more".to_owned()],
            (Manner::Full, None) if any => vec!["some".to_owned(), "more".to_owned()],
            _ => Vec::new(),
        };
        let lists = authorize.iter().flat_map(|authorize| &authorize.scope_lists);
        Self {
            manner,
            settings,
            scopes: authorize.map(|authorize| names(&authorize.scopes, authorize.any_scope)).unwrap_or_default(),
            lists: lists.map(|list| (list.name.wire.clone(), names(&list.scopes, true))).collect(),
            device_scopes: provider
                .device
                .as_ref()
                .map(|device| names(&device.scopes, device.any_scope))
                .unwrap_or_default(),
            grant_scopes: provider
                .grants
                .iter()
                .map(|grant| (grant.name.wire.clone(), names(&grant.scopes, grant.any_scope)))
                .collect(),
            inputs: inputs(provider, manner),
            rounds: rounds(provider),
            call_rounds: provider
                .calls
                .iter()
                .map(|call| (call.name.wire.clone(), successes(&call.succeeds, &call.success_status)))
                .collect(),
        }
    }

    /// What a sandbox is told that plays `provider`: the settings of the deployment.
    pub fn options(&self, provider: &Provider) -> Options {
        let options = match self.manner {
            Manner::Full => Options::default(),
            Manner::Bare => Options::default().leave_out_optional(),
        };
        let name = &provider.name.wire;
        let settings = provider.settings.iter();
        settings.filter(|one| !one.of_connection || one.default.is_some()).fold(options, |options, setting| {
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
    pub fn scopes(&self, provider: &Provider, values: &mut Values) -> Result<(), String> {
        let Some(authorize) = &provider.authorize else { return Ok(()) };
        if !authorize.takes_scopes() && !self.scopes.is_empty() {
            return Err("the spec gives an app no way to ask for scopes".to_owned());
        }
        let asked = if self.scopes.is_empty() { &authorize.default_scopes } else { &self.scopes };
        if !asked.is_empty() {
            values.set("scope", asked.join(&authorize.scope_separator));
        }
        for (name, asked) in self.lists.iter().filter(|(_, asked)| !asked.is_empty()) {
            if !authorize.scope_lists.iter().any(|list| list.name.wire == *name) {
                return Err(format!("the spec has no list `{name}` of scopes"));
            }
            values.set(name.clone(), asked.join(&authorize.scope_separator));
        }
        Ok(())
    }

    /// The scopes of consent on another device.
    pub fn device_scopes(&self, provider: &Provider, values: &mut Values) -> Result<(), String> {
        let Some(device) = &provider.device else { return Ok(()) };
        if !device.takes_scopes() && !self.device_scopes.is_empty() {
            return Err("the spec gives a device no way to ask for scopes".to_owned());
        }
        let asked = if self.device_scopes.is_empty() { &device.default_scopes } else { &self.device_scopes };
        if !asked.is_empty() {
            values.set("scope", asked.join(&device.scope_separator));
        }
        Ok(())
    }

    /// The scopes of a grant.
    pub fn scopes_of(&self, grant: &Grant, values: &mut Values) -> Result<(), String> {
        let named = self.grant_scopes.get(&grant.name.wire).map(Vec::as_slice).unwrap_or_default();
        if !grant.takes_scopes() && !named.is_empty() {
            return Err(format!("{} takes no scopes", grant.name.wire));
        }
        let asked = if named.is_empty() { &grant.default_scopes[..] } else { named };
        if !asked.is_empty() {
            values.set("scope", asked.join(&grant.scope_separator));
        }
        Ok(())
    }

    /// Values for the inputs of an operation; an app that gives what the client doesn't take doesn't compile.
    pub fn inputs(
        &self,
        operation: &str,
        provider: &Provider,
        inputs: &[Input],
        values: &mut Values,
    ) -> Result<(), String> {
        let given = self.inputs.get(operation).map(Vec::as_slice).unwrap_or_default();
        for (name, value) in given {
            let input = inputs.iter().find(|input| input.name.wire == *name);
            let input = input.ok_or_else(|| format!("{operation} takes no `{name}`"))?;
            if input.ty == Type::File {
                values.set(name.clone(), File::new("sample.txt", "text/plain", "a sample"));
                continue;
            }
            if !fits(value, &sample(provider, &input.ty, name)) {
                return Err(format!("`{name}` of {operation} is of another type"));
            }
            values.set(name.clone(), Value::Json(value.clone()));
        }
        let missing =
            inputs.iter().find(|input| !input.optional && !given.iter().any(|(name, _)| *name == input.name.wire));
        missing.map_or(Ok(()), |input| Err(format!("`{}` of {operation} is missing", input.name.wire)))
    }
}

/// Whether two values are of one type, as far as two samples of it show.
fn fits(value: &serde_json::Value, sample: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Bool, Null, Number, Object, String};
    match (value, sample) {
        (String(value), String(sample)) => {
            let form = |text: &str| {
                (text.len() == 10 && text.get(4..5) == Some("-"), text.ends_with('Z') && text.contains(':'))
            };
            form(value) == form(sample)
        }
        (Number(value), Number(sample)) => value.is_i64() == sample.is_i64(),
        (Array(_), Array(_)) | (Bool(_), Bool(_)) | (Null, _) => true,
        (Object(value), Object(sample)) => sample.keys().all(|key| value.contains_key(key)),
        _ => false,
    }
}

fn inputs(provider: &Provider, manner: Manner) -> BTreeMap<String, Vec<(String, serde_json::Value)>> {
    let grants = provider.grants.iter().map(|grant| (&grant.name.wire, &grant.request));
    let calls = provider.calls.iter().map(|call| (&call.name.wire, &call.request));
    let authorize = provider.authorize.iter().map(|authorize| &authorize.request);
    let device = provider.device.iter().map(|device| &device.request);
    let (name, other) = ("authorize".to_owned(), DEVICE.to_owned());
    let consent = authorize.map(|request| (&name, request)).chain(device.map(|request| (&other, request)));
    let operations = grants.chain(calls).chain(consent);
    let given = operations.map(|(name, request)| {
        let inputs = request.inputs.iter().filter(|input| !(input.optional && manner == Manner::Bare));
        let value = |input: &Input| {
            let made_up = || sample(provider, &input.ty, &input.name.wire);
            (input.name.wire.clone(), input.sample.clone().unwrap_or_else(made_up))
        };
        (name.clone(), inputs.map(value).collect())
    });
    given.collect()
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

/// In how many ways an answer may say that it is a success.
fn successes(checks: &[Check], statuses: &[u16]) -> usize {
    let words = checks.iter().map(|check| match &check.due {
        Due::OneOf(words) => words.len(),
        Due::Absent => 1,
    });
    words.chain([statuses.len(), 1]).max().unwrap_or(1)
}

fn rounds(provider: &Provider) -> usize {
    let issued = provider.grants.iter().flat_map(|grant| match &grant.yields {
        Yields::Tokens(issued) => issued.as_slice(),
        Yields::Code(_) => &[],
    });
    let of_grants = issued.map(|issued| {
        let expiries = issued.expiry.fields.len().max(issued.refresh_expiry.fields.len());
        expiries.max(1 + issued.or.len().max(issued.refresh_or.len()))
    });
    let of_successes = provider.grants.iter().map(|grant| successes(&grant.succeeds, &grant.success_status));
    let of_device = provider.device.iter().map(|device| successes(&device.succeeds, &device.success_status));
    let of_grants = of_grants.chain(of_successes).chain(of_device);
    let answer = provider.device.iter().map(|device| &device.answer);
    let of_devices = answer.flat_map(|answer| {
        let DeviceAnswer { device_code, user_code, verification_uri, .. } = answer;
        let DeviceAnswer { verification_uri_complete, expires_in, interval, .. } = answer;
        let members = [device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval];
        members.map(Vec::len)
    });
    let of_id_tokens =
        provider.id_token.iter().flat_map(|id_token| [id_token.issuers.len(), id_token.algorithms.len()]);
    let places = provider.grants.iter().filter_map(|grant| Some(grant.id_token.as_ref()?.at.len()));
    of_grants.chain(of_devices).chain(of_id_tokens).chain(places).max().unwrap_or(1)
}
