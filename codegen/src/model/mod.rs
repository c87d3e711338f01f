//! What remains of a spec when every rule of the language holds: names resolved, defaults filled in, and nothing
//! optional that a rule has settled. Every reader (client, preview, sandbox, docs) reads this and nothing before it.

mod authorize;
mod call;
mod device;
pub(crate) mod draft;
mod grant;
mod id_token;
mod limits;
mod names;
mod policy;
mod request;
mod setting;
mod token;
mod types;
mod widget;

pub use authorize::{Alphabet, Authorize, Callback, Scope, ScopeList, StateRule};
pub use authsmith_protocol::operation::{Algorithm, ExpiryUnit, Meaning, WaitUnit};
pub use authsmith_protocol::provider::{Format, JwsAlgorithm, Pkce};
pub use call::{Call, Failure, Fallback};
pub use device::{Device, DeviceAnswer};
pub use grant::{AnswerFormat, Check, Due, Expiry, Grant, GrantKind, Issued, Yields};
pub use id_token::{IdToken, IdTokenPlace};
pub use limits::{Limited, Wait};
pub use names::Name;
pub use policy::Codes;
pub use request::{
    Alternative, Assertion, Body, BodyNode, ClientAuth, Encoding, Function, Input, Method, Param, Part, Place, Request,
    Template, Variable,
};
pub use setting::{Kept, NamedValue, Setting};
pub use token::{Renew, Replay, Rotation, TokenKind};
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
    /// Dangers that the vendor asks for, and why each is there nevertheless.
    pub allowed: Vec<Allowed>,
    /// What a deployment, or a connection, supplies besides credentials.
    pub settings: Vec<Setting>,
    /// Named templates.
    pub values: Vec<NamedValue>,
    /// The authorization request, where the vendor has one.
    pub authorize: Option<Authorize>,
    /// The device authorization request, where the vendor has one.
    pub device: Option<Device>,
    /// The operations that yield tokens or codes, in the order of the spec.
    pub grants: Vec<Grant>,
    /// The kinds of token that the grants yield.
    pub tokens: Vec<TokenKind>,
    /// How the ID tokens are that come with the answers of grants.
    pub id_token: Option<IdToken>,
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
    /// Where a refusal says how long to wait, looked at in turn before `Retry-After`.
    pub waits: Vec<Wait>,
    /// Which refusals are rate limits besides status 429.
    pub limited: Option<Limited>,
    /// What codes mean in the answers of grants, besides what the standard says.
    pub codes: Codes,
    /// Where the spec came from.
    pub source: Source,
}

/// A warning that the spec allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Its code, such as `AS0802`.
    pub code: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// Why it is allowed.
    pub reason: String,
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
    /// The name of its crate as Rust code spells it.
    pub fn crate_name(&self) -> String {
        format!("authsmith_{}", self.name.wire.replace('-', "_"))
    }

    /// What a deployment supplies.
    pub fn client_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| !setting.of_connection)
    }

    /// What whoever starts a connection supplies.
    pub fn connection_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.of_connection)
    }

    /// The scopes of consent, here or on another device, and of the grants, each once.
    pub fn scopes(&self) -> Vec<&Scope> {
        let consent = self.authorize.iter().flat_map(|authorize| &authorize.scopes);
        let consent = consent.chain(self.device.iter().flat_map(|device| &device.scopes));
        let mut scopes: Vec<&Scope> = Vec::new();
        for scope in consent.chain(self.grants.iter().flat_map(|grant| &grant.scopes)) {
            if !scopes.iter().any(|other| other.name == scope.name) {
                scopes.push(scope);
            }
        }
        scopes
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
