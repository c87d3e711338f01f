//! A store that fails while the vendor answers.

use super::*;

/// A memory that can be taken away.
pub struct Flaky {
    pub memory: Arc<MemoryStore>,
    pub down: Arc<AtomicBool>,
    /// Whether writes arrive all the same.
    pub writes_arrive: bool,
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
async fn scenario_13_a_store_that_is_down_costs_no_refresh_token() {
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
async fn scenario_14_tokens_that_cant_be_saved_are_served_and_saved_later() {
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
async fn scenario_15_a_write_whose_outcome_was_unclear_is_recognized() {
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
