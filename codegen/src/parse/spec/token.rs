//! The token endpoint, kinds of token, and the places of an answer, as they are written.

use super::{Client, Encoding, InputPlace, Placed};
use crate::diagnostics::Span;
use crate::model::{AnswerFormat, ExpiryUnit, Format, Replay, Rotation};
use crate::parse::node::Text;
use crate::parse::template::Template;

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

#[derive(Clone, Debug)]
pub(crate) struct TokenKind {
    pub name: Text,
    pub about: Option<Text>,
    pub value: Vec<At>,
    pub keep: Vec<Kept>,
    pub expires: Vec<Expires>,
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
    pub expires: Vec<Expires>,
    pub lifetime: Option<u64>,
    /// Seconds.
    pub idle: Option<Placed<u64>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Renew {
    pub by: Option<RenewBy>,
    pub grant: Option<Text>,
    pub early: Option<u64>,
    pub on_demand: bool,
    pub rotation: Rotation,
    pub replay: Replay,
    /// Seconds.
    pub replay_window: Option<Placed<u64>>,
    pub old_access_revoked: bool,
    /// The first key that says something only of renewal by a refresh token.
    pub of_refresh: Option<Text>,
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
