//! What a generated crate looks like, written by hand: the runtime's promise to the generator.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "its shape is what is checked")]
mod vitaldb {
    //! Vital signs recorded during surgery, read with the consent of a VitalDB user.

    pub mod operations {
        //! What VitalDB's requests and answers look like, as data.

        use authsmith::codegen::v1::data::*;

        pub const PROVIDER: Provider<'static> = Provider::new("vitaldb", "VitalDB")
            .authorize(AUTHORIZE)
            .operations(&[EXCHANGE_CODE, LOG_IN, USERINFO])
            .tokens(&[ACCESS]);

        pub const AUTHORIZE: Authorize<'static> =
            Authorize::new(Operation::get("authorize", "https://vitaldb.net/oauth2/login").params(&[
                Param::query("client_id", "<client_id>"),
                Param::query("redirect_uri", "<redirect_uri>"),
                Param::query("state", "<state>"),
            ]))
            .pkce(Pkce::None)
            .code_lifetime(180);

        pub const EXCHANGE_CODE: Operation<'static> =
            Operation::post("exchange_code", "https://vitaldb.net/oauth2/token")
                .params(&[
                    Param::body("code", "<code>"),
                    Param::body("client_id", "<client_id>"),
                    Param::body("client_secret", "<client_secret>"),
                ])
                .answer(Answer::json().tokens(&[ISSUED]));

        pub const LOG_IN: Operation<'static> = Operation::post("log_in", "https://vitaldb.net/oauth2/token")
            .params(&[Param::body("id", "<username>"), Param::body("pw", "<password>")])
            .answer(Answer::json().tokens(&[ISSUED]));

        pub const USERINFO: Operation<'static> = Operation::get("userinfo", "https://vitaldb.net/oauth2/userinfo")
            .params(&[Param::query("access_token", "<token>")])
            .token("access")
            .answer(
                Answer::json()
                    .shape(Shape::Object(&[Field::new("userid", Shape::String), Field::new("email", Shape::String)])),
            );

        pub const ACCESS: TokenKind<'static> = TokenKind::new("access");

        const ISSUED: Issued<'static> = Issued::new("access", "/access_token")
            .expires(Expiry::field("/expires_in", ExpiryUnit::Seconds).or_seconds(3600))
            .refresh("/refresh_token", Expiry::unknown());
    }

    use std::marker::PhantomData;

    use authsmith::codegen::v1 as rt;
    pub use authsmith::{PendingLogin, Secret, Tokens};
    pub use operations::PROVIDER;

    const _: () = rt::requires(1);

    rt::token_kinds! {
        /// The token that the calls show. It lives 1 hour. It can't be renewed: when it expires, the user must come back.
        pub enum Access = operations::ACCESS;
    }

    rt::errors! {
        /// Why an operation failed.
        pub enum Error {}
    }

    /// A client of VitalDB; clones share everything.
    #[derive(Clone, Debug)]
    pub struct Client(rt::Client);

    impl Client {
        pub fn builder() -> Builder {
            Builder { config: rt::Config::new(&PROVIDER), set: PhantomData }
        }

        /// Sends the user to `https://vitaldb.net/oauth2/login`. A code lives 3 minutes.
        pub fn authorize(&self) -> rt::Authorize<'_> {
            self.0.authorize()
        }

        /// Exchanges the code that the callback brings.
        pub async fn exchange_code(
            &self,
            pending: PendingLogin,
            callback: impl AsRef<str>,
        ) -> Result<Tokens<Access>, Error> {
            Ok(self.0.exchange_code(&operations::EXCHANGE_CODE, pending, callback.as_ref()).await?.tokens()?)
        }

        /// Trades a user's ID and password for a token. Discouraged: it shows the user's password to the app.
        pub async fn log_in(
            &self,
            username: impl Into<String>,
            password: impl Into<Secret>,
        ) -> Result<Tokens<Access>, Error> {
            let inputs = rt::inputs().with("username", username.into()).with("password", password.into());
            Ok(self.0.grant(&operations::LOG_IN, inputs).await?.tokens()?)
        }

