//! Requests: the parameters in wire order, and how the client proves who it is.

use authsmith_protocol::operation::{ClientAuth, Encoding, Operation, Param};
use bumpalo::collections::Vec as ArenaVec;

use super::Lowering;
use crate::model::{self, Place};

impl<'a> Lowering<'a> {
    pub(super) fn request(self, name: &'a model::Name, request: &'a model::Request) -> Operation<'a> {
        let (before, after) = request.params.split_at(request.standard.min(request.params.len()));
        let mut params = ArenaVec::with_capacity_in(request.params.len() + 2, self.arena);
        params.extend(before.iter().map(|param| self.param(param)));
        params.extend(request.credentials.iter().map(|param| self.param(param)));
        params.extend(after.iter().map(|param| self.param(param)));
        Operation::new(&name.wire, request.method.as_str(), self.template(&request.url))
            .client_auth(match request.client {
                model::ClientAuth::Basic | model::ClientAuth::Both => ClientAuth::Basic,
                _ => ClientAuth::None,
            })
            .encoding(encoding(&request.encoding, &params))
            .params(params.into_bump_slice())
    }

    pub(super) fn params(self, params: &'a [model::Param]) -> &'a [Param<'a>] {
        self.all(params, |param| self.param(param))
    }

    fn param(self, param: &'a model::Param) -> Param<'a> {
        let value = self.template(&param.value);
        let lowered = match param.place {
            Place::Query => Param::query(&param.name, value),
            Place::Body => Param::body(&param.name, value),
            Place::Header => Param::header(&param.name, value),
            Place::Cookie | Place::Fragment => Param::query(&param.name, value),
        };
        if param.optional { lowered.optional() } else { lowered }
    }
}

/// How the body is encoded; a request without one has nothing to say about it.
fn encoding<'a>(encoding: &'a model::Encoding, params: &[Param<'_>]) -> Encoding<'a> {
    if !params.iter().any(|param| param.place() == authsmith_protocol::operation::Place::Body) {
        return Encoding::Form;
    }
    match encoding {
        model::Encoding::Form => Encoding::Form,
        model::Encoding::Json => Encoding::Json,
        model::Encoding::Text(_) | model::Encoding::Xml => Encoding::Form,
        model::Encoding::Setting(name) => Encoding::Setting(name),
    }
}
