//! Stores and clocks.

use super::*;

/// A connection that is over, on a store whose steps meet a fate, and what its vendor knows.
async fn over(
    script: impl Fn(Step, usize) -> Fate + Send + Sync + 'static,
) -> (Stage, Arc<Rotation>, Connection<Access>) {
    let rotation = Arc::new(Rotation::default());
    let vendor = Vendor::new({
        let rotation = Arc::clone(&rotation);
        move |request, _| rotation.refresh(request)
    });
    let mut stage = Stage::new(vendor);
    stage.connection().await;
    stage.client = Stage::client_over(&stage.vendor, &stage.clock, Faulty::new(&stage.store, script));
    let connection = stage.client.resume("u").await.unwrap();
    stage.clock.advance(3600);
    (stage, rotation, connection)
}

#[tokio::test]
async fn input_18_a_store_that_fails_at_any_step_in_any_way_costs_nothing() {
    // Each step of a renewal, the first so many times; then the store works again.
    for step in [Step::Claim, Step::Confirm, Step::Write, Step::Load, Step::Release] {
        for fate in [Fate::Refused, Fate::Unheard] {
            for times in [1, 12] {
                let left = std::sync::atomic::AtomicUsize::new(times);
                let (stage, rotation, connection) = over(move |at, n| {
                    // The first step resumes the connection.
                    let strikes = at == step && n > 0;
                    let took = |left: usize| left.checked_sub(1);
                    use std::sync::atomic::Ordering::SeqCst;
                    if strikes && left.fetch_update(SeqCst, SeqCst, took).is_ok() { fate } else { Fate::Done }
                })
                .await;
                let case = format!("{step:?} {fate:?} {times}");
                let first = connection.token().await;
                let asked = stage.vendor.count("/token");
                match first {
                    Ok(token) => assert_eq!(token.expose(), format!("access-1-{CANARY}"), "{case}"),
                    Err(error) => {
                        assert_eq!(
                            (error.kind(), asked, error.needs_consent()),
                            (ErrorKind::Store, 0, false),
                            "{case}"
                        );
                    }
                }
                for _ in 0..30 {
                    stage.clock.advance(61);
                    if connection.token().await.is_ok() && stage.client.close().await.is_ok() {
                        break;
                    }
                }
                assert_eq!(stage.stored().await["tokens"]["refresh_token"], rotation.live(), "{case}");
                assert_eq!(rotation.reused(), 0, "{case}");
            }
        }
    }
}

#[tokio::test]
async fn input_21_a_clock_that_jumps_makes_no_storm_and_uses_nothing_that_is_over() {
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    // Asleep for eight hours: the first caller waits for another token, and the rest have it.
    stage.clock.advance(8 * 3600);
    for _ in 0..10 {
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    }
    assert_eq!(stage.vendor.count("/token"), 1);
    // A day back: the token seems to last longer, and is refused if it doesn't.
    stage.clock.go_back(86_400);
    for _ in 0..10 {
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    }
    stage.clock.advance(2 * 86_400);
    for _ in 0..10 {
        assert_eq!(token(&connection).await, format!("access-2-{CANARY}"));
    }
    assert_eq!(stage.vendor.count("/token"), 2);
    // The clock is set while the vendor answers.
    for (back, forth) in [(0, 86_400), (86_400, 0)] {
        let clock = acme::HandClock::new();
        let moved = Arc::clone(&clock);
        let vendor = Vendor::new(move |_, n| {
            if n == 0 {
                moved.advance(forth);
                moved.go_back(back);
            }
            tokens(n + 1)
        });
        let client = Stage::client_over(&vendor, &clock, authsmith::MemoryStore::new());
        let connection = client.keep("u", acme::access(&clock)).await.unwrap();
        clock.advance(3600);
        for _ in 0..10 {
            connection.token().await.unwrap();
        }
        assert!(vendor.count("/token") <= 2, "{back} {forth}");
    }
    // By a clock that is far ahead, or to a vendor who means something else, every token is over when it comes.
    let stage = Stage::new(Vendor::new(|_, _| json(200, r#"{"access_token":"new","expires_in":0}"#)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    for _ in 0..10 {
        assert_eq!(token(&connection).await, "new");
    }
    assert_eq!(stage.vendor.count("/token"), 1);
    connection.renew().await.unwrap();
    assert_eq!(stage.vendor.count("/token"), 2, "who asks for a renewal gets one");
}
