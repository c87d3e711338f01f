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
pub use request::{
    Alternative, Body, BodyNode, ClientAuth, Encoding, Function, Input, Method, Param, Part, Place, Request, Template,
    Variable,
};
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
    /// What a deployment, or a connection, supplies besides credentials.
    pub settings: Vec<Setting>,
    /// Named templates.
    pub values: Vec<NamedValue>,
    /// The authorization request, where the vendor has one.
    pub authorize: Option<Authorize>,
    /// The operations that yield tokens or codes, in the order of the spec.
    pub grants: Vec<Grant>,
    /// The kinds of token that the grants yield.
    pub tokens: Vec<TokenKind>,
    /// Where the vendor's API starts, for calls by path and for requests that no spec describes.
    pub api: Option<Template>,
    /// The headers and parameters of the query that every call sends; they stand among those of each call, too.
    pub api_params: Vec<Param>,
    /// The request that revokes a token (RFC 7009).
    pub revoke: Option<Request>,
    /// The operations made with a token.
    pub calls: Vec<Call>,
    /// The wire name of the call that proves that a connection works.
    pub verify: Option<String>,
    /// The grants that stand in for one another.
    pub fallbacks: Vec<Fallback>,
    /// The vendor's scripts that a page of the app embeds.
    pub widgets: Vec<Widget>,
    /// Every object and enum that an input, an answer or an event names; objects written in place have got names.
    pub types: Vec<TypeDef>,
    /// Where a refusal keeps the vendor's own code (JSON Pointer).
    pub error_code: String,
    /// Where else to look for the code, in this order.
    pub error_code_or: Vec<String>,
    /// Where a refusal keeps the vendor's text (JSON Pointer).
    pub error_text: String,
    /// Where else to look for the text, in this order.
    pub error_text_or: Vec<String>,
    /// The header that says how many seconds to wait, where it isn't `Retry-After`.
    pub retry_after: Option<String>,
    /// The header that says when to come back, in seconds since 1970.
    pub retry_at: Option<String>,
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

impl Provider {
    /// What a deployment supplies.
    pub fn client_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| !setting.of_connection)
    }

    /// What whoever starts a connection supplies.
    pub fn connection_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.of_connection)
    }

    /// Everything that callbacks and answers give for the connection, each name once.
    pub fn kept(&self) -> Vec<&Kept> {
        let callback = self.authorize.iter().flat_map(|authorize| &authorize.callback.keep);
        let answers = self.grants.iter().flat_map(|grant| &grant.keep);
        let mut kept: Vec<&Kept> = Vec::new();
        for value in callback.chain(answers) {
            if !kept.iter().any(|other| other.name == value.name) {
                kept.push(value);
            }
        }
        kept
    }
}

/// A named template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedValue {
    /// Its name: a variable everywhere.
    pub name: Name,
    /// What it stands for. It may name other values; there are no cycles.
    pub value: Template,
    /// Whether a part of it is secret.
    pub secret: bool,
}

/// Something that a callback or an answer gives, kept with the connection and a variable of what comes after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name: the variable.
    pub name: Name,
    /// Where it stands: a parameter of the callback, or a place in the answer (see [`Issued::at`]).
    pub from: String,
    /// What holds when it is absent; without it an absent value has none.
    pub default: Option<String>,
}

/// What a deployment, or whoever starts a connection, supplies besides credentials.
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
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    /// Whether it is given when a login or grant starts and kept with the connection, not given to the client.
    pub of_connection: bool,
    /// Whether it may be missing without a default.
    pub optional: bool,
    /// What is put before a value that doesn't begin with it.
    pub prefix: Option<String>,
    /// What is put behind a value that doesn't end with it.
    pub suffix: Option<String>,
    /// A value for trying things out: the sandbox and the generated docs use it.
    pub sample: Option<String>,
}

