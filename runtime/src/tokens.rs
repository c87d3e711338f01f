//! Tokens, and what grants give.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::SystemTime;

use authsmith_protocol::provider::TokenKind as TokenKindData;
use authsmith_protocol::{ReadToken, Secret, Values};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::clock::epoch_millis;
use crate::extra::Extra;
use crate::id_token::{IdToken, Identity, claimed};
use crate::kept::Kept;

/// A kind of token of one vendor. Generated crates implement it on types that are only names.
pub trait TokenKind: Send + Sync + 'static {
    /// The claims that the spec describes of the ID tokens beside it.
    type Claims: DeserializeOwned;

    /// The kind as data.
    const DATA: TokenKindData<'static>;
}

/// What a grant gave: a token of kind `K`, when it expires, and what renews it.
///
/// Keep it with the client's `keep`, which makes it a connection that renews itself.
pub struct Tokens<K> {
    pub(crate) set: TokenSet,
    kind: PhantomData<fn() -> K>,
}

impl<K: TokenKind> Tokens<K> {
    /// Tokens that were obtained elsewhere.
    pub fn new(value: impl Into<Secret>) -> Self {
        Self::from_set(TokenSet { value: value.into(), ..TokenSet::default() })
    }

    /// Who the user is: the verified ID token that came with these tokens, where the spec says how a vendor issues one. Only
    /// the answer of a login has it. What is kept with a connection is who the user is, to compare renewals with.
    pub fn id_token(&self) -> Option<IdToken<K::Claims>> {
        self.set.identity.clone().map(IdToken::new)
    }
}

impl<K> Tokens<K> {
    pub(crate) fn from_set(set: TokenSet) -> Self {
        Self { set, kind: PhantomData }
    }

    /// Adds the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<Secret>) -> Self {
        self.set.refresh_token = Some(refresh_token.into());
        self
    }

    /// Says when the token expires; without it, it counts as valid until the vendor refuses it.
    #[must_use]
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        self.set.expires_at = Some(moment);
        self
    }

    /// Says when the refresh token itself expires; without it, it counts as good until the vendor refuses it.
    #[must_use]
    pub fn refresh_expires_at(mut self, moment: SystemTime) -> Self {
        self.set.refresh_expires_at = Some(moment);
        self
    }

    /// Adds a setting of the connection, or what the vendor said when it began: what [`Tokens::kept`] gives.
    #[must_use]
    pub fn with_kept(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set.kept.set(name, value);
        self
    }

    /// What is kept with the tokens under this name: a setting of the connection, or what the vendor said when it began.
    /// The spec names them.
    pub fn kept(&self, name: &str) -> Option<&str> {
        self.set.kept.get(name)
    }

    /// The token itself.
    pub fn token(&self) -> &Secret {
        &self.set.value
    }

    /// The refresh token, when the vendor gave one.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.set.refresh_token.as_ref()
    }

    /// The moment when the token expires, when it is known.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.set.expires_at
    }

    /// The moment when the refresh token itself expires, when the vendor says so.
    pub fn refresh_expiry(&self) -> Option<SystemTime> {
        self.set.refresh_expires_at
    }

    /// The scope that was granted, as the vendor wrote it (RFC 6749, section 3.3).
    pub fn scope(&self) -> Option<&str> {
        self.set.scope.as_deref()
    }

    /// The token type as the vendor wrote it (RFC 6749, section 7.1).
    pub fn token_type(&self) -> Option<&str> {
        self.set.token_type.as_deref()
    }

    /// Whatever else the vendor answered beside the tokens.
    pub fn extra(&self) -> &Extra {
        &self.set.extra
    }
}

impl<K> Clone for Tokens<K> {
    fn clone(&self) -> Self {
        Self::from_set(self.set.clone())
    }
}

impl<K> fmt::Debug for Tokens<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("token", &self.set.value)
            .field("expiry", &self.set.expires_at)
            .field("refresh_token", &self.set.refresh_token)
            .field("refresh_expiry", &self.set.refresh_expires_at)
            .field("scope", &self.set.scope)
            .finish_non_exhaustive()
    }
}

/// Tokens and the fields that came with them.
pub struct Granted<K, F> {
    /// The tokens.
    pub tokens: Tokens<K>,
    /// What else the vendor answered.
    pub fields: F,
}

