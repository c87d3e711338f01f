//! A keeper of many grants.

use std::sync::Arc;
use std::time::{Duration, Instant};

use authsmith::codegen::v1 as rt;
use authsmith::{
    Claim, Claimed, Client, Clock, Connection, Holder, Keeping, MemoryStore, Store, Tokens, TransportErrorKind,
};

use crate::acme::{self, Access, HandClock, Reply, Vendor, operations};

/// An hour after the grants were given, when all of them are due.
struct Stage {
    vendor: Arc<Vendor>,
    clock: Arc<HandClock>,
    store: Arc<MemoryStore>,
}

impl Stage {
    fn new(vendor: Arc<Vendor>) -> Self {
        let clock = HandClock::new();
        let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
        Self { vendor, clock, store }
    }

    fn client(&self) -> Client {
        let config = acme::config(&self.vendor).clock(Arc::clone(&self.clock)).store(Arc::clone(&self.store));
        config.build().unwrap()
    }

    /// Keeps grants with the refresh tokens `r0`, `r1` and so on, which become due a second after each other.
    async fn with(self, grants: u64) -> Self {
        let client = self.client();
        for n in (0..grants).rev() {
            let expiry = self.clock.now() + Duration::from_secs(3600 - grants + n);
            let tokens = Tokens::<Access>::new("t").with_refresh_token(format!("r{n}")).expires_at(expiry);
            client.keep(format!("u{n}"), tokens).await.unwrap();
        }
        self.clock.advance(3600);
        self
    }

    /// The refresh tokens that were shown, in order.
    fn shown(&self) -> Vec<String> {
        let log = self.vendor.log.lock().unwrap();
        let shown = |body: &[u8]| String::from_utf8_lossy(body).rsplit('=').next().unwrap_or_default().to_owned();
        log.iter().map(|request| shown(&request.body)).collect()
    }

    async fn due(&self, id: &str) -> Option<Duration> {
        let record = self.store.load(&format!("acme/access/{id}")).await.unwrap().unwrap();
        record.due().map(|due| due.duration_since(self.clock.now()).unwrap_or_default())
    }
}

fn renewed(n: usize) -> Reply {
    acme::json(200, &format!(r#"{{"access_token":"a{n}","refresh_token":"n{n}","expires_in":3600}}"#))
}

async fn until(keeping: &Keeping, what: &str, done: impl Fn(authsmith::KeeperCounts) -> bool) {
    let began = Instant::now();
    while !done(keeping.counts()) {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}: {:?}", keeping.counts());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

const SOON: Duration = Duration::from_millis(20);

#[tokio::test]
async fn what_has_been_due_longest_comes_first_and_all_of_it_once() {
    let stage = Stage::new(Vendor::new(|_, n| renewed(n))).with(40).await;
    let keeping = stage.client().keeper().at_once(1).look_every(SOON).start().unwrap();
    until(&keeping, "all", |counts| counts.renewed == 40).await;
    tokio::time::sleep(SOON * 3).await;
    let counts = keeping.stop().await;
    assert_eq!((counts.renewed, counts.failed, counts.left), (40, 0, 0));
    assert_eq!(stage.shown(), (0..40).map(|n| format!("r{n}")).collect::<Vec<_>>());
    let connection: Connection<Access> = stage.client().resume("u7").await.unwrap();
    assert_eq!(connection.token().await.unwrap().expose(), "a7");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_on_one_store_share_the_grants() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(2), |_, n| renewed(n))).with(200).await;
    let workers: Vec<_> =
        (0..3).map(|_| stage.client().keeper().at_once(8).look_every(SOON).start().unwrap()).collect();
    let began = Instant::now();
    while workers.iter().map(|worker| worker.counts().renewed).sum::<u64>() < 200 {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(SOON).await;
    }
    for worker in workers {
        assert!(worker.stop().await.renewed > 0, "every worker has done something");
    }
    let mut shown = stage.shown();
    shown.sort();
    shown.dedup();
    assert_eq!((shown.len(), stage.vendor.count("/token")), (200, 200));
}

#[tokio::test]
async fn a_stop_waits_for_what_is_under_way_and_leaves_the_rest_to_others() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(100), |_, n| renewed(n))).with(12).await;
    let keeping = stage.client().keeper().at_once(4).look_every(SOON).start().unwrap();
    while stage.vendor.count("/token") == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(SOON).await;
    assert_eq!(stage.vendor.count("/token"), 4, "no more at once than it was told");
    assert_eq!(keeping.stop().await.renewed, 4);
    // Stopped between one and the next of what it holds leases for, which keep nobody else from going on.
    let slow = stage.client().keeper().at_once(8).per_second(8.0).look_every(SOON).start().unwrap();
    while stage.vendor.count("/token") < 5 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let rest = 8 - slow.stop().await.renewed;
    assert!(rest > 4, "{rest}");
    let other = stage.client().keeper().at_once(8).look_every(SOON).start().unwrap();
    until(&other, "the rest", |counts| counts.renewed == rest).await;
    assert_eq!(stage.vendor.count("/token"), 12);
}