        /// Keeps a user's tokens under an id of yours.
        pub async fn keep(
            &self,
            id: impl Into<String>,
            tokens: impl Into<Tokens<Access>>,
        ) -> Result<Connection, Error> {
            Ok(Connection(self.0.keep(id, tokens.into()).await?))
        }

        /// The connection that was kept under this id, by this process or another.
        pub async fn resume(&self, id: impl Into<String>) -> Result<Connection, Error> {
            Ok(Connection(self.0.resume(id).await?))
        }

        /// Waits for the renewals under way; call it before the process ends.
        pub async fn close(&self) -> Result<(), Error> {
            Ok(self.0.close().await?)
        }
    }

    /// A user's tokens, kept in the store.
    #[derive(Clone, Debug)]
    pub struct Connection(rt::Connection<Access>);

    impl Connection {
        /// Who the user is.
        pub fn userinfo(&self) -> rt::Call<Userinfo, Error> {
            self.0.call(&operations::USERINFO, rt::inputs())
        }
    }

    impl std::ops::Deref for Connection {
        type Target = rt::Connection<Access>;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }

    #[derive(Clone, Debug, rt::Deserialize)]
    #[serde(crate = "authsmith::codegen::v1::serde")]
    #[non_exhaustive]
    pub struct Userinfo {
        pub userid: String,
        pub email: String,
        #[serde(flatten)]
        pub extra: rt::Extra,
    }

    /// What a [`Builder`] still misses.
    pub mod missing {
        #[derive(Debug)]
        pub enum ClientId {}
        #[derive(Debug)]
        pub enum ClientSecret {}
        #[derive(Debug)]
        pub enum RedirectUri {}
        #[derive(Debug)]
        pub enum Store {}
    }

    /// Builds a [`Client`]. What is still missing stands in its type.
    #[derive(Debug)]
    #[must_use]
    pub struct Builder<A = missing::ClientId, B = missing::ClientSecret, C = missing::RedirectUri, D = missing::Store> {
        config: rt::Config,
        set: PhantomData<(A, B, C, D)>,
    }

    impl<A, B, C, D> Builder<A, B, C, D> {
        fn with<A2, B2, C2, D2>(self, change: impl FnOnce(rt::Config) -> rt::Config) -> Builder<A2, B2, C2, D2> {
            Builder { config: change(self.config), set: PhantomData }
        }

        pub fn client_id(self, value: impl Into<String>) -> Builder<rt::Set, B, C, D> {
            self.with(|config| config.client_id(value))
        }

        pub fn client_secret(self, value: impl Into<Secret>) -> Builder<A, rt::Set, C, D> {
            self.with(|config| config.client_secret(value))
        }

        /// Where the vendor sends the user back to, exactly as it is registered there.
        pub fn redirect_uri(self, value: impl Into<String>) -> Builder<A, B, rt::Set, D> {
            self.with(|config| config.redirect_uri(value))
        }

        /// Where connections are kept.
        pub fn store(self, store: impl authsmith::Store) -> Builder<A, B, C, rt::Set> {
            self.with(|config| config.store(store))
        }

        /// Changes what every vendor's client has: the server, the transport, the clock, the observer, the limits.
        pub fn configure(self, change: impl FnOnce(rt::Config) -> rt::Config) -> Self {
            self.with(change)
        }

        /// # Errors
        ///
        /// When a value can't work, such as a redirect URI that isn't absolute.
        pub fn build(self) -> Result<Client, Error>
        where
            A: rt::IsSet,
            B: rt::IsSet,
            C: rt::IsSet,
            D: rt::IsSet,
        {
            Ok(Client(self.config.build()?))
        }
    }
}

/// The pieces of the other four vendors: several token kinds, fields, documented failures, open enums, a widget, scopes,
/// optional inputs.
#[allow(dead_code, reason = "their shapes are what is checked")]
mod pieces {
    use authsmith::codegen::v1 as rt;
    use authsmith::{Granted, GrantedCode, Tokens};

