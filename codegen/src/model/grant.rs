//! Grants: what they send, and where their answers keep what they yield.

use super::{ExpiryUnit, Failure, Field, IdTokenPlace, Kept, Name, Request, Scope};

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
    /// The scopes that the vendor names for it; the set is open. Without any, the caller can't name one.
    pub scopes: Vec<Scope>,
    /// Whether the vendor has scopes for it and the spec names none of them.
    pub any_scope: bool,
    /// What stands between two scopes.
    pub scope_separator: String,
    /// What is sent when the caller names no scope.
    pub default_scopes: Vec<String>,
    /// The wire name of the kind of token whose refresh token, or which itself, it shows to get another kind.
    pub from: Option<String>,
    /// What it yields.
    pub yields: Yields,
    /// Where its answer has an ID token.
    pub id_token: Option<IdTokenPlace>,
    /// The fields of the answer that are kept besides the tokens.
    pub fields: Vec<Field>,
    /// How the answer is encoded.
    pub answers: AnswerFormat,
    /// What an answer with a status of success must say, besides.
    pub succeeds: Vec<Check>,
    /// The only statuses of success; 200 to 299 when there are none.
    pub success_status: Vec<u16>,
    /// What the answer gives for the connection.
    pub keep: Vec<Kept>,
    /// The failures that the vendor documents for it.
    pub failures: Vec<Failure>,
    /// A sample of the vendor's answer.
    pub sample: Option<serde_json::Value>,
}

impl Grant {
    /// Whether a caller can name scopes.
    pub fn takes_scopes(&self) -> bool {
        self.any_scope || !self.scopes.is_empty()
    }
}

/// The standard grants, and what no standard names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// RFC 6749, section 4.1.3.
    AuthorizationCode,
    /// RFC 8628, section 3.4.
    DeviceCode,
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
    /// What it must be.
    pub due: Due,
}

/// See [`Check::due`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// One of these, as text.
    OneOf(Vec<String>),
    /// Missing, or null.
    Absent,
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
    /// Whether the answer may lack it.
    pub optional: bool,
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
    /// The JSON Pointers of the fields that say it, each with what it counts, to be looked at in turn.
    pub fields: Vec<(String, ExpiryUnit)>,
    /// Seconds.
    pub lifetime: Option<u64>,
}
