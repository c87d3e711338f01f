//! Who the user is, where the spec says how a vendor tells it. The interpreter verifies no signatures; which key it would be is a
//! part of what both sides must agree on.

use authsmith_codegen::model::GrantKind;
use authsmith_protocol::id_token::{Expected, JwkSet, SignedToken};
use authsmith_protocol::operation::Operation;
use authsmith_protocol::{Reading, Value, Values, build, normalize};

use super::{Player, Told};

impl Player<'_> {
    /// Looks at the ID token of an answer as a client does.
    pub(super) async fn identity(&mut self, grant: &str, reading: &Reading, own: &Values) -> Told<()> {
        let Some(data) = self.data.id_tokens() else { return Ok(()) };
        let due = self.data.operation(grant).unwrap().answers().is_id_token_due();
        let Some(raw) = &reading.id_token else {
            return if due {
                Err(format!("{grant}: no ID token"))
            } else {
                self.tell(format!("{grant}: nobody is named"))
            };
        };
        let wrong = |error: &dyn std::fmt::Display| format!("{grant}: {error}");
        let token = SignedToken::parse(raw.expose()).map_err(|error| wrong(&error))?;
        let algorithm = token.algorithm(data.allowed_algorithms()).map_err(|error| wrong(&error))?;
        let values = self.complete(own);
        let request = build(&Operation::get("jwks", data.jwks_url()), &values).map_err(|error| wrong(&error))?;
        let keys = self.wire.send(&request).await;
        let keys = JwkSet::parse(&keys.body).ok_or_else(|| format!("{grant}: no keys: {}", keys.status))?;
        keys.key_of(&token, algorithm).map_err(|error| wrong(&error))?;
        let begins = self.grant(grant).kind == GrantKind::AuthorizationCode && data.has_nonce();
        let nonce = match own.get("login_nonce") {
            Some(Value::Secret(nonce)) if begins => Some(nonce.clone()),
            _ => None,
        };
        let expected = Expected::new(&data, &values, nonce, self.now()).map_err(|error| wrong(&error))?;
        expected.check(token.claims()).map_err(|error| wrong(&error))?;
        let mut claims = serde_json::Value::Object(token.into_claims());
        normalize(&mut claims, data.claims_shape()).map_err(|error| wrong(&error))?;
        let names: Vec<_> = claims.as_object().unwrap().keys().collect();
        self.tell(format!("{grant}: {algorithm:?} {} {names:?}", claims["iss"]))
    }
}
