//! Requests with every standard parameter written out, renamed and dropped as the spec says.

use super::tokens;
use crate::diagnostics::Span;
use crate::model::{
    Alternative, Body, BodyNode, ClientAuth, Encoding, Function, GrantKind, Input, Method, Name, Param, Part, Pkce,
    Place, Request, Template, Type, Variable,
};
use crate::parse::node::Text;
use crate::parse::spec::{self, InputPlace, Spec};
use crate::parse::template as written;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    Authorize,
    Grant(GrantKind),
    /// Revokes a token (RFC 7009).
    Revoke,
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

/// The standard parameters of a request, in order: RFC 6749, sections 4.1.1, 4.1.3, 4.3.2, 4.4.2 and 6; RFC 7636; RFC 7009, section 2.1;
/// RFC 7523, section 2.1; RFC 8693, section 2.1.
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
        Role::Grant(GrantKind::TokenExchange) => vec![
            constant("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            variable("subject_token"),
            variable("subject_token_type"),
        ],
        Role::Grant(GrantKind::JwtBearer) => {
            vec![constant("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), variable("assertion")]
        }
        Role::Revoke => vec![variable("token")],
        Role::Grant(GrantKind::Custom) | Role::Call(_) => Vec::new(),
    }
}

/// Drafts a request; `inputs` are those that the spec declares.
pub(super) fn request(spec: &Spec, written: &spec::Request, role: Role<'_>, inputs: Vec<Input>) -> (Request, Lines) {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_) | Role::Revoke));
    let inputs = with_implied_inputs(written, role, inputs);
    let target = written.targets.first();
    let method = target.map_or(Method::Post, |target| target.method);
    let default_url = || endpoint.filter(|_| role != Role::Revoke).and_then(|token| token.url.as_ref());
    let url = target.map_or_else(default_url, |target| target.url.as_ref());
    let url = url.map(|url| absolute(spec, url, &inputs)).unwrap_or_default();
    let place = params_place(spec, written, role, method);
    let mut params = Params { spec, inputs: &inputs, list: Vec::new(), lines: Vec::new() };
    match role {
        Role::Call(kind) => params.token(kind),
        _ => params.standard(&standard(spec, role), written, place),
    }
    let standard_count = params.list.len();
    params.inputs(written, &url, place);
    params.scope_lists(role, place);
    params.sent(written, role, place);
    params.headers(written);
    if let Role::Call(_) = role {
        params.of_api();
    }
    let (params, lines) = (params.list, params.lines);
    let auth = client(spec, written, role, place, &inputs);
    let request = Request {
        method,
        url,
        client: auth.word,
        credentials: auth.credentials,
        basic: auth.basic,
        encoding: encoding(spec, written, role),
        body: written.body.as_ref().map(|body| written_body(spec, written, body, &inputs)),
        params,
        standard: standard_count,
        inputs,
    };
    (request, Lines { params: lines })
}

fn encoding(spec: &Spec, written: &spec::Request, role: Role<'_>) -> Encoding {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_)));
    let encoding = written.encoding.as_ref().or_else(|| endpoint.and_then(|token| token.encoding.as_ref()));
    let content_type = || written.content_type.as_ref().map_or("text/plain; charset=utf-8", |text| text.text.as_str());
    let structured = written.body.as_ref().is_some_and(|body| !matches!(body.root, spec::BodyExpr::Template(_)));
    match encoding {
        Some(spec::Encoding::Text) => Encoding::Text(content_type().to_owned()),
        Some(spec::Encoding::Xml) => Encoding::Xml,
        _ if structured => Encoding::Json,
        Some(spec::Encoding::Form) => Encoding::Form,
        Some(spec::Encoding::Json) => Encoding::Json,
        Some(spec::Encoding::Setting(name)) => Encoding::Setting(name.text.clone()),
        None if matches!(role, Role::Call(_)) => Encoding::Json,
        None => Encoding::Form,
    }
}

/// A body that is written out: text where the encoding says so, else JSON.
fn written_body(spec: &Spec, written: &spec::Request, body: &spec::Body, inputs: &[Input]) -> Body {
    let text = matches!(written.encoding, Some(spec::Encoding::Text | spec::Encoding::Xml));
    match &body.root {
        spec::BodyExpr::Template(value) if text => Body::Text(template(spec, value, inputs)),
        root => Body::Json(body_node(spec, root, inputs)),
    }
}

fn body_node(spec: &Spec, expr: &spec::BodyExpr, inputs: &[Input]) -> BodyNode {
    match expr {
        spec::BodyExpr::Template(written) => {
            let value = template(spec, written, inputs);
            BodyNode::Template { optional: may_lack(spec, &value, inputs), value }
        }
        spec::BodyExpr::Constant(value) => BodyNode::Constant(value.clone()),
        spec::BodyExpr::List(items) => BodyNode::List(items.iter().map(|item| body_node(spec, item, inputs)).collect()),
        spec::BodyExpr::Object(members) => BodyNode::Object(
            members.iter().map(|(name, value)| (name.text.clone(), body_node(spec, value, inputs))).collect(),
        ),
    }
}

/// How the client proves who it is.
struct Auth {
    word: ClientAuth,
    credentials: Vec<Param>,
    basic: Option<Template>,
}

fn client(spec: &Spec, written: &spec::Request, role: Role<'_>, place: Place, inputs: &[Input]) -> Auth {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_) | Role::Revoke));
    let auth = written.client.as_ref().or_else(|| endpoint.and_then(|token| token.client.as_ref()));
    let default = if matches!(role, Role::Grant(_) | Role::Revoke) { ClientAuth::Basic } else { ClientAuth::None };
    match auth {
        Some(spec::Client::Basic(text)) => {
            Auth { word: ClientAuth::BasicOf, credentials: Vec::new(), basic: Some(template(spec, text, inputs)) }
        }
        Some(spec::Client::Params { place: own, id, secret }) => {
            let place = own.map_or(place, input_place);
            let named = |name: &Option<Text>, variable: &'static str| match name {
                Some(name) if name.text == "none" => None,
                Some(name) => Some(credential(place, &name.text, variable)),
                None => Some(credential(place, variable, variable)),
            };
            let credentials = named(id, "client_id").into_iter().chain(named(secret, "client_secret"));
            Auth { word: ClientAuth::Params, credentials: credentials.collect(), basic: None }
        }
        Some(spec::Client::Word(word)) => {
            // In a body that is written out credentials stand where it says.
            let in_body = written.body.is_some() && place == Place::Body;
            let credentials = if in_body { Vec::new() } else { credentials(*word, place) };
            Auth { word: *word, credentials, basic: None }
        }
        Some(spec::Client::Unclear(_)) | None => {
            Auth { word: default, credentials: credentials(default, place), basic: None }
        }
    }
}