#[tokio::test]
async fn a_keeper_ends_with_its_owner_and_with_the_client() {
    let stage = Stage::new(Vendor::new(|_, n| renewed(n))).with(0).await;
    let (client, looks) = (stage.client(), Duration::from_secs(3600));
    let keeping = client.keeper().look_every(looks).start().unwrap();
    tokio::time::sleep(SOON).await;
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), keeping.stop()).await.unwrap().renewed, 0);

    let (closed, dropped) = (client.keeper().look_every(SOON), client.keeper().look_every(SOON).start().unwrap());
    drop(dropped);
    let closed = closed.start().unwrap();
    client.close().await.unwrap();
    tokio::time::sleep(SOON * 4).await;
    let other = stage.client();
    let tokens = Tokens::<Access>::new("t").with_refresh_token("r").expires_at(stage.clock.now());
    other.keep("late", tokens).await.unwrap();
    tokio::time::sleep(SOON * 4).await;
    assert_eq!((closed.counts().renewed, stage.vendor.count("/token")), (0, 0));
}

#[tokio::test]
async fn a_rate_is_held() {
    let stage = Stage::new(Vendor::new(|_, n| renewed(n))).with(9).await;
    let began = Instant::now();
    let keeping = stage.client().keeper().per_second(20.0).look_every(SOON).start().unwrap();
    until(&keeping, "all", |counts| counts.renewed == 9).await;
    // Eight times a twentieth of a second lie between nine.
    assert!(began.elapsed() >= Duration::from_millis(400), "{:?}", began.elapsed());
}

