//! Security schemes as `authorize`, `token`, `device` and `grants`.

use serde_json::Value;
use url::Url;

use super::Document;
use super::calls::Operation;
use crate::new::document::{prose, text};
use crate::new::names;
use crate::new::sketch::{Of, SURE, Sketch};
use crate::new::yaml::{Map, Node};

/// Adds what the security schemes say; those that the chosen operations ask for come first.
pub fn add(document: Document<'_>, chosen: &[&Operation<'_>], origin: Option<&Url>, sketch: &mut Sketch) {
    let mut schemes = document.members("/components/securitySchemes");
    let asked = asked(document, chosen);
    schemes.sort_by_key(|(name, _)| !asked.contains(name));
    let kind = |scheme: &Value| text(scheme, "type").unwrap_or_default().to_owned();
    let mut flows = schemes.iter().filter(|(_, scheme)| kind(scheme) == "oauth2");
    if let Some((_, scheme)) = flows.next() {
        self::flows(scheme.get("flows").unwrap_or(&Value::Null), origin, sketch);
    }
    flows.for_each(|(name, _)| sketch.tell(format!("{name}: a second scheme of OAuth, which the spec doesn't have")));
    let by_token = schemes.iter().any(|(_, scheme)| {
        let http = kind(scheme) == "http" && text(scheme, "scheme").is_some_and(|it| it.eq_ignore_ascii_case("bearer"));
        http || matches!(kind(scheme).as_str(), "oauth2" | "openIdConnect")
    });
    let mut presented = by_token;
    for (name, scheme) in &schemes {
        match kind(scheme).as_str() {
            "oauth2" => {}
            "openIdConnect" => {
                let url = text(scheme, "openIdConnectUrl").unwrap_or("its discovery document");
                sketch.tell(format!("{name}: --from-discovery {url} tells the endpoints"));
            }
            "http" if text(scheme, "scheme").is_some_and(|it| it.eq_ignore_ascii_case("bearer")) => {}
            "apiKey" if !presented => {
                presented = true;
                api_key(name, scheme, sketch);
            }
            other => {
                let other = if other.is_empty() { "no type" } else { other };
                sketch.tell(format!("{name}: a scheme of {other}, which is no token of OAuth, is left out"));
            }
        }
    }
}

