//! Signed assertions: what a client says of itself in place of a secret (RFC 7521 and RFC 7523; OpenID Connect Core,
//! section 9). Nothing is signed here: this makes the text to be signed, and puts the signature behind it.

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json};

use crate::operation::Operation;
use crate::request::{BuildError, Spot};
use crate::secret::Secret;
use crate::template;
use crate::values::{Value, Values};

/// For how many seconds an assertion holds when the spec doesn't say: vendors take five minutes at most, and clocks differ.
pub const LIFETIME: u64 = 180;

/// The variable that holds the signed assertion.
pub const CLIENT_ASSERTION: &str = "client_assertion";

/// The assertion that an operation sends as the variable `client_assertion`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assertion<'a> {
    algorithms: &'a [Algorithm],
    audience: Option<&'a str>,
    lifetime: u64,
    claims: &'a [(&'a str, &'a str)],
}

impl<'a> Assertion<'a> {
    /// An assertion that is signed with the first of `algorithms` that the client's key can do.
    pub const fn new(algorithms: &'a [Algorithm]) -> Self {
        Self { algorithms, audience: None, lifetime: LIFETIME, claims: &[] }
    }

    /// Whom it is for, as a template; the URL of the operation when left out (RFC 7523, section 3).
    pub const fn audience(mut self, audience: &'a str) -> Self {
        self.audience = Some(audience);
        self
    }

    /// For how many seconds it holds; [`LIFETIME`] when left out.
    pub const fn lifetime(mut self, seconds: u64) -> Self {
        self.lifetime = seconds;
        self
    }

    /// Further claims, or others in place of `iss` and `sub`: names and templates. A template that is one variable and
    /// nothing else keeps its JSON type, and a claim is left out when one of [`Operation::optional`] has no value.
    pub const fn claims(mut self, claims: &'a [(&'a str, &'a str)]) -> Self {
        self.claims = claims;
        self
    }

    /// See [`Assertion::new`].
    pub const fn accepted(&self) -> &'a [Algorithm] {
        self.algorithms
    }

    /// Whether it is signed with the client's secret and not with a key of its own.
    pub fn is_symmetric(&self) -> bool {
        self.algorithms.iter().all(|algorithm| algorithm.is_symmetric())
    }

    /// See [`Assertion::audience`].
    pub const fn audience_template(&self) -> Option<&'a str> {
        self.audience
    }

    /// See [`Assertion::lifetime`].
    pub const fn seconds(&self) -> u64 {
        self.lifetime
    }

    /// See [`Assertion::claims`].
    pub const fn further(&self) -> &'a [(&'a str, &'a str)] {
        self.claims
    }
}

macro_rules! algorithms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// How a JWT is signed (RFC 7518, section 3.1; RFC 8037).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Algorithm {
            $($(#[$doc])* $variant,)*
        }

        impl Algorithm {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the header of a JWT.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

algorithms! {
    /// HMAC with SHA-256.
    Hs256 = "HS256";
    /// HMAC with SHA-384.
    Hs384 = "HS384";
    /// HMAC with SHA-512.
    Hs512 = "HS512";
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 = "RS256";
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384 = "RS384";
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512 = "RS512";
    /// RSASSA-PSS with SHA-256.
    Ps256 = "PS256";
    /// RSASSA-PSS with SHA-384.
    Ps384 = "PS384";
    /// RSASSA-PSS with SHA-512.
    Ps512 = "PS512";
    /// ECDSA on P-256 with SHA-256.
    Es256 = "ES256";
    /// ECDSA on P-384 with SHA-384.
    Es384 = "ES384";
    /// ECDSA on P-521 with SHA-512.
    Es512 = "ES512";
    /// Ed25519 (RFC 8037, section 3.1).
    EdDsa = "EdDSA";
}

impl Algorithm {
    /// The algorithm of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }

    /// Whether whoever verifies must know the key.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}

/// What the header of an assertion says of the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyHint<'a> {
    /// `kid` (RFC 7515, section 4.1.4).
    pub id: Option<&'a str>,
    /// `x5t#S256` (section 4.1.8).
    pub certificate: Option<&'a str>,
}

/// An assertion that isn't signed yet. `Debug` shows the names of its claims only.
#[derive(Clone)]
pub struct Unsigned {
    claims: Map<String, Json>,
}

impl Unsigned {
    /// The assertion that `operation` sends with these values; `None` when it sends none. It is made at the moment `now`,
    /// and its `jti` of `random`.
    ///
    /// # Errors
    ///
    /// As [`crate::build`], when a claim can't be made.
    pub fn of(operation: &Operation<'_>, values: &Values) -> Result<Option<Self>, BuildError> {
        let Some(assertion) = operation.client_assertion() else { return Ok(None) };
        let text = |name, template| claim(name, template, values);
        let audience = match assertion.audience_template() {
            Some(audience) => text("aud", audience)?,
            None => template::url(operation.url(), values)?.text.into(),
        };
        let made = moment(values)?;
        let mut claims = Map::new();
        for name in ["iss", "sub"] {
            if !assertion.further().iter().any(|(further, _)| *further == name) {
                claims.insert(name.to_owned(), text(name, "<client_id>")?);
            }
        }
        claims.insert("aud".to_owned(), audience);
        claims.insert("exp".to_owned(), made.saturating_add(assertion.seconds()).into());
        claims.insert("iat".to_owned(), made.into());
        claims.insert("jti".to_owned(), text("jti", "<random | uuid>")?);
        for (name, template) in assertion.further() {
            match claim(name, template, values) {
                Err(BuildError::Missing { variable, .. })
                    if operation.optional_variables().contains(&variable.as_str()) => {}
                value => drop(claims.insert((*name).to_owned(), value?)),
            }
        }
        Ok(Some(Self { claims }))
    }

    /// What it says.
    pub fn claims(&self) -> &Map<String, Json> {
        &self.claims
    }

    /// The text that is signed (RFC 7515, section 5.1).
    pub fn signing_input(&self, algorithm: Algorithm, key: KeyHint<'_>) -> Secret {
        let mut header = Map::new();
        header.insert("alg".to_owned(), algorithm.name().into());
        header.insert("typ".to_owned(), "JWT".into());
        for (name, value) in [("kid", key.id), ("x5t#S256", key.certificate)] {
            header.extend(value.map(|value| (name.to_owned(), value.into())));
        }
        let part = |object: &Map<String, Json>| URL_SAFE_NO_PAD.encode(serde_json::to_vec(object).unwrap_or_default());
        Secret::from(format!("{}.{}", part(&header), part(&self.claims)))
    }
}

impl fmt::Debug for Unsigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.claims.keys()).finish()
    }
}

/// The JWT that a signing input and its signature are together.
pub fn signed(signing_input: &Secret, signature: &[u8]) -> Secret {
    Secret::from(format!("{}.{}", signing_input.expose(), URL_SAFE_NO_PAD.encode(signature)))
}

fn claim(name: &str, template: &str, values: &Values) -> Result<Json, BuildError> {
    template::json(template, values, Spot::Claim(name))
}

/// The moment of the request, in seconds since 1970.
fn moment(values: &Values) -> Result<u64, BuildError> {
    let now = match values.get("now") {
        Some(Value::Moment(now)) => *now,
        _ => return Err(Spot::Claim("iat").missing("now")),
    };
    Ok(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs())
}
