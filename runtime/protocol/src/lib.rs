//! OAuth operations as data, and the pure functions that interpret them.

pub mod operation;
pub mod provider;
pub mod shape;
