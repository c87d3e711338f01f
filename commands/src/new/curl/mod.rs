//! `curl` lines of a vendor's page as a spec.

mod call;
mod line;
mod options;
mod request;
mod role;
mod words;

use super::names;
use super::sketch::{Of, SURE, Sketch};
use super::yaml::{Map, Node};
use crate::stop::{Outcome, Stop};
use line::Line;
use request::Keys;
use role::{Kind, Role};

/// Adds what the lines show to the spec.
pub fn read(texts: &[String], sketch: &mut Sketch) -> Outcome {
    let mut reader = Reader { sketch, exchanges: false, verifies: false, refreshes: false, asks: false };
    let mut made = false;
    for text in texts {
        for words in words::commands(text)? {
            let line = line::line(&words)?;
            line.told.iter().for_each(|told| reader.sketch.tell(told.clone()));
            made |= reader.add(&line);
        }
    }
    if !made {
        return Err(Stop::new(
            "none of the curl lines asks for consent, gets a token or shows one; nothing was written",
        ));
    }
    reader.finish();
    Ok(())
}

/// Reads line after line.
struct Reader<'a> {
    sketch: &'a mut Sketch,
    /// Whether a line exchanges a code, with a PKCE verifier or without.
    exchanges: bool,
    verifies: bool,
    /// Whether a line refreshes.
    refreshes: bool,
    /// Whether a line asks for consent.
    asks: bool,
}

impl Reader<'_> {
    /// Adds one line; false when it is nothing that a spec holds.
    fn add(&mut self, line: &Line) -> bool {
        match role::role(line) {
            Role::Authorize => self.authorize(line),
            Role::Device => self.device(line),
            Role::Grant(kind) => self.grant(line, Role::Grant(kind)),
            Role::Custom => self.grant(line, Role::Custom),
            Role::Revoke => self.revoke(line),
            Role::Call => return call::add(self.sketch, line),
            Role::Nothing => {
                let url = line.url.escape_debug();
                self.sketch.tell(format!("{} {url} shows neither a client nor a token, and is left out", line.method));
                return false;
            }
        }
        true
    }

    fn authorize(&mut self, line: &Line) {
        let keys = request::keys(self.sketch, Role::Authorize, line);
        let (url, _) = self.sketch.url(&line.url, Of::Deployment);
        self.asks = true;
        self.verifies |= keys.found.contains(&"code_challenge");
        let Keys { map, scopes, separator, .. } = keys;
        self.sketch.spec.edit("authorize", |authorize| {
            authorize.set("url", url);
            scopes_of(scopes, separator, false, authorize);
            for key in ["omit", "rename", "inputs", "send"] {
                if let Some(value) = map.get(key) {
                    authorize.set(key, value.clone());
                }
            }
        });
    }

    fn device(&mut self, line: &Line) {
        let keys = request::keys(self.sketch, Role::Device, line);
        let (url, _) = self.sketch.url(&line.url, Of::Deployment);
        let mut device = Map::default().with(if line.method == "GET" { "get" } else { "url" }, url);
        scopes_of(keys.scopes.clone(), keys.separator, false, &mut device);
        self.differing(&keys, &mut device);
        merge(&keys.map, &mut device);
        device.order(&["url", "get", "client", "params_in", "encoding", "scopes"]);
        self.sketch.spec.set("device", device);
    }

    fn revoke(&mut self, line: &Line) {
        let mut keys = request::keys(self.sketch, Role::Revoke, line);
        let (url, _) = self.sketch.url(&line.url, Of::Deployment);
        let method = line.method.to_ascii_lowercase();
        if !["get", "post", "delete"].contains(&method.as_str()) {
            self.sketch.tell(format!("a revocation by {method} is left out: the language knows GET, POST and DELETE"));
            return;
        }
        // What is revoked by its own name is that token.
        let renamed = keys.map.map("rename").and_then(|rename| rename.text("token"));
        if renamed == Some("access_token") {
            keys.map.remove("rename");
            keys.map.edit("send", |send| send.set("access_token", "<access_token>"));
            keys.map.set("omit", Node::List(vec!["token".into()]));
        }
        let mut revoke = Map::default().with(method, format!("{url}{}", keys.query));
        self.differing(&keys, &mut revoke);
        merge(&keys.map, &mut revoke);
        self.sketch.spec.set("revoke", revoke);
    }

    fn grant(&mut self, line: &Line, role: Role) {
        let keys = request::keys(self.sketch, role, line);
        let (url, inputs) = self.sketch.url(&line.url, Of::Deployment);
        debug_assert!(inputs.is_empty(), "a token endpoint has settings");
        self.exchanges |= role == Role::Grant(Kind::Code);
        self.refreshes |= role == Role::Grant(Kind::Refresh);
        self.verifies |= keys.found.contains(&"code_verifier");
        let mut grant = Map::default();
        let (name, implied) = match role {
            Role::Grant(kind) => {
                let (_, word, name) = kind.words();
                let implied =
                    ["exchange_code", "refresh", "client_credentials", "exchange_device_code"].contains(&name);
                if !implied {
                    grant.set("kind", word);
                }
                (name.to_owned(), implied)
            }
            _ => {
                grant.set("kind", "custom");
                (custom_name(line), false)
            }
        };
        self.address(line, &url, &keys, &mut grant);
        match role {
            Role::Grant(Kind::Code) => self.asked_scopes(&keys),
            _ => scopes_of(keys.scopes.clone(), keys.separator, true, &mut grant),
        }
        merge(&keys.map, &mut grant);
        let taken = self.sketch.operations();
        let name = match implied && !taken.contains(&name) {
            true => name,
            false => names::free(&name, names::Of::Operation, &taken),
        };
        if implied && !["exchange_code", "refresh", "client_credentials"].contains(&name.as_str()) {
            let (_, word, _) = if let Role::Grant(kind) = role { kind.words() } else { ("", "custom", "") };
            let rest = std::mem::take(&mut grant);
            grant.set("kind", word);
            merge(&rest, &mut grant);
        }
        self.sketch.spec.edit("grants", |grants| {
            grants.spread();
            grants.set(name.clone(), grant);
            let sends = grants.map(&name).is_some_and(|grant| grant.has("send"));
            if sends && role != Role::Grant(Kind::Code) {
                grants.note(&name, format!("{SURE} what is sent is the same every time"));
            }
        });
    }

    /// Method, URL and form of a grant's request: those of the token endpoint, which the first grant sets, and what
    /// differs from them.
    fn address(&mut self, line: &Line, url: &str, keys: &Keys, grant: &mut Map) {
        let known = self.sketch.spec.map("token").and_then(|token| token.text("url")).map(str::to_owned);
        let plain = line.method == "POST" && keys.query.is_empty();
        if known.is_none() {
            let mut token = Map::default().with("url", url);
            if let Some(client) = &keys.client {
                token.set("client", client.clone());
            }
            if let Some(params_in) = keys.params_in {
                token.set("params_in", params_in);
            }
            if keys.encoding == Some("json") {
                token.set("encoding", "json");
            }
            self.sketch.spec.set("token", token);
        }
        if !plain || known.as_deref().is_some_and(|known| known != url) {
            grant.set(line.method.to_ascii_lowercase(), format!("{url}{}", keys.query));
        }
        self.differing(keys, grant);
    }

    /// What a request has otherwise than the token endpoint.
    fn differing(&self, keys: &Keys, map: &mut Map) {
        let token = self.sketch.spec.map("token");
        let client = token.and_then(|token| token.get("client"));
        if keys.client.as_ref() != client {
            map.set("client", keys.client.clone().unwrap_or_else(|| "basic".into()));
        }
        if keys.params_in != token.and_then(|token| token.text("params_in")) {
            map.set("params_in", keys.params_in.unwrap_or("body"));
        }
        let json = token.and_then(|token| token.text("encoding"));
        if keys.encoding != json {
            map.set("encoding", keys.encoding.unwrap_or("form"));
        }
    }

    /// The scopes of an exchange are those of its login.
    fn asked_scopes(&mut self, keys: &Keys) {
        if keys.scopes.is_some() {
            self.sketch.spec.edit("authorize", |authorize| {
                scopes_of(keys.scopes.clone(), keys.separator, false, authorize);
            });
        }
    }

    /// What the lines together say.
    fn finish(&mut self) {
        let spec = &mut self.sketch.spec;
        if (self.exchanges || self.asks) && !self.verifies {
            spec.edit("authorize", |authorize| {
                authorize.set("pkce", "none");
                authorize.note("pkce", format!("{SURE} no curl line sends a code_verifier"));
            });
        }
        let Some(grants) = spec.map("grants") else { return };
        let is_empty = |name: &str| grants.map(name).is_some_and(Map::is_empty);
        let standard = grants.keys().all(|name| ["exchange_code", "refresh"].contains(&name) && is_empty(name));
        for (name, has, other, what) in [
            ("exchange_code", self.exchanges, self.refreshes, "codes are exchanged as RFC 6749, section 4.1.3, says"),
            ("refresh", self.refreshes, self.exchanges, "tokens are refreshed as RFC 6749, section 6, says"),
        ] {
            let why = format!("{SURE} {what}; no curl line shows it");
            if has || !other {
                continue;
            }
            match standard {
                true => spec.above("token", why),
                false => spec.edit("grants", |grants| {
                    grants.set(name, Map::default());
                    grants.note(name, why);
                }),
            }
        }
        if standard {
            // Both are there anyway.
            spec.remove("grants");
        }
    }
}

