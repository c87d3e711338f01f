//! Requests as they are written.

use super::{Check, Placed, Statuses};
use crate::diagnostics::Span;
use crate::model::{Algorithm, AnswerFormat, ClientAuth, Meaning, Method};
use crate::parse::node::{Node, Text};
use crate::parse::template::Template;
use crate::parse::types::TypeExpr;

/// The request that revokes a token.
#[derive(Clone, Debug)]
pub(crate) struct Revoke {
    /// The key.
    pub name: Text,
    pub request: Request,
}

/// How the client authenticates.
#[derive(Clone, Debug)]
pub(crate) enum Client {
    Word(ClientAuth),
    /// The text of HTTP Basic.
    Basic(Template),
    /// Parameters; `none` in place of a name drops one.
    Params {
        place: Option<InputPlace>,
        id: Option<Text>,
        secret: Option<Text>,
    },
    /// A signed assertion.
    Jwt(Box<Jwt>),
    /// Both long forms at once, or nothing, at this place.
    Unclear(Span),
}

/// A signed assertion.
#[derive(Clone, Debug)]
pub(crate) struct Jwt {
    /// Whether it is signed with the client's secret.
    pub symmetric: bool,
    pub algorithms: Vec<Placed<Algorithm>>,
    /// Where an empty list of algorithms stands.
    pub unsigned: Option<Span>,
    pub audience: Option<Template>,
    pub lifetime: Option<u64>,
    pub claims: Vec<(Text, Template)>,
    pub place: Option<InputPlace>,
    pub id: Option<Text>,
}

impl Client {
    /// Its templates.
    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Basic(text) => vec![text],
            Self::Jwt(jwt) => jwt.audience.iter().chain(jwt.claims.iter().map(|(_, value)| value)).collect(),
            Self::Word(_) | Self::Params { .. } | Self::Unclear(_) => Vec::new(),
        }
    }
}

/// A body that is written out.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub root: BodyExpr,
    pub span: Span,
}

/// A value of it.
#[derive(Clone, Debug)]
pub(crate) enum BodyExpr {
    Template(Template),
    Constant(serde_json::Value),
    List(Vec<BodyExpr>),
    Object(Vec<(Text, BodyExpr)>),
}

impl BodyExpr {
    /// Every template in it, in order.
    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Template(template) => vec![template],
            Self::Constant(_) => Vec::new(),
            Self::List(items) => items.iter().flat_map(Self::templates).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.templates()).collect(),
        }
    }
}

/// How a body is encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Encoding {
    Form,
    Json,
    Text,
    Xml,
    Multipart,
    Setting(Text),
}

/// What grants, calls and the authorization request have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub targets: Vec<Target>,
    pub client: Option<Client>,
    pub params_in: Option<InputPlace>,
    pub encoding: Option<Encoding>,
    pub body: Option<Body>,
    pub content_type: Option<Text>,
    pub answers: Option<AnswerFormat>,
    /// Members of an answer and what they must be; nothing when the key is missing.
    pub succeeds: Option<Vec<Check>>,
    /// The only statuses of its success; nothing when the key is missing.
    pub success_status: Option<Statuses>,
    pub omit: Vec<Text>,
    pub rename: Vec<(Text, Text)>,
    pub send: Vec<(Text, Template)>,
    pub headers: Vec<(Text, Template)>,
    pub inputs: Vec<Input>,
    /// Whether the caller of a grant may name scopes.
    pub scoped: bool,
    pub failures: Vec<Failure>,
    pub sample: Option<Node>,
    pub about: Option<Text>,
    pub undocumented: Option<Text>,
}

impl Request {
    /// Every template of it except its URLs.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &Template> {
        let params = self.send.iter().chain(&self.headers).map(|(_, value)| value);
        let body = self.body.iter().flat_map(|body| body.root.templates());
        let client = self.client.iter().flat_map(Client::templates);
        params.chain(body).chain(client)
    }

    /// Its URLs.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &Template> {
        self.targets.iter().filter_map(|target| target.url.as_ref())
    }
}

/// A method and its URL, which is missing when it was wrong.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub method: Method,
    pub key: Span,
    pub url: Option<Template>,
}

#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub name: Text,
    pub ty: Option<TypeExpr>,
    pub about: Option<Text>,
    pub place: Option<Placed<InputPlace>>,
    pub wire: Option<Text>,
    pub sample: Option<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputPlace {
    Path,
    Query,
    Header,
    Body,
}

#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub name: Text,
    pub about: Option<Text>,
    pub status: Option<Placed<u32>>,
    pub code: Option<Text>,
    pub means: Option<Meaning>,
    /// Whether a sign of it was wrong, and reported.
    pub broken: bool,
}
