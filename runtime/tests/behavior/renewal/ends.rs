//! How connections end, begin anew, and are told apart.

use super::*;

#[tokio::test]
async fn a_kind_that_cant_be_renewed_needs_consent_when_it_is_over() {
    let stage = Stage::new(Vendor::new(|_, _| json(401, r#"{"error":"invalid_token"}"#)));
    let clock = Arc::clone(&stage.clock);
    let expiring = Tokens::<Once>::new("t").expires_at(authsmith::Clock::now(&clock) + Duration::from_secs(60));
    let connection = stage.client.keep("u", expiring).await.unwrap();
    let call: rt::Call<Json> = connection.call(&operations::ME, rt::inputs());
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.needs_consent(), error.status()), (ErrorKind::NeedsConsent, true, Some(401)));
    clock.advance(60);
    let error = connection.token().await.unwrap_err();
    assert_eq!((error.needs_consent(), error.status()), (true, None));
    assert_eq!(stage.vendor.count("/v1/me"), 1);
    stage.elsewhere().keep("u", Tokens::<Once>::new("another")).await.unwrap();
    assert_eq!(connection.token().await.unwrap().expose(), "another");
}

#[tokio::test]
async fn a_connection_without_a_refresh_token_needs_consent() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n)));
    let connection = stage.client.keep("u", Tokens::<Access>::new("t")).await.unwrap();
    assert!(connection.renew().await.unwrap_err().needs_consent());
    assert_eq!(stage.vendor.count("/token"), 0);
}

#[tokio::test]
async fn a_reissue_repeats_the_grant_with_its_inputs() {
    let stage = Stage::new(Vendor::new(|_, n| Reply::Answer(200, format!(r#"{{"id":"id-{n}"}}"#))));
    let inputs = rt::inputs().with("user", "user-7");
    let tokens = stage.client.grant(&operations::ISSUE_ID, inputs).await.unwrap().tokens::<Id>().unwrap();
    stage.client.keep("u", tokens).await.unwrap();
    // The inputs are in the store: another process repeats the grant too.
    let connection: Connection<Id> = stage.elsewhere().resume("u").await.unwrap();
    stage.clock.advance(3600);
    assert_eq!(connection.token().await.unwrap().expose(), "id-1");
    let expected = format!(r#"{{"client_secret":"client-secret-{CANARY}","user":"user-7"}}"#);
    assert_eq!(stage.vendor.last_body(), expected);
    stage.clock.advance(3600);
    assert_eq!(connection.token().await.unwrap().expose(), "id-2");
}

#[tokio::test]
async fn a_grant_with_secret_inputs_isnt_repeated_and_they_arent_kept() {
    let stage = Stage::new(Vendor::new(|_, n| Reply::Answer(200, format!(r#"{{"id":"id-{n}"}}"#))));
    let secret = rt::Secret::from(format!("password-{CANARY}"));
    let inputs = rt::inputs().with("username", "user-7").with("password", secret);
    let tokens = stage.client.grant(&operations::LOG_IN, inputs).await.unwrap().tokens::<Id>().unwrap();
    let connection = stage.client.keep("u", tokens).await.unwrap();
    let record = stage.store.load("acme/id/u").await.unwrap().unwrap();
    acme::assert_no_canary(record.body().expose());
    stage.clock.advance(3600);
    assert!(connection.token().await.unwrap_err().needs_consent());
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn a_disconnected_user_is_gone_everywhere() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    let elsewhere = stage.elsewhere();
    let other: Connection<Access> = elsewhere.resume("u").await.unwrap();
    connection.disconnect().await.unwrap();
    assert_eq!(me(&connection).await.unwrap_err().kind(), ErrorKind::NotKept);
    assert_eq!(elsewhere.resume::<Access>("u").await.unwrap_err().kind(), ErrorKind::NotKept);
    assert!(other.token().await.unwrap_err().needs_consent());
    assert_eq!(stage.vendor.count("/token"), 0);
}

#[tokio::test]
async fn scenario_29_a_renewal_under_way_brings_no_disconnected_user_back() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(50), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let caller = tokio::spawn({
        let connection = connection.clone();
        async move { connection.token().await }
    });
    while stage.vendor.count("/token") == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    connection.disconnect().await.unwrap();
    assert_eq!(caller.await.unwrap().unwrap_err().kind(), ErrorKind::NotKept);
    assert!(stage.store.load(KEY).await.unwrap().is_none());
}

#[tokio::test]
async fn scenario_28_a_login_during_a_renewal_wins() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(50), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    let renewal = tokio::spawn({
        let connection = connection.clone();
        async move { connection.renew().await }
    });
    while stage.vendor.count("/token") == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stage.client.keep("u", Tokens::<Access>::new("from a new login")).await.unwrap();
    renewal.await.unwrap().unwrap();
    assert_eq!(token(&connection).await, "from a new login");
    assert_eq!(stage.stored().await["tokens"]["value"], "from a new login");
}

#[tokio::test]
async fn kinds_of_one_id_are_kept_apart() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n)));
    let access = stage.client.keep("u", Tokens::<Access>::new("a")).await.unwrap();
    let id = stage.client.keep("u", Tokens::<Id>::new("i")).await.unwrap();
    assert_eq!((token(&access).await.as_str(), id.token().await.unwrap().expose()), ("a", "i"));
}
