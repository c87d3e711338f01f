//! Crashes, pauses, and others at the same store.

use super::*;

const LEASE: Duration = Duration::from_secs(60);

/// A process that takes the lease, perhaps says that it is about to send, and is never heard of again.
async fn dies(store: &MemoryStore, sent: bool) {
    let holder = Holder::new("a process that is dead");
    let claim = Claim { holder: holder.clone(), length: LEASE };
    assert!(matches!(store.claim(KEY, &claim).await.unwrap(), Claimed::Granted { .. }));
    if sent {
        assert!(store.confirm(KEY, &holder, LEASE).await.unwrap());
    }
}

/// A connection whose token is in its advisory window, and a process that dies over it.
async fn after_a_crash<K: rt::TokenKind>(sent: bool) -> (Stage, Arc<Rotation>, Connection<K>) {
    let (stage, rotation) = rotating();
    let connection = stage.client.keep("u", given::<K>(&stage.clock)).await.unwrap();
    connection.renew().await.unwrap();
    stage.clock.advance(3400);
    dies(&stage.store, sent).await;
    stage.clock.advance(LEASE.as_secs());
    assert_eq!(connection.token().await.unwrap().expose(), format!("access-1-{CANARY}"), "nobody waits");
    stage.client.close().await.unwrap();
    (stage, rotation, connection)
}

#[tokio::test]
async fn scenario_03_who_dies_before_sending_has_spent_nothing() {
    let (stage, rotation, connection) = after_a_crash::<Strict>(false).await;
    assert_eq!(connection.token().await.unwrap().expose(), format!("access-2-{CANARY}"));
    assert_eq!((stage.vendor.count("/token"), rotation.reused()), (2, 0));
    assert_eq!(refresh_token(&stage).await, rotation.live());
}

#[tokio::test]
async fn scenario_04_who_dies_after_sending_may_have_spent_the_token() {
    // Where a second showing costs the grant, the present token serves as long as it can.
    let (stage, _, connection) = after_a_crash::<Strict>(true).await;
    assert_eq!(stage.vendor.count("/token"), 1);
    assert_eq!(connection.token().await.unwrap().expose(), format!("access-1-{CANARY}"));
    let elsewhere: Connection<Strict> = stage.elsewhere().resume("u").await.unwrap();
    stage.clock.advance(3600);
    assert_eq!(
        elsewhere.token().await.unwrap().expose(),
        format!("access-2-{CANARY}"),
        "in the end there is no choice"
    );
    // Where it costs nothing, or nobody knows, the token is shown at once.
    assert_eq!(after_a_crash::<Forgiving>(true).await.0.vendor.count("/token"), 2);
    assert_eq!(after_a_crash::<Access>(true).await.0.vendor.count("/token"), 2);
}

