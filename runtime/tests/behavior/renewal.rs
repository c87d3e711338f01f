use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use authsmith::codegen::v1 as rt;
use authsmith::{
    BoxFuture, Claim, Claimed, Client, Connection, Error, ErrorKind, Holder, Json, MemoryStore, Record, Store,
    StoreError, Tokens, TransportErrorKind,
};

use crate::acme::{self, Access, CANARY, HandClock, Id, Once, Reply, Vendor, json, operations, tokens};

const KEY: &str = "acme/access/u";

struct Stage {
    vendor: Arc<Vendor>,
    clock: Arc<HandClock>,
    store: Arc<MemoryStore>,
    client: Client,
}

impl Stage {
    fn new(vendor: Arc<Vendor>) -> Self {
        let clock = HandClock::new();
        let store = Arc::new(MemoryStore::with_clock(Arc::clone(&clock)));
        let client = Self::client_over(&vendor, &clock, Arc::clone(&store));
        Self { vendor, clock, store, client }
    }

    fn client_over(vendor: &Arc<Vendor>, clock: &Arc<HandClock>, store: impl Store) -> Client {
        acme::config(vendor).clock(Arc::clone(clock)).store(store).build().unwrap()
    }

    /// Another process on the same store.
    fn elsewhere(&self) -> Client {
        Self::client_over(&self.vendor, &self.clock, Arc::clone(&self.store))
    }

    async fn connection(&self) -> Connection<Access> {
        self.client.keep("u", acme::access(&self.clock)).await.unwrap()
    }

    async fn stored(&self) -> Json {
        let record = self.store.load(KEY).await.unwrap().unwrap();
        serde_json::from_str(record.body().expose()).unwrap()
    }
}

async fn me(connection: &Connection<Access>) -> Result<Json, Error> {
    connection.call(&operations::ME, rt::inputs()).send().await
}

async fn token(connection: &Connection<Access>) -> String {
    connection.token().await.unwrap().expose().to_owned()
}

/// Accepts only the token `access-<n>`, where `n` counts the refreshes.
fn strict(request: &authsmith::Request, accepted: &str) -> Reply {
    let shown = request.headers["authorization"].to_str().unwrap();
    match shown == format!("Bearer {accepted}-{CANARY}") {
        true => json(200, r#"{"name":"Ada"}"#),
        false => json(401, r#"{"error":"invalid_token"}"#),
    }
}

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
async fn a_hundred_callers_cause_one_renewal() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(50), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let callers: Vec<_> = (0..100)
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
async fn a_caller_who_leaves_takes_nothing_along() {
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
async fn a_refresh_token_that_isnt_replaced_is_kept() {
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
async fn a_clock_that_moves_does_no_harm() {
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

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_call_repeated_once() {
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
async fn a_storm_of_401_causes_one_renewal() {
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
async fn a_grant_that_the_vendor_ended_needs_consent_everywhere_and_is_asked_for_once() {
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
async fn an_ended_grant_that_another_process_has_renewed_is_adopted() {
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
async fn of_two_processes_one_sends_and_the_other_adopts() {
    let stage = Stage::new(Vendor::slow(Duration::from_millis(100), |_, n| tokens(n + 1)));
    let connection = stage.connection().await;
    let other: Connection<Access> = stage.elsewhere().resume("u").await.unwrap();
    stage.clock.advance(3600);
    let (one, two) = tokio::join!(token(&connection), token(&other));
    assert_eq!((one, two), (format!("access-1-{CANARY}"), format!("access-1-{CANARY}")));
    assert_eq!(stage.vendor.count("/token"), 1);
}

#[tokio::test]
async fn a_client_that_the_vendor_doesnt_know_loses_no_grant() {
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
async fn a_lost_answer_is_asked_for_again_once_and_soon() {
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
async fn a_vendor_that_was_not_reached_is_asked_again_later() {
    let unreachable = || Reply::Fail(TransportErrorKind::Unreachable);
    let stage = Stage::new(Vendor::new(move |_, n| if n == 0 { unreachable() } else { tokens(n) }));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    assert!(connection.token().await.unwrap_err().is_retryable());
    assert_eq!(stage.vendor.count("/token"), 1);
    stage.clock.advance(2);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
}

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
async fn a_renewal_under_way_brings_no_disconnected_user_back() {
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
async fn a_login_during_a_renewal_wins() {
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

/// A memory that can be taken away.
struct Flaky {
    memory: Arc<MemoryStore>,
    down: Arc<AtomicBool>,
    /// Whether writes arrive all the same.
    writes_arrive: bool,
}

impl Flaky {
    fn check(&self) -> Result<(), StoreError> {
        match self.down.load(Ordering::SeqCst) {
            true => Err(StoreError::new("the disk is away")),
            false => Ok(()),
        }
    }
}

impl Store for Flaky {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.load(key).await
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<u64>,
        record: &'a Record,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            if self.writes_arrive || !self.down.load(Ordering::SeqCst) {
                let written = self.memory.compare_and_set(key, expected, record).await?;
                self.check()?;
                return Ok(written);
            }
            Err(StoreError::new("the disk is away"))
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.memory.delete(key)
    }

    fn claim<'a>(&'a self, key: &'a str, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.claim(key, claim).await
        })
    }

    fn claim_due<'a>(
        &'a self,
        prefix: &'a str,
        before: SystemTime,
        limit: usize,
        claim: &'a Claim,
    ) -> BoxFuture<'a, Result<Vec<(String, Claimed)>, StoreError>> {
        self.memory.claim_due(prefix, before, limit, claim)
    }

    fn confirm<'a>(
        &'a self,
        key: &'a str,
        holder: &'a Holder,
        length: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.confirm(key, holder, length).await
        })
    }

    fn release<'a>(&'a self, key: &'a str, holder: &'a Holder) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.release(key, holder).await
        })
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<(String, Record)>, StoreError>> {
        self.memory.scan(prefix, after, limit)
    }

    fn burn<'a>(
        &'a self,
        hash: &'a str,
        now: SystemTime,
        until: SystemTime,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.memory.burn(hash, now, until)
    }
}

