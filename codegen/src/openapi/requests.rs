//! What a request sends: parameters and a body.

use serde_json::{Map, Value, json};

use super::urls::{Address, path_parameter};
use super::{describe, object, schemas};
use crate::model::{
    Body, BodyNode, ClientAuth, Encoding, Input, Param, Part, Place, Provider, Request, Template, Variable,
};

/// A request with its parts as OpenAPI has them.
#[derive(Clone, Copy)]
pub(super) struct Sent<'m> {
    pub(super) provider: &'m Provider,
    pub(super) request: &'m Request,
}

impl<'m> Sent<'m> {
    /// The parameters outside the body, each once; those of the path are called as the path calls them.
    pub(super) fn parameters(self, names: &[String]) -> Vec<Value> {
        let address = Address::new(self.provider, &self.request.url);
        let mut all: Vec<Value> = Vec::new();
        for (variable, name) in address.path_variables().into_iter().zip(names) {
            let parameter = path_parameter(name, &self.variable(variable), self.about(variable));
            push(&mut all, parameter);
        }
        for (name, value) in address.query() {
            push(
                &mut all,
                json!({ "name": name, "in": "query", "required": true, "schema": { "type": "string", "example": value } }),
            );
        }
        for param in self.params() {
            let place = match param.place {
                Place::Query => "query",
                Place::Header if !is_told_elsewhere(&param.name) => "header",
                Place::Cookie => "cookie",
                _ => continue,
            };
            let mut parameter = object(&[
                ("name", param.name.as_str().into()),
                ("in", place.into()),
                ("required", (!self.may_lack(param)).into()),
                ("schema", self.template(&param.value)),
            ]);
            describe(&mut parameter, param.value.only_variable().and_then(|variable| self.about(variable)));
            push(&mut all, parameter.into());
        }
        all
    }

    /// Everything that is sent but what a security scheme says.
    fn params(self) -> impl Iterator<Item = &'m Param> {
        let token = |param: &&Param| !param.value.variables().any(|variable| variable.name() == "token");
        self.request.params.iter().chain(&self.request.credentials).filter(token)
    }

    fn may_lack(self, param: &Param) -> bool {
        param.optional
            || param.value.only_variable().and_then(|variable| self.input(variable)).is_some_and(|input| input.optional)
    }

    /// The body's media types with their schemas; none when there is no body.
    pub(super) fn body(self) -> Vec<(String, Value)> {
        let form = "application/x-www-form-urlencoded";
        let json = "application/json";
        match (&self.request.body, &self.request.encoding) {
            (Some(Body::Json(node)), _) => vec![(json.to_owned(), self.node(node))],
            (Some(Body::Text(_)), Encoding::Text(media)) => vec![(media.clone(), json!({ "type": "string" }))],
            (Some(Body::Text(_)), _) => vec![("application/xml".to_owned(), json!({ "type": "string" }))],
            (None, encoding) => {
                let Some(schema) = self.members() else { return Vec::new() };
                let types: &[&str] = match encoding {
                    Encoding::Form => &[form],
                    Encoding::Multipart => &["multipart/form-data"],
                    Encoding::Setting(_) => &[json, form],
                    _ => &[json],
                };
                types.iter().map(|media| ((*media).to_owned(), schema.clone())).collect()
            }
        }
    }

    /// The parameters of the body as an object.
    fn members(self) -> Option<Value> {
        let params: Vec<&Param> = self.params().filter(|param| param.place == Place::Body).collect();
        if params.is_empty() {
            return None;
        }
        let mut properties = Map::new();
        for param in &params {
            let mut schema = self.template(&param.value).as_object().cloned().unwrap_or_default();
            describe(&mut schema, param.value.only_variable().and_then(|variable| self.about(variable)));
            properties.insert(param.name.clone(), schema.into());
        }
        let mut required: Vec<&str> = Vec::new();
        for param in params.iter().filter(|param| !self.may_lack(param)) {
            if !required.contains(&param.name.as_str()) {
                required.push(&param.name);
            }
        }
        let mut schema = object(&[("type", "object".into()), ("properties", properties.into())]);
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        Some(schema.into())
    }

    fn node(self, node: &BodyNode) -> Value {
        match node {
            BodyNode::Template { value, .. } => self.template(value),
            BodyNode::Constant(value) => json!({ "const": value }),
            BodyNode::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.node(item)).collect();
                match items.is_empty() {
                    true => json!({ "type": "array" }),
                    false => json!({ "type": "array", "prefixItems": items }),
                }
            }
            BodyNode::Object(members) => {
                let lacks = |node: &BodyNode| matches!(node, BodyNode::Template { optional: true, .. });
                let required: Vec<&str> =
                    members.iter().filter(|(_, node)| !lacks(node)).map(|(name, _)| name.as_str()).collect();
                let properties: Map<String, Value> =
                    members.iter().map(|(name, node)| (name.clone(), self.node(node))).collect();
                json!({ "type": "object", "properties": properties, "required": required })
            }
        }
    }

    /// What a template can say.
    fn template(self, template: &Template) -> Value {
        match (template.parts.as_slice(), template.only_variable()) {
            ([], _) => json!({ "type": "string", "const": "" }),
            ([Part::Text(text)], _) => json!({ "type": "string", "const": text }),
            (_, Some(variable)) => self.variable(variable),
            _ => json!({ "type": "string" }),
        }
    }

    fn variable(self, variable: &Variable) -> Value {
        let setting = self.provider.settings.iter().find(|setting| setting.name.wire == variable.name());
        match (self.input(variable), variable, setting) {
            (Some(input), ..) => schemas::of(&input.ty),
            (None, Variable::Protocol(name), _) if is_secret(name) => json!({ "type": "string", "format": "password" }),
            (None, Variable::Setting(_), Some(setting)) if !setting.allowed.is_empty() => {
                json!({ "type": "string", "enum": setting.allowed })
            }
            _ => json!({ "type": "string" }),
        }
    }

    fn input(self, variable: &Variable) -> Option<&'m Input> {
        let Variable::Input(name) = variable else { return None };
        self.request.inputs.iter().find(|input| input.name.wire == *name)
    }

    fn about(self, variable: &Variable) -> Option<&'m str> {
        let setting = || self.provider.settings.iter().find(|setting| setting.name.wire == variable.name());
        match variable {
            Variable::Input(_) => self.input(variable)?.about.as_deref(),
            Variable::Setting(_) => setting()?.about.as_deref(),
            _ => None,
        }
    }

    /// What OpenAPI can't say of the request.
    pub(super) fn remarks(self) -> Option<&'static str> {
        let in_fragment = self.request.params.iter().any(|param| param.place == Place::Fragment);
        match self.request.client {
            _ if in_fragment => Some("The parameters stand behind the `#` of the URL."),
            ClientAuth::Both => Some("The client's credentials are sent as HTTP Basic and as parameters at once."),
            _ => None,
        }
    }
}

/// Adds a parameter unless one of that name stands in that place already.
fn push(all: &mut Vec<Value>, parameter: Value) {
    let place = |one: &Value| (one.get("name").cloned(), one.get("in").cloned());
    if !all.iter().any(|other| place(other) == place(&parameter)) {
        all.push(parameter);
    }
}

/// Headers that OpenAPI says by media types and security schemes.
fn is_told_elsewhere(name: &str) -> bool {
    ["accept", "content-type", "authorization"].iter().any(|told| name.eq_ignore_ascii_case(told))
}

fn is_secret(variable: &str) -> bool {
    ["client_secret", "password", "refresh_token", "token", "code", "code_verifier"].contains(&variable)
}
