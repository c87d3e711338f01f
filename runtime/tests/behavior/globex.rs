//! A vendor that does much besides the standard: one host for every tenant, captured values, callbacks of its own, four
//! ways of renewal, revocation.

use std::collections::HashMap;

use authsmith::codegen::v1 as rt;
use authsmith::{Client, Tokens};

use crate::acme::{self, CANARY, HandClock, Vendor};

pub mod operations {
    use authsmith::codegen::v1::data::*;

    pub const PROVIDER: Provider<'static> = Provider::new("globex", "Globex")
        .authorize(AUTHORIZE)
        .operations(&[EXCHANGE_CODE, REFRESH, LOG_IN, EXTEND, SWAP, REVOKE, ME, DOWNLOAD, INVITE])
        .tokens(&[ACCESS, EXTENDED, SWAPPED, LAZY, EARLY])
        .settings(&[
            Setting::new("edition").default("x").allowed(&["x", "y"]),
            Setting::new("note").optional(),
            Setting::new("domain")
                .of_connection()
                .suffix(".globex.example")
                .pattern(r"[a-z0-9-]+\.globex\.example")
                .format(Format::Hostname),
            Setting::new("desk").of_connection().optional().format(Format::Uuid),
            Setting::new("zone").of_connection().default("eu"),
        ])
        .values(&[("credentials", "<client_id>:<client_secret>")])
        .verify("me");

    const AUTHORIZE: Authorize<'static> =
        Authorize::new(Operation::get("authorize", "https://<domain>/authorize").params(&[
            Param::query("client_id", "<client_id>"),
            Param::query("scope", "<scope>").optional(),
            Param::query("user_scope", "<user_scope>").optional(),
            Param::query("plan", "<plan>").optional(),
            Param::query("state", "<state>"),
        ]))
        .pkce(Pkce::None)
        .scope_separator(",")
        .default_scopes(&["basic", "mail"])
        .state_rule(12, Alphabet::Digits)
        .callback(
            Callback::new()
                .code("auth_code")
                .state("mark")
                .error("fault")
                .error_text("fault_text")
                .keep(&[Kept::new("realm_id", "realmId"), Kept::new("shard", "shard").or_default("0")])
                .denied_by_absence()
                .issuer("https://<domain>"),
        );

    pub const EXCHANGE_CODE: Operation<'static> = Operation::post("exchange_code", "https://<domain>/token")
        .params(&[Param::body("code", "<code>"), Param::body("realm", "<realm_id>"), Param::body("zone", "<zone>")])
        .answer(Answer::json().tokens(&[ISSUED]).keep(&[Kept::new("api_host", "/api_host")]));

    pub const REFRESH: Operation<'static> = Operation::post("refresh", "https://<domain>/token")
        .params(&[Param::body("refresh_token", "<refresh_token>"), Param::body("realm", "<realm_id>").optional()])
        .answer(Answer::json().tokens(&[ISSUED]).keep(&[Kept::new("api_host", "/api_host")]))
        .refusal(LIMITED);

    pub const LOG_IN: Operation<'static> = Operation::post("log_in", "https://<domain>/login")
        .client_auth(ClientAuth::BasicOf("<credentials>"))
        .params(&[
            Param::body("user", "<user>"),
            Param::body("desk", "<desk>").optional(),
            Param::header("X-Sent", "<now | epoch>"),
            Param::header("X-Request", "<random | uuid>"),
        ])
        .answer(Answer::json().tokens(&[ISSUED, ISSUED_EXTENDED, ISSUED_SWAPPED, ISSUED_LAZY, ISSUED_EARLY]));

    pub const EXTEND: Operation<'static> = Operation::post("extend", "https://<domain>/extend")
        .params(&[Param::body("token", "<token>")])
        .answer(Answer::json().succeeds(&[Check::equals("/result", "0000")]))
        .refusal(Refusals::rfc().code("/result"));

    pub const SWAP: Operation<'static> = Operation::get("swap", "https://<domain>/swap")
        .params(&[Param::query("token", "<token>")])
        .answer(Answer::json().tokens(&[ISSUED_SWAPPED, ISSUED_LAZY]));

    pub const REVOKE: Operation<'static> = Operation::post("revoke", "https://<domain>/revoke")
        .params(&[
            Param::body("token", "<token>"),
            Param::header("X-Hint", "<token_type_hint>"),
            Param::header("X-Access", "<access_token>"),
        ])
        .answer(Answer::json().shape(Shape::Nothing));

    pub const ME: Operation<'static> = Operation::get("me", "https://<api_host>/<zone>/me")
        .params(&[Param::header("Cookie-Like", "<token>"), Param::query("desk", "<desk>").optional()])
        .token("access")
        .answer(Answer::json())
        .refusal(LIMITED);

