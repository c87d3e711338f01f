//! Why an ID token is not believed.

use thiserror::Error;

/// Why an ID token is not believed. It quotes at most names that the token gives, made printable, and never a claim.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdTokenError {
    /// The answer has none.
    #[error("the answer has no ID token")]
    Missing,
    /// It is longer than [`super::LONGEST`].
    #[error("the ID token is too long")]
    TooLong,
    /// It isn't three parts of base64url, of which the first two are JSON objects (RFC 7515, section 7.1).
    #[error("the ID token isn't one: {0}")]
    Malformed(&'static str),
    /// Its algorithm is `none`.
    #[error("the ID token isn't signed (`alg` is `none`)")]
    Unsigned,
    /// Its algorithm isn't one of those that the spec names.
    #[error("the ID token is signed with `{0}`, which the spec doesn't name")]
    Algorithm(String),
    /// It has `crit`: whoever doesn't know what that names must refuse it (RFC 7515, section 4.1.11).
    #[error("the ID token asks for extensions that nobody knows here (`crit`)")]
    Critical,
    /// Its header says that it is another kind of token (RFC 8725, section 3.11).
    #[error("the token is a `{0}`, not an ID token")]
    Type(String),
    /// The vendor's keys can't be had.
    #[error("the vendor's keys for ID tokens can't be had")]
    KeysUnavailable,
    /// The vendor publishes no key of this name that fits the algorithm.
    #[error("the ID token is signed with a key that the vendor doesn't publish{}", named(.0))]
    UnknownKey(Option<String>),
    /// Several of the vendor's keys fit, and the token doesn't say which it is.
    #[error("the ID token doesn't say which of the vendor's keys it is signed with")]
    AmbiguousKey,
    /// The signature is wrong.
    #[error("the signature of the ID token is wrong")]
    Signature,
    /// A claim that every ID token has is missing or isn't what it must be.
    #[error("the claim `{0}` of the ID token is missing, or isn't what it must be")]
    Claim(&'static str),
    /// It is over (`exp`).
    #[error("the ID token is over")]
    Expired,
    /// It was issued later than now (`iat`).
    #[error("the ID token was issued in the future: is this machine's clock right?")]
    IssuedInFuture,
    /// It doesn't hold yet (`nbf`).
    #[error("the ID token doesn't hold yet: is this machine's clock right?")]
    NotYet,
    /// It is another issuer's (`iss`).
    #[error("the ID token is another issuer's (`iss`)")]
    Issuer,
    /// It is for another client, or also for one that the spec doesn't name (`aud`).
    #[error("the ID token is for another client, or also for one that the spec doesn't name (`aud`)")]
    Audience,
    /// It was issued to another client (`azp`).
    #[error("the ID token was issued to another client, or doesn't say to whom (`azp`)")]
    AuthorizedParty,
    /// It is another login's, or doesn't say whose (`nonce`).
    #[error("the ID token is another login's, or doesn't say whose (`nonce`)")]
    Nonce,
    /// It is another user's than that of the login (OpenID Connect Core, section 12.2).
    #[error("the ID token is another user's than before")]
    Subject,
}

fn named(kid: &Option<String>) -> String {
    kid.as_ref().map(|kid| format!(" (`kid` is `{kid}`)")).unwrap_or_default()
}