    mod operations {
        use authsmith::codegen::v1::data::*;

        pub const SESSION: TokenKind<'static> = TokenKind::new("session").renew(Renew::Reissue);
        pub const ID: TokenKind<'static> = TokenKind::new("id").renew(Renew::Reissue);
        pub const SESSION_TOKEN: Operation<'static> = Operation::post("session_token", "https://auth.example/token")
            .encoding(Encoding::Json)
            .answer(Answer::json().tokens(&[Issued::new("session", "/session_token")]))
            .refusal(Refusals::rfc().failures(&[Failure::new("source_already_connected").status(403)]));
        pub const ID_TOKEN: Operation<'static> = Operation::post("id_token", "https://auth.example/token");
        pub const CREATE_USER: Operation<'static> = Operation::post("create_user", "https://auth.example/users");
        pub const EXCHANGE_CODE: Operation<'static> = Operation::post("exchange_code", "https://auth.example/token");
        pub const REFRESH: Operation<'static> = Operation::post("refresh", "https://auth.example/token");
        pub const SUMMARIES: Operation<'static> = Operation::get("summaries", "https://auth.example/summaries");
    }

    rt::token_kinds! {
        pub enum Session = operations::SESSION;
        pub enum Id = operations::ID;
    }

    rt::errors! {
        /// Why an operation failed.
        pub enum Error {
            /// The user has connected a source already; ask for an id token.
            SourceAlreadyConnected = "source_already_connected",
        }
    }

    rt::open_enums! {
        /// A scope to ask for.
        pub enum Scope { ProfileRead = "profile_read", Pay = "pay" }
    }

    #[derive(Clone, Debug)]
    pub struct Client(pub rt::Client);

    #[derive(Clone, Debug, rt::Deserialize)]
    #[serde(crate = "authsmith::codegen::v1::serde")]
    #[non_exhaustive]
    pub struct SessionToken {
        pub human_id: String,
        #[serde(flatten)]
        pub extra: rt::Extra,
    }

    /// What [`Client::start_or_resume`] has got.
    #[derive(Debug)]
    pub enum StartOrResume {
        SessionToken(Granted<Session, SessionToken>),
        IdToken(Tokens<Id>),
    }

    impl Client {
        pub fn authorize(&self, scopes: impl IntoIterator<Item = Scope>) -> rt::Authorize<'_, rt::StateUndocumented> {
            self.0.authorize().scopes(scopes)
        }

        pub async fn session_token(&self, user: impl Into<String>) -> Result<Granted<Session, SessionToken>, Error> {
            let inputs = rt::inputs().with("client_user_id", user.into());
            Ok(self.0.grant(&operations::SESSION_TOKEN, inputs).await?.granted()?)
        }

        pub async fn id_token(&self, user: impl Into<String>) -> Result<Tokens<Id>, Error> {
            let inputs = rt::inputs().with("client_user_id", user.into());
            Ok(self.0.grant(&operations::ID_TOKEN, inputs).await?.tokens()?)
        }

        pub async fn start_or_resume(&self, user: impl Into<String>) -> Result<StartOrResume, Error> {
            let user = user.into();
            match self.session_token(user.clone()).await {
                Ok(granted) => Ok(StartOrResume::SessionToken(granted)),
                Err(Error::SourceAlreadyConnected(_)) => Ok(StartOrResume::IdToken(self.id_token(user).await?)),
                Err(error) => Err(error),
            }
        }

        pub async fn create_user(&self, email: impl Into<String>) -> Result<GrantedCode<SessionToken>, Error> {
            let inputs = rt::inputs().with("email", email.into());
            Ok(self.0.grant(&operations::CREATE_USER, inputs).await?.code()?)
        }

        pub async fn exchange_issued_code(&self, code: rt::AuthorizationCode) -> Result<Tokens<Id>, Error> {
            Ok(self.0.exchange_issued_code(&operations::EXCHANGE_CODE, code).await?.tokens()?)
        }