impl<K, F: fmt::Debug> fmt::Debug for Granted<K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("tokens", &self.tokens).field("fields", &self.fields).finish()
    }
}

impl<K, F: Clone> Clone for Granted<K, F> {
    fn clone(&self) -> Self {
        Self { tokens: self.tokens.clone(), fields: self.fields.clone() }
    }
}

impl<K, F> From<Granted<K, F>> for Tokens<K> {
    fn from(granted: Granted<K, F>) -> Self {
        granted.tokens
    }
}

/// An authorization code that the vendor gave without a browser, and the fields that came with it.
#[derive(Debug)]
pub struct GrantedCode<F> {
    /// The code; exchange it soon.
    pub code: AuthorizationCode,
    /// What else the vendor answered.
    pub fields: F,
}

impl<F> From<GrantedCode<F>> for AuthorizationCode {
    fn from(granted: GrantedCode<F>) -> Self {
        granted.code
    }
}

/// An authorization code (RFC 6749, section 1.3.1). It works once, so it is consumed by value and can't be cloned.
#[derive(Debug)]
pub struct AuthorizationCode {
    code: Secret,
    kept: Kept,
}

impl AuthorizationCode {
    /// A code that came to the app otherwise than by a callback. A callback goes to `exchange_code`, which checks it.
    pub fn new(code: impl Into<Secret>) -> Self {
        Self { code: code.into(), kept: Kept::default() }
    }

    /// Adds a setting of the connection that the code belongs to.
    #[must_use]
    pub fn with_kept(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.kept.set(name, value);
        self
    }

    pub(crate) fn keeping(code: Secret, kept: Kept) -> Self {
        Self { code, kept }
    }

    pub(crate) fn into_parts(self) -> (Secret, Kept) {
        (self.code, self.kept)
    }
}

/// Tokens of a kind that is known only at run time.
#[derive(Clone, Default)]
pub(crate) struct TokenSet {
    pub value: Secret,
    pub token_type: Option<String>,
    pub scope: Option<String>,
    pub obtained_at: Option<SystemTime>,
    pub expires_at: Option<SystemTime>,
    pub refresh_token: Option<Secret>,
    pub refresh_expires_at: Option<SystemTime>,
    /// Whose tokens they are, where an ID token said it: its issuer's name for the user.
    pub subject: Option<String>,
    /// Whose name it is.
    pub issuer: Option<String>,
    /// What the verified ID token of a login says; not kept.
    pub identity: Option<Arc<Identity>>,
    /// The ID token of a renewal, before anybody has verified it; not kept.
    pub unverified: Option<Secret>,
    pub extra: Extra,
    pub origin: Option<Origin>,
    pub kept: Kept,
}

