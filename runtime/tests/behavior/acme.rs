//! A vendor as generated code would describe it, and one that answers without a network.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authsmith::codegen::v1 as rt;
use authsmith::{
    BoxFuture, Clock, Config, Limits, MemoryStore, Observer, ReceivedResponse, Request, Response, SentRequest, Tokens,
    Transport, TransportError, TransportErrorKind,
};

/// Stands in every secret; nothing that is printed may have it.
pub const CANARY: &str = "k4n4ry";

pub mod operations {
    use authsmith::codegen::v1::data::*;

    pub const PROVIDER: Provider<'static> = Provider::new("acme", "Acme")
        .authorize(AUTHORIZE)
        .operations(&[EXCHANGE_CODE, REFRESH, LOG_IN, ISSUE_ID, CREATE_USER, ME, ADD])
        .tokens(&[ACCESS, ID, ONCE])
        .settings(&[
            Setting::new("region").default("eu").allowed(&["eu", "us"]),
            Setting::new("api_url").default("https://api.acme.example/v1").format(Format::Url),
        ]);

    const AUTHORIZE: Authorize<'static> =
        Authorize::new(Operation::get("authorize", "https://acme.example/<region>/authorize").params(&[
            Param::query("response_type", "code"),
            Param::query("client_id", "<client_id>"),
            Param::query("redirect_uri", "<redirect_uri>"),
            Param::query("scope", "<scope>").optional(),
            Param::query("state", "<state>"),
            Param::query("code_challenge", "<code_challenge>").optional(),
        ]));

    /// The same vendor without PKCE and without a word on state.
    pub const QUIET: Provider<'static> = PROVIDER.authorize(AUTHORIZE.pkce(Pkce::None).state_undocumented());

    /// Another vendor.
    pub const OTHER: Provider<'static> =
        Provider::new("other", "Other").authorize(AUTHORIZE).operations(&[EXCHANGE_CODE]).settings(&[
            Setting::new("region").default("eu"),
            Setting::new("api_url").default("https://api.acme.example/v1"),
        ]);

    pub const EXCHANGE_CODE: Operation<'static> = Operation::post("exchange_code", "https://acme.example/token")
        .client_auth(ClientAuth::Basic)
        .params(&[
            Param::body("grant_type", "authorization_code"),
            Param::body("code", "<code>"),
            Param::body("redirect_uri", "<redirect_uri>"),
            Param::body("code_verifier", "<code_verifier>").optional(),
        ])
        .answer(Answer::json().tokens(&[ISSUED]));

    pub const REFRESH: Operation<'static> = Operation::post("refresh", "https://acme.example/token")
        .client_auth(ClientAuth::Basic)
        .params(&[Param::body("grant_type", "refresh_token"), Param::body("refresh_token", "<refresh_token>")])
        .answer(Answer::json().tokens(&[ISSUED]));

    pub const LOG_IN: Operation<'static> = Operation::post("log_in", "https://acme.example/token")
        .params(&[Param::body("username", "<username>"), Param::body("password", "<password>")])
        .answer(Answer::json().tokens(&[ISSUED_ID]));

    pub const ISSUE_ID: Operation<'static> = Operation::post("issue_id", "https://acme.example/id")
        .encoding(Encoding::Json)
        .params(&[Param::body("client_secret", "<client_secret>"), Param::body("user", "<user>")])
        .answer(Answer::json().tokens(&[ISSUED_ID]));

    pub const CREATE_USER: Operation<'static> = Operation::post("create_user", "https://acme.example/users")
        .params(&[Param::body("email", "<email>")])
        .answer(Answer::json().tokens(&[ISSUED]).shape(Shape::Object(&[Field::new("guid", Shape::String)])))
        .refusal(Refusals::rfc().failures(&[Failure::new("taken").status(409)]));

    pub const ME: Operation<'static> = Operation::get("me", "<api_url>/me")
        .params(&[Param::header("Authorization", "Bearer <token>"), Param::query("lang", "<lang>").optional()])
        .token("access")
        .answer(Answer::json().shape(Shape::Object(&[Field::new("name", Shape::String)])));

    pub const ADD: Operation<'static> = Operation::post("add", "<api_url>/readings")
        .encoding(Encoding::Json)
        .params(&[Param::header("Authorization", "Bearer <token>"), Param::body("readings", "<readings>")])
        .token("access")
        .answer(Answer::json().shape(Shape::Nothing));

    pub const ACCESS: TokenKind<'static> = TokenKind::new("access")
        .renew(Renew::Refresh("refresh"))
        .api("<api_url>", &[Param::header("Authorization", "Bearer <token>")]);
    pub const ID: TokenKind<'static> = TokenKind::new("id").renew(Renew::Reissue);
    pub const ONCE: TokenKind<'static> = TokenKind::new("once");

    const ISSUED: Issued<'static> = Issued::new("access", "/access_token")
        .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds))
        .refresh("/refresh_token", Expiry::unknown());
    const ISSUED_ID: Issued<'static> =
        Issued::new("id", "/id").expires(Expiry::field("/expires_in", ExpiryUnit::Seconds).or_seconds(3600));
}

