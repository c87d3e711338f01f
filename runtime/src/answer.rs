//! What a grant answered: tokens, a code, and the fields beside them.

use std::sync::Arc;
use std::time::SystemTime;

use authsmith_protocol::Reading;
use authsmith_protocol::provider::Renew;
use serde::de::DeserializeOwned;
use serde::de::value::SeqDeserializer;

use crate::error::{Error, ErrorKind};
use crate::id_token::Identity;
use crate::kept::Kept;
use crate::tokens::{AuthorizationCode, Granted, GrantedCode, Origin, TokenKind, TokenSet, Tokens};

/// What a grant answered.
#[derive(Debug)]
pub struct Answer {
    pub(crate) operation: String,
    pub(crate) reading: Reading,
    /// When the request was sent.
    pub(crate) started: SystemTime,
    /// The grant itself, when it can be repeated.
    pub(crate) origin: Option<Origin>,
    /// The settings of the connection that begins, and what the callback and the answer say for it.
    pub(crate) kept: Kept,
    /// Who the user is, where an ID token has said it.
    pub(crate) identity: Option<Arc<Identity>>,
}

impl Answer {
    /// The tokens of kind `K`.
    ///
    /// # Errors
    ///
    /// When the grant gives none of that kind.
    pub fn tokens<K: TokenKind>(&self) -> Result<Tokens<K>, Error> {
        self.optional_tokens().ok_or_else(|| no_token(&self.operation, K::DATA.name()))
    }

    /// The tokens of kind `K`, where the vendor gave some.
    pub fn optional_tokens<K: TokenKind>(&self) -> Option<Tokens<K>> {
        let token = self.reading.tokens.iter().find(|token| token.kind == K::DATA.name())?;
        let mut set = TokenSet::read(token.clone(), &self.reading.body, self.started);
        if matches!(K::DATA.renewal(), Renew::Reissue) {
            set.origin.clone_from(&self.origin);
        }
        set.kept.clone_from(&self.kept);
        set.identify(self.identity.clone());
        Some(Tokens::from_set(set))
    }

    /// The tokens of kind `K`, and the fields that came with them.
    ///
    /// # Errors
    ///
    /// As [`Answer::tokens`] and [`Answer::fields`]. The tokens aren't lost: see [`Error::rescued_tokens`].
    pub fn granted<K: TokenKind, F: DeserializeOwned>(self) -> Result<Granted<K, F>, Error> {
        let tokens = self.tokens()?;
        Ok(Granted { tokens, fields: self.fields()? })
    }

    /// The authorization code, and the fields that came with it.
    ///
    /// # Errors
    ///
    /// When the grant gives no code, and as [`Answer::fields`].
    pub fn code<F: DeserializeOwned>(mut self) -> Result<GrantedCode<F>, Error> {
        let missing = || Error::new(ErrorKind::Unreadable, "the answer has no authorization code");
        let code = self.reading.code.take().ok_or_else(|| missing().during(&self.operation))?;
        Ok(GrantedCode { code: AuthorizationCode::keeping(code, self.kept.clone()), fields: self.fields()? })
    }

    /// The fields of the answer besides tokens and code.
    ///
    /// # Errors
    ///
    /// When they are not those of `F`.
    pub fn fields<F: DeserializeOwned>(self) -> Result<F, Error> {
        let Self { operation, reading, started, kept, identity, .. } = self;
        decode(&operation, reading.body).map_err(|error| {
            error.rescuing(reading.tokens, reading.code, started).keeping(&kept).identified(identity.as_ref())
        })
    }
}

/// A body that nobody has looked into, as the list of bytes that it is.
pub(crate) fn decode_bytes<T: DeserializeOwned>(operation: &str, body: &[u8]) -> Result<T, Error> {
    let bytes = SeqDeserializer::<_, serde::de::value::Error>::new(body.iter().copied());
    T::deserialize(bytes).map_err(|_| {
        let expected = std::any::type_name::<T>();
        Error::new(ErrorKind::Unreadable, format!("the answer is bytes, not a {expected}")).during(operation)
    })
}

/// A body as the type that the spec gave it. serde's message may quote the body, so it is left out.
pub(crate) fn decode<T: DeserializeOwned>(operation: &str, body: serde_json::Value) -> Result<T, Error> {
    let expected = std::any::type_name::<T>();
    serde_json::from_value(body)
        .map_err(|_| Error::new(ErrorKind::Unreadable, format!("the answer is not a {expected}")).during(operation))
}

pub(crate) fn no_token(operation: &str, kind: &str) -> Error {
    Error::new(ErrorKind::Unreadable, format!("the answer has no token of the kind `{kind}`")).during(operation)
}
