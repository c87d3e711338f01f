//! What an authorization server says of itself (RFC 8414; OpenID Connect Discovery) as a spec.

use authsmith_codegen::model::Algorithm;
use serde_json::Value;
use url::Url;

use super::document::{self, text, texts};
use super::sketch::{Of, SURE, Sketch, literal};
use super::yaml::{Map, Node};
use super::{fetch, names, source};
use crate::stop::{Outcome, Stop};

/// The methods that the language knows, the one that is taken first in front.
const METHODS: [(&str, &str); 5] = [
    ("client_secret_basic", "basic"),
    ("client_secret_post", "body"),
    ("private_key_jwt", "private_key_jwt"),
    ("client_secret_jwt", "client_secret_jwt"),
    ("none", "public"),
];

/// Adds what the document at a URL, or in a file, says to the spec.
pub fn read(given: &str, sketch: &mut Sketch) -> Outcome {
    let is_url = ["https://", "http://"].iter().any(|scheme| given.starts_with(scheme));
    let value = match is_url {
        true => found(given, sketch)?,
        false => {
            let text = source::file(given).map_err(|stop| match given.contains('.') && !given.starts_with('@') {
                true => Stop::new(format!("{}; a URL begins with https://", stop.text)),
                false => stop,
            })?;
            described(&text).map_err(Stop::new)?
        }
    };
    add(&value, sketch);
    Ok(())
}

/// The document of a text, which says at least where tokens or consent come from.
fn described(text: &str) -> Result<Value, String> {
    let value = document::read(text, "a discovery document").map_err(|stop| stop.text)?;
    let has = |key: &str| document::text(&value, key).is_some();
    match has("authorization_endpoint") || has("token_endpoint") {
        true => Ok(value),
        false => {
            Err("it is no discovery document: it names neither authorization_endpoint nor token_endpoint".to_owned())
        }
    }
}

/// The document at a URL, or at the well-known places of that issuer.
fn found(given: &str, sketch: &mut Sketch) -> Outcome<Value> {
    let url = Url::parse(given).map_err(|error| Stop::new(format!("{} is no URL: {error}", given.escape_debug())))?;
    let mut failures = Vec::new();
    for place in places(&url) {
        match fetch::text(&place).and_then(|text| described(&text)) {
            Ok(value) => {
                issued(&value, &place, sketch);
                return Ok(value);
            }
            Err(why) => failures.push(format!("\n  {place}: {}", why.replace(super::scalar::is_hidden, " "))),
        }
    }
    Err(Stop::new(format!("no discovery document there:{}", failures.concat())))
}

/// Where the document can be: at the URL itself when that names one, else where RFC 8414, section 3, and OpenID Connect
/// Discovery, section 4, put it for an issuer.
fn places(url: &Url) -> Vec<Url> {
    let path = url.path().trim_end_matches('/').to_owned();
    let at = |path: String| {
        let mut place = url.clone();
        place.set_path(&path);
        place.set_query(None);
        place.set_fragment(None);
        place
    };
    if path.contains("/.well-known/") || path.ends_with(".json") {
        return vec![url.clone()];
    }
    let mut places = vec![
        at(format!("/.well-known/oauth-authorization-server{path}")),
        at(format!("{path}/.well-known/openid-configuration")),
    ];
    if !path.is_empty() {
        places.push(url.clone());
    }
    places
}

/// A document holds for its issuer, whose URL is a part of its own (RFC 8414, section 3.3).
fn issued(value: &Value, place: &Url, sketch: &mut Sketch) {
    let Some(issuer) = text(value, "issuer") else { return };
    let same = Url::parse(issuer).is_ok_and(|issuer| {
        let path = issuer.path().trim_end_matches('/');
        issuer.origin() == place.origin() && place.path().contains(path)
    });
    if !same {
        sketch.tell(format!("the document at {place} is of the issuer {issuer}; make sure that this is the vendor"));
    }
}