#[derive(Debug)]
pub enum Access {}

impl rt::TokenKind for Access {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ACCESS;
}

#[derive(Debug)]
pub enum Id {}

impl rt::TokenKind for Id {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ID;
}

#[derive(Debug)]
pub enum Once {}

impl rt::TokenKind for Once {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ONCE;
}

/// What the vendor does with a request.
pub enum Reply {
    Answer(u16, String),
    /// With one header.
    Headed(u16, (&'static str, &'static str), String),
    Fail(TransportErrorKind),
    /// Fails after this much of an answer.
    Cut(TransportErrorKind, Response),
}

pub fn json(status: u16, body: &str) -> Reply {
    Reply::Answer(status, body.to_owned())
}

/// The `n`th pair of tokens.
pub fn tokens(n: usize) -> Reply {
    let body =
        format!(r#"{{"access_token":"access-{n}-{CANARY}","refresh_token":"refresh-{n}-{CANARY}","expires_in":3600}}"#);
    Reply::Answer(200, body)
}

type Script = Box<dyn Fn(&Request, usize) -> Reply + Send + Sync>;

/// A vendor that answers as a closure says, given the request and how many there were to the same path before.
pub struct Vendor {
    pub delay: Duration,
    pub log: Mutex<Vec<Request>>,
    pub fresh: Mutex<Vec<bool>>,
    script: Script,
}

impl Vendor {
    pub fn new(script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Self::slow(Duration::ZERO, script)
    }

    pub fn slow(delay: Duration, script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { delay, log: Mutex::default(), fresh: Mutex::default(), script: Box::new(script) })
    }

    /// How many requests there were to this path.
    pub fn count(&self, path: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|request| request.url.path() == path).count()
    }

    pub fn last(&self) -> Request {
        self.log.lock().unwrap().last().unwrap().clone()
    }

    pub fn last_body(&self) -> String {
        String::from_utf8(self.last().body).unwrap()
    }
}

/// For `Arc<Vendor>`, so that tests keep a hand on it.
impl Transport for Vendor {
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let before = self.count(request.url.path());
            self.fresh.lock().unwrap().push(limits.fresh_connection);
            self.log.lock().unwrap().push(request.clone());
            if !self.delay.is_zero() {
                tokio::time::sleep(self.delay).await;
            }
            match (self.script)(&request, before) {
                Reply::Answer(status, body) => Ok(Response { status, headers: Default::default(), body: body.into() }),
                Reply::Headed(status, (name, value), body) => {
                    let headers = [(name.parse().unwrap(), value.parse().unwrap())].into_iter().collect();
                    Ok(Response { status, headers, body: body.into() })
                }
                Reply::Fail(kind) => Err(TransportError::new(kind)),
                Reply::Cut(kind, part) => Err(TransportError::new(kind).with_partial(Some(part))),
            }
        })
    }
}

/// A clock that moves when told to. It counts finer than stores keep.
#[derive(Default)]
pub struct HandClock(AtomicU64);

impl HandClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(1_700_000_000)))
    }

    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn go_back(&self, seconds: u64) {
        self.0.fetch_sub(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst)) + Duration::from_nanos(1_234)
    }
}

/// Writes down everything that it sees.
#[derive(Default)]
pub struct Notes(pub Mutex<Vec<String>>);

impl Notes {
    pub fn text(&self) -> String {
        self.0.lock().unwrap().join("\n---\n")
    }

    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

impl Observer for Notes {
    fn sent(&self, request: &SentRequest) {
        self.add(format!("{request}\n{request:?}"));
    }

    fn received(&self, response: &ReceivedResponse) {
        self.add(format!("{response}\n{response:?}"));
    }

    fn failed(&self, operation: &str, error: &authsmith::Error) {
        self.add(format!("{operation} {error} {error:?}"));
    }

    fn noted(&self, operation: &str, note: &authsmith::Note) {
        self.add(format!("{operation}: {note}"));
    }
}

/// A whole configuration of Acme but for what a test changes.
pub fn config(vendor: &Arc<Vendor>) -> Config {
    config_of(&operations::PROVIDER, vendor)
}

pub fn config_of(provider: &'static rt::data::Provider<'static>, vendor: &Arc<Vendor>) -> Config {
    Config::new(provider)
        .client_id("app")
        .client_secret(format!("client-secret-{CANARY}"))
        .redirect_uri("https://app.example/callback")
        .store(MemoryStore::new())
        .transport(Arc::clone(vendor))
}

/// Tokens as a grant would have given them an hour's life, now.
pub fn access(clock: &HandClock) -> Tokens<Access> {
    Tokens::new(format!("access-0-{CANARY}"))
        .with_refresh_token(format!("refresh-0-{CANARY}"))
        .expires_at(clock.now() + Duration::from_secs(3600))
}

pub fn assert_no_canary(text: &str) {
    assert!(!text.contains(CANARY), "a secret shows in: {text}");
}