/// A store that goes away while the vendor answers, and tokens that are over.
async fn over_flaky_store(writes_arrive: bool) -> (Stage, Connection<Access>, Arc<AtomicBool>) {
    let down = Arc::new(AtomicBool::new(false));
    let breaks = Arc::clone(&down);
    let vendor = Vendor::new(move |_, n| {
        breaks.store(true, Ordering::SeqCst);
        tokens(n + 1)
    });
    let mut stage = Stage::new(vendor);
    let store = Flaky { memory: Arc::clone(&stage.store), down: Arc::clone(&down), writes_arrive };
    stage.client = Stage::client_over(&stage.vendor, &stage.clock, store);
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    (stage, connection, down)
}

#[tokio::test]
async fn a_store_that_is_down_costs_no_refresh_token() {
    let (stage, connection, down) = over_flaky_store(false).await;
    down.store(true, Ordering::SeqCst);
    let error = connection.token().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Store, true));
    assert_eq!(stage.vendor.count("/token"), 0);
}

#[tokio::test]
async fn tokens_that_a_store_wont_keep_come_back() {
    let (stage, _, down) = over_flaky_store(false).await;
    down.store(true, Ordering::SeqCst);
    let error = stage.client.keep("v", acme::access(&stage.clock)).await.unwrap_err();
    let tokens = error.rescued_tokens::<Access>().unwrap();
    assert_eq!(tokens.refresh_token().unwrap().expose(), format!("refresh-0-{CANARY}"));
    down.store(false, Ordering::SeqCst);
    stage.client.keep("v", tokens).await.unwrap();
}

#[tokio::test]
async fn tokens_that_cant_be_saved_are_served_and_saved_later() {
    let (stage, connection, down) = over_flaky_store(false).await;
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!(stage.stored().await["tokens"]["value"], format!("access-0-{CANARY}"));
    assert_eq!(stage.client.close().await.unwrap_err().kind(), ErrorKind::Store);
    down.store(false, Ordering::SeqCst);
    stage.client.close().await.unwrap();
    assert_eq!(stage.stored().await["tokens"]["refresh_token"], format!("refresh-1-{CANARY}"));
}

#[tokio::test]
async fn tokens_that_cant_be_saved_survive_another_processs_despair() {
    let (stage, connection, down) = over_flaky_store(false).await;
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    // Another process has only the spent refresh token, and the lease of the first runs out.
    stage.clock.advance(61);
    let refusing = Vendor::new(|_, _| json(400, r#"{"error":"invalid_grant"}"#));
    let other = Stage::client_over(&refusing, &stage.clock, Arc::clone(&stage.store));
    let other: Connection<Access> = other.resume("u").await.unwrap();
    assert!(other.token().await.unwrap_err().needs_consent());
    down.store(false, Ordering::SeqCst);
    stage.client.close().await.unwrap();
    assert_eq!(token(&other).await, format!("access-1-{CANARY}"));
}

#[tokio::test]
async fn a_write_whose_outcome_was_unclear_is_recognized() {
    let (stage, connection, down) = over_flaky_store(true).await;
    let waiting = tokio::spawn({
        let connection = connection.clone();
        async move { token(&connection).await }
    });
    tokio::time::sleep(Duration::from_millis(70)).await;
    down.store(false, Ordering::SeqCst);
    assert_eq!(waiting.await.unwrap(), format!("access-1-{CANARY}"));
    assert_eq!(stage.stored().await["tokens"]["value"], format!("access-1-{CANARY}"));
    assert_eq!(stage.vendor.count("/token"), 1);
}