/// The grant that gave a token, for the kinds that are renewed by repeating it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The grant's name in the spec.
    pub grant: String,
    /// Its inputs; secret ones are not kept, and then it can't be repeated.
    pub inputs: Map<String, Json>,
    /// Whether no input was secret.
    pub repeatable: bool,
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl TokenSet {
    /// One token of an answer, whose other members are `body`.
    pub(crate) fn read(token: ReadToken, body: &Json, obtained_at: SystemTime) -> Self {
        Self {
            value: token.value,
            token_type: token.token_type,
            scope: token.scope,
            obtained_at: Some(obtained_at),
            expires_at: token.expires_at,
            refresh_token: token.refresh_token,
            refresh_expires_at: token.refresh_expires_at,
            subject: subject(body),
            issuer: None,
            identity: None,
            unverified: None,
            extra: Extra::of(body),
            origin: None,
            kept: Kept::default(),
        }
    }

    /// Takes over who the user is.
    pub(crate) fn identify(&mut self, identity: Option<Arc<Identity>>) {
        if let Some(identity) = identity {
            self.subject = Some(identity.subject.clone());
            self.issuer = Some(identity.issuer.clone());
            self.identity = Some(identity);
        }
    }

    /// Takes over the ID token of a renewal: who it says the user is counts at once, and against the tokens only. Whether the
    /// vendor has signed it is looked at when they are kept.
    pub(crate) fn hear_id_token(&mut self, raw: Option<Secret>) {
        let Some(raw) = raw else { return };
        if let Some((issuer, subject)) = claimed(&raw) {
            self.issuer = Some(issuer);
            self.subject = Some(subject);
        }
        self.unverified = Some(raw);
    }

    /// Whether both say whose they are, and it isn't the same user (OpenID Connect Core, section 12.2).
    pub(crate) fn is_of_another_user_than(&self, other: &Self) -> bool {
        let differ = |mine: &Option<String>, other: &Option<String>| {
            mine.as_ref().zip(other.as_ref()).is_some_and(|(mine, other)| mine != other)
        };
        differ(&self.subject, &other.subject) || differ(&self.issuer, &other.issuer)
    }

    /// What requests about these tokens may use: all that is kept with them, and the tokens themselves.
    pub(crate) fn variables(&self) -> Values {
        let mut values = Values::new();
        self.kept.add_to(&mut values);
        values.set("token", self.value.clone());
        if let Some(refresh_token) = &self.refresh_token {
            values.set("refresh_token", refresh_token.clone());
        }
        values
    }

    /// Takes over what a renewal's answer doesn't repeat: the refresh token (RFC 6749, section 6), the scope
    /// (section 5.1), what else was said, and the grant to repeat.
    pub(crate) fn renewing(mut self, old: &TokenSet) -> Self {
        if self.refresh_token.is_none() {
            self.refresh_token.clone_from(&old.refresh_token);
            self.refresh_expires_at = self.refresh_expires_at.or(old.refresh_expires_at);
        }
        if self.scope.is_none() {
            self.scope.clone_from(&old.scope);
        }
        if self.subject.is_none() {
            self.subject.clone_from(&old.subject);
        }
        if self.issuer.is_none() {
            self.issuer.clone_from(&old.issuer);
        }
        if self.extra.is_empty() {
            self.extra.clone_from(&old.extra);
        }
        if self.origin.is_none() {
            self.origin.clone_from(&old.origin);
        }
        let said = std::mem::replace(&mut self.kept, old.kept.clone());
        self.kept.merge(&said);
        self
    }
}

impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The `sub` of the ID token of an answer (OpenID Connect Core, section 3.1.3.3) whose spec says nothing of ID tokens. Nobody has
/// verified it, but it came from the vendor over the same connection as the tokens.
fn subject(body: &Json) -> Option<String> {
    authsmith_protocol::claim(body.get("id_token")?.as_str()?, "sub")?.as_str().map(str::to_owned)
}

/// How a token set is written in a record. Secrets stand here in the clear.
#[derive(Serialize, Deserialize)]
pub(crate) struct TokenText {
    value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, with = "epoch_millis", skip_serializing_if = "Option::is_none")]
    obtained_at: Option<SystemTime>,
    #[serde(default, with = "epoch_millis", skip_serializing_if = "Option::is_none")]
    expires_at: Option<SystemTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(default, with = "epoch_millis", skip_serializing_if = "Option::is_none")]
    refresh_expires_at: Option<SystemTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    extra: Extra,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    #[serde(default, skip_serializing_if = "Kept::is_empty")]
    kept: Kept,
}

impl From<&TokenSet> for TokenText {
    fn from(set: &TokenSet) -> Self {
        Self {
            value: set.value.expose().to_owned(),
            token_type: set.token_type.clone(),
            scope: set.scope.clone(),
            obtained_at: set.obtained_at,
            expires_at: set.expires_at,
            refresh_token: set.refresh_token.as_ref().map(|token| token.expose().to_owned()),
            refresh_expires_at: set.refresh_expires_at,
            subject: set.subject.clone(),
            issuer: set.issuer.clone(),
            extra: set.extra.clone(),
            origin: set.origin.clone(),
            kept: set.kept.clone(),
        }
    }
}

impl From<TokenText> for TokenSet {
    fn from(text: TokenText) -> Self {
        Self {
            value: text.value.into(),
            token_type: text.token_type,
            scope: text.scope,
            obtained_at: text.obtained_at,
            expires_at: text.expires_at,
            refresh_token: text.refresh_token.map(Secret::from),
            refresh_expires_at: text.refresh_expires_at,
            subject: text.subject,
            issuer: text.issuer,
            identity: None,
            unverified: None,
            extra: text.extra,
            origin: text.origin,
            kept: text.kept,
        }
    }
}
