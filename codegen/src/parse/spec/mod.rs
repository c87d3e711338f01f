//! A spec as it is written: names unresolved, defaults not filled in, every piece with its place. What the file left out
//! or got wrong is missing here.

mod id_token;
mod request;
mod token;

pub(crate) use id_token::IdToken;
pub(crate) use request::{Body, BodyExpr, Client, Encoding, Failure, Input, InputPlace, Jwt, Request, Revoke, Target};
pub(crate) use token::{At, Expires, Kept, Of, Present, RefreshToken, Renew, RenewBy, TokenEndpoint, TokenKind};

pub(crate) use super::device::{Device, DeviceAnswer};
use super::node::Text;
use super::template::Template;
use super::types::{FieldExpr, TypeExpr};
use crate::diagnostics::Span;
use crate::model::{Alphabet, Format, GrantKind, Pkce, WaitUnit};

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
    /// Where `tokens` stands in the file.
    pub tokens_written: Option<Span>,
    pub id_token: Option<IdToken>,
    pub error_code: Vec<Text>,
    pub error_text: Vec<Text>,
    /// What every answer with a status of success must say.
    pub succeeds: Vec<Check>,
    /// The only statuses of success; 200 to 299 when there are none.
    pub success_status: Option<Statuses>,
    /// Where a refusal says how long to wait, and until when.
    pub retry_after: Vec<Wait>,
    pub reset: Vec<Wait>,
    pub limited: Option<Limited>,
    /// Codes of grants' answers by what they mean.
    pub terminal: Vec<Text>,
    pub transient: Vec<Text>,
    pub config: Vec<Text>,
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
    /// Codes of warnings, and why each is allowed.
    pub allow: Vec<(Text, Text)>,
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
    /// Whether `scopes` is `any`.
    pub any_scope: bool,
    pub scope_separator: Option<Text>,
    pub default_scopes: Vec<Text>,
    pub scope_lists: Vec<(Text, Scopes)>,
    /// Whether the parameters stand behind a `#`.
    pub in_fragment: bool,
    /// With the place of the word, or of the key `authorize`.
    pub pkce: Placed<Pkce>,
    /// Where `state: undocumented` stands.
    pub state_undocumented: Option<Span>,
    pub state_form: Option<StateForm>,
    pub callback: Callback,
    pub code_lifetime: Option<u64>,
}

/// Scopes, each with what it allows.
pub(crate) type Scopes = Vec<(Text, Option<Text>)>;

#[derive(Clone, Debug)]
pub(crate) struct StateForm {
    /// Whether it stands in the query of the redirect URI.
    pub in_redirect_uri: bool,
    /// Whether it says anything of the form.
    pub written: bool,
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

/// What a member of an answer must be.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub at: Text,
    /// One of these; when there are none, it must be absent.
    pub texts: Vec<Text>,
    /// Whether it must be absent.
    pub absent: bool,
}

/// The only statuses of success.
#[derive(Clone, Debug)]
pub(crate) struct Statuses {
    /// The key.
    pub span: Span,
    pub list: Vec<Placed<u32>>,
    /// Whether a part of it was wrong, and reported.
    pub broken: bool,
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

#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub name: Text,
    /// What the key `kind` says, or the name implies.
    pub kind: Option<GrantKind>,
    /// Whether `kind` stands there, right or wrong.
    pub kind_written: bool,
    pub request: Request,
    pub scopes: Scopes,
    /// Whether `scopes` is `any`.
    pub any_scope: bool,
    pub scope_separator: Option<Text>,
    pub default_scopes: Vec<Text>,
    pub discouraged: Option<Text>,
    pub yields: Vec<Text>,
    /// Those of them that stand with `?`: an answer may lack them.
    pub uncertain: Vec<Text>,
    /// The kind of token that it shows.
    pub from: Option<Text>,
    /// Whether `yields` stands there, right or wrong.
    pub yields_written: bool,
    pub value: Vec<At>,
    pub fields: Vec<FieldExpr>,
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
