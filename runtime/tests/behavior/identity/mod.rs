//! ID tokens: who is believed, who isn't and why, and what becomes of the tokens beside them.

mod keys;
mod lies;
mod login;
mod renewals;

use std::sync::{Arc, Mutex};

use authsmith::codegen::v1 as rt;
use authsmith::{
    Client, Connection, ErrorKind, Happening, IdTokenError, MemoryStore, PendingLogin, Store, TokenKind, Tokens,
};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use crate::acme::{self, CANARY, HandClock, Notes, Reply, Vendor};

mod data {
    use authsmith::codegen::v1::data::*;

    pub const SIGNED: Provider<'static> = Provider::new("signed", "Signed")
        .authorize(Authorize::new(Operation::get("authorize", "https://signed.example/authorize").params(&[
            Param::query("client_id", "<client_id>"),
            Param::query("redirect_uri", "<redirect_uri>"),
            Param::query("state", "<state>"),
            Param::query("nonce", "<login_nonce>"),
        ])))
        .operations(&[EXCHANGE_CODE, REFRESH])
        .tokens(&[ACCESS])
        .id_token(ID_TOKEN);

    pub const ID_TOKEN: IdToken<'static> =
        IdToken::new(&["https://<tenant>.example", "https://old.example"], "https://<tenant>.example/jwks")
            .algorithms(&[JwsAlgorithm::Es256])
            .audiences(&["project"])
            .claims(Shape::Object(&[Field::new("age", Shape::Integer).optional()]))
            .nonce();

    /// As before, for logins that may have no ID token, at a tenant that is always the same.
    pub const LENIENT: Provider<'static> = SIGNED.operations(&[LENIENT_EXCHANGE, REFRESH]);

    /// Keys over plain http.
    pub const PLAIN: Provider<'static> =
        SIGNED.id_token(IdToken::new(&["https://a.example"], "http://a.example/jwks").nonce());

    pub const EXCHANGE_CODE: Operation<'static> = Operation::post("exchange_code", "https://signed.example/token")
        .params(&[Param::body("code", "<code>")])
        .answer(Answer::json().tokens(&[ISSUED]).id_token_due(&["/id_token"]));
    pub const LENIENT_EXCHANGE: Operation<'static> =
        EXCHANGE_CODE.answer(Answer::json().tokens(&[ISSUED]).id_token(&["/id_token"]));
    pub const REFRESH: Operation<'static> = Operation::post("refresh", "https://signed.example/token")
        .params(&[Param::body("refresh_token", "<refresh_token>")])
        .answer(Answer::json().tokens(&[ISSUED]).id_token(&["/id_token"]));
    pub const ACCESS: TokenKind<'static> = TokenKind::new("access").renew(Renew::Refresh("refresh"));
    const ISSUED: Issued<'static> = Issued::new("access", "/access_token")
        .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds))
        .refresh("/refresh_token", Expiry::unknown());
}

#[derive(rt::Deserialize, Debug, PartialEq)]
#[serde(crate = "rt::serde")]
struct Claims {
    age: Option<i64>,
}

#[derive(Debug)]
enum Access {}

impl TokenKind for Access {
    type Claims = Claims;

    const DATA: rt::TokenKindData<'static> = data::ACCESS;
}

/// A vendor's key.
struct Key {
    kid: &'static str,
    pair: EcdsaKeyPair,
}

fn encode(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

impl Key {
    fn new(kid: &'static str) -> Self {
        Self { kid, pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap() }
    }

    fn public(&self) -> Json {
        let point = self.pair.public_key().as_ref();
        json!({ "kty": "EC", "crv": "P-256", "kid": self.kid, "x": encode(&point[1..33]), "y": encode(&point[33..]) })
    }

    fn sign(&self, header: &Json, claims: &Json) -> String {
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encode(signature))
    }
}

/// What the vendor answers next.
struct Says {
    keys: Vec<Json>,
    keys_reply: Option<fn() -> Reply>,
    id_token: Option<String>,
    /// A member that spoils the answer.
    spoiled: bool,
}

struct Stage {
    vendor: Arc<Vendor>,
    says: Arc<Mutex<Says>>,
    clock: Arc<HandClock>,
    notes: Arc<Notes>,
    told: Arc<Mutex<Vec<Happening>>>,
    store: Arc<MemoryStore>,
    client: Client,
    key: Key,
}

fn settings() -> &'static rt::data::Provider<'static> {
    static PROVIDER: std::sync::OnceLock<rt::data::Provider<'static>> = std::sync::OnceLock::new();
    PROVIDER.get_or_init(|| data::SIGNED.settings(const { &[rt::data::Setting::new("tenant").default("signed")] }))
}

impl Stage {
    fn new() -> Self {
        Self::of(settings())
    }

