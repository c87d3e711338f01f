//! ID tokens: how a vendor makes them, and how it makes them wrong when it is told to.

use std::time::SystemTime;

use authsmith_codegen::model::{GrantKind, IdToken, IdTokenPlace, Template};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answers::Issuing;
use crate::control::ControlError;
use crate::decode::Values;
use crate::known::{Known, Outcome, Stages};
use crate::refusals::Refusal;
use crate::reply::Reply;
use crate::server::Sandbox;
use crate::store::Store;
use crate::vendor::Vendor;
use crate::writing::Writing;
use crate::{CLIENT_ID, USERNAME, made_up, moments, signing};

/// How long an ID token lives, in seconds.
const LIFE: i64 = 300;

/// How a vendor makes its next ID tokens, as far as it was told to depart from what is right. As JSON it is what
/// `/_sandbox/id_tokens` takes; every member may be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdTokens {
    /// Whether answers have none.
    pub left_out: bool,
    /// Claims that are otherwise; `null` takes one away.
    pub claims: Map<String, Value>,
    /// Claims that are moments, in seconds from now.
    pub moments: Map<String, Value>,
    /// Members of the header that are otherwise; `null` takes one away.
    pub header: Map<String, Value>,
    /// Who signs.
    pub signer: Signer,
    /// What stands in the place of the ID token, whatever it is.
    pub text: Option<String>,
    /// A claim of so many bytes besides.
    pub padding: usize,
}

/// Who signs an ID token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// The vendor, with its newest key.
    #[default]
    Vendor,
    /// Somebody else, under the name of the vendor's key.
    Stranger,
    /// Nobody: the signature is empty.
    Nobody,
}

/// What a vendor makes ID tokens with.
#[derive(Clone, Debug)]
pub(crate) struct Minting {
    pub(crate) told: IdTokens,
    /// The numbers of the keys that are published; the last one signs.
    pub(crate) keys: Vec<u64>,
}

/// The keys of strangers have numbers that no vendor reaches.
const STRANGER: u64 = 1 << 32;

impl Default for Minting {
    fn default() -> Self {
        Self { told: IdTokens::default(), keys: vec![1] }
    }
}

impl Minting {
    /// Signs with another key from now on.
    pub(crate) fn rotate(&mut self, keeps_old: bool) {
        let next = self.keys.last().map_or(1, |last| last + 1);
        if !keeps_old {
            self.keys.clear();
        }
        self.keys.push(next);
    }

    fn signing(&self) -> u64 {
        self.keys.last().copied().unwrap_or(1)
    }
}

/// The keys that the vendor publishes.
pub(crate) fn keys(vendor: &Vendor) -> Reply {
    let algorithms = vendor.provider.id_token.as_ref().map(algorithms).unwrap_or_default();
    Reply::json(200, &signing::published(&algorithms, &vendor.id_tokens().keys))
}

fn algorithms(id_token: &IdToken) -> Vec<&'static str> {
    id_token.algorithms.iter().map(|algorithm| algorithm.name()).collect()
}

