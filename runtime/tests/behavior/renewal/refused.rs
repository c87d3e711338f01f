//! What vendors refuse, and what is never learned.

use super::*;

#[tokio::test]
async fn scenario_25_a_refused_token_is_renewed_once_and_the_call_repeated_once() {
    let stage = Stage::new(Vendor::new(|request, n| match request.url.path() {
        "/token" => tokens(n + 1),
        _ => strict(request, "access-1"),
    }));
    let connection = stage.connection().await;
    assert_eq!(me(&connection).await.unwrap()["name"], "Ada");
    assert_eq!((stage.vendor.count("/token"), stage.vendor.count("/v1/me")), (1, 2));
}

#[tokio::test]
async fn a_vendor_that_refuses_the_new_token_too_ends_it() {
    let stage = Stage::new(Vendor::new(|request, n| match request.url.path() {
        "/token" => tokens(n + 1),
        _ => json(401, r#"{"error":"invalid_token"}"#),
    }));
    let connection = stage.connection().await;
    let error = me(&connection).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.code()), (ErrorKind::Refused, Some(401), Some("invalid_token")));
    assert!(!error.is_retryable());
    assert_eq!((stage.vendor.count("/token"), stage.vendor.count("/v1/me")), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_26_a_storm_of_401_causes_one_renewal() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(20), |request, n| match request.url.path() {
        "/token" => tokens(n + 1),
        _ => strict(request, "access-1"),
    }));
    let connection = stage.connection().await;
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { me(&connection).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn a_token_that_another_process_has_renewed_is_adopted() {
    let stage = Stage::new(Vendor::new(|request, n| match request.url.path() {
        "/token" => tokens(n + 1),
        _ => strict(request, "access-1"),
    }));
    let connection = stage.connection().await;
    let other: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    other.renew().await.unwrap();
    me(&connection).await.unwrap();
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn a_token_of_unknown_expiry_is_used_until_it_is_refused() {
    let stage = Stage::new(Vendor::new(|request, n| match request.url.path() {
        "/token" => tokens(n + 1),
        _ => strict(request, "access-1"),
    }));
    let imported = Tokens::<Access>::new(format!("access-0-{CANARY}")).with_refresh_token("r");
    let connection = stage.client.keep("u", imported).await.unwrap();
    stage.clock.advance(10 * 365 * 86_400);
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    me(&connection).await.unwrap();
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn scenario_20_a_grant_that_the_vendor_ended_needs_consent_everywhere() {
    let stage = Stage::new(Vendor::new(|_, _| json(400, r#"{"error":"invalid_grant"}"#)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let error = connection.token().await.unwrap_err();
    assert!(error.needs_consent() && !error.is_retryable());
    assert_eq!((error.status(), error.code()), (Some(400), Some("invalid_grant")));
    assert_eq!(stage.stored().await["needs_consent"], true);
    let other: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    for connection in [&connection, &other] {
        assert!(connection.token().await.unwrap_err().needs_consent());
    }
    assert_eq!(stage.vendor.count("/token"), 1);
    stage.client.keep("u", acme::access(&stage.clock)).await.unwrap();
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
}

#[tokio::test]
async fn scenario_21_an_ended_grant_that_another_process_has_renewed_is_adopted() {
    let (clock, store) = (HandClock::new(), Arc::new(MemoryStore::new()));
    let vendor = Vendor::slow(Duration::from_millis(100), |_, _| json(400, r#"{"error":"invalid_grant"}"#));
    let client = Stage::client_over(&vendor, &clock, Arc::clone(&store));
    let connection = client.keep("u", acme::access(&clock)).await.unwrap();
    clock.advance(3600);
    let late = tokio::spawn({
        let connection = connection.clone();
        async move { token(&connection).await }
    });
    while vendor.count("/token") == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // A program without leases, or one whose lease ran out while it was paused.
    let before = store.load(KEY).await.unwrap().unwrap();
    let mut renewed: Json = serde_json::from_str(before.body().expose()).unwrap();
    renewed["tokens"]["value"] = format!("access-1-{CANARY}").into();
    renewed["tokens"]["expires_at"] = (renewed["tokens"]["expires_at"].as_u64().unwrap() + 3_600_000).into();
    let record = Record::new(before.version() + 1, before.due(), renewed.to_string());
    assert!(store.compare_and_set(KEY, Some(before.version()), &record).await.unwrap());
    assert_eq!(late.await.unwrap(), format!("access-1-{CANARY}"));
    assert_eq!(vendor.count("/token"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_09_of_two_processes_one_sends_and_the_other_adopts() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(100), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    let other: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    stage.clock.advance(3600);
    let (one, two) = tokio::join!(token(&connection), token(&other));
    assert_eq!((one, two), (format!("access-1-{CANARY}"), format!("access-1-{CANARY}")));
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn scenario_23_a_client_that_the_vendor_doesnt_know_loses_no_grant() {
    for (status, body) in [(401, r#"{"error":"invalid_client"}"#), (403, "<html>blocked</html>"), (429, "")] {
        let stage = Stage::new(Vendor::new(move |_, n| if n == 0 { json(status, body) } else { tokens(n) }));
        let connection = stage.connection().await;
        stage.clock.advance(3600);
        let error = connection.token().await.unwrap_err();
        assert!(!error.needs_consent(), "{error}");
        assert_eq!(error.is_retryable(), status == 429);
        assert_eq!(stage.stored().await["needs_consent"], false);
        let requests = stage.vendor.count("/token");
        assert!(connection.token().await.is_err(), "what has just failed is not tried again at once");
        assert_eq!(stage.vendor.count("/token"), requests);
        stage.clock.advance(61);
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    }
}

#[tokio::test]
async fn scenario_06_a_lost_answer_is_asked_for_again_once_and_soon() {
    let replies: [fn() -> Reply; 3] = [
        || Reply::Fail(TransportErrorKind::Timeout),
        || Reply::Fail(TransportErrorKind::Interrupted),
        || json(502, "<html>"),
    ];
    for reply in replies {
        let stage = Stage::new(Vendor::new(move |_, n| if n == 0 { reply() } else { tokens(n) }));
        let connection = stage.connection().await;
        stage.clock.advance(3600);
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
        let stage = Stage::new(Vendor::new(move |_, _| reply()));
        let connection = stage.connection().await;
        stage.clock.advance(3600);
        assert!(connection.token().await.unwrap_err().is_retryable());
        assert_eq!(stage.vendor.count("/token"), 2);
    }
}

#[tokio::test]
async fn scenario_07_a_vendor_that_was_not_reached_is_asked_again_later() {
    let unreachable = || Reply::Fail(TransportErrorKind::Unreachable);
    let stage = Stage::new(Vendor::new(move |_, n| if n == 0 { unreachable() } else { tokens(n) }));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    assert!(connection.token().await.unwrap_err().is_retryable());
    assert_eq!(stage.vendor.count("/token"), 1);
    stage.clock.advance(2);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
}