/// Ends a process between the vendor's answer and the write, and says what the next one gets.
fn dies_before_the_write(answer: fn(&Rotation, &Request, usize) -> Reply) -> Result<String, authsmith::Error> {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rotation = Arc::new(Rotation::default());
    let stage = Stage::new(Vendor::new(move |request, n| answer(&rotation, request, n)));
    let dying = runtime();
    let written = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let seen = Arc::clone(&written);
    dying.block_on(async {
        stage.connection().await;
        stage.clock.advance(3600);
        let store = Faulty::new(&stage.store, move |step, _| match step {
            Step::Write => {
                seen.store(true, std::sync::atomic::Ordering::SeqCst);
                Fate::Never
            }
            _ => Fate::Done,
        });
        let client = Stage::client_over(&stage.vendor, &stage.clock, store);
        let connection: Connection<Access> = client.resume("u").await.unwrap();
        tokio::spawn(async move { connection.token().await });
        while !written.load(std::sync::atomic::Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
    });
    drop(dying);
    assert_eq!(stage.vendor.count("/token"), 1, "the vendor has answered");
    stage.clock.advance(LEASE.as_secs());
    runtime().block_on(async {
        let next: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
        let outcome = next.token().await.map(|token| token.expose().to_owned());
        assert_eq!(stage.stored().await["needs_consent"], outcome.is_err());
        assert_eq!(stage.vendor.count("/token"), 2, "it is known at once");
        outcome
    })
}

#[test]
fn scenario_05_who_dies_between_the_answer_and_the_write_has_lost_it() {
    // The vendor gives what it gave before, as long as its window lasts.
    assert_eq!(dies_before_the_write(|_, _, _| tokens(1)).unwrap(), format!("access-1-{CANARY}"));
    // Without a window no one can help, and this is said.
    let error = dies_before_the_write(|rotation, request, _| rotation.refresh(request)).unwrap_err();
    assert!(error.needs_consent() && !error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn scenario_10_a_dead_holders_lease_ends_by_the_clock_of_the_store() {
    let (stage, rotation) = rotating();
    let clock = HandClock::new();
    stage.connection().await;
    let client = Stage::client_over(&stage.vendor, &clock, Arc::clone(&stage.store));
    let connection: Connection<Access> = client.resume("u").await.unwrap();
    dies(&stage.store, false).await;
    // The machine's own clock is years ahead, and says nothing about leases.
    clock.advance(100_000_000);
    let caller = tokio::spawn(async move { token(&connection).await });
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(stage.vendor.count("/token"), 0);
    stage.clock.advance(LEASE.as_secs());
    assert_eq!(caller.await.unwrap(), format!("access-1-{CANARY}"));
    assert_eq!((stage.vendor.count("/token"), rotation.reused()), (1, 0));
}

/// Holds back the first answer until the gate opens.
struct Gated {
    vendor: Arc<Vendor>,
    gate: Arc<Notify>,
}

impl Transport for Gated {
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let response = self.vendor.send(request, limits).await;
            self.gate.notified().await;
            response
        })
    }
}

/// A process that is paused between the vendor's answer and the write, past its lease.
async fn paused(stage: &Stage) -> (Connection<Access>, Client, tokio::task::JoinHandle<String>, Arc<Notify>) {
    let gate = Arc::new(Notify::new());
    let gated = Gated { vendor: Arc::clone(&stage.vendor), gate: Arc::clone(&gate) };
    let config = acme::config(&stage.vendor).clock(Arc::clone(&stage.clock)).store(Arc::clone(&stage.store));
    let client = config.transport(gated).build().unwrap();
    let connection = client.keep("u", acme::access(&stage.clock)).await.unwrap();
    stage.clock.advance(3600);
    let caller = tokio::spawn({
        let connection = connection.clone();
        async move { token(&connection).await }
    });
    while stage.vendor.count("/token") == 0 {
        tokio::task::yield_now().await;
    }
    stage.clock.advance(2 * LEASE.as_secs());
    (connection, client, caller, gate)
}

#[tokio::test]
async fn scenario_11_who_was_paused_past_its_lease_writes_only_what_is_newest() {
    // Nobody else came: what was answered late are the only tokens that work.
    let (stage, rotation) = rotating();
    let (_, _, caller, gate) = paused(&stage).await;
    gate.notify_one();
    assert_eq!(caller.await.unwrap(), format!("access-1-{CANARY}"));
    assert_eq!(refresh_token(&stage).await, rotation.live());
    // Another process has renewed meanwhile, and the vendor gave each a pair: what stands in the store holds for both.
    let stage = Stage::new(Vendor::new(|_, n| tokens(n + 1)));
    let (connection, _, caller, gate) = paused(&stage).await;
    let other: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    assert_eq!(token(&other).await, format!("access-2-{CANARY}"));
    gate.notify_one();
    assert_eq!(caller.await.unwrap(), format!("access-2-{CANARY}"));
    assert_eq!(token(&connection).await, format!("access-2-{CANARY}"));
    assert_eq!(refresh_token(&stage).await, format!("refresh-2-{CANARY}"));
}

