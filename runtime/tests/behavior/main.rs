//! What the runtime does, against a vendor that is a Rust value. Every secret carries the marker [`acme::CANARY`].
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod acme;
mod config;
mod custom_request;
mod errors;
mod login;
mod renewal;
mod store;
mod transport;
mod widget;
