//! What the arguments say of the vendor; it holds whatever a source said.

use super::Args;
use super::sketch::{Of, Sketch};
use super::yaml::{Map, Node};

/// How the client authenticates, in the words of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Client {
    /// Id and secret in the header Authorization (RFC 6749, section 2.3.1)
    Basic,
    /// Id and secret as parameters of the body
    Body,
    /// Both of these at once
    Both,
    /// The id alone: the app has no secret
    Public,
    /// Neither id nor secret
    None,
}

impl Client {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Body => "body",
            Self::Both => "both",
            Self::Public => "public",
            Self::None => "none",
        }
    }
}

/// How bodies of token requests are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Encoding {
    /// application/x-www-form-urlencoded
    Form,
    /// JSON
    Json,
}

/// Whether the vendor takes PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Pkce {
    /// It takes PKCE, by the method S256
    #[value(name = "S256", alias = "s256")]
    S256,
    /// It doesn't
    None,
}

/// A grant of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Grant {
    /// A user consents in a browser (RFC 6749, section 4.1)
    #[value(name = "exchange_code", alias = "authorization_code")]
    ExchangeCode,
    /// Tokens are renewed (RFC 6749, section 6)
    #[value(name = "refresh", alias = "refresh_token")]
    Refresh,
    /// The app acts for itself (RFC 6749, section 4.4)
    #[value(name = "client_credentials")]
    ClientCredentials,
}

impl Grant {
    fn name(self) -> &'static str {
        match self {
            Self::ExchangeCode => "exchange_code",
            Self::Refresh => "refresh",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// Puts what the arguments say into the spec.
pub fn apply(args: &Args, sketch: &mut Sketch) {
    for (key, value) in [("title", &args.title), ("docs", &args.docs)] {
        if let Some(value) = value {
            sketch.spec.set(key, value.as_str());
        }
    }
    if let Some(url) = &args.authorize_url {
        let (url, _) = sketch.url(url, Of::Deployment);
        sketch.spec.edit("authorize", |authorize| authorize.set("url", url));
    }
    if let Some(url) = &args.token_url {
        let (url, _) = sketch.url(url, Of::Deployment);
        sketch.spec.edit("token", |token| token.set("url", url));
    }
    if !args.grants.is_empty() {
        let mut grants = Map::block();
        args.grants.iter().for_each(|grant| grants.set(grant.name(), Map::default()));
        sketch.spec.set("grants", grants);
    }
    if !args.scopes.is_empty() {
        let scopes: Node = args.scopes.iter().map(String::as_str).collect();
        sketch.spec.edit("authorize", |authorize| authorize.set("scopes", scopes));
    }
    if let Some(pkce) = args.pkce {
        sketch.spec.edit("authorize", |authorize| match pkce {
            Pkce::None => {
                authorize.set("pkce", "none");
                authorize.note("pkce", "the vendor takes no code_challenge");
            }
            Pkce::S256 => drop(authorize.remove("pkce")),
        });
    }
    // What the language takes for granted isn't written.
    if let Some(client) = args.client {
        sketch.spec.edit("token", |token| match client {
            Client::Basic => drop(token.remove("client")),
            client => token.set("client", client.word()),
        });
    }
    if let Some(encoding) = args.encoding {
        sketch.spec.edit("token", |token| match encoding {
            Encoding::Form => drop(token.remove("encoding")),
            Encoding::Json => token.set("encoding", "json"),
        });
    }
    if let Some(api) = &args.api {
        let (url, _) = sketch.url(api.trim_end_matches('/'), Of::Deployment);
        sketch.spec.set("api", url);
    }
}
