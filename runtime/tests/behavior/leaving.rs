//! A caller may leave at any point of its waiting: nothing is lost. Each test goes through all the points.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{
    BoxFuture, Client, Connection, Error, ErrorKind, Limits, PendingLogin, Request, Response, Store, Transport,
    TransportError,
};

use crate::acme::{self, Access, CANARY, Vendor, json, operations, tokens};
use crate::faulty::{Fate, Faulty, Rotation};
use crate::globex;
use crate::renewal::{KEY, Stage, me, strict, token};

/// Gives others a turn before and after every answer.
struct Slow(Arc<Vendor>);

impl Transport for Slow {
    fn send(&self, request: Request, limits: Limits) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let response = self.0.send(request, limits).await;
            tokio::task::yield_now().await;
            response
        })
    }
}

struct Scene {
    stage: Stage,
    rotation: Arc<Rotation>,
    /// A client whose store and vendor take their time.
    client: Client,
}

impl Scene {
    fn new() -> Self {
        let rotation = Arc::new(Rotation::default());
        let vendor = Vendor::new({
            let rotation = Arc::clone(&rotation);
            move |request, n| match request.url.path() {
                "/token" if request.body.starts_with(b"grant_type=authorization_code") => match n {
                    0 => tokens(7),
                    _ => json(400, r#"{"error":"invalid_grant"}"#),
                },
                "/token" => rotation.refresh(request),
                _ => strict(request, "access-1"),
            }
        });
        let stage = Stage::new(vendor);
        let store = Faulty::new(&stage.store, |_, _| Fate::Done);
        let config = acme::config(&stage.vendor).clock(Arc::clone(&stage.clock)).store(store);
        let client = config.transport(Slow(Arc::clone(&stage.vendor))).build().unwrap();
        Self { stage, rotation, client }
    }

    async fn connection(&self) -> Connection<Access> {
        self.client.keep("u", acme::access(&self.stage.clock)).await.unwrap()
    }

    /// The refresh token that is kept is the one that works, and none was shown twice.
    async fn assert_nothing_lost(&self) {
        self.client.close().await.unwrap();
        assert_eq!(self.rotation.reused(), 0);
        let kept = self.stage.stored().await;
        assert_eq!(
            (&kept["tokens"]["refresh_token"], &kept["needs_consent"]),
            (&self.rotation.live().into(), &false.into())
        );
        let next: Connection<Access> = self.stage.elsewhere().resume("u").await.unwrap();
        next.renew().await.unwrap();
        assert_eq!(self.rotation.reused(), 0);
    }
}

/// Polls `future` so often, with a turn for everyone else between, and drops it when it hasn't ended by then.
async fn leave_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let polled = std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(outcome) = polled {
            return Some(outcome);
        }
        tokio::task::yield_now().await;
    }
    None
}

/// Leaves what `act` does after no poll, one, two and so on until it ends by itself; each time everything is new. Gives
/// the number of points.
async fn at_every_point(act: impl AsyncFn(usize) -> bool) -> usize {
    for polls in 0..1000 {
        if act(polls).await {
            return polls;
        }
    }
    panic!("it never ends");
}

#[tokio::test]
async fn scenario_02_a_token_that_is_over() {
    let points = at_every_point(async |polls| {
        let scene = Scene::new();
        let connection = scene.connection().await;
        scene.stage.clock.advance(3600);
        let outcome = leave_after(polls, connection.token()).await;
        if let Some(token) = &outcome {
            assert_eq!(token.as_ref().unwrap().expose(), format!("access-1-{CANARY}"));
        }
        drop(connection);
        scene.assert_nothing_lost().await;
        outcome.is_some()
    })
    .await;
    assert!(points > 8, "{points}");
}

#[tokio::test]
async fn input_14_a_token_that_the_vendor_refuses() {
    let points = at_every_point(async |polls| {
        let scene = Scene::new();
        let connection = scene.connection().await;
        let outcome = leave_after(polls, me(&connection)).await;
        if let Some(answer) = &outcome {
            assert_eq!(answer.as_ref().unwrap()["name"], "Ada");
        }
        scene.assert_nothing_lost().await;
        outcome.is_some()
    })
    .await;
    assert!(points > 12, "{points}");
}

