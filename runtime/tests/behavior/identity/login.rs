//! Logins whose ID tokens are as they should be, and the nonce.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_login_says_who_the_user_is() {
    let stage = Stage::new();
    let tokens = stage.good_login().await.unwrap();
    let id_token = tokens.id_token().unwrap();
    assert_eq!((id_token.sub(), id_token.issuer()), (format!("ada-{CANARY}").as_str(), "https://signed.example"));
    // A number that came as text.
    assert_eq!(id_token.claims().unwrap(), Claims { age: Some(36) });
    let lives = id_token.expires_at().unwrap().duration_since(id_token.issued_at().unwrap());
    assert_eq!((lives.unwrap(), id_token.authenticated_at()), (Duration::from_secs(300), None));
    assert!(tokens.extra().get("id_token").is_none(), "it is nobody's extra");
    assert_eq!((stage.vendor.count("/jwks"), stage.vendor.count("/token")), (1, 1));

    // Of all that, a connection keeps who the user is.
    let raw = id_token.raw().expose().to_owned();
    let kept = stage.client.keep("u", tokens).await.unwrap().tokens().unwrap();
    assert!(kept.id_token().is_none());
    let record = stage.store.load("signed/access/u").await.unwrap().unwrap();
    let record = record.body().expose();
    assert!(record.contains("ada-") && record.contains("https://signed.example") && !record.contains(&raw), "{record}");
}
/// What differs from the simplest ID token and is good all the same.
#[tokio::test]
async fn clocks_may_differ_a_little_and_audiences_be_several() {
    let good = [
        ("just expired", moment("exp", -59.0)),
        ("a minute ahead", moment("nbf", 59.5)),
        ("issued a minute ahead", moment("iat", 59.5)),
        ("the other issuer", claim("iss", "https://old.example")),
        ("no kid", header("kid", Json::Null)),
        (
            "two audiences",
            make(|key, header, claims| {
                let claims = with(claims, "aud", json!(["project", "app"]));
                Some(key.sign(&header, &with(claims, "azp", "app".into())))
            }),
        ),
    ];
    for (name, make) in good {
        let stage = Stage::new();
        assert!(stage.login(make).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn a_nonce_is_one_logins_own() {
    let stage = Stage::new();
    let (first, callback, nonce) = stage.begin();
    let (_, _, other) = stage.begin();
    assert!(nonce != other && nonce.len() == 43);
    // The ID token of the other login, with the code injected into this one.
    let injected = stage.key.sign(&stage.header(), &stage.claims(&other));
    stage.says(|says| says.id_token = Some(injected));
    let error = stage.finish(first, &callback).await.unwrap_err();
    assert_eq!(error.id_token(), Some(&IdTokenError::Nonce));

    // A session keeps it, and can't do without.
    let (pending, callback, nonce) = stage.begin();
    assert!(!format!("{pending:?}").contains(&nonce));
    let text = serde_json::to_string(&pending).unwrap();
    let forged: PendingLogin = serde_json::from_str(&text.replace(&format!(r#""nonce":"{nonce}","#), "")).unwrap();
    let good = stage.key.sign(&stage.header(), &stage.claims(&nonce));
    stage.says(|says| says.id_token = Some(good));
    assert_eq!(stage.finish(forged, &callback).await.unwrap_err().kind(), ErrorKind::LoginForeign);
    stage.finish(serde_json::from_str(&text).unwrap(), &callback).await.unwrap();
}
#[tokio::test]
async fn a_broken_answer_rescues_nothing_that_nobody_vouches_for() {
    let stage = Stage::new();
    stage.says(|says| says.spoiled = true);
    let error = stage.good_login().await.unwrap_err();
    assert_eq!((error.kind(), error.rescued_tokens::<Access>().is_none()), (ErrorKind::Unreadable, true));
}

#[tokio::test]
async fn where_an_answer_may_lack_one_it_is_checked_when_it_is_there() {
    static PROVIDER: std::sync::OnceLock<rt::data::Provider<'static>> = std::sync::OnceLock::new();
    let lenient = PROVIDER
        .get_or_init(|| data::LENIENT.settings(const { &[rt::data::Setting::new("tenant").default("signed")] }));
    let stage = Stage::of(lenient);
    assert!(stage.login(|_, _, _| None).await.unwrap().id_token().is_none());
    assert!(stage.good_login().await.unwrap().id_token().is_some());
    let error = stage
        .login(|_, header, claims| Some(unsigned(&with(header, "alg", "none".into()), &claims)))
        .await
        .unwrap_err();
    assert_eq!(error.id_token(), Some(&IdTokenError::Unsigned));
}
