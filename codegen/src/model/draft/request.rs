//! Requests with every standard parameter written out, renamed and dropped as the spec says.

use super::tokens;
use crate::diagnostics::Span;
use crate::model::{
    ClientAuth, Encoding, GrantKind, Input, Method, Name, Param, Part, Pkce, Place, Request, Template, Type, Variable,
};
use crate::parse::spec::{self, InputPlace, Spec};
use crate::parse::template as written;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    Authorize,
    Grant(GrantKind),
    /// Shows a token of this kind.
    Call(&'a str),
}

/// Where the parts of a request stand in the spec.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// Parallel to the request's parameters; nothing for those of the standard.
    pub params: Vec<Option<Span>>,
}

/// A standard parameter before the spec changes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standard {
    pub name: &'static str,
    value: Value,
    optional: bool,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    Constant(&'static str),
    Variable(&'static str),
}

const fn constant(name: &'static str, value: &'static str) -> Standard {
    Standard { name, value: Value::Constant(value), optional: false }
}

const fn variable(name: &'static str) -> Standard {
    Standard { name, value: Value::Variable(name), optional: false }
}

/// The standard parameters of a request, in order: RFC 6749, sections 4.1.1, 4.1.3, 4.3.2, 4.4.2 and 6; RFC 7636.
pub(crate) fn standard(spec: &Spec, role: Role<'_>) -> Vec<Standard> {
    let authorize = spec.authorize.as_ref();
    let pkce = authorize.is_some_and(|authorize| authorize.pkce == Pkce::S256);
    let redirects =
        authorize.is_some_and(|authorize| !authorize.request.omit.iter().any(|name| name.text == "redirect_uri"));
    match role {
        Role::Authorize => {
            let mut params = vec![constant("response_type", "code"), variable("client_id"), variable("redirect_uri")];
            if authorize.is_some_and(|authorize| !authorize.scopes.is_empty()) {
                params.push(Standard { optional: true, ..variable("scope") });
            }
            params.push(variable("state"));
            if pkce {
                params.extend([variable("code_challenge"), constant("code_challenge_method", "S256")]);
            }
            params
        }
        Role::Grant(GrantKind::AuthorizationCode) => {
            let mut params = vec![constant("grant_type", "authorization_code"), variable("code")];
            params.extend(redirects.then(|| variable("redirect_uri")));
            params.extend(pkce.then(|| variable("code_verifier")));
            params
        }
        Role::Grant(GrantKind::RefreshToken) => {
            vec![constant("grant_type", "refresh_token"), variable("refresh_token")]
        }
        Role::Grant(GrantKind::Password) => {
            vec![constant("grant_type", "password"), variable("username"), variable("password")]
        }
        Role::Grant(GrantKind::ClientCredentials) => vec![constant("grant_type", "client_credentials")],
        Role::Grant(GrantKind::TokenExchange | GrantKind::JwtBearer | GrantKind::Custom) | Role::Call(_) => Vec::new(),
    }
}

/// Drafts a request; `inputs` are those that the spec declares.
pub(super) fn request(spec: &Spec, written: &spec::Request, role: Role<'_>, inputs: Vec<Input>) -> (Request, Lines) {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_)));
    let inputs = with_password_inputs(written, role, inputs);
    let target = written.targets.first();
    let method = target.map_or(Method::Post, |target| target.method);
    let url = target.map_or_else(|| endpoint.and_then(|token| token.url.as_ref()), |target| target.url.as_ref());
    let url = url.map(|url| absolute(spec, url, &inputs)).unwrap_or_default();
    let body = body_place(method);
    let mut params = Params { spec, inputs: &inputs, list: Vec::new(), lines: Vec::new() };
    match role {
        Role::Call(kind) => params.token(kind),
        _ => params.standard(&standard(spec, role), written, body),
    }
    let standard_count = params.list.len();
    params.inputs(written, &url, body);
    params.sent(written, role, body);
    params.headers(written);
    let (params, lines) = (params.list, params.lines);
    let client = written.client.or_else(|| endpoint.and_then(|token| token.client));
    let encoding = written.encoding.as_ref().or_else(|| endpoint.and_then(|token| token.encoding.as_ref()));
    let client = client.unwrap_or(match role {
        Role::Grant(_) => ClientAuth::Basic,
        _ => ClientAuth::None,
    });
    let request = Request {
        method,
        url,
        client,
        credentials: credentials(client, body),
        basic: None,
        body: None,
        encoding: match (encoding, role) {
            (Some(spec::Encoding::Form), _) | (None, Role::Grant(_) | Role::Authorize) => Encoding::Form,
            (Some(spec::Encoding::Json), _) | (None, Role::Call(_)) => Encoding::Json,
            (Some(spec::Encoding::Setting(name)), _) => Encoding::Setting(name.text.clone()),
        },
        params,
        standard: standard_count,
        inputs,
    };
    (request, Lines { params: lines })
}

/// The credentials that are sent as parameters (RFC 6749, section 2.3.1).
fn credentials(client: ClientAuth, place: Place) -> Vec<Param> {
    let names: &[&str] = match client {
        ClientAuth::Public => &["client_id"],
        ClientAuth::Body | ClientAuth::Both => &["client_id", "client_secret"],
        ClientAuth::None | ClientAuth::Basic | ClientAuth::BasicOf | ClientAuth::Params => &[],
    };
    let param = |name: &&str| {
        let value = Template { parts: vec![Part::Variable(Variable::Protocol((*name).to_owned()))] };
        Param { place, name: (*name).to_owned(), value, optional: false }
    };
    names.iter().map(param).collect()
}

/// Where parameters stand that no header or URL takes.
pub(crate) fn body_place(method: Method) -> Place {
    match method {
        Method::Get | Method::Delete => Place::Query,
        Method::Post | Method::Put | Method::Patch => Place::Body,
    }
}

/// A password grant asks for `username` and `password` unless the spec declares them itself or sends something else.
fn with_password_inputs(written: &spec::Request, role: Role<'_>, mut inputs: Vec<Input>) -> Vec<Input> {
    if role != Role::Grant(GrantKind::Password) {
        return inputs;
    }
    let mut implied = Vec::new();
    for (name, ty, about) in [
        ("username", Type::String, "The user's name at the vendor."),
        ("password", Type::Secret, "The user's password at the vendor."),
    ] {
        let declared = inputs.iter().any(|input| input.name.wire == name);
        let omitted = written.omit.iter().any(|omitted| omitted.text == name);
        let replaced = written.send.iter().any(|(key, _)| key.text == name);
        let mentioned = written.send.iter().chain(&written.headers).any(|(_, value)| value.uses(name))
            || written.targets.iter().any(|target| target.url.as_ref().is_some_and(|url| url.uses(name)));
        if !declared && (mentioned || !(omitted || replaced)) {
            let about = Some(about.to_owned());
            implied.push(Input { name: Name::new(name), ty, optional: false, about, sample: None });
        }
    }
    implied.append(&mut inputs);
    implied
}

/// A template of the spec, its variables told apart.
pub(super) fn template(spec: &Spec, written: &written::Template, inputs: &[Input]) -> Template {
    let parts = written.parts.iter().map(|part| match part {
        written::Part::Text(text) => Part::Text(text.clone()),
        written::Part::Variable(name) => Part::Variable(resolve(spec, &name.text, inputs)),
    });
    Template { parts: parts.collect() }
}

fn resolve(spec: &Spec, name: &str, inputs: &[Input]) -> Variable {
    let name = name.to_owned();
    if inputs.iter().any(|input| input.name.wire == name) {
        Variable::Input(name)
    } else if spec.settings.iter().any(|setting| setting.name.text == name) {
        Variable::Setting(name)
    } else {
        Variable::Protocol(name)
    }
}

/// A URL with `api` before it if it begins with `/`.
fn absolute(spec: &Spec, url: &written::Template, inputs: &[Input]) -> Template {
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

/// The parameters of a request as they are gathered, each with its place in the spec.
struct Params<'a> {
    spec: &'a Spec,
    inputs: &'a [Input],
    list: Vec<Param>,
    lines: Vec<Option<Span>>,
}

impl Params<'_> {
    fn push(&mut self, param: Param, line: Option<Span>) {
        self.list.push(param);
        self.lines.push(line);
    }

    fn template(&self, written: &written::Template) -> Template {
        template(self.spec, written, self.inputs)
    }

    /// The parameter that shows the token.
    fn token(&mut self, kind: &str) {
        let written = self.spec.tokens.iter().find(|written| written.name.text == kind);
        if let Some(param) = written.and_then(tokens::present) {
            self.push(param, None);
        }
    }

    fn standard(&mut self, standard: &[Standard], written: &spec::Request, place: Place) {
        for param in standard {
            if written.omit.iter().any(|name| name.text == param.name) {
                continue;
            }
            let renamed = written.rename.iter().find(|(old, _)| old.text == param.name).map(|(_, new)| new);
            let sent = written.send.iter().find(|(name, _)| name.text == param.name);
            let value = match (sent, param.value) {
                (Some((_, value)), _) => self.template(value),
                (None, Value::Constant(text)) => Template { parts: vec![Part::Text(text.to_owned())] },
                (None, Value::Variable(name)) => {
                    Template { parts: vec![Part::Variable(resolve(self.spec, name, self.inputs))] }
                }
            };
            let name = renamed.map_or(param.name.to_owned(), |new| new.text.clone());
            let line = renamed.map(|new| new.span).or_else(|| sent.map(|(name, _)| name.span));
            let optional = (param.optional && sent.is_none()) || self.uses_optional(&value);
            self.push(Param { place, name, value, optional }, line);
        }
    }

    /// Every input that stands in no template of the request is a parameter.
    fn inputs(&mut self, written: &spec::Request, url: &Template, body: Place) {
        for input in &written.inputs {
            let name = input.name.text.as_str();
            let in_url =
                url.parts.iter().any(|part| matches!(part, Part::Variable(variable) if variable.name() == name));
            let in_template = written.send.iter().chain(&written.headers).any(|(_, value)| value.uses(name));
            let in_standard = self.list.iter().any(|param| uses(&param.value, name));
            let place = match input.place.as_ref().map(|place| place.value) {
                Some(InputPlace::Path) => continue,
                Some(InputPlace::Query) => Place::Query,
                Some(InputPlace::Header) => Place::Header,
                Some(InputPlace::Body) => Place::Body,
                None if in_url || in_template || in_standard => continue,
                None => body,
            };
            let wire = input.wire.as_ref().unwrap_or(&input.name);
            let value = Template { parts: vec![Part::Variable(Variable::Input(name.to_owned()))] };
            let optional = self.uses_optional(&value);
            self.push(Param { place, name: wire.text.clone(), value, optional }, Some(wire.span));
        }
    }

    /// What `send` adds besides other values for standard parameters.
    fn sent(&mut self, written: &spec::Request, role: Role<'_>, place: Place) {
        let standard = standard(self.spec, role);
        for (name, value) in &written.send {
            let omitted = written.omit.iter().any(|omitted| omitted.text == name.text);
            if !omitted && standard.iter().any(|param| param.name == name.text) {
                continue;
            }
            let value = self.template(value);
            let optional = self.uses_optional(&value);
            self.push(Param { place, name: name.text.clone(), value, optional }, Some(name.span));
        }
    }

    fn headers(&mut self, written: &spec::Request) {
        for (name, value) in &written.headers {
            let value = self.template(value);
            let optional = self.uses_optional(&value);
            self.push(Param { place: Place::Header, name: name.text.clone(), value, optional }, Some(name.span));
        }
    }

    fn uses_optional(&self, value: &Template) -> bool {
        self.inputs.iter().any(|input| input.optional && uses(value, &input.name.wire))
    }
}

fn uses(template: &Template, name: &str) -> bool {
    template.parts.iter().any(|part| matches!(part, Part::Variable(variable) if variable.name() == name))
}
