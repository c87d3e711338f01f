//! The vendor's keys as a client knows them: fetched when they are first needed, and asked for again when they are old or
//! lack one, but never often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use authsmith_protocol::Values;
use authsmith_protocol::id_token::{IdToken, IdTokenError, JwkSet};
use authsmith_protocol::operation::Operation;

use crate::client::Inner;
use crate::error::Error;
use crate::wire::Lane;

/// The operation that fetches the keys, for observers and [`Config::url`](crate::Config::url).
pub(crate) const JWKS: &str = "jwks";

/// How old keys may be before they are fetched again when somebody needs them.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// How often they are fetched at most when a token names a key that isn't among them, and how long a vendor is left in peace
/// that didn't give them.
const INTERVAL: Duration = Duration::from_secs(5 * 60);

/// How many sets are held: deployments of several tenants have one each.
const MOST: usize = 64;

/// Sets of keys by the URL that they stand at.
#[derive(Default)]
pub(crate) struct KeyRing(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Held>>>>);

/// What is known of one set. The lock is held while it is fetched, so that many who need it fetch it once.
#[derive(Default)]
struct Held {
    keys: Option<Arc<JwkSet>>,
    fetched: Option<SystemTime>,
    /// When it was asked for because it was old.
    asked: Option<SystemTime>,
    /// When it was asked for because it lacked a key.
    searched: Option<SystemTime>,
}

impl KeyRing {
    fn held(&self, url: &str) -> Arc<tokio::sync::Mutex<Held>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(url) {
            all.clear();
        }
        Arc::clone(all.entry(url.to_owned()).or_default())
    }
}

impl Inner {
    /// The vendor's keys. Old ones serve when newer can't be had.
    pub(crate) async fn keys(&self, data: &IdToken<'_>, values: &Values) -> Result<Arc<JwkSet>, Error> {
        let (operation, url) = self.jwks(data, values)?;
        let held = self.key_ring.held(&url);
        let mut held = held.lock().await;
        let now = self.clock.now();
        if let Some(keys) = &held.keys
            && (!passed(held.fetched, FRESH, now) || !passed(held.asked, INTERVAL, now))
        {
            return Ok(Arc::clone(keys));
        }
        held.asked = Some(now);
        self.fetch(&operation, values, &mut held).await
    }

    /// Newer keys than `known`, in which one was missing; the same when they were asked for a short while ago.
    pub(crate) async fn newer_keys(
        &self,
        data: &IdToken<'_>,
        values: &Values,
        known: &Arc<JwkSet>,
    ) -> Result<Arc<JwkSet>, Error> {
        let (operation, url) = self.jwks(data, values)?;
        let held = self.key_ring.held(&url);
        let mut held = held.lock().await;
        let now = self.clock.now();
        if let Some(keys) = &held.keys
            && (!Arc::ptr_eq(keys, known) || !passed(held.searched, INTERVAL, now))
        {
            return Ok(Arc::clone(keys));
        }
        held.searched = Some(now);
        self.fetch(&operation, values, &mut held).await
    }

    fn jwks<'a>(&self, data: &IdToken<'a>, values: &Values) -> Result<(Operation<'a>, String), Error> {
        let operation = Operation::get(JWKS, data.jwks_url());
        let url = self.prepare(&operation, &self.for_request(values)?)?.url;
        Ok((operation, url.into()))
    }

    async fn fetch(&self, operation: &Operation<'_>, values: &Values, held: &mut Held) -> Result<Arc<JwkSet>, Error> {
        let unavailable = || Error::from_id_token(IdTokenError::KeysUnavailable).during(JWKS);
        let outcome = match self.exchange(operation, values, None, Lane::Keys).await {
            Ok(answered) if answered.response.status == 200 => {
                JwkSet::parse(&answered.response.body).ok_or_else(unavailable)
            }
            Ok(_) => Err(unavailable()),
            Err(error) => Err(unavailable().with_source(error)),
        };
        match (outcome, &held.keys) {
            (Ok(keys), _) => {
                held.fetched = Some(self.clock.now());
                Ok(Arc::clone(held.keys.insert(Arc::new(keys))))
            }
            (Err(_), Some(keys)) => Ok(Arc::clone(keys)),
            (Err(error), None) => Err(error),
        }
    }
}

/// Whether so much time has passed; a clock that was set back says nothing, and then it has.
fn passed(since: Option<SystemTime>, time: Duration, now: SystemTime) -> bool {
    since.is_none_or(|since| now.duration_since(since).map_or(true, |passed| passed >= time))
}
