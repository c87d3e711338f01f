//! What the claims of an ID token must be (OpenID Connect Core, section 3.1.3.7).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::IdToken;
use super::error::IdTokenError;
use crate::request::{BuildError, Spot};
use crate::secret::Secret;
use crate::template;
use crate::values::Values;

/// How far the vendor's clock and this machine's may differ.
pub const LEEWAY: Duration = Duration::from_secs(60);

/// The most characters of `sub` (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// What the claims of an ID token must agree with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    issuers: Vec<String>,
    client_id: String,
    audiences: Vec<String>,
    nonce: Option<Secret>,
    now: SystemTime,
}

impl Expected {
    /// What `data` says, with the settings and the client's id out of `values`. `nonce` is the login's own.
    ///
    /// # Errors
    ///
    /// When a variable has no value.
    pub fn new(
        data: &IdToken<'_>,
        values: &Values,
        nonce: Option<Secret>,
        now: SystemTime,
    ) -> Result<Self, BuildError> {
        let text = |template: &str| template::text(template, values, Spot::Issuer).map(|rendered| rendered.text);
        let texts = |templates: &[&str]| templates.iter().map(|template| text(template)).collect::<Result<_, _>>();
        Ok(Self {
            issuers: texts(data.all_issuers())?,
            client_id: text("<client_id>")?,
            audiences: texts(data.further_audiences())?,
            nonce,
            now,
        })
    }

    /// Checks the claims of a token whose signature holds.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self, claims: &Map<String, Value>) -> Result<(), IdTokenError> {
        let issuer = text_of(claims, "iss")?;
        if !self.issuers.iter().any(|expected| expected == issuer) {
            return Err(IdTokenError::Issuer);
        }
        let subject = text_of(claims, "sub")?;
        if subject.chars().count() > LONGEST_SUBJECT {
            return Err(IdTokenError::Claim("sub"));
        }
        self.check_audience(claims)?;
        self.check_times(claims)?;
        match (&self.nonce, claims.get("nonce")) {
            (None, _) => Ok(()),
            (Some(nonce), Some(Value::String(text))) if Secret::from(text.as_str()) == *nonce => Ok(()),
            (Some(_), _) => Err(IdTokenError::Nonce),
        }
    }

    fn check_audience(&self, claims: &Map<String, Value>) -> Result<(), IdTokenError> {
        let wrong = IdTokenError::Claim("aud");
        let audiences: Vec<&str> = match claims.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(all)) => all.iter().map(Value::as_str).collect::<Option<_>>().ok_or(wrong)?,
            _ => return Err(wrong),
        };
        let is_known =
            |audience: &&str| *audience == self.client_id || self.audiences.iter().any(|one| one == audience);
        if !audiences.contains(&self.client_id.as_str()) || !audiences.iter().all(is_known) {
            return Err(IdTokenError::Audience);
        }
        match claims.get("azp") {
            Some(party) if party.as_str() == Some(&self.client_id) => Ok(()),
            None if audiences.iter().all(|audience| *audience == self.client_id) => Ok(()),
            _ => Err(IdTokenError::AuthorizedParty),
        }
    }

    fn check_times(&self, claims: &Map<String, Value>) -> Result<(), IdTokenError> {
        let now = self.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let leeway = LEEWAY.as_secs_f64();
        let moment = |name| match claims.get(name) {
            None => Ok(None),
            Some(value) => {
                value.as_f64().filter(|moment| moment.is_finite()).map(Some).ok_or(IdTokenError::Claim(name))
            }
        };
        if moment("exp")?.ok_or(IdTokenError::Claim("exp"))? + leeway <= now {
            return Err(IdTokenError::Expired);
        }
        if moment("iat")?.ok_or(IdTokenError::Claim("iat"))? > now + leeway {
            return Err(IdTokenError::IssuedInFuture);
        }
        match moment("nbf")? {
            Some(begin) if begin > now + leeway => Err(IdTokenError::NotYet),
            _ => Ok(()),
        }
    }
}

fn text_of<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<&'c str, IdTokenError> {
    let text = claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or(IdTokenError::Claim(name))
}
