//! The values of a request: what the user has typed, what has a default, and what stands in for credentials.

use authsmith_codegen::model::{ClientAuth, Encoding, Format, Param, Part, Provider, Request, Setting, Variable};
use authsmith_protocol::{Secret, Values, check_url, pkce};

use super::{Args, typed};
use crate::stop::{Outcome, Stop};
use crate::suggest;

/// One operation of a model.
pub struct Chosen<'a> {
    pub provider: &'a Provider,
    pub name: &'a str,
    pub request: &'a Request,
    /// The kind of token that it shows.
    pub token: Option<&'a str>,
}

/// Every value that the request needs.
pub fn values(chosen: &Chosen<'_>, args: &Args) -> Outcome<Values> {
    let mut values = Values::new();
    settings(chosen.provider, &args.settings, &mut values)?;
    inputs(chosen, &args.values, &mut values)?;
    stand_ins(chosen, &mut values);
    login_secrets(args.random.as_ref(), &mut values)?;
    let missing = missing(chosen, &values);
    match missing.is_empty() {
        true => Ok(values),
        false => Err(Stop::new(format!("{} needs more values:\n{}", chosen.name, missing.join("\n")))),
    }
}

/// Splits `name=value`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("give name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn settings(provider: &Provider, given: &[(String, String)], values: &mut Values) -> Outcome {
    for setting in &provider.settings {
        if let Some(default) = &setting.default {
            values.set(setting.name.wire.clone(), default.as_str());
        }
    }
    for (name, value) in given {
        let named = |setting: &&Setting| setting.name.wire == *name || setting.name.snake == *name;
        let Some(setting) = provider.settings.iter().find(named) else {
            let known: Vec<_> = provider.settings.iter().map(|setting| setting.name.wire.as_str()).collect();
            return Err(Stop::new(suggest::unknown(&format!("setting of {}", provider.title), name, &known)));
        };
        check_setting(setting, value).map_err(|why| Stop::new(format!("the setting {name} {why}")))?;
        values.set(setting.name.wire.clone(), value.as_str());
    }
    Ok(())
}

fn check_setting(setting: &Setting, value: &str) -> Result<(), String> {
    if !setting.allowed.is_empty() && !setting.allowed.iter().any(|word| word == value) {
        return Err(format!("is one of {}", setting.allowed.join(", ")));
    }
    let hostname =
        |value: &str| !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    match setting.format {
        Some(Format::Url) => check_url(value).map(drop).map_err(|error| format!("is a URL: {error}")),
        Some(Format::Hostname) if !hostname(value) => Err("is a host name".to_owned()),
        _ => Ok(()),
    }
}

fn inputs(chosen: &Chosen<'_>, given: &[(String, String)], values: &mut Values) -> Outcome {
    for (name, text) in given {
        let Some(variable) = resolve(chosen, name) else {
            let known = known(chosen);
            return Err(Stop::new(suggest::unknown(&format!("input of {}", chosen.name), name, &known)));
        };
        let input = chosen.request.inputs.iter().find(|input| input.name.wire == variable);
        let value = match input {
            Some(input) => typed::parse(chosen.provider, &input.ty, text),
            None => Ok(text.as_str().into()),
        };
        values.set(variable, value.map_err(|why| Stop::new(format!("{name} {why}")))?);
    }
    Ok(())
}

/// The variable that a name on the command line means: an input, one of the protocol's own, or the name on the wire of a
/// parameter that holds just one variable.
fn resolve(chosen: &Chosen<'_>, name: &str) -> Option<String> {
    let input = chosen.request.inputs.iter().find(|input| input.name.wire == name || input.name.snake == name);
    if let Some(input) = input {
        return Some(input.name.wire.clone());
    }
    if known(chosen).contains(&name) {
        return Some(name.to_owned());
    }
    let wire = |param: &&Param| param.name.eq_ignore_ascii_case(name);
    match chosen.request.params.iter().find(wire).map(|param| param.value.parts.as_slice()) {
        Some([Part::Variable(Variable::Input(name) | Variable::Protocol(name))]) => Some(name.clone()),
        _ if chosen.token.is_some_and(|kind| format!("{kind}_token") == name) => Some("token".to_owned()),
        _ => None,
    }
}

