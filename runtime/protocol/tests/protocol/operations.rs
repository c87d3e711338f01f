//! Operation data written the way a generated crate writes it: `const` items over builder methods. That this compiles
//! shows that the slices are promoted to constants.

use authsmith_protocol::operation::{
    Answer, ClientAuth, Encoding, Expiry, ExpiryUnit, Failure, Issued, Operation, Param, Refusals,
};
use authsmith_protocol::pkce;
use authsmith_protocol::provider::{Authorize, Format, Pkce, Provider, Renew, Setting, TokenKind};
use authsmith_protocol::shape::{Field, Shape};

pub const PROVIDER: Provider<'static> = Provider::new("vitaldb", "VitalDB")
    .authorize(
        Authorize::new(Operation::get("authorize", "https://vitaldb.net/oauth2/login").params(&[
            Param::query("client_id", "<client_id>"),
            Param::query("redirect_uri", "<redirect_uri>"),
            Param::query("scope", "<scope>").optional(),
            Param::query("state", "<state>"),
        ]))
        .pkce(Pkce::None)
        .code_lifetime(180),
    )
    .operations(&[EXCHANGE_CODE, LOG_IN, USERINFO])
    .tokens(&[ACCESS])
    .settings(&[
        Setting::new("base").format(Format::Url),
        Setting::new("body").default("json").allowed(&["json", "form"]),
    ]);

pub const ACCESS: TokenKind<'static> = TokenKind::new("access").renew(Renew::None);

pub const EXCHANGE_CODE: Operation<'static> = Operation::post("exchange_code", "https://vitaldb.net/oauth2/token")
    .params(&[
        Param::body("code", "<code>"),
        Param::body("client_id", "<client_id>"),
        Param::body("client_secret", "<client_secret>"),
    ])
    .answer(Answer::json().tokens(&[TOKEN]));

pub const LOG_IN: Operation<'static> = Operation::post("log_in", "https://vitaldb.net/oauth2/token")
    .params(&[Param::body("id", "<username>"), Param::body("pw", "<password>")])
    .answer(Answer::json().tokens(&[TOKEN]));

pub const USERINFO: Operation<'static> = Operation::get("userinfo", "https://vitaldb.net/oauth2/userinfo")
    .params(&[Param::query("access_token", "<token>")])
    .token("access")
    .answer(
        Answer::json().shape(Shape::Object(&[Field::new("userid", Shape::String), Field::new("email", Shape::String)])),
    );

/// Yields a token with a refresh token, and a field beside them.
pub const CREATE_USER: Operation<'static> = Operation::post("create_user", "https://api.example/users.json")
    .client_auth(ClientAuth::Basic)
    .encoding(Encoding::Json)
    .params(&[Param::body("username", "<username>"), Param::body("password", "<password>")])
    .answer(
        Answer::json()
            .shape(Shape::Object(&[
                Field::new("guid", Shape::String),
                Field::new("created_at", Shape::Integer).optional(),
                Field::new("pin", Shape::Secret).optional(),
            ]))
            .tokens(&[TOKEN]),
    )
    .refusal(Refusals::rfc().failures(&[
        Failure::new("taken").status(409),
        Failure::new("blocked").code("user_blocked"),
        Failure::new("bad_name").status(422).code("7"),
    ]));

/// Yields an authorization code.
pub const ISSUE_CODE: Operation<'static> = Operation::post("issue_code", "https://api.example/codes")
    .client_auth(ClientAuth::Basic)
    .params(&[Param::body("email", "<email>")])
    .answer(Answer::json().shape(Shape::Object(&[Field::new("userId", Shape::String)])).code("/code"));

pub const TOKEN: Issued<'static> = Issued::new("access", "/access_token")
    .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds).or_seconds(3600))
    .refresh("/refresh_token", Expiry::field("/refresh_token_expires_in", ExpiryUnit::Seconds));

#[test]
fn constants_read_like_any_other_data() {
    assert_eq!(PROVIDER.operation("userinfo"), Some(&USERINFO));
    assert_eq!(PROVIDER.operation("nothing"), None);
    assert_eq!(PROVIDER.token("access").map(TokenKind::renewal), Some(Renew::None));
    assert_eq!(PROVIDER.authorization().unwrap().code_seconds(), Some(180));
}

#[test]
fn pkce_agrees_with_the_rfc() {
    // RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into();
    assert_eq!(pkce::challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let mut random = [0; 64];
    random[63] = 1;
    let (state, verifier) = pkce::login_secrets(&random);
    assert_eq!(state.expose(), "A".repeat(43));
    assert_eq!(verifier.expose(), format!("{}E", "A".repeat(42)));
}
