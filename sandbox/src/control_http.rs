//! The control of a vendor over HTTP: `/_sandbox` and what is below it.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::incoming::{Incoming, JSON, header};
use crate::reply::Reply;
use crate::vendor::Vendor;
use crate::{CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME, authorize, page};

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
        ("GET", "requests") => match serde_json::to_value(&*vendor.log()) {
            Ok(log) => Reply::json(200, &log),
            Err(_) => wrong(500, "the requests can't be shown"),
        },
        ("GET", "fragment") => fragment(vendor, incoming),
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

fn post(vendor: &Vendor, action: &str, incoming: &Incoming) -> Reply {
    // A form could be posted by any page in the user's browser; JSON can't without asking first.
    if incoming.body.media_type.as_deref() != Some(JSON) {
        return wrong(415, "an action is posted as application/json");
    }
    let Ok(body @ Value::Object(_)) = serde_json::from_str::<Value>(&incoming.body.raw) else {
        return wrong(400, "the body must be one JSON object");
    };
    match act(vendor, action, &body) {
        Ok(()) => Reply::json(200, &json!({})),
        Err(why) => wrong(400, &why),
    }
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
        "fail_next" => {
            let times = body.get("times").map_or(Some(1), Value::as_u64).and_then(|times| u32::try_from(times).ok());
            fail(None, Some(times.ok_or("`times` must be a whole number")?))?;
        }
        "fail_when" => fail(Some((text("input")?.to_owned(), text("value")?.to_owned())), None)?,
        "clear_failures" => vendor.failures().clear(),
        "revoke_access_tokens" => vendor.revoke_access_tokens(),
        "revoke_refresh_tokens" => vendor.revoke_refresh_tokens(),
        "register_redirect_uri" => vendor.register(text("redirect_uri")?).map_err(|wrong| wrong.to_string())?,
        _ => return Err("there is no such action; GET /_sandbox lists them".to_owned()),
    }
    Ok(())
}

fn info(vendor: &Vendor) -> Value {
    let now = vendor.clock.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let operations = vendor.routes.iter().map(|route| {
        let request = route.operation.request();
        json!({ "name": route.operation.name(), "method": request.method.as_str(), "url": request.url.to_string() })
    });
    json!({
        "provider": vendor.provider.name.wire,
        "title": vendor.provider.title,
        "origin": vendor.origin,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "username": USERNAME,
        "password": PASSWORD,
        "redirect_uris": *vendor.redirect_uris(),
        "now": now.as_secs(),
        "operations": operations.collect::<Vec<_>>(),
    })
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    matches!(name.map_or(host, |(name, _)| name), "127.0.0.1" | "localhost" | "[::1]")
}

fn wrong(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({ "error": why }))
}
