//! The requests that give tokens, and those that are about tokens.

use std::time::SystemTime;

use authsmith_protocol::expiry::expires_at;
use authsmith_protocol::operation::{Expiry, Operation};
use authsmith_protocol::provider::TokenKind as TokenKindData;
use authsmith_protocol::{Reading, Values};

use crate::answer::no_token;
use crate::client::Inner;
use crate::config::uses;
use crate::error::{Error, ErrorKind, ends_grant};
use crate::proofs::Shows;
use crate::tokens::TokenSet;
use crate::wire::Lane;

impl Inner {
    /// Makes a grant and reads its answer.
    pub(crate) async fn perform(
        &self,
        operation: &Operation<'_>,
        inputs: &Values,
    ) -> Result<(Reading, SystemTime), Error> {
        let mut values = self.values.clone();
        values.merge(inputs);
        let scopes = operation.scopes_by_default();
        if values.get("scope").is_none() && !scopes.is_empty() {
            values.set("scope", scopes.join(operation.separator()));
        }
        let mut tries = self.proofs.tries(self.shows(operation), operation.client_assertion().is_some());
        loop {
            let answered = self.exchange_as(tries.turn(), operation, &values, None, Lane::Grant).await?;
            let error = match self.read(operation, &values, &answered) {
                Ok(reading) => {
                    tries.worked();
                    return Ok((reading, answered.started));
                }
                Err(error) => error,
            };
            let now = self.clock.now();
            if error.refusal().is_some_and(|refusal| tries.goes_on_after(refusal, &answered.response, now)) {
                continue;
            }
            let error = tries.explain(error);
            return Err(if error.refusal().is_some_and(ends_grant) { error.needing_consent() } else { error });
        }
    }

    /// Which proof of the client's an operation shows.
    fn shows(&self, operation: &Operation<'_>) -> Shows {
        match operation.client_assertion() {
            Some(assertion) if !assertion.is_symmetric() => Shows::Key,
            _ if uses(self.provider, operation, "client_secret") => Shows::Secret,
            _ => Shows::Nothing,
        }
    }

    /// Revokes tokens, however they are kept.
    pub(crate) async fn revoke(&self, kind: TokenKindData<'static>, tokens: &TokenSet) -> Result<(), Error> {
        let Some(operation) = kind.revocation().and_then(|name| self.provider.operation(name)) else {
            let title = self.provider.title();
            return Err(Error::new(ErrorKind::Config, format!("the spec of {title} describes no revocation")));
        };
        let mut values = tokens.variables().with("access_token", tokens.value.clone());
        // RFC 7009, section 2.1.
        let hint = match &tokens.refresh_token {
            Some(refresh_token) => {
                values.set("token", refresh_token.clone());
                "refresh_token"
            }
            None => "access_token",
        };
        values.set("token_type_hint", hint);
        match self.perform(operation, &values).await {
            // A success is one, whatever the vendor says besides (RFC 7009, section 2.2).
            Err(error) if error.kind() != ErrorKind::Unreadable => Err(error),
            _ => Ok(()),
        }
    }

    /// Sends the refresh token of `old` and gives the tokens that take its place.
    pub(crate) async fn refresh(
        &self,
        operation: &Operation<'_>,
        kind: &str,
        old: &TokenSet,
    ) -> Result<TokenSet, Error> {
        let Some(refresh_token) = old.refresh_token.clone() else {
            let error = Error::new(ErrorKind::NeedsConsent, "there is no refresh token; the user must log in again");
            return Err(error.during(operation.name()));
        };
        let values = old.variables().with("refresh_token", refresh_token);
        let outcome = self.perform(operation, &values).await;
        renewed(operation, kind, old, outcome)
    }

    /// Shows the token of `old` and gives the tokens that take its place.
    pub(crate) async fn exchange_token(
        &self,
        operation: &Operation<'_>,
        kind: &str,
        old: &TokenSet,
    ) -> Result<TokenSet, Error> {
        let outcome = self.perform(operation, &old.variables()).await;
        renewed(operation, kind, old, outcome)
    }

    /// Makes the token of `old` live longer: by what the answer says, or by the lifetime that the spec knows.
    pub(crate) async fn extend(
        &self,
        operation: &Operation<'_>,
        kind: &str,
        old: &TokenSet,
    ) -> Result<TokenSet, Error> {
        // The answer gives no token, also where its data says how the life of one is told.
        let quiet = operation.answer(operation.answers().tokens(&[]));
        let (mut reading, started) = self.perform(&quiet, &old.variables()).await?;
        let mut extended = old.clone();
        let expiry = self.expiry(operation, kind);
        let mut notes = Vec::new();
        extended.expires_at = expiry.and_then(|expiry| expires_at(expiry, &reading.body, started, &mut notes));
        self.note(operation, &notes);
        extended.obtained_at = Some(started);
        extended.kept.hear(std::mem::take(&mut reading.kept));
        Ok(extended)
    }

    /// How the life of a kind of token is told: by the operation itself, else by any that gives such a token.
    fn expiry(&self, operation: &Operation<'_>, kind: &str) -> Option<Expiry<'static>> {
        let own = self.provider.operation(operation.name());
        let mut operations = own.into_iter().chain(self.provider.all_operations());
        operations.find_map(|operation| {
            let issued = operation.answers().issued().iter().find(|issued| issued.kind() == kind)?;
            Some(issued.expiry())
        })
    }
}

/// The tokens of a renewal's answer. Fields that a renewal has no use for may be wrong.
pub(crate) fn renewed(
    operation: &Operation<'_>,
    kind: &str,
    old: &TokenSet,
    outcome: Result<(Reading, SystemTime), Error>,
) -> Result<TokenSet, Error> {
    match outcome {
        Ok((reading, started)) => match reading.tokens.into_iter().find(|token| token.kind == kind) {
            Some(token) => {
                let mut set = TokenSet::read(token, &reading.body, started);
                set.hear_id_token(reading.id_token);
                set.kept.hear(reading.kept);
                Ok(set.renewing(old))
            }
            None => Err(no_token(operation.name(), kind)),
        },
        Err(error) => match error.rescued_set(kind) {
            Some(set) => Ok(set.clone().renewing(old)),
            None => Err(error.sparing(kind, old)),
        },
    }
}