/// What becomes of a grant whose renewal fails, while the others go on.
#[tokio::test]
async fn failures_are_put_off_and_keep_nobody_from_their_turn() {
    type Fails = fn() -> Reply;
    let refused: Fails = || acme::json(400, r#"{"error":"invalid_request"}"#);
    let cases: [(&str, Fails, u64, std::ops::Range<u64>); 3] = [
        // An hour at most, and as long as it has been due at least half.
        ("refused", refused, 3600, 15..3601),
        ("not reached", || Reply::Fail(TransportErrorKind::Unreachable), 3600, 15..3601),
        ("asked to wait", || Reply::Headed(429, ("retry-after", "120"), String::new()), 3600, 60..3601),
    ];
    for (what, reply, later, within) in cases {
        let stage =
            Stage::new(Vendor::new(
                move |request, n| {
                    if request.body.ends_with(b"=r0") && n < 20 { reply() } else { renewed(n) }
                },
            ));
        let stage = stage.with(5).await;
        let keeping = stage.client().keeper().at_once(1).look_every(SOON).start().unwrap();
        if what != "asked to wait" {
            until(&keeping, what, |counts| counts.renewed == 4 && counts.failed == 1).await;
        } else {
            until(&keeping, what, |counts| counts.failed == 1).await;
            tokio::time::sleep(SOON * 5).await;
            assert_eq!(keeping.counts().renewed, 0, "{what}: nobody else is sent either");
        }
        let due = stage.due("u0").await.unwrap_or_else(|| panic!("{what}: it is due again"));
        assert!(within.contains(&due.as_secs()), "{what}: in {due:?}");
        let before = stage.vendor.count("/token");
        tokio::time::sleep(SOON * 3).await;
        assert_eq!(stage.vendor.count("/token"), before, "{what}: not tried again at once");
        keeping.stop().await;
        stage.clock.advance(later);
        let keeping = stage.client().keeper().at_once(1).look_every(SOON).start().unwrap();
        while !stage.shown()[before..].contains(&"r0".to_owned()) {
            assert!(keeping.counts().store_failures == 0);
            tokio::time::sleep(SOON).await;
        }
    }
}

#[tokio::test]
async fn a_grant_that_is_over_is_left_alone() {
    let over = |_: &_, _| acme::json(400, r#"{"error":"invalid_grant"}"#);
    let stage = Stage::new(Vendor::new(over)).with(1).await;
    let keeping = stage.client().keeper().look_every(SOON).start().unwrap();
    until(&keeping, "ended", |counts| counts.ended == 1).await;
    tokio::time::sleep(SOON * 4).await;
    assert_eq!((stage.vendor.count("/token"), stage.due("u0").await), (1, None));
    let ended = stage.client().resume::<Access>("u0").await.unwrap().token().await.unwrap_err();
    assert!(ended.needs_consent());
}

#[tokio::test]
async fn what_can_not_be_renewed_is_never_due() {
    let stage = Stage::new(Vendor::new(|_, n| renewed(n)));
    let expiry = stage.clock.now() + Duration::from_secs(60);
    let client = stage.client();
    client.keep("u0", Tokens::<Access>::new("t").expires_at(expiry)).await.unwrap();
    client.keep("u0", Tokens::<acme::Once>::new("t").with_refresh_token("r").expires_at(expiry)).await.unwrap();
    client.keep("u0", Tokens::<acme::Id>::new("t").expires_at(expiry)).await.unwrap();
    for kind in ["access", "once", "id"] {
        let record = stage.store.load(&format!("acme/{kind}/u0")).await.unwrap().unwrap();
        assert_eq!(record.due(), None, "{kind}");
    }
}

/// A request that another has sent may have spent the refresh token: putting the grant off must not hide that.
#[tokio::test]
async fn what_is_unsettled_stays_so_when_a_grant_is_put_off() {
    let limited = |_: &_, _| Reply::Headed(429, ("retry-after", "1"), String::new());
    let stage = Stage::new(Vendor::new(limited)).with(1).await;
    let (key, length) = ("acme/access/u0", Duration::from_secs(1));
    let dead = Claim { holder: Holder::new("dead"), length };
    assert!(matches!(stage.store.claim(key, &dead).await.unwrap(), Claimed::Granted { unsettled: None, .. }));
    assert!(stage.store.confirm(key, &dead.holder, length).await.unwrap());
    stage.clock.advance(2);
    let keeping = stage.client().keeper().look_every(SOON).start().unwrap();
    until(&keeping, "failed", |counts| counts.failed == 1).await;
    keeping.stop().await;
    let next = Claim { holder: Holder::new("next"), length };
    let claimed = stage.store.claim(key, &next).await.unwrap();
    let Claimed::Granted { unsettled: Some(unsettled), .. } = claimed else { panic!("{claimed:?}") };
    assert_eq!(unsettled.holder.as_str(), "dead");
}

#[derive(Debug)]
enum Strict {}

impl rt::TokenKind for Strict {
    type Claims = authsmith::Extra;

    const DATA: rt::TokenKindData<'static> = operations::ACCESS.replay(rt::data::Replay::Fatal);
}

#[tokio::test]
async fn what_others_left_unsettled_waits_when_a_replay_would_end_the_grant() {
    static STRICT: rt::data::Provider<'static> = operations::PROVIDER.tokens(&[<Strict as rt::TokenKind>::DATA]);
    let stage = Stage::new(Vendor::new(|_, n| renewed(n)));
    let strict = acme::config_of(&STRICT, &stage.vendor).clock(Arc::clone(&stage.clock));
    let client = strict.store(Arc::clone(&stage.store)).build().unwrap();
    let tokens = Tokens::<Strict>::new("t").with_refresh_token("r0");
    let connection = client.keep("u0", tokens).await.unwrap();
    connection.renew().await.unwrap();
    // The last five minutes of an hour's life, in which another worker has sent something and died.
    stage.clock.advance(3350);
    let claim = Claim { holder: Holder::new("dead"), length: Duration::from_secs(1) };
    let key = "acme/access/u0";
    assert!(matches!(stage.store.claim(key, &claim).await.unwrap(), Claimed::Granted { .. }));
    assert!(stage.store.confirm(key, &claim.holder, claim.length).await.unwrap());
    stage.clock.advance(2);

    let keeping = client.keeper().look_every(SOON).start().unwrap();
    until(&keeping, "left", |counts| counts.left == 1).await;
    tokio::time::sleep(SOON * 4).await;
    assert_eq!(stage.vendor.count("/token"), 1, "nothing is sent while the token serves");
    keeping.stop().await;
    // In the last minute there is nothing to lose.
    stage.clock.advance(190);
    let keeping = client.keeper().look_every(SOON).start().unwrap();
    until(&keeping, "renewed", |counts| counts.renewed == 1).await;
    assert_eq!(stage.vendor.count("/token"), 2);
}
