//! What the flights are made of. A model checker compiles them with its own.

pub(crate) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
