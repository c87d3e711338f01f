//! ID tokens (OpenID Connect Core, section 2).

use super::{JwsAlgorithm, Template, Type};

/// How a vendor issues ID tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct IdToken {
    /// What `iss` is one of.
    pub issuers: Vec<Template>,
    /// Where the vendor's public keys stand.
    pub jwks: Template,
    /// The algorithms of the signature.
    pub algorithms: Vec<JwsAlgorithm>,
    /// Who else may stand in `aud` beside the client.
    pub audiences: Vec<Template>,
    /// The object of the claims that the spec describes.
    pub claims: Option<Type>,
    /// Whether the authorization request sends a nonce.
    pub nonce: bool,
}

/// Where the answer to a grant has an ID token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenPlace {
    /// The places (JSON Pointers), looked at in turn.
    pub at: Vec<String>,
    /// Whether an answer without it gives no tokens.
    pub due: bool,
}