/// The names that an operation takes.
fn known<'a>(chosen: &Chosen<'a>) -> Vec<&'a str> {
    let mut names: Vec<&str> = chosen.request.inputs.iter().map(|input| input.name.wire.as_str()).collect();
    for (variable, _) in needed(chosen.request) {
        if !matches!(variable, Needed::Setting(_)) && !names.contains(&variable.name()) {
            names.push(variable.name());
        }
    }
    names
}

/// Something that a request is made of.
#[derive(Clone, Copy)]
enum Needed<'a> {
    Setting(&'a str),
    Other(&'a str),
}

impl<'a> Needed<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Setting(name) | Self::Other(name) => name,
        }
    }
}

/// The variables of a request, each with whether it can't do without.
fn needed(request: &Request) -> Vec<(Needed<'_>, bool)> {
    let params = request.params.iter().map(|param| (&param.value, !param.optional));
    let mut needed = Vec::new();
    for (template, required) in std::iter::once((&request.url, true)).chain(params) {
        for part in &template.parts {
            let required = required && !matches!(part, Part::Alternatives(list) if list.len() > 1);
            needed.extend(part.variables().map(|variable| match variable {
                Variable::Setting(name) => (Needed::Setting(name), required),
                variable => (Needed::Other(variable.name()), required),
            }));
        }
    }
    let credentials: &[&str] = match request.client {
        ClientAuth::None | ClientAuth::BasicOf | ClientAuth::Params => &[],
        ClientAuth::Public => &["client_id"],
        ClientAuth::Basic | ClientAuth::Body | ClientAuth::Both => &["client_id", "client_secret"],
    };
    needed.extend(credentials.iter().map(|name| (Needed::Other(name), true)));
    if let Encoding::Setting(name) = &request.encoding {
        needed.push((Needed::Setting(name), true));
    }
    needed
}

/// What stands for credentials and tokens that were not given.
fn stand_ins(chosen: &Chosen<'_>, values: &mut Values) {
    let kind = chosen.token.unwrap_or("access");
    let token = format!("{kind}_token");
    for (name, shown) in [
        ("client_id", "client_id"),
        ("client_secret", "client_secret"),
        ("refresh_token", "refresh_token"),
        ("token", &token),
    ] {
        if values.get(name).is_none() {
            values.set(name, shown.to_uppercase());
        }
    }
}

/// `state`, the PKCE verifier and its challenge, as a client makes them from random bytes. An exchange takes the
/// verifier only from bytes that were given: a fresh one would fit no challenge.
fn login_secrets(random: Option<&[u8; 64]>, values: &mut Values) -> Outcome {
    let mut fresh = [0; 64];
    if random.is_none() {
        getrandom::fill(&mut fresh)
            .map_err(|error| Stop::new(format!("the system gives no random numbers: {error}")))?;
    }
    let (state, verifier) = pkce::login_secrets(random.unwrap_or(&fresh));
    let text = |values: &Values, name: &str| match values.get(name) {
        Some(authsmith_protocol::Value::Json(serde_json::Value::String(text))) => Some(Secret::from(text.as_str())),
        _ => None,
    };
    let verifier = text(values, "code_verifier").unwrap_or(verifier);
    if values.get("state").is_none() {
        values.set("state", state.expose());
    }
    if values.get("code_challenge").is_none() {
        values.set("code_challenge", pkce::challenge(&verifier));
    }
    if random.is_some() && values.get("code_verifier").is_none() {
        values.set("code_verifier", verifier.expose());
    }
    Ok(())
}

/// One line for everything that was not given, and how to give it.
fn missing(chosen: &Chosen<'_>, values: &Values) -> Vec<String> {
    let mut lines = Vec::new();
    for (variable, required) in needed(chosen.request) {
        if !required || values.get(variable.name()).is_some() {
            continue;
        }
        let line = match variable {
            Needed::Setting(name) => {
                let setting = chosen.provider.settings.iter().find(|setting| setting.name.wire == name);
                let sample = setting.and_then(|setting| setting.sample.as_deref()).unwrap_or("...");
                format!("  --setting {name}={sample}")
            }
            Needed::Other("code_verifier") => "  code_verifier=... or the --random of the authorize request".to_owned(),
            Needed::Other(name) => match chosen.request.inputs.iter().find(|input| input.name.wire == name) {
                Some(input) => format!("  {name}=... ({})", typed::describe(&input.ty)),
                None => format!("  {name}=..."),
            },
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}