/// The name of a grant that no standard knows: what it calls itself, or where it is.
fn custom_name(line: &Line) -> String {
    let fields = match &line.body {
        line::Body::Form(pairs) => pairs.clone(),
        _ => line.query.clone(),
    };
    let kind = fields.iter().find(|(name, _)| role::plain(name) == "grant_type");
    let kind = kind.and_then(|(_, value)| value.rsplit([':', '/']).next().and_then(names::identifier));
    let path = line.url.splitn(4, '/').nth(3).unwrap_or_default();
    let idle = ["token", "oauth", "oauth2", "access_token"];
    let is_word = |segment: &&str| segment.starts_with(|c: char| c.is_ascii_alphabetic()) && !idle.contains(segment);
    let segment = path.rsplit('/').find(is_word).and_then(names::identifier);
    kind.or(segment).unwrap_or_else(|| "issue_token".to_owned())
}

/// Sets `scopes`, and what is sent without the caller's saying so.
fn scopes_of(scopes: Option<Vec<String>>, separator: Option<&str>, by_default: bool, map: &mut Map) {
    let Some(scopes) = scopes else { return };
    if scopes.is_empty() {
        return map.set("scopes", "any");
    }
    let list: Node = scopes.into_iter().collect();
    map.set("scopes", list.clone());
    if by_default {
        map.set("default_scopes", list);
    }
    if let Some(separator) = separator {
        map.set("scope_separator", separator);
    }
}

/// Adds the keys of one mapping to another.
fn merge(from: &Map, to: &mut Map) {
    for key in from.keys() {
        if let Some(value) = from.get(key) {
            to.set(key, value.clone());
        }
    }
}
