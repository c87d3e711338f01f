//! Requests: the parameters in wire order, how the client proves who it is, and bodies that are written out.

use authsmith_protocol::operation::{Assertion, ClientAuth, Encoding, Operation, Param, Place as PlaceData};
use bumpalo::collections::Vec as ArenaVec;
use serde_json::Value as Json;

use super::{Lowering, template_text};
use crate::model::{self, Body, BodyNode, Place, Template, Variable};

impl<'a> Lowering<'a> {
    pub(super) fn request(self, name: &'a str, request: &'a model::Request) -> Operation<'a> {
        let (before, after) = request.params.split_at(request.standard.min(request.params.len()));
        let mut params = ArenaVec::with_capacity_in(request.params.len() + request.credentials.len(), self.arena);
        let all = before.iter().chain(&request.credentials).chain(after);
        params.extend(all.map(|param| self.param(param)));
        let data = Operation::new(name, request.method.as_str(), self.template(&request.url))
            .client_auth(self.client_auth(request))
            .encoding(encoding(request, &params))
            .params(params.into_bump_slice());
        let (data, mut templates) = match &request.body {
            None => (data, Vec::new()),
            Some(body) => self.body(data, body),
        };
        let data = match &request.assertion {
            None => data,
            Some(assertion) => {
                templates.extend(assertion.claims.iter().map(|(_, value, _)| value));
                data.assertion(self.assertion(assertion))
            }
        };
        let optional = self.optional_variables(request, &templates);
        if optional.is_empty() { data } else { data.optional(optional) }
    }

    pub(super) fn params(self, params: &'a [model::Param]) -> &'a [Param<'a>] {
        self.all(params, |param| self.param(param))
    }

    pub(super) fn param(self, param: &'a model::Param) -> Param<'a> {
        let value = self.template(&param.value);
        let lowered = match param.place {
            Place::Query => Param::query(&param.name, value),
            Place::Body => Param::body(&param.name, value),
            Place::Header => Param::header(&param.name, value),
            Place::Cookie => Param::cookie(&param.name, value),
            Place::Fragment => Param::fragment(&param.name, value),
        };
        if param.optional { lowered.optional() } else { lowered }
    }

    fn client_auth(self, request: &'a model::Request) -> ClientAuth<'a> {
        match (request.client, &request.basic) {
            (model::ClientAuth::Basic | model::ClientAuth::Both, _) => ClientAuth::Basic,
            (model::ClientAuth::BasicOf, Some(text)) => ClientAuth::BasicOf(self.template(text)),
            _ => ClientAuth::None,
        }
    }

    fn assertion(self, assertion: &'a model::Assertion) -> Assertion<'a> {
        let claims = self.all(&assertion.claims, |(name, value, _)| (name.as_str(), self.template(value)));
        let data = Assertion::new(&assertion.algorithms).lifetime(assertion.lifetime).claims(claims);
        match &assertion.audience {
            Some(audience) => data.audience(self.template(audience)),
            None => data,
        }
    }

    /// A body that the spec writes out, and its templates.
    fn body(self, data: Operation<'a>, body: &'a Body) -> (Operation<'a>, Vec<&'a Template>) {
        match body {
            Body::Json(node) => (data.body_json(self.arena.alloc_str(&json(node).to_string())), node.templates()),
            Body::Text(text) => (data.body_text(self.template(text)), vec![text]),
        }
    }

    /// Inputs, settings and kept values that may be without value, each once, in the order of the templates.
    fn optional_variables(self, request: &'a model::Request, templates: &[&'a Template]) -> &'a [&'a str] {
        let mut names: ArenaVec<'a, &'a str> = ArenaVec::new_in(self.arena);
        for variable in templates.iter().flat_map(|template| template.variables()) {
            if self.may_lack(request, variable) && !names.contains(&variable.name()) {
                names.push(variable.name());
            }
        }
        names.into_bump_slice()
    }

    fn may_lack(self, request: &model::Request, variable: &Variable) -> bool {
        match variable {
            Variable::Input(name) => request.inputs.iter().any(|input| input.name.wire == *name && input.optional),
            Variable::Setting(name) => {
                let optional = |setting: &model::Setting| setting.optional && setting.default.is_none();
                self.provider.settings.iter().any(|setting| setting.name.wire == *name && optional(setting))
            }
            Variable::Kept(name) => {
                let kept = self.provider.kept();
                kept.iter().any(|kept| kept.name.wire == *name && kept.default.is_none())
            }
            Variable::Value(name) => {
                // A rule has seen to it that no named value leads back to itself.
                let named = self.provider.values.iter().find(|value| value.name.wire == *name);
                named.is_some_and(|named| named.value.parts.iter().any(|part| self.part_may_lack(request, part)))
            }
            // The caller may name none.
            Variable::Protocol(name) => name == "scope",
        }
    }

    fn part_may_lack(self, request: &model::Request, part: &model::Part) -> bool {
        part.variables().count() > 0 && part.variables().all(|variable| self.may_lack(request, variable))
    }
}

/// A JSON body, its texts as the templates that they are.
fn json(node: &BodyNode) -> Json {
    match node {
        BodyNode::Template { value, .. } => Json::String(template_text(value)),
        BodyNode::Constant(value) => value.clone(),
        BodyNode::List(items) => Json::Array(items.iter().map(json).collect()),
        BodyNode::Object(members) => {
            Json::Object(members.iter().map(|(name, node)| (name.clone(), json(node))).collect())
        }
    }
}

/// How the body is encoded; a request without one has nothing to say about it.
fn encoding<'a>(request: &'a model::Request, params: &[Param<'_>]) -> Encoding<'a> {
    if request.body.is_none() && !params.iter().any(|param| param.place() == PlaceData::Body) {
        return Encoding::Form;
    }
    match &request.encoding {
        model::Encoding::Form => Encoding::Form,
        model::Encoding::Json => Encoding::Json,
        model::Encoding::Setting(name) => Encoding::Setting(name),
        model::Encoding::Text(content_type) => Encoding::Text { content_type },
        model::Encoding::Xml => Encoding::Xml,
        model::Encoding::Multipart => Encoding::Multipart,
    }
}
