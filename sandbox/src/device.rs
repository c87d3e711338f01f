//! Consent on another device (RFC 8628): the codes, the page where the user types one, and the polling.

use std::time::{Duration, SystemTime};

use authsmith_codegen::model::Device;
use serde_json::Value;

use crate::answers::success;
use crate::authorize::is_scope;
use crate::connection;
use crate::decode::Values;
use crate::events::{self, Entry};
use crate::incoming::{Body, Incoming, Members};
use crate::page;
use crate::refusals::Refusal;
use crate::reply::Reply;
use crate::store::{Granted, Store, later};
use crate::tokens::{fresh, user_code};
use crate::vendor::Vendor;
use crate::writing::Writing;

/// How long the codes live.
const CODE_SECONDS: u64 = 600;
/// How long a device waits between two polls.
const INTERVAL: Duration = Duration::from_secs(2);
/// What is added to that for a device that asks too often (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// Where the user types the code.
pub(crate) const PAGE: &str = "/_sandbox/device";

/// A device that waits for its user.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) granted: Granted,
    user_code: String,
    expires_at: SystemTime,
    interval: Duration,
    polled_at: Option<SystemTime>,
    decision: Decision,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Open,
    Allowed,
    Denied,
    Used,
}

/// Answers a device authorization request (RFC 8628, section 3.2).
pub(crate) fn begin(vendor: &Vendor, device: &Device, values: &Values, now: SystemTime) -> Result<Reply, Refusal> {
    let scope = values.get("scope").and_then(Value::as_str).map(str::to_owned);
    let well_joined = |scope: &String| scope.split(device.scope_separator.as_str()).all(is_scope);
    if scope.as_ref().is_some_and(|scope| !well_joined(scope)) {
        return Err(Refusal::new("invalid_scope", "`scope` is not a list of scopes as the vendor joins them"));
    }
    if scope.is_none() && !device.default_scopes.is_empty() {
        return Err(Refusal::new("invalid_scope", "`scope` is missing"));
    }
    let (device_code, user_code) = (fresh("device")?, user_code()?);
    let page = format!("{}{PAGE}", vendor.origin);
    let mut writing = Writing::of(None);
    let mut store = vendor.store();
    // Each of several places has its turn.
    let turn = store.turn("device");
    let at = |places: &[String]| places.get(turn % places.len().max(1)).cloned().unwrap_or_default();
    let answer = &device.answer;
    writing.set(&at(&answer.device_code), Value::from(device_code.as_str()));
    writing.set(&at(&answer.user_code), Value::from(user_code.as_str()));
    writing.set(&at(&answer.verification_uri_complete), Value::from(format!("{page}?user_code={user_code}")));
    writing.set(&at(&answer.verification_uri), Value::from(page));
    writing.set(&at(&answer.expires_in), Value::from(CODE_SECONDS));
    writing.set(&at(&answer.interval), Value::from(INTERVAL.as_secs()));
    writing.succeed(&device.succeeds, turn);
    let status = success(&device.success_status, turn);
    let granted = Granted { family: store.new_family(), scope };
    store.remember(granted.family, connection::lasting(&vendor.provider, values));
    let (expires_at, interval) = (later(now, CODE_SECONDS), INTERVAL);
    let waiting = Waiting { granted, user_code, expires_at, interval, polled_at: None, decision: Decision::Open };
    store.devices.insert(device_code, waiting);
    Ok(writing.reply(status, Default::default()))
}

impl Store {
    /// Takes a device code in exchange, once the user has allowed it (RFC 8628, section 3.5).
    pub(crate) fn redeem_device(&mut self, code: &str, now: SystemTime, entry: &mut Entry) -> Result<Granted, Refusal> {
        let Some(waiting) = self.devices.get_mut(code) else {
            return Err(Refusal::invalid_grant("the device code was not issued here"));
        };
        let granted = waiting.granted.clone();
        entry.family = Some(granted.family.number());
        if waiting.decision == Decision::Used {
            entry.decision = events::Decision::FamilyRevoked;
            self.revoke_family(granted.family);
            return Err(Refusal::invalid_grant("the device code was used before; what it gave is revoked"));
        }
        if let Ok(late) = now.duration_since(waiting.expires_at) {
            return Err(refusal("expired_token", format!("the device code expired {} s ago", late.as_secs())));
        }
        match waiting.decision {
            Decision::Allowed => {
                waiting.decision = Decision::Used;
                Ok(granted)
            }
            Decision::Denied => Err(refusal("access_denied", "the user said no")),
            _ => Err(waiting.polled(now)),
        }
    }
}

impl Waiting {
    fn polled(&mut self, now: SystemTime) -> Refusal {
        let since = self.polled_at.replace(now).and_then(|before| now.duration_since(before).ok());
        if since.is_some_and(|since| since < self.interval) {
            self.interval = self.interval.saturating_add(SLOWER);
            let wait = self.interval.as_secs();
            return refusal("slow_down", format!("the device asks too often; it must wait {wait} s now"));
        }
        refusal("authorization_pending", "the user has not decided")
    }
}

/// RFC 8628, section 3.5: as every refusal of a token endpoint.
fn refusal(code: &str, text: impl Into<String>) -> Refusal {
    Refusal { status: 400, ..Refusal::new(code, text) }
}

/// Decides on the device that waits with this code, however the user typed it (RFC 8628, section 6.1).
pub(crate) fn decide(vendor: &Vendor, typed: &str, allow: bool) -> Result<(), &'static str> {
    let now = vendor.now();
    let mut store = vendor.store();
    let waiting = store.devices.values_mut().find(|waiting| plain(&waiting.user_code) == plain(typed));
    let waiting = waiting.ok_or("no device waits with this code")?;
    if now >= waiting.expires_at {
        return Err("the code is over; start again on the device");
    }
    if waiting.decision != Decision::Open {
        return Err("the code was typed before");
    }
    waiting.decision = if allow { Decision::Allowed } else { Decision::Denied };
    Ok(())
}

fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_uppercase()).collect()
}

/// The page of the user; a program that brings the code along decides at once.
pub(crate) fn visit(vendor: &Vendor, incoming: &Incoming) -> Reply {
    let pairs = incoming.query.as_deref().unwrap_or_default();
    let code = pairs.iter().find(|(name, _)| name == "user_code").map(|(_, code)| code.as_str());
    match code {
        Some(code) if !incoming.wants_page() => {
            let denied = std::mem::take(&mut vendor.consents().deny_next);
            decided(vendor, decide(vendor, code, !denied), !denied)
        }
        code => Reply::html(200, page::device(&vendor.provider.title, code.unwrap_or_default())),
    }
}

/// Takes the decision that the user made on the page.
pub(crate) fn submit(vendor: &Vendor, body: &Body) -> Reply {
    let member = |wanted: &str| {
        let Ok(Members::Form(list)) = &body.members else { return None };
        list.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_str())
    };
    let allow = match member("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Reply::html(400, page::refusal(&vendor.provider.title, "nothing was decided")),
    };
    decided(vendor, decide(vendor, member("user_code").unwrap_or_default(), allow), allow)
}

fn decided(vendor: &Vendor, outcome: Result<(), &'static str>, allow: bool) -> Reply {
    match outcome {
        Ok(()) => Reply::html(200, page::device_decided(&vendor.provider.title, allow)),
        Err(why) => Reply::html(400, page::refusal(&vendor.provider.title, why)),
    }
}
