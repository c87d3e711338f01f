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
        params.extend(credentials(request.client, request.method));
        params.extend(after.iter().map(|param| self.param(param)));
        Operation::new(&name.wire, request.method.as_str(), self.template(&request.url))
            .client_auth(match request.client {
                model::ClientAuth::Basic | model::ClientAuth::Both => ClientAuth::Basic,
                model::ClientAuth::None | model::ClientAuth::Public | model::ClientAuth::Body => ClientAuth::None,
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
        model::Encoding::Setting(name) => Encoding::Setting(name),
    }
}

/// The credentials that are sent as parameters (RFC 6749, section 2.3.1); a request without a body has them in the query.
fn credentials<'a>(client: model::ClientAuth, method: model::Method) -> impl Iterator<Item = Param<'a>> {
    let (id, secret) = match client {
        model::ClientAuth::None | model::ClientAuth::Basic => (false, false),
        model::ClientAuth::Public => (true, false),
        model::ClientAuth::Body | model::ClientAuth::Both => (true, true),
    };
    let make = match method {
        model::Method::Get | model::Method::Delete => Param::query,
        model::Method::Post | model::Method::Put | model::Method::Patch => Param::body,
    };
    let id = id.then(|| make("client_id", "<client_id>"));
    let secret = secret.then(|| make("client_secret", "<client_secret>"));
    id.into_iter().chain(secret)
}