    pub const DOWNLOAD: Operation<'static> = Operation::get("download", "https://<api_host>/file")
        .params(&[Param::header("Authorization", "Bearer <token>")])
        .token("access")
        .answer(Answer::json().format(AnswerFormat::Bytes));

    pub const INVITE: Operation<'static> = Operation::post("invite", "https://<domain>/invite")
        .params(&[Param::body("user", "<user>")])
        .answer(Answer::json().code("/code"));

    pub const ACCESS: TokenKind<'static> =
        TokenKind::new("access").renew(Renew::Refresh("refresh")).revoke("revoke").api(
            "https://<api_host>/v1",
            &[
                Param::header("Authorization", "Bearer <token>"),
                Param::header("X-Zone", "<zone>"),
                Param::query("edition", "<edition>"),
            ],
        );
    pub const EXTENDED: TokenKind<'static> = TokenKind::new("extended").renew(Renew::Extend("extend"));
    pub const SWAPPED: TokenKind<'static> = TokenKind::new("swapped").renew(Renew::Exchange("swap"));
    pub const LAZY: TokenKind<'static> = TokenKind::new("lazy").renew(Renew::Exchange("swap")).on_demand();
    pub const EARLY: TokenKind<'static> = TokenKind::new("early").renew(Renew::Extend("extend")).early(600);

    /// The same vendor, where a refresh succeeds with status 200 and `ok` alone.
    pub const STRICT: Provider<'static> =
        PROVIDER.operations(&[LOG_IN, REFRESH.answer(REFRESH.answers().statuses(&[200]).succeeds(OK))]);
    const OK: &[Check<'static>] = &[Check::one_of("/ok", &["true", "1"])];

    const LIMITED: Refusals<'static> = Refusals::rfc()
        .waits(&[Wait::new("header:X-Wait", WaitUnit::Delay)])
        .limited(Limited::new().statuses(&[403]).remaining("X-Left").codes(&["slow"]));
    const ISSUED: Issued<'static> = Issued::new("access", "/access_token")
        .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds))
        .refresh("/refresh_token", Expiry::unknown());
    const HOUR: Expiry<'static> = Expiry::field("/expires_in", ExpiryUnit::Seconds).or_seconds(3600);
    const ISSUED_EXTENDED: Issued<'static> = Issued::new("extended", "/access_token").expires(HOUR);
    const ISSUED_SWAPPED: Issued<'static> = Issued::new("swapped", "/access_token").expires(HOUR);
    const ISSUED_LAZY: Issued<'static> = Issued::new("lazy", "/access_token").expires(HOUR);
    const ISSUED_EARLY: Issued<'static> = Issued::new("early", "/access_token").expires(HOUR);
}

rt::token_kinds! {
    pub enum Access = operations::ACCESS;
    pub enum Extended = operations::EXTENDED;
    pub enum Swapped = operations::SWAPPED;
    pub enum Lazy = operations::LAZY;
    pub enum Early = operations::EARLY;
}

rt::authorization! {
    /// The inputs of an authorization request that may be left out.
    pub struct AuthorizeRequest(StateReturned) {
        plan: String = "plan",
    }
}

impl<'c> AuthorizeRequest<'c> {
    pub fn new(client: &'c Client, domain: &str) -> Self {
        Self(client.authorize().setting("domain", domain))
    }
}

pub fn config(vendor: &std::sync::Arc<Vendor>) -> authsmith::Config {
    acme::config_of(&operations::PROVIDER, vendor)
}

pub fn config_of_strict(vendor: &std::sync::Arc<Vendor>) -> authsmith::Config {
    acme::config_of(&operations::STRICT, vendor)
}

pub fn inputs() -> rt::Inputs {
    rt::inputs().setting("domain", "initech").with("user", "ada")
}

/// A token of any kind, for one hour.
pub async fn log_in<K: rt::TokenKind>(client: &Client) -> Tokens<K> {
    client.grant(&operations::LOG_IN, inputs()).await.unwrap().tokens().unwrap()
}

/// What a grant answers when it gives the `n`th token, and where the API is.
pub fn granted(n: usize) -> acme::Reply {
    acme::json(
        200,
        &format!(
            r#"{{"access_token":"access-{n}-{CANARY}","refresh_token":"refresh-{n}-{CANARY}","expires_in":3600,
                "api_host":"api-{n}.globex.example"}}"#
        ),
    )
}

pub fn client(vendor: &std::sync::Arc<Vendor>) -> (Client, std::sync::Arc<HandClock>) {
    let clock = HandClock::new();
    (config(vendor).clock(std::sync::Arc::clone(&clock)).build().unwrap(), clock)
}

/// The pairs of a query or a form.
pub fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// A callback that answers a login at the tenant `initech`.
pub fn callback(login: &authsmith::Login, rest: &str) -> String {
    let url = url::Url::parse(login.url()).unwrap();
    let state = pairs(url.query().unwrap_or_default())["state"].clone();
    format!("https://app.example/callback?mark={state}&{rest}")
}
