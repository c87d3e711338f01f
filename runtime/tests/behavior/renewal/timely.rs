//! When a token is renewed, and by whom of many.

use super::*;

#[tokio::test]
async fn a_valid_token_costs_no_request() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    stage.clock.advance(3599);
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    assert_eq!(stage.vendor.count("/token"), 0);
}

#[tokio::test]
async fn an_expired_token_is_renewed_and_saved() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!(stage.stored().await["tokens"]["refresh_token"], format!("refresh-1-{CANARY}"));
    assert_eq!(stage.vendor.last_body(), format!("grant_type=refresh_token&refresh_token=refresh-0-{CANARY}"));
    assert_eq!(*stage.vendor.fresh.lock().unwrap(), [true]);
    let resumed: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    assert_eq!(token(&resumed).await, format!("access-1-{CANARY}"));
}

#[tokio::test]
async fn a_token_is_renewed_behind_the_callers_backs_before_they_must_wait() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(20), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    connection.renew().await.unwrap();
    // A life of an hour: the last five minutes are advisory, the last one mandatory.
    stage.clock.advance(3299);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!(stage.vendor.count("/token"), 1);
    stage.clock.advance(240);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"), "nobody waits");
    stage.client.close().await.unwrap();
    assert_eq!(stage.vendor.count("/token"), 2);
    assert_eq!(token(&connection).await, format!("access-2-{CANARY}"));
}

#[tokio::test]
async fn in_its_last_minute_a_token_is_waited_for() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    connection.renew().await.unwrap();
    stage.clock.advance(3540);
    assert_eq!(token(&connection).await, format!("access-2-{CANARY}"));
}

#[tokio::test]
async fn a_token_that_could_not_be_renewed_in_time_serves_to_its_end() {
    let stage = Stage::new(Vendor::new(|_, n| if n == 0 { tokens(1) } else { json(429, "{}") }));
    let connection = stage.connection().await;
    connection.renew().await.unwrap();
    stage.clock.advance(3540);
    for _ in 0..3 {
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    }
    assert_eq!(stage.vendor.count("/token"), 2, "and the vendor is left in peace meanwhile");
    stage.clock.advance(60);
    assert!(connection.token().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_01_ten_thousand_callers_cause_one_renewal() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(50), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let callers: Vec<_> = (0..10_000)
        .map(|n| {
            let (connection, client) = (connection.clone(), stage.client.clone());
            tokio::spawn(async move {
                // Half of them come by a connection of their own.
                let own = if n % 2 == 0 { connection } else { client.resume("u").await.unwrap() };
                token(&own).await
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), format!("access-1-{CANARY}"));
    }
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn scenario_02_a_caller_who_leaves_takes_nothing_along() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(50), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let impatient = tokio::time::timeout(Duration::from_millis(5), connection.token()).await;
    assert!(impatient.is_err());
    drop(connection);
    stage.client.close().await.unwrap();
    assert_eq!(stage.stored().await["tokens"]["value"], format!("access-1-{CANARY}"));
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[test]
fn a_renewal_that_dies_with_its_runtime_makes_room_for_the_next() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stage = Stage::new(Vendor::slow(Duration::from_millis(20), |_, n| tokens(n)));
    let first = runtime();
    let connection = first.block_on(async {
        let connection = stage.connection().await;
        stage.clock.advance(3600);
        let impatient = tokio::time::timeout(Duration::from_millis(5), connection.token()).await;
        assert!(impatient.is_err());
        connection
    });
    drop(first);
    runtime().block_on(async {
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
        stage.client.close().await.unwrap();
    });
}

#[tokio::test]
async fn a_closed_client_begins_no_renewal() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.client.close().await.unwrap();
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    stage.clock.advance(3600);
    assert_eq!(connection.token().await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(stage.vendor.count("/token"), 0);
}

#[tokio::test]
async fn input_07_a_refresh_token_that_isnt_replaced_is_kept() {
    for silence in ["", r#","refresh_token":"""#, r#","refresh_token":null"#] {
        let body = format!(r#"{{"access_token":"new","expires_in":3600{silence}}}"#);
        let stage = Stage::new(Vendor::new(move |_, _| Reply::Answer(200, body.clone())));
        let connection = stage.connection().await;
        connection.renew().await.unwrap();
        let kept = connection.tokens().unwrap();
        assert_eq!(kept.token().expose(), "new");
        assert_eq!(kept.refresh_token().unwrap().expose(), format!("refresh-0-{CANARY}"));
    }
}

#[tokio::test]
async fn a_lifetime_counts_from_the_request() {
    let clock = HandClock::new();
    let moved = Arc::clone(&clock);
    let vendor = Vendor::new(move |_, n| {
        moved.advance(20);
        tokens(n + 1)
    });
    let store = MemoryStore::new();
    let client = Stage::client_over(&vendor, &clock, store);
    let connection = client.keep("u", acme::access(&clock)).await.unwrap();
    let before = authsmith::Clock::now(&clock);
    connection.renew().await.unwrap();
    assert_eq!(connection.tokens().unwrap().expiry(), Some(before + Duration::from_secs(3600)));
}

#[tokio::test]
async fn scenario_24_a_clock_that_moves_does_no_harm() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.clock.go_back(86_400);
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    stage.clock.advance(2 * 86_400);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    stage.clock.go_back(86_400);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!(stage.vendor.count("/token"), 1);
}