fn add(value: &Value, sketch: &mut Sketch) {
    let page = text(value, "service_documentation").filter(|page| super::openapi::is_page(page));
    page.into_iter().for_each(|page| sketch.spec.set("docs", page));
    let mut endpoint = |key: &str| Some(sketch.url(text(value, key)?, Of::Deployment).0);
    let [authorize, token, device, revoke] =
        ["authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "revocation_endpoint"]
            .map(&mut endpoint);
    let [jwks, userinfo] = ["jwks_uri", "userinfo_endpoint"].map(endpoint);
    let grants = texts(value, "grant_types_supported");
    let grants = grants.as_deref();
    let device = device.filter(|_| takes(grants, "urn:ietf:params:oauth:grant-type:device_code"));
    let asks = authorize.is_some() && takes(grants, "authorization_code");
    if let Some(url) = authorize.filter(|_| asks) {
        sketch.spec.edit("authorize", |section| section.set("url", url));
        consent(value, sketch);
    }
    if let Some(url) = token {
        sketch.spec.edit("token", |section| section.set("url", url));
        client(value, "token_endpoint", sketch);
    }
    if let Some(url) = &device {
        let scopes = (!asks).then(|| scopes(value, sketch)).flatten();
        let section = Map::default().with("url", url.as_str());
        sketch.spec.set(
            "device",
            match scopes {
                Some(scopes) => section.with("scopes", scopes),
                None => section,
            },
        );
    }
    self::grants(value, grants, asks, device.is_some(), sketch);
    if let Some(url) = revoke {
        sketch.spec.set("revoke", Map::default().with("post", url));
        client(value, "revocation_endpoint", sketch);
    }
    let logins = asks || device.is_some();
    if let Some(jwks) = jwks.filter(|_| logins) {
        id_token(value, jwks, sketch);
    }
    if let Some(url) = userinfo.filter(|_| logins) {
        call(value, url, sketch);
    }
    if value.get("require_pushed_authorization_requests") == Some(&Value::Bool(true)) {
        sketch.tell("the vendor wants authorization requests pushed to it first (RFC 9126), which no spec says");
    }
}

/// Whether a grant is among those that the vendor takes; it takes all where it lists none.
fn takes(grants: Option<&[&str]>, grant: &str) -> bool {
    grants.is_none_or(|grants| grants.contains(&grant))
}

/// Scopes, PKCE, and the issuer in callbacks.
fn consent(value: &Value, sketch: &mut Sketch) {
    let scopes = scopes(value, sketch);
    let issuer = text(value, "issuer").map(literal);
    let tells = value.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true));
    let methods = texts(value, "code_challenge_methods_supported");
    sketch.spec.edit("authorize", |section| {
        scopes.into_iter().for_each(|scopes| section.set("scopes", scopes));
        if methods.as_ref().is_some_and(|methods| !methods.contains(&"S256")) {
            section.set("pkce", "none");
            section.note("pkce", "the vendor doesn't list S256");
        }
        if let Some(issuer) = issuer.filter(|_| tells) {
            section.set("callback", Map::default().with("issuer", issuer));
        }
    });
    if methods.is_none() {
        let why =
            "the vendor takes a code_challenge (PKCE), which its document doesn't say; `pkce: none` where it doesn't";
        sketch.spec.above("authorize", format!("{SURE} {why}"));
    }
}