        pub async fn refresh(&self, tokens: Tokens<Id>) -> Result<Tokens<Id>, Error> {
            Ok(self.0.refresh(&operations::REFRESH, tokens).await?)
        }

        pub async fn keep<K: rt::TokenKind>(
            &self,
            id: impl Into<String>,
            tokens: impl Into<Tokens<K>>,
        ) -> Result<Connection<K>, Error> {
            Ok(Connection(self.0.keep(id, tokens.into()).await?))
        }

        pub fn connect(&self, token: &Tokens<Session>) -> Result<rt::Widget, Error> {
            let widget = self.0.widget("connect", "<connect_script_url>", "HumanConnect.open")?;
            Ok(widget.token("token", token.token()).event("onClose"))
        }
    }

    #[derive(Debug)]
    pub struct Connection<K>(rt::Connection<K>);

    impl Connection<Id> {
        pub fn summaries(&self) -> SummariesRequest {
            SummariesRequest(self.0.call(&operations::SUMMARIES, rt::inputs()))
        }
    }

    rt::request! {
        /// The optional inputs of [`Connection::summaries`].
        pub struct SummariesRequest(rt::Json, Error) {
            date_from: rt::Date = "date_from",
            since: rt::Epoch = "since",
            day: rt::Yyyymmdd = "day",
            device_key: rt::Secret = "device_key",
            per_page: i64 = "per_page",
        }
    }
}

use authsmith::{MemoryStore, Tokens};

fn client() -> vitaldb::Client {
    vitaldb::Client::builder()
        .client_id("id")
        .client_secret("secret")
        .redirect_uri("https://app.example/callback")
        .store(MemoryStore::new())
        .configure(|config| config.server("http://127.0.0.1:1"))
        .build()
        .unwrap()
}

#[test]
fn the_login_page_gets_what_the_vendor_documents() {
    let client = client();
    let login = client.authorize().start().unwrap();
    let (before_state, _) = login.url().split_once("&state=").unwrap();
    assert_eq!(
        before_state,
        "http://127.0.0.1:1/oauth2/login?client_id=id&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback"
    );
}

#[test]
fn what_is_wrong_is_said_before_anything_is_sent() {
    let builder = vitaldb::Client::builder().client_id("id").client_secret("secret").redirect_uri("/callback");
    let error = builder.store(MemoryStore::new()).build().unwrap_err();
    assert_eq!(error.to_string(), "the redirect URI is not absolute");
}

#[test]
fn open_enums_take_words_that_nobody_listed() {
    use pieces::Scope;
    assert_eq!(Scope::from("pay"), Scope::Pay);
    assert_eq!(Scope::from("new".to_owned()), Scope::Other("new".to_owned()));
    assert_eq!(String::from(Scope::ProfileRead), "profile_read");
    let read: Vec<Scope> = serde_json::from_str(r#"["pay","x"]"#).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), r#"["pay","x"]"#);
}

/// Everything that a web framework spawns must be `Send`.
#[test]
fn futures_can_be_spawned() {
    fn spawnable<T: Send>(value: T) -> T {
        value
    }
    let client = client();
    let pending = client.authorize().start().unwrap().into_pending();
    drop(spawnable(client.exchange_code(pending, "?code=1")));
    drop(spawnable(client.log_in("user", "password")));
    drop(spawnable(client.keep("id", Tokens::new("token"))));
    drop(spawnable(async move { client.resume("id").await?.userinfo().await }));
    let _ = |client: pieces::Client, code| {
        drop(spawnable(client.start_or_resume("user")));
        drop(spawnable(client.create_user("mail")));
        drop(spawnable(client.exchange_issued_code(code)));
        drop(spawnable(client.refresh(Tokens::new("token"))));
        drop(spawnable(async move { client.keep("id", Tokens::new("t")).await?.summaries().per_page(1).send().await }));
    };
}
