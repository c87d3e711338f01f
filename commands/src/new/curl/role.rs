//! What a request is for.

use serde_json::Value;

use super::line::{Body, Line};
use crate::new::{names, places};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Asks a user for consent.
    Authorize,
    /// Asks for consent on another device.
    Device,
    /// A grant of the standard.
    Grant(Kind),
    /// A grant that no standard knows.
    Custom,
    /// Revokes a token.
    Revoke,
    /// Is made with a token.
    Call,
    /// Nothing that a spec holds.
    Nothing,
}

/// A grant of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Code,
    Refresh,
    Device,
    Password,
    Client,
    Exchange,
    Assertion,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Code, Self::Refresh, Self::Device, Self::Password, Self::Client, Self::Exchange, Self::Assertion];

    /// Its `grant_type`, the word of the language, and the name that it gets.
    pub fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Code => ("authorization_code", "authorization_code", "exchange_code"),
            Self::Refresh => ("refresh_token", "refresh_token", "refresh"),
            Self::Device => ("urn:ietf:params:oauth:grant-type:device_code", "device_code", "exchange_device_code"),
            Self::Password => ("password", "password", "log_in"),
            Self::Client => ("client_credentials", "client_credentials", "client_credentials"),
            Self::Exchange => ("urn:ietf:params:oauth:grant-type:token-exchange", "token_exchange", "exchange_token"),
            Self::Assertion => ("urn:ietf:params:oauth:grant-type:jwt-bearer", "jwt_bearer", "sign_in"),
        }
    }
}

impl Role {
    /// The standard parameters, `scope` left out.
    pub fn standard(self) -> &'static [&'static str] {
        match self {
            Self::Authorize => {
                &["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"]
            }
            Self::Grant(Kind::Code) => &["grant_type", "code", "redirect_uri", "code_verifier"],
            Self::Grant(Kind::Refresh) => &["grant_type", "refresh_token"],
            Self::Grant(Kind::Device) => &["grant_type", "device_code"],
            Self::Grant(Kind::Password) => &["grant_type", "username", "password"],
            Self::Grant(Kind::Client) => &["grant_type"],
            Self::Grant(Kind::Exchange) => &["grant_type", "subject_token", "subject_token_type"],
            Self::Grant(Kind::Assertion) => &["grant_type", "assertion"],
            Self::Revoke => &["token"],
            Self::Device | Self::Custom | Self::Call | Self::Nothing => &[],
        }
    }

    /// Whether somebody calls the operation, and can supply inputs.
    pub fn has_caller(self) -> bool {
        !matches!(self, Self::Grant(Kind::Code | Kind::Refresh | Kind::Device) | Self::Revoke | Self::Nothing)
    }
}

/// Other names of parameters of the standard, on the pages of vendors.
const ALIASES: &[(&str, &[&str])] = &[
    (
        "client_id",
        &["client_key", "app_id", "appid", "application_id", "app_key", "consumer_key", "api_key", "clientid"],
    ),
    (
        "client_secret",
        &["secret", "app_secret", "appsecret", "consumer_secret", "api_secret", "secret_key", "client_pass"],
    ),
    ("code", &["auth_code", "authorization_code", "authcode", "oauth_code"]),
    ("redirect_uri", &["redirect_url", "redirecturi", "callback_url", "callback_uri", "redirect"]),
    ("username", &["user_name", "user", "login", "email", "userid", "user_id", "id"]),
    ("password", &["pw", "passwd", "pass", "pwd"]),
    ("token", &["access_token", "refresh_token"]),
    ("code_verifier", &["verifier"]),
    ("assertion", &["jwt"]),
    ("scope", &["scopes"]),
];

/// A name as names are compared: `clientId`, `X-Client-Id` and `client_id` are the same.
pub fn plain(name: &str) -> String {
    let words = names::words(name);
    let words = if words.first().is_some_and(|word| word == "x") { words.get(1..).unwrap_or_default() } else { &words };
    words.join("_")
}

/// Whether a name on the wire can mean this parameter of the standard.
pub fn means(name: &str, standard: &str) -> bool {
    let plain = plain(name);
    let aliases = ALIASES.iter().find(|(known, _)| *known == standard).map_or(&[][..], |(_, aliases)| aliases);
    plain == standard || aliases.contains(&plain.as_str())
}

