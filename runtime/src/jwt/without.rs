//! What stands for signatures in a program that was built without them.

use authsmith_protocol::operation::Algorithm;

use crate::client_key::ClientKey;

const WITHOUT: &str = "`authsmith` was built without the feature `jwt`; add it in Cargo.toml";

/// There is none.
pub(crate) enum Signer {}

impl Signer {
    pub(crate) fn read(key: &ClientKey) -> Result<Self, String> {
        Err(if key.text.is_empty() { "it is empty" } else { WITHOUT }.to_owned())
    }

    pub(crate) fn kind(&self) -> &'static str {
        match *self {}
    }

    pub(crate) fn fitting(&self, _: &[Algorithm]) -> Option<Algorithm> {
        match *self {}
    }

    pub(crate) fn id(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) fn thumbprint(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) fn sign(&self, _: Algorithm, _: &[u8]) -> Result<Vec<u8>, String> {
        match *self {}
    }
}

pub(crate) fn hmac(_: Algorithm, _: &[u8], _: &[u8]) -> Result<Vec<u8>, String> {
    Err(WITHOUT.to_owned())
}
