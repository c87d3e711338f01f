//! One request read as one operation: the values it carries and every mistake in it.

use std::collections::BTreeMap;

use authsmith_codegen::model::{Encoding, Param, Part, Place, Template, TypeDef, Variable};
use serde_json::Value;

use crate::incoming::{FORM, Incoming, JSON, Members};
use crate::options::Settings;
use crate::routes::{Route, capture};
use crate::{CLIENT_ID, CLIENT_SECRET, client, types};

/// What a request carries, by the names of protocol variables and inputs.
pub(crate) type Values = BTreeMap<String, Value>;

/// Something wrong with a request, in words that repeat none of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) kind: Wrong,
    pub(crate) text: String,
}

/// What kind of mistake it is; it decides the error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// `invalid_token`: the token is missing or elsewhere.
    Token,
    /// `invalid_client`.
    Client,
    /// `unsupported_grant_type` or `unsupported_response_type`.
    Discriminator,
    /// `invalid_request`.
    Request,
}

/// A request read as an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) values: Values,
    pub(crate) mistakes: Vec<Mistake>,
    /// How many constants are missing or other than the spec says.
    pub(crate) constants_off: usize,
    /// How many parameters other than credentials are missing or unknown.
    pub(crate) names_off: usize,
}

/// A value and whether it came as text, so that its type is not JSON's.
struct Given<'a> {
    value: &'a Value,
    textual: bool,
}

/// Where the parameters of one place were found.
struct Found<'a> {
    place: Place,
    list: Vec<(&'a str, Given<'a>)>,
}

/// What a reading needs to know besides the request.
pub(crate) struct Reader<'a> {
    pub(crate) route: &'a Route,
    pub(crate) settings: &'a Settings,
    pub(crate) types: &'a [TypeDef],
    pub(crate) inputs: Vec<(String, String)>,
}