/// The variable of the protocol that a placeholder or a parameter of this name stands for.
pub fn variable(name: &str, role: Role) -> Option<&'static str> {
    let known = ["client_id", "client_secret"].into_iter().find(|standard| means(name, standard));
    let own: &[&str] = match role {
        Role::Grant(Kind::Code) => &["code", "redirect_uri", "code_verifier", "state", "scope"],
        Role::Grant(Kind::Refresh) => &["refresh_token"],
        Role::Grant(Kind::Device) => &["device_code"],
        Role::Authorize => &["redirect_uri", "state", "scope", "code_challenge"],
        _ => &[],
    };
    known.or_else(|| own.iter().copied().find(|standard| plain(name) == *standard || means(name, standard)))
}

/// The names and values of the query and of a flat body.
fn fields(line: &Line) -> Vec<(&str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    fields.extend(line.query.iter().map(|(name, value)| (name.as_str(), value.clone())));
    match &line.body {
        Body::Form(pairs) => fields.extend(pairs.iter().map(|(name, value)| (name.as_str(), value.clone()))),
        Body::Json(Value::Object(members)) => fields.extend(
            members
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))),
        ),
        Body::Multipart(parts) => fields.extend(parts.iter().map(|(name, value, _)| (name.as_str(), value.clone()))),
        Body::Json(_) | Body::None => {}
    }
    fields
}

/// What a request is for.
pub fn role(line: &Line) -> Role {
    let fields = fields(line);
    let value = |standard: &str| fields.iter().find(|(name, _)| means(name, standard)).map(|(_, value)| value.as_str());
    let has = |standard: &str| value(standard).is_some();
    let exact = |wanted: &str| fields.iter().any(|(name, _)| plain(name) == wanted);
    if let Some(word) = value("grant_type") {
        let kind = Kind::ALL.into_iter().find(|kind| kind.words().0 == word || kind.words().1 == word);
        return kind.map_or(Role::Custom, Role::Grant);
    }
    let path: Vec<String> = line.url.split('/').skip(3).flat_map(names::words).collect();
    let on = |words: &[&str]| path.iter().any(|word| words.contains(&word.as_str()));
    let secret = exact("client_secret") || has("client_secret") || line.basic.is_some();
    let asks = has("redirect_uri") && has("client_id") && !secret && !has("code") && line.method == "GET";
    if asks || has("response_type") {
        return Role::Authorize;
    }
    if on(&["revoke", "revocation"]) && (has("token") || line.method == "DELETE") {
        return Role::Revoke;
    }
    let shown = shows_token(line).is_some();
    let standard = [
        (Kind::Refresh, exact("refresh_token")),
        (Kind::Code, has("code") && (has("client_id") || secret)),
        (Kind::Device, exact("device_code")),
        (Kind::Password, exact("password") || exact("pw") || exact("pwd")),
        (Kind::Assertion, exact("assertion")),
    ];
    if let Some((kind, _)) = standard.into_iter().find(|(_, found)| *found && !shown) {
        return Role::Grant(kind);
    }
    if on(&["device"]) && has("client_id") && !shown {
        return Role::Device;
    }
    if shown {
        return Role::Call;
    }
    let header = line.headers.iter().any(|(name, _)| means(name, "client_secret"));
    let only = fields.iter().all(|(name, _)| {
        ["client_id", "client_secret", "scope", "audience", "resource"].iter().any(|standard| means(name, standard))
    });
    match secret || header {
        true if only => Role::Grant(Kind::Client),
        true => Role::Custom,
        false if line.method == "GET" => Role::Call,
        false => Role::Nothing,
    }
}

/// Where a token is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A header, by its name and the scheme before the token.
    Header(String, Option<String>),
    /// A parameter of the query.
    Query(String),
}

/// Where a request shows a token, if it does.
pub fn shows_token(line: &Line) -> Option<Shown> {
    let authorization = line.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    if let Some((name, value)) = authorization {
        let scheme = value.split_once(' ').map(|(scheme, _)| scheme.to_owned());
        let scheme = scheme.filter(|_| places::whole(value).is_none());
        return Some(Shown::Header(name.clone(), scheme));
    }
    let about_token = |name: &str| names::words(name).iter().any(|word| word == "token" || word == "session");
    let header = line.headers.iter().find(|(name, _)| about_token(name) && !means(name, "client_secret"));
    if let Some((name, value)) = header {
        let scheme = value.split_once(' ').map(|(scheme, _)| scheme.to_owned());
        return Some(Shown::Header(name.clone(), scheme.filter(|_| places::whole(value).is_none())));
    }
    let named = |name: &str| matches!(plain(name).as_str(), "access_token" | "token" | "auth_token" | "session_token");
    let query = line.query.iter().find(|(name, _)| named(name))?;
    Some(Shown::Query(query.0.clone()))
}
