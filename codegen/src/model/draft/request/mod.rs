//! Requests with every standard parameter written out, renamed and dropped as the spec says.

mod body;
mod client;
mod cookies;
mod params;
mod standard;
mod variables;

pub(crate) use standard::{implied_inputs, standard};
pub(crate) use variables::all_kept;
pub(super) use variables::template;

use crate::diagnostics::Span;
use crate::model::{GrantKind, Input, Method, Param, Place, Request};
use crate::parse::spec::{self, InputPlace, Spec};
use params::Params;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    Authorize,
    /// Asks for consent on another device (RFC 8628).
    Device,
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

/// Drafts a request; `inputs` are those that the spec declares.
pub(super) fn request(spec: &Spec, written: &spec::Request, role: Role<'_>, inputs: Vec<Input>) -> (Request, Lines) {
    let endpoint = spec.token.as_ref().filter(|_| matches!(role, Role::Grant(_)));
    let inputs = standard::with_implied_inputs(spec, written, role, inputs);
    let target = written.targets.first();
    let method = target.map_or(Method::Post, |target| target.method);
    let default_url = || endpoint.and_then(|token| token.url.as_ref());
    let url = target.map_or_else(default_url, |target| target.url.as_ref());
    let url = url.map(|url| variables::absolute(spec, url, &inputs)).unwrap_or_default();
    let place = params_place(spec, written, role, method);
    let mut params = Params { spec, inputs: &inputs, list: Vec::new(), lines: Vec::new() };
    match role {
        Role::Call(kind) => params.token(kind),
        _ => params.standard(&standard(spec, written, role), written, place),
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
    let auth = client::client(spec, written, role, place, &inputs);
    let request = Request {
        method,
        url,
        client: auth.word,
        credentials: auth.credentials,
        basic: auth.basic,
        assertion: auth.assertion,
        encoding: body::encoding(spec, written, role),
        body: written.body.as_ref().map(|body| body::written_body(spec, written, body, &inputs)),
        params,
        standard: standard_count,
        inputs,
    };
    (request, Lines { params: lines })
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
