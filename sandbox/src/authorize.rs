//! The authorization request, the consent, and the way back (RFC 6749, sections 4.1.1 and 4.1.2).

use std::collections::HashMap;

use authsmith_codegen::model::{Alphabet, Authorize, Pkce, StateRule};
use serde_json::Value;
use url::Url;

use crate::answers::{self, CODE_SECONDS};
use crate::connection::{self, Connection};
use crate::decode::{Decoded, Values, Wrong};
use crate::incoming::{Body, Incoming, Members, form};
use crate::known::{Known, Outcome, Stages};
use crate::page;
use crate::refusals::Refusal;
use crate::reply::Reply;
use crate::routes::Operation;
use crate::store::{Binding, Code, Granted, later};
use crate::tokens::fresh;
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
    /// As it was sent.
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    state: Option<String>,
    /// How the answer travels (`response_mode`), where the spec says so.
    mode: Option<String>,
    scope: Option<String>,
    challenge: Option<String>,
    code_seconds: u64,
    /// What the request says of the connection.
    connection: Connection,
    values: Values,
}

/// Answers an authorization request: with a page for a browser, and at once for a program.
pub(crate) fn begin(vendor: &Vendor, operation: &Operation, incoming: &Incoming, decoded: &mut Decoded) -> Reply {
    let Operation::Authorize(authorize) = operation else {
        return refuse_here(vendor, incoming, "it is no authorization request");
    };
    if decoded.mistakes.is_empty() {
        let none = Connection::new();
        decoded.mistakes = connection::check(&vendor.provider, &vendor.settings, operation, decoded, &none);
    }
    // RFC 6749, section 4.1.2.1: nobody is sent to a redirect URI that can't be trusted.
    let redirect_uri = match trusted(vendor, authorize, decoded) {
        Ok(uri) => uri,
        Err(why) => return refuse_here(vendor, incoming, &why),
    };
    let text = |name: &str| decoded.values.get(name).and_then(Value::as_str).map(str::to_owned);
    let inside = || state_inside(&redirect_uri, &authorize.callback.state).map(|(_, state)| state);
    let state = if authorize.state_in_redirect_uri { inside() } else { text("state") };
    let scope = text("scope");
    let separator = authorize.scope_separator.as_str();
    let further = authorize.scope_lists.iter().filter_map(|list| text(&list.name.wire));
    let lists: Vec<String> = scope.iter().cloned().chain(further).collect();
    let scopes = lists.iter().flat_map(|scope| scope.split(separator)).map(str::to_owned).collect();
    let asked = Asked {
        redirect_uri,
        scopes,
        state,
        mode: mode(authorize),
        scope,
        challenge: text("code_challenge"),
        code_seconds: authorize.code_lifetime.unwrap_or(CODE_SECONDS),
        connection: connection::lasting(&vendor.provider, &decoded.values),
        values: decoded.values.clone(),
    };
    if let Some((code, why)) = mistake(authorize, &asked, decoded) {
        return asked.refuse(vendor, code, &why);
    }
    if let Some(failure) = vendor.failures().due(operation, &decoded.values) {
        let code = failure.code.unwrap_or_else(|| "server_error".to_owned());
        return asked.refuse(vendor, &code, &failure.text);
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
    let known = base(authorize, uri)?;
    if registered.contains(&known) || (!vendor.registered_only && is_harmless(&known)) {
        return Ok(uri.to_owned());
    }
    Err("`redirect_uri` is not registered, and neither on loopback nor of a scheme of its own".to_owned())
}

/// The redirect URI without the state, where that stands in it; elsewhere nothing in it may look like the answer.
fn base(authorize: &Authorize, uri: &str) -> Result<String, String> {
    let names = &authorize.callback;
    let own = state_inside(uri, &names.state);
    match (authorize.state_in_redirect_uri, own) {
        (true, None) => Err(format!("`redirect_uri` does not end with `{}` in its query", names.state)),
        (true, Some((base, _))) => Ok(base),
        (false, Some(_)) => Err(format!("`redirect_uri` has a `{}` of its own", names.state)),
        (false, None) => Ok(uri.to_owned()),
    }
}

/// A redirect URI whose query ends with the state: without it, and the state.
fn state_inside(uri: &str, name: &str) -> Option<(String, String)> {
    let (base, last) = uri.rsplit_once(['?', '&'])?;
    match form(last).ok()?.as_slice() {
        [(known, state)] if known == name && !state.is_empty() => Some((base.to_owned(), state.clone())),
        _ => None,
    }
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
    Refusal::new("invalid_request", why).reply(vendor, None)
}

/// What is wrong with a request whose redirect URI is trusted: the error code and the explanation.
fn mistake(authorize: &Authorize, asked: &Asked, decoded: &Decoded) -> Option<(&'static str, String)> {
    if let Some(refusal) = Refusal::of(&decoded.mistakes, false) {
        let missing_type = decoded.mistakes.iter().any(|mistake| mistake.kind == Wrong::Discriminator);
        return Some((if missing_type { "unsupported_response_type" } else { "invalid_request" }, refusal.text));
    }
    if !asked.scopes.iter().all(|scope| is_scope(scope)) {
        return Some(("invalid_scope", "`scope` is not a list of scopes as the vendor joins them".to_owned()));
    }
    if asked.scope.is_none() && !authorize.default_scopes.is_empty() {
        return Some(("invalid_scope", "`scope` is missing".to_owned()));
    }
    if let (Some(state), Some(rule)) = (&asked.state, &authorize.state_rule)
        && !obeys(state, *rule)
    {
        let why = format!("`state` must be {} characters of the vendor's alphabet", rule.length);
        return Some(("invalid_request", why));
    }
    let is_challenge = |text: &String| {
        text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if authorize.pkce == Pkce::S256 && !asked.challenge.as_ref().is_some_and(is_challenge) {
        return Some(("invalid_request", "`code_challenge` is not the base64url of a SHA-256".to_owned()));
    }
    None
}

fn obeys(state: &str, rule: StateRule) -> bool {
    let fits = |byte: u8| match rule.alphabet {
        Alphabet::Alphanumeric => byte.is_ascii_alphanumeric(),
        Alphabet::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        Alphabet::Digits => byte.is_ascii_digit(),
        Alphabet::UrlSafe => byte.is_ascii_alphanumeric() || b"-_".contains(&byte),
    };
    u32::try_from(state.len()) == Ok(rule.length) && state.bytes().all(fits)
}

/// How the spec asks for its callback: with `response_mode`, by OAuth 2.0 Multiple Response Type Encoding Practices.
fn mode(authorize: &Authorize) -> Option<String> {
    let param = authorize.request.params.iter().find(|param| param.name == "response_mode")?;
    Some(param.value.to_string())
}

/// RFC 6749, section 3.3.
pub(crate) fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_graphic() && !matches!(char, '"' | '\\'))
}

