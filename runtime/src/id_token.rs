//! ID tokens: who a user is, as the vendor has signed it (OpenID Connect Core, section 2).

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authsmith_protocol::id_token::{Expected, IdToken as IdTokenData, IdTokenError, JwkSet, SignedToken};
use authsmith_protocol::operation::Operation;
use authsmith_protocol::{Secret, Values, normalize};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::client::Inner;
use crate::error::{Error, ErrorKind};
use crate::jwt::verify;
use crate::kept::Kept;
use crate::missing::unsendable;

/// The ID token of a login: verified, and the login's own. `C` are the claims that the spec describes.
pub struct IdToken<C> {
    identity: Arc<Identity>,
    claims: PhantomData<fn() -> C>,
}

/// What a verified ID token says.
pub(crate) struct Identity {
    pub raw: Secret,
    pub issuer: String,
    pub subject: String,
    claims: Map<String, Json>,
}

impl fmt::Debug for Identity {
    /// Says nothing of the user.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl<C> IdToken<C> {
    pub(crate) fn new(identity: Arc<Identity>) -> Self {
        Self { identity, claims: PhantomData }
    }

    /// Who the user is: a name that the issuer gives to nobody else, and never again (`sub`).
    pub fn sub(&self) -> &str {
        &self.identity.subject
    }

    /// Who says so (`iss`). Two issuers may have one `sub` for different users.
    pub fn issuer(&self) -> &str {
        &self.identity.issuer
    }

    /// When it was issued (`iat`).
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.moment("iat")
    }

    /// When it is over (`exp`). The login isn't: that is the app's own matter.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.moment("exp")
    }

    /// When the user has last proved who they are (`auth_time`), where the vendor says so.
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.moment("auth_time")
    }

    /// Any claim, as it stands there.
    pub fn claim(&self, name: &str) -> Option<&Json> {
        self.identity.claims.get(name).filter(|value| !value.is_null())
    }

    /// The token itself, for a vendor that wants it shown (`id_token_hint`).
    pub fn raw(&self) -> &Secret {
        &self.identity.raw
    }

    fn moment(&self, name: &str) -> Option<SystemTime> {
        let seconds = self.claim(name)?.as_f64().filter(|seconds| *seconds >= 0.0)?;
        UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
    }
}

impl<C: DeserializeOwned> IdToken<C> {
    /// The claims that the spec describes.
    ///
    /// # Errors
    ///
    /// When they aren't as the spec says ([`ErrorKind::Unreadable`]). Who the user is stands firm all the same.
    pub fn claims(&self) -> Result<C, Error> {
        crate::answer::decode("id_token", Json::Object(self.identity.claims.clone()))
    }
}

impl<C> Clone for IdToken<C> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.identity))
    }
}

impl<C> fmt::Debug for IdToken<C> {
    /// Says nothing of the user.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdToken").field("issuer", &self.identity.issuer).finish_non_exhaustive()
    }
}

/// Who an ID token says the user is, before anybody has verified it: issuer and subject.
pub(crate) fn claimed(raw: &Secret) -> Option<(String, String)> {
    let token = SignedToken::parse(raw.expose()).ok()?;
    let text = |name: &str| token.claims().get(name).and_then(Json::as_str).map(str::to_owned);
    Some((text("iss")?, text("sub")?))
}

impl Inner {
    /// Gets the vendor's keys before anything is spent whose answer they must verify.
    pub(crate) async fn expect_id_token(&self, operation: &Operation<'_>, kept: &Kept) -> Result<(), Error> {
        let Some(data) = self.provider.id_tokens().filter(|_| !operation.answers().id_token_at().is_empty()) else {
            return Ok(());
        };
        let values = self.values_of(kept);
        let outcome = self.keys(&data, &values).await;
        // Where the answer may lack one, it is time to complain when it doesn't.
        if operation.answers().is_id_token_due() { outcome.map(drop) } else { Ok(()) }
    }

    /// Who the user of an answer is. Where the answer must say so and doesn't, or can't be believed, it is worth nothing
    /// (RFC 9700, section 4.5.3.2).
    pub(crate) async fn identified(
        &self,
        operation: &Operation<'_>,
        kept: &Kept,
        raw: Option<Secret>,
        nonce: Option<Secret>,
    ) -> Result<Option<Arc<Identity>>, Error> {
        let during = |error: Error| error.during(operation.name());
        let Some(data) = self.provider.id_tokens() else { return Ok(None) };
        match raw {
            Some(raw) => self.verified(&data, kept, raw, nonce).await.map(Some).map_err(during),
            None if operation.answers().is_id_token_due() => Err(during(Error::from_id_token(IdTokenError::Missing))),
            None => Ok(None),
        }
    }

    /// Verifies an ID token (OpenID Connect Core, section 3.1.3.7): first that it is one, then who has signed it, then what it
    /// says.
    pub(crate) async fn verified(
        &self,
        data: &IdTokenData<'_>,
        kept: &Kept,
        raw: Secret,
        nonce: Option<Secret>,
    ) -> Result<Arc<Identity>, Error> {
        let token = SignedToken::parse(raw.expose()).map_err(Error::from_id_token)?;
        token.algorithm(data.allowed_algorithms()).map_err(Error::from_id_token)?;
        let values = self.values_of(kept);
        let keys = self.keys(data, &values).await?;
        if let Err(wrong) = signed_by(&keys, data, &token) {
            // A vendor that has changed its keys; one that doesn't name them shows it by the signature.
            let may_be_new = matches!(wrong, IdTokenError::UnknownKey(_))
                || (wrong == IdTokenError::Signature && matches!(token.key_id(), Ok(None)));
            let newer = if may_be_new { self.newer_keys(data, &values, &keys).await? } else { Arc::clone(&keys) };
            let outcome = if Arc::ptr_eq(&newer, &keys) { Err(wrong) } else { signed_by(&newer, data, &token) };
            outcome.map_err(Error::from_id_token)?;
        }
        let expected = Expected::new(data, &values, nonce, self.clock.now())
            .map_err(|error| Error::new(ErrorKind::Input, unsendable(self.provider, &error)))?;
        expected.check(token.claims()).map_err(Error::from_id_token)?;
        let mut claims = Json::Object(token.into_claims());
        // What is wrong with other claims is told when somebody wants them.
        let _ = normalize(&mut claims, data.claims_shape());
        let Json::Object(claims) = claims else { return Err(Error::from_id_token(IdTokenError::Claim("sub"))) };
        let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Arc::new(Identity { raw, issuer: text("iss"), subject: text("sub"), claims }))
    }

    fn values_of(&self, kept: &Kept) -> Values {
        let mut values = self.values.clone();
        kept.add_to(&mut values);
        values
    }
}

fn signed_by(keys: &JwkSet, data: &IdTokenData<'_>, token: &SignedToken) -> Result<(), IdTokenError> {
    let algorithm = token.algorithm(data.allowed_algorithms())?;
    let key = keys.key_of(token, algorithm)?;
    let holds = verify::holds(algorithm, key.material(), token.signed(), token.signature());
    if holds { Ok(()) } else { Err(IdTokenError::Signature) }
}
