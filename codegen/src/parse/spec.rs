//! A spec as it is written: names unresolved, defaults not filled in, every piece with its place. What the file left out
//! or got wrong is missing here.

use super::node::{Node, Text};
use super::template::Template;
use super::types::{FieldExpr, TypeExpr};
use crate::diagnostics::Span;
use crate::model::{ClientAuth, ExpiryUnit, Format, GrantKind, Method, Pkce, Replay, Rotation};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed<T> {
    pub value: T,
    pub span: Span,
}

/// A whole file.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub provider: Option<Text>,
    pub title: Option<Text>,
    pub about: Option<Text>,
    pub docs: Option<Text>,
    pub settings: Vec<Setting>,
    pub authorize: Option<Authorize>,
    pub token: Option<TokenEndpoint>,
    /// The grants of the file, or the two that stand for a missing key.
    pub grants: Vec<Grant>,
    /// Whether `grants` stands in the file.
    pub grants_written: bool,
    /// The kinds of the file, or the one that stands for a missing key.
    pub tokens: Vec<TokenKind>,
    /// Whether `tokens` stands in the file.
    pub tokens_written: bool,
    pub error_code: Option<Text>,
    pub error_text: Option<Text>,
    pub api: Option<Template>,
    pub calls: Vec<Call>,
    pub fallbacks: Vec<Fallback>,
    pub widgets: Vec<Widget>,
    pub types: Vec<NamedType>,
    pub enums: Vec<NamedEnum>,
    pub undocumented: Vec<Text>,
}

#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub name: Text,
    pub about: Option<Text>,
    pub format: Option<Format>,
    pub allowed: Vec<Text>,
    /// Whether `enum` stands there as a list.
    pub allowed_written: bool,
    pub default: Option<Text>,
    pub sample: Option<Text>,
}

#[derive(Clone, Debug)]
pub(crate) struct Authorize {
    /// The key.
    pub span: Span,
    pub request: Request,
    pub scopes: Vec<(Text, Option<Text>)>,
    pub scope_separator: Option<Text>,
    pub pkce: Pkce,
    pub state_documented: bool,
    pub code_lifetime: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct TokenEndpoint {
    /// The key.
    pub span: Span,
    pub url: Option<Template>,
    pub client: Option<ClientAuth>,
    pub encoding: Option<Encoding>,
}

/// How a body is encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Encoding {
    Form,
    Json,
    Setting(Text),
}

/// What grants, calls and the authorization request have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub targets: Vec<Target>,
    pub client: Option<ClientAuth>,
    pub encoding: Option<Encoding>,
    pub omit: Vec<Text>,
    pub rename: Vec<(Text, Text)>,
    pub send: Vec<(Text, Template)>,
    pub headers: Vec<(Text, Template)>,
    pub inputs: Vec<Input>,
    pub failures: Vec<Failure>,
    pub sample: Option<Node>,
    pub about: Option<Text>,
    pub undocumented: Option<Text>,
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
    /// Whether a sign of it was wrong, and reported.
    pub broken: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub name: Text,
    /// What the key `kind` says, or the name implies.
    pub kind: Option<GrantKind>,
    /// Whether `kind` stands there, right or wrong.
    pub kind_written: bool,
    pub request: Request,
    pub discouraged: Option<Text>,
    pub yields: Vec<Text>,
    /// Whether `yields` stands there, right or wrong.
    pub yields_written: bool,
    pub value: Option<Text>,
    pub fields: Vec<FieldExpr>,
}

#[derive(Clone, Debug)]
pub(crate) struct TokenKind {
    pub name: Text,
    pub about: Option<Text>,
    pub value: Option<Text>,
    pub expires: Option<Expires>,
    pub lifetime: Option<u64>,
    pub present: Present,
    pub refresh_token: Option<RefreshToken>,
    pub renew: Option<Renew>,
}

#[derive(Clone, Debug)]
pub(crate) struct Expires {
    pub field: Text,
    pub unit: ExpiryUnit,
}

/// How a token is shown.
#[derive(Clone, Debug)]
pub(crate) enum Present {
    Bearer,
    Header {
        name: Text,
        scheme: Option<Text>,
    },
    Query(Text),
    Body(Text),
    None,
    /// None or several of `header`, `query` and `body`, at this place.
    Unclear(Span),
    /// Reported already.
    Broken,
}

#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub value: Option<Text>,
    pub expires: Option<Expires>,
    pub lifetime: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Renew {
    pub by: Option<RenewBy>,
    pub rotation: Rotation,
    pub replay: Replay,
    pub old_access_revoked: bool,
    /// The word, or the key.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RenewBy {
    Refresh,
    Reissue,
    None,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub name: Text,
    pub request: Request,
    pub token: Option<Text>,
    pub returns: Option<TypeExpr>,
}

#[derive(Clone, Debug)]
pub(crate) struct Fallback {
    pub name: Text,
    pub about: Option<Text>,
    pub attempt: Option<Text>,
    pub on: Option<Text>,
    pub then: Option<Text>,
}

#[derive(Clone, Debug)]
pub(crate) struct Widget {
    pub name: Text,
    pub about: Option<Text>,
    pub script: Option<Template>,
    pub open: Option<Text>,
    pub token_option: Option<Text>,
    pub kinds: Vec<Text>,
    /// Whether `kinds` stands there as a list.
    pub kinds_written: bool,
    pub options: Vec<Input>,
    pub events: Vec<Event>,
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub name: Text,
    pub about: Option<Text>,
    pub payload: Option<TypeExpr>,
}

#[derive(Clone, Debug)]
pub(crate) struct NamedType {
    pub name: Text,
    pub ty: Option<TypeExpr>,
}

#[derive(Clone, Debug)]
pub(crate) struct NamedEnum {
    pub name: Text,
    pub words: Vec<Text>,
}
