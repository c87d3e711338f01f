//! Logins with ID tokens, by a generated client against a vendor who signs them with code of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use authsmith::{Happening, IdTokenError, MemoryStore, Tokens};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, IdTokens, Options, Signer, USERNAME};
use authsmith_tests::id_token::{Access, Client, Error, Scope};
use serde_json::{Value, json};

use super::{CALLBACK, Vendor};
use crate::literal::golden;

const NAME: &str = "id_token";

struct Stage {
    vendor: Vendor,
    client: Client,
    told: Arc<Mutex<Vec<Happening>>>,
}

impl Stage {
    async fn new() -> Self {
        let vendor = Vendor::of(NAME, golden(NAME).0.clone(), Options::default()).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&told);
        let client = Client::builder()
            .client_id(CLIENT_ID)
            .client_secret(CLIENT_SECRET)
            .tenant("acme")
            .redirect_uri(CALLBACK)
            .store(MemoryStore::new())
            .configure(|config| {
                let config = vendor.configure(config);
                config.on_event(move |event| listener.lock().unwrap().push(event.what.clone()))
            })
            .build()
            .unwrap();
        Self { vendor, client, told }
    }

    async fn login(&self) -> Result<Tokens<Access>, Error> {
        let login = self.client.authorize([Scope::Openid]).start().unwrap();
        let callback = self.vendor.consent(login.url()).await;
        // As a session keeps it.
        let pending = serde_json::from_str(&serde_json::to_string(login.pending()).unwrap()).unwrap();
        self.client.exchange_code(pending, &callback).await
    }

    fn says(&self, told: Value) {
        self.vendor.sandbox.set_id_tokens(NAME, serde_json::from_value(told).unwrap()).unwrap();
    }

    fn fetched(&self) -> usize {
        self.vendor.statuses("jwks").len()
    }
}

fn reason(error: &Error) -> Option<IdTokenError> {
    match error {
        Error::Other(error) => error.id_token().cloned(),
        _ => None,
    }
}

#[tokio::test]
async fn users_are_known_whatever_the_issuer_the_algorithm_and_the_place() {
    let stage = Stage::new().await;
    let mut issuers = Vec::new();
    for _ in 0..4 {
        let tokens = stage.login().await.unwrap();
        let id_token = tokens.id_token().unwrap();
        let claims = id_token.claims().unwrap();
        assert_eq!((id_token.sub(), claims.email.as_deref()), (USERNAME, Some("user@example.com")));
        assert_eq!((claims.email_verified, claims.groups.map(|groups| groups.len())), (Some(true), Some(1)));
        assert_eq!(id_token.claim("azp"), Some(&json!(CLIENT_ID)));
        issuers.push(id_token.issuer().to_owned());
    }
    assert_eq!(issuers, ["https://id.example/acme", "id.example", "https://id.example/acme", "id.example"]);
    assert_eq!(stage.fetched(), 1);
}

#[tokio::test]
async fn a_vendor_who_lies_gives_nobody_tokens() {
    use IdTokenError as E;
    let lies = [
        (json!({ "left_out": true }), E::Missing),
        (json!({ "header": { "alg": "none" }, "signer": "nobody" }), E::Unsigned),
        (json!({ "header": { "alg": "HS256" } }), E::Algorithm("HS256".into())),
        (json!({ "signer": "stranger", "header": { "jku": "https://evil.example" } }), E::Signature),
        (json!({ "signer": "nobody" }), E::Signature),
        (json!({ "header": { "kid": "x" } }), E::UnknownKey(Some("x".into()))),
        (json!({ "moments": { "exp": -90 } }), E::Expired),
        (json!({ "moments": { "iat": 90 } }), E::IssuedInFuture),
        (json!({ "claims": { "aud": "other" } }), E::Audience),
        (json!({ "claims": { "azp": "other" } }), E::AuthorizedParty),
        (json!({ "claims": { "iss": "https://evil.example" } }), E::Issuer),
        (json!({ "claims": { "nonce": "other" } }), E::Nonce),
        (json!({ "claims": { "nonce": null } }), E::Nonce),
        (json!({ "claims": { "sub": null } }), E::Claim("sub")),
        (json!({ "padding": 1 << 20 }), E::TooLong),
        (json!({ "text": ".".repeat(1_000_000) }), E::TooLong),
    ];
    let stage = Stage::new().await;
    for (told, expected) in lies {
        stage.says(told.clone());
        let error = stage.login().await.unwrap_err();
        assert_eq!(reason(&error), Some(expected), "{told}");
    }
    stage.says(json!({}));
    stage.login().await.unwrap();
}

#[tokio::test]
async fn keys_that_change_are_found() {
    let stage = Stage::new().await;
    stage.login().await.unwrap();
    stage.vendor.sandbox.rotate_keys(NAME, false).unwrap();
    stage.login().await.unwrap();
    assert_eq!(stage.fetched(), 2);
    stage.vendor.sandbox.rotate_keys(NAME, true).unwrap();
    assert!(matches!(reason(&stage.login().await.unwrap_err()), Some(IdTokenError::UnknownKey(_))));
    assert_eq!(stage.fetched(), 2);
    stage.vendor.advance(Duration::from_secs(5 * 60));
    stage.login().await.unwrap();
    assert_eq!(stage.fetched(), 3);
}

#[tokio::test]
async fn a_renewal_of_another_user_is_never_served() {
    // The vendor has two names for itself; renewals keep to the login's.
    let one = json!({ "claims": { "iss": "id.example" } });
    let stage = Stage::new().await;
    stage.says(one.clone());
    let connection = stage.client.keep("u", stage.login().await.unwrap()).await.unwrap();
    connection.renew().await.unwrap();
    let told = IdTokens { signer: Signer::Stranger, ..serde_json::from_value(one).unwrap() };
    stage.vendor.sandbox.set_id_tokens(NAME, told).unwrap();
    connection.renew().await.unwrap();
    connection.token().await.unwrap();
    stage.says(json!({ "claims": { "iss": "id.example", "sub": "somebody-else" } }));
    assert!(connection.renew().await.unwrap_err().needs_consent());
    assert!(connection.token().await.is_err());
    stage.client.close().await.unwrap();
    let told: Vec<_> = stage.told.lock().unwrap().drain(..).collect();
    let odd: Vec<_> = told.into_iter().filter(|what| !matches!(what, Happening::Renewed { .. })).collect();
    assert!(odd.contains(&Happening::SubjectChanged), "{odd:?}");
    assert!(odd.contains(&Happening::IdTokenRefused { why: IdTokenError::Signature }) && odd.len() == 2, "{odd:?}");
}
