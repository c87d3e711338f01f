//! Which operation a request means, when several are at one URL.

use std::time::SystemTime;

use authsmith_codegen::model::Provider;

use crate::decode::{Decoded, Reader};
use crate::incoming::Incoming;
use crate::options::Settings;
use crate::routes::Route;

/// The outcome of the choice.
pub(crate) enum Choice<'a> {
    /// The operation that fits best, and the request read as it.
    Found(&'a Route, Decoded),
    /// The path is known with these methods only.
    OtherMethods(Vec<&'static str>),
    /// No operation has the path.
    Nowhere,
}

impl Choice<'_> {
    /// The operation that was found.
    pub(crate) fn operation(&self) -> Option<&str> {
        match self {
            Self::Found(route, _) => Some(route.operation.name()),
            Self::OtherMethods(_) | Self::Nowhere => None,
        }
    }
}

/// Reads a request as each operation at its URL and takes the one that fits best: first the one whose constants all
/// agree, then the one with the fewest missing and unknown parameters, then the one with the fewest mistakes, then the one that
/// `takes` the token which is shown.
pub(crate) fn choose<'a>(
    routes: &'a [Route],
    settings: &Settings,
    provider: &Provider,
    now: SystemTime,
    unmoved: SystemTime,
    incoming: &Incoming,
    takes: &dyn Fn(&Route, &Decoded) -> bool,
) -> Choice<'a> {
    let found = routes.iter().filter_map(|route| Some((route, route.matches(&incoming.path)?)));
    let mut here: Vec<_> = found.collect();
    // `/users/me` is not a `/users/<id>`.
    let most_fixed = here.iter().map(|(_, found)| found.fixed).max();
    here.retain(|(_, found)| Some(found.fixed) == most_fixed);
    let methods: Vec<&'static str> = here.iter().map(|(route, ..)| route.operation.request().method.as_str()).collect();
    let readings = here
        .into_iter()
        .filter(|(route, _)| route.operation.request().method.as_str() == incoming.method)
        .map(|(route, found)| (route, Reader { route, settings, provider, now, unmoved }.read(incoming, found)));
    let misfit = |(route, read): &(&Route, Decoded)| {
        (read.constants_off, read.names_off, read.mistakes.len(), !takes(route, read))
    };
    match readings.min_by_key(misfit) {
        Some((route, decoded)) => Choice::Found(route, decoded),
        None if methods.is_empty() => Choice::Nowhere,
        None => Choice::OtherMethods(methods),
    }
}