/// The authorization request (RFC 6749, section 4.1.1) and its callback (section 4.1.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Authorize {
    /// The request; always GET, all parameters in the query or all behind the `#`. Its inputs are what the caller of
    /// `authorize` supplies.
    pub request: Request,
    /// The scopes that the vendor names; the set is open. Without any, no scope is sent.
    pub scopes: Vec<Scope>,
    /// What stands between two scopes.
    pub scope_separator: String,
    /// What is sent when the caller names no scope.
    pub default_scopes: Vec<String>,
    /// Further lists of scopes, each sent as a parameter of its own.
    pub scope_lists: Vec<ScopeList>,
    /// The PKCE method.
    pub pkce: Pkce,
    /// Whether the vendor says that `state` comes back.
    pub state_documented: bool,
    /// The form that the vendor asks of `state`; the client's own choice when there is none.
    pub state_rule: Option<StateRule>,
    /// What comes back.
    pub callback: Callback,
    /// How many seconds a code lives.
    pub code_lifetime: Option<u64>,
}

/// A further list of scopes. Its parameter stands among those of the request: its value is the
/// [`Variable::Input`] of the list's wire name, and nothing of that name is among the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeList {
    /// Its name: the parameter, the variable, and the setter in Rust.
    pub name: Name,
    /// The scopes that the vendor names; the set is open.
    pub scopes: Vec<Scope>,
}

/// What `state` must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRule {
    /// How many characters it has.
    pub length: u32,
    /// Which characters.
    pub alphabet: Alphabet,
}

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// `A-Z`, `a-z`, `0-9`.
    Alphanumeric,
    /// `0-9`, `a-f`.
    Hex,
    /// `0-9`.
    Digits,
    /// `A-Z`, `a-z`, `0-9`, `-`, `_`.
    UrlSafe,
}

/// The callback (RFC 6749, sections 4.1.2 and 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The name of the code.
    pub code: String,
    /// The name of the state.
    pub state: String,
    /// The name of the error's code.
    pub error: String,
    /// The name of the error's text.
    pub error_text: String,
    /// What is kept for the connection; a variable of the exchange and of everything after it.
    pub keep: Vec<Kept>,
    /// Whether a callback without code and without error is a denial.
    pub denied_by_absence: bool,
    /// What `iss` must be (RFC 9207).
    pub issuer: Option<Template>,
}

impl Default for Callback {
    fn default() -> Self {
        Self {
            code: "code".to_owned(),
            state: "state".to_owned(),
            error: "error".to_owned(),
            error_text: "error_description".to_owned(),
            keep: Vec::new(),
            denied_by_absence: false,
            issuer: None,
        }
    }
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
    /// How the answer is encoded.
    pub answers: AnswerFormat,
    /// What an answer with a status of success must say, besides.
    pub succeeds: Vec<Check>,
    /// What the answer gives for the connection.
    pub keep: Vec<Kept>,
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
    /// RFC 8693.
    TokenExchange,
    /// RFC 7523, section 2.1.
    JwtBearer,
    /// The vendor's own: only what the spec says is sent.
    Custom,
}

/// How an answer is encoded. XML is read as JSON: members are named by elements, attributes by `@name`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnswerFormat {
    /// JSON.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`; every member is text.
    Form,
    /// Plain text; the whole body is one text.
    Text,
    /// XML.
    Xml,
}

/// What a member of an answer must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The JSON Pointer of the member.
    pub at: String,
    /// Its value, as text.
    pub equals: String,
}

/// What a grant yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Yields {
    /// Tokens, each of its own kind.
    Tokens(Vec<Issued>),
    /// An authorization code, at this place (see [`Issued::at`]).
    Code(String),
}

/// Where the answer to one grant keeps a token of one kind. A place is a JSON Pointer, empty for the whole body, or
/// `header:Name` or `cookie:Name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The wire name of the token kind.
    pub kind: String,
    /// Where the token stands.
    pub at: String,
    /// Where else to look for it, in this order.
    pub or: Vec<String>,
    /// When it expires.
    pub expiry: Expiry,
    /// Where the refresh token stands.
    pub refresh: Option<String>,
    /// Where else to look for the refresh token, in this order.
    pub refresh_or: Vec<String>,
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
    /// How many seconds before it expires it counts as expired; the client's own margin when nothing is said.
    pub early: Option<u64>,
    /// Whether it is renewed only when the app asks for it, never because it is about to expire.
    pub on_demand: bool,
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
    /// By this grant (wire name), whose answer has no token: the token that is there lives on.
    Extend(String),
    /// By this grant (wire name), which shows the current token as `<token>` and gives a new one.
    Exchange(String),
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
    /// What an answer with a status of success must say, besides.
    pub succeeds: Vec<Check>,
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
