//! Signed tokens: the vendor's keys, and who has signed what.

pub(crate) mod jwks;
pub(crate) mod verify;