/// The credentials that are sent as parameters (RFC 6749, section 2.3.1).
fn credentials(client: ClientAuth, place: Place) -> Vec<Param> {
    let names: &[&str] = match client {
        ClientAuth::Public => &["client_id"],
        ClientAuth::Body | ClientAuth::Both => &["client_id", "client_secret"],
        ClientAuth::None | ClientAuth::Basic | ClientAuth::BasicOf | ClientAuth::Params => &[],
    };
    names.iter().map(|name| credential(place, name, name)).collect()
}

fn credential(place: Place, name: &str, variable: &str) -> Param {
    let value = Template { parts: vec![Part::Variable(Variable::Protocol(variable.to_owned()))] };
    Param { place, name: name.to_owned(), value, optional: false }
}

/// The parameters that every call sends.
pub(super) fn api_params(spec: &Spec) -> Vec<Param> {
    let mut params = Params { spec, inputs: &[], list: Vec::new(), lines: Vec::new() };
    params.of_api();
    params.list
}

/// Where standard parameters, inputs and constants stand unless they say otherwise.
fn params_place(spec: &Spec, written: &spec::Request, role: Role<'_>, method: Method) -> Place {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_)));
    let own = written.params_in.or_else(|| endpoint.and_then(|token| token.params_in));
    match role {
        Role::Authorize if spec.authorize.as_ref().is_some_and(|authorize| authorize.in_fragment) => Place::Fragment,
        _ => own.map_or(body_place(method), input_place),
    }
}

fn input_place(place: InputPlace) -> Place {
    match place {
        InputPlace::Path | InputPlace::Query => Place::Query,
        InputPlace::Header => Place::Header,
        InputPlace::Body => Place::Body,
    }
}