/// The schemes that the chosen operations ask for.
fn asked<'a>(document: Document<'a>, chosen: &[&Operation<'a>]) -> Vec<&'a str> {
    let of = |value: &'a Value| value.get("security").and_then(Value::as_array);
    let lists = chosen.iter().filter_map(|operation| of(operation.value)).chain(of(document.root));
    lists.flatten().filter_map(Value::as_object).flatten().map(|(name, _)| name.as_str()).collect()
}

/// A key in place of a token: where it is shown.
fn api_key(name: &str, scheme: &Value, sketch: &mut Sketch) {
    let (Some(place), Some(wire)) = (text(scheme, "in"), text(scheme, "name")) else { return };
    let present = match place {
        "header" | "query" | "cookie" => Map::default().with(place, wire),
        _ => return,
    };
    sketch.spec.edit("tokens", |tokens| {
        tokens.spread();
        tokens.set("access", Map::default().with("present", present));
        tokens.above("access", format!("{SURE} the document calls it a key ({name}), and says no way to get it"));
    });
}

fn flows(flows: &Value, origin: Option<&Url>, sketch: &mut Sketch) {
    let flow = |name: &str| flows.get(name).filter(|flow| flow.is_object());
    let [code, implicit, own, password, device] =
        ["authorizationCode", "implicit", "clientCredentials", "password", "deviceAuthorization"].map(flow);
    let asks = code.or(implicit);
    let mut url = |flow: Option<&Value>, key: &str| endpoint(flow?, key, origin, sketch);
    let authorize = url(asks, "authorizationUrl");
    let consent = url(device, "deviceAuthorizationUrl");
    let tokens = [code, own, password, device].map(|flow| url(flow, "tokenUrl"));
    let refresh = url(code, "refreshUrl");
    let token = tokens.iter().flatten().next().cloned();
    if let Some(asks) = asks {
        let scopes = scopes(asks, sketch);
        sketch.spec.edit("authorize", |section| {
            authorize.into_iter().for_each(|url| section.set("url", url));
            scopes.into_iter().for_each(|scopes| section.set("scopes", scopes));
        });
        if code.is_none() {
            sketch.tell("the document knows only the implicit flow, which RFC 9700 forbids; the spec exchanges a code");
            sketch
                .spec
                .above("authorize", format!("{SURE} the vendor gives a code; the document has the implicit flow"));
        }
    }
    if let Some(url) = consent {
        let scopes = device.filter(|_| asks.is_none()).and_then(|device| scopes(device, sketch));
        let section = Map::default().with("url", url);
        sketch.spec.set(
            "device",
            match scopes {
                Some(scopes) => section.with("scopes", scopes),
                None => section,
            },
        );
    }
    token.iter().for_each(|url| sketch.spec.edit("token", |section| section.set("url", url.clone())));
    let elsewhere = |url: &Option<String>| url.clone().filter(|url| Some(url) != token.as_ref());
    let at = |url: Option<String>| url.map_or_else(Map::default, |url| Map::default().with("post", url));
    let [_, of_own, of_password, of_device] = &tokens;
    let mut grants = Map::block();
    if asks.is_some() {
        grants.set("exchange_code", Map::default());
    }
    if device.is_some() {
        grants.set("exchange_device_code", at(elsewhere(of_device)));
    }
    if asks.is_some() || device.is_some() || password.is_some() {
        grants.set("refresh", at(elsewhere(&refresh)));
    }
    if let Some(flow) = own {
        let scopes = scopes(flow, sketch);
        let grant = at(elsewhere(of_own));
        grants.set("client_credentials", scopes.map_or(grant.clone(), |scopes| grant.with("scopes", scopes)));
    }
    if password.is_some() {
        let grant = Map::default().with("kind", "password");
        let grant = elsewhere(of_password).map_or(grant.clone(), |url| grant.with("post", url));
        let why = "A password grant shows the user's password to the app (RFC 9700, section 2.4).";
        grants.set("log_in", grant.with("discouraged", Node::Prose(why.to_owned())));
    }
    let plain = grants.keys().all(|name| grants.map(name).is_some_and(Map::is_empty));
    let standard = plain && own.is_none() && asks.is_some() && (device.is_none() || sketch.spec.has("device"));
    if !grants.is_empty() && !standard {
        sketch.spec.set("grants", grants);
    }
}

/// An endpoint of a flow as a template; one that is relative stands on the server.
fn endpoint(flow: &Value, key: &str, origin: Option<&Url>, sketch: &mut Sketch) -> Option<String> {
    let written = text(flow, key)?;
    let relative = written.starts_with(['/', '.']) && !written.starts_with("//");
    let url = match (relative, origin) {
        (true, Some(origin)) => origin.join(written).ok()?.to_string(),
        (true, None) => {
            sketch.tell(format!("{key} is {written}, and the document doesn't say on which host"));
            return None;
        }
        (false, _) => written.to_owned(),
    };
    Some(sketch.url(&url, Of::Deployment).0)
}

/// The scopes of a flow: a list, or with what they are for.
fn scopes(flow: &Value, sketch: &mut Sketch) -> Option<Node> {
    let known = flow.get("scopes").and_then(Value::as_object).filter(|scopes| !scopes.is_empty())?;
    let sound = |scope: &&str| !scope.contains(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\\'));
    let listed = names::distinct(known.keys().map(String::as_str).filter(sound));
    for left in known.keys().filter(|scope| !listed.contains(scope)) {
        sketch.tell(format!("the scope `{left}` has no name of its own in Rust, or is none, and is left out"));
    }
    let about = |scope: &String| known.get(scope).and_then(Value::as_str).and_then(prose);
    if listed.is_empty() {
        return None;
    }
    if listed.iter().all(|scope| about(scope).is_none()) {
        return Some(listed.iter().map(String::as_str).collect());
    }
    let mut scopes = Map::block();
    for scope in listed {
        let about = about(&scope).unwrap_or_else(|| scope.clone());
        scopes.set(scope, Node::Prose(about));
    }
    Some(scopes.into())
}

/// Marks what no OpenAPI document says, and the arguments didn't say either.
pub fn unsaid(sketch: &mut Sketch, client: bool, pkce: bool) {
    if !pkce && sketch.spec.has("authorize") {
        let why = "the vendor takes a code_challenge (PKCE), which OpenAPI doesn't say; `pkce: none` where it doesn't";
        sketch.spec.above("authorize", format!("{SURE} {why}"));
    }
    if !client && sketch.spec.has("token") {
        let why = "how the client authenticates, which OpenAPI doesn't say: by HTTP Basic here; `client: body` is the other way";
        sketch.spec.above("token", format!("{SURE} {why}"));
    }
}
