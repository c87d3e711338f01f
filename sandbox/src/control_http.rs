//! The control of a vendor over HTTP: `/_sandbox` and what is below it.

use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{Value, json};

use crate::incoming::{Incoming, JSON, header};
use crate::reply::Reply;
use crate::vendor::Vendor;
use crate::{CLIENT_ID, PASSWORD, USERNAME, authorize, client_key, client_secret, device, page};

/// Answers a request to `/_sandbox...`.
pub(crate) fn answer(vendor: &Vendor, incoming: &Incoming) -> Reply {
    // A page elsewhere that has its own name resolved to loopback must not reach the control.
    if !header(&incoming.headers, "host").is_some_and(is_loopback) {
        return wrong(403, "the control answers on loopback only");
    }
    let action = incoming.path.strip_prefix("/_sandbox").unwrap_or_default().trim_start_matches('/');
    match (incoming.method.as_str(), action) {
        ("GET", "") => Reply::html(200, page::control(vendor)),
        ("GET", "info") => Reply::json(200, &info(vendor)),
        ("GET", "requests") => shown(&*vendor.log()),
        ("GET", "faults") => shown(&vendor.faults().list()),
        ("GET", "renewals") => shown(&*vendor.renewals()),
        ("GET", "counters") => shown(&vendor.events().counters()),
        ("GET", "events") => events(vendor, incoming),
        ("GET", "grants") => grants(vendor, incoming),
        ("GET", "fragment") => fragment(vendor, incoming),
        ("GET", "device") => device::visit(vendor, incoming),
        ("POST", "device") => device::submit(vendor, &incoming.body),
        ("POST", "consent") => authorize::decide(vendor, &incoming.body),
        ("POST", action) => post(vendor, action, incoming),
        _ => wrong(404, "there is nothing here; GET /_sandbox says what there is"),
    }
}

/// What the page of [`page::fragment`] read behind the `#` of its URL.
fn fragment(vendor: &Vendor, incoming: &Incoming) -> Reply {
    let pairs = incoming.query.as_deref().unwrap_or_default();
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let (Some(path), Some(fragment)) = (value("path"), value("fragment")) else {
        return wrong(400, "`path` and `fragment` are missing");
    };
    let told = Incoming { path, raw_query: None, query: Ok(Vec::new()), fragment: Some(fragment), ..incoming.clone() };
    vendor.answer(&told)
}

fn shown(what: &impl Serialize) -> Reply {
    match serde_json::to_string(what) {
        Ok(text) => Reply::new(200, JSON, text),
        Err(_) => wrong(500, "this can't be shown"),
    }
}

/// A list as one line of JSON each.
fn lines<T: Serialize>(list: &[T]) -> Reply {
    let line = |one| serde_json::to_string(one).map(|line| line + "\n");
    match list.iter().map(line).collect::<Result<String, _>>() {
        Ok(text) => Reply::new(200, "application/x-ndjson", text),
        Err(_) => wrong(500, "this can't be shown"),
    }
}

/// The events after `after`, `limit` of them at most; the headers say where to go on, and how many are lost.
fn events(vendor: &Vendor, incoming: &Incoming) -> Reply {
    let Some((after, limit)) = range(incoming) else { return wrong(400, NO_RANGE) };
    let page = vendor.events().page(after, limit);
    lines(&page.events).with("x-cursor", page.cursor.to_string()).with("x-lost", page.lost.to_string())
}

/// How the grants after `after` stand, `limit` of them at most.
fn grants(vendor: &Vendor, incoming: &Incoming) -> Reply {
    let Some((after, limit)) = range(incoming) else { return wrong(400, NO_RANGE) };
    let now = vendor.now();
    let standings = vendor.store().standings(after, limit, now);
    lines(&standings)
}

const NO_RANGE: &str = "`after` and `limit` must be whole numbers";

fn range(incoming: &Incoming) -> Option<(u64, usize)> {
    let number = |wanted: &str, default: u64| {
        let mut pairs = incoming.query.as_deref().unwrap_or_default().iter();
        pairs.find(|(name, _)| name == wanted).map_or(Some(default), |(_, value)| value.parse().ok())
    };
    let limit = number("limit", 10_000)?.min(100_000);
    Some((number("after", 0)?, usize::try_from(limit).ok()?))
}

