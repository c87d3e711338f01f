//! The authorization request, the consent, and the way back (RFC 6749, sections 4.1.1 and 4.1.2).

use std::collections::HashMap;

use authsmith_codegen::model::{Authorize, Pkce};
use serde_json::Value;
use url::Url;

use crate::answers::CODE_SECONDS;
use crate::decode::{Decoded, Wrong};
use crate::incoming::{Body, Incoming, Members};
use crate::page;
use crate::refusals::Refusal;
use crate::reply::Reply;
use crate::routes::Operation;
use crate::store::{Binding, Code, Granted, fresh, later};
use crate::vendor::Vendor;

/// Consents asked for, and what they were told to be.
#[derive(Debug, Default)]
pub(crate) struct Consents {
    pending: HashMap<String, Asked>,
    pub(crate) deny_next: bool,
    pub(crate) drop_state: bool,
}

/// A consent that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    state: Option<String>,
    scope: Option<String>,
    challenge: Option<String>,
    code_seconds: u64,
}

/// Answers an authorization request: with a page for a browser, and at once for a program.
pub(crate) fn begin(vendor: &Vendor, operation: &Operation, incoming: &Incoming, decoded: &Decoded) -> Reply {
    let Operation::Authorize(authorize) = operation else {
        return refuse_here(vendor, incoming, "it is no authorization request");
    };
    // RFC 6749, section 4.1.2.1: nobody is sent to a redirect URI that can't be trusted.
    let redirect_uri = match trusted(vendor, authorize, decoded) {
        Ok(uri) => uri,
        Err(why) => return refuse_here(vendor, incoming, &why),
    };
    let text = |name: &str| decoded.values.get(name).and_then(Value::as_str).map(str::to_owned);
    let scope = text("scope");
    let separator = authorize.scope_separator.as_str();
    let scopes = scope.iter().flat_map(|scope| scope.split(separator)).map(str::to_owned).collect();
    let asked = Asked {
        redirect_uri,
        scopes,
        state: text("state"),
        scope,
        challenge: text("code_challenge"),
        code_seconds: authorize.code_lifetime.unwrap_or(CODE_SECONDS),
    };
    if let Some((code, why)) = mistake(authorize, &asked, decoded) {
        return asked.back(vendor, &[("error", code), ("error_description", &why)]);
    }
    if let Some(failure) = vendor.failures().due(operation, &decoded.values) {
        let code = failure.code.unwrap_or_else(|| "server_error".to_owned());
        return asked.back(vendor, &[("error", &code), ("error_description", &failure.text)]);
    }
    if incoming.wants_page() {
        return ask(vendor, authorize, asked);
    }
    let denied = std::mem::take(&mut vendor.consents().deny_next);
    if denied { asked.deny(vendor) } else { asked.allow(vendor) }
}

/// The redirect URI, if the client and the URI are known.
fn trusted(vendor: &Vendor, authorize: &Authorize, decoded: &Decoded) -> Result<String, String> {
    let client = decoded.mistakes.iter().find(|mistake| mistake.kind == Wrong::Client);
    if let Some(mistake) = client {
        return Err(mistake.text.clone());
    }
    let registered = vendor.redirect_uris();
    let sends_uri = authorize.request.params.iter().any(|param| param.value.to_string() == "<redirect_uri>");
    if !sends_uri {
        return registered.last().cloned().ok_or_else(|| "no redirect URI is registered".to_owned());
    }
    let Some(uri) = decoded.values.get("redirect_uri").and_then(Value::as_str) else {
        let why: Vec<&str> = decoded.mistakes.iter().map(|mistake| mistake.text.as_str()).collect();
        return Err(why.join("; "));
    };
    if registered.iter().any(|known| known == uri) || (!vendor.registered_only && is_harmless(uri)) {
        return Ok(uri.to_owned());
    }
    Err("`redirect_uri` is not registered, and neither on loopback nor of a scheme of its own".to_owned())
}

