//! The private key with which a client proves who it is.

use std::fmt;

use authsmith_protocol::Secret;

/// The private key with which a client signs what it says of itself (RFC 7523), where the vendor takes that in place of
/// a secret. It is read when the client is built, wiped on drop, and never printed.
///
/// ```
/// # let pem = "";
/// let key = authsmith::ClientKey::new(pem).id("2026-11");
/// ```
#[derive(Clone)]
pub struct ClientKey {
    pub(crate) text: Secret,
    pub(crate) id: Option<String>,
    pub(crate) certificate: Option<Secret>,
}

impl ClientKey {
    /// A key in PEM (PKCS #8, PKCS #1 or SEC 1), as a JWK (RFC 7517), or the JSON file of a service account, which has
    /// its `private_key` and `private_key_id`. Of a PEM file that holds a certificate, too, that is taken as by
    /// [`ClientKey::certificate`]. In place of line breaks there may be `\n`, as environment variables often have it.
    pub fn new(text: impl Into<Secret>) -> Self {
        Self { text: text.into(), id: None, certificate: None }
    }

    /// What the vendor calls the key: the header `kid` (RFC 7515, section 4.1.4). When left out, what the key itself says.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The certificate of the key in PEM, for vendors that know the key by it: the header `x5t#S256` (RFC 7515, section
    /// 4.1.8).
    #[must_use]
    pub fn certificate(mut self, pem: impl Into<Secret>) -> Self {
        self.certificate = Some(pem.into());
        self
    }
}

impl From<Secret> for ClientKey {
    fn from(text: Secret) -> Self {
        Self::new(text)
    }
}

impl From<String> for ClientKey {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for ClientKey {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("id", &self.id).finish_non_exhaustive()
    }
}
