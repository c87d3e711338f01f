//! What remains of a spec when every rule of the language holds: names resolved, defaults filled in, and nothing
//! optional that a rule has settled. Every reader (client, preview, sandbox, docs) reads this and nothing before it.

pub(crate) mod draft;
mod names;
mod request;
mod types;
mod widget;

pub use authsmith_protocol::operation::ExpiryUnit;
pub use authsmith_protocol::provider::{Format, Pkce};
pub use names::Name;
pub use request::{ClientAuth, Encoding, Input, Method, Param, Part, Place, Request, Template, Variable};
pub use types::{Field, Type, TypeDef, TypeKind};
pub use widget::{Widget, WidgetEvent};

/// One vendor.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// The name of the spec and of its crate, `authsmith-<name>`.
    pub name: Name,
    /// The vendor's name in prose.
    pub title: String,
    /// One sentence on what the vendor holds.
    pub about: Option<String>,
    /// The vendor's own page.
    pub docs: Option<String>,
    /// What the vendor's page leaves out.
    pub undocumented: Vec<String>,
    /// What a deployment supplies besides credentials.
    pub settings: Vec<Setting>,
    /// The authorization request, where the vendor has one.
    pub authorize: Option<Authorize>,
    /// The operations that yield tokens or codes, in the order of the spec.
    pub grants: Vec<Grant>,
    /// The kinds of token that the grants yield.
    pub tokens: Vec<TokenKind>,
    /// Where the vendor's API starts, for calls by path and for requests that no spec describes.
    pub api: Option<Template>,
    /// The operations made with a token.
    pub calls: Vec<Call>,
    /// The grants that stand in for one another.
    pub fallbacks: Vec<Fallback>,
    /// The vendor's scripts that a page of the app embeds.
    pub widgets: Vec<Widget>,
    /// Every object and enum that an input, an answer or an event names; objects written in place have got names.
    pub types: Vec<TypeDef>,
    /// Where a refusal keeps the vendor's own code (JSON Pointer).
    pub error_code: String,
    /// Where a refusal keeps the vendor's text (JSON Pointer).
    pub error_text: String,
    /// Where the spec came from.
    pub source: Source,
}

/// The file that a provider was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as it was given.
    pub file: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What a deployment supplies besides credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub about: Option<String>,
    /// What holds when it is left out; without it the builder requires the setting.
    pub default: Option<String>,
    /// The only values that it may have; any when empty.
    pub allowed: Vec<String>,
    /// The format of its value.
    pub format: Option<Format>,
    /// A value for trying things out: the sandbox and the generated docs use it.
    pub sample: Option<String>,
}

/// The authorization request (RFC 6749, section 4.1.1) and its callback (section 4.1.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Authorize {
    /// The request; always GET, all parameters in the query.
    pub request: Request,
    /// The scopes that the vendor names; the set is open. Without any, no scope is sent.
    pub scopes: Vec<Scope>,
    /// What stands between two scopes.
    pub scope_separator: String,
    /// The PKCE method.
    pub pkce: Pkce,
    /// Whether the vendor says that `state` comes back.
    pub state_documented: bool,
    /// How many seconds a code lives.
    pub code_lifetime: Option<u64>,
}

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its name on the wire and its variant in Rust.
    pub name: Name,
    /// What it allows.
    pub about: Option<String>,
}

/// An operation that yields tokens or an authorization code.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Its name.
    pub name: Name,
    /// The standard grant that it is, or `Custom`.
    pub kind: GrantKind,
    /// What it does.
    pub about: Option<String>,
    /// Why it should not be used.
    pub discouraged: Option<String>,
    /// What the vendor's page leaves out.
    pub undocumented: Option<String>,
    /// The request.
    pub request: Request,
    /// What it yields.
    pub yields: Yields,
    /// The fields of the answer that are kept besides the tokens.
    pub fields: Vec<Field>,
    /// The failures that the vendor documents for it.
    pub failures: Vec<Failure>,
    /// A sample of the vendor's answer.
    pub sample: Option<serde_json::Value>,
}

/// The standard grants, and what no standard names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// RFC 6749, section 4.1.3.
    AuthorizationCode,
    /// RFC 6749, section 6.
    RefreshToken,
    /// RFC 6749, section 4.3.
    Password,
    /// RFC 6749, section 4.4.
    ClientCredentials,
    /// The vendor's own: only what the spec says is sent.
    Custom,
}

/// What a grant yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Yields {
    /// Tokens, each of its own kind.
    Tokens(Vec<Issued>),
    /// An authorization code, at this JSON Pointer.
    Code(String),
}

/// Where the answer to one grant keeps a token of one kind. Places are JSON Pointers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The wire name of the token kind.
    pub kind: String,
    /// Where the token stands.
    pub at: String,
    /// When it expires.
    pub expiry: Expiry,
    /// Where the refresh token stands.
    pub refresh: Option<String>,
    /// When the refresh token expires.
    pub refresh_expiry: Expiry,
}

/// When a token expires: what a field says, else a constant lifetime, else unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// The JSON Pointer of the field, and what it counts.
    pub field: Option<(String, ExpiryUnit)>,
    /// Seconds.
    pub lifetime: Option<u64>,
}

/// A kind of token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKind {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub about: Option<String>,
    /// How it is shown on a call; `None` when it never is.
    pub present: Option<Param>,
    /// How it is renewed.
    pub renew: Renew,
}

/// How a kind of token is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renew {
    /// Not at all: the user must come back.
    None,
    /// By a refresh grant.
    Refresh {
        /// The wire name of the grant.
        grant: String,
        /// What becomes of the refresh token.
        rotation: Rotation,
        /// Whether using a refresh token twice loses the grant.
        replay: Replay,
        /// Whether the old access token dies at once.
        old_access_revoked: bool,
    },
    /// By repeating the grant that gave it, with the same inputs.
    Reissue,
}

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays.
    Never,
    /// It may be replaced.
    Sometimes,
    /// It is replaced.
    Always,
}

/// What happens when a spent refresh token is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Nobody says.
    Unknown,
    /// It is refused, and the grant may be lost.
    Fatal,
    /// It works as before.
    Free,
}

/// An operation made with a token.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its name.
    pub name: Name,
    /// What it does.
    pub about: Option<String>,
    /// What the vendor's page leaves out.
    pub undocumented: Option<String>,
    /// The wire name of the token kind that it shows. Its parameter is among those of the request.
    pub token: String,
    /// The request.
    pub request: Request,
    /// The answer.
    pub returns: Type,
    /// The failures that the vendor documents for it.
    pub failures: Vec<Failure>,
    /// A sample of the vendor's answer.
    pub sample: Option<serde_json::Value>,
}

/// A failure that the vendor documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub name: Name,
    /// What it means.
    pub about: Option<String>,
    /// Its HTTP status.
    pub status: Option<u16>,
    /// The vendor's own code for it.
    pub code: Option<String>,
}

/// One grant tried, and another when it fails in one documented way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// Its name.
    pub name: Name,
    /// What it does.
    pub about: Option<String>,
    /// The wire name of the grant that is tried.
    pub attempt: String,
    /// The wire name of the failure that leads to the other grant.
    pub on: String,
    /// The wire name of the other grant.
    pub then: String,
}