    fn of(provider: &'static rt::data::Provider<'static>) -> Self {
        let key = Key::new("one");
        let says = Says { keys: vec![key.public()], keys_reply: None, id_token: None, spoiled: false };
        let says = Arc::new(Mutex::new(says));
        let script = Arc::clone(&says);
        let vendor = Vendor::new(move |request, n| {
            let says = script.lock().unwrap();
            if request.url.path() == "/jwks" {
                return match says.keys_reply {
                    Some(reply) => reply(),
                    None => acme::json(200, &json!({ "keys": says.keys }).to_string()),
                };
            }
            let mut body = json!({
                "access_token": format!("a{n}-{CANARY}"), "refresh_token": format!("r{n}-{CANARY}"), "expires_in": 3600,
            });
            if let Some(id_token) = &says.id_token {
                body["id_token"] = id_token.as_str().into();
            }
            let text = body.to_string();
            acme::json(200, if says.spoiled { &text[..text.len() - 1] } else { &text })
        });
        let (clock, notes, told) = (HandClock::new(), Arc::new(Notes::default()), Arc::new(Mutex::default()));
        let store = Arc::new(MemoryStore::new());
        let listener: Arc<Mutex<Vec<Happening>>> = Arc::clone(&told);
        let config = acme::config_of(provider, &vendor).clock(Arc::clone(&clock)).observer(Arc::clone(&notes));
        let config = config.store(Arc::clone(&store));
        let config = config.on_event(move |event| listener.lock().unwrap().push(event.what.clone()));
        Self { client: config.build().unwrap(), vendor, says, clock, notes, told, store, key }
    }

    fn says<T>(&self, change: impl FnOnce(&mut Says) -> T) -> T {
        change(&mut self.says.lock().unwrap())
    }

    fn now(&self) -> u64 {
        use authsmith::Clock;
        self.clock.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
    }

    /// What a good ID token says.
    fn claims(&self, nonce: &str) -> Json {
        let now = self.now();
        json!({ "iss": "https://signed.example", "sub": format!("ada-{CANARY}"), "aud": "app", "nonce": nonce, "iat": now,
            "exp": now + 300, "age": "36" })
    }

    fn header(&self) -> Json {
        json!({ "alg": "ES256", "kid": self.key.kid, "typ": "JWT" })
    }

    /// Begins a login: what is pending, its callback, and its nonce.
    fn begin(&self) -> (PendingLogin, String, String) {
        let login = self.client.authorize::<rt::StateReturned>().start().unwrap();
        let url = url::Url::parse(login.url()).unwrap();
        let get = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        (login.into_pending(), format!("?code=c-{CANARY}&state={}", get("state")), get("nonce"))
    }

    async fn finish(&self, pending: PendingLogin, callback: &str) -> Result<Tokens<Access>, authsmith::Error> {
        let operation = self.client.provider().operation("exchange_code").unwrap();
        self.client.exchange_code(operation, pending, callback).await?.tokens()
    }

    /// A login whose ID token is made of the good one.
    async fn login(
        &self,
        make: impl FnOnce(&Key, Json, Json) -> Option<String>,
    ) -> Result<Tokens<Access>, authsmith::Error> {
        let (pending, callback, nonce) = self.begin();
        let id_token = make(&self.key, self.header(), self.claims(&nonce));
        self.says(|says| says.id_token = id_token);
        self.finish(pending, &callback).await
    }

    async fn good_login(&self) -> Result<Tokens<Access>, authsmith::Error> {
        self.login(|key, header, claims| Some(key.sign(&header, &claims))).await
    }

    /// A connection of a good login, and what the next renewal says.
    async fn connection(&self, next: impl FnOnce(&Key, Json, Json) -> Option<String>) -> Connection<Access> {
        let tokens = self.good_login().await.unwrap();
        let connection = self.client.keep("u", tokens).await.unwrap();
        let mut claims = self.claims("");
        claims.as_object_mut().unwrap().remove("nonce");
        let id_token = next(&self.key, self.header(), claims);
        self.says(|says| says.id_token = id_token);
        connection
    }

    /// What was told until now, once all that goes on behind is done.
    async fn told(&self) -> Vec<Happening> {
        self.client.close().await.unwrap();
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

fn with(mut json: Json, name: &str, value: Json) -> Json {
    match value {
        Json::Null => drop(json.as_object_mut().unwrap().remove(name)),
        value => json[name] = value,
    }
    json
}

/// What an ID token is made of: the vendor's key, a good header, good claims.
type Make = Box<dyn Fn(&Key, Json, Json) -> Option<String>>;

fn make(make: impl Fn(&Key, Json, Json) -> Option<String> + 'static) -> Make {
    Box::new(make)
}

/// As it should be, but for one member of its header.
fn header(name: &'static str, value: impl Into<Json>) -> Make {
    let value = value.into();
    make(move |key, header, claims| Some(key.sign(&with(header, name, value.clone()), &claims)))
}

/// As it should be, but for one claim.
fn claim(name: &'static str, value: impl Into<Json>) -> Make {
    let value = value.into();
    make(move |key, header, claims| Some(key.sign(&header, &with(claims, name, value.clone()))))
}

/// As it should be, but that one moment is so many seconds after it was issued.
fn moment(name: &'static str, seconds: f64) -> Make {
    make(move |key, header, claims| {
        let moment = claims["iat"].as_f64().unwrap() + seconds;
        Some(key.sign(&header, &with(claims, name, moment.into())))
    })
}

fn unsigned(header: &Json, claims: &Json) -> String {
    format!("{}.{}.", encode(header.to_string()), encode(claims.to_string()))
}