impl Reader<'_> {
    /// Reads a request, whatever is wrong with it.
    pub(crate) fn read(&self, incoming: &Incoming) -> Decoded {
        let request = self.route.operation.request();
        let mut params = request.params.clone();
        params.extend(client::parameters(request));
        params.extend(self.route.query.iter().map(|(name, value)| constant(name, value)));
        let mut decoded = Decoded::default();
        self.path(&mut decoded);
        self.headers(incoming, &params, &mut decoded);
        self.query(incoming, &params, &mut decoded);
        self.body(incoming, &params, &mut decoded);
        decoded.mistakes.extend(client::check(request, &incoming.headers));
        decoded
    }

    fn path(&self, decoded: &mut Decoded) {
        for (name, text) in &self.inputs {
            match self.input(name, &Given { value: &Value::String(text.clone()), textual: true }) {
                Ok(value) => drop(decoded.values.insert(name.clone(), value)),
                Err(wrong) => decoded.wrong(Wrong::Request, format!("`{name}` in the path {wrong}")),
            }
        }
    }

    fn headers(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        for param in params.iter().filter(|param| param.place == Place::Header) {
            let values = incoming.headers.get_all(param.name.as_str());
            let texts =
                values.iter().map(|value| Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned()));
            let texts: Vec<Value> = texts.collect();
            let list = texts.iter().map(|value| (param.name.as_str(), Given { value, textual: true })).collect();
            self.param(param, &Found { place: Place::Header, list }, decoded);
        }
    }

    fn query(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        let pairs = match &incoming.query {
            Ok(pairs) => pairs,
            Err(wrong) => return decoded.wrong(Wrong::Request, wrong.clone()),
        };
        let values: Vec<(&str, Value)> =
            pairs.iter().map(|(name, value)| (name.as_str(), Value::String(value.clone()))).collect();
        let list = values.iter().map(|(name, value)| (*name, Given { value, textual: true })).collect();
        self.place(params, &Found { place: Place::Query, list }, decoded);
    }

    fn body(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        let expects_body = params.iter().any(|param| param.place == Place::Body);
        if !expects_body {
            if !incoming.body.raw.is_empty() {
                decoded.wrong(Wrong::Request, "the request takes no body".to_owned());
            }
            return;
        }
        let required = params.iter().any(|param| param.place == Place::Body && !param.optional);
        if required || !incoming.body.raw.is_empty() {
            decoded.mistakes.extend(self.encoding(incoming));
        }
        let members = match &incoming.body.members {
            Ok(members) => members,
            Err(wrong) => return decoded.wrong(Wrong::Request, wrong.clone()),
        };
        let textual = matches!(members, Members::Form(_));
        let list = members.list().iter().map(|(name, value)| (name.as_str(), Given { value, textual })).collect();
        self.place(params, &Found { place: Place::Body, list }, decoded);
    }

    /// What is wrong with the encoding of the body.
    fn encoding(&self, incoming: &Incoming) -> Option<Mistake> {
        let json = match &self.route.operation.request().encoding {
            Encoding::Form | Encoding::Text(_) | Encoding::Xml => false,
            Encoding::Json => true,
            Encoding::Setting(name) => self.settings.value(name) == Some("json"),
        };
        let due = if json { JSON } else { FORM };
        let but = match incoming.body.media_type.as_deref() {
            Some(given) if given == due => return None,
            Some(FORM) => "a form",
            Some(JSON) => "JSON",
            Some(_) => "another media type",
            None => "of an unnamed type",
        };
        Some(Mistake { kind: Wrong::Request, text: format!("the body must be {due}, not {but}") })
    }

    /// Everything in the query or the body: what is due, and then what is not.
    fn place(&self, params: &[Param], found: &Found<'_>, decoded: &mut Decoded) {
        let due: Vec<&Param> = params.iter().filter(|param| param.place == found.place).collect();
        let mut strangers: Vec<&str> = found.list.iter().map(|(name, _)| *name).collect();
        strangers.retain(|name| !due.iter().any(|param| param.name == *name));
        strangers.dedup();
        for param in due {
            // A parameter under the name that RFC 6749 gives it, where the vendor has another.
            let standard = only_variable(&param.value).map(Variable::name).filter(|name| strangers.contains(name));
            match standard.filter(|_| !found.has(&param.name)) {
                Some(standard) => {
                    decoded.wrong(Wrong::Request, format!("`{standard}` must be called `{}`", param.name));
                    decoded.names_off += 1;
                    strangers.retain(|name| *name != standard);
                }
                None => self.param(param, found, decoded),
            }
        }
        for name in strangers {
            let stray = client::stray(self.route.operation.request().client, name);
            decoded.names_off += usize::from(stray.is_none());
            decoded.mistakes.push(stray.unwrap_or_else(|| Mistake {
                kind: Wrong::Request,
                text: format!("{} does not belong in the {}", shown(name), words(found.place)),
            }));
        }
    }

    /// One parameter that the spec names.
    fn param(&self, param: &Param, found: &Found<'_>, decoded: &mut Decoded) {
        let place = words(found.place);
        let mut given = found.list.iter().filter(|(name, _)| *name == param.name).map(|(_, given)| given);
        let constant = param.value.parts.iter().all(|part| matches!(part, Part::Text(_)));
        let (Some(first), None) = (given.next(), given.next()) else {
            if found.has(&param.name) {
                decoded.wrong(Wrong::Request, format!("`{}` stands in the {place} more than once", param.name));
            } else if !may_be_missing(param) {
                decoded.constants_off += usize::from(constant);
                decoded.names_off += usize::from(!constant && !is_credential(&param.value));
                decoded.wrong(missing_kind(&param.value), format!("`{}` is missing in the {place}", param.name));
            }
            return;
        };
        if let Err(mistake) = self.value(param, first, &mut decoded.values) {
            decoded.constants_off += usize::from(constant);
            decoded.mistakes.push(mistake);
        }
    }

    fn value(&self, param: &Param, given: &Given<'_>, values: &mut Values) -> Result<(), Mistake> {
        let refuse = |kind, wrong: &str| Mistake { kind, text: format!("`{}` {wrong}", param.name) };
        if let Some(Variable::Input(name)) = only_variable(&param.value) {
            let value = self.input(name, given).map_err(|wrong| refuse(Wrong::Request, &wrong))?;
            values.insert(name.clone(), value);
            return Ok(());
        }
        let text = given.value.as_str().ok_or_else(|| refuse(Wrong::Request, "must be a string"))?;
        let Some(captured) = capture(&param.value.parts, text) else {
            let kind = missing_kind(&param.value);
            return Err(match (kind, only_variable(&param.value), param.name.as_str()) {
                (_, Some(_), _) => refuse(kind, "must not be empty"),
                (_, _, "grant_type" | "response_type") => {
                    refuse(Wrong::Discriminator, &format!("must be `{}`", param.value))
                }
                _ => refuse(kind, &format!("must be `{}`", param.value)),
            });
        };
        for (variable, text) in captured {
            let value = match variable {
                Variable::Setting(name) if !self.settings.accepts(name, text) => {
                    return Err(refuse(Wrong::Request, &format!("is not what the setting `{name}` says")));
                }
                Variable::Setting(_) | Variable::Value(_) | Variable::Kept(_) => continue,
                Variable::Protocol(name) => protocol(name, text).map_err(|(kind, wrong)| refuse(kind, wrong))?,
                Variable::Input(name) => {
                    let given = Given { value: &Value::String(text.to_owned()), textual: true };
                    self.input(name, &given).map_err(|wrong| refuse(Wrong::Request, &wrong))?
                }
            };
            values.insert(variable.name().to_owned(), value);
        }
        Ok(())
    }

    fn input(&self, name: &str, given: &Given<'_>) -> Result<Value, String> {
        let inputs = &self.route.operation.request().inputs;
        let Some(input) = inputs.iter().find(|input| input.name.wire == name) else { return Ok(given.value.clone()) };
        match given.value.as_str().filter(|_| given.textual) {
            Some(text) => types::from_text(text, &input.ty, self.types),
            None => types::check(given.value, &input.ty, self.types).map(|()| given.value.clone()),
        }
    }
}