fn scopes(value: &Value, sketch: &mut Sketch) -> Option<Node> {
    let known = texts(value, "scopes_supported")?;
    let sound = |scope: &&str| !scope.contains(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\\'));
    let listed = names::distinct(known.iter().copied().filter(sound));
    for left in known.iter().filter(|scope| !listed.iter().any(|kept| kept == *scope)) {
        sketch.tell(format!("the scope `{left}` has no name of its own in Rust, or is none, and is left out"));
    }
    Some(listed.iter().map(String::as_str).collect()).filter(|_| !listed.is_empty())
}

/// How the client authenticates at an endpoint, where the language's default isn't it.
fn client(value: &Value, endpoint: &str, sketch: &mut Sketch) {
    let listed = texts(value, &format!("{endpoint}_auth_methods_supported"));
    let section = if endpoint == "token_endpoint" { "token" } else { "revoke" };
    // RFC 8414, section 2: the default is client_secret_basic.
    let Some(listed) = listed.filter(|listed| !listed.is_empty()) else { return };
    let known: Vec<&str> =
        METHODS.iter().filter(|(method, _)| listed.contains(method)).map(|(_, word)| *word).collect();
    let Some(word) = known.first().copied() else {
        let why = format!("the client authenticates in ways that the language doesn't know: {}", listed.join(", "));
        sketch.spec.above(section, format!("{SURE} {why}"));
        return;
    };
    let algorithms = texts(value, &format!("{endpoint}_auth_signing_alg_values_supported")).unwrap_or_default();
    let node = signed(word, &algorithms);
    // What the token endpoint says holds for the others, too.
    let inherited = sketch.spec.map("token").and_then(|token| token.get("client")).cloned();
    let inherited = inherited.filter(|_| section != "token").unwrap_or_else(|| "basic".into());
    if node != inherited {
        sketch.spec.edit(section, |section| section.set("client", node));
    }
    let others = known.get(1..).unwrap_or_default();
    if section == "token" && !others.is_empty() {
        let why = format!("how the client authenticates: {word} here, and the vendor also takes {}", others.join(", "));
        sketch.spec.above(section, format!("{SURE} {why}"));
    }
}

/// A way to authenticate, with its algorithm where that isn't the one that holds by itself.
fn signed(word: &str, algorithms: &[&str]) -> Node {
    let symmetric = match word {
        "client_secret_jwt" => true,
        "private_key_jwt" => false,
        _ => return word.into(),
    };
    let default = if symmetric { "HS256" } else { "RS256" };
    let fits = |name: &&str| name.starts_with("HS") == symmetric && Algorithm::parse(name).is_some();
    let known: Vec<&str> = algorithms.iter().copied().filter(fits).collect();
    match known.as_slice() {
        [] => word.into(),
        known if known.contains(&default) => word.into(),
        [one] => Map::default().with("jwt", word).with("algorithm", *one).into(),
        known => Map::default().with("jwt", word).with("algorithm", known.iter().copied().collect::<Node>()).into(),
    }
}

/// The grants, where they aren't those that a spec has by itself.
fn grants(value: &Value, listed: Option<&[&str]>, asks: bool, device: bool, sketch: &mut Sketch) {
    let offline = texts(value, "scopes_supported").unwrap_or_default().contains(&"offline_access");
    let renews = takes(listed, "refresh_token") || offline;
    let own = listed.is_some_and(|listed| listed.contains(&"client_credentials"));
    let known = [
        ("authorization_code", "exchange_code", asks),
        ("urn:ietf:params:oauth:grant-type:device_code", "exchange_device_code", device),
        ("refresh_token", "refresh", renews && (asks || device)),
        ("client_credentials", "client_credentials", own),
    ];
    for grant in listed.unwrap_or_default() {
        if !known.iter().any(|(name, _, has)| name == grant && *has) && !["implicit", "refresh_token"].contains(grant) {
            sketch.tell(format!("the grant {grant} is left out; the language has it where the app needs it"));
        }
    }
    if (renews || !(asks || device)) && !own {
        return;
    }
    let mut grants = Map::block();
    known.iter().filter(|(_, _, has)| *has).for_each(|(_, name, _)| grants.set(*name, Map::default()));
    if !grants.is_empty() {
        sketch.spec.set("grants", grants);
    }
    if !renews && (asks || device) {
        sketch.spec.above("grants", format!("{SURE} nothing renews tokens; the vendor doesn't list refresh_token"));
    }
}

/// What is believed of ID tokens.
fn id_token(value: &Value, jwks: String, sketch: &mut Sketch) {
    let Some(issuer) = text(value, "issuer") else { return };
    let openid = texts(value, "scopes_supported").unwrap_or_default().contains(&"openid");
    let algorithms = texts(value, "id_token_signing_alg_values_supported");
    let (Some(algorithms), true) = (algorithms, openid) else { return };
    let fits = |name: &&str| !name.starts_with("HS") && Algorithm::parse(name).is_some();
    let known: Vec<&str> = algorithms.iter().copied().filter(fits).collect();
    if known.is_empty() {
        sketch.tell(format!("ID tokens are signed in ways that the language doesn't know: {}", algorithms.join(", ")));
        return;
    }
    let (issuer, _) = sketch.url(issuer, Of::Deployment);
    let mut section = Map::default().with("issuer", issuer).with("jwks", jwks);
    if known != ["RS256"] {
        section.set("algorithms", known.iter().copied().collect::<Node>());
    }
    // Not every login asks for the scope `openid`.
    section.set("optional", Node::Bare("true".to_owned()));
    sketch.spec.set("id_token", section);
    let why = "logins that ask for the scope openid give an ID token; without `optional` every login must";
    sketch.spec.above("id_token", format!("{SURE} {why}"));
}

/// The call that says who the user is (OpenID Connect Core, section 5.3).
fn call(value: &Value, url: String, sketch: &mut Sketch) {
    let claims = texts(value, "claims_supported").unwrap_or_default();
    let mut returns = Map::default().with("sub", "string");
    for (claim, kind) in [("name", "string?"), ("email", "string?"), ("email_verified", "boolean?")] {
        if claims.contains(&claim) {
            returns.set(claim, kind);
        }
    }
    let call = Map::default().with("get", url).with("returns", returns);
    sketch.spec.edit("calls", |calls| {
        calls.spread();
        calls.set("userinfo", call);
    });
}
