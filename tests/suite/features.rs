//! What vendors do, one small spec of `tests/goldens` after another: what goes over the wire, and what is read from it.
//! `docs/coverage.md` says which row of what vendors do each of them shows.

mod answers;
mod arrivals;
mod assertions;
mod authorize;
mod calls;
mod client_auth;
mod device;
mod id_tokens;
mod renewals;
mod requests;
mod scopes;
mod settings;
