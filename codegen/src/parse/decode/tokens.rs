//! Kinds of token.

use super::body::{keep, places};
use super::{duration, placed, text, word};
use authsmith_protocol::provider::REPLAY_WINDOW;

use crate::diagnostics::{Sink, Span};
use crate::model::{ExpiryUnit, Replay, Rotation};
use crate::parse::node::{Entry, Kind, Node, Text};
use crate::parse::spec::{Expires, Present, RefreshToken, Renew, RenewBy, TokenKind};
use crate::parse::template;

/// What stands for the key `tokens` where it is left out.
pub(super) fn implied_kind(span: Span) -> TokenKind {
    TokenKind {
        name: Text { text: "access".to_owned(), span },
        about: None,
        value: Vec::new(),
        keep: Vec::new(),
        expires: Vec::new(),
        lifetime: None,
        present: Present::Bearer,
        present_value: None,
        refresh_token: None,
        renew: None,
    }
}

/// Reads a kind.
pub(super) fn kind(entry: &Entry, sink: &mut Sink) -> TokenKind {
    let node = &entry.value;
    TokenKind {
        name: entry.key.clone(),
        about: text(node, "about"),
        value: places(node, "value"),
        keep: keep(node),
        expires: expires(node),
        lifetime: duration(node, "lifetime", sink),
        present: node.entry("present").map_or(Present::Bearer, present),
        present_value: node
            .get("present")
            .and_then(|present| present.get("value"))
            .and_then(|value| template::parse(value, sink)),
        refresh_token: node.get("refresh_token").map(|node| refresh_token(node, sink)),
        renew: node.entry("renew").and_then(|entry| renew(entry, sink)),
    }
}

/// A field, the long form, or a list of either.
fn expires(node: &Node) -> Vec<Expires> {
    match node.get("expires").map(|node| (node, &node.kind)) {
        Some((_, Kind::Sequence(items))) => items.iter().filter_map(expiry).collect(),
        Some((one, _)) => expiry(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn expiry(node: &Node) -> Option<Expires> {
    if let Some(field) = node.text() {
        return Some(Expires { field, unit: ExpiryUnit::Seconds });
    }
    let unit = match word(node, "as").as_deref() {
        Some("ms") => ExpiryUnit::Milliseconds,
        Some("epoch") => ExpiryUnit::Epoch,
        Some("epoch_ms") => ExpiryUnit::EpochMilliseconds,
        Some("iso") => ExpiryUnit::Iso,
        Some("dhms") => ExpiryUnit::DayHourMinute,
        Some("jwt") => ExpiryUnit::Jwt,
        _ => ExpiryUnit::Seconds,
    };
    Some(Expires { field: text(node, "field")?, unit })
}

fn present(entry: &Entry) -> Present {
    let node = &entry.value;
    match node.text() {
        Some(text) if text.text == "bearer" => return Present::Bearer,
        Some(text) if text.text == "none" => return Present::None,
        _ if !node.is_mapping() => return Present::Broken,
        _ => {}
    }
    let places = ["header", "query", "cookie", "body"];
    if places.iter().any(|key| node.entry(key).is_some_and(|entry| entry.value.is_broken())) {
        return Present::Broken;
    }
    let mut given = places.iter().filter_map(|key| Some((*key, text(node, key)?)));
    match (given.next(), given.next()) {
        (Some(("header", name)), None) => Present::Header { name, scheme: text(node, "scheme") },
        _ if node.entry("scheme").is_some() => Present::Unclear(entry.key.span),
        (Some(("query", name)), None) => Present::Query(name),
        (Some(("cookie", name)), None) => Present::Cookie(name),
        (Some((_, name)), None) => Present::Body(name),
        _ => Present::Unclear(entry.key.span),
    }
}

fn refresh_token(node: &Node, sink: &mut Sink) -> RefreshToken {
    match node.is_mapping() {
        false => RefreshToken { value: pointers(node), expires: Vec::new(), lifetime: None, idle: None },
        true => RefreshToken {
            value: node.get("value").map(pointers).unwrap_or_default(),
            expires: expires(node),
            lifetime: duration(node, "lifetime", sink),
            idle: placed(node, "idle", sink),
        },
    }
}

/// One field, or several to be looked at in turn.
fn pointers(node: &Node) -> Vec<Text> {
    match &node.kind {
        Kind::Sequence(items) => items.iter().filter_map(Node::text).collect(),
        _ => node.text().into_iter().collect(),
    }
}

fn renew(entry: &Entry, sink: &mut Sink) -> Option<Renew> {
    let node = &entry.value;
    let by = |word: &str| match word {
        "refresh" => Some(RenewBy::Refresh),
        "reissue" => Some(RenewBy::Reissue),
        "extend" => Some(RenewBy::Extend),
        "exchange" => Some(RenewBy::Exchange),
        "none" => Some(RenewBy::None),
        _ => None,
    };
    let renew = |by, span| Renew {
        by,
        grant: None,
        early: None,
        on_demand: false,
        rotation: Rotation::Sometimes,
        replay: Replay::Unknown,
        replay_window: None,
        old_access_revoked: false,
        of_refresh: None,
        span,
    };
    if let Some(text) = node.text() {
        return Some(renew(by(&text.text), text.span));
    }
    if !node.is_mapping() {
        return None;
    }
    let span = text(node, "by").map_or(entry.key.span, |text| text.span);
    let replay_window = placed(node, "replay_window", sink);
    let seconds = replay_window.as_ref().map_or(REPLAY_WINDOW, |window| window.value);
    let of_refresh = ["rotation", "replay", "replay_window", "old_access"];
    Some(Renew {
        grant: text(node, "grant"),
        early: duration(node, "early", sink),
        on_demand: word(node, "when").as_deref() == Some("demand"),
        rotation: match word(node, "rotation").as_deref() {
            Some("always") => Rotation::Always,
            Some("never") => Rotation::Never,
            _ => Rotation::Sometimes,
        },
        replay: match word(node, "replay").as_deref() {
            Some("fatal") => Replay::Fatal,
            Some("free") => Replay::Free,
            Some("idempotent") => Replay::Idempotent { seconds },
            Some("grace") => Replay::Grace { seconds },
            _ => Replay::Unknown,
        },
        replay_window,
        old_access_revoked: word(node, "old_access").as_deref() == Some("revoked"),
        of_refresh: of_refresh.iter().find_map(|key| Some(node.entry(key)?.key.clone())),
        ..renew(word(node, "by").as_deref().and_then(by), span)
    })
}