#[tokio::test]
async fn input_14_two_wait_and_one_leaves() {
    at_every_point(async |polls| {
        let scene = Scene::new();
        let connection = scene.connection().await;
        scene.stage.clock.advance(3600);
        let patient = tokio::spawn({
            let connection = connection.clone();
            async move { token(&connection).await }
        });
        let outcome = leave_after(polls, connection.token()).await;
        assert_eq!(patient.await.unwrap(), format!("access-1-{CANARY}"));
        scene.assert_nothing_lost().await;
        outcome.is_some()
    })
    .await;
}

/// An exchange whose caller leaves is over for the login, as any other: the code is shown once. What the vendor gave is
/// nobody's yet, and the user logs in again.
#[tokio::test]
async fn input_14_the_exchange_of_a_code() {
    let points = at_every_point(async |polls| {
        let scene = Scene::new();
        let login = scene.client.authorize::<rt::StateReturned>().start().unwrap();
        let state = login.url().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let callback = format!("?code=c&state={state}");
        let twin: PendingLogin = serde_json::from_str(&serde_json::to_string(login.pending()).unwrap()).unwrap();
        let exchange = scene.client.exchange_code(&operations::EXCHANGE_CODE, login.into_pending(), &callback);
        let outcome = leave_after(polls, exchange).await;
        if let Some(answer) = outcome {
            answer.unwrap().tokens::<Access>().unwrap();
            return true;
        }
        let shown = scene.stage.vendor.count("/token");
        match scene.client.exchange_code(&operations::EXCHANGE_CODE, twin, &callback).await {
            Ok(_) => assert_eq!(shown, 0, "a code was shown twice"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::LoginUsed),
        }
        assert!(scene.stage.vendor.count("/token") <= 1);
        false
    })
    .await;
    assert!(points > 4, "{points}");
}

#[tokio::test]
async fn input_14_keeping() {
    let points = at_every_point(async |polls| {
        let scene = Scene::new();
        scene.stage.client.keep("u", rt::Tokens::<Access>::new("from before")).await.unwrap();
        let outcome = leave_after(polls, scene.client.keep("u", acme::access(&scene.stage.clock))).await;
        if polls == 0 {
            return false;
        }
        // Once it has begun it is done: the app may have no other copy.
        scene.assert_nothing_lost().await;
        outcome.is_some()
    })
    .await;
    assert!(points > 4, "{points}");
}

#[tokio::test]
async fn input_14_resuming() {
    at_every_point(async |polls| {
        let scene = Scene::new();
        drop(scene.connection().await);
        let outcome: Option<Result<Connection<Access>, Error>> = leave_after(polls, scene.client.resume("u")).await;
        scene.assert_nothing_lost().await;
        outcome.is_some()
    })
    .await;
}

#[tokio::test]
async fn input_14_logging_out() {
    let points = at_every_point(async |polls| {
        let vendor = Vendor::new(|request, n| match request.url.path() {
            "/revoke" => json(200, ""),
            _ => globex::granted(n),
        });
        let memory = Arc::new(authsmith::MemoryStore::new());
        let store = Faulty::new(&memory, |_, _| Fate::Done);
        let client = globex::config(&vendor).store(store).transport(Slow(Arc::clone(&vendor))).build().unwrap();
        let tokens = globex::log_in::<globex::Access>(&client).await;
        let connection = client.keep("u", tokens).await.unwrap();
        let outcome = leave_after(polls, connection.disconnect()).await;
        if polls == 0 {
            return false;
        }
        // Once it has begun, the tokens are deleted and revoked.
        client.close().await.unwrap();
        assert!(memory.load("globex/access/u").await.unwrap().is_none());
        assert_eq!(vendor.count("/revoke"), 1);
        outcome.is_some()
    })
    .await;
    assert!(points > 4, "{points}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn input_15_a_thousand_callers_and_one_without_patience() {
    let rotation = Arc::new(Rotation::default());
    let vendor = Vendor::slow(Duration::from_millis(50), {
        let rotation = Arc::clone(&rotation);
        move |request, _| rotation.refresh(request)
    });
    let stage = Stage::new(vendor);
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    let impatient = tokio::time::timeout(Duration::from_millis(1), connection.token());
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { token(&connection).await })
        })
        .collect();
    assert!(impatient.await.is_err());
    for caller in callers {
        assert_eq!(caller.await.unwrap(), format!("access-1-{CANARY}"));
    }
    assert_eq!((stage.vendor.count("/token"), rotation.reused()), (1, 0));
    assert!(stage.store.load(KEY).await.unwrap().unwrap().body().expose().contains(&rotation.live()));
}
