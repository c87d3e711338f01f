//! What a user meets: the wire, the files, the flows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod agree;
mod bases;
mod calls;
mod canary;
mod coverage;
mod demo;
mod docs;
mod features;
mod files;
mod goldens;
mod hostile;
mod injection;
mod installed;
mod journeys;
mod kept;
mod literal;
mod mistakes;
mod mutated;
mod names;
mod observing;
mod outside;
mod packaged;
mod pages;
mod reference;
mod revision;
mod sixth;
mod support;
mod vendors;
mod warnings;
mod wire;
