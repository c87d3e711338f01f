//! ID tokens of renewals.

use super::*;

#[tokio::test]
async fn a_renewal_of_another_user_or_issuer_is_kept_and_never_served() {
    let others: [(&str, Json); 2] = [("sub", "eve".into()), ("iss", "https://old.example".into())];
    for (claim, value) in others {
        let stage = Stage::new();
        let connection =
            stage.connection(|key, header, claims| Some(key.sign(&header, &with(claims, claim, value)))).await;
        let error = connection.renew().await.unwrap_err();
        assert!(error.needs_consent(), "{claim}: {error}");
        assert!(connection.token().await.unwrap_err().needs_consent());
        let record = stage.store.load("signed/access/u").await.unwrap().unwrap();
        assert!(record.body().expose().contains(&format!("r1-{CANARY}")), "it is kept");
        assert_eq!(stage.told().await, [Happening::SubjectChanged]);
    }
    // Whoever renews by hand is told so, and gets the tokens with it.
    let stage = Stage::new();
    let tokens = stage.good_login().await.unwrap();
    let theirs = stage.key.sign(&stage.header(), &with(stage.claims(""), "sub", "eve".into()));
    stage.says(|says| says.id_token = Some(theirs));
    let error = stage.client.refresh(&data::REFRESH, tokens).await.unwrap_err();
    assert_eq!((error.id_token(), error.needs_consent()), (Some(&IdTokenError::Subject), true));
    assert_eq!(error.rescued_tokens::<Access>().unwrap().token().expose(), format!("a1-{CANARY}"));
}

/// A renewal isn't a login: nothing is believed because of its ID token, so a wrong one costs nothing.
#[tokio::test]
async fn a_renewal_whose_id_token_lies_keeps_its_tokens_and_is_told() {
    let another = |_: &Key, header, claims| Some(Key::new("one").sign(&header, &claims));
    let table = [
        ("good", make(|key, header, claims| Some(key.sign(&header, &claims))), None),
        ("none", make(|_, _, _| None), None),
        ("another's key", make(another), Some(IdTokenError::Signature)),
        ("expired", claim("exp", 1), Some(IdTokenError::Expired)),
        ("garbage", make(|_, _, _| Some("x".into())), Some(IdTokenError::Malformed("it hasn't three parts"))),
    ];
    for (name, make, why) in table {
        let stage = Stage::new();
        let connection = stage.connection(make).await;
        connection.renew().await.unwrap();
        assert_eq!(connection.token().await.unwrap().expose(), format!("a1-{CANARY}"), "{name}");
        let told = stage.told().await;
        let refused: Vec<Happening> =
            told.into_iter().filter(|what| !matches!(what, Happening::Renewed { .. })).collect();
        assert_eq!(refused, why.map(|why| Happening::IdTokenRefused { why }).into_iter().collect::<Vec<_>>(), "{name}");
    }
}

/// The keys may take a while, or never come: a grant isn't put at stake for them.
#[tokio::test]
async fn a_renewal_is_kept_before_keys_are_asked_for() {
    let stage = Stage::new();
    let connection = stage.connection(|key, header, claims| Some(key.sign(&header, &claims))).await;
    stage.clock.advance(2 * 60 * 60);
    stage.says(|says| says.keys_reply = Some(|| Reply::Fail(authsmith::TransportErrorKind::Timeout)));
    connection.renew().await.unwrap();
    stage.client.close().await.unwrap();
    let paths: Vec<String> =
        stage.vendor.log.lock().unwrap().iter().map(|request| request.url.path().to_owned()).collect();
    assert_eq!(paths, ["/jwks", "/token", "/token", "/jwks"]);
    assert!(stage.store.load("signed/access/u").await.unwrap().unwrap().body().expose().contains("r1-"));
}
