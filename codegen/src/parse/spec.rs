//! A spec as it is written: names unresolved, defaults not filled in, every piece with its place. What the file left out
//! or got wrong is missing here.

pub(crate) use super::device::{Device, DeviceAnswer};
use super::node::{Node, Text};
use super::template::Template;
use super::types::{FieldExpr, TypeExpr};
use crate::diagnostics::Span;
use crate::model::{
    Alphabet, AnswerFormat, ClientAuth, ExpiryUnit, Format, GrantKind, Method, Pkce, Replay, Rotation, WaitUnit,
};

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
    /// Named templates.
    pub values: Vec<(Text, Template)>,
    pub authorize: Option<Authorize>,
    pub device: Option<Device>,
    pub token: Option<TokenEndpoint>,
    /// The grants of the file, or the two that stand for a missing key.
    pub grants: Vec<Grant>,
    /// Whether `grants` stands in the file.
    pub grants_written: bool,
    /// The kinds of the file, or the one that stands for a missing key.
    pub tokens: Vec<TokenKind>,
    /// Whether `tokens` stands in the file.
    pub tokens_written: bool,
    pub error_code: Vec<Text>,
    pub error_text: Vec<Text>,
    /// What every answer with a status of success must say.
    pub succeeds: Vec<(Text, Text)>,
    /// Where a refusal says how long to wait, and until when.
    pub retry_after: Vec<Wait>,
    pub reset: Vec<Wait>,
    pub limited: Option<Limited>,
    pub api: Option<Template>,
    pub api_headers: Vec<(Text, Template)>,
    pub api_send: Vec<(Text, Template)>,
    pub revoke: Option<Revoke>,
    pub verify: Option<Text>,
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
    pub pattern: Option<Text>,
    pub of_connection: bool,
    pub optional: bool,
    pub prefix: Option<Text>,
    pub suffix: Option<Text>,
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
    pub scopes: Scopes,
    pub scope_separator: Option<Text>,
    pub default_scopes: Vec<Text>,
    pub scope_lists: Vec<(Text, Scopes)>,
    /// Whether the parameters stand behind a `#`.
    pub in_fragment: bool,
    pub pkce: Pkce,
    pub state_documented: bool,
    pub state_form: Option<StateForm>,
    pub callback: Callback,
    pub code_lifetime: Option<u64>,
}

/// Scopes, each with what it allows.
pub(crate) type Scopes = Vec<(Text, Option<Text>)>;

#[derive(Clone, Debug)]
pub(crate) struct StateForm {
    pub length: Option<Placed<u32>>,
    pub alphabet: Alphabet,
    pub span: Span,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Callback {
    pub code: Option<Text>,
    pub state: Option<Text>,
    pub error: Option<Text>,
    pub error_text: Option<Text>,
    pub keep: Vec<Kept>,
    pub denied_by_absence: bool,
    pub issuer: Option<Template>,
}

/// Something that is kept for the connection.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub name: Text,
    pub from: At,
    pub default: Option<Text>,
    pub allowed: Vec<Text>,
    pub format: Option<Format>,
    pub pattern: Option<Text>,
    pub sample: Option<Text>,
}

/// A place in an answer.
#[derive(Clone, Debug)]
pub(crate) struct At {
    pub text: Text,
    pub of: Of,
}

/// What part of an answer it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// The body: a top-level member, a JSON Pointer, or all of it.
    Body,
    Header,
    Cookie,
    /// None or several of `header` and `cookie`.
    Unclear,
}

/// Where a refusal says how long to wait.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    pub at: At,
    pub unit: WaitUnit,
    pub after: Option<Text>,
    pub before: Option<Text>,
}

/// Which refusals are rate limits.
#[derive(Clone, Debug)]
pub(crate) struct Limited {
    /// The key.
    pub span: Span,
    pub statuses: Vec<Placed<u32>>,
    pub remaining: Option<Text>,
    pub codes: Vec<Text>,
    /// Whether a part of it was wrong, and reported.
    pub broken: bool,
}

/// The request that revokes a token.
#[derive(Clone, Debug)]
pub(crate) struct Revoke {
    /// The key.
    pub name: Text,
    pub request: Request,
}

#[derive(Clone, Debug)]
pub(crate) struct TokenEndpoint {
    /// The key.
    pub span: Span,
    pub url: Option<Template>,
    pub client: Option<Client>,
    pub params_in: Option<InputPlace>,
    pub encoding: Option<Encoding>,
    pub answers: Option<AnswerFormat>,
    /// What every grant sends besides its own.
    pub send: Vec<(Text, Template)>,
    /// The headers of every grant besides its own.
    pub headers: Vec<(Text, Template)>,
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
    /// Both long forms at once, or nothing, at this place.
    Unclear(Span),
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
    pub succeeds: Option<Vec<(Text, Text)>>,
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
        let basic = match &self.client {
            Some(Client::Basic(text)) => Some(text),
            _ => None,
        };
        params.chain(body).chain(basic)
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
    pub scopes: Scopes,
    pub scope_separator: Option<Text>,
    pub default_scopes: Vec<Text>,
    pub discouraged: Option<Text>,
    pub yields: Vec<Text>,
    /// Whether `yields` stands there, right or wrong.
    pub yields_written: bool,
    pub value: Vec<At>,
    pub fields: Vec<FieldExpr>,
}

#[derive(Clone, Debug)]
pub(crate) struct TokenKind {
    pub name: Text,
    pub about: Option<Text>,
    pub value: Vec<At>,
    pub keep: Vec<Kept>,
    pub expires: Option<Expires>,
    pub lifetime: Option<u64>,
    pub present: Present,
    /// What is sent in place of the token alone.
    pub present_value: Option<Template>,
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
    Cookie(Text),
    None,
    /// None or several of `header`, `query`, `cookie` and `body`, at this place.
    Unclear(Span),
    /// Reported already.
    Broken,
}

#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    /// The places, to be looked at in turn; all in the body.
    pub value: Vec<Text>,
    pub expires: Option<Expires>,
    pub lifetime: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Renew {
    pub by: Option<RenewBy>,
    pub grant: Option<Text>,
    pub early: Option<u64>,
    pub on_demand: bool,
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
    Extend,
    Exchange,
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
