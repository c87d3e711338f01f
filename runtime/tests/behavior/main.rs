//! What the runtime does, against a vendor that is a Rust value. Every secret carries the marker [`acme::CANARY`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod acme;
mod authorize;
mod config;
mod custom_request;
mod device;
mod errors;
mod events;
mod faulty;
mod globex;
#[cfg(feature = "jwt")]
mod identity;
mod inputs;
mod keeper;
mod kept;
mod leaving;
mod login;
mod pages;
mod policy;
#[cfg(feature = "jwt")]
mod proofs;
mod renewal;
mod renewal_kinds;
mod replay;
mod revocation;
mod scenarios;
mod sealed;
mod store;
mod transport;
mod widget;