#[tokio::test]
async fn scenario_11_who_was_paused_before_sending_sends_nothing() {
    let (stage, rotation) = rotating();
    stage.connection().await;
    let other: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    let clock = Arc::clone(&stage.clock);
    let pause = async move {
        clock.advance(2 * LEASE.as_secs());
        assert_eq!(token(&other).await, format!("access-1-{CANARY}"));
        tokio::time::sleep(Duration::from_millis(60)).await;
    };
    let late = |step, _| if step == Step::Confirm { Fate::Late } else { Fate::Done };
    let config = acme::config(&stage.vendor).clock(Arc::clone(&stage.clock));
    let config = config.store(Faulty::new(&stage.store, late).pausing(pause));
    let client = config.keep_deadline(Duration::from_millis(50)).build().unwrap();
    let connection: Connection<Access> = client.resume("u").await.unwrap();
    stage.clock.advance(3600);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!((stage.vendor.count("/token"), rotation.reused()), (1, 0));
}

#[tokio::test]
async fn scenario_12_without_working_leases_the_version_keeps_the_grant() {
    type Answer = fn(&Rotation, &Request, usize) -> Reply;
    let answers: [Answer; 2] = [|rotation, request, _| rotation.refresh(request), |_, _, n| tokens(n + 1)];
    for answer in answers {
        let rotation = Arc::new(Rotation::default());
        let vendor = Vendor::slow(Duration::from_millis(20), {
            let rotation = Arc::clone(&rotation);
            move |request, n| answer(&rotation, request, n)
        });
        let stage = Stage::new(vendor);
        stage.connection().await;
        let process = || Stage::client_over(&stage.vendor, &stage.clock, Faulty::without_leases(&stage.store));
        let (one, two): (Connection<Access>, Connection<Access>) =
            (process().resume("u").await.unwrap(), process().resume("u").await.unwrap());
        stage.clock.advance(3600);
        // Who hears first that the grant is over may believe it for a moment.
        let _ = tokio::join!(one.token(), two.token());
        assert_eq!(stage.vendor.count("/token"), 2, "nothing kept the second from sending");
        stage.clock.advance(2);
        let stored = stage.stored().await;
        assert_eq!(stored["needs_consent"], false);
        let elsewhere: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
        for connection in [&one, &two, &elsewhere] {
            assert_eq!(token(connection).await, stored["tokens"]["value"]);
        }
    }
}

#[tokio::test]
async fn scenario_32_a_store_that_was_set_back_is_brought_forward_by_who_knows_more() {
    let (stage, rotation) = rotating();
    let connection = stage.connection().await;
    connection.renew().await.unwrap();
    let backup = stage.store.load(KEY).await.unwrap().unwrap();
    stage.clock.advance(60);
    connection.renew().await.unwrap();
    let restore = async || {
        let now = stage.store.load(KEY).await.unwrap().unwrap();
        assert!(stage.store.compare_and_set(KEY, Some(now.version()), &backup).await.unwrap());
    };
    // Who resumes the connection finds out, and so does who renews it.
    restore().await;
    let again: Connection<Access> = stage.client.resume("u").await.unwrap();
    assert_eq!(token(&again).await, format!("access-2-{CANARY}"));
    assert_eq!(refresh_token(&stage).await, rotation.live());
    restore().await;
    stage.clock.advance(3600);
    assert_eq!(token(&connection).await, format!("access-3-{CANARY}"));
    assert_eq!((refresh_token(&stage).await, rotation.reused()), (rotation.live(), 0));
    // Who knows nothing but the backup hears from the vendor that the grant is over.
    restore().await;
    let error = stage.elsewhere().resume::<Access>("u").await.unwrap().token().await.unwrap_err();
    assert!(error.needs_consent() && error.code() == Some("invalid_grant"), "{error:?}");
}

#[tokio::test]
async fn scenario_32_a_new_login_is_no_backup() {
    let (stage, _) = rotating();
    let connection = stage.connection().await;
    connection.renew().await.unwrap();
    // Another process logs the user out, and in again with tokens from elsewhere.
    let elsewhere = stage.elsewhere();
    elsewhere.resume::<Access>("u").await.unwrap().disconnect().await.unwrap();
    elsewhere.keep("u", given::<Access>(&stage.clock)).await.unwrap();
    let again: Connection<Access> = stage.client.resume("u").await.unwrap();
    assert_eq!(token(&again).await, format!("access-0-{CANARY}"));
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
}
