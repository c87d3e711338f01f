//! The values of a request: what the user has typed, what has a default, and what stands in for credentials.

use authsmith_codegen::lower::{DEVICE, REVOKE};
use authsmith_codegen::model::{
    Body, BodyNode, ClientAuth, Encoding, Param, Part, Provider, Request, Template, Type, Variable,
};
use authsmith_protocol::{Secret, SecretBytes, Values, pkce, provider};

use super::{AUTHORIZE, Args, Random, settings, typed};
use crate::stop::{Outcome, Stop};
use crate::{suggest, when};

/// How deep one named value may stand in another; the rules of the language know no cycles.
const DEPTH: usize = 16;

/// One operation of a model.
pub struct Chosen<'a> {
    pub provider: &'a Provider,
    pub name: &'a str,
    pub request: &'a Request,
    /// The kind of token that it shows.
    pub token: Option<&'a str>,
}

/// Every value that the request needs.
pub fn values(chosen: &Chosen<'_>, data: &provider::Provider<'_>, args: &Args) -> Outcome<Values> {
    let mut values = Values::new();
    for (name, template) in data.named_values() {
        values.define((*name).to_owned(), (*template).to_owned());
    }
    settings::add(chosen.provider, data, &args.settings, &mut values)?;
    inputs(chosen, &args.values, &mut values)?;
    stand_ins(chosen, &mut values);
    let random = match args.random {
        Some(random) => random,
        None => fresh()?,
    };
    let [request, ..] = random.as_chunks::<32>().0 else { return Err(Stop::new("too few random bytes")) };
    values.set("random", SecretBytes::from(*request));
    values.set("now", when::now(args.now));
    if chosen.name == AUTHORIZE
        && let Some(authorize) = data.authorization()
    {
        let scopes = authorize.scopes_by_default();
        if values.get("scope").is_none() && !scopes.is_empty() {
            values.set("scope", scopes.join(authorize.separator()));
        }
    }
    if chosen.name == DEVICE
        && let Some(device) = data.device_authorization()
    {
        let scopes = device.scopes_by_default();
        if values.get("scope").is_none() && !scopes.is_empty() {
            values.set("scope", scopes.join(device.separator()));
        }
    }
    if let Some(operation) = data.operation(chosen.name) {
        let scopes = operation.scopes_by_default();
        if values.get("scope").is_none() && !scopes.is_empty() {
            values.set("scope", scopes.join(operation.separator()));
        }
    }
    login_secrets(data, &random, args.random.is_some(), &mut values);
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

fn inputs(chosen: &Chosen<'_>, given: &[(String, String)], values: &mut Values) -> Outcome {
    for (name, text) in given {
        let Some(variable) = resolve(chosen, name) else {
            let known = known(chosen);
            return Err(Stop::new(suggest::unknown(&format!("input of {}", chosen.name), name, &known)));
        };
        let input = chosen.request.inputs.iter().find(|input| input.name.wire == variable);
        let value = match input {
            Some(input) if input.ty == Type::File => typed::file(text).map(authsmith_protocol::Value::from),
            Some(input) => typed::parse(chosen.provider, &input.ty, text).map(Into::into),
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
        Some([Part::Variable(Variable::Input(name) | Variable::Protocol(name) | Variable::Kept(name))]) => {
            Some(name.clone())
        }
        _ if chosen.token.is_some_and(|kind| format!("{kind}_token") == name) => Some("token".to_owned()),
        _ => None,
    }
}

/// The names that an operation takes.
fn known<'a>(chosen: &Chosen<'a>) -> Vec<&'a str> {
    let mut names: Vec<&str> = chosen.request.inputs.iter().map(|input| input.name.wire.as_str()).collect();
    for (variable, _) in needed(chosen) {
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
fn needed<'a>(chosen: &Chosen<'a>) -> Vec<(Needed<'a>, bool)> {
    let request = chosen.request;
    let params = request.params.iter().chain(&request.credentials).map(|param| (&param.value, !param.optional));
    let mut templates: Vec<_> = std::iter::once((&request.url, true)).chain(params).collect();
    templates.extend(request.basic.iter().map(|text| (text, true)));
    if let Some(assertion) = &request.assertion {
        templates.extend(assertion.audience.iter().map(|audience| (audience, true)));
        templates.extend(assertion.claims.iter().map(|(_, value, optional)| (value, !optional)));
    }
    match &request.body {
        Some(Body::Json(node)) => templates.extend(json_templates(node)),
        Some(Body::Text(text)) => templates.push((text, true)),
        None => {}
    }
    let mut needed = Vec::new();
    for (template, required) in templates {
        add_variables(chosen.provider, template, required, DEPTH, &mut needed);
    }
    if matches!(request.client, ClientAuth::Basic | ClientAuth::Both) {
        needed.extend(["client_id", "client_secret"].map(|name| (Needed::Other(name), true)));
    }
    if let Encoding::Setting(name) = &request.encoding {
        needed.push((Needed::Setting(name), true));
    }
    needed
}

/// The templates of a JSON body, each with whether it can't be left out.
fn json_templates(node: &BodyNode) -> Vec<(&Template, bool)> {
    match node {
        BodyNode::Template { value, optional } => vec![(value, !optional)],
        BodyNode::Constant(_) => Vec::new(),
        BodyNode::List(items) => items.iter().flat_map(json_templates).collect(),
        BodyNode::Object(members) => members.iter().flat_map(|(_, node)| json_templates(node)).collect(),
    }
}

/// Adds the variables of a template, and those of the named values that it uses.
fn add_variables<'a>(
    provider: &'a Provider,
    template: &'a Template,
    required: bool,
    depth: usize,
    needed: &mut Vec<(Needed<'a>, bool)>,
) {
    for part in &template.parts {
        let required = required && !matches!(part, Part::Alternatives(list) if list.len() > 1);
        for variable in part.variables() {
            match variable {
                Variable::Setting(name) => needed.push((Needed::Setting(name), required)),
                Variable::Value(name) => {
                    let named = provider.values.iter().find(|value| value.name.wire == *name);
                    if let Some(value) = named.filter(|_| depth > 0) {
                        add_variables(provider, &value.value, required, depth - 1, needed);
                    }
                }
                variable => needed.push((Needed::Other(variable.name()), required)),
            }
        }
    }
}

/// What stands for credentials and tokens that were not given.
fn stand_ins(chosen: &Chosen<'_>, values: &mut Values) {
    let kind = chosen.token.unwrap_or("access");
    let token = format!("{kind}_token");
    for (name, shown) in [
        ("client_id", "client_id"),
        ("client_secret", "client_secret"),
        ("client_assertion", "client_assertion"),
        ("refresh_token", "refresh_token"),
        ("token", &token),
    ] {
        if values.get(name).is_none() {
            values.set(name, shown.to_uppercase());
        }
    }
    // Elsewhere inputs may have these names.
    if chosen.name == REVOKE {
        for (name, shown) in [("access_token", "ACCESS_TOKEN"), ("token_type_hint", "access_token")] {
            if values.get(name).is_none() {
                values.set(name, shown);
            }
        }
    }
}

/// Random bytes of the operating system.
fn fresh() -> Outcome<Random> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|error| Stop::new(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}

/// `state`, the PKCE verifier and its challenge, as a client makes them from random bytes. An exchange takes the
/// verifier only from bytes that were given: a fresh one would fit no challenge.
fn login_secrets(data: &provider::Provider<'_>, random: &Random, given: bool, values: &mut Values) {
    let (state, verifier) = match data.authorization() {
        Some(authorize) => pkce::login_secrets_for(&authorize, random),
        None => pkce::login_secrets(random),
    };
    let text = |values: &Values, name: &str| match values.get(name) {
        Some(authsmith_protocol::Value::Json(serde_json::Value::String(text))) => Some(Secret::from(text.as_str())),
        _ => None,
    };
    let verifier = text(values, "code_verifier").unwrap_or(verifier);
    if values.get("state").is_none() {
        values.set("state", state.expose());
    }
    let shown = (data.authorization(), text(values, "redirect_uri"), text(values, "state"));
    if let (Some(authorize), Some(uri), Some(state)) = shown {
        values.set("redirect_uri", authorize.redirect_uri_of(uri.expose(), state.expose()).into_owned());
    }
    if values.get("login_nonce").is_none() && data.id_tokens().is_some() {
        // Any bytes will do; a client's come from the same source.
        let nonce = pkce::challenge(&state);
        values.set("login_nonce", nonce);
    }
    if values.get("code_challenge").is_none() {
        values.set("code_challenge", pkce::challenge(&verifier));
    }
    if given && values.get("code_verifier").is_none() {
        values.set("code_verifier", verifier.expose());
    }
}

/// One line for everything that was not given, and how to give it.
fn missing(chosen: &Chosen<'_>, values: &Values) -> Vec<String> {
    let mut lines = Vec::new();
    for (variable, required) in needed(chosen) {
        if !required || values.get(variable.name()).is_some() {
            continue;
        }
        let line = match variable {
            Needed::Setting(name) => {
                let setting = chosen.provider.settings.iter().find(|setting| setting.name.wire == name);
                let sample = setting.and_then(|setting| setting.sample.as_deref()).unwrap_or("...");
                format!("  --setting {name}={sample}")
            }
            Needed::Other(name) if chosen.provider.kept().iter().any(|kept| kept.name.wire == name) => {
                format!("  --setting {name}=... (kept from what the vendor told)")
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