impl Found<'_> {
    fn has(&self, name: &str) -> bool {
        self.list.iter().any(|(known, _)| *known == name)
    }
}

impl Decoded {
    fn wrong(&mut self, kind: Wrong, text: String) {
        self.mistakes.push(Mistake { kind, text });
    }
}

fn protocol(name: &str, text: &str) -> Result<Value, (Wrong, &'static str)> {
    match name {
        "client_id" if text != CLIENT_ID => Err((Wrong::Client, "names no client that is known here")),
        "client_secret" if text != CLIENT_SECRET => Err((Wrong::Client, "is wrong")),
        _ => Ok(Value::from(text)),
    }
}

fn constant(name: &str, value: &str) -> Param {
    let value = Template { parts: vec![Part::Text(value.to_owned())] };
    Param { place: Place::Query, name: name.to_owned(), value, optional: false }
}

fn only_variable(template: &Template) -> Option<&Variable> {
    match template.parts.as_slice() {
        [Part::Variable(variable)] => Some(variable),
        _ => None,
    }
}

fn mentions(template: &Template, name: &str) -> bool {
    template.parts.iter().any(|part| matches!(part, Part::Variable(Variable::Protocol(known)) if known == name))
}

/// RFC 6749, section 4.1.1: `state` is recommended, not required, so no vendor insists on it.
fn may_be_missing(param: &Param) -> bool {
    param.optional || mentions(&param.value, "state")
}

fn is_credential(template: &Template) -> bool {
    mentions(template, "client_id") || mentions(template, "client_secret")
}

fn missing_kind(template: &Template) -> Wrong {
    if mentions(template, "token") {
        Wrong::Token
    } else if is_credential(template) {
        Wrong::Client
    } else {
        Wrong::Request
    }
}

fn words(place: Place) -> &'static str {
    match place {
        Place::Query => "query",
        Place::Body => "body",
        Place::Header => "headers",
        Place::Cookie => "cookies",
        Place::Fragment => "fragment",
    }
}

/// A name as it may be repeated: a careless client could have put anything there, a secret included.
fn shown(name: &str) -> String {
    let plain = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if plain { format!("`{name}`") } else { "a parameter with an unusual name".to_owned() }
}