/// A URI on loopback over http (RFC 8252, section 7.3), or with the private scheme of an app (section 7.1).
fn is_harmless(uri: &str) -> bool {
    let Ok(parsed) = Url::parse(uri) else { return false };
    let known_elsewhere = ["https", "javascript", "data", "file", "blob", "about", "vbscript", "ftp", "ws", "wss"];
    let place_fits = match parsed.scheme() {
        "http" => matches!(parsed.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        scheme => !known_elsewhere.contains(&scheme),
    };
    place_fits && parsed.fragment().is_none() && uri.chars().all(|char| char.is_ascii_graphic())
}

fn refuse_here(vendor: &Vendor, incoming: &Incoming, why: &str) -> Reply {
    if incoming.wants_page() {
        return Reply::html(400, page::refusal(&vendor.provider.title, why));
    }
    Refusal::new("invalid_request", why).reply(&vendor.provider)
}

/// What is wrong with a request whose redirect URI is trusted: the error code and the explanation.
fn mistake(authorize: &Authorize, asked: &Asked, decoded: &Decoded) -> Option<(&'static str, String)> {
    if let Some(refusal) = Refusal::of(&decoded.mistakes, false) {
        let missing_type = decoded.mistakes.iter().any(|mistake| mistake.kind == Wrong::Discriminator);
        return Some((if missing_type { "unsupported_response_type" } else { "invalid_request" }, refusal.text));
    }
    if asked.scopes.iter().any(|scope| scope.is_empty() || !scope.chars().all(is_scope_char)) {
        return Some(("invalid_scope", "`scope` is not a list of scopes as the vendor joins them".to_owned()));
    }
    let is_challenge = |text: &String| {
        text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if authorize.pkce == Pkce::S256 && !asked.challenge.as_ref().is_some_and(is_challenge) {
        return Some(("invalid_request", "`code_challenge` is not the base64url of a SHA-256".to_owned()));
    }
    None
}

/// RFC 6749, section 3.3.
fn is_scope_char(char: char) -> bool {
    char.is_ascii_graphic() && !matches!(char, '"' | '\\')
}

fn ask(vendor: &Vendor, authorize: &Authorize, asked: Asked) -> Reply {
    let id = match fresh("consent") {
        Ok(id) => id,
        Err(refusal) => return refusal.reply(&vendor.provider),
    };
    let html = page::consent(&vendor.provider, authorize, &asked, &id);
    vendor.consents().pending.insert(id, asked);
    Reply::html(200, html)
}

/// Takes the decision that the user made on the page.
pub(crate) fn decide(vendor: &Vendor, body: &Body) -> Reply {
    let member = |wanted: &str| {
        let Ok(Members::Form(list)) = &body.members else { return None };
        list.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_str())
    };
    // A consent is taken once.
    let asked = member("consent").and_then(|id| vendor.consents().pending.remove(id));
    match (asked, member("decision")) {
        (Some(asked), Some("allow")) => asked.allow(vendor),
        (Some(asked), Some("deny")) => asked.deny(vendor),
        _ => {
            let why = "This consent was not asked for, or was given before. Go back to the app and start again.";
            Reply::html(400, page::refusal(&vendor.provider.title, why))
        }
    }
}

impl Asked {
    fn allow(&self, vendor: &Vendor) -> Reply {
        let code = match fresh("code") {
            Ok(code) => code,
            Err(refusal) => return refusal.reply(&vendor.provider),
        };
        let mut store = vendor.store();
        let granted = Granted { family: store.new_family(), scope: self.scope.clone() };
        let binding = Binding { redirect_uri: self.redirect_uri.clone(), challenge: self.challenge.clone() };
        let expires_at = later(vendor.clock.now(), self.code_seconds);
        store.codes.insert(code.clone(), Code { granted, binding: Some(binding), expires_at, used: false });
        drop(store);
        self.back(vendor, &[("code", &code)])
    }

    fn deny(&self, vendor: &Vendor) -> Reply {
        self.back(vendor, &[("error", "access_denied")])
    }

    /// Sends the user back to the app.
    fn back(&self, vendor: &Vendor, params: &[(&str, &str)]) -> Reply {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params);
        let drop_state = vendor.consents().drop_state;
        if let Some(state) = self.state.as_ref().filter(|_| !drop_state) {
            query.append_pair("state", state);
        }
        let joint = if self.redirect_uri.contains('?') { '&' } else { '?' };
        Reply::redirect(format!("{}{joint}{}", self.redirect_uri, query.finish()))
    }
}