fn post(vendor: &Vendor, action: &str, incoming: &Incoming) -> Reply {
    // A form could be posted by any page in the user's browser; JSON can't without asking first.
    if incoming.body.media_type.as_deref() != Some(JSON) {
        return wrong(415, "an action is posted as application/json");
    }
    let Ok(body @ Value::Object(_)) = serde_json::from_str::<Value>(&incoming.body.raw) else {
        return wrong(400, "the body must be one JSON object");
    };
    let outcome = match action {
        "mint" => mint(vendor, &body),
        "add_fault" => add_fault(vendor, body),
        _ => act(vendor, action, &body).map(|()| Reply::json(200, &json!({}))),
    };
    outcome.unwrap_or_else(|why| wrong(400, &why))
}

fn add_fault(vendor: &Vendor, body: Value) -> Result<Reply, String> {
    let fault = serde_json::from_value(body).map_err(|wrong| format!("this is no fault: {wrong}"))?;
    let id = vendor.add_fault(fault).map_err(|wrong| wrong.to_string())?;
    Ok(Reply::json(200, &json!({ "id": id })))
}

fn mint(vendor: &Vendor, body: &Value) -> Result<Reply, String> {
    let count = body.get("count").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let count = count.ok_or("`count` must be a whole number")?;
    vendor.mint(count).map(|minted| lines(&minted)).map_err(|wrong| wrong.to_string())
}

fn act(vendor: &Vendor, action: &str, body: &Value) -> Result<(), String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).ok_or_else(|| format!("`{name}` must be a string"));
    let fail = |when, times| {
        let outcome = vendor.fail(text("operation")?, text("failure")?, when, times);
        outcome.map_err(|wrong| wrong.to_string())
    };
    match action {
        "advance" => {
            let seconds = body.get("seconds").and_then(Value::as_u64).ok_or("`seconds` must be a whole number")?;
            vendor.clock.advance(Duration::from_secs(seconds));
        }
        "deny_next_consent" => vendor.consents().deny_next = true,
        "drop_state" => {
            let drop = body.get("drop").map_or(Some(true), Value::as_bool).ok_or("`drop` must be true or false")?;
            vendor.consents().drop_state = drop;
        }
        "decide_device" => {
            let allow = body.get("allow").map_or(Some(true), Value::as_bool).ok_or("`allow` must be true or false")?;
            device::decide(vendor, text("user_code")?, allow)?;
        }
        "fail_next" => {
            let times = body.get("times").map_or(Some(1), Value::as_u64).and_then(|times| u32::try_from(times).ok());
            fail(None, Some(times.ok_or("`times` must be a whole number")?))?;
        }
        "fail_when" => fail(Some((text("input")?.to_owned(), text("value")?.to_owned())), None)?,
        "clear_faults" => vendor.faults().clear(),
        "renewals" => {
            let renewals = serde_json::from_value(body.clone());
            vendor.set_renewals(renewals.map_err(|wrong| format!("these are no rules for renewals: {wrong}"))?);
        }
        "id_tokens" => {
            let told = serde_json::from_value(body.clone());
            vendor.id_tokens().told = told.map_err(|wrong| format!("no ID tokens are so: {wrong}"))?;
        }
        "rotate_keys" => {
            let keeps = body.get("keeps_old").map_or(Some(false), Value::as_bool);
            vendor.id_tokens().rotate(keeps.ok_or("`keeps_old` must be true or false")?);
        }
        "skew" => vendor.skew(body.get("seconds").and_then(Value::as_i64).ok_or("`seconds` must be a whole number")?),
        "clear_failures" => vendor.failures().clear(),
        "revoke_access_tokens" => vendor.revoke_access_tokens(),
        "revoke_refresh_tokens" => vendor.revoke_refresh_tokens(),
        "register_redirect_uri" => vendor.register(text("redirect_uri")?).map_err(|wrong| wrong.to_string())?,
        _ => return Err("there is no such action; GET /_sandbox lists them".to_owned()),
    }
    Ok(())
}

fn info(vendor: &Vendor) -> Value {
    let now = vendor.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let operations = vendor.routes.iter().map(|route| {
        let request = route.operation.request();
        json!({ "name": route.operation.name(), "method": request.method.as_str(), "url": request.url.to_string() })
    });
    json!({
        "provider": vendor.provider.name.wire,
        "title": vendor.provider.title,
        "origin": vendor.origin,
        "client_id": CLIENT_ID,
        "client_secret": client_secret(&vendor.provider),
        "client_key": client_key(&vendor.provider),
        "username": USERNAME,
        "password": PASSWORD,
        "redirect_uris": *vendor.redirect_uris(),
        "now": now.as_secs(),
        "operations": operations.collect::<Vec<_>>(),
    })
}

/// Whether a `Host` names this machine by itself.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    matches!(name.map_or(host, |(name, _)| name), "127.0.0.1" | "localhost" | "[::1]")
}

fn wrong(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({ "error": why }))
}