impl Issuing<'_> {
    /// Puts an ID token into the answer, where one belongs.
    pub(crate) fn id_token(&self, turn: usize, store: &mut Store, writing: &mut Writing) -> Result<(), Refusal> {
        let nonce = store.take_nonce(self.granted.family);
        let (Some(data), Some(place)) = (&self.provider.id_token, &self.grant.id_token) else { return Ok(()) };
        let [first, others @ ..] = place.at.as_slice() else { return Ok(()) };
        let at = self.place(first, others, turn, &[]).to_owned();
        if self.minting.told.left_out || (self.sparse && !place.due) {
            leave_out(place, writing);
            return Ok(());
        }
        let begins = matches!(self.grant.kind, GrantKind::AuthorizationCode | GrantKind::DeviceCode);
        let mut known = store.connection(self.granted.family);
        known.extend(self.values.clone());
        let claims = self.claims(data, turn, nonce.filter(|_| begins), &known)?;
        let text = self.signed(data, turn, claims)?;
        writing.set(&at, Value::from(text));
        Ok(())
    }

    fn claims(
        &self,
        data: &IdToken,
        turn: usize,
        nonce: Option<String>,
        known: &Values,
    ) -> Result<Map<String, Value>, Refusal> {
        let now = seconds(self.now);
        let issuer = data.issuers.get(turn % data.issuers.len().max(1));
        let issuer = issuer.map(|issuer| self.text(issuer, known)).transpose()?.unwrap_or_default();
        let mut claims = match &data.claims {
            Some(ty) => match made_up::value("claims", ty, &self.provider.types, self.sparse) {
                Value::Object(claims) => claims,
                _ => Map::new(),
            },
            None => Map::new(),
        };
        let mut audiences = vec![CLIENT_ID.to_owned()];
        for audience in &data.audiences {
            audiences.push(self.text(audience, known)?);
        }
        let audience = match audiences.as_slice() {
            [one] => json!(one),
            all => json!(all),
        };
        let told = &self.minting.told;
        let standard = json!({ "iss": issuer, "sub": USERNAME, "aud": audience, "iat": now, "exp": now + LIFE });
        claims.extend(standard.as_object().cloned().unwrap_or_default());
        if !data.audiences.is_empty() {
            claims.insert("azp".to_owned(), CLIENT_ID.into());
        }
        claims.extend(nonce.map(|nonce| ("nonce".to_owned(), nonce.into())));
        if told.padding > 0 {
            claims.insert("padding".to_owned(), "x".repeat(told.padding).into());
        }
        let moments =
            told.moments.iter().filter_map(|(name, from_now)| Some((name.clone(), (now + from_now.as_i64()?).into())));
        claims.extend(moments);
        overwrite(&mut claims, &told.claims);
        Ok(claims)
    }

    fn signed(&self, data: &IdToken, turn: usize, claims: Map<String, Value>) -> Result<String, Refusal> {
        let told = &self.minting.told;
        if let Some(text) = &told.text {
            return Ok(text.clone());
        }
        let all = algorithms(data);
        let alg = all.get(turn % all.len().max(1)).copied().unwrap_or("RS256");
        let number = self.minting.signing();
        let mut header = Map::from_iter([("alg".to_owned(), alg.into()), ("typ".to_owned(), "JWT".into())]);
        header.extend(signing::kid(alg, number).map(|kid| ("kid".to_owned(), kid.into())));
        overwrite(&mut header, &told.header);
        let part = |members: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(members).to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match told.signer {
            Signer::Vendor => signing::sign(alg, number, message.as_bytes()),
            Signer::Stranger => signing::sign(alg, STRANGER, message.as_bytes()),
            Signer::Nobody => Some(Vec::new()),
        };
        let signature = signature.ok_or_else(|| Refusal::new("server_error", "the sandbox can't sign"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What a template of the vendor's own comes to.
    fn text(&self, template: &Template, values: &Values) -> Result<String, Refusal> {
        let stages = Stages::new();
        let known = Known { provider: self.provider, settings: self.settings, inputs: &[], values, stages: &stages };
        match known.template(template) {
            Outcome::Is(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            _ => Err(Refusal::new("server_error", format!("the sandbox doesn't know what `{template}` is"))),
        }
    }
}

fn leave_out(place: &IdTokenPlace, writing: &mut Writing) {
    place.at.iter().for_each(|at| crate::faults::remove_pointer(&mut writing.body, at));
}

fn overwrite(members: &mut Map<String, Value>, told: &Map<String, Value>) {
    for (name, value) in told {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
}

fn seconds(now: SystemTime) -> i64 {
    i64::try_from(moments::epoch(now)).unwrap_or(i64::MAX / 2)
}

/// ID tokens. Each method fails when no such vendor is played.
impl Sandbox {
    /// Makes ID tokens otherwise from now on; as they should be, by the default.
    pub fn set_id_tokens(&self, provider: &str, told: IdTokens) -> Result<(), ControlError> {
        self.vendor(provider)?.id_tokens().told = told;
        Ok(())
    }

    /// Signs ID tokens with another key from now on, which is published in place of those before, or beside them.
    pub fn rotate_keys(&self, provider: &str, keeps_old: bool) -> Result<(), ControlError> {
        self.vendor(provider)?.id_tokens().rotate(keeps_old);
        Ok(())
    }
}