/// Where parameters stand that no header or URL takes.
pub(crate) fn body_place(method: Method) -> Place {
    match method {
        Method::Get | Method::Delete => Place::Query,
        Method::Post | Method::Put | Method::Patch => Place::Body,
    }
}

/// The inputs that a standard grant has unless the spec declares them itself or sends something else.
pub(crate) fn implied_inputs(kind: GrantKind) -> &'static [(&'static str, Type, &'static str)] {
    match kind {
        GrantKind::Password => &[
            ("username", Type::String, "The user's name at the vendor."),
            ("password", Type::Secret, "The user's password at the vendor."),
        ],
        GrantKind::TokenExchange => &[
            ("subject_token", Type::Secret, "The token that is exchanged."),
            ("subject_token_type", Type::String, "What kind of token it is, as a URI (RFC 8693, section 3)."),
        ],
        GrantKind::JwtBearer => &[("assertion", Type::Secret, "A signed JWT (RFC 7523, section 3).")],
        _ => &[],
    }
}

fn with_implied_inputs(written: &spec::Request, role: Role<'_>, mut inputs: Vec<Input>) -> Vec<Input> {
    let Role::Grant(kind) = role else { return inputs };
    let mut implied = Vec::new();
    for (name, ty, about) in implied_inputs(kind) {
        let name = *name;
        let declared = inputs.iter().any(|input| input.name.wire == name);
        let omitted = written.omit.iter().any(|omitted| omitted.text == name);
        let replaced = written.send.iter().any(|(key, _)| key.text == name);
        let mentioned = written.templates().chain(written.urls()).any(|value| value.uses(name));
        if !declared && (mentioned || !(omitted || replaced || written.body.is_some())) {
            let about = Some((*about).to_owned());
            implied.push(Input { name: Name::new(name), ty: ty.clone(), optional: false, about, sample: None });
        }
    }
    implied.append(&mut inputs);
    implied
}

/// A template of the spec, its variables told apart.
pub(super) fn template(spec: &Spec, written: &written::Template, inputs: &[Input]) -> Template {
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

fn resolve(spec: &Spec, name: &str, inputs: &[Input]) -> Variable {
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
fn may_lack(spec: &Spec, template: &Template, inputs: &[Input]) -> bool {
    let lacks = |variable: &Variable| match variable {
        Variable::Input(name) => inputs.iter().any(|input| input.optional && input.name.wire == *name),
        Variable::Setting(name) => {
            let optional = |setting: &spec::Setting| setting.optional && setting.default.is_none();
            spec.settings.iter().any(|setting| setting.name.text == *name && optional(setting))
        }
        Variable::Kept(_) | Variable::Value(_) | Variable::Protocol(_) => false,
    };
    template.parts.iter().any(|part| part.variables().count() > 0 && part.variables().all(lacks))
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
            // A body that is written out stands in place of those that would be in it.
            if written.body.is_some() && place == Place::Body {
                continue;
            }
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
            let in_url = uses(url, name);
            let in_template = written.templates().any(|value| value.uses(name));
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

    /// Every further list of scopes is a parameter.
    fn scope_lists(&mut self, role: Role<'_>, place: Place) {
        let lists = self.spec.authorize.iter().filter(|_| role == Role::Authorize).flat_map(|a| &a.scope_lists);
        for (name, _) in lists {
            let value = Template { parts: vec![Part::Variable(Variable::Input(name.text.clone()))] };
            self.push(Param { place, name: name.text.clone(), value, optional: true }, Some(name.span));
        }
    }

    /// What every call sends.
    fn of_api(&mut self) {
        let headers = self.spec.api_headers.iter().map(|(name, value)| (Place::Header, name, value));
        let send = self.spec.api_send.iter().map(|(name, value)| (Place::Query, name, value));
        for (place, name, value) in headers.chain(send) {
            let known = |param: &Param| param.place == place && param.name.eq_ignore_ascii_case(&name.text);
            // The call's own word holds.
            if self.list.iter().any(known) {
                continue;
            }
            let value = self.template(value);
            let optional = self.uses_optional(&value);
            self.push(Param { place, name: name.text.clone(), value, optional }, None);
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
        may_lack(self.spec, value, self.inputs)
    }
}

fn uses(template: &Template, name: &str) -> bool {
    template.variables().any(|variable| variable.name() == name)
}
