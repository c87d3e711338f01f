//! Signed tokens: the vendor's keys, who has signed what, and how a client signs what it says of itself.

pub(crate) mod jwks;
#[cfg(feature = "jwt")]
mod keys;
#[cfg(feature = "jwt")]
mod sign;
pub(crate) mod verify;
#[cfg(not(feature = "jwt"))]
mod without;

#[cfg(feature = "jwt")]
pub(crate) use sign::{Signer, hmac};
#[cfg(not(feature = "jwt"))]
pub(crate) use without::{Signer, hmac};
