//! ID tokens (OpenID Connect Core, section 2): how a vendor issues them, as constant data, and what must hold of one. The
//! signature itself is somebody else's work: nothing here computes with keys.

mod check;
mod error;
mod jwks;
mod jws;

pub use check::{Expected, LEEWAY};
pub use error::IdTokenError;
pub use jwks::{Curve, Jwk, JwkSet, Material};
pub use jws::{JwsAlgorithm, LONGEST, SignedToken};

use crate::shape::Shape;

/// How a vendor issues ID tokens. Which answers carry one, and where, each [`crate::operation::Answer`] says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IdToken<'a> {
    issuers: &'a [&'a str],
    jwks: &'a str,
    algorithms: &'a [JwsAlgorithm],
    audiences: &'a [&'a str],
    claims: Shape<'a>,
    nonce: bool,
}

impl<'a> IdToken<'a> {
    /// ID tokens whose `iss` is one of `issuers` (templates), signed by a key that stands at `jwks` (the template of a URL,
    /// RFC 7517, section 5), with RS256.
    pub const fn new(issuers: &'a [&'a str], jwks: &'a str) -> Self {
        Self { issuers, jwks, algorithms: &[JwsAlgorithm::Rs256], audiences: &[], claims: Shape::Json, nonce: false }
    }

    /// The only algorithms of the signature; RS256 when left out (OpenID Connect Core, section 3.1.3.7).
    pub const fn algorithms(mut self, algorithms: &'a [JwsAlgorithm]) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Who else may stand in `aud` beside the client: templates.
    pub const fn audiences(mut self, audiences: &'a [&'a str]) -> Self {
        self.audiences = audiences;
        self
    }

    /// The shape of the claims that the spec describes.
    pub const fn claims(mut self, claims: Shape<'a>) -> Self {
        self.claims = claims;
        self
    }

    /// The authorization request carries a nonce (the variable `login_nonce`), which the ID token of the login must repeat.
    pub const fn nonce(mut self) -> Self {
        self.nonce = true;
        self
    }

    /// See [`IdToken::new`].
    pub const fn all_issuers(&self) -> &'a [&'a str] {
        self.issuers
    }

    /// See [`IdToken::new`].
    pub const fn jwks_url(&self) -> &'a str {
        self.jwks
    }

    /// See [`IdToken::algorithms`].
    pub const fn allowed_algorithms(&self) -> &'a [JwsAlgorithm] {
        self.algorithms
    }

    /// See [`IdToken::audiences`].
    pub const fn further_audiences(&self) -> &'a [&'a str] {
        self.audiences
    }

    /// See [`IdToken::claims`].
    pub const fn claims_shape(&self) -> Shape<'a> {
        self.claims
    }

    /// See [`IdToken::nonce`].
    pub const fn has_nonce(&self) -> bool {
        self.nonce
    }
}