fn ask(vendor: &Vendor, authorize: &Authorize, asked: Asked) -> Reply {
    let id = match fresh("consent") {
        Ok(id) => id,
        Err(refusal) => return refusal.reply(vendor, None),
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
            Err(refusal) => return refusal.reply(vendor, None),
        };
        let mut store = vendor.store();
        let granted = Granted { family: store.new_family(), scope: self.scope.clone() };
        store.remember(granted.family, self.connection.clone());
        if let Some(nonce) = self.values.get("login_nonce").and_then(Value::as_str) {
            store.expect_nonce(granted.family, nonce.to_owned());
        }
        let mut params = Vec::new();
        if let Some(authorize) = &vendor.provider.authorize {
            params.push((authorize.callback.code.as_str(), code.clone()));
            let kept = answers::kept(&vendor.provider, &authorize.callback.keep, &granted, &store);
            for (one, value) in authorize.callback.keep.iter().zip(kept) {
                let news = Connection::from([(one.name.wire.clone(), Value::from(value.as_str()))]);
                store.remember(granted.family, news);
                params.push((one.from.as_str(), value));
            }
        }
        let binding = Binding { redirect_uri: self.redirect_uri.clone(), challenge: self.challenge.clone() };
        let expires_at = later(vendor.now(), self.code_seconds);
        store.codes.insert(code, Code { granted, binding: Some(binding), expires_at, used: false });
        drop(store);
        self.back(vendor, params)
    }

    fn deny(&self, vendor: &Vendor) -> Reply {
        let silent = vendor.provider.authorize.as_ref().is_some_and(|authorize| authorize.callback.denied_by_absence);
        if silent { self.back(vendor, Vec::new()) } else { self.refuse(vendor, "access_denied", "") }
    }

    fn refuse(&self, vendor: &Vendor, code: &str, why: &str) -> Reply {
        let names = vendor.provider.authorize.as_ref().map(|authorize| &authorize.callback);
        let error = names.map_or("error", |names| &names.error);
        let text = names.map_or("error_description", |names| &names.error_text);
        let params = [(error, code.to_owned()), (text, why.to_owned())];
        self.back(vendor, params.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Sends the user back to the app.
    fn back(&self, vendor: &Vendor, params: Vec<(&str, String)>) -> Reply {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params);
        let drop_state = vendor.consents().drop_state;
        let callback = vendor.provider.authorize.as_ref().map(|authorize| &authorize.callback);
        let own = vendor.provider.authorize.as_ref().is_some_and(|authorize| authorize.state_in_redirect_uri);
        if let Some(state) = self.state.as_ref().filter(|_| !drop_state && !own) {
            query.append_pair(callback.map_or("state", |callback| &callback.state), state);
        }
        // RFC 9207, section 2: in answers of success and of failure alike.
        if let Some(issuer) = callback.and_then(|callback| callback.issuer.as_ref()) {
            let (provider, settings, stages) = (&vendor.provider, &vendor.settings, &Stages::new());
            let known = Known { provider, settings, inputs: &[], values: &self.values, stages };
            if let Outcome::Is(issuer) = known.template(issuer) {
                query.append_pair("iss", &String::from_utf8_lossy(&issuer));
            }
        }
        let bare = callback.filter(|_| own && drop_state);
        let bare = bare.and_then(|callback| state_inside(&self.redirect_uri, &callback.state)).map(|(base, _)| base);
        let (uri, query) = (bare.as_ref().unwrap_or(&self.redirect_uri), query.finish());
        match self.mode.as_deref() {
            Some("fragment") => Reply::redirect(format!("{uri}#{query}")),
            Some("form_post") => Reply::html(200, page::posting(&vendor.provider.title, uri, &query)),
            _ => Reply::redirect(format!("{uri}{}{query}", if uri.contains('?') { '&' } else { '?' })),
        }
    }
}
