//! Answers to what was granted: tokens and codes where the model says that they stand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authsmith_codegen::model::{Call, ExpiryUnit, Grant, Issued, Provider, Renew, Rotation, Type, Yields};
use serde_json::{Map, Value};

use crate::decode::Values;
use crate::made_up;
use crate::refusals::{Refusal, set_pointer};
use crate::reply::Reply;
use crate::store::{AccessToken, Code, Granted, RefreshToken, Store, fresh, later, renewal};

/// How long a token lives when neither the spec nor its sample says.
const TOKEN_SECONDS: u64 = 3600;
/// How long a refresh token lives that expires at an unknown moment.
const REFRESH_SECONDS: u64 = 30 * 86_400;
/// RFC 6749, section 4.1.2: a code lives ten minutes at most.
pub(crate) const CODE_SECONDS: u64 = 600;

/// One grant being answered.
pub(crate) struct Issuing<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) grant: &'a Grant,
    pub(crate) granted: Granted,
    /// The refresh token that was shown, if any.
    pub(crate) shown: Option<&'a str>,
    pub(crate) values: &'a Values,
    pub(crate) now: SystemTime,
}

impl Issuing<'_> {
    /// Issues what the grant yields, and writes the answer.
    pub(crate) fn answer(&self, store: &mut Store) -> Result<Value, Refusal> {
        let mut body = self.grant.sample.clone().unwrap_or_else(|| Value::Object(Map::new()));
        self.fields(&mut body);
        match &self.grant.yields {
            Yields::Code(at) => set_pointer(&mut body, at, Value::from(self.code(store)?)),
            Yields::Tokens(issued) => {
                for one in issued {
                    self.token(one, store, &mut body)?;
                }
                if let (Some(scope), None) = (&self.granted.scope, body.get("scope")) {
                    set_pointer(&mut body, "/scope", Value::from(scope.as_str()));
                }
                // RFC 6749, section 5.1; a sample without it says that the vendor leaves it out.
                if self.grant.sample.is_none() {
                    set_pointer(&mut body, "/token_type", Value::from("Bearer"));
                }
            }
        }
        Ok(body)
    }

    fn fields(&self, body: &mut Value) {
        for field in &self.grant.fields {
            let at = format!("/{}", field.name.wire.replace('~', "~0").replace('/', "~1"));
            if body.pointer(&at).is_none() {
                let echoed = self.values.get(&field.name.wire).cloned();
                let value = echoed.unwrap_or_else(|| made_up::value(&field.name.wire, &field.ty, &self.provider.types));
                set_pointer(body, &at, value);
            }
        }
    }

    fn code(&self, store: &mut Store) -> Result<String, Refusal> {
        let code = fresh("code")?;
        let lifetime = self.provider.authorize.as_ref().and_then(|authorize| authorize.code_lifetime);
        let expires_at = later(self.now, lifetime.unwrap_or(CODE_SECONDS));
        let issued = Code { granted: self.granted.clone(), binding: None, expires_at, used: false };
        store.codes.insert(code.clone(), issued);
        Ok(code)
    }

    fn token(&self, issued: &Issued, store: &mut Store, body: &mut Value) -> Result<(), Refusal> {
        if let (Some(_), Renew::Refresh { old_access_revoked: true, .. }) =
            (self.shown, renewal(self.provider, &issued.kind))
        {
            store.revoke_access(self.granted.family, &issued.kind);
        }
        let token = fresh(&issued.kind)?;
        let field = issued.expiry.field.as_ref();
        let seconds = issued.expiry.lifetime.or_else(|| self.sampled_seconds(field)).unwrap_or(TOKEN_SECONDS);
        let expires_at = later(self.now, seconds);
        set_pointer(body, &issued.at, Value::from(token.as_str()));
        if let Some((at, unit)) = field {
            set_pointer(body, at, count(*unit, seconds, self.now));
        }
        let access = AccessToken { kind: issued.kind.clone(), family: self.granted.family, expires_at, revoked: false };
        store.access.insert(token, access);
        self.refresh_token(issued, store, body)
    }

    fn refresh_token(&self, issued: &Issued, store: &mut Store, body: &mut Value) -> Result<(), Refusal> {
        let Some(at) = issued.refresh.as_ref().filter(|at| self.gives_refresh_token(issued, at)) else {
            return Ok(());
        };
        if let (Some(shown), Renew::Refresh { rotation, .. }) = (self.shown, renewal(self.provider, &issued.kind)) {
            if *rotation == Rotation::Never {
                if body.pointer(at).is_some() {
                    set_pointer(body, at, Value::from(shown));
                }
                return Ok(());
            }
            store.spend(shown);
        }
        let token = fresh("refresh")?;
        let expiry = &issued.refresh_expiry;
        let known = expiry.lifetime.or_else(|| self.sampled_seconds(expiry.field.as_ref()));
        let expires = known.or_else(|| expiry.field.as_ref().map(|_| REFRESH_SECONDS));
        set_pointer(body, at, Value::from(token.as_str()));
        if let (Some((at, unit)), Some(seconds)) = (&expiry.field, expires)
            && (self.grant.sample.is_none() || body.pointer(at).is_some())
        {
            set_pointer(body, at, count(*unit, seconds, self.now));
        }
        let refresh = RefreshToken {
            kind: issued.kind.clone(),
            granted: self.granted.clone(),
            expires_at: expires.map(|seconds| later(self.now, seconds)),
            spent: false,
            revoked: false,
        };
        store.refresh.insert(token, refresh);
        Ok(())
    }

    /// Whether the vendor would give a refresh token here: its sample shows one, or a refresh grant would take it, or
    /// the spec names a member of its own for it. A kind got by repeating its grant may carry one that nobody takes.
    fn gives_refresh_token(&self, issued: &Issued, at: &str) -> bool {
        let sampled = self.grant.sample.as_ref().map(|sample| sample.pointer(at).is_some());
        match renewal(self.provider, &issued.kind) {
            Renew::Refresh { .. } => true,
            Renew::Reissue => sampled.unwrap_or(true),
            Renew::None | Renew::Extend(_) | Renew::Exchange(_) => sampled.unwrap_or(at != "/refresh_token"),
        }
    }

    /// The lifetime that the sample shows.
    fn sampled_seconds(&self, field: Option<&(String, ExpiryUnit)>) -> Option<u64> {
        let (at, unit) = field?;
        let shown = self.grant.sample.as_ref()?.pointer(at)?.as_u64()?;
        match unit {
            ExpiryUnit::Seconds => Some(shown),
            ExpiryUnit::Milliseconds => Some(shown / 1000),
            _ => None,
        }
    }
}

/// A lifetime as a vendor counts it.
fn count(unit: ExpiryUnit, seconds: u64, now: SystemTime) -> Value {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Value::from(match unit {
        ExpiryUnit::Milliseconds => seconds.saturating_mul(1000),
        ExpiryUnit::Epoch => now.as_secs().saturating_add(seconds),
        ExpiryUnit::EpochMilliseconds => millis(now).saturating_add(seconds.saturating_mul(1000)),
        _ => seconds,
    })
}

/// The answer to a call: its sample, or something of its type.
pub(crate) fn call(call: &Call, provider: &Provider) -> Reply {
    match (&call.sample, &call.returns) {
        (Some(sample), _) => Reply::json(200, sample),
        (None, Type::Nothing) => Reply::empty(),
        (None, ty) => Reply::json(200, &made_up::value(&call.name.wire, ty, &provider.types)),
    }
}
